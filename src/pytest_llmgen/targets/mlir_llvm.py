"""Compiles the text of LLVM with llvmlite; it runs in the sandboxed child.

`mlir_tools` makes the text. Loaded where children are forked from, like `mlir_torch`.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm

from pytest_llmgen.targets.mlir_diagnostics import Refused, diagnostic
from pytest_llmgen.targets.mlir_lowering import see_that_it_needs_nothing
from pytest_llmgen.targets.mlir_signature import Memref, parse_functions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.targets.mlir_signature import Function

_OPTIMIZATION = 2
_PREFIX = "_mlir_"
_TYPES = {"index": "i64", "f32": "float", "f64": "double"}

llvm.initialize_native_target()
llvm.initialize_native_asmprinter()


class Program:
    """A compiled module; it is finished with the first address."""

    def __init__(self, engine: llvm.ExecutionEngine) -> None:
        """Keep what holds its code."""
        self._engine = engine
        self._is_finished = False

    def register(self, functions: Mapping[str, Any]) -> None:
        """Give the code functions of ours, as `ctypes` has them; before any `address`."""
        for name, function in functions.items():
            llvm.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)

    def address(self, name: str) -> int:
        """Where a function begins that takes one pointer to pointers to arguments and results."""
        if not self._is_finished:
            self._engine.finalize_object()
            self._is_finished = True
        found: int = self._engine.get_function_address(f"{_PREFIX}{name}")
        return found


def build(source: str, functions: Sequence[Function]) -> Program:
    """Check and compile.

    Raises:
        Refused: With what LLVM or the rules have against it.
    """
    try:
        module = llvm.parse_assembly("\n".join((source, *map(_wrapper, functions))))
        module.verify()
    except RuntimeError as error:
        raise Refused("build_failed", [diagnostic(f"it cannot be compiled: {error}")]) from None
    named = (*module.functions, *module.global_variables)
    see_that_it_needs_nothing(
        one.name for one in named if one.is_declaration and not one.name.startswith("llvm.")
    )
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), opt=_OPTIMIZATION, jit=True
    )
    tuning = llvm.create_pipeline_tuning_options(speed_level=_OPTIMIZATION)
    passes = llvm.create_pass_builder(machine, tuning)
    passes.getModulePassManager().run(module, passes)
    return Program(llvm.create_mcjit_compiler(module, machine))


def _wrapper(function: Function) -> str:
    """A function that takes its arguments from where pointers point, and puts its results there."""
    kinds: list[str] = []
    for _, kind in function.parameters:
        if isinstance(kind, Memref):
            kinds += ["ptr", "ptr", "i64", *["i64", "i64"] * len(kind.shape)]
        else:
            kinds.append(_type(kind.name))
    lines = []
    for number, name in enumerate(kinds):
        lines += [*_slot(number), f"%v{number} = load {name}, ptr %p{number}"]
    passed = ", ".join(f"{name} %v{number}" for number, name in enumerate(kinds))
    results = [_type(result.name) for result in function.results]
    call = f"@{function.name}({passed})"
    if results:
        result = results[0] if len(results) == 1 else f"{{ {', '.join(results)} }}"
        end = len(kinds)
        lines += [f"%r = call {result} {call}", *_slot(end), f"store {result} %r, ptr %p{end}"]
    else:
        lines.append(f"call void {call}")
    body = "\n".join(f"  {line}" for line in [*lines, "ret void"])
    return f"define void @{_PREFIX}{function.name}(ptr %slots) {{\n{body}\n}}\n"


def _slot(number: int) -> list[str]:
    return [
        f"%s{number} = getelementptr ptr, ptr %slots, i64 {number}",
        f"%p{number} = load ptr, ptr %s{number}",
    ]


def _type(name: str) -> str:
    return _TYPES.get(name, name)


def _warm_up() -> None:
    """Compile something, so that children find the code generator ready."""
    functions = parse_functions("`func.func @warm(%a: f32) -> f32`")
    build("define float @warm(float %a) {\n  ret float %a\n}\n", functions).address("warm")


_warm_up()
