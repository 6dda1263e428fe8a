"""What stands around a submission in C++, and how its text is read."""

from __future__ import annotations

import pytest

from pytest_llmgen.targets.cpp_shim import files, is_body, masked, prelude
from pytest_llmgen.targets.cpp_signature import parse_interface

ADD = parse_interface("`int add(int a, int b)`")
POINT = parse_interface("`struct Point { int x; };` `int first(const Point& p)`")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("return a + b;", True),
        ("if (a == 0) { return b; }\nreturn add(a - 1, b + 1);", True),
        ("// int add(int a, int b) {\nreturn a + b;", True),
        ("int add(int a, int b) { return a + b; }", False),
        ("int add(int a,\n        int b) noexcept\n{ return a + b; }", False),
        ("auto add(int a, int b) -> int { return a + b; }", False),
        ("int plus(int a, int b);\nint add(int a, int (b)) { return plus(a, b); }", False),
    ],
)
def test_a_body_is_told_from_a_function(source: str, expected: bool) -> None:
    """A body may call the function; a comment defines nothing."""
    assert is_body(source, ADD.functions[0]) is expected


def test_masking_keeps_code_and_lines() -> None:
    """Comments, strings of all kinds and characters become blanks."""
    source = "a; // }\n/* { \n */ \"{\\\"\" R\"x({\"y)x\" '{' '\\'' 1'000 b;"
    text = masked(source)
    assert len(text) == len(source)
    assert text.split() == ["a;", "1'000", "b;"]
    assert text.count("\n") == source.count("\n")


@pytest.mark.parametrize("opening", ["/*", '"', "'", 'R"(', "//"])
def test_masking_takes_what_never_ends(opening: str) -> None:
    """Text of a model is often cut off, and long."""
    assert len(masked(opening * 20_000)) == len(opening) * 20_000


def test_the_prelude_ends_with_the_structs() -> None:
    """The model is shown exactly what stands there."""
    assert prelude(POINT).splitlines()[-3:] == ["#include <vector>", "", "struct Point { int x; };"]
    assert files(POINT, "", body=False)["submission.cpp"].decode().count("struct Point {") == 1


def test_a_struct_that_the_source_defines_is_not_defined_before() -> None:
    """Models like to repeat the task's definitions."""
    source = "struct Point\n{\n  int x;\n};\nint first(const Point& p) { return p.x; }\n"
    made = files(POINT, source, body=False)
    assert "struct Point" not in made["submission.cpp"].decode()
    mentioned = files(POINT, "// struct Point {\n", body=False)
    assert "struct Point {" in mentioned["submission.cpp"].decode()


@pytest.mark.parametrize(("body", "added"), [("return a;", 1), ("return a;\n}", 0)])
def test_a_body_gets_the_brace_that_it_lacks(body: str, added: int) -> None:
    """Those who go on where the prompt ended write it themselves."""
    text = files(ADD, body, body=True)["submission.cpp"].decode()
    assert text.count("int add(int a, int b) {\n") == 1
    assert text.count("}") == added
