"""What travels between the workers, who know the challenges, and the engine, which asks models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_llmgen.generation import Message, SampleKey, fields_of
from pytest_llmgen.runs.record import Attempt
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.errors import LlmgenError


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """One sample to be solved, and the checks that will judge it."""

    key: SampleKey
    tier: str
    messages: tuple[Message, ...]
    attempts: int
    """Most attempts."""
    checks: tuple[str, ...]
    """Node ids of the sample's checks."""
    solution_file: str | None = None
    """Where a built-in model reads its answer."""
    unavailable: str | None = None
    """Why this machine cannot run the target: then no model is asked."""
    is_error: bool = False
    """Whether that is an error, and not something that this machine merely lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a sample has no usable submission."""

    verdict: Verdict
    message: str

    @classmethod
    def of(cls, error: LlmgenError) -> Failure:
        """The failure that an error stands for."""
        return cls(verdict=error.verdict, message=str(error))

    @classmethod
    def of_ours(cls, doing: str, error: BaseException) -> Failure:
        """What went wrong on our side while doing something."""
        message = f"{doing} failed on our side: {type(error).__name__}: {error}"
        return cls(verdict=Verdict.HARNESS_ERROR, message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """How solving a sample ended."""

    key: SampleKey
    source: str | None
    """The last submission, built or not; None if no attempt held code."""
    failure: Failure | None
    """None if the source builds."""
    attempts: tuple[Attempt, ...]
    folder: str

    @property
    def built(self) -> bool:
        """Whether the toolchain accepted the source."""
        return self.failure is None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOutcome:
    """What a builder says of a source: at most one of the first two is set."""

    failure: Failure | None = None
    """The toolchain refused it, or our side failed."""
    trial: str | None = None
    """It builds, and the public trial went wrong: what the model may be shown."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What the artifact noted for the record while it was loaded and tried out."""


def plans_to_json(plans: Sequence[SamplePlan]) -> dict[str, Any]:
    """Plans with equal messages share one copy of them: twenty samples, one prompt."""
    prompts: dict[tuple[tuple[str, str], ...], int] = {}
    samples = []
    for plan in plans:
        prompt = tuple((message["role"], message["content"]) for message in plan.messages)
        samples.append(
            {
                "key": plan.key,
                "tier": plan.tier,
                "prompt": prompts.setdefault(prompt, len(prompts)),
                "attempts": plan.attempts,
                "checks": plan.checks,
                "solution_file": plan.solution_file,
                "unavailable": plan.unavailable,
                "is_error": plan.is_error,
            }
        )
    messages = [[{"role": role, "content": text} for role, text in prompt] for prompt in prompts]
    return {"prompts": messages, "samples": samples}


def plans_from_json(data: Mapping[str, Any]) -> list[SamplePlan]:
    """Read what `plans_to_json` wrote, in the same order."""
    prompts = [tuple(messages) for messages in data["prompts"]]
    return [
        SamplePlan(
            key=SampleKey(**sample["key"]),
            tier=sample["tier"],
            messages=prompts[sample["prompt"]],
            attempts=sample["attempts"],
            checks=tuple(sample["checks"]),
            solution_file=sample["solution_file"],
            unavailable=sample["unavailable"],
            is_error=sample["is_error"],
        )
        for sample in data["samples"]
    ]


def solution_to_json(solution: Solution) -> dict[str, Any]:
    """As values that a connection can send."""
    return fields_of(solution)


def solution_from_json(data: Mapping[str, Any]) -> Solution:
    """Read what `solution_to_json` wrote."""
    return Solution(
        key=SampleKey(**data["key"]),
        source=data["source"],
        failure=_failure(data["failure"]),
        attempts=tuple(
            Attempt(**{**attempt, "flags": tuple(attempt["flags"])}) for attempt in data["attempts"]
        ),
        folder=data["folder"],
    )


def outcome_from_json(data: Mapping[str, Any]) -> BuildOutcome:
    """Read what `fields_of` made of an outcome."""
    return BuildOutcome(failure=_failure(data["failure"]), trial=data["trial"], notes=data["notes"])


def _failure(data: Mapping[str, Any] | None) -> Failure | None:
    if data is None:
        return None
    return Failure(verdict=Verdict(data["verdict"]), message=data["message"])
