"""A runner that tries what no child may do, by which a tier is proved on this machine."""

from __future__ import annotations

import functools
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.sandbox.channel import Channel


def serve(channel: Channel) -> None:
    """Answer each request with what could be done: `file` names one that must stay unread."""
    while True:
        header, _ = channel.receive()
        file = Path(header["file"])
        deeds: dict[str, Callable[[], object]] = {
            "read a file outside": file.read_bytes,
            "write a file outside": functools.partial(file.write_bytes, b"x"),
            "open a socket": socket.socket,
            "signal another process": lambda: os.kill(os.getppid(), 0),
            "start a process": _start_a_process,
        }
        channel.send({"done": [name for name, deed in deeds.items() if _succeeds(deed)]})


def _succeeds(deed: Callable[[], object]) -> bool:
    try:
        deed()
    except OSError:
        return False
    return True


def _start_a_process() -> None:
    if os.fork() == 0:
        os._exit(0)
