"""Builds for tests of the target `python`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_llmgen.challenge import Challenge, Limits
from pytest_llmgen.targets.target import BuildSettings

if TYPE_CHECKING:
    from pytest_llmgen.targets.python import Python
    from pytest_llmgen.targets.python_module import PythonModule


def challenge(
    task: str = "`def f(x)`", *, imports: tuple[str, ...] | None = None, wall_s: float = 10.0
) -> Challenge:
    """A challenge without a folder."""
    return Challenge(
        id="python/unit/x",
        folder=Path(),
        task=task,
        targets=("python",),
        tier="unit",
        limits=Limits(wall_s=wall_s),
        imports=imports,
    )


class PythonSamples:
    """Builds samples, and closes them all at the end."""

    def __init__(self, target: Python) -> None:
        """Build with one target."""
        self._target = target
        self._built: list[PythonModule] = []

    def __call__(
        self,
        source: str,
        task: str = "`def f(x)`",
        *,
        imports: tuple[str, ...] | None = None,
        wall_s: float = 10.0,
    ) -> PythonModule:
        """Build one."""
        wanted = challenge(task, imports=imports, wall_s=wall_s)
        module = self._target.build(source, wanted, BuildSettings())
        self._built.append(module)
        return module

    def close(self) -> None:
        """End their processes."""
        for module in self._built:
            module.close()
