"""Submissions for the target `cpp` without a run of pytest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.targets.target import BuildSettings

if TYPE_CHECKING:
    from pytest_llmgen.targets.cpp import Cpp
    from pytest_llmgen.targets.cpp_library import CppLibrary


class CppSamples:
    """Builds sources and closes what came of it."""

    settings = BuildSettings()

    def __init__(self, target: Cpp) -> None:
        """Use one target for all."""
        self._target = target
        self._built: list[CppLibrary] = []

    @staticmethod
    def challenge(task: str, **choices: Any) -> Challenge:
        """A challenge without a folder."""
        return Challenge(
            id="cpp/basic/task", folder=Path(), task=task, targets=("cpp",), tier="basic", **choices
        )

    def build(self, task: str, source: str, **choices: Any) -> CppLibrary:
        """Build one submission."""
        library = self._target.build(source, self.challenge(task, **choices), self.settings)
        self._built.append(library)
        return library

    def close(self) -> None:
        """Close all of them."""
        while self._built:
            self._built.pop().close()
