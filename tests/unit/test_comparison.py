"""Strict comparison: what passes, what fails, and the words."""

from __future__ import annotations

import math

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


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers_are_compared_in_both_parts(dtype: str) -> None:
    """The error is that of the plane, and its scale the largest modulus."""
    expected = np.array([3 + 4j, 0, np.nan, np.inf], dtype)
    compare(expected.copy(), expected)
    near = expected + np.array([0, 0.4j, 0, 0], dtype)
    compare(near, expected, tolerance=0.1)
    assert _fails(near, expected, tolerance=0.01) == (
        "the result: 1 of 4 elements are wrong; first at [1]: got 0.4j, expected 0j; "
        "largest error 0.4"
    )
    _fails(expected.conj(), expected, tolerance=0.1)


def test_booleans_bytes_and_halves_are_compared_too() -> None:
    """Every kind of element that travels, and fixed strings."""
    assert "got True, expected False" in _fails([True, True], [True, False])
    assert "got b'x', expected b'b'" in _fails([b"a", b"x"], [b"a", b"b"])
    largest = np.array([65504, 1], "float16")
    compare(largest, largest.copy(), tolerance=1e-3)
    _fails(np.array([-65504, 1], "float16"), largest, tolerance=1e-3)


def test_the_index_of_several_dimensions_is_whole() -> None:
    """The first in C order."""
    got, expected = np.zeros((2, 3, 2)), np.zeros((2, 3, 2))
    got[1, 2, 0] = got[1, 2, 1] = 2
    assert "2 of 12 elements are wrong; first at [1, 2, 0]" in _fails(got, expected)


# Plain values


def _differ(got: object, expected: object, **words: object) -> str:
    with pytest.raises(WrongAnswer) as raised:
        compare(got, expected, **words)  # type: ignore[arg-type]  # keywords vary
    return str(raised.value)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (None, None),
        ("a", "a"),
        (b"a", b"a"),
        (True, True),
        (np.True_, True),
        (2**70, 2**70),
        (np.int8(3), 3),
        (np.uint64(2**63), 2**63),
        (3, 3.0),
        (np.int32(3), 3.0),
        (np.float32(0.5), 0.5),
        (math.nan, math.nan),
        (1, 1 + 0j),
        ([], []),
        ([1, "a", [None]], [1, "a", [None]]),
        ([1, 2.5], [1.0, 2.5]),
        ((1.0, 2.0), (1.0, 2.0)),
        ({"a": [1], 2: {3}}, {2: {3}, "a": [1]}),
        ([np.zeros(2)], [np.zeros(2)]),
    ],
)
def test_equal_values_are_equal(got: object, expected: object) -> None:
    """A NumPy scalar may stand for a number of its kind, and an integer for a float."""
    compare(got, expected)
    compare(got, expected, tolerance=1e-9)


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        (None, 1, "the result: None, expected int 1"),
        (1, None, "the result: int 1, expected None"),
        (1, True, "the result: int 1, expected bool True"),
        (True, 1, "the result: bool True, expected int 1"),
        (True, 1.0, "the result: bool True, expected float 1.0"),
        (1.0, 1, "the result: float 1.0, expected int 1"),
        (np.float64(1), 1, "the result: float64 np.float64(1.0), expected int 1"),
        ("1", 1, "the result: str '1', expected int 1"),
        (3, 2, "the result: got 3, expected 2"),
        ("a\n", "a", "the result: got 'a\\n', expected 'a'"),
        ((1, 2), [1, 2], "the result: tuple (1, 2), expected list [1, 2]"),
        ([1], [1, 2], "the result: 1 items, expected 2"),
        ([1, 2, 4], [1, 2, 3], "the result[2]: got 4, expected 3"),
        ([[1], [2.0]], [[1], [2]], "the result[1][0]: float 2.0, expected int 2"),
        ({"a": 1}, {"a": 1, "b": 2}, "the result: the key 'b' is missing"),
        ({"a": 1, "b": 2}, {"a": 1}, "the result: the key 'b' is not expected"),
        ({"a": [1]}, {"a": [2]}, "the result['a'][0]: got 1, expected 2"),
        ({1}, {1, 2}, "the result: got {1}, expected {1, 2}"),
        ([1.0], np.ones(1), "the result: list [1.0], expected an array of float64"),
        (np.ones(1), [1.0], "the result: ndarray array([1.]), expected list [1.0]"),
        pytest.param(
            10**5000,
            1,
            "the result: got int of very many digits, expected 1",
            id="many digits",
        ),
        ([10**400], [1.0], "the result: an integer beyond the range of floats"),
        (
            [1.0, 2.5, 3.0],
            [1.0, 2.0, 3.0],
            (
                "the result: 1 of 3 elements are wrong; first at [1]: got 2.5, expected 2.0; "
                "largest error 0.5"
            ),
        ),
    ],
)
def test_what_differs_is_told_with_its_place(got: object, expected: object, message: str) -> None:
    """Type first, then length, then the first item that differs."""
    assert _differ(got, expected) == message


def test_tolerance_holds_for_floats_in_lists() -> None:
    """Relative to the largest of their list; integers stay exact."""
    compare([1000.0, 0.5], [1000.0, 0.0], tolerance=1e-3)
    compare({"a": 1.001}, {"a": 1.0}, tolerance=1e-2)
    _differ([[1000.0], [0.5]], [[1000.0], [0.0]], tolerance=1e-3)
    _differ([1000], [1001], tolerance=0.5)
    _differ(math.nan, 1.0, tolerance=0.5)
    assert "got -0.0, expected 0.0" in _differ(-0.0, 0.0)
    compare([-0.0], [0.0], signed_zeros=False)
