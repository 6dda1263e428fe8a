"""Memory for a memref that shows what is done outside it, made where the submission runs.

The data ends where an inaccessible zone begins, so that any access just past it kills the process.
The bytes before it, up to the beginning of its first page, are random and are looked at after the
call by the parent; before them lies another inaccessible zone.
"""

from __future__ import annotations

import ctypes
import mmap
import os

PAGE_BYTES = mmap.PAGESIZE
LEAST_GUARD_BYTES = 64
ZONE_BYTES = 16 << 20
"""Of either inaccessible zone: it takes address space and no memory."""

_PROT_NONE, _PROT_READ_WRITE = 0, 3
_MAP_FAILED = ctypes.c_void_p(-1).value
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *(ctypes.c_int,) * 3, ctypes.c_long)
_libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


def guard_bytes(size: int) -> int:
    """How many random bytes lie before data of that size: both together are whole pages."""
    return (-size - LEAST_GUARD_BYTES) % PAGE_BYTES + LEAST_GUARD_BYTES


class Region:
    """Pages between two inaccessible zones."""

    def __init__(self, size: int) -> None:
        """Map them.

        Args:
            size: Whole pages, in bytes.

        Raises:
            MemoryError: If there is no more memory.
        """
        self.size = size
        self._length = size + 2 * ZONE_BYTES
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        base = _libc.mmap(None, self._length, _PROT_NONE, flags, -1, 0)
        if base == _MAP_FAILED:
            raise MemoryError(os.strerror(ctypes.get_errno()))
        self._base: int = base
        self.start = self._base + ZONE_BYTES
        """Address of the first byte that may be used."""
        if _libc.mprotect(self.start, size, _PROT_READ_WRITE) != 0:
            self.close()
            raise MemoryError(os.strerror(ctypes.get_errno()))

    def close(self) -> None:
        """Unmap them."""
        _libc.munmap(self._base, self._length)
