"""Before the workers of xdist start, a scout sees what they will want."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.lab import CHECKS
from support.mini import REGISTRATION

if TYPE_CHECKING:
    from support.lab import Lab

CONFTEST = """
import os
import time
from pathlib import Path

LOG = open("log.txt", "a")


def is_scout(config):
    return hasattr(config, "workerinput") and not hasattr(config, "workeroutput")


def kind(config):
    if is_scout(config):
        return "scout"
    return config.workerinput["workerid"] if hasattr(config, "workerinput") else "controller"


def note(line):
    with Path("notes.txt").open("a") as notes:
        notes.write(line + chr(10))


def pytest_collection(session):
    note(kind(session.config) + " collects")
    print("somebody collects")
    LOG.write("somebody collects")
    LOG.flush()


def pytest_xdist_newgateway():
    asked = Path("requests.jsonl")
    note("starts a worker" + (" after asking" if asked.is_file() else ""))
"""


def lay_out(lab: Lab, more: str = "") -> None:
    """A challenge, a model, and a conftest that notes what happens."""
    lab.write("conftest.py", REGISTRATION + CONFTEST + more)
    lab.challenge(checks=CHECKS)
    lab.script(a="2 * x")


def notes(lab: Lab) -> list[str]:
    """What happened, in that order."""
    return (lab.path / "notes.txt").read_text().splitlines()


def run(lab: Lab, *arguments: str) -> pytest.RunResult:
    """Two workers and four samples, unless told otherwise."""
    samples = "--llm-samples=4"
    return lab.run_apart("--llm-model=script/a", samples, "-n", "2", *arguments)


def asked(lab: Lab) -> list[str]:
    """The samples that the model was asked for."""
    return sorted(request["key"].rpartition(" ")[2] for request in lab.requests())


FOUR = ["s0", "s1", "s2", "s3"]


@pytest.mark.parametrize("verbosity", ["-q", "-v"])
def test_models_are_asked_before_a_worker_starts(lab: Lab, verbosity: str) -> None:
    """Workers find their questions asked already, and ask none."""
    lay_out(lab)
    run(lab, verbosity).assert_outcomes(passed=8)
    assert notes(lab)[:2] == ["scout collects", "starts a worker after asking"]
    assert sorted(notes(lab)[3:]) == ["gw0 collects", "gw1 collects"]
    assert asked(lab) == FOUR
    assert lab.verdicts() == ["passed"] * 4


def test_nobody_sees_what_a_scout_writes(lab: Lab) -> None:
    """Neither the terminal nor a log that was open."""
    lay_out(lab)
    result = run(lab, "-s")
    result.assert_outcomes(passed=8)
    assert "somebody" not in result.stdout.str() + result.stderr.str()
    assert (lab.path / "log.txt").read_text() == "somebody collects" * 2


@pytest.mark.parametrize(
    "arguments",
    [("--llm-model=reference",), ("--llm-self-check",), ("--llm-model=script/a", "--co")],
    ids=["reference", "self-check", "collect-only"],
)
def test_no_scout_is_sent_where_nobody_has_to_wait(lab: Lab, arguments: tuple[str, ...]) -> None:
    """Solutions are there at once."""
    lay_out(lab)
    lab.run_apart(*arguments, "-n", "2")
    assert "scout collects" not in notes(lab)


def test_no_scout_is_sent_out_of_a_process_with_threads(lab: Lab) -> None:
    """A fork of it might hang in a lock that one of them holds."""
    waits = "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    lay_out(lab, f"\nimport threading\n\n{waits}\n")
    run(lab).assert_outcomes(passed=8)
    assert "scout collects" not in notes(lab)
    assert asked(lab) == FOUR


@pytest.mark.parametrize(
    "deed",
    ["os._exit(3)", "os.kill(os.getpid(), 9)", "raise RuntimeError", "time.sleep(600)"],
    ids=["exits", "is-killed", "fails", "hangs"],
)
def test_a_scout_that_comes_to_grief_costs_nothing(lab: Lab, deed: str) -> None:
    """The workers tell what they want, as they would without it; and nothing of it stays."""
    happens = f"def pytest_itemcollected(item):\n    if is_scout(item.config):\n        {deed}\n"
    lay_out(lab, f"\n\n{happens}")
    run(lab).assert_outcomes(passed=8)
    assert "scout collects" in notes(lab)
    assert asked(lab) == FOUR
    assert lab.verdicts() == ["passed"] * 4


def test_a_scout_that_is_late_says_nothing_any_more(lab: Lab) -> None:
    """By then the workers have been asked, and they are believed."""
    lay_out(
        lab,
        """

def pytest_collection_modifyitems(config, items):
    if is_scout(config):
        items[:] = [item for item in items if "negative" not in item.name]
        note("scout is late")
        time.sleep(3)
        note("scout is back")
""",
    )
    lab.script(a={"*": {"sleep_s": 2, "text": "```mini\n2 * x\n```"}})
    run(lab).assert_outcomes(passed=8)
    assert "scout is late" in notes(lab)
    assert "scout is back" not in notes(lab)
    assert [len(record["checks"]) for record in lab.records()] == [2] * 4


def test_workers_are_believed_where_a_scout_saw_fewer_checks(lab: Lab) -> None:
    """A sample is not judged before its last check, and none is forgotten."""
    lay_out(
        lab,
        """

def pytest_collection_modifyitems(config, items):
    if is_scout(config):
        items[:] = [item for item in items if "negative" not in item.name and "s3" not in item.name]
""",
    )
    lab.script(a={"double/s1": "abs(2 * x)", "*": "2 * x"})
    run(lab).assert_outcomes(passed=7, failed=1)
    assert asked(lab) == FOUR
    assert lab.verdicts() == ["passed", "wrong_answer", "passed", "passed"]
    assert [len(record["checks"]) for record in lab.records()] == [2] * 4


def test_a_file_that_cannot_be_collected_is_told_once(lab: Lab) -> None:
    """By the workers, and the others are judged, as without a scout."""
    lay_out(lab)
    lab.write("challenges/broken/test_broken.py", "import nowhere\n")
    result = run(lab)
    result.assert_outcomes(passed=8, errors=1)
    assert result.stdout.str().count("ERROR collecting") == 1
    assert asked(lab) == FOUR
