"""What a run would ask of a model, and what that may cost, before anybody is asked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from pytest_llmgen.engine.asker import request_of
from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import FinishReason, Generation
from pytest_llmgen.prompt import MAX_FEEDBACK_CHARS
from pytest_llmgen.runs.directory import RUNS, RunDirectory
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pytest_llmgen.engine.asker import ModelLane
    from pytest_llmgen.engine.plan import SamplePlan

CHARS_PER_TOKEN = 4
"""A rule of thumb for English and code: tokenizers differ, and none is needed for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Of some requests together, and what they cost."""

    prompt: int
    completion: int
    cost_usd: float | None
    """None where no price is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Means of one model's replies in an earlier run."""

    run: str
    requests: float
    """For each sample."""
    prompt_tokens: float
    """Of each request, as are the completion tokens."""
    completion_tokens: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one model would still be asked."""

    model: str
    samples: int
    stored: int
    """Samples whose first reply is stored."""
    requests: tuple[int, int]
    """One for each sample without a stored reply; and all attempts of all samples."""
    least: Tokens
    """Of the least requests; without a completion, since a reply may be of any length."""
    most: Tokens | None
    """Of all attempts, with the longest replies; None where nothing limits a reply."""
    history: History | None
    expected_requests: int
    """If it goes as in the history, as do the tokens; else 0."""
    expected: Tokens | None


def estimate(
    name: str,
    lane: ModelLane,
    plans: Iterable[SamplePlan],
    run: RunDirectory | None,
    *,
    reply_tokens: int | None,
    history: History | None,
) -> Estimate:
    """Estimate what is still to be asked of a model.

    Args:
        name: Of the model.
        lane: How it would be asked.
        plans: Its samples; those that this machine cannot run are left out.
        run: Where replies may be stored already, if a run is gone on with.
        reply_tokens: Most tokens of one reply; None if nothing limits it.
        history: Means of an earlier run.

    Raises:
        UsageError: If the run's records are damaged.
    """
    samples = _samples([plan for plan in plans if plan.unavailable is None], lane, run)
    fresh = [sample for sample in samples if not sample.done]
    most_requests = sum(sample.left for sample in samples)
    most = expected = None
    if reply_tokens is not None:
        most_prompt = sum(sample.most_prompt_tokens(reply_tokens) for sample in samples)
        most = _tokens(lane, most_prompt, most_requests * reply_tokens)
    requests = 0.0
    if history is not None:
        requests = sum(sample.expected_requests(history.requests) for sample in samples)
        expected = _tokens(
            lane, requests * history.prompt_tokens, requests * history.completion_tokens
        )
    return Estimate(
        model=name,
        samples=len(samples),
        stored=len(samples) - len(fresh),
        requests=(len(fresh), most_requests),
        least=_tokens(lane, sum(sample.prompt_tokens for sample in fresh), 0),
        most=most,
        history=history,
        expected_requests=round(requests),
        expected=expected,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    prompt_tokens: float
    """Of its first prompt."""
    done: int
    """Attempts whose replies are stored."""
    left: int
    """Attempts that may follow."""

    def most_prompt_tokens(self, reply_tokens: int) -> float:
        """Each repair repeats the conversation so far, with the longest replies and diagnostics."""
        turn = reply_tokens + MAX_FEEDBACK_CHARS / CHARS_PER_TOKEN
        attempts = range(self.done, self.done + self.left)
        return sum(self.prompt_tokens + earlier * turn for earlier in attempts)

    def expected_requests(self, usual: float) -> float:
        """How many of the usual requests of a sample are still to come."""
        return min(max(0.0, usual - self.done), self.left)


def _samples(
    plans: Sequence[SamplePlan], lane: ModelLane, run: RunDirectory | None
) -> list[_Sample]:
    settled = set() if run is None else _settled(run)
    samples = []
    for plan in plans:
        done = 0 if run is None else _stored_attempts(run, plan, lane)
        characters = sum(len(message["content"]) for message in plan.messages)
        over = done and plan.key in settled
        samples.append(
            _Sample(
                prompt_tokens=characters / CHARS_PER_TOKEN,
                done=done,
                left=0 if over else max(0, plan.attempts - done),
            )
        )
    return samples


def _settled(run: RunDirectory) -> set[object]:
    """The samples that ask for nothing more where their replies are judged as they were."""
    last = {"built", Verdict.REFUSED.value}
    return {
        record.key
        for record in run.records()
        if record.counts and record.attempts and record.attempts[-1].outcome in last
    }


def _stored_attempts(run: RunDirectory, plan: SamplePlan, lane: ModelLane) -> int:
    """How many replies of a sample will be taken: none if the first is to another question."""
    request = request_of(plan, plan.messages, 1, lane, timeout_s=0)
    if run.find_generation(request) is None:
        return 0
    done = 1
    while done < plan.attempts and run.stored_generation(plan.key, done + 1) is not None:
        done += 1
    return done


def _tokens(lane: ModelLane, prompt: float, completion: float) -> Tokens:
    reply = Generation(
        text="",
        finish_reason=FinishReason.STOP,
        seconds=0,
        prompt_tokens=round(prompt),
        completion_tokens=round(completion),
    )
    return Tokens(prompt=round(prompt), completion=round(completion), cost_usd=lane.cost_usd(reply))


def find_history(root: Path, model: str) -> History | None:
    """The means of the last run below `root` that has replies of a model, with their tokens."""
    files = sorted((root / RUNS).glob("*/records.jsonl"), key=lambda path: path.stat().st_mtime)
    for file in reversed(files):
        with suppress(UsageError):  # damaged, or of a later format: of no use here
            if (found := _history_of(RunDirectory(file.parent), model)) is not None:
                return found
    return None


def _history_of(run: RunDirectory, model: str) -> History | None:
    if model not in {table.get("name") for table in run.describe().get("models", ())}:
        return None
    samples = [
        record.attempts
        for record in run.records()
        if record.model == model and record.counts and record.attempts
    ]
    known = [
        (attempt.prompt_tokens, attempt.completion_tokens)
        for attempts in samples
        for attempt in attempts
        if attempt.prompt_tokens is not None and attempt.completion_tokens is not None
    ]
    if not known:
        return None
    return History(
        run=run.name,
        requests=fmean(len(attempts) for attempts in samples),
        prompt_tokens=fmean(prompt for prompt, _ in known),
        completion_tokens=fmean(completion for _, completion in known),
    )
