"""Break the vector work of a WebAssembly export, to see whether its results depend on it.

A module can run a vector instruction or two for show and let a scalar loop do the work. A check
tells the two apart so: it runs a copy of the module in which the result of vector work is changed,
and demands that (nearly) every element of the output changes. Where an element does not change, no
vector instruction had a part in it.

What is changed is the result of each vector *expression*: a vector-computing instruction whose
result goes anywhere but straight into another one. Instructions are added behind it:

- to a vector, `i32x4.add` of a constant: every byte changes, whatever it was. Each expression has
  a constant of its own, so that two changes do not cancel (as two `v128.not` would), and its lanes
  are odd, so that they do not add up to zero in a loop;
- to a comparison's mask, `v128.not`: it stays a mask, and selects the opposite;
- to `any_true` and `all_true`, `i32.eqz`; to `bitmask`, `i32.add` of a constant that changes the
  lowest bits and the number of bits set.

Another instruction in place of each one would not do: `f32x4.max` against zero is in half of all
lanes the same as `v128.or` or `v128.xor`, and `v128.bitselect` has no other of its type and length.

What this cannot see: vector work on constants, the result of which goes into the output without
being of use there. And a lesioned function may trap or loop for ever where changed results are
addresses or conditions: run it with fuel, and take a trap for a change.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pytest_llmgen.targets.wasm_code import Instruction, operand_sources
from pytest_llmgen.targets.wasm_decoder import CODE_SECTION, decode
from pytest_llmgen.targets.wasm_opcodes import VECTOR_COMPUTING
from pytest_llmgen.targets.wasm_reader import unsigned_leb128

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_llmgen.targets.wasm_structure import Function, WasmBinary

_V128_CONST = b"\xfd\x0c"
_I32X4_ADD = b"\xfd\xae\x01"
_V128_NOT = b"\xfd\x4d"
_I32_EQZ = b"\x45"
_I32_ADD_MANY_BITS = b"\x41\x82\x80\xfc\xff\x07\x6a"
"""`i32.const 0x7fff0002`, `i32.add`. As 2 is even, it never makes up for an inverted mask."""
_COMPARISONS = frozenset({"eq", "ne", "lt", "gt", "le", "ge"})


def lesion(binary: bytes, export: str) -> bytes:
    """A copy in which all vector work that `export` reaches gives other results.

    Validates as the original does, without its custom sections. Unchanged if there is no vector
    work. Each vector expression takes at most two instructions (and so units of fuel) more.

    Raises:
        WasmFormatError: If `binary` cannot be decoded.
        ValueError: If there is no function exported as `export`.
    """
    module = decode(binary)
    reached = module.reachable(export)
    insertions = {
        function.index: list(_insertions(module, function))
        for function in module.functions
        if function.index in reached
    }
    if not any(insertions.values()):
        return binary
    bodies = [
        _with_insertions(binary, function, insertions.get(function.index, []))
        for function in module.functions
    ]
    return _with_bodies(binary, module, bodies)


def _insertions(module: WasmBinary, function: Function) -> Iterator[tuple[int, bytes]]:
    """Offsets in the binary, ascending, and the code to insert there."""
    for instruction in _expressions(module, function):
        end = instruction.offset + instruction.length
        yield end, _change(instruction)


def _expressions(module: WasmBinary, function: Function) -> Iterator[Instruction]:
    """Vector-computing instructions whose result is no operand of another one."""
    body = function.body
    computing = [instruction.opcode in VECTOR_COMPUTING for instruction in body]
    inner: set[int | None] = set()
    for place, sources in enumerate(operand_sources(body, module.arity)):
        if computing[place]:
            inner.update(sources)
    for place, instruction in enumerate(body):
        if computing[place] and place not in inner:
            yield instruction


def _change(instruction: Instruction) -> bytes:
    """Code that takes the result of `instruction` and gives another one of the same type."""
    operation = instruction.opcode.partition(".")[2]
    if operation in {"any_true", "all_true"}:
        return _I32_EQZ
    if operation == "bitmask":
        return _I32_ADD_MANY_BITS
    if operation.partition("_")[0] in _COMPARISONS:
        return _V128_NOT
    return _V128_CONST + _amounts(instruction.offset) + _I32X4_ADD


def _amounts(seed: int) -> bytes:
    """Four i32 to add: every byte changes by at least 32, and a lane of 0 becomes 8.0 or more.

    All bytes are odd and far from 0 and 255, so that carries do not matter. The highest byte of a
    lane holds sign and exponent if it is a float: a change there is beyond any tolerance.
    """
    digest = hashlib.blake2b(seed.to_bytes(8, "little"), digest_size=16).digest()
    return bytes(
        0x41 + 2 * (byte % 8) if place % 4 == 3 else 0x21 + 2 * (byte % 96)
        for place, byte in enumerate(digest)
    )


def _with_insertions(
    binary: bytes, function: Function, insertions: list[tuple[int, bytes]]
) -> bytes:
    pieces = []
    position = function.start
    for offset, code in insertions:
        pieces += [binary[position:offset], code]
        position = offset
    return b"".join([*pieces, binary[position : function.end]])


def _with_bodies(binary: bytes, module: WasmBinary, bodies: list[bytes]) -> bytes:
    pieces = [binary[:8]]
    for section in module.sections:
        content = binary[section.start : section.end]
        if section.identifier == CODE_SECTION:
            sized = [unsigned_leb128(len(body)) + body for body in bodies]
            content = b"".join([unsigned_leb128(len(bodies)), *sized])
        if section.identifier:
            pieces += [bytes([section.identifier]), unsigned_leb128(len(content)), content]
    return b"".join(pieces)
