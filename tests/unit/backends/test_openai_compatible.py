"""Chat completions of OpenAI and of the servers that speak like it, over a real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends.openai_compatible import OpenAICompatible
from pytest_llmgen.errors import BackendError, PermanentBackendError
from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.generation import GenerationRequest

    Ask = Callable[..., Generation]

CANARY = "sk-canary-5f1d"


def answer(
    message: dict[str, Any], finish_reason: str | None = "stop", **more: Any
) -> dict[str, Any]:
    """A completion of one choice."""
    choice = {"index": 0, "message": {"role": "assistant"} | message}
    return {"choices": [choice | {"finish_reason": finish_reason}], **more}


def serve(server: HTTPServer, body: dict[str, Any], status: int = 200) -> None:
    """Answer every request so."""
    server.expect_request("/chat/completions", method="POST").respond_with_json(body, status=status)


def test_the_fields_of_an_answer_are_mapped(httpserver: HTTPServer, ask: Ask) -> None:
    """Text, thinking, tokens, the cost that OpenRouter gives and llama.cpp's own speed."""
    usage = {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46, "cost": 0.25}
    message = {"content": "(module)", "reasoning_content": "Hm.", "refusal": None}
    serve(httpserver, answer(message, usage=usage, timings={"predicted_per_second": 81.5}))
    generation = ask(OpenAICompatible)
    assert generation == Generation(
        text="(module)",
        finish_reason=FinishReason.STOP,
        reasoning="Hm.",
        prompt_tokens=12,
        completion_tokens=34,
        seconds=generation.seconds,
        tokens_per_s=81.5,
        cost_usd=0.25,
    )


def test_the_request_is_as_the_api_wants_it(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Parameters at the top, the key in the header, and no streaming."""
    monkeypatch.setenv("MY_KEY", f"{CANARY}\n")
    serve(httpserver, answer({"content": "x"}))
    backend = OpenAICompatible(spec_of(api_key_env="MY_KEY", omit=("temperature",)))
    backend.generate(request_of(temperature=0.5, max_tokens=99, seed=7, extra={"top_p": 0.9}))
    backend.close()
    sent = httpserver.log[0][0]
    assert sent.headers["Authorization"] == f"Bearer {CANARY}"
    assert sent.json == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "?"},
        ],
        "stream": False,
        "max_tokens": 99,
        "seed": 7,
        "top_p": 0.9,
    }


def test_openai_itself_gets_its_own_name_for_the_cap(
    monkeypatch: pytest.MonkeyPatch,
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """OpenAI's reasoning models refuse `max_tokens`; other servers know nothing else."""
    serve(httpserver, answer({"content": "x"}))
    backend = OpenAICompatible(spec_of(base_url="https://api.openai.com/v1"))
    assert backend.default_concurrency == 32
    local = OpenAICompatible(spec_of())
    assert local.default_concurrency == 8
    monkeypatch.setattr(backend, "_client", local._client)
    backend.generate(request_of(max_tokens=99))
    local.close()
    assert httpserver.log[0][0].json["max_completion_tokens"] == 99
    assert "max_tokens" not in httpserver.log[0][0].json


@pytest.mark.parametrize(
    ("finish_reason", "finish"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("content_filter", FinishReason.REFUSAL),
        ("tool_calls", FinishReason.UNKNOWN),
        (None, FinishReason.UNKNOWN),
    ],
)
def test_the_reason_to_stop_is_mapped(
    finish_reason: str | None, finish: FinishReason, httpserver: HTTPServer, ask: Ask
) -> None:
    """One vocabulary for all servers; null content is an empty text."""
    serve(httpserver, answer({"content": None}, finish_reason))
    generation = ask(OpenAICompatible)
    assert (generation.text, generation.finish_reason) == ("", finish)


def test_a_refusal_is_not_taken_for_an_answer(httpserver: HTTPServer, ask: Ask) -> None:
    """The model's words of refusal become the text, though it stopped of its own accord."""
    serve(httpserver, answer({"content": None, "refusal": "I cannot help with that."}))
    generation = ask(OpenAICompatible)
    assert generation.text == "I cannot help with that."
    assert generation.finish_reason is FinishReason.REFUSAL


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, {"code": 403, "message": "flagged", "metadata": {"reasons": ["violence"]}}),
        (400, {"code": "content_filter", "message": "flagged"}),
    ],
)
def test_moderation_in_front_of_the_model_is_a_refusal(
    status: int, error: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """The prompt was declined; the key is fine, and no other sample need meet it."""
    serve(httpserver, {"error": error}, status)
    generation = ask(OpenAICompatible)
    assert generation.finish_reason is FinishReason.REFUSAL
    assert generation.text.endswith("flagged")


def test_content_in_parts_is_joined(httpserver: HTTPServer, ask: Ask) -> None:
    """Only the text of an answer in parts is the answer."""
    parts = [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "text", "text": "a"},
        {"type": "text", "text": "b"},
    ]
    serve(httpserver, answer({"content": parts}))
    assert ask(OpenAICompatible).text == "ab"


