"""Strict comparison of arrays: shape and dtype first, then every element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_llmgen.errors import WrongAnswer

if TYPE_CHECKING:
    from numpy.typing import NDArray


def compare(
    got: NDArray[Any],
    expected: NDArray[Any],
    *,
    tolerance: float = 0.0,
    signed_zeros: bool = True,
    what: str = "the result",
) -> None:
    """Compare a submission's array with the reference.

    Integers and booleans must be equal. Floats must be equal, or within `tolerance` times the
    largest finite magnitude of the reference; NaN must stand where the reference has NaN (any
    payload), infinities must be equal.

    Args:
        got: What the submission computed.
        expected: What the reference computed.
        tolerance: Allowed error, relative to the scale of the reference; 0 means equal.
        signed_zeros: Whether -0.0 and 0.0 differ, where `tolerance` is 0.
        what: The subject of the message, such as `vec_add_f32 of 5 elements`.

    Raises:
        WrongAnswer: With the first differing index, both values, the largest error and how many.
    """
    if got.shape != expected.shape:
        raise WrongAnswer(f"{what}: shape {got.shape}, expected {expected.shape}")
    if got.dtype != expected.dtype:
        raise WrongAnswer(f"{what}: dtype {got.dtype}, expected {expected.dtype}")
    wrong = _wrong(got, expected, tolerance, signed_zeros=signed_zeros)
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
    if expected.dtype.kind not in "fiu":
        return ""
    both = np.isfinite(got) & np.isfinite(expected)
    if not both.any():
        return ""
    if expected.dtype.kind == "f":
        with np.errstate(over="ignore"):
            error = np.abs(got[both].astype(np.float64) - expected[both].astype(np.float64))
        return f"; largest error {error.max():.6g}"
    difference = [
        abs(int(a) - int(b)) for a, b in zip(got[both].flat, expected[both].flat, strict=True)
    ]
    return f"; largest error {max(difference)}"
