"""A conversation as one text: `/completions` of OpenAI's servers, and Ollama without a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends import register_builtin
from pytest_llmgen.backends.anthropic import Anthropic
from pytest_llmgen.backends.command import Command
from pytest_llmgen.backends.gemini import Gemini
from pytest_llmgen.backends.models import ModelSpec, check_prompt, resolve_model
from pytest_llmgen.backends.ollama import Ollama
from pytest_llmgen.backends.openai_compatible import OpenAICompatible
from pytest_llmgen.errors import BackendError, PermanentBackendError, UsageError
from pytest_llmgen.generation import Completion, FinishReason, Generation
from pytest_llmgen.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.backends.backend import Backend
    from pytest_llmgen.generation import GenerationRequest

    Ask = Callable[..., Generation]

ASKED = Completion(text="<|user|>Add.<|me|>", stop=("<|end|>",))

OPENAI: dict[str, Any] = {
    "object": "text_completion",
    "choices": [{"index": 0, "text": "(module)", "logprobs": None, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46},
}
OLLAMA: dict[str, Any] = {
    "model": "tiny",
    "response": "(module)",
    "done": True,
    "done_reason": "stop",
    "total_duration": 9_000_000_000,
    "prompt_eval_count": 26,
    "eval_count": 300,
    "eval_duration": 1_500_000_000,
}
KINDS = [
    pytest.param(OpenAICompatible, "/completions", OPENAI, id="openai"),
    pytest.param(Ollama, "/api/generate", OLLAMA, id="ollama"),
]


def finished(answer: dict[str, Any], reason: str | None) -> dict[str, Any]:
    """The same answer, stopped for another reason."""
    if "choices" in answer:
        return answer | {"choices": [answer["choices"][0] | {"finish_reason": reason}]}
    return answer | {"done_reason": reason}


def test_openai_gets_the_text_and_where_to_stop(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """No messages beside it; stops of the model's table come after that of the turn."""
    httpserver.expect_request("/completions", method="POST").respond_with_json(OPENAI)
    backend = OpenAICompatible(spec_of(parameters={"stop": "```\n\n"}))
    backend.generate(request_of(completion=ASKED, temperature=0.5, max_tokens=99, seed=7))
    backend.close()
    assert httpserver.log[0][0].json == {
        "model": "tiny",
        "prompt": "<|user|>Add.<|me|>",
        "stop": ["<|end|>", "```\n\n"],
        "stream": False,
        "temperature": 0.5,
        "max_tokens": 99,
        "seed": 7,
    }


