"""Where a provider's server is, and which environment variable holds the key to it."""

from __future__ import annotations

import ipaddress
import os
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    """What a provider takes where the user says nothing."""

    base_url: str | None = None
    base_url_env: str | None = None
    api_key_env: str | None = None
    key_optional: bool = False
    """Whether requests go out without a key where `api_key_env` is not set."""
    needs_base_url: bool = False
    completes: bool = False
    """Whether its server goes on with any text, beside its chat."""


_PROVIDERS = {
    "anthropic": _Provider(
        base_url="https://api.anthropic.com",
        base_url_env="ANTHROPIC_BASE_URL",
        api_key_env="ANTHROPIC_API_KEY",
    ),
    "deepseek": _Provider(base_url="https://api.deepseek.com/v1", api_key_env="DEEPSEEK_API_KEY"),
    "gemini": _Provider(
        base_url="https://generativelanguage.googleapis.com/v1beta", api_key_env="GEMINI_API_KEY"
    ),
    "llamacpp": _Provider(
        base_url="http://127.0.0.1:8080/v1",
        api_key_env="LLAMA_API_KEY",
        key_optional=True,
        completes=True,
    ),
    "lmstudio": _Provider(base_url="http://127.0.0.1:1234/v1", completes=True),
    "mistral": _Provider(base_url="https://api.mistral.ai/v1", api_key_env="MISTRAL_API_KEY"),
    "moonshot": _Provider(base_url="https://api.moonshot.ai/v1", api_key_env="MOONSHOT_API_KEY"),
    "ollama": _Provider(
        base_url="http://127.0.0.1:11434", base_url_env="OLLAMA_HOST", completes=True
    ),
    "openai": _Provider(
        base_url="https://api.openai.com/v1",
        base_url_env="OPENAI_BASE_URL",
        api_key_env="OPENAI_API_KEY",
    ),
    "openai-compatible": _Provider(needs_base_url=True, completes=True),
    "openrouter": _Provider(
        base_url="https://openrouter.ai/api/v1", api_key_env="OPENROUTER_API_KEY"
    ),
    "vllm": _Provider(
        base_url="http://127.0.0.1:8000/v1",
        api_key_env="VLLM_API_KEY",
        key_optional=True,
        completes=True,
    ),
    "zai": _Provider(base_url="https://api.z.ai/api/paas/v4", api_key_env="ZAI_API_KEY"),
}


def base_url_of(
    text: str, provider: str, table: Mapping[str, object], environ: Mapping[str, str]
) -> str | None:
    """Return the server's URL from the model's table, the environment or the provider.

    Raises:
        UsageError: If it is no URL, or the provider has none of its own.
    """
    known = _PROVIDERS.get(provider, _Provider())
    if "base_url" in table:
        return _checked_url(text, "base_url", str(table["base_url"]))
    if known.base_url_env and environ.get(known.base_url_env):
        value = environ[known.base_url_env].strip()
        url = _ollama_url(value) if known.base_url_env == "OLLAMA_HOST" else value
        return _checked_url(text, known.base_url_env, url)
    if known.needs_base_url:
        raise UsageError(
            f"model {text!r}: {provider} needs to know its server; set base_url in "
            f"[tool.llmgen.models.NAME], with model = {f'{provider}/NAME'!r}"
        )
    return known.base_url


def api_key_env_of(
    text: str, provider: str, table: Mapping[str, object], environ: Mapping[str, str]
) -> str | None:
    """Return the variable that holds the key; with a base URL of one's own, only a named one.

    Raises:
        UsageError: If that variable is not set.
    """
    known = _PROVIDERS.get(provider, _Provider())
    name = table.get("api_key_env")
    if name is None and "base_url" not in table:
        name = known.api_key_env
    if name is None:
        return None
    if not environ.get(str(name), "").strip():
        if known.key_optional and "api_key_env" not in table:
            return None
        raise UsageError(_missing_key(text, str(name)))
    return str(name)


def completes(provider: str, base_url: str | None) -> bool:
    """Whether a server may go on with any text: all but those that hosted providers have."""
    known = _PROVIDERS.get(provider)
    return known is None or known.completes or base_url != known.base_url


def read_key(model: str, variable: str) -> str:
    """Read a key from this process's environment.

    Raises:
        UsageError: If it is not set, or cannot be sent in an HTTP header.
    """
    key = os.environ.get(variable, "").strip()
    if not key:
        raise UsageError(_missing_key(model, variable))
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(
            f"model {model!r}: environment variable {variable} holds a space or a "
            "character that no key may have; copy the key again"
        )
    return key


def usual_concurrency(url: str) -> int:
    """Requests in flight at once: few for a server on this machine, whose slots are few."""
    return 8 if is_loopback(url) else 32


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine."""
    host = urllib.parse.urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _checked_url(text: str, source: str, url: str) -> str:
    """Refuse what is no http(s) URL, without repeating a password that it may hold."""
    try:
        parts = urllib.parse.urlsplit(url)
        valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise UsageError(f"model {text!r}: {source} is not a URL with a valid port") from None
    if "@" in url:
        raise UsageError(
            f"model {text!r}: {source} holds a user name or password; "
            "put the secret into an environment variable and name that in api_key_env"
        )
    if not valid:
        raise UsageError(
            f"model {text!r}: {source} must be like 'http://host:port/v1', got {url!r}"
        )
    return url.rstrip("/")


def _ollama_url(host: str) -> str:
    """Complete an OLLAMA_HOST such as `host`, `:8080`, `0.0.0.0` or `https://host`.

    Like Ollama's own client: the scheme defaults to http, and the port to 11434 where there is no
    scheme. An address that means all interfaces, as servers need it, becomes the loopback one.
    """
    if "://" in host:
        return host
    address, slash, path = host.partition("/")
    if address.count(":") > 1 and "[" not in address:
        address = f"[{address}]"
    name, colon, port = address.rpartition(":")
    if not colon or port.endswith("]"):
        name, port = address, ""
    name = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(name, name)  # noqa: S104 - is replaced
    return f"http://{name}:{port or 11434}{slash}{path}"


def _missing_key(text: str, variable: str) -> str:
    return (
        f"model {text!r}: environment variable {variable} is not set; "
        "set it, or name another with api_key_env"
    )
