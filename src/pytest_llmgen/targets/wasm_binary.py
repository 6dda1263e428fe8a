"""What can be known of a WebAssembly module without running it, and a copy with its vectors broken.

`decode` gives a `WasmBinary`, which finds what an export reaches and its vector instructions.
`lesion` tells real vector work from vector instructions for show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.targets.wasm_code import Instruction, constant_results, operand_sources
from pytest_llmgen.targets.wasm_decoder import decode
from pytest_llmgen.targets.wasm_lesion import lesion
from pytest_llmgen.targets.wasm_reader import WasmFormatError
from pytest_llmgen.targets.wasm_structure import (
    DataSegment,
    Function,
    Global,
    Import,
    Memory,
    Section,
    Signature,
    WasmBinary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_llmgen.targets.wasm_code import Constant

__all__ = [
    "ConstantCall",
    "DataSegment",
    "Function",
    "Global",
    "Import",
    "Instruction",
    "Memory",
    "Section",
    "Signature",
    "WasmBinary",
    "WasmFormatError",
    "constant_call_arguments",
    "decode",
    "lesion",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantCall:
    """A call of an imported function.

    Attributes:
        function_index: Of the function that calls.
        offset: Of the call, in the binary.
        arguments: One per parameter: a signed integer that is passed on every run, or None.
    """

    function_index: int
    offset: int
    arguments: tuple[int | None, ...]


def constant_call_arguments(binary: bytes, import_name: str) -> list[ConstantCall]:
    """Find the constant arguments of every direct call of an imported function.

    An argument is known if it is made in the same basic block of constants, immutable globals,
    locals, additions, subtractions, multiplications, `and`, `or` and left shifts.

    Args:
        binary: A module.
        import_name: The import's own name; the name of its module does not matter.

    Raises:
        WasmFormatError: If `binary` cannot be decoded.
    """
    module = decode(binary)
    functions = [entry.name for entry in module.imports if entry.kind == "func"]
    wanted = {index for index, name in enumerate(functions) if name == import_name}
    global_values = module.constant_globals
    return [
        call
        for function in module.functions
        for call in _calls_in(module, function, wanted, global_values)
    ]


def _calls_in(
    module: WasmBinary,
    function: Function,
    wanted: set[int],
    global_values: Sequence[Constant | None],
) -> Iterator[ConstantCall]:
    calls = [
        (place, instruction)
        for place, instruction in enumerate(function.body)
        if instruction.opcode in {"call", "return_call"} and instruction.index() in wanted
    ]
    if not calls:
        return
    sources = operand_sources(function.body, module.arity)
    known = constant_results(function.body, global_values, module.arity)
    for place, instruction in calls:
        values = [None if source is None else known.get(source) for source in sources[place]]
        values = values or [None] * len(module.signatures[instruction.index()].params)
        yield ConstantCall(
            function_index=function.index,
            offset=instruction.offset,
            arguments=tuple(value if isinstance(value, int) else None for value in values),
        )
