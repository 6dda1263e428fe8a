"""Values of Python as the flat bytes that a C++ shim reads, and back.

Scalars are their own bytes; a string or vector is its length as u64 and then its elements; a struct
is its fields. What a submission computed is not trusted: no length is believed beyond the bytes.
"""

from __future__ import annotations

import functools
import keyword
import struct
from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence, Sized
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_llmgen.errors import UsageError
from pytest_llmgen.targets.cpp_signature import Scalar, Struct, Text, Vector

if TYPE_CHECKING:
    from pytest_llmgen.targets.cpp_signature import CppType, Function

_LENGTH = struct.Struct("<Q")


class DecodeError(ValueError):
    """Bytes that are no values of the declared types."""


def encode_arguments(function: Function, arguments: Sequence[Any]) -> bytes:
    """The arguments of one call.

    Raises:
        UsageError: If one is not of the declared type: the check is at fault.
    """
    if len(arguments) != len(function.parameters):
        raise UsageError(
            f"`{function.declaration}` takes {len(function.parameters)} arguments, "
            f"got {len(arguments)}"
        )
    parts: list[bytes] = []
    for parameter, value in zip(function.parameters, arguments, strict=True):
        try:
            _encode(parameter.type, value, parts)
        except (TypeError, ValueError, OverflowError, struct.error) as error:
            raise UsageError(
                f"`{function.declaration}`: the argument {parameter.name!r} cannot be "
                f"{shorten_value(value)}: {error}"
            ) from None
    return b"".join(parts)


def decode_outputs(function: Function, data: bytes) -> Any:
    """What a call gave: None, one value, or a tuple of the result and each changed argument.

    Raises:
        DecodeError: If the bytes are not exactly that.
    """
    reader = _Reader(data)
    values = tuple(_decode(kind, reader) for kind in function.outputs)
    if reader.left:
        raise DecodeError(f"{reader.left} bytes too many")
    return None if not values else values[0] if len(values) == 1 else values


def decode_arguments(function: Function, data: bytes) -> list[Any]:
    """The arguments of a call as its outputs would show them, from what `encode_arguments` gave."""
    reader = _Reader(data)
    return [_decode(parameter.type, reader) for parameter in function.parameters]


def shorten_value(value: Any) -> str:
    """A value for a message, in at most about 200 characters."""
    text = repr(value[:50]) if isinstance(value, list | tuple | str | bytes) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:200]}..."


def _encode(kind: CppType, value: Any, parts: list[bytes]) -> None:
    if isinstance(kind, Scalar):
        parts.append(_encode_scalars(kind, [value]))
    elif isinstance(kind, Text):
        data = _bytes_of(value)
        parts += (_LENGTH.pack(len(data)), data)
    elif isinstance(kind, Vector):
        _encode_vector(kind, value, parts)
    else:
        for (_name, field), part in zip(kind.fields, _fields(kind, value), strict=True):
            _encode(field, part, parts)


def _encode_vector(kind: Vector, value: Any, parts: list[bytes]) -> None:
    if not isinstance(value, Sized) or not isinstance(value, Iterable):
        raise TypeError("it is no sequence")
    parts.append(_LENGTH.pack(len(value)))
    element = kind.element
    if isinstance(value, np.ndarray) and isinstance(element, Scalar):
        wanted = np.dtype(element.code)
        if value.ndim != 1 or value.dtype != wanted or element.code == "c":
            raise TypeError(f"{element.name} needs an array of 1 dimension and dtype {wanted}")
        parts.append(value.tobytes())
    elif isinstance(element, Scalar):
        parts.append(_encode_scalars(element, value))
    else:
        for item in value:
            _encode(element, item, parts)


def _encode_scalars(kind: Scalar, values: Iterable[Any]) -> bytes:
    items = list(values)
    if kind.code == "c":
        items = [_bytes_of(item) for item in items]
    elif kind.code == "?" and not all(isinstance(item, bool | np.bool_) for item in items):
        raise TypeError("bool needs True or False")
    return struct.pack(f"<{len(items)}{kind.code}", *items)


def _bytes_of(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise TypeError("it is neither str nor bytes")
    return value.encode("utf-8", "surrogateescape")


def _fields(kind: Struct, value: Any) -> Sequence[Any]:
    names = [name for name, _ in kind.fields]
    if isinstance(value, Mapping):
        if set(value) != set(names):
            raise TypeError(f"{kind.name} needs the keys {', '.join(names)}")
        return [value[name] for name in names]
    parts = value.item() if isinstance(value, np.void) else value
    if not isinstance(parts, tuple) or len(parts) != len(names):
        raise TypeError(f"{kind.name} needs a tuple of {', '.join(names)}, or a dict")
    return parts


class _Reader:
    """Bytes that are taken from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise DecodeError(f"{count} bytes are announced and {self.left} are there")
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken

    def length(self) -> int:
        return int(_LENGTH.unpack(self.take(_LENGTH.size))[0])


def _decode(kind: CppType, reader: _Reader) -> Any:
    if isinstance(kind, Scalar):
        return _decode_scalar(kind, reader)
    if isinstance(kind, Text):
        return reader.take(reader.length()).decode("utf-8", "surrogateescape")
    if isinstance(kind, Vector):
        return _decode_vector(kind.element, reader)
    return _tuple_type(kind)(*(_decode(field, reader) for _name, field in kind.fields))


def _decode_scalar(kind: Scalar, reader: _Reader) -> Any:
    data = reader.take(struct.calcsize(kind.code))
    if kind.code == "c":
        return data.decode("utf-8", "surrogateescape")
    return struct.unpack(f"<{kind.code}", data)[0]


def _decode_vector(element: CppType, reader: _Reader) -> Any:
    count = reader.length()
    if isinstance(element, Scalar) and element.code != "c":
        dtype = np.dtype(element.code)
        data = np.frombuffer(reader.take(count * dtype.itemsize), dtype)
        return data.view(np.uint8) != 0 if element.code == "?" else data.copy()
    if count > reader.left:  # every other element takes a byte at least
        raise DecodeError(f"{count} elements are announced in {reader.left} bytes")
    return [_decode(element, reader) for _ in range(count)]


@functools.cache
def _tuple_type(kind: Struct) -> type[tuple[Any, ...]]:
    """A named tuple; a field that is a keyword of Python gets an underscore behind it."""
    names = [f"{name}_" if keyword.iskeyword(name) else name for name, _ in kind.fields]
    return namedtuple(kind.name, names)  # noqa: PYI024 - names of the task
