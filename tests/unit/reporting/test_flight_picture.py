"""Flights read from a run's folders, and the pictures that are drawn of them."""

from __future__ import annotations

import builtins
import struct
import warnings
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from support.flights import HIDDEN, PUBLIC, flown

from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import SampleKey
from pytest_llmgen.reporting.flight_picture import draw, require_matplotlib, write_pictures
from pytest_llmgen.reporting.flight_tracks import FlownStory, read_stories
from pytest_llmgen.runs.directory import RunDirectory
from pytest_llmgen.runs.record import Attempt, Record
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import MakeRecord

CHALLENGE = "mlir/healing/zero_thrust"
SVG = "{http://www.w3.org/2000/svg}"


class Run:
    """A run's directory with samples that flew."""

    def __init__(self, path: Path, make: MakeRecord) -> None:
        """Start without samples."""
        self.directory = RunDirectory(path)
        self.records: list[Record] = []
        self._make = make

    def add(
        self,
        *attempts: tuple[str, list[dict[str, Any]] | None],
        model: str = "qwen2.5-coder:7b",
        sample: int = 0,
        by_checks: list[dict[str, Any]] | None = None,
    ) -> None:
        """Add a sample.

        Args:
            attempts: How each ended, and the flights that it noted.
            model: Who wrote it.
            sample: Which one it is.
            by_checks: Flights of its checks.
        """
        key = SampleKey(model=model, challenge=CHALLENGE, target="mlir", sample=sample)
        for number, (_, flights) in enumerate(attempts, start=1):
            if flights is not None:
                self.directory.save_notes(key, number, {"flights": flights})
        if by_checks is not None:
            self.directory.save_flights(key, by_checks)
        folder = self.directory.sample_folder(key).relative_to(self.directory.path)
        record = self._make(
            CHALLENGE,
            model=model,
            sample=sample,
            target="mlir",
            tier="healing",
            attempts=tuple(Attempt(outcome=outcome) for outcome, _ in attempts),
            folder=folder.as_posix(),
        )
        self.records.append(record)

    def stories(self) -> list[FlownStory]:
        """What there is to be drawn."""
        return read_stories(self.directory.path, self.records)


@pytest.fixture
def run(tmp_path: Path, record: MakeRecord) -> Run:
    """An empty run."""
    return Run(tmp_path / "r", record)


@pytest.fixture
def healed(run: Run) -> FlownStory:
    """One that does not verify, then lands hard, then softly."""
    run.add(
        ("build_failed", None),
        ("trial_failed", flown(600, PUBLIC, keep_track=True)),
        ("built", flown(4000, PUBLIC, keep_track=True)),
    )
    [story] = run.stories()
    return story


def texts(svg: bytes) -> list[str]:
    """What can be read in a picture."""
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def lines(svg: bytes) -> dict[str, ET.Element]:
    """The lines of flights by their ids, without the marks at their ends."""
    found = {element.get("id", ""): element for element in ET.fromstring(svg).iter(f"{SVG}g")}
    return {
        name: element
        for name, element in found.items()
        if name.startswith("attempt-") and not name.endswith("-end")
    }


# Reading


def test_a_story_has_every_attempt(healed: FlownStory) -> None:
    """Those that flew with their tracks, the others with what stopped them."""
    assert [attempt.number for attempt in healed.attempts] == [1, 2, 3]
    assert healed.attempts[0].outcome == "does not verify"
    assert healed.attempts[0].tracks == ()
    for attempt, outcome in zip(healed.attempts[1:], ("hard", "soft"), strict=True):
        assert [track.result.scenario for track in attempt.tracks] == ["std300", "heavy300"]
        assert {track.result.outcome for track in attempt.tracks} == {outcome}
        assert all(track.moments[0][0] == 0.0 for track in attempt.tracks)
        assert all(track.moments[-1][1] == 0.0 for track in attempt.tracks)


def test_without_a_trial_the_flights_of_the_checks_are_shown(run: Run) -> None:
    """Of the last attempt; a trial's own come first."""
    by_checks = flown(4000, PUBLIC, keep_track=True)
    run.add(("build_failed", None), ("built", None), by_checks=by_checks)
    run.add(("built", flown(600, PUBLIC, keep_track=True)), sample=1, by_checks=by_checks)
    first, second = run.stories()
    assert [len(attempt.tracks) for attempt in first.attempts] == [0, 2]
    assert first.attempts[1].tracks[0].result.outcome == "soft"
    assert second.attempts[0].tracks[0].result.outcome == "hard"


