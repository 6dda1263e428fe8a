"""Where replies come from: one module per kind of model server, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_llmgen.registry import Registry

_OPENAI_COMPATIBLE = "pytest_llmgen.backends.openai_compatible:OpenAICompatible"

_BUILTIN = {
    "accepts": "pytest_llmgen.backends.builtin:Accepts",
    "anthropic": "pytest_llmgen.backends.anthropic:Anthropic",
    "command": "pytest_llmgen.backends.command:Command",
    "deepseek": _OPENAI_COMPATIBLE,
    "gemini": "pytest_llmgen.backends.gemini:Gemini",
    "llamacpp": _OPENAI_COMPATIBLE,
    "lmstudio": _OPENAI_COMPATIBLE,
    "mistral": _OPENAI_COMPATIBLE,
    "moonshot": _OPENAI_COMPATIBLE,
    "ollama": "pytest_llmgen.backends.ollama:Ollama",
    "openai": _OPENAI_COMPATIBLE,
    "openai-compatible": _OPENAI_COMPATIBLE,
    "openrouter": _OPENAI_COMPATIBLE,
    "reference": "pytest_llmgen.backends.builtin:Reference",
    "rejects": "pytest_llmgen.backends.builtin:Rejects",
    "vllm": _OPENAI_COMPATIBLE,
    "zai": _OPENAI_COMPATIBLE,
}


def register_builtin(registry: Registry) -> None:
    """Add the providers that come with this package."""
    for name, where in _BUILTIN.items():
        registry.add(name, where)
