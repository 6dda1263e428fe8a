"""Strict comparison of arrays and plain values: types and shapes first, then every element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_llmgen.errors import WrongAnswer
from pytest_llmgen.sandbox.values import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray


_NUMBERS: dict[type, tuple[type, ...]] = {
    bool: (bool, np.bool_),
    int: (int, np.integer),
    float: (float, np.floating, int, np.integer),
    complex: (complex, np.complexfloating, float, np.floating, int, np.integer),
}
"""What may stand for a plain number: a NumPy scalar, or a number of a simpler kind."""


def compare(
    got: Any,
    expected: Any,
    *,
    tolerance: float = 0.0,
    signed_zeros: bool = True,
    what: str = "the result",
) -> None:
    """Compare what a submission computed with the reference: arrays, or plain values.

    Shapes and dtypes must be the same. Integers and booleans must be equal. Floats must be equal,
    or within `tolerance` times the largest finite magnitude of the reference; NaN must stand where
    the reference has NaN (any payload), infinities must be equal.

    Plain values are compared likewise: None, str, bytes, list, tuple, dict, set and frozenset must
    be of exactly that type. A NumPy scalar may stand for a number of its kind, and an integer for a
    float, but no float for an integer and nothing but a boolean for a boolean. Of a list or tuple
    of floats, the tolerance is relative to its own largest.

    Args:
        got: What the submission computed.
        expected: What the reference computed.
        tolerance: Allowed error, relative to the scale of the reference; 0 means equal.
        signed_zeros: Whether -0.0 and 0.0 differ, where `tolerance` is 0.
        what: The subject of the message, such as `vec_add_f32 of 5 elements`.

    Raises:
        WrongAnswer: With the first differing index, both values, the largest error and how many.
    """
    _Comparison(tolerance, signed_zeros=signed_zeros).compare(got, expected, what)


class _Comparison:
    """How strictly floats are compared."""

    def __init__(self, tolerance: float, *, signed_zeros: bool) -> None:
        self._tolerance = tolerance
        self._signed_zeros = signed_zeros

    def compare(self, got: Any, expected: Any, what: str) -> None:
        """Compare values of any kind."""
        kind = type(expected)
        if isinstance(expected, np.ndarray | np.generic):
            self._compare_arrays(got, expected, what)
        elif kind in _NUMBERS:
            self._compare_numbers([got], [expected], what, alone=True)
        elif type(got) is not kind:
            raise WrongAnswer(f"{what}: {_words(got)}, expected {_words(expected)}")
        elif kind is list or kind is tuple:
            self._compare_items(got, expected, what)
        elif kind is dict:
            self._compare_items_of_dict(got, expected, what)
        elif got != expected:
            raise WrongAnswer(f"{what}: got {shown(got)}, expected {shown(expected)}")

    def _compare_items(self, got: Any, expected: Any, what: str) -> None:
        if len(got) != len(expected):
            raise WrongAnswer(f"{what}: {len(got)} items, expected {len(expected)}")
        kinds = set(map(type, expected))
        if len(kinds) == 1 and kinds <= _NUMBERS.keys():
            self._compare_numbers(got, expected, what)
            return
        for index, (one, wanted) in enumerate(zip(got, expected, strict=True)):
            self.compare(one, wanted, f"{what}[{index}]")

    def _compare_items_of_dict(self, got: Any, expected: Any, what: str) -> None:
        for key in expected:
            if key not in got:
                raise WrongAnswer(f"{what}: the key {shown(key)} is missing")
        for key in got:
            if key not in expected:
                raise WrongAnswer(f"{what}: the key {shown(key)} is not expected")
        for key, wanted in expected.items():
            self.compare(got[key], wanted, f"{what}[{shown(key)}]")

    def _compare_numbers(self, got: Any, expected: Any, what: str, *, alone: bool = False) -> None:
        """Compare numbers of one kind; integers of any size."""
        kind = type(expected[0])
        for index, (one, wanted) in enumerate(zip(got, expected, strict=True)):
            place = what if alone else f"{what}[{index}]"
            if not isinstance(one, _NUMBERS[kind]) or (kind is not bool and type(one) is bool):
                raise WrongAnswer(f"{place}: {_words(one)}, expected {_words(wanted)}")
            if kind in {bool, int} and one != wanted:
                raise WrongAnswer(f"{place}: got {shown(one)}, expected {shown(wanted)}")
        if kind in {float, complex}:
            try:
                numbers = np.array(got, kind)
            except OverflowError:
                raise WrongAnswer(f"{what}: an integer beyond the range of floats") from None
            shape = () if alone else numbers.shape
            wanted = np.array(expected, kind).reshape(shape)
            self._compare_arrays(numbers.reshape(shape), wanted, what)

    def _compare_arrays(self, got: Any, expected: Any, what: str) -> None:
        if not isinstance(got, np.ndarray | np.generic):
            raise WrongAnswer(f"{what}: {_words(got)}, expected an array of {expected.dtype}")
        got, expected = np.asarray(got), np.asarray(expected)
        if got.shape != expected.shape:
            raise WrongAnswer(f"{what}: shape {got.shape}, expected {expected.shape}")
        if got.dtype != expected.dtype:
            raise WrongAnswer(f"{what}: dtype {got.dtype}, expected {expected.dtype}")
        wrong = _wrong(got, expected, self._tolerance, signed_zeros=self._signed_zeros)
        if not wrong.any():
            return
        index = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(wrong)))
        first_got = np.atleast_1d(got)[index]
        first_expected = np.atleast_1d(expected)[index]
        raise WrongAnswer(
            f"{what}: {int(wrong.sum())} of {wrong.size} elements are wrong; first at "
            f"[{', '.join(map(str, index))}]: got {first_got!s}, expected {first_expected!s}"
            f"{_largest_error(got, expected)}"
        )


def _words(value: Any) -> str:
    """A value with its type."""
    return "None" if value is None else f"{type(value).__name__} {shown(value)}"


def _wrong(
    got: NDArray[Any], expected: NDArray[Any], tolerance: float, *, signed_zeros: bool
) -> NDArray[np.bool_]:
    """Where the two differ by more than is allowed."""
    if expected.dtype.kind not in "fc":
        return np.asarray(got != expected)
    finite = np.isfinite(expected)
    same_special = (np.isnan(got) & np.isnan(expected)) | (got == expected)
    if tolerance == 0.0:
        same = got == expected
        if signed_zeros and expected.dtype.kind == "f":
            same &= np.signbit(got) == np.signbit(expected)
    else:
        scale = np.max(np.abs(expected), initial=0.0, where=finite)
        with np.errstate(invalid="ignore", over="ignore"):
            wide = got.astype(np.result_type(got.dtype, np.float64))
            same = np.isfinite(got) & (np.abs(wide - expected) <= tolerance * scale)
    return np.asarray(~np.where(finite, same, same_special))


def _largest_error(got: NDArray[Any], expected: NDArray[Any]) -> str:
    if expected.dtype.kind not in "fciu":
        return ""
    both = np.isfinite(got) & np.isfinite(expected)
    if not both.any():
        return ""
    if expected.dtype.kind in "fc":
        wide = np.result_type(expected.dtype, np.float64)
        with np.errstate(over="ignore"):
            error = np.abs(got[both].astype(wide) - expected[both].astype(wide))
        return f"; largest error {error.max():.6g}"
    difference = [
        abs(int(a) - int(b)) for a, b in zip(got[both].flat, expected[both].flat, strict=True)
    ]
    return f"; largest error {max(difference)}"
