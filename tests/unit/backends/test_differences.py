"""One table: what each API says in its own way, and what callers see of it."""

from __future__ import annotations

import json
import re
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends.anthropic import Anthropic
from pytest_llmgen.backends.gemini import Gemini
from pytest_llmgen.backends.ollama import Ollama
from pytest_llmgen.backends.openai_compatible import OpenAICompatible
from pytest_llmgen.errors import BackendError, OverloadedError, PermanentBackendError
from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_httpserver import HTTPServer

    Ask = Callable[..., Generation]

BACKENDS: dict[str, Any] = {
    "anthropic": Anthropic,
    "gemini": Gemini,
    "ollama": Ollama,
    "openai": OpenAICompatible,
    "openrouter": OpenAICompatible,
}


def chat(finish: str = "stop", **message: Any) -> dict[str, Any]:
    """OpenAI's, and OpenRouter's."""
    return {"choices": [{"finish_reason": finish, "message": message}]}


def message_of(stop_reason: str = "end_turn", *content: dict[str, Any]) -> dict[str, Any]:
    """Anthropic's."""
    return {"type": "message", "content": list(content), "stop_reason": stop_reason}


def candidate(finish: str = "STOP", *parts: dict[str, Any]) -> dict[str, Any]:
    """Gemini's."""
    return {"candidates": [{"content": {"parts": list(parts)}, "finishReason": finish}]}


def local(done_reason: str = "stop", **message: Any) -> dict[str, Any]:
    """Ollama's."""
    return {"message": message, "done": True, "done_reason": done_reason}


def failed(message: str, **more: Any) -> dict[str, Any]:
    """An error as most APIs give it."""
    return {"error": {"message": message, **more}}


TEXT = {"type": "text", "text": "(mod"}
GOOD: dict[str, dict[str, Any]] = {
    "anthropic": message_of("end_turn", TEXT),
    "gemini": candidate("STOP", {"text": "(mod"}),
    "ollama": local(content="(mod"),
    "openai": chat(content="(mod"),
    "openrouter": chat(content="(mod"),
}


