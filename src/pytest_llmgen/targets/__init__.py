"""What code is written in and run on: one module per target."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_llmgen.registry import Registry


def register_builtin(registry: Registry) -> None:
    """Name the targets that this package ships."""
    registry.add("cpp", "pytest_llmgen.targets.cpp:Cpp")
    registry.add("mlir", "pytest_llmgen.targets.mlir:Mlir")
    registry.add("python", "pytest_llmgen.targets.python:Python")
    registry.add("wat", "pytest_llmgen.targets.wat:Wat")
    registry.add("wgsl", "pytest_llmgen.targets.wgsl:Wgsl")
