"""What a module may hold, and whether it defines what the task declares.

An adapter says what it found; nothing here depends on the tools that read the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.targets.mlir_diagnostics import Refused, diagnostic
from pytest_llmgen.targets.mlir_lowering import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_llmgen.targets.mlir_diagnostics import Diagnostic
    from pytest_llmgen.targets.mlir_signature import Function

DIALECTS = ("builtin", "func", "arith", "math", "scf", "cf", "index", "ub")
MEMORY_DIALECTS = ("memref", "affine")
"""Allowed where the task declares a memref."""

CHECKED = frozenset({"builtin.module", "func.func", "memref.global"})
"""Operations that are looked at one by one; of the others the name decides."""

_FUNCTION_ATTRIBUTES = frozenset(
    {"sym_name", "function_type", "sym_visibility", "no_inline", "llvm.emit_c_interface"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One operation of a module."""

    operation: str
    """Its full name, such as `arith.addf`."""
    place: tuple[int, int]
    attributes: tuple[str, ...]
    symbol: str | None
    type: str | None
    """Of a function that the task declares, as MLIR prints it."""
    top: bool
    """Whether it is the module itself."""
    outer: bool
    """Whether it stands directly in the module."""
    has_body: bool
    """Whether it has a region that is not empty, or a global's initial value."""


def see_that_it_obeys(findings: Iterable[Finding], functions: Sequence[Function]) -> None:
    """Look at a module that verifies.

    Raises:
        Refused: With everything that the rules have against it.
    """
    found = list(findings)
    memory = any(function.memrefs for function in functions)
    allowed = (*DIALECTS, *MEMORY_DIALECTS) if memory else DIALECTS
    broken = [said for one in found if (said := _breach(one, allowed)) is not None]
    if broken:
        raise Refused("rule_broken", broken)
    wrong = [*_taken_names(found), *_missing(found, functions)]
    if wrong:
        raise Refused("build_failed", wrong)


def _breach(found: Finding, allowed: tuple[str, ...]) -> Diagnostic | None:
    dialect = found.operation.partition(".")[0]
    message = None
    if dialect not in allowed:
        message = f"'{found.operation}' is not allowed: use the dialects {', '.join(allowed)} only"
    elif found.operation == "builtin.module" and not found.top:
        message = "a module inside the module is not allowed: define all functions side by side"
    elif found.operation == "func.func":
        strange = sorted(set(found.attributes) - _FUNCTION_ATTRIBUTES)
        if not found.has_body:
            message = f"@{found.symbol} has no body: there are no external functions"
        elif strange:
            message = f"@{found.symbol} has the attribute '{strange[0]}', which is not allowed"
    elif found.operation == "memref.global" and not found.has_body:
        message = f"@{found.symbol} has no initial value: there are no external variables"
    return None if message is None else diagnostic(message, found.place)


def _taken_names(found: list[Finding]) -> list[Diagnostic]:
    return [
        diagnostic(f"@{one.symbol} is a name of the runtime library: choose another", one.place)
        for one in found
        if one.symbol is not None and (one.symbol in RUNTIME or one.symbol.startswith("_mlir_"))
    ]


def _missing(found: list[Finding], functions: Sequence[Function]) -> list[Diagnostic]:
    defined = {one.symbol: one for one in found if one.operation == "func.func" and one.outer}
    said = []
    for function in functions:
        one = defined.get(function.name)
        if one is None:
            others = ", ".join(f"@{name}" for name in defined) or "none"
            said.append(
                diagnostic(
                    f"the task asks for `{function.declaration}`, and there is no function "
                    f"@{function.name}; the functions of the module: {others[:200]}"
                )
            )
        elif one.type != function.type:
            said.append(
                diagnostic(
                    f"@{function.name} has the type {one.type}, and the task asks for "
                    f"{function.type}",
                    one.place,
                )
            )
    return said