def test_half_a_surrogate_pair_can_be_written_to_a_file(httpserver: HTTPServer, ask: Ask) -> None:
    """JSON can say what UTF-8 cannot."""
    httpserver.expect_request("/chat/completions").respond_with_data(
        r'{"choices": [{"message": {"content": "a\ud83d \ud83d\ude00"}}]}'
    )
    assert ask(OpenAICompatible).text == "a\N{REPLACEMENT CHARACTER} \N{GRINNING FACE}"


@pytest.mark.parametrize(("total", "tokens"), [(160, 150), (110, 100)])
def test_thinking_counts_as_completion_once(
    total: int, tokens: int, httpserver: HTTPServer, ask: Ask
) -> None:
    """Most servers include it in the completion, and some only in the total."""
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 100,
        "completion_tokens_details": {"reasoning_tokens": 50},
        "total_tokens": total,
    }
    serve(httpserver, answer({"content": "x", "reasoning": "Hm."}, usage=usage))
    generation = ask(OpenAICompatible)
    assert (generation.completion_tokens, generation.reasoning) == (tokens, "Hm.")
    assert generation.tokens_per_s == pytest.approx(tokens / generation.seconds)


@pytest.mark.parametrize(
    "error",
    [
        {
            "code": 400,
            "type": "exceed_context_size_error",
            "message": "request (9412 tokens) exceeds the available context size (8192 tokens)",
        },
        {
            "code": "context_length_exceeded",
            "message": "This model's maximum context length is 8192 tokens. However, your messages "
            "resulted in 9412 tokens.",
        },
        {
            "message": "You passed 9412 input tokens and requested 1 output tokens. However, the "
            "model's context length is only 8192 tokens."
        },
    ],
)
def test_a_prompt_beyond_the_context_is_a_cut_off_reply(
    error: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """It is the model's limit, in the words of llama.cpp, OpenAI and vLLM."""
    serve(httpserver, {"error": error}, 400)
    generation = ask(OpenAICompatible)
    assert (generation.text, generation.finish_reason) == ("", FinishReason.LENGTH)


def test_a_cap_beyond_the_context_is_not_the_models_fault(httpserver: HTTPServer, ask: Ask) -> None:
    """The prompt fits; what the user allows for the reply does not."""
    message = (
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens "
        "(1000 in the messages, 8000 in the completion)."
    )
    serve(httpserver, {"error": {"message": message}}, 400)
    with pytest.raises(BackendError, match=r"; lower max_tokens$"):
        ask(OpenAICompatible)


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (
            401,
            {"message": "Invalid API Key", "type": "authentication_error"},
            "denies access (401: [authentication_error] Invalid API Key); check the key in MY_KEY",
        ),
        (
            402,
            {"message": "Insufficient credits"},
            "reports no credit or quota left (402: Insufficient credits); top it up",
        ),
        (
            404,
            {"message": "no such model", "code": "model_not_found"},
            (
                "does not know the model or the path (404: [model_not_found] no such model); "
                "check the model's name 'tiny' and base_url"
            ),
        ),
        (
            429,
            {"message": "Over quota", "type": "insufficient_quota", "code": "insufficient_quota"},
            "reports no credit or quota left (429: [insufficient_quota] Over quota); top it up",
        ),
        (
            400,
            {"message": "Unsupported parameter: 'temperature'"},
            (
                "rejects the request (400: Unsupported parameter: 'temperature'); "
                "name a parameter that it refuses in 'omit'"
            ),
        ),
    ],
)
def test_what_every_sample_would_meet_is_said_once(
    status: int,
    error: dict[str, Any],
    message: str,
    httpserver: HTTPServer,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No retry, and a message that says what to do."""
    monkeypatch.setenv("MY_KEY", CANARY)
    serve(httpserver, {"error": error}, status)
    with pytest.raises(PermanentBackendError) as raised:
        ask(OpenAICompatible, api_key_env="MY_KEY")
    url = httpserver.url_for("").rstrip("/")
    assert str(raised.value) == f"model 'mine': {url} {message}"
    assert len(httpserver.log) == 1


def test_a_refused_request_of_another_kind_fails_one_sample_only(
    httpserver: HTTPServer, ask: Ask
) -> None:
    """A 400 may be about this one prompt."""
    serve(httpserver, {"error": {"message": "cannot parse"}}, 400)
    with pytest.raises(BackendError, match=r" answered 400: cannot parse$") as raised:
        ask(OpenAICompatible)
    assert not isinstance(raised.value, PermanentBackendError)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("finish_reason", ["error", "insufficient_system_resource"])
def test_a_generation_that_the_server_broke_off_is_no_answer(
    finish_reason: str, httpserver: HTTPServer, ask: Ask
) -> None:
    """What has arrived so far must not be graded."""
    serve(httpserver, answer({"content": "(mod"}, finish_reason))
    with pytest.raises(BackendError, match="broke off the generation"):
        ask(OpenAICompatible)


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": [{"text": "x"}]}])
def test_an_answer_of_something_else_is_refused(
    body: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """JSON without a message is no completion."""
    serve(httpserver, body)
    with pytest.raises(BackendError, match="is base_url that of an OpenAI-compatible server"):
        ask(OpenAICompatible)
