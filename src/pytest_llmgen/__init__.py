"""Which language model writes low-level and parallel code that really works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_llmgen.challenge import Limits, challenge, graded

if TYPE_CHECKING:
    from pytest_llmgen.comparison import compare
    from pytest_llmgen.errors import RuleBroken
    from pytest_llmgen.submission import Submission
    from pytest_llmgen.targets.wasm_evidence import (
        require_gpu_value,
        require_gpu_work,
        require_vector_work,
    )
    from pytest_llmgen.targets.wasm_module import WasmArray, WasmModule

__all__ = [
    "Limits",
    "RuleBroken",
    "Submission",
    "WasmArray",
    "WasmModule",
    "challenge",
    "compare",
    "graded",
    "require_gpu_value",
    "require_gpu_work",
    "require_vector_work",
]

_LAZY = {
    "RuleBroken": "pytest_llmgen.errors",
    "Submission": "pytest_llmgen.submission",
    "WasmArray": "pytest_llmgen.targets.wasm_module",
    "WasmModule": "pytest_llmgen.targets.wasm_module",
    "compare": "pytest_llmgen.comparison",
    "require_gpu_value": "pytest_llmgen.targets.wasm_evidence",
    "require_gpu_work": "pytest_llmgen.targets.wasm_evidence",
    "require_vector_work": "pytest_llmgen.targets.wasm_evidence",
}


def __getattr__(name: str) -> Any:
    """Import the heavier public names on first use: every pytest run loads this package."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - see above

    return getattr(importlib.import_module(_LAZY[name]), name)
