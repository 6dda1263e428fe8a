"""One model's records, added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.reporting.model_row import ModelFacts, ModelRow, summarize
from pytest_llmgen.runs.record import Attempt, LengthError, Record
from pytest_llmgen.stats.intervals import wilson_interval
from pytest_llmgen.stats.pass_at_k import pass_at_k
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .conftest import MakeRecord


def row_of(records: Sequence[Record]) -> ModelRow:
    """The row of a model without further facts."""
    return summarize(records, ModelFacts(name="m"))


def test_rates_are_over_counted_samples(record: MakeRecord) -> None:
    """Our errors touch neither built, correct, score nor the interval."""
    counted = [
        record("a/b/1", score=0.5),
        record("a/b/2"),
        record("a/b/3", Verdict.CRASHED),
        record("a/b/4", Verdict.BUILD_FAILED),
    ]
    ours = [record(f"a/c/{verdict}", verdict, built=True, score=1.0) for verdict in sorted(OURS)]
    row = row_of(counted + ours)
    assert (row.samples, row.built, row.correct, row.left_out) == (4, 3, 2, 4)
    assert row.score_percent == 37.5
    assert row.correct_percent == 50
    assert row.interval == wilson_interval(2, 4)
    assert row.verdicts == {Verdict.PASSED: 2, Verdict.BUILD_FAILED: 1, Verdict.CRASHED: 1}
    assert row.ours == dict.fromkeys(OURS, 1)


def test_what_was_spent_counts_whatever_the_verdict(record: MakeRecord) -> None:
    """Time, tokens and cost of our errors were spent too; attempts per sample is a rate."""
    attempt = Attempt(
        outcome="built", seconds=2.5, prompt_tokens=100, completion_tokens=50, cost_usd=0.25
    )
    row = row_of(
        [
            record("a/b/1", attempts=(attempt, attempt)),
            record("a/b/2", Verdict.BACKEND_ERROR, attempts=(attempt,)),
        ]
    )
    assert (row.seconds, row.prompt_tokens, row.completion_tokens) == (7.5, 300, 150)
    assert row.cost_usd == 0.75
    assert (row.attempts, row.attempts_per_sample) == (2, 2)


def test_speed_is_over_attempts_with_both_tokens_and_seconds(record: MakeRecord) -> None:
    """Seconds without tokens, and tokens without seconds, say nothing of speed."""
    attempts = (
        Attempt(outcome="built", seconds=2.0, completion_tokens=50),
        Attempt(outcome="built", seconds=100.0),
        Attempt(outcome="built", completion_tokens=1000),
    )
    row = row_of([record(attempts=attempts)])
    assert row.tokens_per_s == 25
    assert row.seconds == 102
    assert row.completion_tokens == 1050


def test_the_unknown_is_not_zero(record: MakeRecord) -> None:
    """Without a generation there is no time, token or cost; without a counted sample no rate."""
    row = row_of([record(verdict=Verdict.INTERRUPTED)])
    assert (row.seconds, row.prompt_tokens, row.tokens_per_s, row.cost_usd) == (None,) * 4
    assert (row.score_percent, row.correct_percent, row.attempts_per_sample) == (None,) * 3
    assert row.interval == (0.0, 1.0)
    free = row_of([record(attempts=(Attempt(outcome="built", seconds=0.0, cost_usd=0.0),))])
    assert (free.seconds, free.cost_usd, free.tokens_per_s) == (0, 0, None)


def test_pass_at_k_is_the_mean_over_challenges(record: MakeRecord) -> None:
    """Up to the fewest counted samples of a challenge, that number among the k."""
    endings = {"a/b/1": (7, 2), "a/b/2": (9, 9), "a/b/3": (8, 0)}
    records = [
        record(challenge, Verdict.PASSED if sample < correct else Verdict.CRASHED, sample=sample)
        for challenge, (samples, correct) in endings.items()
        for sample in range(samples)
    ]
    records.append(record("a/b/1", Verdict.BACKEND_ERROR, sample=7))
    row = row_of(records)
    assert list(row.pass_at_k) == [1, 5, 7]
    for k, value in row.pass_at_k.items():
        each = [pass_at_k(n, c, k) for n, c in endings.values()]
        assert value == pytest.approx(sum(each) / 3)


def test_targets_of_a_challenge_are_cells_of_their_own(record: MakeRecord) -> None:
    """Two targets with one sample each are no repeated samples."""
    records = [record(target="wat"), record(target="wgsl")]
    assert row_of(records).pass_at_k == {}
    records.append(record(target="wgsl", sample=1, verdict=Verdict.CRASHED))
    assert row_of(records).pass_at_k == {1: 0.75}


def test_fix_up_counts_beside_strict_results(record: MakeRecord) -> None:
    """A sample with a wrong length is strictly wrong, and correct once mended."""
    wrong = LengthError(passed=3, actual=4)
    row = row_of(
        [
            record("a/b/1"),
            record("a/b/2", Verdict.WRONG_ANSWER, length_error=wrong, correct_with_fixup=True),
            record("a/b/3", Verdict.WRONG_ANSWER, length_error=wrong),
        ]
    )
    assert (row.correct, row.correct_with_fixup, row.length_errors) == (1, 2, 2)
