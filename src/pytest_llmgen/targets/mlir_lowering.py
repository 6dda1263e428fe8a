"""How a module gets from its dialects to LLVM, and what the result may need from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_llmgen.targets.mlir_diagnostics import Refused, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable

PIPELINE = (
    "builtin.module(lower-affine,convert-math-to-funcs,scf-forall-to-for,expand-realloc,"
    "convert-scf-to-cf,memref-expand,expand-strided-metadata,lower-affine,arith-expand,"
    "convert-math-to-llvm,convert-math-to-libm,convert-index-to-llvm,"
    "finalize-memref-to-llvm{use-generic-functions=true},convert-arith-to-llvm,"
    "convert-func-to-llvm,convert-cf-to-llvm,convert-ub-to-llvm,reconcile-unrealized-casts)"
)
"""The passes, as `mlir-opt` writes them. Powers with integer exponents become functions before
loops become branches; memory comes from functions of ours."""

ALLOCATE = "_mlir_memref_to_llvm_alloc"
ALLOCATE_ALIGNED = "_mlir_memref_to_llvm_aligned_alloc"
FREE = "_mlir_memref_to_llvm_free"
COPY = "memrefCopy"
SAY, ABORT = "puts", "abort"
"""An assertion that fails says its message and aborts."""
RUNTIME = frozenset({ALLOCATE, ALLOCATE_ALIGNED, FREE, COPY, SAY, ABORT})
"""What `mlir_runtime` gives to a module."""

_MATH = """
    acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1
    fabs floor fma fmax fmin fmod log log10 log1p log2 pow remainder rint round roundeven sin
    sincos sinh sqrt tan tanh trunc
"""
MATH = frozenset(f"{name}{suffix}" for name in _MATH.split() for suffix in ("", "f"))
"""The functions of the C library that arithmetic is lowered to."""


def see_that_it_is_lowered(left: Iterable[tuple[str, tuple[int, int]]]) -> None:
    """Look at what the passes have left of other dialects.

    Args:
        left: Operations and their places.

    Raises:
        Refused: If there are any.
    """
    said = [
        diagnostic(f"'{name}' cannot be lowered to LLVM here: write it in another way", place)
        for name, place in left
        if name != "builtin.unrealized_conversion_cast"
    ]
    if said:
        raise Refused("build_failed", said)


def see_that_it_needs_nothing(undefined: Iterable[str]) -> None:
    """Look at the symbols that a lowered module does not define.

    Raises:
        Refused: If it needs anything but our own functions and the C library's math.
    """
    unknown = sorted(set(undefined) - RUNTIME - MATH)
    if unknown:
        said = f"it needs '{unknown[0][:100]}', which is not there: there are no external functions"
        raise Refused("rule_broken", [diagnostic(said)])
