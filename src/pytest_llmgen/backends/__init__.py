"""Where replies come from: one module per kind of model server, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_llmgen.registry import Registry

_BUILTIN = {
    "ollama": "pytest_llmgen.backends.ollama:Ollama",
    "openai": "pytest_llmgen.backends.openai_compatible:OpenAICompatible",
    "openai-compatible": "pytest_llmgen.backends.openai_compatible:OpenAICompatible",
    "reference": "pytest_llmgen.backends.builtin:Reference",
    "accepts": "pytest_llmgen.backends.builtin:Accepts",
    "rejects": "pytest_llmgen.backends.builtin:Rejects",
}


def register_builtin(registry: Registry) -> None:
    """Add the providers that come with this package."""
    for name, where in _BUILTIN.items():
        registry.add(name, where)
