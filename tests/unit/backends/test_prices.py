"""What a reply costs, and who says so."""

from __future__ import annotations

import functools
import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends import prices
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.backends.openai_compatible import OpenAICompatible
from pytest_llmgen.backends.prices import cost_usd, has_price
from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_httpserver import HTTPServer

    Ask = Callable[..., Generation]

SPEC = ModelSpec(name="m", provider="openai", model="m", base_url="https://api.openai.com/v1")
PRICED = ModelSpec(
    name="m", provider="x", model="m", usd_per_million_input=2, usd_per_million_output=10
)


def generation(prompt: int | None, completion: int | None, cost: float | None) -> Generation:
    """A reply of so many tokens."""
    return Generation(
        text="",
        finish_reason=FinishReason.STOP,
        prompt_tokens=prompt,
        completion_tokens=completion,
        seconds=1.0,
        cost_usd=cost,
    )


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Look for the package, and in it, anew."""
    for cached in (prices._package, prices._is_listed):
        cached.cache_clear()
    yield
    for cached in (prices._package, prices._is_listed):
        cached.cache_clear()


@pytest.fixture
def without_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the package were not installed."""
    monkeypatch.setitem(sys.modules, "genai_prices", None)


@pytest.fixture
def asked_prices(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, str, str]]:
    """A list of prices that knows one model of one server; what it is asked."""
    asked: list[tuple[Any, str, str]] = []

    def calc_price(usage: Any, model: str, *, provider_api_url: str) -> Any:
        asked.append((usage, model, provider_api_url))
        if (model, provider_api_url) != ("m", "https://api.openai.com/v1"):
            raise LookupError(model)
        fresh = usage.input_tokens - getattr(usage, "cache_read_tokens", 0)
        return SimpleNamespace(total_price=fresh * 0.01 + getattr(usage, "output_tokens", 0))

    package = ModuleType("genai_prices")
    package.calc_price = calc_price  # type: ignore[attr-defined] # a stand-in
    package.Usage = SimpleNamespace  # type: ignore[attr-defined] # a stand-in
    monkeypatch.setitem(sys.modules, "genai_prices", package)
    return asked


@pytest.mark.usefixtures("without_list")
def test_the_users_prices_count_first() -> None:
    """They are per million tokens, apart for what goes in and what comes out."""
    assert cost_usd(PRICED, generation(1000, 500, None)) == pytest.approx(0.007)
    assert cost_usd(PRICED, generation(1000, 500, 0.5)) == pytest.approx(0.007)


@pytest.mark.usefixtures("without_list")
def test_the_servers_figure_counts_next() -> None:
    """Also where the user has prices, but the server has not counted the tokens."""
    assert cost_usd(SPEC, generation(1000, 500, 0.5)) == 0.5
    assert cost_usd(PRICED, generation(None, 500, 0.5)) == 0.5


@pytest.mark.usefixtures("without_list")
def test_a_cost_that_nobody_knows_is_none() -> None:
    """The package with the list is never required."""
    assert cost_usd(SPEC, generation(1000, 500, None)) is None
    assert cost_usd(PRICED, generation(1000, None, None)) is None


def test_the_list_of_prices_counts_last(asked_prices: list[tuple[Any, str, str]]) -> None:
    """It is asked by the URL, with the tokens that came from a cache apart."""
    assert cost_usd(SPEC, generation(1000, 5, 0.5)) == 0.5
    assert not asked_prices
    assert cost_usd(SPEC, generation(1000, 5, None)) == 15.0
    assert cost_usd(SPEC, generation(1000, 5, None), cached_tokens=900) == 6.0
    assert cost_usd(SPEC, generation(1000, 5, None), cached_tokens=2000) == 5.0


def test_a_model_that_is_not_listed_is_looked_up_once(
    asked_prices: list[tuple[Any, str, str]],
) -> None:
    """A miss is a search through all of it, and a run has thousands of replies."""
    unlisted = ModelSpec(name="m", provider="vllm", model="m", base_url="http://127.0.0.1:8000/v1")
    for _again in range(3):
        assert cost_usd(unlisted, generation(1000, 5, None)) is None
    assert len(asked_prices) == 1


def test_a_model_without_a_server_is_not_looked_up(
    asked_prices: list[tuple[Any, str, str]],
) -> None:
    """Built-in models and programs have no price."""
    spec = ModelSpec(name="reference", provider="reference", model="reference")
    assert cost_usd(spec, generation(1, 1, None)) is None
    assert not asked_prices


def test_a_list_that_fails_costs_no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the package may have another interface."""
    monkeypatch.setitem(sys.modules, "genai_prices", ModuleType("genai_prices"))
    assert cost_usd(SPEC, generation(1, 1, None)) is None


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens_details": {"cached_tokens": 90}},
        {"prompt_cache_hit_tokens": 90},
    ],
)
def test_backends_tell_how_much_was_cached(
    usage: dict[str, Any],
    asked_prices: list[tuple[Any, str, str]],
    httpserver: HTTPServer,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the words of OpenAI, and of DeepSeek."""
    monkeypatch.setattr(prices, "_is_listed", functools.cache(lambda *_: True))
    counts = {"prompt_tokens": 100, "completion_tokens": 5}
    message = {"finish_reason": "stop", "message": {"content": "x"}}
    httpserver.expect_request("/chat/completions").respond_with_json(
        {"choices": [message], "usage": counts | usage}
    )
    assert ask(OpenAICompatible).cost_usd is None
    (asked, _model, _url) = asked_prices[0]
    assert asked.cache_read_tokens == 90


def test_the_real_list_knows_its_models() -> None:
    """The interface of the package is as expected, where it is installed."""
    pytest.importorskip(
        "genai_prices", reason="install it with: pip install 'pytest-llmgen[prices]'"
    )
    spec = ModelSpec(
        name="m", provider="openai", model="gpt-4o-mini", base_url="https://api.openai.com/v1"
    )
    full = cost_usd(spec, generation(1000, 500, None))
    cached = cost_usd(spec, generation(1000, 500, None), cached_tokens=900)
    assert full is not None
    assert cached is not None
    assert 0 < cached < full < 1


# Whether it is known beforehand


@pytest.mark.usefixtures("without_list")
@pytest.mark.parametrize(
    ("spec", "known"),
    [
        (PRICED, True),
        (SPEC, False),
        (ModelSpec(name="m", provider="zoo", model="m"), False),
        (ModelSpec(name="m", provider="openrouter", model="m"), True),
        (ModelSpec(name="m", provider="command", model="m", command=("true",)), True),
        (ModelSpec(name="m", provider="ollama", model="m", base_url="http://10.0.0.9"), True),
        (
            ModelSpec(
                name="m", provider="openai-compatible", model="m", base_url="http://localhost:1/v1"
            ),
            True,
        ),
    ],
)
def test_a_budget_needs_a_price_that_is_known(spec: ModelSpec, known: bool) -> None:
    """By the user, by the server, or since nobody is paid."""
    assert has_price(spec) is known


@pytest.mark.usefixtures("asked_prices")
def test_a_price_in_the_list_is_known() -> None:
    """That of the server at this URL."""
    assert has_price(SPEC)
