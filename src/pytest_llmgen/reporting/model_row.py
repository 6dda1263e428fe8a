"""What a run says of one model."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.stats.intervals import wilson_interval
from pytest_llmgen.stats.pass_at_k import pass_at_k
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_llmgen.runs.record import Attempt, Record

DRAWS = (1, 5, 10, 25, 100)
"""The k of pass@k, as far as there are samples; the number of samples itself is added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What is known of a model before it is asked."""

    name: str
    size_gb: float | None = None
    vram_gb: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model's results.

    Rates are over counted samples: those whose verdict is the model's doing. Seconds, tokens and
    cost are of all samples, since they were spent. None stands where nothing is known.
    """

    model: str
    size_gb: float | None
    vram_gb: float | None
    samples: int
    """Counted ones."""
    built: int
    correct: int
    score_percent: float | None
    """Mean score of the counted samples."""
    correct_percent: float | None
    interval: tuple[float, float]
    """95 % Wilson interval of correct / samples, in [0, 1]; see `wilson_interval` for its reach."""
    pass_at_k: Mapping[int, float]
    """By k, in [0, 1], the mean over challenges; empty if each has a single sample.

    k goes no further than the fewest counted samples of any challenge.
    """
    attempts: int
    """Over the counted samples."""
    attempts_per_sample: float | None
    seconds: float | None
    """Of generating."""
    prompt_tokens: int | None
    completion_tokens: int | None
    tokens_per_s: float | None
    """Completion tokens per second of generating, over the attempts for which both are known."""
    cost_usd: float | None
    """Of the attempts whose cost is known, as with tokens and seconds."""
    verdicts: Mapping[Verdict, int]
    """The model's own, `passed` among them; they add up to `samples`."""
    ours: Mapping[Verdict, int]
    """Samples left out of every rate, by what went wrong on our side."""
    length_errors: int
    """Counted samples that passed a wrong shader length."""
    correct_with_fixup: int
    """Counted samples that are correct once the host mends the shader's length."""

    @property
    def left_out(self) -> int:
        """Samples that count in no rate."""
        return sum(self.ours.values())

    @property
    def rank(self) -> tuple[float, float, float, str]:
        """Sorts the best first: by score, correct rate, least time, name; the unknown last.

        Nine decimals of a percentage: below that, only the rounding of the sums differs.
        """
        score = -1.0 if self.score_percent is None else self.score_percent
        correct = -1.0 if self.correct_percent is None else self.correct_percent
        seconds = math.inf if self.seconds is None else self.seconds
        return -round(score, 9), -round(correct, 9), seconds, self.model


def summarize(records: Sequence[Record], facts: ModelFacts) -> ModelRow:
    """Add up one model's records, whatever their order.

    Args:
        records: At least one, all of the same model, each sample once.
        facts: Of that model.
    """
    counted = [record for record in records if record.counts]
    attempts = [attempt for record in records for attempt in record.attempts]
    total = len(counted)
    correct = sum(record.correct for record in counted)
    tries = sum(len(record.attempts) for record in counted)
    verdicts = count_verdicts(records)
    return ModelRow(
        model=facts.name,
        size_gb=facts.size_gb,
        vram_gb=facts.vram_gb,
        samples=total,
        built=sum(record.built for record in counted),
        correct=correct,
        score_percent=100 * math.fsum(r.score for r in counted) / total if total else None,
        correct_percent=100 * correct / total if total else None,
        interval=wilson_interval(correct, total),
        pass_at_k=_pass_at_k(counted),
        attempts=tries,
        attempts_per_sample=tries / total if total else None,
        seconds=_sum(attempt.seconds for attempt in attempts),
        prompt_tokens=_count(attempt.prompt_tokens for attempt in attempts),
        completion_tokens=_count(attempt.completion_tokens for attempt in attempts),
        tokens_per_s=tokens_per_s(attempts),
        cost_usd=_sum(attempt.cost_usd for attempt in attempts),
        verdicts={verdict: n for verdict, n in verdicts.items() if verdict not in OURS},
        ours={verdict: n for verdict, n in verdicts.items() if verdict in OURS},
        length_errors=sum(record.length_error is not None for record in counted),
        correct_with_fixup=sum(record.correct or record.correct_with_fixup for record in counted),
    )


def count_verdicts(records: Iterable[Record]) -> dict[Verdict, int]:
    """How often each verdict occurs, in the order of the enum, without those that do not."""
    counts = Counter(record.verdict for record in records)
    return {verdict: counts[verdict] for verdict in Verdict if verdict in counts}


def tokens_per_s(attempts: Iterable[Attempt]) -> float | None:
    """Completion tokens per second, over the attempts for which both are known."""
    both = [
        (attempt.completion_tokens, attempt.seconds)
        for attempt in attempts
        if attempt.completion_tokens is not None and attempt.seconds is not None
    ]
    seconds = math.fsum(elapsed for _, elapsed in both)
    return sum(tokens for tokens, _ in both) / seconds if seconds > 0 else None


def _sum(values: Iterable[float | None]) -> float | None:
    """Exactly rounded, so that the order of the records cannot show."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None


def _count(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _pass_at_k(counted: Sequence[Record]) -> dict[int, float]:
    drawn: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for record in counted:
        drawn[record.challenge, record.target] += 1
        passed[record.challenge, record.target] += record.correct
    if max(drawn.values(), default=0) < 2:
        return {}
    fewest = min(drawn.values())
    return {
        k: math.fsum(pass_at_k(n, passed[cell], k) for cell, n in drawn.items()) / len(drawn)
        for k in sorted({*DRAWS, fewest})
        if k <= fewest
    }
