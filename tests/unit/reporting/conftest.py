"""Records to report on, the seed's table among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from pytest_llmgen.reporting.scoreboard import ModelFacts, Scoreboard, build_scoreboard
from pytest_llmgen.runs.record import Attempt, LengthError, Record
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED_CHALLENGES = (
    "wat/scalar/add",
    "wat/scalar/multiply",
    "wat/scalar/max_i32",
    "wat/simd/vec_add_f32",
    "wat/simd/vec_mul_f32",
    "wat/gpu/gpu_double_f32",
    "wat/gpu/gpu_negate_f32",
)
SEED_MODELS = {
    "qwen2.5-coder:7b": (4.7, 114, "pppppp#"),
    "deepseek-coder-v2:16b-lite-instruct": (10, 90, "ppbpp##"),
    "gemma2:27b": (15, 579, "ppbpp#w"),
    "qwen3:8b": (5.2, 1963, "ppbpbbb"),
    "glm-4.7-flash:q4_K_M": (19, 1389, "ppbpbbw"),
}
"""Size in GB, seconds, and how each challenge ended: p passed, b not built, w wrong, # wrong by
the shader's length. Rows, tiers and the challenges named in it are those of the first report."""
SEED_VERDICTS = {"p": Verdict.PASSED, "b": Verdict.BUILD_FAILED}


class MakeRecord(Protocol):
    """Builds a record from a challenge, a verdict, and whatever differs from the usual."""

    def __call__(
        self, challenge: str = ..., verdict: Verdict = ..., model: str = ..., **other: Any
    ) -> Record:
        """A record of the first sample, on target `wat`, of the tier in the challenge's path."""
        ...


def _record(
    challenge: str = "wat/scalar/add",
    verdict: Verdict = Verdict.PASSED,
    model: str = "m",
    **other: Any,
) -> Record:
    usual: dict[str, Any] = {
        "target": "wat",
        "tier": challenge.split("/")[1],
        "sample": 0,
        "built": verdict is not Verdict.BUILD_FAILED,
        "score": 1.0 if verdict is Verdict.PASSED else 0.0,
        "correct_with_fixup": verdict is Verdict.PASSED,
    }
    return Record(model=model, challenge=challenge, verdict=verdict, **{**usual, **other})


@pytest.fixture(scope="session")
def record() -> MakeRecord:
    """Builds a record that passed, but for what is given."""
    return _record


@pytest.fixture(scope="session")
def seed_records() -> list[Record]:
    """The first report of the project: five models on seven challenges, one sample each."""
    return [
        _record(
            challenge,
            SEED_VERDICTS.get(ending, Verdict.WRONG_ANSWER),
            model,
            attempts=(Attempt(outcome="built", seconds=seconds / 7),),
            length_error=LengthError(passed=90, actual=96) if ending == "#" else None,
            correct_with_fixup=ending in "p#",
        )
        for model, (_, seconds, endings) in SEED_MODELS.items()
        for challenge, ending in zip(SEED_CHALLENGES, endings, strict=True)
    ]


@pytest.fixture(scope="session")
def seed_facts() -> Sequence[ModelFacts]:
    """The models' sizes."""
    return [ModelFacts(name=name, size_gb=size) for name, (size, _, _) in SEED_MODELS.items()]


@pytest.fixture(scope="session")
def seed_board(seed_records: list[Record], seed_facts: Sequence[ModelFacts]) -> Scoreboard:
    """The first report's scoreboard."""
    return build_scoreboard(seed_records, seed_facts)
