"""Questions, and what makes two of them the same."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from pytest_llmgen.generation import (
    Completion,
    GenerationRequest,
    SampleKey,
    SamplingParameters,
)

KEY = SampleKey(model="ollama/q:7b", challenge="wat/scalar/add", target="wat", sample=3)
ASKED = GenerationRequest(
    key=KEY,
    attempt=1,
    messages=({"role": "user", "content": "Add."},),
    parameters=SamplingParameters(temperature=0.5, max_tokens=100, seed=1, extra={"top_p": 0.9}),
    timeout_s=10,
    identity="q:7b",
)
SAME = {"timeout_s": 20.0, "solution_file": "solutions/reference.wat"}
"""What does not decide the reply."""
OTHER: dict[str, list[Any]] = {
    "key": [
        replace(KEY, model="ollama/q:14b"),
        replace(KEY, challenge="wat/scalar/sub"),
        replace(KEY, target="wgsl"),
        replace(KEY, sample=4),
    ],
    "attempt": [2],
    "messages": [
        (),
        ({"role": "system", "content": "Add."},),
        ({"role": "user", "content": "Add!"},),
        ({"role": "user", "content": "Add."}, {"role": "user", "content": "Add."}),
    ],
    "parameters": [
        replace(ASKED.parameters, temperature=None),
        replace(ASKED.parameters, temperature=0.0),
        replace(ASKED.parameters, max_tokens=None),
        replace(ASKED.parameters, seed=None),
        replace(ASKED.parameters, seed=2),
        replace(ASKED.parameters, extra={}),
        replace(ASKED.parameters, extra={"top_p": 0.9, "top_k": 1}),
    ],
    "completion": [Completion(text="Add.", stop=()), Completion(text="Add.", stop=("end",))],
    "identity": ["", "q:14b"],
}


def test_every_field_is_known_to_decide_the_reply_or_not() -> None:
    """A field that is added later must be put into the digest, or said not to matter."""
    assert {field.name for field in fields(GenerationRequest)} == {*SAME, *OTHER}


@pytest.mark.parametrize("name", SAME)
def test_what_does_not_decide_the_reply_keeps_the_digest(name: str) -> None:
    """Such a question finds the stored answer."""
    changes: dict[str, Any] = {name: SAME[name]}
    assert replace(ASKED, **changes).digest() == ASKED.digest()


def test_all_that_decides_the_reply_changes_the_digest() -> None:
    """No two of these questions share an answer."""
    asked = [ASKED]
    for name, values in OTHER.items():
        for value in values:
            changes: dict[str, Any] = {name: value}
            asked.append(replace(ASKED, **changes))
    assert len({request.digest() for request in asked}) == len(asked) == 21


def test_order_of_parameters_does_not_matter() -> None:
    """Tables of the same content are the same."""
    one, other = (
        replace(ASKED, parameters=SamplingParameters(extra=extra))
        for extra in ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    )
    assert one.digest() == other.digest()


def test_key_reads_as_a_line() -> None:
    """As messages show it."""
    assert str(KEY) == "ollama/q:7b wat/scalar/add wat s3"
