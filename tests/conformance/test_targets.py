"""The targets of this package keep their contract, and `check_target` finds one that does not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.errors import BuildFailed, WrongAnswer
from pytest_llmgen.extraction import CodeForm
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.python import Python
from pytest_llmgen.targets.target import Example, StaticArtifact
from pytest_llmgen.targets.wat import Wat
from pytest_llmgen.testing import check_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.targets.mlir_module import MlirModule
    from pytest_llmgen.targets.python_module import PythonModule
    from pytest_llmgen.targets.wasm_module import WasmModule

ADD = """\
(module
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))
"""
SUBTRACT = ADD.replace("i32.add", "i32.sub")
TRAP = ADD.replace("(i32.add", "(unreachable) (i32.add")


def challenge_of(target: str, task: str) -> Challenge:
    """A challenge without a folder."""
    return Challenge(
        id=f"{target}/basic/task", folder=Path(), task=task, targets=(target,), tier="basic"
    )


def adds(module: WasmModule | PythonModule | MlirModule) -> bool:
    """Whether a module adds."""
    return bool(module.call("add", 2, 3) == 5)


@pytest.mark.parametrize("wrong", [SUBTRACT, TRAP])
def test_wat_conforms(wrong: str) -> None:
    """With a wrong answer, and with one that traps."""
    check_target(
        Wat,
        right=ADD,
        wrong=wrong,
        unbuildable=ADD.replace("i32.add", "i32.plus"),
        challenge=challenge_of("wat", "Export `add: (i32, i32) -> i32`, the sum."),
        works=adds,
    )


@pytest.mark.parametrize(
    "wrong", ["def add(a, b):\n    return a - b\n", "def add(a, b):\n    raise ValueError\n"]
)
def test_python_conforms(wrong: str) -> None:
    """With a wrong answer, and with one that raises an exception."""
    check_target(
        Python,
        right="def add(a, b):\n    return a + b\n",
        wrong=wrong,
        unbuildable="def add(a, b)\n    return a + b\n",
        challenge=challenge_of("python", "Write `def add(a: int, b: int) -> int`, the sum."),
        works=adds,
    )


MLIR_ADD = """\
func.func @add(%a: i32, %b: i32) -> i32 {
  %sum = arith.addi %a, %b : i32
  return %sum : i32
}
"""


@pytest.mark.parametrize("operation", ["arith.subi", "arith.divsi"])
def test_mlir_conforms(operation: str) -> None:
    """With a wrong answer, and with one that divides wrongly."""
    check_target(
        Mlir,
        right=MLIR_ADD,
        wrong=MLIR_ADD.replace("arith.addi", operation),
        unbuildable=MLIR_ADD.replace("arith.addi", "arith.addf"),
        challenge=challenge_of("mlir", "Define `func.func @add(%a: i32, %b: i32) -> i32`."),
        works=adds,
    )


EXAMPLE = Example(question="Give seven.", answer="```toy\nsolve 7;\n```")
RIGHT, WRONG, UNBUILDABLE = "solve 42;", "solve 41;", "solve ?;"


class Toy:
    """A target that keeps its contract until a test changes a part of it."""

    name: Any = "toy"
    suffix: Any = ".toy"
    form: Any = CodeForm(
        tags=frozenset({"toy"}),
        plausible=lambda text: text.strip().startswith("solve "),
        find_bare=lambda _text: None,
    )

    def rules(self, challenge: Any, settings: Any) -> Any:
        """Say how to write it."""
        del challenge, settings
        return "Write solve and a number."

    def unavailable(self) -> Any:
        """Never."""
        return None

    def build(self, source: str, challenge: Any, settings: Any) -> Any:
        """Read the number."""
        del challenge, settings
        number = source.strip().removeprefix("solve ").removesuffix(";")
        if not number.isdecimal():
            raise BuildFailed(f"{number} is no number")
        return StaticArtifact(value=int(number))

    def close(self) -> None:
        """Do nothing."""


def that_is(**attributes: Any) -> type[Toy]:
    """A toy with other attributes."""
    return type("Named", (Toy,), attributes)


def form(**changes: Any) -> CodeForm:
    """The toy's form with other parts."""
    parts: dict[str, Any] = {
        "tags": Toy.form.tags,
        "plausible": Toy.form.plausible,
        "find_bare": Toy.form.find_bare,
    }
    return CodeForm(**(parts | changes))


def that_builds(act: Callable[[Toy, str], Any]) -> type[Toy]:
    """A toy that builds otherwise."""
    return that_is(build=lambda self, source, _challenge, _settings: act(self, source))


def check(target: type[Toy], *, works: bool = True) -> None:
    """Check a toy."""
    check_target(
        target,
        right=RIGHT,
        wrong=WRONG,
        unbuildable=UNBUILDABLE,
        challenge=challenge_of("toy", "Solve it."),
        works=(lambda artifact: bool(artifact.value == 42)) if works else None,
    )


@pytest.mark.parametrize("works", [True, False])
def test_a_good_target_passes(*, works: bool) -> None:
    """All checks hold, also where nobody says what an artifact is for."""
    check(Toy, works=works)


