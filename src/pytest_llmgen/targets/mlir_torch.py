"""Builds MLIR with the package torch-mlir, which needs no torch: upstream's parser, verifier, JIT.

Loaded where children are forked from: the import and the first build take a third of a second, and
every child has them already. It runs in the sandboxed child, and so trusts nothing and decides
nothing: what it lets through by mistake meets the sandbox.
"""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Any

from torch_mlir import ir, passmanager
from torch_mlir.execution_engine import ExecutionEngine

from pytest_llmgen.targets.mlir_diagnostics import NOISE, Diagnostic, Refused, diagnostic
from pytest_llmgen.targets.mlir_lowering import (
    PIPELINE,
    see_that_it_is_lowered,
    see_that_it_needs_nothing,
)
from pytest_llmgen.targets.mlir_policy import CHECKED, Finding, see_that_it_obeys
from pytest_llmgen.targets.mlir_signature import parse_functions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.targets.mlir_signature import Function

_PLACE = re.compile(r'"-":(\d+):(\d+)')
_OPTIMIZATION = 2
_UNLINKED = (
    "it cannot be linked: it needs a function of the compiler's own library, as floats of more "
    "than 64 bits do"
)

_context = ir.Context()
_context.enable_multithreading(False)  # a child may start no thread


class Program:
    """A built module."""

    def __init__(self, engine: ExecutionEngine) -> None:
        """Keep what holds its code."""
        self._engine = engine

    def register(self, functions: Mapping[str, Any]) -> None:
        """Give the code functions of ours, as `ctypes` has them; before any `address`."""
        for name, function in functions.items():
            self._engine.raw_register_runtime(name, ctypes.cast(function, ctypes.c_void_p))

    def address(self, name: str) -> int:
        """Where a function begins that takes one pointer to pointers to arguments and results."""
        found: int | None = self._engine.raw_lookup(name)
        if not found:
            raise Refused("build_failed", [diagnostic(_UNLINKED)])
        return found


def build(source: str, functions: Sequence[Function]) -> Program:
    """Parse, verify, check, lower and compile.

    Raises:
        Refused: With what MLIR or the rules have against it.
    """
    with _context, ir.Location.unknown():
        try:
            module = ir.Module.parse(source)
        except ir.MLIRError as error:
            raise Refused("build_failed", _diagnostics(error)) from None
        see_that_it_obeys(_findings(module, {one.name for one in functions}), functions)
        try:
            passmanager.PassManager.parse(PIPELINE).run(module.operation)
        except ir.MLIRError as error:
            raise Refused("build_failed", _diagnostics(error)) from None
        see_that_it_is_lowered(_left(module))
        see_that_it_needs_nothing(_undefined(module))
        try:
            return Program(ExecutionEngine(module, opt_level=_OPTIMIZATION))
        except RuntimeError as error:
            raise Refused("build_failed", [diagnostic(f"it cannot be compiled: {error}")]) from None


def _diagnostics(error: ir.MLIRError) -> list[Diagnostic]:
    return [
        diagnostic(
            one.message,
            _place(one.location),
            tuple(
                diagnostic(note.message, _place(note.location))
                for note in one.notes
                if not note.message.startswith(NOISE)
            ),
        )
        for one in error.error_diagnostics
    ] or [diagnostic(str(error))]


def _place(location: ir.Location) -> tuple[int, int]:
    found = _PLACE.search(str(location))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _findings(module: ir.Module, wanted: set[str]) -> list[Finding]:
    """Every function, global and module, and the first of each other kind of operation."""
    found: list[Finding] = []
    seen: set[str] = set()

    def see(operation: ir.Operation) -> ir.WalkResult:
        name = operation.name
        if name not in seen:
            found.append(_finding(operation, wanted))
            if name not in CHECKED:
                seen.add(name)
        return ir.WalkResult.ADVANCE

    module.operation.walk(see, ir.WalkOrder.PRE_ORDER)
    return found


def _finding(operation: ir.Operation, wanted: set[str]) -> Finding:
    attributes = {name: operation.attributes[name] for name in operation.attributes}
    parent = operation.parent
    named = attributes.get("sym_name")
    symbol = None if named is None else ir.StringAttr(named).value
    # A type that nobody asks for may be one that it takes hours to print.
    kind = attributes.get("function_type") if symbol in wanted else None
    return Finding(
        operation=operation.name,
        place=_place(operation.location),
        attributes=tuple(attributes),
        symbol=symbol,
        type=None if kind is None else str(kind),
        top=parent is None,
        outer=parent is not None and parent.parent is None,
        has_body=any(len(region.blocks) for region in operation.regions)
        or "initial_value" in attributes,
    )


def _left(module: ir.Module) -> list[tuple[str, tuple[int, int]]]:
    """Operations that are not of LLVM's dialect."""
    found: list[tuple[str, tuple[int, int]]] = []

    def see(operation: ir.Operation) -> ir.WalkResult:
        if operation.name.partition(".")[0] != "llvm" and operation.parent is not None:
            found.append((operation.name, _place(operation.location)))
        return ir.WalkResult.ADVANCE

    module.operation.walk(see, ir.WalkOrder.PRE_ORDER)
    return found


def _undefined(module: ir.Module) -> list[str]:
    """Symbols that something else would have to define."""
    found = []
    for view in module.body.operations:
        operation = view.operation
        attributes = {name: operation.attributes[name] for name in operation.attributes}
        defined = any(len(region.blocks) for region in operation.regions) or "value" in attributes
        if "sym_name" in attributes and not defined:
            found.append(ir.StringAttr(attributes["sym_name"]).value)
    return found


def _warm_up() -> None:
    """Build something, so that children find the passes and the code generator ready."""
    name = "`func.func @warm(%a: f32, %n: index, %m: memref<?xf32>) -> f32`"
    program = build(_WARM, parse_functions(name))
    program.address("warm")


_WARM = """\
func.func @warm(%a: f32, %n: index, %m: memref<?xf32>) -> f32 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %r = scf.for %i = %zero to %n step %one iter_args(%s = %a) -> (f32) {
    %x = memref.load %m[%i] : memref<?xf32>
    %e = math.exp %x : f32
    %t = arith.addf %s, %e : f32
    scf.yield %t : f32
  }
  return %r : f32
}
"""
_warm_up()
