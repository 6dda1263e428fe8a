"""`--llm-sandbox`: which tier guards a run, where it is named, and what happens without one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.errors import TargetUnavailable
from pytest_llmgen.sandbox import seccomp, shared
from pytest_llmgen.sandbox import tier as tiers
from pytest_llmgen.sandbox.tier import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.lab import Lab

GUARDED = """\
from pytest_llmgen.sandbox import shared
from support.mini import Mini


class Early(Mini):
    name = "mini2"

    def __init__(self):
        self._sandbox = shared.sandbox()

    def build(self, source, challenge, settings):
        with open("tiers.txt", "a") as file:
            print(self._sandbox.tier, file=file)
        return super().build(source, challenge, settings)


class Late(Early):
    def __init__(self):
        pass

    def build(self, source, challenge, settings):
        self._sandbox = shared.sandbox()
        return super().build(source, challenge, settings)
"""
"""Targets that note in which tier they would run a submission."""
ONE = "def test_it(submission):\n    assert submission.build().call(1) == 2\n"
OFF = "OFF (what models write runs unguarded)"


@pytest.fixture(autouse=True)
def tiers_are_tried_anew() -> Iterator[None]:
    """A process tries each tier once; each test here is a machine of its own."""
    tiers.failure.cache_clear()
    yield
    tiers.failure.cache_clear()


@pytest.fixture
def no_bubblewrap(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tier A cannot be had."""
    monkeypatch.setenv("PATH", str(lab.temporary))


@pytest.fixture
def no_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    """No tier can be had in the controlling process; workers would find one."""
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    seccomp._program.cache_clear()


@pytest.fixture
def best() -> Tier:
    """What a run uses here by itself."""
    try:
        return tiers.probe()
    except TargetUnavailable as error:
        pytest.skip(str(error))


def guarded_challenge(lab: Lab, kind: str = "Early") -> None:
    """A challenge whose target uses the sandbox."""
    lab.write("guarded.py", GUARDED)
    conftest = lab.path / "conftest.py"
    text = conftest.read_text().replace("support.mini:Mini2", f"guarded:{kind}")
    conftest.write_text(f"import sys\n\nsys.path.append({str(lab.path)!r})\n\n\n{text}")
    lab.challenge("mini2/basic/guarded", ONE, mark='target="mini2", tier="basic"')


def described_sandbox(lab: Lab) -> object:
    """What run.json says of the last run."""
    return json.loads((lab.runs[-1] / "run.json").read_text())["sandbox"]


@pytest.mark.parametrize("wanted", ["A", "B", "C", "off"])
def test_the_wanted_tier_guards_every_process(
    lab: Lab, workers: tuple[str, ...], wanted: str
) -> None:
    """Targets use it; header, run.json and the run's line name it, and `off` cannot be missed."""
    if reason := tiers.failure(Tier(wanted)):
        pytest.skip(reason)
    guarded_challenge(lab)
    result = lab.run(f"--llm-sandbox={wanted}", "--llm-run=r", "--llm-seed=5", *workers)
    result.assert_outcomes(passed=1)
    used = (lab.path / "tiers.txt").read_text().split()
    assert set(used) == {wanted}
    assert described_sandbox(lab) == wanted
    shown = OFF if wanted == "off" else wanted
    tail = "" if wanted == "A" else f"  sandbox: {shown}"
    assert f"llmgen: models reference; seed 5; sandbox {shown}" in result.outlines
    assert f"run: .llmgen/runs/r  seed: 5{tail}" in result.outlines


def test_without_a_word_the_best_that_works_is_used(
    lab: Lab, workers: tuple[str, ...], best: Tier
) -> None:
    """And recorded."""
    guarded_challenge(lab)
    lab.run(*workers).assert_outcomes(passed=1)
    assert set((lab.path / "tiers.txt").read_text().split()) == {best}
    assert described_sandbox(lab) == best


def test_an_ini_key_chooses_too(lab: Lab, workers: tuple[str, ...]) -> None:
    """`llm_sandbox = off`, which is shouted before anything runs."""
    lab.configure("addopts = --import-mode=importlib", "llm_sandbox = off", "llm_seed = 5")
    guarded_challenge(lab)
    result = lab.run(*workers)
    result.assert_outcomes(passed=1)
    assert f"llmgen: models reference; seed 5; sandbox {OFF}" in result.outlines
    assert described_sandbox(lab) == "off"


def test_a_tier_ends_with_its_run(lab: Lab, best: Tier) -> None:
    """What this process does afterwards is guarded as well as can be."""
    guarded_challenge(lab)
    lab.run("--llm-sandbox=off")
    assert (lab.path / "tiers.txt").read_text().split()[0] == "off"
    assert shared.sandbox().tier == best
    shared.close()


