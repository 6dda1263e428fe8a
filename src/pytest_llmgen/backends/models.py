"""Which model, on which server, with which parameters and prices."""

from __future__ import annotations

import difflib
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.servers import api_key_env_of, base_url_of
from pytest_llmgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_llmgen.generation import Generation, SamplingParameters
    from pytest_llmgen.registry import Registry

BUILTIN_MODELS = ("reference", "accepts", "rejects")
"""Models that are named without a provider: they read a challenge's own solutions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """All there is to know about a model, except its key."""

    name: str
    """As the user wrote it; shown everywhere."""
    provider: str
    model: str
    """The server's name for it."""
    base_url: str | None = None
    """Without a slash at its end; None where there is no server."""
    api_key_env: str | None = None
    """The environment variable that holds the key; None when no key is sent."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """Sent in place of the run's own, `temperature`, `max_tokens` and `seed` among them."""
    omit: tuple[str, ...] = ()
    """Parameters that the model refuses: never sent."""
    vram_gb: float | None = None
    size_gb: float | None = None
    usd_per_million_input: float | None = None
    usd_per_million_output: float | None = None
    max_concurrency: int | None = None


def resolve_model(
    text: str,
    configured: Mapping[str, Mapping[str, object]],
    registry: Registry,
    environ: Mapping[str, str],
) -> ModelSpec:
    """Find out which model `text` means.

    Args:
        text: A name in `configured`, `provider/name`, or a built-in model.
        configured: The tables `[tool.llmgen.models.NAME]`.
        registry: The providers.
        environ: Where base URLs and keys are looked up; no key is kept.

    Raises:
        UsageError: If there is no such model, its table is wrong, or its key is missing.
    """
    table = configured.get(text, {})
    _check_table(text, table)
    full_name = str(table.get("model", text))
    if full_name in BUILTIN_MODELS:
        provider = model = full_name
    else:
        provider, slash, model = full_name.partition("/")
        if not slash:
            raise UsageError(_unknown_model(text, full_name, configured, registry))
        _check_provider(text, provider, model, registry)
    base_url = base_url_of(text, provider, table, environ)
    settings: dict[str, Any] = {k: v for k, v in table.items() if k not in _RESOLVED}
    if "omit" in settings:
        settings["omit"] = tuple(settings["omit"])
    return ModelSpec(
        name=text,
        provider=provider,
        model=model,
        base_url=base_url,
        api_key_env=api_key_env_of(text, provider, table, environ),
        **settings,
    )


def sampling(
    spec: ModelSpec, parameters: SamplingParameters, names: Mapping[str, str]
) -> dict[str, Any]:
    """Merge what to send: the run's parameters, the model's over them, the request's extra last.

    Args:
        spec: Its `parameters` override, and its `omit` removes.
        parameters: None means not to send it.
        names: The provider's own names for `temperature`, `max_tokens` and `seed`.
    """
    run = {
        "temperature": parameters.temperature,
        "max_tokens": parameters.max_tokens,
        "seed": parameters.seed,
    }
    chosen = {k: v for k, v in run.items() if v is not None} | spec.parameters
    sent = {names.get(k, k): v for k, v in chosen.items() if k not in spec.omit}
    return {k: v for k, v in (sent | parameters.extra).items() if k not in spec.omit}


def cost_usd(spec: ModelSpec, generation: Generation) -> float | None:
    """What a reply cost: the server's own figure, else tokens times prices; None if unknown."""
    if generation.cost_usd is not None:
        return generation.cost_usd
    prices = spec.usd_per_million_input, spec.usd_per_million_output
    tokens = generation.prompt_tokens, generation.completion_tokens
    if prices[0] is None or prices[1] is None or tokens[0] is None or tokens[1] is None:
        return None
    return (prices[0] * tokens[0] + prices[1] * tokens[1]) / 1e6


def _unknown_model(
    text: str,
    full_name: str,
    configured: Mapping[str, Mapping[str, object]],
    registry: Registry,
) -> str:
    if full_name in registry:
        return f"model {text!r}: {full_name!r} is a provider; write {f'{full_name}/NAME'!r}"
    if text in configured:
        return f"model {text!r}: model must be 'provider/name', got {full_name!r}"
    names = ", ".join(sorted(configured)) or "none"
    hint = _hint(text, [*configured, *BUILTIN_MODELS]) or "."
    return (
        f"model {text!r} is not configured{hint} Write "
        f"provider/name, such as {f'ollama/{text}'!r}, or a configured name (configured: {names})"
    )


def _check_provider(text: str, provider: str, model: str, registry: Registry) -> None:
    if provider not in registry:
        raise UsageError(
            f"model {text!r}: provider {provider!r} is not registered"
            f"{_hint(provider, registry)} (registered: {', '.join(registry)})"
        )
    if provider in BUILTIN_MODELS:
        raise UsageError(f"model {text!r}: {provider} takes no name; write {provider!r}")
    if not model:
        raise UsageError(f"model {text!r}: the name after the slash is missing")


def _hint(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


def _is_json_table(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return isinstance(value, dict)


_TEXT: tuple[str, Callable[[Any], bool]] = (
    "a text that is not empty",
    lambda value: isinstance(value, str) and bool(value.strip()),
)
_NUMBER = "a number of 0 or more", _is_number
_KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "model": _TEXT,
    "base_url": _TEXT,
    "api_key_env": _TEXT,
    "parameters": ("a table of what JSON can say", _is_json_table),
    "omit": (
        "a list of names",
        lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
    ),
    "vram_gb": _NUMBER,
    "size_gb": _NUMBER,
    "usd_per_million_input": _NUMBER,
    "usd_per_million_output": _NUMBER,
    "max_concurrency": (
        "a whole number of 1 or more",
        lambda value: type(value) is int and value > 0,
    ),
}
_RESOLVED = frozenset({"model", "base_url", "api_key_env"})


def _check_table(text: str, table: Mapping[str, object]) -> None:
    for key, value in table.items():
        if key == "api_key":
            raise UsageError(
                f"model {text!r}: api_key does not belong in a file; "
                "put the key into an environment variable and name that in api_key_env"
            )
        if key in {"temperature", "max_tokens", "seed"}:
            raise UsageError(
                f"model {text!r}: unknown key {key!r}; did you mean 'parameters.{key}'?"
            )
        if key not in _KEYS:
            raise UsageError(
                f"model {text!r}: unknown key {key!r}{_hint(key, _KEYS)} "
                f"(known: {', '.join(_KEYS)})"
            )
        wanted, fits = _KEYS[key]
        if not fits(value):
            raise UsageError(f"model {text!r}: {key} must be {wanted}, got {value!r}")
    prices = {"usd_per_million_input", "usd_per_million_output"} - table.keys()
    if len(prices) == 1:
        raise UsageError(f"model {text!r}: {prices.pop()} is missing; a cost needs both prices")
