"""Values between this process and a sandboxed child: plain data and arrays, never pickle.

A value becomes JSON beside a blob. None, booleans, floats, strings, lists and integers of 64 bits
stand as they are; every other kind is an object with one key, such as `{"tuple": [1, 2]}`. The
bytes of `bytes`, arrays and NumPy scalars lie in the blob, one after another, in the order in which
they come in the JSON.

Types are exact: an instance of a subclass can answer a comparison as it likes, so none is encoded.
Decoding trusts nothing, since what a child sends may be forged.
"""

from __future__ import annotations

import math
import re
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_INTEGERS = ("|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8")
DTYPES = {name: np.dtype(name) for name in ("|b1", *_INTEGERS, "<f2", "<f4", "<f8", "<c8", "<c16")}
"""The element types that travel, by their names in the array protocol."""
MAX_DEPTH = 64
"""Most containers inside one another."""
MAX_DIMENSIONS = 32

_SCALARS = frozenset(kind for kind in np.sctypeDict.values() if np.dtype(kind).str in DTYPES)
_AS_IS = frozenset({NoneType, bool, float})
_SMALL = range(-(2**63), 2**63)
_COLLECTIONS: dict[str, Callable[[Iterable[Any]], Any]] = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}
_NAMES: dict[type, str] = {tuple: "tuple", set: "set", frozenset: "frozenset"}


class UnsupportedValue(TypeError):  # noqa: N818 - reads as what it is
    """A value does not travel; `str()` says what it is, such as `an object of type Answer`."""


class MalformedValue(ValueError):  # noqa: N818
    """What arrived is no value."""


# Encoding


def encode(value: Any) -> tuple[Any, bytes]:
    """A value as JSON and a blob.

    Raises:
        UnsupportedValue: If it, or anything in it, is of a kind that does not travel.
    """
    parts: list[bytes] = []
    return _encoded(value, parts, MAX_DEPTH), b"".join(parts)


def _encoded(value: Any, parts: list[bytes], depth: int) -> Any:
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is int:
        return value if value in _SMALL else {"int": f"{value:x}"}
    if kind is str:
        return _checked_text(value)
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind is bytes:
        parts.append(value)
        return {"bytes": len(value)}
    if kind is np.ndarray or kind in _SCALARS:
        return _encoded_array(value, parts)
    if kind is list or kind is dict or kind in _NAMES:
        if depth == 0:
            raise UnsupportedValue(f"containers nested more than {MAX_DEPTH} deep")
        return _encoded_container(value, parts, depth - 1)
    raise UnsupportedValue(f"an object of type {_name_of(kind)}")


def _encoded_array(value: Any, parts: list[bytes]) -> dict[str, Any]:
    """An array or a NumPy scalar; its bytes are appended in C order."""
    dtype = value.dtype
    if dtype.str not in DTYPES:
        raise UnsupportedValue(f"an array of dtype {dtype}")
    parts.append(value.tobytes())
    return (
        {"array": [dtype.str, *value.shape]} if type(value) is np.ndarray else {"scalar": dtype.str}
    )


def _encoded_container(value: Any, parts: list[bytes], depth: int) -> Any:
    kind = type(value)
    if kind is dict:
        return {"dict": [[_encoded(side, parts, depth) for side in pair] for pair in value.items()]}
    if kind is list and _is_plain(value):
        return value
    items = [_encoded(item, parts, depth) for item in value]
    return items if kind is list else {_NAMES[kind]: items}


def _is_plain(items: list[Any]) -> bool:
    """Whether a list stands as it is: long lists of numbers are frequent."""
    kinds = set(map(type, items))
    return kinds <= _AS_IS or (kinds == {int} and min(items) in _SMALL and max(items) in _SMALL)


def _checked_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnsupportedValue("a string that holds half a surrogate pair") from None
    return text


def _name_of(kind: type) -> str:
    name = kind.__qualname__
    return name if kind.__module__ in {"builtins", "submission"} else f"{kind.__module__}.{name}"


def shown(value: Any, limit: int = 200) -> str:
    """A value in a message, on one line and cut short."""
    try:
        text = re.sub(r"\s*\n\s*", " ", repr(value))
    except ValueError:  # Python writes no integers of more than 4300 digits
        text = f"{type(value).__name__} of very many digits"
    return text if len(text) <= limit else f"{text[:limit]}..."


# Decoding


def decode(form: Any, blob: bytes) -> Any:
    """The value that was encoded; arrays are writable and own their memory.

    Raises:
        MalformedValue: If no value is encoded so.
    """
    reader = _Reader(blob)
    value = reader.value(form, MAX_DEPTH)
    if reader.left:
        raise MalformedValue(f"{reader.left} bytes too many")
    return value


class _Reader:
    """Takes bytes off a blob as the JSON beside it asks for them."""

    def __init__(self, blob: bytes) -> None:
        self._blob = memoryview(blob)
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes that nothing has asked for."""
        return len(self._blob) - self._at

    def value(self, form: Any, depth: int) -> Any:
        """Decode one value."""
        if type(form) in _AS_IS or type(form) is int:
            return form
        if type(form) is str:
            return self._text(form)
        if depth < 0:
            raise MalformedValue(f"containers nested more than {MAX_DEPTH} deep")
        if type(form) is list:
            return self._items(form, depth)
        if type(form) is dict and len(form) == 1:
            ((kind, content),) = form.items()
            return self._tagged(kind, content, depth)
        raise MalformedValue("a value of no known kind")

    def _text(self, form: str) -> str:
        try:
            return _checked_text(form)
        except UnsupportedValue as error:
            raise MalformedValue(str(error)) from None

    def _items(self, form: Any, depth: int) -> list[Any]:
        if type(form) is not list:
            raise MalformedValue("items that are no list")
        if set(map(type, form)) <= _AS_IS | {int}:
            return form
        return [self.value(item, depth - 1) for item in form]

    def _tagged(self, kind: str, content: Any, depth: int) -> Any:
        try:
            if kind in _COLLECTIONS:
                return _COLLECTIONS[kind](self._items(content, depth))
            if kind == "dict":
                return {
                    self.value(key, depth - 1): self.value(value, depth - 1)
                    for key, value in content
                }
            if kind == "int":
                return int(content, 16)
            if kind == "complex":
                return complex(*content)
            if kind == "bytes":
                return bytes(self._take(content))
            if kind == "scalar":
                return self._array(content)[()]
            if kind == "array":
                return self._array(*content)
        except (TypeError, ValueError) as error:
            raise MalformedValue(str(error)) from None
        raise MalformedValue("a value of no known kind")

    def _array(self, name: str, *shape: int) -> Any:
        if name not in DTYPES:
            raise MalformedValue(f"dtype {name!r}")
        if len(shape) > MAX_DIMENSIONS or any(type(n) is not int or n < 0 for n in shape):
            raise MalformedValue("dimensions that no array has")
        data = self._take(math.prod(shape) * DTYPES[name].itemsize)
        if name == "|b1":  # a forged boolean may be neither 0 nor 1
            return (np.frombuffer(data, np.uint8) != 0).reshape(shape)
        return np.frombuffer(data, DTYPES[name]).reshape(shape).copy()

    def _take(self, count: int) -> memoryview:
        if type(count) is not int or not 0 <= count <= self.left:
            raise MalformedValue("fewer bytes than it says")
        self._at += count
        return self._blob[self._at - count : self._at]
