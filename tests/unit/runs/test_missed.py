"""Why a stored reply does not answer a question."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from pytest_llmgen.generation import (
    Completion,
    GenerationRequest,
    Message,
    SampleKey,
    SamplingParameters,
)
from pytest_llmgen.runs.missed import MissedReplies

TASK: Message = {"role": "user", "content": "Add."}
REPLY: Message = {"role": "assistant", "content": "sub"}
FEEDBACK: Message = {"role": "user", "content": "No."}
SHOWN: tuple[Message, ...] = (
    {"role": "user", "content": "Subtract."},
    {"role": "assistant", "content": "sub"},
)
TEXT = Completion(text="Add.", stop=("end",))


def request_of(
    *messages: Message,
    attempt: int | None = None,
    identity: str = "",
    completion: Completion | None = None,
    **parameters: Any,
) -> GenerationRequest:
    """A question of the first sample, whose attempt follows from how much was said before."""
    return GenerationRequest(
        key=SampleKey(model="m", challenge="c", target="t", sample=0),
        attempt=1 + len(messages) // 2 if attempt is None else attempt,
        messages=messages or (TASK,),
        completion=completion,
        parameters=SamplingParameters(**parameters),
        timeout_s=1,
        identity=identity,
    )


def stored(request: GenerationRequest) -> Any:
    """What request.json holds of a question."""
    return json.loads(json.dumps(asdict(request) | {"digest": request.digest()}))


def reason(before: GenerationRequest, now: GenerationRequest, **changes: Any) -> str:
    """Why the reply to `before`, stored with some changes, is none to `now`."""
    missed = MissedReplies()
    missed.note(now, stored(before) | changes, before.digest())
    (line,) = missed.lines(why=True)
    start, end = "m: 1 stored reply not used: ", " (c s0)"
    assert line.startswith(start)
    assert line.endswith(end)
    return line[len(start) : -len(end)]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (request_of(temperature=1.0), request_of(), "temperature was 1.0, is not sent"),
        (request_of(seed=1), request_of(), "a seed was sent, now none is"),
        (request_of(seed=1), request_of(seed=2), "the seed is another"),
        (
            request_of(extra={"top_p": 1}),
            request_of(extra={"top_p": 2, "stop": ["x"]}),
            'stop was not sent, is ["x"], top_p was 1, is 2',
        ),
        (
            request_of(TASK, REPLY, FEEDBACK),
            request_of(TASK, REPLY, {"role": "user", "content": "Wrong."}),
            "the feedback is another",
        ),
        (
            request_of(TASK, REPLY, FEEDBACK),
            request_of(TASK, {"role": "assistant", "content": "mul"}, FEEDBACK),
            "the conversation before it is another",
        ),
        (
            request_of(TASK, REPLY, FEEDBACK),
            request_of(TASK, {"role": "assistant", "content": "mul"}, FEEDBACK, max_tokens=5),
            "max_tokens was not sent, is 5",
        ),
        (request_of(identity="a"), request_of(identity="b"), "the model is another"),
        (request_of(), request_of(completion=TEXT), 'prompt was "chat", is "chatml"'),
        (request_of(completion=TEXT), request_of(), 'prompt was "chatml", is "chat"'),
        (
            request_of(),
            request_of(*SHOWN, TASK, attempt=1),
            "few-shot examples were 0, are 1",
        ),
        (
            request_of(*SHOWN, TASK, REPLY, FEEDBACK, attempt=2),
            request_of(*SHOWN, *SHOWN, TASK, REPLY, FEEDBACK, attempt=2, completion=TEXT),
            'prompt was "chat", is "chatml", few-shot examples were 1, are 2',
        ),
        (
            request_of(*SHOWN, TASK, attempt=1),
            request_of(SHOWN[0], REPLY | {"content": "add"}, TASK, attempt=1),
            "the few-shot examples are others",
        ),
        (
            request_of(*SHOWN, TASK, attempt=1),
            request_of(*SHOWN, FEEDBACK, attempt=1),
            "the prompt is another",
        ),
        (
            request_of(*SHOWN, TASK, REPLY, FEEDBACK, attempt=2),
            request_of(*SHOWN, TASK, REPLY, TASK, attempt=2),
            "the feedback is another",
        ),
    ],
)
def test_the_change_is_named(
    before: GenerationRequest, now: GenerationRequest, expected: str
) -> None:
    """What follows from another change is not named beside it."""
    assert reason(before, now) == expected


def test_a_question_that_is_damaged_or_gone_is_no_error() -> None:
    """A run goes on whatever is in its files."""
    now = request_of(temperature=1.0)
    assert reason(request_of(), now, digest="x") == "what was asked is not known any more"
    another = "it was asked by another version of pytest-llmgen"
    assert reason(request_of(), now, parameters=None) == another
    assert reason(request_of(), now, messages=5, parameters=stored(now)["parameters"]) == another
