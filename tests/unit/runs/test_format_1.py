"""Runs of format 1 stay readable: `tests/data/run-format-1` was written when it was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_llmgen.backends.replay import Replay
from pytest_llmgen.errors import BackendError
from pytest_llmgen.generation import (
    FinishReason,
    Generation,
    GenerationRequest,
    SampleKey,
    SamplingParameters,
)
from pytest_llmgen.runs.directory import RunDirectory
from pytest_llmgen.runs.notes import read_notes
from pytest_llmgen.runs.record import Attempt, CheckResult, LengthError, Record
from pytest_llmgen.verdict import Verdict

RUN = RunDirectory(Path(__file__).parents[2] / "data" / "run-format-1")
KEY = SampleKey(model="ollama/q:7b", challenge="wat/scalar/max_i32", target="wat", sample=0)
ASKED = GenerationRequest(
    key=KEY,
    attempt=1,
    messages=({"role": "user", "content": "Export `max_i32`."},),
    parameters=SamplingParameters(temperature=0.5, max_tokens=100, seed=5),
    timeout_s=1,
    identity='{"model": "q:7b"}',
)
REPLY = Generation(
    text="```wat\n(module)\n```",
    finish_reason=FinishReason.STOP,
    prompt_tokens=9,
    completion_tokens=4,
    seconds=0.5,
    tokens_per_s=8.0,
)


def test_description_is_read() -> None:
    """Models and options."""
    described = RUN.describe()
    assert [model["name"] for model in described["models"]] == ["ollama/q:7b"]
    assert described["options"]["seed"] == 7


def test_records_are_read() -> None:
    """Every field."""
    assert RUN.records() == [
        Record(
            model="ollama/q:7b",
            challenge="wat/scalar/max_i32",
            target="wat",
            tier="scalar",
            sample=0,
            verdict=Verdict.WRONG_ANSWER,
            built=True,
            score=0.0,
            checks=(
                CheckResult(
                    name="test_signs",
                    verdict=Verdict.WRONG_ANSWER,
                    message="max_i32(-1, 0) = -1",
                    seconds=0.25,
                ),
            ),
            attempts=(
                Attempt(
                    outcome="built",
                    seconds=0.5,
                    prompt_tokens=9,
                    completion_tokens=4,
                    tokens_per_s=8.0,
                    finish_reason="stop",
                    flags=("several_blocks",),
                    prompt_sha256="0f",
                ),
            ),
            length_error=LengthError(passed=10, actual=12),
            message="max_i32(-1, 0) = -1",
            seed=7,
            source_sha256="ab",
            folder="samples/ollama+q~7b/wat/scalar/max_i32/wat/s0",
        )
    ]


def test_replies_are_found() -> None:
    """By the digest of the question that was asked then: an old run is never paid for again."""
    assert RUN.find_generation(ASKED) == REPLY
    assert (RUN.path / RUN.records()[0].folder / "attempt-1" / "source.wat").is_file()


def test_replies_are_replayed() -> None:
    """A judged sample has as many attempts as it had; one that is not there has no answer."""
    replay = Replay(RUN, attempts=3)
    assert replay.generate(ASKED) == REPLY
    assert (replay.attempts(KEY), replay.samples("ollama/q:7b"), replay.samples("x")) == (1, 1, 0)
    other = SampleKey(model="ollama/q:7b", challenge="wat/scalar/add", target="wat", sample=0)
    question = GenerationRequest(
        key=other, attempt=1, messages=(), parameters=SamplingParameters(), timeout_s=1
    )
    with pytest.raises(BackendError) as told:
        replay.generate(question)
    assert str(told.value) == (
        "the run 'run-format-1' holds no reply for ollama/q:7b wat/scalar/add wat s0, attempt 1"
    )


def test_attempts_without_notes_are_read() -> None:
    """Notes came later."""
    assert read_notes(RUN.attempt_folder(KEY, 1)) == {}
