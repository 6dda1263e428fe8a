"""What travels between the workers, who know the challenges, and the engine, which asks models."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.generation import Message, SampleKey
from pytest_llmgen.runs.record import Attempt
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a sample has no usable submission."""

    verdict: Verdict
    message: str

    @classmethod
    def of(cls, error: LlmgenError) -> Failure:
        """The failure that an error stands for."""
        return cls(verdict=error.verdict, message=str(error))


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


def plans_to_json(plans: list[SamplePlan]) -> list[dict[str, Any]]:
    """Plans with equal messages share one copy of them: twenty samples, one prompt."""
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for plan in plans:
        prompt = groups.setdefault(
            (plan.key.challenge, plan.key.target, plan.tier),
            {"tier": plan.tier, "messages": plan.messages, "samples": []},
        )
        prompt["samples"].append(
            {
                "key": asdict(plan.key),
                "attempts": plan.attempts,
                "checks": plan.checks,
                "solution_file": plan.solution_file,
                "unavailable": plan.unavailable,
            }
        )
    return list(groups.values())


def plans_from_json(groups: list[dict[str, Any]]) -> list[SamplePlan]:
    """Read what `plans_to_json` wrote; the order is by challenge."""
    return [
        SamplePlan(
            key=SampleKey(**sample["key"]),
            tier=group["tier"],
            messages=tuple(group["messages"]),
            attempts=sample["attempts"],
            checks=tuple(sample["checks"]),
            solution_file=sample["solution_file"],
            unavailable=sample["unavailable"],
        )
        for group in groups
        for sample in group["samples"]
    ]


def solution_to_json(solution: Solution) -> dict[str, Any]:
    """As plain values."""
    return asdict(solution)


def solution_from_json(data: Mapping[str, Any]) -> Solution:
    """Read what `solution_to_json` wrote."""
    return Solution(
        key=SampleKey(**data["key"]),
        source=data["source"],
        failure=_failure(data["failure"]),
        attempts=tuple(Attempt(**attempt) for attempt in data["attempts"]),
        folder=data["folder"],
    )


def outcome_from_json(data: Mapping[str, Any]) -> BuildOutcome:
    """Read what `dataclasses.asdict` made of an outcome."""
    return BuildOutcome(failure=_failure(data["failure"]), trial=data["trial"])


def _failure(data: Mapping[str, Any] | None) -> Failure | None:
    if data is None:
        return None
    return Failure(verdict=Verdict(data["verdict"]), message=data["message"])
