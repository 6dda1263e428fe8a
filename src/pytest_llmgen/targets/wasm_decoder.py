"""From bytes to `WasmBinary`, section by section.

Source: WebAssembly core specification 3.0, chapter "Binary Format", without garbage collection and
exceptions.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, TypeVar

from pytest_llmgen.targets.wasm_code import (
    Constant,
    Instruction,
    constant_results,
    read_expression,
)
from pytest_llmgen.targets.wasm_reader import Reader, WasmFormatError
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
    from collections.abc import Sequence

CODE_SECTION = 10

_CUSTOM_SECTION = 0
_KINDS = {0: "func", 1: "table", 2: "memory", 3: "global"}
_MAX_LOCALS = 50_000
"""As in every engine."""

_Entry = TypeVar("_Entry")


@functools.lru_cache(64)
def decode(binary: bytes) -> WasmBinary:
    """Decode a module in the binary format.

    The structure and the indices that analyses follow are checked; types and operands are not: that
    is the validator's work. The modules decoded last are kept: a sample's builds follow each other.

    Raises:
        WasmFormatError: If it is not a module, or uses what is not decoded here. The message starts
            with the offset in bytes.
    """
    return _Decoder(binary).decode()


class _Decoder:
    """Reads the sections in order; the fields hold what they have given so far."""

    def __init__(self, binary: bytes) -> None:
        self._reader = Reader(binary, 0, len(binary))
        self._types: tuple[Signature, ...] = ()
        self._imports: tuple[Import, ...] = ()
        self._imported = 0
        self._signatures: list[Signature] = []
        self._memories: list[Memory] = []
        self._globals: list[Global] = []
        self._constants: list[Constant | None] = []
        self._exports: dict[str, tuple[str, int]] = {}
        self._start: int | None = None
        self._data_count: int | None = None
        self._data: list[DataSegment] = []
        self._functions: list[Function] = []
        self._referenced: set[int] = set()
        self._sections: list[Section] = []

    def decode(self) -> WasmBinary:
        reader = self._reader
        if reader.end < 8 or reader.take(8) != b"\0asm\x01\0\0\0":
            raise WasmFormatError("offset 0: not a WebAssembly module of version 1")
        last = 0
        while reader.position < reader.end:
            last = self._section(last)
        if self._imported + len(self._functions) != len(self._signatures):
            raise reader.fail(
                f"{len(self._functions)} function bodies, but "
                f"{len(self._signatures) - self._imported} declarations"
            )
        if self._data_count not in {None, len(self._data)}:
            raise reader.fail(f"{len(self._data)} data segments, but {self._data_count} announced")
        return WasmBinary(
            types=self._types,
            imports=self._imports,
            signatures=tuple(self._signatures),
            functions=tuple(self._functions),
            exports=self._exports,
            memories=tuple(self._memories),
            globals=tuple(self._globals),
            data=tuple(self._data),
            start=self._start,
            referenced=frozenset(self._referenced),
            sections=tuple(self._sections),
        )

    # Sections

    def _section(self, last: int) -> int:
        """Read one section; `last` and the result are places in the prescribed order."""
        outer = self._reader
        start = outer.position
        identifier = outer.byte()
        reader = outer.inner(outer.unsigned())
        self._sections.append(Section(identifier=identifier, start=reader.position, end=reader.end))
        if identifier == _CUSTOM_SECTION:
            reader.name()
            return last
        order = list(_SECTIONS)
        if identifier not in _SECTIONS:
            raise outer.fail(f"section {identifier} is not supported", start)
        if order.index(identifier) < last:
            raise outer.fail(f"section {identifier} is repeated or out of order", start)
        _SECTIONS[identifier](self, reader)
        reader.finish(f"section {identifier}")
        return order.index(identifier) + 1

    def read_types(self, reader: Reader) -> None:
        def signature() -> Signature:
            reader.choice({0x60: "func"}, "form of type")
            return Signature(
                params=reader.vector(reader.value_type), results=reader.vector(reader.value_type)
            )

        self._types = reader.vector(signature)

    def read_imports(self, reader: Reader) -> None:
        self._imports = reader.vector(lambda: self._import(reader))

    def _import(self, reader: Reader) -> Import:
        module, name = reader.name(), reader.name()
        kind = reader.choice(_KINDS, "kind of import")
        signature = memory = None
        if kind == "func":
            signature = self._signature(reader)
            self._signatures.append(signature)
            self._imported += 1
        elif kind == "memory":
            memory = _limits(reader)
            self._memories.append(memory)
        elif kind == "global":
            self._add_global(_global_type(reader))
        else:
            _table_type(reader)
        return Import(module=module, name=name, kind=kind, signature=signature, memory=memory)

    def _signature(self, reader: Reader) -> Signature:
        return _entry(reader, self._types, reader.unsigned(), "type")

    def read_declarations(self, reader: Reader) -> None:
        self._signatures += reader.vector(lambda: self._signature(reader))

    def read_tables(self, reader: Reader) -> None:
        reader.vector(lambda: self._table(reader))

    def _table(self, reader: Reader) -> None:
        with_initializer = reader.data[reader.position : reader.position + 2] == b"\x40\0"
        if with_initializer:
            reader.take(2)
        _table_type(reader)
        if with_initializer:
            self._constant(reader)

    def read_memories(self, reader: Reader) -> None:
        self._memories += reader.vector(lambda: _limits(reader))

    def read_globals(self, reader: Reader) -> None:
        def entry() -> None:
            declared = _global_type(reader)
            value = self._constant(reader)
            self._add_global(Global(type=declared.type, mutable=declared.mutable, value=value))

        reader.vector(entry)

    def _add_global(self, entry: Global) -> None:
        self._globals.append(entry)
        self._constants.append(entry.constant)

    def read_exports(self, reader: Reader) -> None:
        def entry() -> None:
            start = reader.position
            name, kind, index = (
                reader.name(),
                reader.choice(_KINDS, "kind of export"),
                reader.unsigned(),
            )
            if name in self._exports:
                raise reader.fail(f"{name!r} is exported twice", start)
            if kind == "func":
                _entry(reader, self._signatures, index, "function")
            elif kind == "memory":
                _entry(reader, self._memories, index, "memory")
            self._exports[name] = (kind, index)

        reader.vector(entry)

    def read_start(self, reader: Reader) -> None:
        self._start = reader.unsigned()
        _entry(reader, self._signatures, self._start, "function")

    def read_elements(self, reader: Reader) -> None:
        reader.vector(lambda: self._element(reader))

    def _element(self, reader: Reader) -> None:
        """Bits of the flags: 0 not active, 1 with a table or declarative, 2 expressions."""
        flags = reader.unsigned()
        if flags > 7:
            raise reader.fail(f"flags {flags} of an element segment are not known")
        if flags & 3 == 2:
            reader.unsigned()
        if not flags & 1:
            self._constant(reader)
        if flags & 3 and flags & 4:
            reader.value_type()
        elif flags & 3:
            reader.choice({0: "func"}, "kind of element")
        if flags & 4:
            reader.vector(lambda: self._constant(reader))
        else:
            self._referenced.update(reader.vector(reader.unsigned))

    def read_data_count(self, reader: Reader) -> None:
        self._data_count = reader.unsigned()

    def read_code(self, reader: Reader) -> None:
        reader.vector(lambda: self._function(reader))

    def _function(self, reader: Reader) -> None:
        index = self._imported + len(self._functions)
        signature = _entry(reader, self._signatures, index, "function")
        inner = reader.inner(reader.unsigned())
        start = inner.position
        groups = inner.vector(lambda: (inner.unsigned(), inner.value_type()))
        if sum(count for count, _ in groups) > _MAX_LOCALS:
            raise inner.fail(f"function {index} has more than {_MAX_LOCALS} locals", start)
        body = read_expression(inner)
        inner.finish(f"function {index}")
        self._check_targets(inner, body)
        self._functions.append(
            Function(index=index, signature=signature, body=body, start=start, end=inner.end)
        )

    def _check_targets(self, reader: Reader, body: Sequence[Instruction]) -> None:
        for instruction in body:
            if instruction.opcode in {"call", "return_call", "ref.func"}:
                _entry(reader, self._signatures, instruction.index(), "function")
            elif instruction.opcode in {"call_indirect", "return_call_indirect"}:
                _entry(reader, self._types, instruction.index(), "type")
        self._note_references(body)

    def read_data(self, reader: Reader) -> None:
        def entry() -> None:
            flags = reader.choice(
                {0: "active", 1: "passive", 2: "with memory"}, "data segment's flag"
            )
            memory = reader.unsigned() if flags == "with memory" else 0
            offset = None if flags == "passive" else self._constant(reader)
            self._data.append(
                DataSegment(
                    index=len(self._data),
                    memory=memory,
                    memory_offset=_address(offset),
                    data=reader.take(reader.unsigned()),
                )
            )

        reader.vector(entry)

    # Parts of sections

    def _constant(self, reader: Reader) -> Constant | None:
        """Read an initializer and find its value, if that is known."""
        expression = read_expression(reader)
        self._note_references(expression)
        return constant_results(expression, self._constants).get(len(expression) - 2)

    def _note_references(self, body: Sequence[Instruction]) -> None:
        self._referenced.update(entry.index() for entry in body if entry.opcode == "ref.func")


_SECTIONS = {
    1: _Decoder.read_types,
    2: _Decoder.read_imports,
    3: _Decoder.read_declarations,
    4: _Decoder.read_tables,
    5: _Decoder.read_memories,
    6: _Decoder.read_globals,
    7: _Decoder.read_exports,
    8: _Decoder.read_start,
    9: _Decoder.read_elements,
    12: _Decoder.read_data_count,
    CODE_SECTION: _Decoder.read_code,
    11: _Decoder.read_data,
}
"""By identifier, in the prescribed order."""


def _entry(reader: Reader, entries: Sequence[_Entry], index: int, what: str) -> _Entry:
    if index >= len(entries):
        raise reader.fail(f"{what} {index} does not exist, there are {len(entries)}")
    return entries[index]


def _address(offset: Constant | None) -> int | None:
    """An i32 is signed as a constant and unsigned as an address."""
    if not isinstance(offset, int):
        return None
    return offset + (1 << 32) if offset < 0 else offset


def _limits(reader: Reader) -> Memory:
    """Bits of the flags: 0 with maximum, 1 shared, 2 64-bit addresses, 3 with page size."""
    flags = reader.unsigned()
    if flags > 7:
        raise reader.fail(f"flags {flags} of a memory or table are not supported")
    minimum = reader.unsigned(64)
    maximum = reader.unsigned(64) if flags & 1 else None
    return Memory(minimum=minimum, maximum=maximum, shared=bool(flags & 2))


def _table_type(reader: Reader) -> None:
    reader.value_type()
    _limits(reader)


def _global_type(reader: Reader) -> Global:
    kind = reader.value_type()
    mutable = reader.choice({0: "const", 1: "var"}, "mutability") == "var"
    return Global(type=kind, mutable=mutable, value=None)
