"""Runs a submission's shared library; the sandbox forks and confines a child that calls `serve`.

It knows nothing of types: bytes go to the library's shim, and the shim's bytes come back.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_llmgen.sandbox.channel import Channel


def serve(channel: Channel) -> None:
    """Load the library that the first request brings, then call one function per request."""
    _, binary = channel.receive()
    library = _load(binary)
    channel.send({})
    out, size = ctypes.c_void_p(), ctypes.c_size_t()
    while True:
        header, arguments = channel.receive()
        outcome = library.llmgen_call(
            ctypes.c_uint(header["function"]), arguments, ctypes.byref(out), ctypes.byref(size)
        )
        channel.send({"outcome": outcome}, ctypes.string_at(out.value or 0, size.value))


def _load(binary: bytes) -> ctypes.CDLL:
    """Load a library that is a file nowhere; its initializers run here."""
    descriptor = os.memfd_create("submission.so")
    with os.fdopen(descriptor, "wb") as file:
        file.write(binary)
        file.flush()
        return ctypes.CDLL(f"/proc/self/fd/{descriptor}")
