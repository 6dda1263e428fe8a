"""What a process writes while it runs."""

from __future__ import annotations

import os
import selectors
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def read_until(process: subprocess.Popen[bytes], words: str, timeout_s: float) -> str:
    """Read a process's output until it has said something; all that was read.

    Raises:
        AssertionError: If it ends, or the time is up, before that.
    """
    assert process.stdout is not None
    deadline, said = time.monotonic() + timeout_s, b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while words.encode() not in said:
            assert selector.select(max(0.0, deadline - time.monotonic())), said.decode()
            data = os.read(process.stdout.fileno(), 65536)
            assert data, said.decode()
            said += data
    return said.decode()
