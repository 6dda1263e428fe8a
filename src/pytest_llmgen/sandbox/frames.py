"""Messages between this process and its workers: a JSON header and raw bytes, never pickle.

A frame is two little-endian u32 lengths, the header as UTF-8 JSON, and a blob of bytes.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

from pytest_llmgen.generation import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTHS = struct.Struct("<II")
MAX_BYTES = 1 << 30
"""Longest header or blob that is read."""


class FrameError(ValueError):
    """What arrived is no frame."""


def encode(header: dict[str, Any], blob: bytes | memoryview = b"") -> bytes:
    """One frame, ready to send."""
    text = json.dumps(header, default=fields_of).encode()
    return b"".join((_LENGTHS.pack(len(text), len(blob)), text, blob))


def read(
    read_exactly: Callable[[int], bytes],
    *,
    max_header: int = MAX_BYTES,
    max_blob: int = MAX_BYTES,
) -> tuple[dict[str, Any], bytes]:
    """Read one frame with a function that returns exactly as many bytes as it is asked for.

    Raises:
        FrameError: If the lengths or the header make no sense.
    """
    header_length, blob_length = _LENGTHS.unpack(read_exactly(_LENGTHS.size))
    if header_length > max_header or blob_length > max_blob:
        raise FrameError(f"a frame of {header_length} + {blob_length} bytes is too long")
    text = read_exactly(header_length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"the header of a frame is no JSON: {error}") from error
    if type(header) is not dict:
        raise FrameError("the header of a frame is no object")
    return header, read_exactly(blob_length) if blob_length else b""
