"""Instructions of a WebAssembly function, and what can be known of their operands."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pytest_llmgen.targets.wasm_opcodes import BY_NAME, OPCODES, PREFIXES

if TYPE_CHECKING:
    from pytest_llmgen.targets.wasm_reader import Reader

Immediate: TypeAlias = int | float | str | bytes
Constant: TypeAlias = int | float
Arity: TypeAlias = Callable[["Instruction"], tuple[int, int] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction.

    Attributes:
        offset: Of its first byte, in the binary.
        length: In bytes, immediates included.
        opcode: Mnemonic, such as `f32x4.add`.
        immediates: Indices and lanes as int; `i32.const` and `i64.const` as signed int; `f32.const`
            and `f64.const` as float; `v128.const` and `i8x16.shuffle` as 16 bytes; a memory access
            as (log2 of the alignment, offset in bytes, memory), then a lane if it has one; the type
            of a block as the signed number that encodes it; value types as str.
    """

    offset: int
    length: int
    opcode: str
    immediates: tuple[Immediate, ...]

    def index(self) -> int:
        """The first immediate, where that is an index."""
        value = self.immediates[0]
        if not isinstance(value, int):
            raise TypeError(f"{self.opcode} has no index among its immediates {self.immediates}")
        return value


def read_expression(reader: Reader) -> tuple[Instruction, ...]:
    """Read instructions up to and with the `end` that closes the expression."""
    body: list[Instruction] = []
    depth = 1
    while depth:
        instruction = _read_instruction(reader)
        body.append(instruction)
        if instruction.opcode in {"block", "loop", "if"}:
            depth += 1
        elif instruction.opcode == "end":
            depth -= 1
    return tuple(body)


def _read_instruction(reader: Reader) -> Instruction:
    start = reader.position
    prefix, code = 0, reader.byte()
    if code in PREFIXES:
        prefix, code = code, reader.unsigned()
    opcode = OPCODES.get((prefix, code))
    if opcode is None:
        shown = f"{prefix:#04x} {code:#04x}" if prefix else f"{code:#04x}"
        raise reader.fail(f"opcode {shown} is not known", start)
    immediates = _IMMEDIATES[opcode.immediates](reader)
    return Instruction(
        offset=start, length=reader.position - start, opcode=opcode.name, immediates=immediates
    )


def _memory_access(reader: Reader) -> tuple[int, int, int]:
    """Bit 6 of the alignment says that a memory's index follows."""
    flags = reader.unsigned()
    memory = reader.unsigned() if flags & 0x40 else 0
    return flags & ~0x40, reader.unsigned(64), memory


def _zero_byte(reader: Reader) -> tuple[Immediate, ...]:
    if reader.byte():
        raise reader.fail("expected a zero byte", reader.position - 1)
    return ()


_IMMEDIATES: dict[str, Callable[[Reader], tuple[Immediate, ...]]] = {
    "none": lambda _: (),
    "zero": _zero_byte,
    "index": lambda reader: (reader.unsigned(),),
    "pair": lambda reader: (reader.unsigned(), reader.unsigned()),
    "labels": lambda reader: (*reader.vector(reader.unsigned), reader.unsigned()),
    "types": lambda reader: reader.vector(reader.value_type),
    "block": lambda reader: (reader.signed(33),),
    "heap": lambda reader: (reader.signed(33),),
    "lane": lambda reader: (reader.byte(),),
    "memory": _memory_access,
    "memory_lane": lambda reader: (*_memory_access(reader), reader.byte()),
    "bytes": lambda reader: (reader.take(16),),
    "i32": lambda reader: (reader.signed(32),),
    "i64": lambda reader: (reader.signed(64),),
    "f32": lambda reader: (reader.number("<f"),),
    "f64": lambda reader: (reader.number("<d"),),
}


def table_arity(instruction: Instruction) -> tuple[int, int] | None:
    """How many operands it takes and gives; None for calls and at the borders of basic blocks."""
    opcode = BY_NAME[instruction.opcode]
    if opcode.takes is None or opcode.gives is None:
        return None
    return len(opcode.takes), len(opcode.gives)


def operand_sources(
    body: Sequence[Instruction], arity: Arity = table_arity
) -> list[tuple[int | None, ...]]:
    """Find out which instruction made each operand of each instruction.

    Returns:
        For each place in `body`, the places that made its operands, the deepest first. None where
        the operand comes from another basic block; the tuple is empty where `arity` gives None.
    """
    sources: list[tuple[int | None, ...]] = []
    stack: list[int] = []
    for place, instruction in enumerate(body):
        effect = arity(instruction)
        if effect is None:
            stack.clear()
            sources.append(())
            continue
        takes, gives = effect
        taken = stack[max(0, len(stack) - takes) :]
        del stack[len(stack) - len(taken) :]
        sources.append((*(None for _ in range(takes - len(taken))), *taken))
        stack += [place] * gives
    return sources


def constant_results(
    body: Sequence[Instruction],
    global_values: Sequence[Constant | None],
    arity: Arity = table_arity,
) -> dict[int, Constant]:
    """Find the results that are the same in every run, by place in `body`.

    Known: constants, immutable globals with a known value, locals last set to a constant in the
    same basic block, and sums, differences, products, `and`, `or` and left shifts of those. An i32
    and an i64 are signed, as in `i32.const`.

    Args:
        body: Instructions of one function or initializer.
        global_values: Value of each global that never changes, None for all others.
        arity: Effect on the stack; None ends a basic block.
    """
    known: dict[int, Constant] = {}
    local_values: dict[int, Constant | None] = {}
    sources = operand_sources(body, arity)
    for place, instruction in enumerate(body):
        if arity(instruction) is None:
            local_values.clear()
            continue
        operands = [None if source is None else known.get(source) for source in sources[place]]
        if instruction.opcode in {"local.set", "local.tee"}:
            local_values[instruction.index()] = operands[0]
        result = _result(instruction, operands, local_values, global_values)
        if result is not None:
            known[place] = result
    return known


def _result(
    instruction: Instruction,
    operands: Sequence[Constant | None],
    local_values: dict[int, Constant | None],
    global_values: Sequence[Constant | None],
) -> Constant | None:
    match instruction.opcode:
        case "i32.const" | "i64.const" | "f32.const" | "f64.const":
            (value,) = instruction.immediates
            return value if isinstance(value, int | float) else None
        case "local.get" | "local.tee":
            return local_values.get(instruction.index())
        case "global.get":
            index = instruction.index()
            return global_values[index] if index < len(global_values) else None
        case opcode if opcode in _FOLDED:
            left, right = operands
            if isinstance(left, int) and isinstance(right, int):
                return _folded(opcode, left, right)
    return None


def _folded(opcode: str, left: int, right: int) -> int:
    bits = 32 if opcode.startswith("i32.") else 64
    half = 1 << (bits - 1)
    if opcode.endswith(".shl"):
        right &= bits - 1
    return (_FOLDED[opcode](left, right) + half) % (2 * half) - half


_FOLDED: dict[str, Callable[[int, int], int]] = {
    f"{kind}.{name}": function
    for kind in ("i32", "i64")
    for name, function in {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "and": operator.and_,
        "or": operator.or_,
        "shl": operator.lshift,
    }.items()
}
