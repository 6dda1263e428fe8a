"""What a reply costs: by the user's prices, the server's own figure, or the list of prices.

The list is the optional package `genai-prices` (extra `prices`), imported on first use.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.servers import is_loopback

if TYPE_CHECKING:
    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.generation import Generation

_OWN_FIGURE = frozenset({"openrouter"})
"""Providers that say of each reply what it cost."""
_FREE = frozenset({"command", "llamacpp", "lmstudio", "ollama", "vllm"})


def cost_usd(spec: ModelSpec, generation: Generation, *, cached_tokens: int = 0) -> float | None:
    """Dollars for one reply; None if nobody knows.

    Args:
        spec: Its prices count before all else.
        generation: Tokens, and the server's own figure where it gave one.
        cached_tokens: How many tokens of the prompt the server had in its cache: the list of
            prices has a lower price for them, the user's prices have not.
    """
    prices = spec.usd_per_million_input, spec.usd_per_million_output
    tokens = generation.prompt_tokens, generation.completion_tokens
    known = tokens[0] is not None and tokens[1] is not None
    if known and prices[0] is not None and prices[1] is not None:
        return (prices[0] * (tokens[0] or 0) + prices[1] * (tokens[1] or 0)) / 1e6
    if generation.cost_usd is not None or not known:
        return generation.cost_usd
    return _listed(spec, tokens[0] or 0, tokens[1] or 0, cached_tokens)


def has_price(spec: ModelSpec) -> bool:
    """Whether it is known what replies cost: also nothing, from servers that people run themselves.

    Their prices may be set all the same; what a program spends is its own affair.
    """
    if spec.usd_per_million_input is not None or spec.provider in _OWN_FIGURE | _FREE:
        return True
    if spec.base_url is None:
        return False
    return is_loopback(spec.base_url) or (
        _package() is not None and _is_listed(spec.base_url, spec.model)
    )


def _listed(spec: ModelSpec, prompt: int, completion: int, cached: int) -> float | None:
    """The price in the list for the server at this URL; a local server is in no list."""
    package = _package()
    if package is None or spec.base_url is None or not _is_listed(spec.base_url, spec.model):
        return None
    try:
        usage = package.Usage(
            input_tokens=prompt, output_tokens=completion, cache_read_tokens=min(cached, prompt)
        )
        price = package.calc_price(usage, spec.model, provider_api_url=spec.base_url)
        return float(price.total_price)
    except Exception:  # a cost is never worth a sample, whatever a version of the package raises
        return None


@functools.lru_cache(maxsize=1024)
def _is_listed(base_url: str, model: str) -> bool:
    """Whether the list has the model; a miss costs a search through all of it, so it is kept."""
    package = _package()
    try:
        package.calc_price(package.Usage(input_tokens=1), model, provider_api_url=base_url)
    except Exception:  # see above
        return False
    return True


@functools.cache
def _package() -> Any:
    try:
        return importlib.import_module("genai_prices")
    except Exception:  # not there, or not fit for this Python: see above
        return None
