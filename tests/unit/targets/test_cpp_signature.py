"""Declarations of C++ in a task."""

from __future__ import annotations

import pytest

from pytest_llmgen.errors import UsageError
from pytest_llmgen.targets.cpp_signature import (
    Function,
    Parameter,
    Scalar,
    Struct,
    Text,
    Vector,
    parse_interface,
)

POINT = "`struct Point { double x, y; std::string name; };`"


def only(task: str) -> Function:
    """The function of a task that declares one."""
    [function] = parse_interface(task).functions
    return function


def test_a_function_is_found_in_prose() -> None:
    """Its declaration may go over several lines and end with a semicolon."""
    function = only(
        """Write `std::vector<int64_t> merge(const std::vector<int64_t>& a,
        std::vector<int64_t>& b, unsigned long long n);`, which merges `a` and `b`."""
    )
    numbers = Vector(Scalar("int64_t"))
    assert function == Function(
        name="merge",
        result=numbers,
        parameters=(
            Parameter("a", numbers, "const&"),
            Parameter("b", numbers, "&"),
            Parameter("n", Scalar("unsigned long long"), "value"),
        ),
        declaration=(
            "std::vector<int64_t> merge(const std::vector<int64_t>& a, std::vector<int64_t>& b, "
            "unsigned long long n)"
        ),
    )
    assert function.outputs == (numbers, numbers)


def test_structs_and_vectors_nest() -> None:
    """A struct may hold vectors and other structs that stand before it."""
    interface = parse_interface(
        f"{POINT} `struct Path {{ std::vector<Point> points; // in order\n Point end; }}` "
        "`void tidy(std::vector<std::vector<Path>>& paths)`"
    )
    point = Struct(
        "Point",
        (("x", Scalar("double")), ("y", Scalar("double")), ("name", Text())),
        "struct Point { double x, y; std::string name; };",
    )
    path, function = interface.structs[1], interface.functions[0]
    assert interface.structs[0] == point
    assert path.fields == (("points", Vector(point)), ("end", point))
    assert function.outputs == (Vector(Vector(path)),)


@pytest.mark.parametrize(
    ("declaration", "kinds"),
    [
        ("bool f(char a, unsigned b)", ["char", "unsigned"]),
        ("void f()", []),
        ("std::size_t f(std::int8_t a, const float b)", ["::std::int8_t", "float"]),
        ("long f(const std::string& s)", ["const ::std::string&"]),
    ],
)
def test_types_are_written_for_the_shim(declaration: str, kinds: list[str]) -> None:
    """No `using namespace` and no macro of a submission can change them."""
    assert [str(parameter) for parameter in only(f"`{declaration}`").parameters] == kinds


def test_other_code_declares_nothing() -> None:
    """Calls, expressions, names, types and whole fenced blocks."""
    function = only(
        """Write `int twice(int x)`. `twice(2)` is `4`, `std::max(a, b)` is not `x < y`,
        `std::vector<int>(3)` and `f: (i32) -> i32` are none either.

        ```cpp
        int other(int y);
        `int third(int z)`
        ```
        """
    )
    assert function.name == "twice"


def test_a_declaration_may_be_repeated() -> None:
    """A task may name its function twice."""
    assert only("`int twice(int x)`, again: `int twice(int x);`").name == "twice"


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            "Nothing.",
            (
                "a task for the target 'cpp' declares its functions in backticks, such as "
                "`double mean(const std::vector<double>& values)`, and there is none"
            ),
        ),
        ("`int main()`", "`int main()`: main is not for a submission to define"),
        (
            "`int f(int x)` `int f(long x)`",
            "`int f(long x)`: f is declared before, in another way",
        ),
        (
            "`int f(int* x)`",
            "`int f(int* x)`: expected a name that begins with a letter, got '*'",
        ),
        ("`int f(int)`", "`int f(int)`: expected a name that begins with a letter, got ''"),
        (
            "`int f(int x int y)`",
            "`int f(int x int y)`: expected ',' before 'int'",
        ),
        (
            "`const int& f(int x)`",
            (
                "`const int& f(int x)`: 'const' is no type that the target 'cpp' can pass: use a "
                "scalar, std::string, std::vector, or a struct that the task declares before"
            ),
        ),
        (
            "`int f(std::map<int, int> x)`",
            (
                "`int f(std::map<int, int> x)`: 'std::map' is no type that the target 'cpp' can "
                "pass: use a scalar, std::string, std::vector, or a struct that the task declares "
                "before"
            ),
        ),
        ("`struct A { };` `A f()`", "`struct A { };`: a struct needs a field"),
        (
            "`struct A { int _x; };` `A f()`",
            "`struct A { int _x; };`: expected a name that begins with a letter, got '_x'",
        ),
    ],
)
def test_what_cannot_be_passed_is_refused(task: str, message: str) -> None:
    """The message quotes the declaration."""
    with pytest.raises(UsageError) as raised:
        parse_interface(task)
    assert str(raised.value) == message
