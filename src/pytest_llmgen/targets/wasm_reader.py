"""A strict cursor over the bytes of a WebAssembly module."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Item = TypeVar("_Item")

VALUE_TYPES = {
    0x7F: "i32",
    0x7E: "i64",
    0x7D: "f32",
    0x7C: "f64",
    0x7B: "v128",
    0x70: "funcref",
    0x6F: "externref",
}


class WasmFormatError(ValueError):
    """The bytes are not a WebAssembly module, or use a feature that is not decoded here."""


class Reader:
    """Reads `data[position:end]` from left to right.

    Every method raises WasmFormatError where the bytes end too early or break the format, and moves
    forward otherwise, so that reading always comes to an end.
    """

    def __init__(self, data: bytes, position: int, end: int) -> None:
        """Start at `position`; `end` is one past the last byte."""
        self.data = data
        self.position = position
        self.end = end

    def fail(self, what: str, at: int | None = None) -> WasmFormatError:
        """The error that says where in the binary `what` is."""
        return WasmFormatError(f"offset {self.position if at is None else at}: {what}")

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        if size > self.end - self.position:
            raise self.fail(f"expected {size} more bytes, found {self.end - self.position}")
        start, self.position = self.position, self.position + size
        return self.data[start : self.position]

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def inner(self, size: int) -> Reader:
        """A reader of the next `size` bytes, which this one skips."""
        start = self.position
        self.take(size)
        return Reader(self.data, start, self.position)

    def finish(self, what: str) -> None:
        """Demand that all bytes were read."""
        if self.position != self.end:
            raise self.fail(f"{self.end - self.position} bytes after the end of {what}")

    def unsigned(self, bits: int = 32) -> int:
        """A LEB128 number in [0, 2**bits)."""
        start = self.position
        value, _ = self._leb128(bits)
        if value >> bits:
            raise self.fail(f"number does not fit in {bits} bits", start)
        return value

    def signed(self, bits: int) -> int:
        """A LEB128 number in [-2**(bits-1), 2**(bits-1))."""
        start = self.position
        value, width = self._leb128(bits)
        if value >> (width - 1):
            value -= 1 << width
        if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise self.fail(f"number does not fit in {bits} signed bits", start)
        return value

    def _leb128(self, bits: int) -> tuple[int, int]:
        value = 0
        for shift in range(0, bits, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, shift + 7
        raise self.fail(f"number of {bits} bits takes too many bytes")

    def number(self, layout: str) -> float:
        """An IEEE number in little-endian bytes; `layout` is struct's `<f` or `<d`."""
        (value,) = struct.unpack(layout, self.take(struct.calcsize(layout)))
        return float(value)

    def vector(self, item: Callable[[], _Item]) -> tuple[_Item, ...]:
        """A count, and that many items of at least one byte each."""
        count = self.unsigned()
        if count > self.end - self.position:
            raise self.fail(f"{count} items do not fit in {self.end - self.position} bytes")
        return tuple(item() for _ in range(count))

    def name(self) -> str:
        """A length and that many bytes of UTF-8."""
        start = self.position
        raw = self.take(self.unsigned())
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.fail(f"name is not UTF-8: {error}", start) from error

    def value_type(self) -> str:
        """The name of a value type, such as `f32`."""
        return self.choice(VALUE_TYPES, "value type")

    def choice(self, names: dict[int, str], what: str) -> str:
        """The meaning of the next byte."""
        byte = self.byte()
        if byte not in names:
            known = ", ".join(names.values())
            raise self.fail(
                f"{what} {byte:#04x} is not supported (known: {known})", self.position - 1
            )
        return names[byte]


def unsigned_leb128(value: int) -> bytes:
    """The shortest LEB128 encoding of `value` >= 0."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
