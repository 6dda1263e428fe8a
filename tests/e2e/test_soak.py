"""The soak in small: a server that is wrong in every way there is, over every API."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def soaked() -> dict[str, Any]:
    """What came of 200 samples, with every third answer wrong, so that each fault has its turn."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", "--samples=2", "--rate=0.3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_sample_is_settled_and_none_against_a_model(soaked: dict[str, Any]) -> None:
    """What the server does wrong ends as passed after all, or as nobody's fault."""
    assert soaked["verdicts"].keys() == {"passed", "backend_error"}, soaked["output"]
    assert sum(soaked["verdicts"].values()) == 200, soaked["output"]
    assert soaked["verdicts"]["passed"] > 100, soaked["output"]


def test_every_fault_occurred(soaked: dict[str, Any]) -> None:
    """A soak that leaves one out shows nothing of it."""
    assert [name for name, number in soaked["faults"].items() if not number] == []


@pytest.mark.parametrize("kind", ["threads", "descriptors"])
def test_the_controlling_process_keeps_nothing(soaked: dict[str, Any], kind: str) -> None:
    """It ends with what it began with."""
    first, last = soaked["held"][kind]
    assert last <= first, soaked["left"]
