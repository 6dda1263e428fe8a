"""Strict comparison: what passes, what fails, and the words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pytest_llmgen.comparison import compare
from pytest_llmgen.errors import WrongAnswer

_FLOATS = arrays.arrays(np.float32, st.integers(1, 20), elements=st.floats(width=32))
_SIZED = st.integers(1, 20).map(lambda n: np.arange(1, n + 1, dtype="float32"))


def _fails(got: object, expected: object, **words: object) -> str:
    with pytest.raises(WrongAnswer) as raised:
        compare(np.asarray(got), np.asarray(expected), **words)  # type: ignore[arg-type]  # keywords vary
    return str(raised.value)


@given(_FLOATS, st.sampled_from([0.0, 1e-6]))
def test_an_array_equals_itself(values: np.ndarray, tolerance: float) -> None:
    """NaN, infinities and both zeros included."""
    compare(values.copy(), values, tolerance=tolerance)


@given(_SIZED)
def test_zeros_nan_and_a_constant_fail(expected: np.ndarray) -> None:
    """What lazy code returns never passes, with a tolerance or without."""
    for lazy in (np.zeros_like(expected), np.full_like(expected, np.nan), expected + 1):
        for tolerance in (0.0, 1e-3):
            _fails(lazy, expected, tolerance=tolerance)


def test_shape_and_dtype_come_first() -> None:
    """Nothing is broadcast or converted."""
    one = np.ones(3, "float32")
    assert _fails(np.ones(1, "float32"), one) == "the result: shape (1,), expected (3,)"
    assert _fails(np.ones(3), one) == "the result: dtype float64, expected float32"


def test_the_message_says_where_what_and_how_much() -> None:
    """First index, both values, largest error, how many."""
    expected = np.array([1, 2, 3, 4], "float32")
    got = np.array([1, 2.5, 3, 6], "float32")
    assert _fails(got, expected, what="f(4)") == (
        "f(4): 2 of 4 elements are wrong; first at [1]: got 2.5, expected 2.0; largest error 2"
    )


def test_signed_zeros_differ_unless_they_need_not() -> None:
    """-0.0 is a wrong answer where the task says so, which is the default."""
    minus, plus = np.array([-0.0], "float32"), np.array([0.0], "float32")
    assert "got -0.0, expected 0.0" in _fails(minus, plus)
    compare(minus, plus, signed_zeros=False)


def test_nan_must_stand_where_nan_is_expected() -> None:
    """Neither more nor fewer, also under a tolerance."""
    nan, one = np.array([np.nan, 1]), np.array([1.0, 1])
    for tolerance in (0.0, 0.5):
        _fails(nan, one, tolerance=tolerance)
        _fails(one, nan, tolerance=tolerance)


def test_infinity_is_within_no_tolerance() -> None:
    """An overflow is not a rounding error."""
    _fails(np.array([np.inf, 1]), np.array([1e300, 1]), tolerance=0.5)
    _fails(np.array([np.inf, 1]), np.array([-np.inf, 1]), tolerance=0.5)


def test_the_tolerance_scales_with_the_reference() -> None:
    """Cancellation near zero is measured against the largest element."""
    expected = np.array([1000.0, 0.0])
    compare(np.array([1000.0, 0.5]), expected, tolerance=1e-3)
    _fails(np.array([1000.0, 1.5]), expected, tolerance=1e-3)


def test_integers_are_exact_and_do_not_wrap_in_the_message() -> None:
    """The error of unsigned and of 64-bit values is shown as it is."""
    got, expected = np.array([255], "uint8"), np.array([0], "uint8")
    assert _fails(got, expected, tolerance=1.0).endswith("largest error 255")
    low, high = np.array([-(2**63)]), np.array([2**63 - 1])
    assert _fails(low, high).endswith(f"largest error {2**64 - 1}")


def test_a_scalar_array_and_an_empty_one() -> None:
    """Zero dimensions and zero elements work."""
    compare(np.zeros(0, "float32"), np.zeros(0, "float32"), tolerance=1e-3)
    assert "first at [0]: got 1, expected 2" in _fails(np.array(1), np.array(2))