def test_samples_without_a_track_have_no_story(run: Run, record: MakeRecord) -> None:
    """Nor have damaged notes, or challenges that do not fly."""
    run.add(("build_failed", None), sample=0)
    run.add(("built", flown(4000, HIDDEN, keep_track=False)), sample=1)
    [noted] = flown(4000, PUBLIC[:1], keep_track=True)
    for sample, track in enumerate(([], None, [[1, 2]], [["a", "b", "c"]]), start=2):
        run.add(("built", [{**noted, "track": track}]), sample=sample)
    run.add(("built", None), sample=6)
    path = run.directory.path / run.records[-1].folder
    path.mkdir(parents=True)
    (path / "flights.json").write_text("{")
    run.records.append(record("wat/scalar/add", Verdict.PASSED))
    assert run.stories() == []


# Drawing


def test_an_svg_is_well_formed_and_names_what_it_shows(healed: FlownStory) -> None:
    """Model, challenge, starts, outcomes, and the attempt that did not verify."""
    shown = texts(draw(healed)["svg"])
    for text in (
        "qwen2.5-coder:7b: mlir/healing/zero_thrust",
        "std300",
        "300 m, \N{MINUS SIGN}20 m/s, 1200 kg",
        "attempt 1: does not verify",
        "attempt 2: 2 hard",
        "touchdown up to 4.7 m/s",
        "attempt 3: 2 soft",
        "touchdown up to 1.0 m/s",
        "soft up to 2 m/s",
        "altitude (m)",
        "velocity (m/s)",
        "time (s)",
    ):
        assert text in shown


def test_each_attempt_that_flew_has_its_lines(healed: FlownStory) -> None:
    """Two for each flight; told apart by colour and by dashes."""
    svg = draw(healed)["svg"]
    found = lines(svg)
    assert sorted(found) == sorted(
        f"attempt-{number}-{scenario}-{kind}"
        for number in (2, 3)
        for scenario in ("std300", "heavy300")
        for kind in ("altitude", "velocity")
    )
    drawn = {_style(svg, found[f"attempt-{n}-std300-altitude"]) for n in (2, 3)}
    assert len({style["stroke"] for style in map(dict, drawn)}) == 2
    assert len({style.get("stroke-dasharray") for style in map(dict, drawn)}) == 2
    ends = [e.get("id", "") for e in ET.fromstring(svg).iter(f"{SVG}g")]
    assert "attempt-3-std300-altitude-end" in ends
    assert "soft-limit-std300" in ends


def _style(svg: bytes, line: ET.Element) -> frozenset[tuple[str, str]]:
    """How a line is drawn."""
    [path] = line.iter(f"{SVG}path")
    name = path.get("class")
    text = path.get("style", "")
    if name is not None:
        rules = svg.decode().partition(f".{name}{{")[2]
        text = rules.partition("}")[0]
    pairs = (rule.partition(":") for rule in text.split(";"))
    return frozenset((key.strip(), value.strip()) for key, _, value in pairs)


def test_a_line_goes_through_the_moments_of_its_track(healed: FlownStory) -> None:
    """From left to right, from the start down to the ground, on one scale for all attempts."""
    found = lines(draw(healed)["svg"])

    def points(name: str) -> list[tuple[float, float]]:
        [path] = found[name].iter(f"{SVG}path")
        steps = path.get("d", "").removeprefix("M ").split("L ")
        return [(float(x), float(y)) for x, y in (step.split() for step in steps)]

    second, third = (points(f"attempt-{n}-std300-altitude") for n in (2, 3))
    moments = healed.attempts[1].tracks[0].moments
    assert second[0] == third[0]
    assert second[-1][1] == third[-1][1]
    assert second[-1][1] > second[0][1] + 50
    scale = (second[-1][0] - second[0][0]) / moments[-1][0]
    end = healed.attempts[2].tracks[0].moments[-1][0]
    assert third[-1][0] - third[0][0] == pytest.approx(scale * end, abs=0.3)