def serve(server: HTTPServer, answer: dict[str, Any], status: int = 200) -> None:
    """Answer every request so."""
    server.expect_request(re.compile(".*")).respond_with_json(answer, status=status)


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("anthropic", message_of("max_tokens", TEXT)),
        ("anthropic", message_of("model_context_window_exceeded", TEXT)),
        ("gemini", candidate("MAX_TOKENS", {"text": "(mod"})),
        ("ollama", local("length", content="(mod")),
        ("openai", chat("length", content="(mod")),
        ("openrouter", chat("length", content="(mod")),
    ],
)
def test_a_reply_at_its_cap_is_cut_off(
    provider: str, answer: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """What has come so far is kept, and never taken for whole."""
    serve(httpserver, answer)
    generation = ask(BACKENDS[provider])
    assert (generation.text, generation.finish_reason) == ("(mod", FinishReason.LENGTH)


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("anthropic", message_of("max_tokens", {"type": "thinking", "thinking": "Hm."})),
        ("gemini", candidate("MAX_TOKENS")),
        ("gemini", {"candidates": [{"finishReason": "MAX_TOKENS", "index": 0}]}),
        ("ollama", local("length", thinking="Hm.")),
        ("openai", chat("length", content=None)),
        ("openrouter", chat("length", content="", reasoning="Hm.")),
    ],
)
def test_a_model_that_thinks_up_to_its_cap_has_said_nothing(
    provider: str, answer: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """No text, no crash, and cut off."""
    serve(httpserver, answer)
    generation = ask(BACKENDS[provider])
    assert (generation.text, generation.finish_reason) == ("", FinishReason.LENGTH)


MODERATED = {"message": "flagged", "code": 403, "metadata": {"reasons": ["violence"]}}


@pytest.mark.parametrize(
    ("provider", "answer", "status", "text"),
    [
        ("anthropic", message_of("refusal", {"type": "text", "text": "No."}), 200, "No."),
        (
            "anthropic",
            {**message_of("refusal"), "stop_details": {"type": "refusal", "explanation": "No."}},
            200,
            "No.",
        ),
        ("anthropic", {**message_of("refusal"), "stop_details": None}, 200, ""),
        (
            "gemini",
            {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}},
            200,
            "The prompt was blocked: PROHIBITED_CONTENT.",
        ),
        ("gemini", candidate("SAFETY"), 200, ""),
        ("gemini", candidate("RECITATION", {"text": "(mod"}), 200, "(mod"),
        ("openai", chat(content=None, refusal="No."), 200, "No."),
        ("openai", chat("content_filter", content=""), 200, ""),
        ("openrouter", {"error": MODERATED}, 403, "flagged"),
        ("openrouter", {"error": MODERATED}, 200, "flagged"),
        ("zai", chat("sensitive", content=""), 200, ""),
        ("deepseek", failed("Content Exists Risk"), 400, "Content Exists Risk"),
    ],
)
def test_a_refusal_is_told_from_an_answer(
    provider: str,
    answer: dict[str, Any],
    status: int,
    text: str,
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """It is the model's doing, or that of a filter in front of it, and no fault of ours."""
    serve(httpserver, answer, status)
    generation = ask(BACKENDS.get(provider, OpenAICompatible), provider=provider)
    assert (generation.text, generation.finish_reason) == (text, FinishReason.REFUSAL)


@pytest.mark.parametrize(
    ("provider", "error"),
    [
        (
            "anthropic",
            failed(
                "prompt is too long: 210000 tokens > 200000 maximum", type="invalid_request_error"
            ),
        ),
        (
            "gemini",
            failed(
                "The input token count (1100000) exceeds the maximum number of tokens allowed "
                "(1048576).",
                code=400,
                status="INVALID_ARGUMENT",
            ),
        ),
        ("ollama", {"error": "the input length exceeds the context length"}),
        (
            "openai",
            failed(
                "This model's maximum context length is 8192 tokens. However, your messages "
                "resulted in 9412 tokens.",
                code="context_length_exceeded",
            ),
        ),
        (
            "openrouter",
            failed("This endpoint's maximum context length is 8192 tokens.", code=400),
        ),
        ("moonshot", failed("Your request exceeded model token limit: 8192")),
        ("zai", failed("Prompt exceeds max length", code="1261")),
    ],
)
def test_a_prompt_beyond_the_context_is_a_cut_off_reply(
    provider: str, error: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """It is the model's limit; asking again would change nothing."""
    serve(httpserver, error, 400)
    generation = ask(BACKENDS.get(provider, OpenAICompatible), provider=provider)
    assert (generation.text, generation.finish_reason) == ("", FinishReason.LENGTH)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        (
            "anthropic",
            (
                "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, "
                "decrease input length or `max_tokens` and try again"
            ),
        ),
        (
            "vllm",
            (
                "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum "
                "context length is 8192 tokens and your request has 1000 input tokens "
                "(9000 > 8192 - 1000)."
            ),
        ),
    ],
)
def test_a_cap_beyond_the_context_fails_one_sample(
    provider: str, message: str, httpserver: HTTPServer, ask: Ask
) -> None:
    """This prompt fits, and a shorter one leaves more room."""
    serve(httpserver, failed(message), 400)
    with pytest.raises(BackendError, match=r"no room for .*; lower max_tokens$") as raised:
        ask(BACKENDS.get(provider, OpenAICompatible), provider=provider)
    assert not isinstance(raised.value, PermanentBackendError)


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        (
            "anthropic",
            "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens",
        ),
        (
            "gemini",
            "it has a maxOutputTokens value of 100000 but the supported range is from 1 to 65537",
        ),
        (
            "openai",
            "max_tokens is too large: 100000. This model supports at most 16384 completion tokens",
        ),
    ],
)
def test_a_cap_beyond_the_models_own_is_said_once(
    provider: str, message: str, httpserver: HTTPServer, ask: Ask
) -> None:
    """Every sample would meet it, and omitting the cap is no remedy where it is required."""
    serve(httpserver, failed(message), 400)
    with pytest.raises(PermanentBackendError) as raised:
        ask(BACKENDS[provider], parameters={"max_tokens": 100_000})
    assert str(raised.value) == (
        f"model 'mine': {httpserver.url_for('').rstrip('/')} does not write as much as max_tokens "
        f'allows (400: {message}); lower parameters.max_tokens in [tool.llmgen.models."mine"]'
    )


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("anthropic", {"type": "error", "error": {"type": "api_error", "message": "x"}}),
        ("gemini", failed("An internal error has occurred.", code=500, status="INTERNAL")),
        ("ollama", {"error": "model runner has unexpectedly stopped"}),
        ("openai", failed("The server had an error", type="server_error")),
        ("openrouter", failed("Provider returned error", code=502)),
        ("openrouter", {"choices": [{"error": {"code": 502, "message": "upstream died"}}]}),
        ("openrouter", chat("error", content="(mod")),
        ("zai", chat("network_error", content="(mod")),
    ],
)
def test_an_error_in_a_200_is_none_the_less_an_error(
    provider: str, answer: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """It is asked again, and half an answer is never graded."""
    everywhere = re.compile(".*")
    httpserver.expect_ordered_request(everywhere).respond_with_json(answer)
    good = GOOD.get(provider, GOOD["openai"])
    httpserver.expect_ordered_request(everywhere).respond_with_json(good)
    generation = ask(BACKENDS.get(provider, OpenAICompatible), provider=provider)
    assert (generation.text, generation.retries) == ("(mod", 1)


@pytest.mark.parametrize(
    ("provider", "status", "answer"),
    [
        (
            "anthropic",
            200,
            {"type": "error", "error": {"type": "overloaded_error", "message": "x"}},
        ),
        ("anthropic", 429, failed("x", type="rate_limit_error")),
        ("gemini", 503, failed("The model is overloaded.", code=503, status="UNAVAILABLE")),
        ("ollama", 503, {"error": "server busy, please try again"}),
        ("openai", 429, failed("Rate limit reached", type="requests", code="rate_limit_exceeded")),
        ("openrouter", 200, failed("Rate limited upstream", code=429)),
        ("zai", 429, failed("High concurrency usage of this API", code="1302")),
    ],
)
def test_a_busy_server_is_told_from_a_broken_one(
    provider: str, status: int, answer: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """It is for the engine to ask again, with fewer requests in flight."""
    serve(httpserver, answer, status)
    with pytest.raises(OverloadedError):
        ask(BACKENDS.get(provider, OpenAICompatible), provider=provider)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [(402, "reports no credit or quota left"), (401, "denies access"), (404, "does not know")],
)
def test_the_code_of_an_error_in_a_200_counts(
    code: int, message: str, httpserver: HTTPServer, ask: Ask
) -> None:
    """OpenRouter's own codes, also as a text, are as final as statuses are."""
    serve(httpserver, failed("no", code=str(code)))
    with pytest.raises(PermanentBackendError, match=message):
        ask(OpenAICompatible)
    assert len(httpserver.log) == 1


def test_the_type_of_an_error_stands_for_its_code(httpserver: HTTPServer, ask: Ask) -> None:
    """Anthropic's errors have types alone, also where a proxy sends them with status 200."""
    error = {"type": "authentication_error", "message": "invalid x-api-key"}
    serve(httpserver, {"type": "error", "error": error})
    with pytest.raises(PermanentBackendError, match="denies access"):
        ask(Anthropic)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("anthropic", message_of("end_turn", {"type": "thinking", "thinking": "Hm."}, TEXT)),
        ("gemini", candidate("STOP", {"text": "Hm.", "thought": True}, {"text": "(mod"})),
        ("ollama", local(content="(mod", thinking="Hm.")),
        ("openai", chat(content="(mod", reasoning_content="Hm.")),
        ("openrouter", chat(content="(mod", reasoning="Hm.")),
        (
            "mistral",
            chat(
                content=[
                    {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
                    TEXT,
                ]
            ),
        ),
    ],
)
def test_reasoning_is_kept_apart_from_the_answer(
    provider: str, answer: dict[str, Any], httpserver: HTTPServer, ask: Ask
) -> None:
    """A first idea in the thinking is no answer."""
    serve(httpserver, answer)
    generation = ask(BACKENDS.get(provider, OpenAICompatible), provider=provider)
    assert (generation.text, generation.reasoning) == ("(mod", "Hm.")


