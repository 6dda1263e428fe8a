"""A model heals the lander's controller in three attempts, against a real llama-server.

The first answer does not verify, the second lands hard, the third lands softly: each time because
of what it was told.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from support import llama_server
from support.llama_server import ALIAS
from support.mlir_scenes import GAIN_TOO_LOW, SOFT
from support.project import Project

from pytest_llmgen.cli import main
from pytest_llmgen.runs.notes import read_notes
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

scripted_gguf = llama_server.scripted_gguf
scripted_server = llama_server.scripted_server

MESSAGE = "use of value '%thrust' expects different type than prior uses"
"""Of MLIR's verifier."""
PUBLIC = ["hover50", "drop100", "std300", "fast500", "high1000", "heavy300", "light300"]


@pytest.fixture(scope="module")
def healed(scripted_server: str, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with one run, `r`, of one sample."""
    if (reason := Mlir().unavailable()) is not None:
        pytest.skip(reason)
    project = Project(tmp_path_factory.mktemp("healed"))
    base_url = f"{scripted_server}/v1"
    project.configure(pilot={"model": f"openai/{ALIAS}", "base_url": base_url, "size_gb": 0.12})
    project.add("mlir/healing/zero_thrust")
    ended = project.run(
        "--llm-model=pilot", "--llm-run=r", "--llm-feedback=trial", "--llm-attempts=3", "-n2"
    )
    assert ended.status == 0, ended.output
    return project


def _sample(project: Project) -> Path:
    [record] = project.records("r")
    return project.folder("r") / record.folder


def _told(project: Project, attempt: int) -> str:
    """The last message of an attempt's request."""
    request = json.loads((_sample(project) / f"attempt-{attempt}" / "request.json").read_text())
    last = request["messages"][-1]
    assert last["role"] == "user"
    content: str = last["content"]
    return content


def test_third_attempt_lands(healed: Project) -> None:
    """The record shows all three, and what stopped each."""
    [record] = healed.records("r")
    outcomes = [attempt.outcome for attempt in record.attempts]
    assert outcomes == ["build_failed", "trial_failed", "built"]
    assert (record.verdict, record.score) == (Verdict.PASSED, 1.0)
    assert MESSAGE in record.attempts[0].message
    assert all(attempt.finish_reason == "stop" for attempt in record.attempts)
    sources = [
        (_sample(healed) / f"attempt-{number}" / "source.mlir").read_text() for number in (2, 3)
    ]
    assert sources == [GAIN_TOO_LOW, SOFT]


def test_words_of_the_verifier_reach_the_second_attempt(healed: Project) -> None:
    """With line, column and both types."""
    told = _told(healed, 2)
    assert f"source.mlir:5:36: error: {MESSAGE}: 'f32' vs 'i1'" in told
    assert "source.mlir:4:3: note: prior use here" in told
    assert (_sample(healed) / "attempt-1" / "build.log").read_text() in told


def test_hard_landings_reach_the_third_attempt(healed: Project) -> None:
    """Every public flight, how fast it touched down, and since when it was lost."""
    told = _told(healed, 3)
    assert "7 of 7 flights did not end in a soft landing" in told
    for name in PUBLIC:
        assert f"- {name}: hard at " in told
    assert "- std300: hard at 3.8 m/s after 23.6 s; from 23.3 s on, at 1.1 m and -3.9 m/s" in told


def test_flights_of_each_attempt_are_kept(healed: Project) -> None:
    """With tracks that a picture can be made of; a source that did not build never flew."""
    sample = _sample(healed)
    assert read_notes(sample / "attempt-1") == {}
    for number, outcome in ((2, "hard"), (3, "soft")):
        flights: list[dict[str, Any]] = read_notes(sample / f"attempt-{number}")["flights"]
        assert [flight["scenario"]["name"] for flight in flights] == PUBLIC
        assert {flight["outcome"] for flight in flights} == {outcome}
        for flight in flights:
            track = flight["track"]
            assert 2 <= len(track) <= 60
            assert track[0][1] == flight["scenario"]["altitude_m"]
            assert track[-1][:2] == [pytest.approx(flight["time_s"], abs=0.006), 0.0]
            assert -track[-1][2] == pytest.approx(flight["touchdown_m_per_s"], abs=0.006)


REPORT = """\
Flights
Model     Size  Latency  Tok/s  Verified  Landed    Worst  Flights
-----  -------  -------  -----  --------  ------  -------  -------
pilot  0.12 GB     #       #         1/1     1/1  # m/s  22 soft
Latency: of one answer, in the mean. Verified: the last attempt's source.
  Landed: passed, every flight soft. Worst: the fastest touchdown. Flights are
  those of the last attempt, from the starts that the task keeps back.

Flights of pilot
Challenge                 Verified  Tries    Worst  Flights
------------------------  --------  -----  -------  -------
mlir/healing/zero_thrust       yes      3  # m/s  22 soft
mlir/healing/zero_thrust, attempt 1: does not verify: use of value '%thrust'
  expects different type than prior uses: 'f32' vs 'i1'
mlir/healing/zero_thrust, attempt 2: 7 of 7 flights did not end in a soft
  landing
"""
"""But for what differs from run to run: seconds, tokens per second, and speeds of fresh flights."""


def test_report_shows_three_attempts(
    healed: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first with the verifier's words, the second with its landings, the last with flights."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["report", str(healed.folder("r"))]) == 0
    printed = capsys.readouterr().out
    text = printed[printed.index("Flights\n") :]
    text = re.sub(r" \d+\.\ds +\d+(\.\d)? ", "     #       #  ", text)
    text = re.sub(r"\d\.\d m/s", "# m/s", text)
    assert [line.split() for line in text.splitlines()] == [
        line.split() for line in REPORT.splitlines()
    ]


def test_picture_shows_two_flights_and_names_what_did_not_verify(
    healed: Project, tmp_path: Path
) -> None:
    """The attempts that fly have a line in each panel; nothing of the first can be drawn."""
    assert main(["report", str(healed.folder("r")), "--flights", str(tmp_path)]) == 0
    [svg] = tmp_path.rglob("*.svg")
    [png] = tmp_path.rglob("*.png")
    assert svg.relative_to(tmp_path).as_posix() == "pilot/mlir+healing+zero_thrust,mlir,s0.svg"
    assert png.read_bytes().startswith(b"\x89PNG")
    root = ET.parse(svg).getroot()
    ids = {element.get("id", "") for element in root.iter()}
    drawn = {name for name in ids if name.startswith("attempt-") and not name.endswith("-end")}
    assert drawn == {
        f"attempt-{number}-{scenario}-{kind}"
        for number in (2, 3)
        for scenario in PUBLIC
        for kind in ("altitude", "velocity")
    }
    texts = {"".join(element.itertext()) for element in root.iter()}
    for text in (
        "attempt 1: does not verify",
        "attempt 2: 7 hard",
        "touchdown up to 4.7 m/s",
        "attempt 3: 7 soft",
        "touchdown up to 1.0 m/s",
    ):
        assert text in texts


def test_replay_heals_again_without_a_server(healed: Project) -> None:
    """What is stored is built, flown and judged as before."""
    ended = healed.run("--llm-model=replay/r", "--llm-run=again")
    assert ended.status == 0, ended.output
    [first], [again] = healed.records("r"), healed.records("again")
    assert [a.message for a in again.attempts] == [a.message for a in first.attempts]
