"""A Unix socket that carries JSON objects."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from pytest_llmgen.errors import HarnessError
from pytest_llmgen.sandbox import frames


class Connection:
    """One end. One thread sends and receives; any thread may close it."""

    def __init__(self, connected: socket.socket) -> None:
        """Take over a connected socket."""
        self._socket = connected
        self._reader = connected.makefile("rb")

    def send(self, message: dict[str, Any]) -> None:
        """Send one object.

        Raises:
            OSError: If the other side has closed.
        """
        self._socket.sendall(frames.encode(message))

    def receive(self) -> dict[str, Any] | None:
        """The next object, or None when the other side has closed or sends something else."""
        try:
            return frames.read(self._read_exactly)[0]
        except (EOFError, OSError, ValueError):
            return None

    def finish(self) -> None:
        """Receive no more, waking whoever waits; what was received can still be answered."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RD)

    def close(self) -> None:
        """Close, waking whoever waits in `receive`."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.close()
        self._socket.close()

    def _read_exactly(self, count: int) -> bytes:
        data = self._reader.read(count)
        if len(data) < count:
            raise EOFError
        return data


def connect(path: str) -> Connection:
    """Connect to a server's socket.

    Raises:
        HarnessError: If nobody listens.
    """
    connected = socket.socket(socket.AF_UNIX)
    try:
        connected.connect(path)
    except OSError as error:
        connected.close()
        raise HarnessError(f"the controlling process does not listen on {path}: {error}") from error
    return Connection(connected)
