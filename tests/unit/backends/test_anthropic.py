"""Anthropic's messages, over a real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends.anthropic import Anthropic
from pytest_llmgen.errors import BackendError, OverloadedError
from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.generation import GenerationRequest

    Ask = Callable[..., Generation]

CANARY = "sk-canary-5f1d"
ANSWER: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "eA=="},
        {"type": "text", "text": "(mod"},
        {"type": "text", "text": "ule)"},
    ],
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 10,
        "cache_creation_input_tokens": 200,
        "cache_read_input_tokens": 3000,
        "output_tokens": 50,
    },
}


def serve(server: HTTPServer, answer: dict[str, Any], path: str = "/v1/messages") -> None:
    """Answer every request so."""
    server.expect_request(path, method="POST").respond_with_json(answer)


def test_the_fields_of_an_answer_are_mapped(httpserver: HTTPServer, ask: Ask) -> None:
    """Text and thinking apart; the prompt's tokens are all of them, cached or not."""
    serve(httpserver, ANSWER)
    generation = ask(Anthropic)
    assert generation == Generation(
        text="(module)",
        finish_reason=FinishReason.STOP,
        reasoning="Hm.",
        prompt_tokens=3210,
        completion_tokens=50,
        seconds=generation.seconds,
        tokens_per_s=50 / generation.seconds,
    )


def test_the_request_is_as_the_api_wants_it(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Key and version in headers, the system's words apart, no seed, and no empty turn."""
    monkeypatch.setenv("MY_KEY", CANARY)
    serve(httpserver, ANSWER)
    backend = Anthropic(spec_of(api_key_env="MY_KEY", parameters={"top_k": 3}))
    backend.generate(
        request_of(
            messages=(
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "?"},
                {"role": "assistant", "content": " \n"},
                {"role": "user", "content": "Again."},
            ),
            temperature=0.5,
            max_tokens=99,
            seed=7,
        )
    )
    backend.close()
    sent = httpserver.log[0][0]
    assert sent.headers["x-api-key"] == CANARY
    assert sent.headers["anthropic-version"] == "2023-06-01"
    assert "Authorization" not in sent.headers
    assert sent.json == {
        "model": "tiny",
        "system": "Be brief.",
        "messages": [
            {"role": "user", "content": "?"},
            {"role": "assistant", "content": "(no answer)"},
            {"role": "user", "content": "Again."},
        ],
        "max_tokens": 99,
        "temperature": 0.5,
        "top_k": 3,
        "stream": False,
    }


def test_a_cap_is_sent_even_if_nobody_sets_one(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """The API demands `max_tokens`; `omit` cannot take it away."""
    serve(httpserver, ANSWER)
    backend = Anthropic(spec_of(omit=("max_tokens",)))
    backend.generate(request_of(max_tokens=99))
    backend.close()
    assert httpserver.log[0][0].json["max_tokens"] == 8192


def test_the_base_url_may_end_in_the_version(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """Some write it as for OpenAI's API."""
    serve(httpserver, ANSWER)
    backend = Anthropic(spec_of(base_url=httpserver.url_for("/v1")))
    assert backend.generate(request_of()).text == "(module)"
    backend.close()


@pytest.mark.parametrize(
    ("stop_reason", "finish"),
    [
        ("stop_sequence", FinishReason.STOP),
        ("refusal", FinishReason.REFUSAL),
        ("pause_turn", FinishReason.UNKNOWN),
        ("tool_use", FinishReason.UNKNOWN),
        (None, FinishReason.UNKNOWN),
    ],
)
def test_the_reason_to_stop_is_mapped(
    stop_reason: str | None, finish: FinishReason, httpserver: HTTPServer, ask: Ask
) -> None:
    """What the API adds one day is unknown, not a stop."""
    serve(httpserver, ANSWER | {"stop_reason": stop_reason})
    assert ask(Anthropic).finish_reason is finish


def test_an_overloaded_server_is_told_from_a_broken_one(httpserver: HTTPServer, ask: Ask) -> None:
    """Status 529 is Anthropic's own."""
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    httpserver.expect_request("/v1/messages").respond_with_json(
        error, status=529, headers={"retry-after": "7"}
    )
    with pytest.raises(OverloadedError, match=r"529: \[overloaded_error\] Overloaded$") as raised:
        ask(Anthropic)
    assert raised.value.retry_after_s == 7


def test_tokens_that_are_missing_stay_unknown(httpserver: HTTPServer, ask: Ask) -> None:
    """No number is made up."""
    serve(httpserver, ANSWER | {"usage": {"cache_read_input_tokens": 5}})
    generation = ask(Anthropic)
    assert (generation.prompt_tokens, generation.completion_tokens) == (None, None)


def test_an_answer_of_something_else_is_refused(httpserver: HTTPServer, ask: Ask) -> None:
    """JSON without content is no message."""
    serve(httpserver, {"hello": "world"})
    with pytest.raises(BackendError, match="is base_url that of an Anthropic-compatible server"):
        ask(Anthropic)