def test_ollama_gets_the_raw_text(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """Without its template, and without a cut that nobody is told of."""
    httpserver.expect_request("/api/generate", method="POST").respond_with_json(OLLAMA)
    backend = Ollama(spec_of(parameters={"num_ctx": 8192, "stop": ["a", "b"]}))
    backend.generate(request_of(completion=ASKED, temperature=0.5, max_tokens=99, seed=7))
    backend.close()
    assert httpserver.log[0][0].json == {
        "model": "tiny",
        "prompt": "<|user|>Add.<|me|>",
        "raw": True,
        "stream": False,
        "truncate": False,
        "shift": False,
        "options": {
            "temperature": 0.5,
            "num_predict": 99,
            "seed": 7,
            "num_ctx": 8192,
            "stop": ["<|end|>", "a", "b"],
        },
    }


def test_the_fields_of_openais_answer_are_mapped(httpserver: HTTPServer, ask: Ask) -> None:
    """Text, tokens, price and llama.cpp's own speed, as of a chat."""
    answer = OPENAI | {"timings": {"predicted_per_second": 81.5}}
    httpserver.expect_request("/completions").respond_with_json(answer)
    prices = {"usd_per_million_input": 1.0, "usd_per_million_output": 10.0}
    generation = ask(OpenAICompatible, completion=ASKED, **prices)
    assert generation == Generation(
        text="(module)",
        finish_reason=FinishReason.STOP,
        prompt_tokens=12,
        completion_tokens=34,
        seconds=generation.seconds,
        tokens_per_s=81.5,
        cost_usd=0.000352,
    )


def test_the_fields_of_ollamas_answer_are_mapped(httpserver: HTTPServer, ask: Ask) -> None:
    """Text, thinking, tokens and the server's own speed, as of a chat."""
    httpserver.expect_request("/api/generate").respond_with_json(OLLAMA | {"thinking": "Hm."})
    generation = ask(Ollama, completion=ASKED)
    assert generation == Generation(
        text="(module)",
        finish_reason=FinishReason.STOP,
        reasoning="Hm.",
        prompt_tokens=26,
        completion_tokens=300,
        seconds=generation.seconds,
        tokens_per_s=200.0,
    )


@pytest.mark.parametrize(("backend", "path", "answer"), KINDS)
@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("length", FinishReason.LENGTH),
        ("abort", FinishReason.UNKNOWN),
        (None, FinishReason.UNKNOWN),
    ],
)
def test_the_reason_to_stop_is_mapped(
    backend: Callable[[ModelSpec], Backend],
    path: str,
    answer: dict[str, Any],
    reason: str | None,
    finish: FinishReason,
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """A reply that was cut off is told apart here too."""
    httpserver.expect_request(path).respond_with_json(finished(answer, reason))
    assert ask(backend, completion=ASKED).finish_reason is finish


@pytest.mark.parametrize(("backend", "path", "answer"), KINDS)
def test_a_prompt_beyond_the_context_is_a_cut_off_reply(
    backend: Callable[[ModelSpec], Backend],
    path: str,
    answer: dict[str, Any],
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """It is the model's limit, not the server's fault."""
    del answer
    problem = {"error": {"message": "the input length exceeds the context length"}}
    httpserver.expect_request(path).respond_with_json(problem, status=400)
    generation = ask(backend, completion=ASKED)
    assert (generation.text, generation.finish_reason) == ("", FinishReason.LENGTH)


@pytest.mark.parametrize(("backend", "path", "answer"), KINDS)
def test_a_server_without_the_endpoint_is_said_so(
    backend: Callable[[ModelSpec], Backend],
    path: str,
    answer: dict[str, Any],
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """Once, with the way out."""
    del answer
    httpserver.expect_request(path).respond_with_data("Not Found", status=404)
    with pytest.raises(PermanentBackendError) as raised:
        ask(backend, completion=ASKED)
    url = httpserver.url_for("").rstrip("/")
    assert str(raised.value) == (
        f"model 'mine': {url} does not know the model or the path (404: Not Found); check the "
        "model's name 'tiny' and base_url; without a completion endpoint, it needs "
        "--llm-prompt=chat"
    )
    assert len(httpserver.log) == 1


def test_ollama_says_how_to_get_a_model(httpserver: HTTPServer, ask: Ask) -> None:
    """As for a chat."""
    problem = {"error": "model 'tiny' not found"}
    httpserver.expect_request("/api/generate").respond_with_json(problem, status=404)
    with pytest.raises(PermanentBackendError, match=r"run: ollama pull tiny$"):
        ask(Ollama, completion=ASKED)


@pytest.mark.parametrize(("backend", "path", "answer"), KINDS)
def test_a_fault_of_the_server_is_retried(
    backend: Callable[[ModelSpec], Backend],
    path: str,
    answer: dict[str, Any],
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """Also one that came as a good answer."""
    problem = {"error": "model runner has unexpectedly stopped"}
    httpserver.expect_ordered_request(path).respond_with_json(problem, status=500)
    httpserver.expect_ordered_request(path).respond_with_json(problem)
    httpserver.expect_ordered_request(path).respond_with_json(answer)
    generation = ask(backend, completion=ASKED)
    assert (generation.text, generation.retries) == ("(module)", 2)


@pytest.mark.parametrize(
    ("backend", "path", "body", "message"),
    [
        (
            OpenAICompatible,
            "/completions",
            {"choices": [{"message": {"content": "x"}}]},
            "a 'text'",
        ),
        (OpenAICompatible, "/completions", {}, "a 'text'"),
        (Ollama, "/api/generate", {"message": {"content": "x"}}, "a 'response'"),
    ],
)
def test_an_answer_of_something_else_is_refused(
    backend: Callable[[ModelSpec], Backend],
    path: str,
    body: dict[str, Any],
    message: str,
    httpserver: HTTPServer,
    ask: Ask,
) -> None:
    """A chat's answer is none either."""
    httpserver.expect_request(path).respond_with_json(body)
    with pytest.raises(BackendError, match=message):
        ask(backend, completion=ASKED)


# Who can be asked so

HOSTED = ("deepseek", "mistral", "moonshot", "openai", "openrouter", "zai")


def resolved(provider: str, **table: Any) -> ModelSpec:
    """A model of a provider at its usual place, or another."""
    registry = Registry("provider")
    register_builtin(registry)
    key = {f"{provider.upper()}_API_KEY": "k"}
    return resolve_model("mine", {"mine": {"model": f"{provider}/x"} | table}, registry, key)


@pytest.mark.parametrize("provider", ["llamacpp", "lmstudio", "vllm", "openai-compatible", *HOSTED])
def test_a_server_of_ones_own_is_asked_with_any_style(provider: str) -> None:
    """Whether it has the endpoint is for it to say."""
    spec = resolved(provider, base_url="http://127.0.0.1:1/v1")
    check_prompt(spec, "chatml", OpenAICompatible)


@pytest.mark.parametrize("provider", ["llamacpp", "lmstudio", "vllm"])
def test_servers_for_local_models_complete_texts(provider: str) -> None:
    """At their usual places."""
    check_prompt(resolved(provider), "chatml", OpenAICompatible)


def test_ollama_completes_texts() -> None:
    """Here or elsewhere."""
    check_prompt(resolved("ollama"), "chatml", Ollama)
    check_prompt(resolved("ollama", base_url="http://gpu-box:11434"), "chatml", Ollama)


@pytest.mark.parametrize("provider", HOSTED)
def test_hosted_models_are_asked_with_messages_only(provider: str) -> None:
    """They put every text into their own template, or have no such endpoint any more."""
    spec = resolved(provider)
    check_prompt(spec, "chat", OpenAICompatible)
    with pytest.raises(UsageError) as raised:
        check_prompt(spec, "chatml", OpenAICompatible)
    assert str(raised.value) == (
        f"model 'mine': provider {provider!r} has no completion endpoint at {spec.base_url}, which "
        "the prompt 'chatml' needs; run it with --llm-prompt=chat, or set prompt = 'chat' in "
        '[tool.llmgen.models."mine"]'
    )


@pytest.mark.parametrize(
    ("provider", "backend"), [("anthropic", Anthropic), ("gemini", Gemini), ("command", Command)]
)
def test_other_providers_take_messages_only(provider: str, backend: type[Backend]) -> None:
    """Wherever their server is."""
    spec = ModelSpec(name="mine", provider=provider, model="x", base_url="http://127.0.0.1:1")
    check_prompt(spec, "chat", backend)
    with pytest.raises(UsageError) as raised:
        check_prompt(spec, "chatml", backend)
    assert str(raised.value) == (
        f"model 'mine': provider {provider!r} has no completion endpoint, which the prompt "
        "'chatml' needs; run it with --llm-prompt=chat, or set prompt = 'chat' in "
        '[tool.llmgen.models."mine"]'
    )
