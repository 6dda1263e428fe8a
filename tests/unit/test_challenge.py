"""What a challenge's module says, and the errors when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_llmgen.challenge import (
    Expectation,
    Limits,
    Signature,
    challenge,
    challenge_id,
    from_module,
    parse_signatures,
    read_expectation,
)
from pytest_llmgen.errors import UsageError


def _mark(**words: object) -> pytest.Mark:
    return challenge(**{"target": "wat", "tier": "scalar", **words}).mark  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (
            "Export `add: (i32, i32) -> i32`.",
            Signature(name="add", parameters=("i32", "i32"), results=("i32",)),
        ),
        ("`f: (a: i32, b: f64) -> ()`", Signature(name="f", parameters=("i32", "f64"), results=())),
        (
            "`f:\n(i64) -> (i32,\ni32)`",
            Signature(name="f", parameters=("i64",), results=("i32", "i32")),
        ),
        ("`f: () -> f32`", Signature(name="f", parameters=(), results=("f32",))),
    ],
)
def test_signatures_are_read_from_the_task(task: str, expected: Signature) -> None:
    """One truth: the text that the model reads is what the exports are checked against."""
    assert parse_signatures(task) == (expected,)


def test_a_task_may_name_several_exports_and_other_code() -> None:
    """Words in backticks that are no signature are passed over."""
    task = "Export `a: () -> i32` and `b: (i32) -> ()`. `memory` and `n` are words."
    assert [signature.name for signature in parse_signatures(task)] == ["a", "b"]


def test_a_type_that_does_not_exist_is_named() -> None:
    """A misspelt type would otherwise fail every model."""
    with pytest.raises(UsageError) as raised:
        parse_signatures("`f: (int) -> i32`")
    assert str(raised.value) == (
        "`f: (int) -> i32`: 'int' is no WebAssembly type (f32, f64, i32, i64, v128)"
    )


def test_the_id_is_the_folder_below_challenges() -> None:
    """The nearest `challenges` counts, wherever the checkout lies."""
    assert challenge_id(Path("/x/challenges/wat/scalar/add"), Path("/x")) == "wat/scalar/add"
    assert challenge_id(Path("/challenges/y/challenges/a"), Path("/y")) == "a"
    assert challenge_id(Path("/x/suite/add"), Path("/x")) == "suite/add"


def test_a_challenge_without_a_task_is_refused(tmp_path: Path) -> None:
    """The docstring is the prompt."""
    path = tmp_path / "test_x.py"
    with pytest.raises(UsageError) as raised:
        from_module(docstring="  ", mark=_mark(), path=path, root=tmp_path)
    assert str(raised.value) == (
        f"{path}: a challenge's module docstring is its task, and there is none"
    )


def test_a_mark_without_a_target_is_refused(tmp_path: Path) -> None:
    """Whoever writes the bare mark is told the right one."""
    path = tmp_path / "test_x.py"
    with pytest.raises(UsageError) as raised:
        from_module(docstring="Task.", mark=pytest.mark.challenge.mark, path=path, root=tmp_path)
    assert str(raised.value) == f"{path}: write pytestmark = challenge(target=..., tier=...)"


@pytest.mark.parametrize("name", ["wall_s", "fuel", "memory_bytes"])
def test_limits_must_be_positive(name: str) -> None:
    """A limit of zero would fail everything."""
    with pytest.raises(UsageError, match=f"^Limits: {name} must be positive, got 0$"):
        Limits(**{name: 0})


def test_a_reject_says_which_check_fails_it_and_how(tmp_path: Path) -> None:
    """The first line is a comment in the target's own language."""
    path = tmp_path / "reject_a.wat"
    path.write_text(";; reject: test_tail wrong_answer - drops the last element\n(module)\n")
    assert read_expectation(path) == Expectation(
        check="test_tail", verdict="wrong_answer", why="drops the last element"
    )


def test_a_reject_that_says_nothing_is_refused(tmp_path: Path) -> None:
    """A wrong solution that names no check proves nothing."""
    path = tmp_path / "reject_a.wat"
    path.write_text("(module)\n")
    with pytest.raises(UsageError) as raised:
        read_expectation(path)
    assert str(raised.value) == (
        f"{path}: the first line must be a comment "
        "'reject: test_name verdict - reason', got '(module)'"
    )
