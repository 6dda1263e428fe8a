"""Builds MLIR with Debian's `mlir-22-tools`, where torch-mlir is not installed.

The tools run in the sandbox, as compilers do, and give LLVM's text, which the child compiles with
llvmlite: a build takes ten times as long.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_llmgen.errors import Crashed
from pytest_llmgen.sandbox.child import words_for
from pytest_llmgen.sandbox.profile import COMPILER, MLIR
from pytest_llmgen.targets.mlir_diagnostics import (
    FILE,
    NOISE,
    Diagnostic,
    Refused,
    diagnostic,
)
from pytest_llmgen.targets.mlir_generic import OPTIONS, findings, left
from pytest_llmgen.targets.mlir_lowering import PIPELINE, see_that_it_is_lowered
from pytest_llmgen.targets.mlir_policy import see_that_it_obeys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.sandbox.profile import Profile
    from pytest_llmgen.sandbox.sandbox import Sandbox
    from pytest_llmgen.targets.mlir_signature import Function

OPT, TRANSLATE = "mlir-opt-22", "mlir-translate-22"
_TOOL_S = 10.0
_PROFILE = replace(
    MLIR, name="mlir with llvmlite", packages=("llvmlite", "pytest_llmgen.targets.mlir_llvm")
)
_LINE = re.compile(
    r"(?:(?P<file>[^:\n]+):(?P<line>\d+):(?:(?P<column>\d+):)? )?"
    r"(?P<severity>error|note): (?P<message>.*)"
)
_LOCATION = re.compile(r' loc\("[^"]*":\d+:\d+\)')
"""What the tools put behind types that they show when they print locations."""


@dataclass(frozen=True, slots=True)
class MlirTools:
    """`mlir-opt` and `mlir-translate`, and llvmlite in the child."""

    name: str = "mlir-22-tools and llvmlite"
    adapter: str = "pytest_llmgen.targets.mlir_llvm"
    profile: Profile = _PROFILE

    def unavailable(self) -> str | None:
        """See `Toolchain`."""
        for program in (OPT, TRANSLATE):
            if shutil.which(program) is None:
                return f"{program} is not installed; to get it: sudo apt-get install mlir-22-tools"
        if importlib.util.find_spec("llvmlite") is None:
            return "llvmlite is not installed; to get it: pip install llvmlite"
        return None

    def prepare(self, sandbox: Sandbox, source: str, functions: Sequence[Function]) -> bytes:
        """See `Toolchain`: the text of LLVM.

        Raises:
            Refused: With what MLIR or the rules have against it.
            Crashed: If it kills one of the tools.
        """
        generic = _run(sandbox, [OPT, *OPTIONS], source.encode())
        see_that_it_obeys(findings(generic.decode(errors="replace")), functions)
        lowering = [OPT, *OPTIONS, f"--pass-pipeline={PIPELINE}"]
        lowered = _run(sandbox, lowering, source.encode())
        see_that_it_is_lowered(left(lowered.decode(errors="replace")))
        return _run(sandbox, [TRANSLATE, "--mlir-to-llvmir"], lowered)


def _run(sandbox: Sandbox, argv: list[str], text: bytes) -> bytes:
    finished = sandbox.run(
        [*argv, "-o", "out", FILE],
        COMPILER,
        files={FILE: text},
        outputs=("out",),
        timeout_s=_TOOL_S,
    )
    if finished.status == 0 and "out" in finished.outputs:
        return finished.outputs["out"]
    said = _diagnostics(finished.log)
    if said:
        raise Refused("build_failed", said)
    raise Crashed(f"{argv[0]} {words_for(finished.status)}")


def _diagnostics(log: str) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for text in log.split("\n"):
        one = _LINE.fullmatch(text)
        if one is None or one["message"].startswith(NOISE):
            continue
        is_ours = one["file"] == FILE
        place = (int(one["line"]), int(one["column"] or 0)) if is_ours else (0, 0)
        said = diagnostic(_LOCATION.sub("", one["message"]), place)
        if one["severity"] == "error":
            found.append(said)
        elif found:
            found[-1]["notes"].append(said)
    return found
