"""Which language model writes low-level and parallel code that really works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_llmgen.challenge import CppOptions, Limits, challenge

if TYPE_CHECKING:
    from pytest_llmgen.comparison import compare
    from pytest_llmgen.errors import RuleBroken
    from pytest_llmgen.grading import graded
    from pytest_llmgen.submission import Submission
    from pytest_llmgen.targets.cpp_library import CppLibrary
    from pytest_llmgen.targets.mlir_module import MlirModule
    from pytest_llmgen.targets.python_callback import Callback
    from pytest_llmgen.targets.python_imports import PYTHON_IMPORTS
    from pytest_llmgen.targets.python_module import PythonModule, PythonObject
    from pytest_llmgen.targets.python_process import Raised
    from pytest_llmgen.targets.wasm_evidence import (
        require_gpu_value,
        require_gpu_work,
        require_vector_work,
    )
    from pytest_llmgen.targets.wasm_module import WasmArray, WasmModule

__all__ = [
    "PYTHON_IMPORTS",
    "Callback",
    "CppLibrary",
    "CppOptions",
    "Limits",
    "MlirModule",
    "PythonModule",
    "PythonObject",
    "Raised",
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
    "PYTHON_IMPORTS": "pytest_llmgen.targets.python_imports",
    "Callback": "pytest_llmgen.targets.python_callback",
    "CppLibrary": "pytest_llmgen.targets.cpp_library",
    "MlirModule": "pytest_llmgen.targets.mlir_module",
    "PythonModule": "pytest_llmgen.targets.python_module",
    "PythonObject": "pytest_llmgen.targets.python_module",
    "Raised": "pytest_llmgen.targets.python_process",
    "RuleBroken": "pytest_llmgen.errors",
    "Submission": "pytest_llmgen.submission",
    "WasmArray": "pytest_llmgen.targets.wasm_module",
    "WasmModule": "pytest_llmgen.targets.wasm_module",
    "compare": "pytest_llmgen.comparison",
    "graded": "pytest_llmgen.grading",
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
