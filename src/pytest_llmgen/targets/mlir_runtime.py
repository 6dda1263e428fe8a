"""What a module may call besides its own functions: memory, strided copies, failing assertions."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_llmgen.targets.mlir_lowering import (
    ABORT,
    ALLOCATE,
    ALLOCATE_ALIGNED,
    COPY,
    FREE,
    SAY,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_libc = ctypes.CDLL(None)
_libc.aligned_alloc.restype = ctypes.c_void_p
_libc.aligned_alloc.argtypes = (ctypes.c_size_t, ctypes.c_size_t)
_libc.free.argtypes = (ctypes.c_void_p,)

_LEAST_ALIGNMENT = 16
_FRESH = 0xFF
"""Fills new memory: it reads as NaN or as -1, so that what is never written is no lucky zero."""

_ALLOCATE = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)
_ALLOCATE_ALIGNED = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)
_FREE = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
_SAY = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_char_p)
_ABORT = ctypes.PYFUNCTYPE(None)
_COPY = ctypes.PYFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)


class Runtime:
    """The memory that a module allocates, and the end of the process where it goes wrong."""

    def __init__(self, most_bytes: int, fail: Callable[[str, str], None]) -> None:
        """Allow so many bytes at once.

        Args:
            most_bytes: That may be allocated and not freed.
            fail: Tells the parent a verdict and why; the process ends after it.
        """
        self._most_bytes = most_bytes
        self._fail = fail
        self._sizes: dict[int, int] = {}
        self._used = 0
        self._said = "an assertion"
        self.functions: dict[str, Any] = {
            ALLOCATE: _ALLOCATE(self._allocate),
            ALLOCATE_ALIGNED: _ALLOCATE_ALIGNED(self._allocate_aligned),
            FREE: _FREE(self._free),
            COPY: _COPY(_copy),
            SAY: _SAY(self._say),
            ABORT: _ABORT(self._abort),
        }
        """By the names that lowered modules use."""

    def clear(self) -> None:
        """Free what a call has left."""
        for address in self._sizes:
            _libc.free(address)
        self._sizes.clear()
        self._used = 0

    def _allocate(self, size: int) -> int:
        return self._allocate_aligned(_LEAST_ALIGNMENT, size)

    def _allocate_aligned(self, alignment: int, size: int) -> int:
        if self._used + size > self._most_bytes:
            self._end("out_of_memory", f"it allocated more than {self._most_bytes >> 20} MiB")
        alignment = max(alignment, _LEAST_ALIGNMENT)
        length = -(-max(size, 1) // alignment) * alignment
        address: int | None = _libc.aligned_alloc(alignment, length)
        if not address:
            self._end("out_of_memory", f"there was no memory left for {size} bytes")
        ctypes.memset(address, _FRESH, length)
        self._sizes[address] = size
        self._used += size
        return address

    def _free(self, address: int | None) -> None:
        if address is None:
            return
        size = self._sizes.pop(address, None)
        if size is None:
            self._end("crashed", "it freed memory that it had not allocated, or freed it twice")
        self._used -= size
        _libc.free(address)

    def _say(self, message: bytes) -> int:
        self._said = message[:200].decode(errors="replace")
        return 0

    def _abort(self) -> None:
        self._end("crashed", f"its cf.assert failed: {self._said}")

    def _end(self, verdict: str, message: str) -> NoReturn:
        self._fail(verdict, message)
        os._exit(1)


def _copy(element_bytes: int, source: int, target: int) -> None:
    """Copy between two memrefs of one shape, each given as a rank and a descriptor's address."""
    rank = ctypes.c_int64.from_address(source).value
    sizes, from_address, from_strides = _described(source, rank, element_bytes)
    _, to_address, to_strides = _described(target, rank, element_bytes)
    if 0 in sizes:
        return

    def move(level: int, origin: int, destination: int) -> None:
        if level == rank:
            ctypes.memmove(destination, origin, element_bytes)
            return
        for index in range(sizes[level]):
            move(
                level + 1,
                origin + index * from_strides[level],
                destination + index * to_strides[level],
            )

    move(0, from_address, to_address)


def _described(memref: int, rank: int, element_bytes: int) -> tuple[list[int], int, list[int]]:
    """Sizes, address of the first element, and strides in bytes."""
    descriptor = ctypes.c_void_p.from_address(memref + 8).value or 0
    fields = (ctypes.c_int64 * (3 + 2 * rank)).from_address(descriptor)
    strides = [stride * element_bytes for stride in fields[3 + rank :]]
    return fields[3 : 3 + rank], fields[1] + fields[2] * element_bytes, strides
