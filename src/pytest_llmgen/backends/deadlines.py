"""The end of connections whose time is up."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SWEEP_S = 0.1


class Deadlines:
    """Cuts connections whose time is up.

    The time-outs of httpx hold for one read, so a body that drips outlasts them, and closing a
    client leaves threads that wait in `recv` where they are. Shutting the socket down ends both.
    """

    def __init__(self) -> None:
        """Start with no connections and no thread; `closed` is set once nothing may be sent."""
        self.closed = threading.Event()
        self._lock = threading.Lock()
        self._deadlines: weakref.WeakKeyDictionary[socket.socket, float] = (
            weakref.WeakKeyDictionary()
        )

    def start(self) -> None:
        """Run the thread that looks for connections whose time is up."""
        threading.Thread(target=self._sweep, name="llmgen-deadlines", daemon=True).start()

    def connected(self, deadline: float, event: str, info: Mapping[str, Any]) -> None:
        """Hook for httpx's `trace`: a connection exists, in the clear or with TLS on top."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self.guard(info["return_value"], deadline)

    def guard(self, stream: Any, deadline: float) -> None:
        """Cut the connection at `deadline`, on the clock of `time.monotonic()`."""
        connection = stream.get_extra_info("socket")
        with self._lock:
            self._deadlines[connection] = deadline
        if self.closed.is_set():
            _cut(connection)

    def close(self) -> None:
        """Cut all connections, those to come too."""
        self.closed.set()
        self._cut_before(math.inf)

    def _sweep(self) -> None:
        while not self.closed.wait(_SWEEP_S):
            self._cut_before(time.monotonic())

    def _cut_before(self, moment: float) -> None:
        with self._lock:
            late = [s for s, deadline in self._deadlines.items() if deadline <= moment]
        for connection in late:
            _cut(connection)


def _cut(connection: socket.socket) -> None:
    """Wake whoever reads; SSLSocket.shutdown would take the TLS state from under that thread."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
