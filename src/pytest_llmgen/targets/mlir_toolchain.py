"""What reads, lowers and compiles MLIR here: torch-mlir, else Debian's tools with llvmlite.

`LLMGEN_MLIR=torch` or `LLMGEN_MLIR=tools` demands one of them.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pytest_llmgen.errors import UsageError
from pytest_llmgen.sandbox.profile import MLIR
from pytest_llmgen.targets.mlir_tools import MlirTools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.sandbox.profile import Profile
    from pytest_llmgen.sandbox.sandbox import Sandbox
    from pytest_llmgen.targets.mlir_signature import Function


class Toolchain(Protocol):
    """One way from a source to machine code."""

    @property
    def name(self) -> str:
        """What it is made of."""

    @property
    def adapter(self) -> str:
        """The module with `build(source, functions)` that the child uses."""

    @property
    def profile(self) -> Profile:
        """What the child may use."""

    def unavailable(self) -> str | None:
        """What it lacks here, and the command that helps."""

    def prepare(self, sandbox: Sandbox, source: str, functions: Sequence[Function]) -> bytes:
        """What the child builds from.

        Raises:
            Refused: With what MLIR or the rules have against it.
            SubmissionError: If it does not get there.
        """


@dataclass(frozen=True, slots=True)
class TorchMlir:
    """The package torch-mlir: everything happens in the child."""

    name: str = "torch-mlir"
    adapter: str = "pytest_llmgen.targets.mlir_torch"
    profile: Profile = MLIR

    def unavailable(self) -> str | None:
        """See `Toolchain`."""
        if importlib.util.find_spec("torch_mlir") is None:
            return 'torch-mlir is not installed; to get it: pip install "pytest-llmgen[mlir]"'
        return None

    def prepare(self, sandbox: Sandbox, source: str, functions: Sequence[Function]) -> bytes:
        """See `Toolchain`: the source itself."""
        del sandbox, functions
        return source.encode()


CHOICE = "LLMGEN_MLIR"
"""The environment variable that demands one."""


def choose() -> Toolchain:
    """The one that works here, torch-mlir first.

    Raises:
        UsageError: If the variable names none.
    """
    known: dict[str, Toolchain] = {"torch": TorchMlir(), "tools": MlirTools()}
    wanted = os.environ.get(CHOICE, "")
    if wanted in known:
        return known[wanted]
    if wanted:
        raise UsageError(f"{CHOICE} must be one of {', '.join(known)}, got {wanted!r}")
    for one in known.values():
        if one.unavailable() is None:
            return one
    return known["torch"]
