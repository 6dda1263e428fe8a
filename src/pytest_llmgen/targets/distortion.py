"""Degenerate results: what a submission would give that computes nothing.

A self-check puts them in the place of what a reference computed, once that has left the sandbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Distortion:
    """Replaces what comes out of a submission: by zeros, NaN, its input, or a constant."""

    def __init__(self, kind: str) -> None:
        """Take one of `zeros`, `nan`, `input` and `constant`."""
        self._kind = kind
        self.applied = False
        """Whether it had anything to replace."""

    def result(self, value: Any, inputs: Sequence[Any]) -> Any:
        """What stands for a value that was returned.

        Containers keep their type, length and keys, so that their form gives nothing away.

        Args:
            value: A number, text, array, None, or a container of such.
            inputs: The arguments of the call.
        """
        if self._kind == "input" and (found := _like(value, inputs)):
            self.applied = True
            return found[0]
        if isinstance(value, dict):
            return {key: self.result(part, inputs) for key, part in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return _of_type(value, [self.result(part, inputs) for part in value])
        replaced = None if self._kind == "input" else _LEAVES[self._kind](value)
        if replaced is None:
            return value
        self.applied = True
        return replaced

    def contents(self, value: Any, before: Any) -> Any:
        """What stands for an argument that a function may change in place.

        Elements that it left as they were stay so: an input that a check looks at once more, to see
        that it is not changed, must not give the solution away.

        Args:
            value: The argument after the call.
            before: The argument as it was passed.
        """
        if isinstance(value, np.ndarray):
            return self._array(value, before)
        if type(value) is not type(before):
            return self.result(value, [before])
        if isinstance(value, dict):
            if value.keys() == before.keys():
                return {key: self.contents(part, before[key]) for key, part in value.items()}
        elif isinstance(value, list | tuple):
            if len(value) == len(before):
                return _of_type(value, list(map(self.contents, value, before)))
        elif value == before:
            return value
        return self.result(value, [before])

    def _array(self, value: np.ndarray, before: Any) -> np.ndarray:
        if not isinstance(before, np.ndarray) or not _fits(value, before):
            replaced: np.ndarray = self.result(value, [before])
            return replaced
        changed = _differs(value, before)
        if not changed.any():
            return value
        mixed = value.copy()
        mixed[changed] = self.result(value, [before])[changed]
        return mixed


def _like(value: Any, inputs: Sequence[Any]) -> list[Any]:
    """The first input that could be the result, if any: of its kind, best of its very shape."""
    same = [one for one in inputs if value is not None and _kind(one) is _kind(value)]
    if isinstance(value, np.ndarray):
        same.sort(key=lambda one: not _fits(value, one))
    return same[:1]


def _kind(value: Any) -> type:
    """A NumPy scalar counts as the plain number that it stands for."""
    return type(value.item()) if isinstance(value, np.generic) else type(value)


def _fits(left: np.ndarray, right: np.ndarray) -> bool:
    return left.dtype == right.dtype and left.shape == right.shape


def _differs(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which elements have other bits."""
    parts = [
        np.frombuffer(one.tobytes(), np.uint8).reshape(*one.shape, one.itemsize)
        for one in (left, right)
    ]
    differs: np.ndarray = (parts[0] != parts[1]).any(axis=-1)
    return differs


def _of_type(container: Any, items: list[Any]) -> Any:
    """A container like another; named tuples take their fields one by one."""
    kind = type(container)
    return kind(*items) if hasattr(container, "_fields") else kind(items)


# Leaves


_LETTERS = {bool: "b", int: "i", float: "f", complex: "c"}
"""NumPy's kinds of plain numbers."""


def _numbers(number: float, kinds: str) -> Callable[[Any], Any]:
    """Replaces numbers and arrays whose dtype is of one of NumPy's `kinds`; None for all else."""

    def replace(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            fits = value.size and value.dtype.kind in kinds
            return np.full_like(value, number) if fits else None
        letter = value.dtype.kind if isinstance(value, np.generic) else _LETTERS.get(type(value))
        return type(value)(number) if letter and letter in kinds else None

    return replace


def _zeros(value: Any) -> Any:
    return bytes(len(value)) if isinstance(value, bytes) and value else _zero(value)


def _constant(value: Any) -> Any:
    if isinstance(value, str):
        return "x"
    return b"x" if isinstance(value, bytes) else _one(value)


_zero = _numbers(0, "biufc")
_one = _numbers(1, "biufc")
_LEAVES = {"zeros": _zeros, "nan": _numbers(np.nan, "fc"), "constant": _constant}
