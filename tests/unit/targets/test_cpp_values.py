"""Values of Python as the bytes that a shim reads, and back."""

from __future__ import annotations

import contextlib
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.errors import UsageError
from pytest_llmgen.targets.cpp_signature import SCALARS, Function, parse_interface
from pytest_llmgen.targets.cpp_values import DecodeError, decode_outputs, encode_arguments

STRUCTS = (
    "`struct Edge { int from, to; };` `struct Row { std::string name; std::vector<Edge> e; };`"
)


def function(declaration: str) -> Function:
    """The function of a declaration, which may use the structs."""
    [found] = parse_interface(f"{STRUCTS} `{declaration}`").functions
    return found


def through(kind: str, value: Any) -> Any:
    """A value of a type, in and out again: what is passed by `&` comes back."""
    passed = function(f"void f({kind}& value)")
    return decode_outputs(passed, encode_arguments(passed, [value]))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bool", True),
        ("char", "x"),
        ("char", "\udcff"),
        ("int64_t", -(2**63)),
        ("uint64_t", 2**64 - 1),
        ("float", 0.5),
        ("double", -math.inf),
        ("std::string", "na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve\0\udcff"),
        ("std::vector<std::string>", ["", "a"]),
        ("std::vector<char>", ["a", "b"]),
        ("Edge", (1, -2)),
        ("Row", ("r", [(1, 2), (3, 4)])),
    ],
)
def test_values_survive_the_way(kind: str, value: Any) -> None:
    """Each comes back equal, as the same type or a tuple that is equal."""
    assert through(kind, value) == value


@pytest.mark.parametrize("name", sorted(set(SCALARS) - {"char"}))
def test_vectors_of_numbers_are_arrays(name: str) -> None:
    """Of the declared type, whether they were lists or arrays."""
    wanted = np.array([0, 1, 1], SCALARS[name])
    for value in (wanted, wanted.tolist()):
        got = through(f"std::vector<{name}>", value)
        assert got.dtype == wanted.dtype
        assert got.tolist() == wanted.tolist()


def test_vectors_nest_and_may_be_empty() -> None:
    """A list of arrays."""
    got = through("std::vector<std::vector<double>>", [[], [1.5, math.nan]])
    assert [row.tolist() for row in got] == [[], [1.5, pytest.approx(math.nan, nan_ok=True)]]


def test_structs_come_out_as_named_tuples() -> None:
    """And go in as tuples, dicts or rows of a structured array; Python's keywords get a tail."""
    rows = np.array([(5, 6)], dtype=[("from", "i4"), ("to", "i4")])
    for value in ((5, 6), {"to": 6, "from": 5}, rows[0]):
        edge = through("Edge", value)
        assert (edge.from_, edge.to) == (5, 6)
        assert repr(edge) == "Edge(from_=5, to=6)"


def test_the_result_comes_before_what_was_changed() -> None:
    """In the order of the parameters."""
    called = function("bool f(int& a, const int& b, std::string& c)")
    data = struct.pack("<?iQ2s", True, 7, 2, b"ok")
    assert decode_outputs(called, data) == (True, 7, "ok")
    assert decode_outputs(function("void f(int a)"), b"") is None


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("int", 2**31, "'i' format requires -2147483648 <= number <= 2147483647"),
        ("int", 1.5, "required argument is not an integer"),
        ("float", "1", "required argument is not a float"),
        ("bool", 1, "bool needs True or False"),
        ("std::string", 1, "it is neither str nor bytes"),
        ("std::vector<int>", 5, "it is no sequence"),
        (
            "std::vector<int>",
            np.zeros(1),
            "int needs an array of 1 dimension and dtype int32",
        ),
        ("Edge", (1,), "Edge needs a tuple of from, to, or a dict"),
        ("Edge", {"from": 1}, "Edge needs the keys from, to"),
    ],
)
def test_an_argument_of_another_type_is_the_fault_of_the_check(
    kind: str, value: Any, reason: str
) -> None:
    """Nothing is rounded, cut off or reinterpreted on the way."""
    with pytest.raises(UsageError) as raised:
        encode_arguments(function(f"int f({kind} a)"), [value])
    told = "array([0.])" if isinstance(value, np.ndarray) else repr(value)
    assert str(raised.value) == f"`int f({kind} a)`: the argument 'a' cannot be {told}: {reason}"


def test_a_missing_argument_is_the_fault_of_the_check() -> None:
    """The message says how many there must be."""
    with pytest.raises(UsageError, match=r"^`int f\(int a\)` takes 1 arguments, got 0$"):
        encode_arguments(function("int f(int a)"), [])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("int", b"\0\0\0"),
        ("int", b"\0\0\0\0\0"),
        ("std::string", struct.pack("<Q", 2**63)),
        ("std::vector<double>", struct.pack("<Qd", 2, 1.0)),
        ("std::vector<Edge>", struct.pack("<Q", 2**62)),
        ("std::vector<std::vector<int>>", struct.pack("<QQ", 2, 2**60)),
    ],
)
def test_forged_lengths_are_refused(kind: str, data: bytes) -> None:
    """No more is taken than is there, and all of it."""
    with pytest.raises(DecodeError):
        decode_outputs(function(f"{kind} f()"), data)


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """A submission can send what it likes."""
    with contextlib.suppress(DecodeError):
        decode_outputs(function("std::vector<Row> f(std::vector<bool>& b)"), data)


def test_a_truth_value_other_than_one_is_true() -> None:
    """C++ has bytes there, of which undefined behaviour can make anything."""
    values = decode_outputs(function("std::vector<bool> f()"), struct.pack("<Q", 2) + b"\2\0")
    assert values.tolist() == [True, False]
    assert values.view(np.uint8).tolist() == [1, 0]