def test_a_good_target_may_have_examples() -> None:
    """Of what its challenges do not ask for."""
    check(that_is(examples=(EXAMPLE,)))


def test_a_target_that_this_machine_lacks_is_skipped() -> None:
    """With the reason that the target gives; its form and its rules are checked all the same."""
    absent = that_is(unavailable=lambda _self: "no toyc; run: apt-get install toyc")
    with pytest.raises(pytest.skip.Exception, match=r"^target 'toy': no toyc; run: apt-get"):
        check(absent)
    with pytest.raises(AssertionError, match=r"^suffix must be like '\.wat', got 'toy'$"):
        check(type("Absent", (absent,), {"suffix": "toy"}))


def refuse_without_words(_toy: Toy, source: str) -> Any:
    """Refuse, but do not say why."""
    if "?" in source:
        raise BuildFailed
    return StaticArtifact(value=42)


def crash(_toy: Toy, source: str) -> Any:
    """Let an exception of the toolchain through."""
    raise OSError("toyc: not found")


def trap(artifact: Any) -> bool:
    """Say that a submission is at fault, as a run does."""
    raise WrongAnswer(str(artifact.value))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            that_is(name="My Toy"),
            "name must be of small letters, digits and hyphens, got 'My Toy'",
        ),
        (
            that_is(form=form(tags=frozenset({".Toy"}))),
            "form.tags must be small letters without a dot, got ['.Toy']",
        ),
        (
            that_is(form=form(tags=frozenset({"lisp"}))),
            "form.tags must hold the suffix '.toy' without its dot, got ['lisp']",
        ),
        (
            that_is(form=form(plausible=lambda text: "42" in text)),
            "form.plausible must be true of `wrong`",
        ),
        (
            that_is(form=form(plausible=lambda _text: True)),
            "form.plausible must be false of ''",
        ),
        (
            that_is(form=form(find_bare=lambda text: text)),
            ("form.find_bare must be None of 'I am sorry, but I would rather not write this.'"),
        ),
        (that_is(rules=lambda *_: None), "rules() must be text, got None"),
        (that_is(rules=lambda *_: f"Write {RIGHT}"), "rules() must not hold the answer"),
        (that_is(unavailable=lambda _self: False), "unavailable() returned False"),
        (that_is(examples=[EXAMPLE]), f"examples must be a tuple, got [{EXAMPLE!r}]"),
        (
            that_is(examples=("Solve it.",)),
            "examples must be of the class Example, got 'Solve it.'",
        ),
        (
            that_is(examples=(replace(EXAMPLE, question=" "),)),
            (
                "an example must have a question and an answer, got "
                f"{replace(EXAMPLE, question=' ')!r}"
            ),
        ),
        (
            that_is(examples=(EXAMPLE, replace(EXAMPLE, answer=f"```toy\n{RIGHT}\n```"))),
            "an example must not hold the answer",
        ),
        (
            that_is(examples=(EXAMPLE, replace(EXAMPLE, answer="```toy\nsolve x;\n```"))),
            "the answer of example 2 must build: BuildFailed: x is no number",
        ),
        (
            that_builds(lambda *_: StaticArtifact(value=42)),
            "build() of `unbuildable` must raise BuildFailed",
        ),
        (
            that_builds(crash),
            "build() of `unbuildable` must raise BuildFailed, not OSError: toyc: not found",
        ),
        (that_builds(refuse_without_words), "BuildFailed must carry the toolchain's diagnostics"),
        (
            that_is(distorts=True),
            "with distorts = True, an artifact must have an attribute distortion, None at first",
        ),
    ],
)
def test_each_broken_promise_is_named(target: type[Toy], message: str) -> None:
    """The message says what was found and what is expected."""
    with pytest.raises(AssertionError) as raised:
        check(target)
    assert str(raised.value) == message


def test_builds_that_share_their_state_are_found() -> None:
    """The second build changes what the first one gave."""

    class Sharing(Toy):
        artifact = type("Artifact", (), {"notes": {}, "close": lambda _self: None})()

        def build(self, source: str, challenge: Any, settings: Any) -> Any:
            self.artifact.value = super().build(source, challenge, settings).value
            return self.artifact

    with pytest.raises(AssertionError, match=r"^the artifact of `wrong` solves the challenge$"):
        check(Sharing)


def test_a_wrong_solution_that_solves_the_challenge_is_found() -> None:
    """The example is of no use, or the check of the challenge is."""
    with pytest.raises(AssertionError, match=r"^the artifact of `wrong` solves the challenge$"):
        check_target(
            Toy,
            right=RIGHT,
            wrong=RIGHT,
            unbuildable=UNBUILDABLE,
            challenge=challenge_of("toy", "Solve it."),
            works=lambda artifact: bool(artifact.value == 42),
        )


def test_a_fault_of_the_submission_means_that_it_does_not_work() -> None:
    """A right solution that traps is found like one with a wrong result."""
    with pytest.raises(
        AssertionError, match=re.escape("the artifact of `right` does not solve the challenge")
    ):
        check_target(
            Toy,
            right=RIGHT,
            wrong=WRONG,
            unbuildable=UNBUILDABLE,
            challenge=challenge_of("toy", "Solve it."),
            works=trap,
        )
