"""What a module may hold, and whether it defines what the task declares.

An adapter says what it found; nothing here depends on the tools that read the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.targets.mlir_diagnostics import Diagnostic, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_llmgen.targets.mlir_signature import Function

DIALECTS = ("builtin", "func", "arith", "math", "scf", "cf", "index", "ub")
MEMORY_DIALECTS = ("memref", "affine")
"""Allowed where the task declares a memref."""

ALLOCATE = "_mlir_memref_to_llvm_alloc"
ALLOCATE_ALIGNED = "_mlir_memref_to_llvm_aligned_alloc"
FREE = "_mlir_memref_to_llvm_free"
COPY = "memrefCopy"
RUNTIME = frozenset({ALLOCATE, ALLOCATE_ALIGNED, FREE, COPY})
"""What the runner gives to a module."""

_MATH = """
    acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1
    fabs floor fma fmax fmin fmod log log10 log1p log2 pow remainder rint round roundeven sin
    sincos sinh sqrt tan tanh trunc
"""
MATH = frozenset(f"{name}{suffix}" for name in _MATH.split() for suffix in ("", "f"))
"""The functions of the C library that arithmetic is lowered to."""

_FUNCTION_ATTRIBUTES = frozenset(
    {"sym_name", "function_type", "sym_visibility", "no_inline", "llvm.emit_c_interface"}
)


class Refused(Exception):  # noqa: N818 - reads as what it is
    """The source is not taken; `verdict` is `build_failed` or `rule_broken`."""

    def __init__(self, verdict: str, diagnostics: list[Diagnostic]) -> None:
        """Keep what is said of it."""
        super().__init__(verdict)
        self.verdict = verdict
        self.diagnostics = diagnostics


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One operation of a module."""

    operation: str
    """Its full name, such as `arith.addf`."""
    place: tuple[int, int]
    attributes: tuple[str, ...]
    symbol: str | None
    type: str | None
    """Of a function, as MLIR prints it."""
    top: bool
    """Whether it is the module itself."""
    outer: bool
    """Whether it stands directly in the module."""
    has_body: bool
    """Whether it has a region that is not empty, or a global's initial value."""


def refusals(findings: Iterable[Finding], functions: Sequence[Function]) -> Refused | None:
    """Everything that the rules have against a module that verifies; None if nothing."""
    found = list(findings)
    memory = any(function.memrefs for function in functions)
    allowed = (*DIALECTS, *MEMORY_DIALECTS) if memory else DIALECTS
    broken = [said for one in found if (said := _breach(one, allowed)) is not None]
    if broken:
        return Refused("rule_broken", broken)
    missing = _missing(found, functions)
    return Refused("build_failed", missing) if missing else None


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


def unknown_symbols(undefined: Iterable[str]) -> Refused | None:
    """Whether the lowered module needs anything but our own functions and the C library's math."""
    unknown = sorted(set(undefined) - RUNTIME - MATH)
    if not unknown:
        return None
    said = f"it needs '{unknown[0][:100]}', which is not there: there are no external functions"
    return Refused("rule_broken", [diagnostic(said)])
