"""The tasks of the healing challenges say what is so: their telemetry is flown, in MLIR, here."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.descents import (
    ALTITUDES_M,
    FASTEST_M_PER_S,
    FASTEST_PER_S,
    GENTLE_M_PER_S,
    MASSES_KG,
    PUBLIC,
    QUICK_S,
    THRIFTY_N_S,
)
from pytest_llmgen.errors import BuildFailed
from pytest_llmgen.flight_log import flight_table, telemetry
from pytest_llmgen.lander import Outcome
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.target import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

HEALING = Path(__file__).parents[2] / "challenges" / "mlir" / "healing"
FOLDERS = sorted(HEALING.iterdir())
FLOWN = [folder for folder in FOLDERS if folder.name != "type_error"]


def _challenge(folder: Path) -> Challenge:
    source = (folder / f"test_{folder.name}.py").read_text(encoding="utf-8")
    task = ast.get_docstring(ast.parse(source))
    assert task is not None
    return Challenge(
        id=f"mlir/healing/{folder.name}",
        folder=folder,
        task=task,
        targets=("mlir",),
        tier="healing",
    )


def _blocks(task: str, language: str) -> list[str]:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", task, re.DOTALL | re.MULTILINE)
    return found


@pytest.fixture(scope="module")
def mlir() -> Iterator[Mlir]:
    """The target, if this machine has it."""
    target = Mlir()
    if (reason := target.unavailable()) is not None:
        pytest.skip(reason)
    yield target
    target.close()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_function_shown_is_the_fault_that_is_rejected(folder: Path) -> None:
    """Word for word: what the model is shown is known to fail."""
    [shown] = _blocks(_challenge(folder).task, "mlir")
    _, _, fault = (folder / "solutions" / "reject_fault.mlir").read_text().partition("\n")
    assert shown == fault


@pytest.mark.parametrize("folder", FLOWN, ids=lambda folder: folder.name)
def test_telemetry_of_a_task_is_that_of_its_function(folder: Path, mlir: Mlir) -> None:
    """Every line; and no flight of it is soft."""
    challenge = _challenge(folder)
    [source] = _blocks(challenge.task, "mlir")
    table, moments = _blocks(challenge.task, "text")
    module = mlir.build(source, challenge, BuildSettings())
    flights = module.fly("thrust", PUBLIC)
    module.close()
    assert table == flight_table(flights) + "\n"
    name = re.search(r"this is the flight (\w+)", challenge.task)
    assert name is not None
    [flight] = [flight for flight in flights if flight.scenario.name == name[1]]
    assert moments == telemetry(flight) + "\n"
    assert Outcome.SOFT not in {flight.outcome for flight in flights}


def test_words_of_the_verifier_in_a_task_are_its_own(mlir: Mlir) -> None:
    """With line, column, caret and note."""
    challenge = _challenge(HEALING / "type_error")
    [source], [said] = _blocks(challenge.task, "mlir"), _blocks(challenge.task, "text")
    with pytest.raises(BuildFailed) as refused:
        mlir.build(source, challenge, BuildSettings()).load()
    assert said == f"{refused.value}\n"
    assert "use of value '%thrust' expects different type than prior uses" in said


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_ranges_and_limits_of_a_task_are_those_of_its_checks(folder: Path) -> None:
    """As numbers in its text."""
    task = " ".join(_challenge(folder).task.split())
    low, high = ALTITUDES_M
    light, heavy = MASSES_KG
    assert f"altitudes of {low:g} m to {high:g} m" in task
    assert f"velocities from 0 to {-FASTEST_M_PER_S:g} m/s, at most a tenth of" in task
    assert FASTEST_PER_S == 0.1
    assert f"masses of {light:g} kg to {heavy:g} kg" in task
    assert f"at no more than {GENTLE_M_PER_S:g} m/s, within {QUICK_S:g} s" in task
    assert f"no more than {THRIFTY_N_S / 1000:g} kN s" in task
    for start in PUBLIC:
        assert f"{start.altitude_m:g}" in task
        assert f"{start.velocity_m_per_s:g}" in task
