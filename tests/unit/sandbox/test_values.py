"""Values come out as they went in; what is no plain data does not travel; forgeries are refused."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pytest_llmgen.sandbox.values import (
    DTYPES,
    MAX_DEPTH,
    MalformedValue,
    UnsupportedValue,
    decode,
    encode,
)

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=9)
    | st.binary(max_size=9)
)
_KEYS = _LEAVES | st.tuples(_LEAVES) | st.frozensets(_LEAVES, max_size=2)
VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(_KEYS, inner, max_size=3)
        | st.sets(_KEYS, max_size=3)
    ),
    max_leaves=12,
)
ARRAYS = st.sampled_from(sorted(DTYPES.values(), key=str)).flatmap(
    lambda dtype: arrays.arrays(
        dtype, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
    )
)


def travelled(value: Any) -> Any:
    """A value that went through JSON and bytes."""
    form, blob = encode(value)
    return decode(json.loads(json.dumps(form)), blob)


def look(value: Any) -> Any:
    """What tells values apart: types, the sign of zero, NaN."""
    if isinstance(value, (list, tuple)):
        return type(value), [look(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return type(value), sorted(repr(look(item)) for item in value)
    if isinstance(value, dict):
        return dict, [(look(key), look(item)) for key, item in value.items()]
    return type(value), repr(value)


@given(VALUES)
def test_plain_values_come_out_as_they_went_in(value: Any) -> None:
    """Integers of any size, NaN, -0.0, keys of any kind; types are the same at every depth."""
    assert look(travelled(value)) == look(value)


@given(ARRAYS)
def test_arrays_come_out_as_they_went_in(array: np.ndarray) -> None:
    """Every dtype, 0 dimensions and 0 elements included, bit for bit, and writable."""
    for given_array in (array, array.T, array[..., ::-1] if array.ndim else array):
        got = travelled(given_array)
        assert (type(got), got.dtype, got.shape) == (np.ndarray, array.dtype, given_array.shape)
        assert got.tobytes() == given_array.tobytes()
        assert got.flags.writeable


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)
def test_numpy_scalars_stay_numpy_scalars(dtype: np.dtype[Any]) -> None:
    """With their type, and beside other values that need bytes."""
    scalar = dtype.type(1)
    first, got, last = travelled([b"a", scalar, b"b"])
    assert (first, last) == (b"a", b"b")
    assert type(got) is type(scalar)
    assert got == scalar


def test_long_lists_hold_numbers_of_every_size() -> None:
    """The short way for lists of numbers is not taken where one does not fit 64 bits."""
    for numbers in ([2**63 - 1, -(2**63)], [1, True, 2.0, None], []):
        assert look(travelled(numbers)) == look(numbers)
    for huge in (2**63, 10**5000):  # Python reads and writes no decimals of more than 4300 digits
        assert travelled([0, huge]) == [0, huge]
        assert travelled([0, -huge]) == [0, -huge]


class _Flexible:
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # not needed


class _Int(int):
    """Equal to everything, and an integer."""


class _Array(np.ndarray):
    """An array with a mind of its own."""


class _Colour(enum.IntEnum):
    RED = 1


_Point = namedtuple("_Point", "x y")  # noqa: PYI024 - plain, as submissions have them
_HERE = __name__


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (_Flexible(), f"an object of type {_HERE}._Flexible"),
        ([1, {"a": _Flexible()}], f"an object of type {_HERE}._Flexible"),
        (_Int(1), f"an object of type {_HERE}._Int"),
        ([_Int(1)], f"an object of type {_HERE}._Int"),
        (_Colour.RED, f"an object of type {_HERE}._Colour"),
        (_Point(1, 2), f"an object of type {_HERE}._Point"),
        (OrderedDict(a=1), "an object of type collections.OrderedDict"),
        (range(3), "an object of type range"),
        ((n for n in [1]), "an object of type generator"),
        (dt.date(2024, 2, 29), "an object of type datetime.date"),
        (object, "an object of type type"),
        (np.zeros(2).view(_Array), f"an object of type {_HERE}._Array"),
        (np.ma.masked_array([1.0], mask=[True]), "an object of type numpy.ma.MaskedArray"),
        (np.array([None]), "an array of dtype object"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.zeros(1, "longdouble"), "an array of dtype float128"),
        (np.zeros(1, ">f8"), "an array of dtype >f8"),
        (np.zeros(1, "datetime64[D]"), "an array of dtype datetime64[D]"),
        (np.zeros(1, [("a", "i4")]), "an array of dtype [('a', '<i4')]"),
        ("\ud800", "a string that holds half a surrogate pair"),
    ],
)
def test_what_is_no_plain_data_is_named(value: Any, words: str) -> None:
    """At whatever depth it stands, and whatever it says of itself."""
    with pytest.raises(UnsupportedValue) as refused:
        encode(value)
    assert str(refused.value) == words


def test_values_that_contain_themselves_are_refused() -> None:
    """As is all that is nested too deep; what is just deep enough travels."""
    deep: list[Any] = []
    for _ in range(MAX_DEPTH - 1):
        deep = [deep]
    assert travelled(deep) == deep
    deep.append(deep)
    with pytest.raises(UnsupportedValue, match="nested more than 64 deep"):
        encode(deep)


@pytest.mark.parametrize(
    ("form", "blob"),
    [
        ({}, b""),
        ({"tuple": [], "set": []}, b""),
        ({"pickle": "gASV"}, b""),
        ({"tuple": 3}, b""),
        ({"set": [[]]}, b""),
        ({"dict": [[[], 1]]}, b""),
        ({"dict": [[1]]}, b""),
        ({"dict": 1}, b""),
        ({"int": 7}, b""),
        ({"int": "no"}, b""),
        ({"complex": [1, 2, 3]}, b""),
        ({"bytes": 1}, b""),
        ({"bytes": -1}, b"a"),
        ({"bytes": True}, b"a"),
        ({"array": ["<f8", 2]}, bytes(8)),
        ({"array": ["<f8", 1]}, bytes(9)),
        ({"array": ["<f8", -1]}, b""),
        ({"array": ["<f8", 1.0]}, bytes(8)),
        ({"array": ["<f8", True]}, bytes(8)),
        ({"array": ["<f8", 0, 2**62, 2**62]}, b""),
        ({"array": ["<f8", 2**62, 2**62]}, bytes(8)),
        ({"array": ["<f8", *([1] * 65)]}, bytes(8)),
        ({"array": ["|O", 1]}, bytes(8)),
        ({"array": ["<U2", 1]}, bytes(8)),
        ({"array": []}, b""),
        ({"array": [["<f8"]]}, b""),
        ({"array": 1}, b""),
        ({"scalar": "|V8"}, bytes(8)),
        ({"scalar": "<f8"}, b""),
        ([{"bytes": 1}], b"ab"),
        (None, b"left over"),
        ("\ud800", b""),
    ],
)
def test_forgeries_are_refused(form: Any, blob: bytes) -> None:
    """Before anything of their size is allocated."""
    with pytest.raises(MalformedValue):
        decode(form, blob)


def test_forged_nesting_is_refused() -> None:
    """Far above the depth at which Python itself gives up."""
    form: Any = []
    for _ in range(MAX_DEPTH + 1):
        form = {"tuple": [form]}
    with pytest.raises(MalformedValue, match="nested more than 64 deep"):
        decode(form, b"")


def test_forged_booleans_are_booleans() -> None:
    """A byte that is neither 0 nor 1 would compare as no boolean does."""
    assert decode({"array": ["|b1", 3]}, b"\x00\x01\x02").tobytes() == b"\x00\x01\x01"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["int", "bytes", "tuple", "set", "dict", "array", "scalar", "complex"]),
            inner | st.sampled_from(sorted(DTYPES)),
            max_size=1,
        )
    ),
    max_leaves=9,
)


@given(JSON, st.binary(max_size=24))
def test_any_json_is_a_value_or_malformed(form: Any, blob: bytes) -> None:
    """A child that a submission took over can raise nothing else in the parent."""
    try:
        value = decode(form, blob)
    except MalformedValue:
        return
    encode(value)


def test_floats_keep_their_bits() -> None:
    """The smallest, the largest, and both infinities."""
    for number in (5e-324, 1.7976931348623157e308, math.inf, -math.inf, 0.1):
        assert travelled(number).hex() == number.hex()
