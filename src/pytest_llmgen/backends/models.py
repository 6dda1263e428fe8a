"""Which model, on which server, with which parameters and prices."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.model_table import (
    check_command,
    check_table,
    did_you_mean,
    words_of_command,
)
from pytest_llmgen.backends.prices import cost_usd
from pytest_llmgen.backends.servers import api_key_env_of, base_url_of, completes
from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import CHAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.backends.backend import Backend
    from pytest_llmgen.generation import SamplingParameters
    from pytest_llmgen.registry import Registry

__all__ = ["BUILTIN_MODELS", "ModelSpec", "check_prompt", "cost_usd", "resolve_model", "sampling"]

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
    prompt: str | None = None
    """One of `PROMPT_STYLES`; None leaves it to the run."""
    command: tuple[str, ...] = ()
    """The program to run and its arguments, for provider `command`."""
    pass_env: tuple[str, ...] = ()
    """Environment variables that the program gets beside the few that all get."""
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
    check_table(text, table)
    full_name = str(table.get("model", text))
    if full_name in BUILTIN_MODELS:
        provider = model = full_name
    else:
        provider, slash, model = full_name.partition("/")
        if not slash:
            raise UsageError(_unknown_model(text, full_name, configured, registry))
        _check_provider(text, provider, model, registry)
    check_command(text, provider, table, environ)
    base_url = base_url_of(text, provider, table, environ)
    settings: dict[str, Any] = {k: v for k, v in table.items() if k not in _RESOLVED}
    for key in settings.keys() & {"omit", "pass_env"}:
        settings[key] = tuple(settings[key])
    if "command" in settings:
        settings["command"] = words_of_command(settings["command"])
    return ModelSpec(
        name=text,
        provider=provider,
        model=model,
        base_url=base_url,
        api_key_env=api_key_env_of(text, provider, table, environ),
        **settings,
    )


def check_prompt(spec: ModelSpec, style: str, backend: type[Backend]) -> None:
    """See that a model can be asked in this style.

    Raises:
        UsageError: In one line, if its provider takes messages only.
    """
    may_complete = getattr(backend, "completes", False)
    if style == CHAT or (may_complete and completes(spec.provider, spec.base_url)):
        return
    where = f" at {spec.base_url}" if may_complete else ""
    raise UsageError(
        f"model {spec.name!r}: provider {spec.provider!r} has no completion endpoint{where}, which "
        f"the prompt {style!r} needs; run it with --llm-prompt=chat, or set prompt = 'chat' in "
        f"[tool.llmgen.models.{json.dumps(spec.name)}]"
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
    hint = did_you_mean(text, [*configured, *BUILTIN_MODELS]) or "."
    return (
        f"model {text!r} is not configured{hint} Write "
        f"provider/name, such as {f'ollama/{text}'!r}, or a configured name (configured: {names})"
    )


def _check_provider(text: str, provider: str, model: str, registry: Registry) -> None:
    if provider not in registry:
        raise UsageError(
            f"model {text!r}: provider {provider!r} is not registered"
            f"{did_you_mean(provider, registry)} (registered: {', '.join(registry)})"
        )
    if provider in BUILTIN_MODELS:
        raise UsageError(f"model {text!r}: {provider} takes no name; write {provider!r}")
    if not model:
        raise UsageError(f"model {text!r}: the name after the slash is missing")


_RESOLVED = frozenset({"model", "base_url", "api_key_env"})
