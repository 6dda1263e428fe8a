"""What the flights of a run say of each model: the healing challenges, flown."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.lander import Outcome
from pytest_llmgen.reporting.model_row import tokens_per_s
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_llmgen.reporting.model_row import ModelRow
    from pytest_llmgen.runs.flight import FlightResult
    from pytest_llmgen.runs.record import Attempt, Record

TIER = "healing"
"""Challenges of this tier fly, also if no model wrote anything that could."""
MOST_WORDS = 160
"""Characters of a reason."""

_ERROR = re.compile(r"^.*?\berror: (.*)", re.MULTILINE)
_BUILT = frozenset({"built", "trial_failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnd:
    """How one attempt ended."""

    number: int
    """From 1."""
    outcome: str
    """As in the record: `built`, `trial_failed`, or the verdict that stopped it."""
    why: str
    """The toolchain's first error, or the first line of what went wrong; empty if nothing did."""

    @property
    def verified(self) -> bool:
        """Whether the toolchain took its source."""
        return self.outcome in _BUILT


@dataclass(frozen=True, slots=True, kw_only=True)
class FlownSample:
    """One sample of a challenge that flies."""

    sample: int
    verdict: Verdict
    why: str
    """The first line of why it has not passed."""
    attempts: tuple[AttemptEnd, ...]
    flights: tuple[FlightResult, ...]
    """Of the last attempt, in the scenarios that the task keeps back; if there are none, in all."""

    @property
    def counts(self) -> bool:
        """Whether it counts for or against the model."""
        return self.verdict not in OURS

    @property
    def verified(self) -> bool:
        """Whether the toolchain took the source of its last attempt."""
        return bool(self.attempts) and self.attempts[-1].verified


@dataclass(frozen=True, slots=True, kw_only=True)
class FlownSamples:
    """Some samples of one model, and what they say together."""

    samples: tuple[FlownSample, ...]

    @property
    def counted(self) -> tuple[FlownSample, ...]:
        """Those that count for or against the model."""
        return tuple(sample for sample in self.samples if sample.counts)

    @property
    def verified(self) -> int:
        """Counted samples whose last attempt the toolchain took."""
        return sum(sample.verified for sample in self.counted)

    @property
    def landed(self) -> int:
        """Counted samples that passed: every flight that decides was soft."""
        return sum(sample.verdict is Verdict.PASSED for sample in self.counted)

    @property
    def attempts_per_sample(self) -> float | None:
        """Over the counted samples; None if there is none."""
        counted = self.counted
        tries = sum(len(sample.attempts) for sample in counted)
        return tries / len(counted) if counted else None

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How the flights of the counted samples ended, best first; without those that did not."""
        counts = Counter(flight.outcome for flight in self._flights)
        return {outcome: counts[outcome] for outcome in Outcome if outcome in counts}

    @property
    def worst_m_per_s(self) -> float | None:
        """The fastest touchdown of the counted samples; None if there was none."""
        speeds = [flight.touchdown_m_per_s for flight in self._flights]
        return max((speed for speed in speeds if speed is not None), default=None)

    @property
    def _flights(self) -> list[FlightResult]:
        return [flight for sample in self.counted for flight in sample.flights]

    @property
    def ours(self) -> Mapping[tuple[Verdict, str], int]:
        """Samples that are left out of every rate, by verdict and why, in their order."""
        return Counter((sample.verdict, sample.why) for sample in self.samples if not sample.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlownChallenge(FlownSamples):
    """One model on one challenge."""

    label: str
    """As in the matrix of the scoreboard."""
    challenge: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlownModel(FlownSamples):
    """One model on every challenge that flies."""

    model: str
    size_gb: float | None
    seconds_per_answer: float | None
    """Mean over the answers for which it is known, those of samples that do not count too."""
    tokens_per_s: float | None
    """Completion tokens per second of generating, over the answers for which both are known."""
    challenges: tuple[FlownChallenge, ...]


def build_flights(
    records: Iterable[Record], models: Sequence[ModelRow], labels: Mapping[tuple[str, str], str]
) -> tuple[FlownModel, ...]:
    """Add up what flies: challenges of the tier `healing`, and others with a flight.

    Args:
        records: In any order, each sample once.
        models: Of the scoreboard, in the order of the result.
        labels: From challenge and target to how they are called, in the order of the result.

    Returns:
        A row for each model that was asked for something that flies.
    """
    groups: dict[str, dict[tuple[str, str], list[Record]]] = defaultdict(lambda: defaultdict(list))
    flying = set()
    for record in records:
        place = record.challenge, record.target
        groups[record.model][place].append(record)
        if record.flights or record.tier == TIER:
            flying.add(place)
    found = []
    for row in models:
        own = {place: groups[row.model][place] for place in labels if place in flying}
        challenges = [_challenge(labels[place], place, mine) for place, mine in own.items() if mine]
        if challenges:
            attempts = [a for mine in own.values() for record in mine for a in record.attempts]
            found.append(_model(row, challenges, attempts))
    return tuple(found)


def compact(outcomes: Mapping[Outcome, int]) -> str:
    """`5 soft, 2 crash`; empty if there was no flight."""
    return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())


def reason(message: str, most: int = MOST_WORDS) -> str:
    """The toolchain's first error in a message, without its place; else the first line."""
    found = _ERROR.search(message)
    words = found[1] if found else next(iter(message.strip().splitlines()), "")
    words = " ".join(printable(words).split()).removesuffix(":")
    return words if len(words) <= most else words[: most - 3].rstrip() + "..."


def words_of(outcome: str) -> str:
    """How an attempt ended, in the words of those who fly: what is built verifies."""
    return "does not verify" if outcome == Verdict.BUILD_FAILED else outcome.replace("_", " ")


def printable(text: str) -> str:
    """A text of a model or a server, which must not steer what shows it."""
    return "".join(c if c.isprintable() or c.isspace() else f"\\x{ord(c):02x}" for c in text)


def _model(
    row: ModelRow, challenges: Sequence[FlownChallenge], attempts: Sequence[Attempt]
) -> FlownModel:
    seconds = [attempt.seconds for attempt in attempts if attempt.seconds is not None]
    return FlownModel(
        model=row.model,
        size_gb=row.size_gb,
        seconds_per_answer=math.fsum(seconds) / len(seconds) if seconds else None,
        tokens_per_s=tokens_per_s(attempts),
        challenges=tuple(challenges),
        samples=tuple(sample for challenge in challenges for sample in challenge.samples),
    )


def _challenge(label: str, place: tuple[str, str], records: Iterable[Record]) -> FlownChallenge:
    challenge, target = place
    samples = sorted(map(_sample, records), key=lambda sample: sample.sample)
    return FlownChallenge(label=label, challenge=challenge, target=target, samples=tuple(samples))


def _sample(record: Record) -> FlownSample:
    kept_back = tuple(flight for flight in record.flights if not flight.public)
    return FlownSample(
        sample=record.sample,
        verdict=record.verdict,
        why=reason(record.message),
        attempts=tuple(
            AttemptEnd(number=number, outcome=attempt.outcome, why=reason(attempt.message))
            for number, attempt in enumerate(record.attempts, start=1)
        ),
        flights=kept_back or record.flights,
    )
