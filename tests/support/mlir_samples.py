"""Submissions for the target `mlir` without a run of pytest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.targets.target import BuildSettings

if TYPE_CHECKING:
    from pytest_llmgen.targets.mlir import Mlir
    from pytest_llmgen.targets.mlir_module import MlirModule


def mlir_challenge(task: str, **choices: Any) -> Challenge:
    """A challenge without a folder."""
    return Challenge(
        id="mlir/basic/task", folder=Path(), task=task, targets=("mlir",), tier="basic", **choices
    )


class MlirSamples:
    """Builds sources and closes what came of it."""

    def __init__(self, target: Mlir) -> None:
        """Use one target for all."""
        self._target = target
        self._built: list[MlirModule] = []

    def build(self, task: str, source: str, **choices: Any) -> MlirModule:
        """Build one submission; a task without backticks is one declaration."""
        task = task if "`" in task else f"`{task}`"
        made = self._target.build(source, mlir_challenge(task, **choices), BuildSettings())
        self._built.append(made)
        return made

    def function(self, declaration: str, body: str, **choices: Any) -> MlirModule:
        """Build a module of one function that is as declared."""
        return self.build(declaration, f"{declaration} {{\n{body}\n}}\n", **choices)

    def close(self) -> None:
        """Close all of them."""
        while self._built:
            self._built.pop().close()