def test_a_run_that_was_unguarded_once_says_so_for_ever(lab: Lab) -> None:
    """Going on with it in a better tier does not make its first samples more trustworthy."""
    guarded_challenge(lab)
    lab.run("--llm-sandbox=off", "--llm-run=r")
    lab.run("--llm-run=r")
    assert described_sandbox(lab) == "off"


@pytest.mark.parametrize(
    "arguments",
    [("--co",), ("--co", "--llm-sandbox=B"), ("test_plain.py",), ("test_plain.py", "-n", "2")],
    ids=" ".join,
)
def test_nothing_is_tried_out_where_nothing_runs(lab: Lab, arguments: tuple[str, ...]) -> None:
    """Collecting alone, and a project's other tests, start no process."""
    guarded_challenge(lab)
    lab.write("test_plain.py", "def test_it():\n    pass\n")
    result = lab.run(*arguments)
    assert result.ret == 0
    assert tiers.failure.cache_info().misses == 0
    assert not (lab.path / ".llmgen").exists()


REFUSED = (
    "ERROR: llmgen: --llm-sandbox=A: the sandbox does not work here (tier A: bubblewrap is not "
    f"installed); {tiers.REMEDY}"
)


@pytest.mark.usefixtures("no_bubblewrap")
def test_a_tier_that_cannot_be_had_is_one_line(lab: Lab, workers: tuple[str, ...]) -> None:
    """With the reason and the remedy, before anything is collected."""
    guarded_challenge(lab)
    result = lab.run("--llm-sandbox=A", *workers)
    assert result.errlines == [REFUSED, ""]
    assert result.outlines == []
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert not lab.runs


@pytest.mark.usefixtures("no_bubblewrap")
def test_a_tier_of_the_ini_file_is_missed_only_by_runs_that_need_it(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """The same line once challenges are collected; other tests of the project run."""
    lab.configure("addopts = --import-mode=importlib", "llm_sandbox = A")
    lab.write("test_plain.py", "def test_it():\n    pass\n")
    lab.run("test_plain.py", *workers).assert_outcomes(passed=1)
    guarded_challenge(lab)
    result = lab.run(*workers)
    assert REFUSED in result.errlines
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert not lab.runs


@pytest.mark.usefixtures("no_bubblewrap")
def test_auto_takes_the_next_tier_and_says_so(lab: Lab, workers: tuple[str, ...]) -> None:
    """The line on the run names a tier that is not the best."""
    if reason := tiers.failure(Tier.B):
        pytest.skip(reason)
    guarded_challenge(lab)
    result = lab.run("--llm-run=r", "--llm-seed=5", *workers)
    result.assert_outcomes(passed=1)
    assert "run: .llmgen/runs/r  seed: 5  sandbox: B" in result.outlines
    assert described_sandbox(lab) == "B"


@pytest.mark.usefixtures("no_tier")
@pytest.mark.parametrize(("kind", "asked"), [("Early", 0), ("Late", 1)])
def test_without_any_tier_checks_that_need_one_are_errors(
    lab: Lab, workers: tuple[str, ...], kind: str, asked: int
) -> None:
    """Never a verdict on the model, who is not asked where that is known; others are judged."""
    guarded_challenge(lab, kind)
    lab.challenge("mini/basic/free", ONE)
    lab.script(a="2 * x")
    result = lab.run("--llm-model=script/a", "--llm-run=r", *workers)
    result.assert_outcomes(passed=1, errors=1)
    records = {record["target"]: record for record in lab.records()}
    assert records["mini"]["verdict"] == "passed"
    assert records["mini2"]["verdict"] == "harness_error"
    assert "libseccomp" in records["mini2"]["message"]
    assert "--llm-sandbox=off runs what a model wrote unguarded" in records["mini2"]["message"]
    assert sum("guarded" in request["key"] for request in lab.requests()) == asked
    assert described_sandbox(lab) is None
    assert any(line.endswith("; sandbox none (it cannot be set up)") for line in result.outlines)


@pytest.mark.usefixtures("no_tier")
def test_off_needs_nothing(lab: Lab, workers: tuple[str, ...]) -> None:
    """It is the user's own risk, and possible everywhere."""
    guarded_challenge(lab)
    lab.run("--llm-sandbox=off", *workers).assert_outcomes(passed=1)
    assert described_sandbox(lab) == "off"


def test_a_wrong_tier_is_one_line(lab: Lab) -> None:
    """It says what there is."""
    result = lab.run("--llm-sandbox=D")
    assert result.errlines == [
        "ERROR: llmgen: --llm-sandbox: 'D' is not one of auto, A, B, C, off",
        "",
    ]
    assert result.ret == pytest.ExitCode.USAGE_ERROR
