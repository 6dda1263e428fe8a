"""Flights of a run's attempts, moment by moment: what pictures are made of."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.reporting.flights import TIER, words_of
from pytest_llmgen.runs.directory import FLIGHTS
from pytest_llmgen.runs.flight import TRACK, FlightResult, results_in, tracked_in
from pytest_llmgen.runs.folder_name import folder_name
from pytest_llmgen.runs.notes import read_notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pytest_llmgen.runs.record import Record

Moment = tuple[float, float, float]
"""Time in s, altitude in m, velocity in m/s upwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One flight with its moments."""

    result: FlightResult
    moments: tuple[Moment, ...]
    """At least one: a flight may end at its first command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlownAttempt:
    """One attempt of a sample, and the public flights of its source, if there are any."""

    number: int
    """From 1."""
    outcome: str
    """What stopped it, such as `does not verify`; of use where it has not flown."""
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlownStory:
    """A sample from its first attempt to its last."""

    model: str
    challenge: str
    target: str
    sample: int
    repeated: bool
    """Whether the model has other samples on the challenge."""
    attempts: tuple[FlownAttempt, ...]

    @property
    def file_stem(self) -> str:
        """Where its picture goes, below a folder: different samples give different names."""
        place = f"{folder_name(self.challenge)},{folder_name(self.target)},s{self.sample}"
        return f"{folder_name(self.model)}/{place}"


def read_stories(run_path: Path, records: Iterable[Record]) -> list[FlownStory]:
    """Every sample of a run that has a flight with a track, by model, challenge and sample."""
    found = sorted(
        (record for record in records if record.flights or record.tier == TIER),
        key=lambda record: (record.model, record.challenge, record.target, record.sample),
    )
    samples: dict[tuple[str, str, str], int] = defaultdict(int)
    for record in found:
        samples[record.model, record.challenge, record.target] += 1
    stories = [
        FlownStory(
            model=record.model,
            challenge=record.challenge,
            target=record.target,
            sample=record.sample,
            repeated=samples[record.model, record.challenge, record.target] > 1,
            attempts=_attempts(run_path / record.folder, record),
        )
        for record in found
    ]
    return [story for story in stories if any(attempt.tracks for attempt in story.attempts)]


def _attempts(sample: Path, record: Record) -> tuple[FlownAttempt, ...]:
    """Of the last attempt, also what its checks have flown: a trial may not have."""
    attempts = [
        FlownAttempt(
            number=number,
            outcome=words_of(attempt.outcome),
            tracks=_tracks(read_notes(sample / f"attempt-{number}")),
        )
        for number, attempt in enumerate(record.attempts, start=1)
    ]
    if attempts and not attempts[-1].tracks:
        last = attempts.pop()
        tracks = _tracks({"flights": _read_list(sample / FLIGHTS)})
        attempts.append(FlownAttempt(number=last.number, outcome=last.outcome, tracks=tracks))
    return tuple(attempts)


def _tracks(notes: dict[str, Any]) -> tuple[Track, ...]:
    tracked = tracked_in(notes)
    results = results_in({"flights": tracked})
    pairs = zip(results, (_moments(note[TRACK]) for note in tracked), strict=True)
    return tuple(Track(result=result, moments=moments) for result, moments in pairs if moments)


def _moments(track: Any) -> tuple[Moment, ...]:
    """The moments of a note's track; none if it is of another form."""
    try:
        return tuple((float(t), float(h), float(v)) for t, h, v in track)
    except (TypeError, ValueError):
        return ()


def _read_list(path: Path) -> Sequence[Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
