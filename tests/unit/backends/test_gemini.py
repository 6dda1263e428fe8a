"""Gemini's API, over a real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends.gemini import Gemini
from pytest_llmgen.errors import BackendError, OverloadedError, PermanentBackendError
from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.generation import GenerationRequest

    Ask = Callable[..., Generation]

CANARY = "sk-canary-5f1d"
PATH = "/models/tiny:generateContent"
ANSWER: dict[str, Any] = {
    "candidates": [
        {
            "content": {
                "role": "model",
                "parts": [
                    {"text": "Hm.", "thought": True},
                    {"text": "(mod"},
                    {"text": "ule)", "thoughtSignature": "c2ln"},
                ],
            },
            "finishReason": "STOP",
        }
    ],
    "usageMetadata": {
        "promptTokenCount": 3210,
        "cachedContentTokenCount": 3000,
        "candidatesTokenCount": 40,
        "thoughtsTokenCount": 60,
        "totalTokenCount": 3310,
    },
}


def serve(server: HTTPServer, answer: dict[str, Any], status: int = 200) -> None:
    """Answer every request so."""
    server.expect_request(PATH, method="POST").respond_with_json(answer, status=status)


def test_the_fields_of_an_answer_are_mapped(httpserver: HTTPServer, ask: Ask) -> None:
    """Thinking counts as completion, and its text stays apart."""
    serve(httpserver, ANSWER)
    generation = ask(Gemini)
    assert generation == Generation(
        text="(module)",
        finish_reason=FinishReason.STOP,
        reasoning="Hm.",
        prompt_tokens=3210,
        completion_tokens=100,
        seconds=generation.seconds,
        tokens_per_s=100 / generation.seconds,
    )


def test_the_request_is_as_the_api_wants_it(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The key in a header and never in the URL; each parameter where the API looks for it."""
    monkeypatch.setenv("MY_KEY", CANARY)
    serve(httpserver, ANSWER)
    parameters = {
        "topP": 0.9,
        "safetySettings": [],
        "generationConfig": {"thinkingConfig": {"thinkingBudget": 0}},
    }
    backend = Gemini(spec_of(api_key_env="MY_KEY", parameters=parameters))
    backend.generate(
        request_of(
            messages=(
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "?"},
                {"role": "assistant", "content": "x"},
                {"role": "user", "content": "Again."},
            ),
            temperature=0.5,
            max_tokens=99,
            seed=7,
        )
    )
    backend.close()
    sent = httpserver.log[0][0]
    assert sent.headers["x-goog-api-key"] == CANARY
    assert CANARY not in sent.url
    assert sent.json == {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "?"}]},
            {"role": "model", "parts": [{"text": "x"}]},
            {"role": "user", "parts": [{"text": "Again."}]},
        ],
        "generationConfig": {
            "temperature": 0.5,
            "maxOutputTokens": 99,
            "seed": 7,
            "topP": 0.9,
            "thinkingConfig": {"thinkingBudget": 0},
        },
        "safetySettings": [],
    }


def test_a_request_without_parameters_has_no_empty_ones(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """What nobody says is left to the server."""
    serve(httpserver, ANSWER)
    backend = Gemini(spec_of())
    backend.generate(request_of(messages=({"role": "user", "content": "?"},)))
    backend.close()
    assert httpserver.log[0][0].json == {"contents": [{"role": "user", "parts": [{"text": "?"}]}]}


def test_a_tuned_model_keeps_its_collection(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """`tunedModels/x` is a full name; a name that needs quoting cannot leave its path."""
    httpserver.expect_request("/tunedModels/x?y:generateContent").respond_with_json(ANSWER)
    backend = Gemini(spec_of(model="tunedModels/x?y"))
    assert backend.generate(request_of()).text == "(module)"
    backend.close()


@pytest.mark.parametrize("reason", ["OTHER", "MALFORMED_FUNCTION_CALL", None])
def test_a_reason_to_stop_that_says_nothing_is_unknown(
    reason: str | None, httpserver: HTTPServer, ask: Ask
) -> None:
    """It is neither a stop nor a refusal."""
    serve(httpserver, {"candidates": [{"finishReason": reason, "finishMessage": "Why."}]})
    generation = ask(Gemini)
    assert (generation.text, generation.finish_reason) == ("Why.", FinishReason.UNKNOWN)


def exhausted(quota: str, delay: str) -> dict[str, Any]:
    """A 429 of Gemini's: what is used up, and when to come back."""
    google = "type.googleapis.com/google.rpc."
    return {
        "error": {
            "code": 429,
            "message": "You exceeded your current quota, please check your plan and billing.",
            "status": "RESOURCE_EXHAUSTED",
            "details": [
                {"@type": google + "Help", "links": []},
                {"@type": google + "QuotaFailure", "violations": [{"quotaId": quota}]},
                {"@type": google + "RetryInfo", "retryDelay": delay},
            ],
        }
    }


PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
PER_DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"


def test_the_delay_is_read_from_the_body(httpserver: HTTPServer, ask: Ask) -> None:
    """There is no header for it."""
    serve(httpserver, exhausted(PER_MINUTE, "36.4s"), 429)
    with pytest.raises(OverloadedError) as raised:
        ask(Gemini)
    assert raised.value.retry_after_s == 36.4
    assert len(httpserver.log) == 1


def test_a_delay_that_cannot_be_read_is_none(httpserver: HTTPServer, ask: Ask) -> None:
    """The server is busy all the same."""
    serve(httpserver, exhausted(PER_MINUTE, "soon"), 429)
    with pytest.raises(OverloadedError) as raised:
        ask(Gemini)
    assert raised.value.retry_after_s is None


def test_the_quota_of_a_day_is_not_waited_for(httpserver: HTTPServer, ask: Ask) -> None:
    """Whatever delay stands beside it: no other sample need ask today."""
    serve(httpserver, exhausted(PER_DAY, "0.05s"), 429)
    with pytest.raises(PermanentBackendError, match=r"has no more requests for today .*; go on to"):
        ask(Gemini)
    assert len(httpserver.log) == 1


def test_an_answer_of_something_else_is_refused(httpserver: HTTPServer, ask: Ask) -> None:
    """JSON without candidates comes from no Gemini."""
    serve(httpserver, {"hello": "world"})
    with pytest.raises(BackendError, match="is base_url that of the Gemini API"):
        ask(Gemini)