@pytest.mark.parametrize(
    ("provider", "parameter", "status", "answer"),
    [
        ("anthropic", "temperature", 400, failed("`temperature` is deprecated for this model.")),
        ("anthropic", "top_k", 400, failed("top_k: Extra inputs are not permitted")),
        (
            "gemini",
            "max_tokens",
            400,
            failed(
                'Invalid JSON payload received. Unknown name "maxOutputTokens" at '
                "'generation_config': Cannot find field.",
                status="INVALID_ARGUMENT",
            ),
        ),
        ("ollama", "think", 400, {"error": '"tiny" does not support thinking'}),
        (
            "openai",
            "temperature",
            400,
            failed(
                "Unsupported value: 'temperature' does not support 0.2 with this model.",
                code="unsupported_value",
                param="temperature",
            ),
        ),
        (
            "openai",
            "temperature",
            400,
            failed("Not for this model.", code="unsupported_parameter", param="temperature"),
        ),
        ("openrouter", "seed", 400, failed("seed is not supported by this provider", code=400)),
        (
            "mistral",
            "seed",
            422,
            {"detail": [{"type": "extra_forbidden", "loc": ["body", "random_seed"], "msg": "x"}]},
        ),
    ],
)
def test_a_parameter_that_the_model_refuses_is_named(
    provider: str,
    parameter: str,
    status: int,
    answer: dict[str, Any],
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """The message has the very line to write, under this package's name, and is said once."""
    serve(httpserver, answer, status)
    with pytest.raises(PermanentBackendError) as raised:
        ask(
            BACKENDS.get(provider, OpenAICompatible),
            provider=provider,
            parameters={parameter: 1, "stop": ["x"]},
        )
    message = str(raised.value)
    url = httpserver.url_for("").rstrip("/")
    assert message.startswith(f"model 'mine': {url} refuses the parameter {parameter!r} ({status}")
    assert message.endswith(f'); add omit = ["{parameter}"] to [tool.llmgen.models."mine"]')
    assert len(httpserver.log) == 1


def test_a_parameter_that_was_not_sent_is_not_blamed(httpserver: HTTPServer, ask: Ask) -> None:
    """A 400 may talk of many things."""
    serve(httpserver, failed("the seed of doubt is in 'temperature'"), 400)
    with pytest.raises(BackendError, match=r" answered 400: the seed of doubt") as raised:
        ask(OpenAICompatible, parameters={"top_p": 1})
    assert not isinstance(raised.value, PermanentBackendError)


def test_a_body_that_repeats_the_request_blames_no_parameter(
    httpserver: HTTPServer, ask: Ask
) -> None:
    """Validation errors of some servers hold all that was sent."""
    detail = [{"type": "missing", "loc": ["body", "messages"], "input": {"top_p": 1}}]
    serve(httpserver, {"detail": detail}, 422)
    with pytest.raises(BackendError, match=r" answered 422: ") as raised:
        ask(OpenAICompatible, parameters={"top_p": 1})
    assert not isinstance(raised.value, PermanentBackendError)


@pytest.fixture
def dying_server() -> Iterator[Callable[[dict[str, Any]], str]]:
    """A server whose process dies in the middle of its first answer, and is started anew.

    Call it with the answer that it then gives, for its URL.
    """
    listeners: list[socket.socket] = []

    def start(answer: dict[str, Any]) -> str:
        body = json.dumps(answer).encode()
        head = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def live() -> None:
            for length in (len(body) // 2, len(body)):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(head + body[:length])

        threading.Thread(target=live, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize("provider", BACKENDS)
def test_a_server_that_dies_in_its_answer_is_asked_again(
    provider: str, dying_server: Callable[[dict[str, Any]], str], ask: Ask
) -> None:
    """Half an answer is none, and the whole one counts one retry."""
    generation = ask(BACKENDS[provider], base_url=dying_server(GOOD[provider]))
    assert (generation.text, generation.retries) == ("(mod", 1)


@pytest.mark.parametrize(
    ("provider", "status", "answer", "message"),
    [
        (
            "anthropic",
            400,
            failed("Your credit balance is too low to access the Anthropic API."),
            "reports no credit or quota left",
        ),
        ("anthropic", 402, failed("x", type="billing_error"), "reports no credit or quota left"),
        (
            "gemini",
            400,
            failed("API key not valid. Please pass a valid API key.", status="INVALID_ARGUMENT"),
            "denies access",
        ),
        (
            "gemini",
            404,
            failed("models/tiny is not found for API version v1beta", status="NOT_FOUND"),
            "does not know the model or the path",
        ),
        (
            "moonshot",
            429,
            failed("x", type="exceeded_current_quota_error"),
            "reports no credit or quota left",
        ),
        ("openrouter", 402, failed("Insufficient credits"), "reports no credit or quota left"),
        (
            "openrouter",
            400,
            failed("tiny is not a valid model ID", code=400),
            "does not know the model or the path",
        ),
        (
            "zai",
            429,
            failed("Your account is in arrears, please recharge and try again", code="1113"),
            "reports no credit or quota left",
        ),
    ],
)
def test_what_no_retry_can_heal_is_said_once(
    provider: str,
    status: int,
    answer: dict[str, Any],
    message: str,
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """The other samples are spared, in whichever words the provider says it."""
    serve(httpserver, answer, status)
    with pytest.raises(PermanentBackendError, match=message):
        ask(BACKENDS.get(provider, OpenAICompatible), provider=provider)
    assert len(httpserver.log) == 1
