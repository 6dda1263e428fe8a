"""The examples of MLIR repair: each is wrong as it says, right once repaired, and no challenge."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.errors import BuildFailed
from pytest_llmgen.extraction import extract
from pytest_llmgen.targets.mlir import MLIR_FORM, Mlir
from pytest_llmgen.targets.target import BuildSettings, Example

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.targets.mlir_module import MlirModule

PADDED, CELSIUS, MAJORITY = Mlir.examples
REPAIRED: list[tuple[Example, str, Callable[..., Any], list[tuple[Any, ...]]]] = [
    (PADDED, "padded", lambda n: -(-n // 8) * 8, [(n,) for n in range(-17, 18)]),
    (CELSIUS, "celsius", lambda f: (f - 32) * 5 / 9, [(-40.0,), (0.0,), (32.0,), (212.0,)]),
    (
        MAJORITY,
        "majority",
        lambda *votes: sum(votes) >= 2,
        [*itertools.product((False, True), repeat=3)],
    ),
]
CHALLENGES = Path(__file__).resolve().parents[3] / "challenges"

_LACKS = Mlir().unavailable()
needs_mlir = pytest.mark.skipif(_LACKS is not None, reason=_LACKS or "")


def built(source: str, example: Example) -> MlirModule:
    """Build a source as an answer to the example's question, which declares the function."""
    challenge = Challenge(
        id="mlir/basic/example",
        folder=Path(),
        task=example.question,
        targets=("mlir",),
        tier="basic",
    )
    return Mlir().build(source, challenge, BuildSettings())


def block(text: str, tag: str) -> str:
    """What stands in the one block of a kind."""
    (found,) = re.findall(rf"^```{tag}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return str(found)


@needs_mlir
@pytest.mark.parametrize(("example", "name", "expected", "rows"), REPAIRED)
def test_the_repaired_function_is_right(
    example: Example, name: str, expected: Callable[..., Any], rows: list[tuple[Any, ...]]
) -> None:
    """Taken out of its answer as out of a model's, it computes what the question asks for."""
    found = extract(example.answer, MLIR_FORM)
    assert found.flags == ()
    module = built(found.source, example)
    assert module.call_rows(name, rows) == [expected(*row) for row in rows]
    module.close()


@needs_mlir
@pytest.mark.parametrize("example", [PADDED, MAJORITY])
def test_the_diagnostics_are_mlirs_own(example: Example) -> None:
    """Word for word: what a model learns from them is how they look."""
    with pytest.raises(BuildFailed) as raised:
        built(block(example.question, "mlir"), example)
    assert f"{str(raised.value).rstrip()}\n" == block(example.question, "text")


@needs_mlir
def test_the_wrong_result_is_what_the_faulty_function_returns() -> None:
    """It builds, as the question says."""
    said = re.search(r"celsius\((\S+)\) returns (\S+), expected (\S+)\.\n", CELSIUS.question)
    assert said is not None
    argument, wrong, right = map(float, said.groups())
    faulty = built(block(CELSIUS.question, "mlir"), CELSIUS)
    assert faulty.call("celsius", argument) == wrong
    faulty.close()
    repaired = built(block(CELSIUS.answer, "mlir"), CELSIUS)
    assert repaired.call("celsius", argument) == right
    repaired.close()


def test_there_are_three() -> None:
    """Each with another function."""
    assert len({tuple(_functions(example.question)) for example in Mlir.examples}) == 3


def test_no_example_is_in_a_challenge_nor_a_challenge_in_an_example() -> None:
    """Neither its words, nor its code, nor its function."""
    files = [
        path for path in CHALLENGES.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert len(files) > 100
    texts = {path: _spaced(path.read_text(encoding="utf-8")) for path in files}
    for example in Mlir.examples:
        whole = _spaced(f"{example.question}\n{example.answer}")
        parts = [_spaced(example.question), _spaced(example.answer)]
        parts += [_spaced(block(text, "mlir")) for text in (example.question, example.answer)]
        names = set(_functions(example.question))
        for path, text in texts.items():
            assert not [part for part in parts if part in text], path
            assert text == "" or text not in whole, path
            assert not names & set(_functions(text)), path


def _spaced(text: str) -> str:
    """Without regard to how its lines are broken."""
    return " ".join(text.split())


def _functions(text: str) -> list[str]:
    return re.findall(r"func\.func @(\w+)", text)