def test_the_same_flights_give_the_same_bytes(
    healed: FlownStory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the user's own settings are."""
    import matplotlib as mpl

    files = write_pictures([healed], tmp_path / "first")
    first = [file.read_bytes() for file in files]
    monkeypatch.setitem(mpl.rcParams, "lines.linewidth", 9.0)
    monkeypatch.setitem(mpl.rcParams, "font.size", 30.0)
    assert [file.read_bytes() for file in write_pictures([healed], tmp_path / "again")] == first
    assert mpl.rcParams["font.size"] == 30.0


def test_a_png_has_a_size_for_print(healed: FlownStory) -> None:
    """At 200 dots an inch."""
    data = draw(healed)["png"]
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert width >= 1000
    assert height >= 600


@pytest.mark.parametrize("count", [1, 4, 5, 7, 8])
def test_any_number_of_scenarios_is_drawn(run: Run, count: int) -> None:
    """In bands of four, each with both of its panels, and a legend beside or below."""
    [noted] = flown(600, PUBLIC[:1], keep_track=True)
    flights = [{**noted, "scenario": {**noted["scenario"], "name": f"s {n}"}} for n in range(count)]
    run.add(("built", flights))
    with warnings.catch_warnings(action="error"):
        svg = draw(run.stories()[0])["svg"]
    assert len(lines(svg)) == 2 * count
    assert "attempt-1-s_0-altitude" in lines(svg)
    assert f"attempt 1: {count} hard" in texts(svg)
    assert texts(svg).count("time (s)") == count


def test_flights_that_end_in_any_way_are_drawn(run: Run) -> None:
    """One that ends at its first command, too; seven attempts are told apart."""
    [noted] = flown(600, PUBLIC[:1], keep_track=True)
    unfinished = {"touchdown_m_per_s": None}
    for outcome in ("crash", "timeout", "invalid"):
        changed = {**noted, "outcome": outcome, **(unfinished if outcome != "crash" else {})}
        start = {**changed, "track": noted["track"][:1]}
        run.add(*(("trial_failed", [changed]),) * 7, ("built", [start]), model=outcome)
    for story in run.stories():
        svg = draw(story)["svg"]
        assert f"attempt 8: 1 {story.model}" in texts(svg)
        assert story.model in texts(svg)
        styles = {_style(svg, line) for name, line in lines(svg).items() if "velocity" in name}
        assert len(styles) >= 6


ODD_MODELS = (
    "ollama/qwen2.5-coder:7b",
    "../../etc/passwd",
    "/root",
    ".",
    "a\\b<c>&\"d'$x^2$",
    "colour \x1b[31m and \x00",
    "half \ud83d a pair",
    "模型 🦀",
    "long/" * 100,
)


def test_pictures_of_any_model_stay_in_their_folder(run: Run, tmp_path: Path) -> None:
    """Each has files of its own, and the title shows its name as it is, but for what steers."""
    for model in ODD_MODELS:
        run.add(("built", flown(600, PUBLIC[:1], keep_track=True)), model=model)
    folder = tmp_path / "pictures"
    files = write_pictures(run.stories(), folder)
    assert len(files) == len(set(files)) == 2 * len(ODD_MODELS)
    assert all(file.is_file() and file.resolve().is_relative_to(folder) for file in files)
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(files)
    titles = [texts(file.read_bytes()) for file in files if file.suffix == ".svg"]
    shown = {text for found in titles for text in found}
    assert "a\\b<c>&\"d'$x^2$: mlir/healing/zero_thrust" in shown
    assert "colour \\x1b[31m and \\x00: mlir/healing/zero_thrust" in shown
    assert "模型 🦀: mlir/healing/zero_thrust" in shown


def test_names_of_files_tell_samples_apart(run: Run) -> None:
    """And their titles, where there are several."""
    for sample in (0, 11):
        run.add(("built", flown(600, PUBLIC[:1], keep_track=True)), sample=sample)
    first, last = run.stories()
    place = "qwen2.5-coder~7b/mlir+healing+zero_thrust,mlir"
    assert [first.file_stem, last.file_stem] == [f"{place},s0", f"{place},s11"]
    assert f"qwen2.5-coder:7b: {CHALLENGE}, sample 11" in texts(draw(last)["svg"])


def test_a_picture_that_cannot_be_written_is_told_in_one_line(
    healed: FlownStory, tmp_path: Path
) -> None:
    """A file is where the folder would be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError) as told:
        write_pictures([healed], tmp_path / "file")
    assert str(told.value).startswith(f"cannot write the picture {tmp_path}/file/qwen2.5-coder~7b/")


def test_without_matplotlib_the_command_that_gets_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is an extra."""
    real = builtins.__import__

    def lacking(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(UsageError) as told:
        require_matplotlib()
    assert str(told.value) == (
        "pictures of flights are drawn by matplotlib, which is not installed; to get it: "
        'pip install "pytest-llmgen[pictures]"'
    )
