"""A decoded WebAssembly module: its types, imports, functions, exports, memories and data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.targets.wasm_code import Constant, Instruction, table_arity
from pytest_llmgen.targets.wasm_opcodes import VECTOR_COMPUTING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRACKED_VALUES = 64
"""Calls with more parameters or results are not looked through, so that time stays linear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The type of a function: names of value types, such as `i32`."""

    params: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The type of a memory; sizes in pages of 64 KiB, a maximum of None is no limit."""

    minimum: int
    maximum: int | None
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import; `kind` is `func`, `table`, `memory` or `global`."""

    module: str
    name: str
    kind: str
    signature: Signature | None = None
    memory: Memory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Global:
    """A global; `value` is its initial value, None if imported or not a plain constant."""

    type: str
    mutable: bool
    value: Constant | None

    @property
    def constant(self) -> Constant | None:
        """The value that it always has, None if it may change or is not known."""
        return None if self.mutable else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSegment:
    """A data segment.

    Attributes:
        index: In the module.
        memory: Index of the memory, 0 if passive.
        memory_offset: Address in bytes; None if passive or not a constant.
    """

    index: int
    memory: int
    memory_offset: int | None
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the module's own; `start` and `end` enclose locals and body in the binary."""

    index: int
    signature: Signature
    body: tuple[Instruction, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section; `start` and `end` enclose its contents in the binary."""

    identifier: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WasmBinary:
    """A decoded module.

    Attributes:
        functions: Those that the module defines; imported functions have the first indices.
        exports: Kind (`func`, `table`, `memory`, `global`) and index, by name.
        memories: All, imported ones first; so are `globals`.
        start: Index of the start function, if there is one.
        referenced: Functions that a table or `ref.func` names: what an indirect call can reach.
    """

    types: tuple[Signature, ...]
    imports: tuple[Import, ...]
    functions: tuple[Function, ...]
    exports: Mapping[str, tuple[str, int]]
    memories: tuple[Memory, ...]
    globals: tuple[Global, ...]
    data: tuple[DataSegment, ...]
    start: int | None
    referenced: frozenset[int]
    sections: tuple[Section, ...]
    signatures: tuple[Signature, ...]

    @property
    def constant_globals(self) -> tuple[Constant | None, ...]:
        """Values of the globals that never change, None for all others."""
        return tuple(entry.constant for entry in self.globals)

    def exported_function(self, export: str) -> int:
        """The index of the function exported as `export`.

        Raises:
            ValueError: If there is none.
        """
        kind, index = self.exports.get(export, ("", -1))
        if kind != "func":
            names = ", ".join(name for name, (kind, _) in self.exports.items() if kind == "func")
            raise ValueError(f"no function is exported as {export!r} (exported: {names or 'none'})")
        return index

    def function_type(self, export: str) -> Signature:
        """The type of the function exported as `export`; ValueError if there is none."""
        return self.signatures[self.exported_function(export)]

    def arity(self, instruction: Instruction) -> tuple[int, int] | None:
        """How many operands it takes and gives; None at the borders of basic blocks."""
        match instruction.opcode:
            case "call" | "return_call":
                signature, extra = self.signatures[instruction.index()], 0
            case "call_indirect":
                signature, extra = self.types[instruction.index()], 1
            case _:
                return table_arity(instruction)
        if max(len(signature.params), len(signature.results)) > _TRACKED_VALUES:
            return None
        return len(signature.params) + extra, len(signature.results)

    def reachable(self, export: str) -> set[int]:
        """Indices of the functions that a call of `export` may run, imported ones included.

        An indirect call may run any function that a table or `ref.func` names.
        """
        bodies = {function.index: function.body for function in self.functions}
        found: set[int] = set()
        waiting = [self.exported_function(export)]
        indirect = False
        while waiting:
            index = waiting.pop()
            if index in found:
                continue
            found.add(index)
            for instruction in bodies.get(index, ()):
                if instruction.opcode in {"call", "return_call"}:
                    waiting.append(instruction.index())
                elif (
                    instruction.opcode in {"call_indirect", "return_call_indirect"} and not indirect
                ):
                    indirect = True
                    waiting += self.referenced
        return found

    def vector_instructions(self, export: str) -> list[Instruction]:
        """Instructions reachable from `export` that compute from a v128.

        Arithmetic, comparisons, shuffles, shifts, conversions, tests; not loads, stores, constants,
        splats and lane accesses.
        """
        reached = self.reachable(export)
        return [
            instruction
            for function in self.functions
            if function.index in reached
            for instruction in function.body
            if instruction.opcode in VECTOR_COMPUTING
        ]
