"""Frames come out as they went in; what is no frame is refused."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.sandbox import frames

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
HEADERS = st.dictionaries(st.text(max_size=5), JSON, max_size=4)


def _reader(data: bytes) -> Any:
    """As a connection reads: as many bytes as asked for, or the end."""
    stream = io.BytesIO(data)

    def read_exactly(count: int) -> bytes:
        found = stream.read(count)
        if len(found) < count:
            raise EOFError
        return found

    return read_exactly


@given(st.lists(st.tuples(HEADERS, st.binary(max_size=50)), max_size=4))
def test_frames_come_out_as_they_went_in(messages: list[tuple[dict[str, Any], bytes]]) -> None:
    """One after another on the same stream, with nothing left over."""
    read = _reader(b"".join(frames.encode(header, blob) for header, blob in messages))
    assert [frames.read(read) for _ in messages] == messages
    with pytest.raises(EOFError):
        frames.read(read)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_frame_an_end_or_an_error(data: bytes) -> None:
    """A child that a submission took over can raise nothing else in the parent."""
    try:
        header, blob = frames.read(_reader(data))
    except (frames.FrameError, EOFError):
        return
    assert isinstance(header, dict)
    assert isinstance(blob, bytes)


def _frame(text: bytes, blob_length: int = 0) -> bytes:
    return struct.pack("<II", len(text), blob_length) + text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_frame(b"[]"), "the header of a frame is no object"),
        (_frame(b"{"), "the header of a frame is no JSON: Expecting property name"),
        (_frame(b"\xff\xfe\xff"), "the header of a frame is no JSON: "),
        (_frame(b"[" * 100_000), "the header of a frame is no JSON: maximum recursion depth"),
        (struct.pack("<II", 2**31, 0), "a frame of 2147483648 + 0 bytes is too long"),
        (_frame(b"{}", 2**32 - 1), "a frame of 2 + 4294967295 bytes is too long"),
    ],
)
def test_what_is_no_frame_is_refused(data: bytes, message: str) -> None:
    """Before anything of that length is read."""
    with pytest.raises(frames.FrameError) as refused:
        frames.read(_reader(data))
    assert str(refused.value).startswith(message)


def test_header_is_json_in_utf_8() -> None:
    """Half a surrogate pair passes as its escape."""
    frame = frames.encode({"text": "\ud83e é"}, b"blob")
    assert json.loads(frame[8:-4]) == {"text": "\ud83e é"}
    assert frames.read(_reader(frame)) == ({"text": "\ud83e é"}, b"blob")
