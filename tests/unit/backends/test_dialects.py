"""How providers of OpenAI's API differ from it, and where each one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends import register_builtin
from pytest_llmgen.backends.models import ModelSpec, resolve_model
from pytest_llmgen.backends.openai_compatible import OpenAICompatible
from pytest_llmgen.errors import OverloadedError, UsageError
from pytest_llmgen.generation import FinishReason
from pytest_llmgen.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.generation import Generation, GenerationRequest

    Ask = Callable[..., Generation]

CANARY = "sk-canary-5f1d"


def resolve(
    text: str, environ: dict[str, str], configured: dict[str, dict[str, Any]] | None = None
) -> ModelSpec:
    """Resolve with the providers of this package."""
    registry = Registry("provider")
    register_builtin(registry)
    return resolve_model(text, configured or {}, registry, environ)


@pytest.mark.parametrize(
    ("provider", "url", "key"),
    [
        ("anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
        ("deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
        ("gemini", "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY"),
        ("mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
        ("moonshot", "https://api.moonshot.ai/v1", "MOONSHOT_API_KEY"),
        ("openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        ("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        ("zai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY"),
    ],
)
def test_a_hosted_provider_knows_its_server_and_its_key(provider: str, url: str, key: str) -> None:
    """A name and a key are enough; without the key there is one clear line."""
    spec = resolve(f"{provider}/org/x", {key: CANARY})
    assert (spec.base_url, spec.api_key_env, spec.model) == (url, key, "org/x")
    with pytest.raises(UsageError) as raised:
        resolve(f"{provider}/x", {})
    assert str(raised.value) == (
        f"model '{provider}/x': environment variable {key} is not set; "
        "set it, or name another with api_key_env"
    )


@pytest.mark.parametrize(
    ("provider", "url", "key"),
    [
        ("llamacpp", "http://127.0.0.1:8080/v1", "LLAMA_API_KEY"),
        ("lmstudio", "http://127.0.0.1:1234/v1", None),
        ("vllm", "http://127.0.0.1:8000/v1", "VLLM_API_KEY"),
    ],
)
def test_a_local_provider_needs_no_key(provider: str, url: str, key: str | None) -> None:
    """The key that the server itself would read is sent if it is set."""
    assert resolve(f"{provider}/x", {}).base_url == url
    assert resolve(f"{provider}/x", {}).api_key_env is None
    if key is not None:
        assert resolve(f"{provider}/x", {key: CANARY}).api_key_env == key


def test_a_key_that_is_named_must_be_set() -> None:
    """What a user writes down is meant, of a local server too."""
    table = {"model": "vllm/x", "api_key_env": "VLLM_API_KEY"}
    with pytest.raises(UsageError, match="VLLM_API_KEY is not set"):
        resolve("x", {}, {"x": table})


def answer(**usage: Any) -> dict[str, Any]:
    """A completion with its usage."""
    choice = {"finish_reason": "stop", "message": {"content": "(module)"}}
    return {"choices": [choice], "usage": usage}


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"cost": 0.25}, 0.25),
        ({"cost": 0}, 0.0),
        ({"cost": 0.01, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.2}}, 0.21),
        ({"cost": 0.25, "is_byok": False, "cost_details": {"upstream_inference_cost": 1}}, 0.25),
        ({"cost": "free"}, None),
        ({"cost": -1}, None),
        ({}, None),
    ],
)
def test_openrouter_says_what_a_reply_cost(
    usage: dict[str, Any], cost: float | None, httpserver: HTTPServer, ask: Ask
) -> None:
    """With one's own key at a provider, what that provider bills is in it."""
    httpserver.expect_request("/chat/completions").respond_with_json(answer(**usage))
    assert ask(OpenAICompatible, provider="openrouter").cost_usd == pytest.approx(cost)


def test_a_payment_that_is_due_later_is_a_limit_on_the_rate(
    httpserver: HTTPServer, ask: Ask
) -> None:
    """A 402 with Retry-After is no empty account."""
    httpserver.expect_request("/chat/completions").respond_with_json(
        {"error": {"message": "wait"}}, status=402, headers={"Retry-After": "9"}
    )
    with pytest.raises(OverloadedError) as raised:
        ask(OpenAICompatible, provider="openrouter")
    assert raised.value.retry_after_s == 9


def test_mistral_has_its_own_name_for_the_seed(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """It refuses what it does not know."""
    httpserver.expect_request("/chat/completions").respond_with_json(answer())
    backend = OpenAICompatible(spec_of(provider="mistral"))
    backend.generate(request_of(seed=7, max_tokens=9))
    backend.close()
    sent = httpserver.log[0][0].json
    assert (sent["random_seed"], sent["max_tokens"]) == (7, 9)
    assert "seed" not in sent


def test_white_space_before_an_answer_is_no_error(httpserver: HTTPServer, ask: Ask) -> None:
    """DeepSeek keeps a waiting connection open with empty lines."""
    text = '\n\n\n{"choices": [{"finish_reason": "stop", "message": {"content": "x"}}]}'
    httpserver.expect_request("/chat/completions").respond_with_data(text)
    generation = ask(OpenAICompatible, provider="deepseek")
    assert (generation.text, generation.finish_reason) == ("x", FinishReason.STOP)
