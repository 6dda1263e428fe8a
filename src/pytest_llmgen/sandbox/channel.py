"""The child's end of its private connection with the parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_llmgen.sandbox import frames

if TYPE_CHECKING:
    import socket

TOKEN = "token"  # noqa: S105 - the name of a field
"""The key of a header that ties an answer to its request."""
Message = tuple[dict[str, Any], bytes]


class Channel:
    """Receives requests, sends answers, and calls back while a request is served.

    Each request brings a token that its answer must repeat, so that no answer sent ahead or late
    passes for that of another request. Runners do not see it.
    """

    def __init__(self, connection: socket.socket) -> None:
        """Take over a connected stream socket."""
        self._connection = connection
        self._token: object = None

    def receive(self) -> Message:
        """The next request.

        Raises:
            EOFError: If the parent closed the connection.
        """
        header, blob = frames.read(self._read_exactly)
        self._token = header.pop(TOKEN, None)
        return header, blob

    def send(self, header: dict[str, Any], blob: bytes | memoryview = b"") -> None:
        """Answer the request."""
        self._connection.sendall(frames.encode({**header, TOKEN: self._token}, blob))

    def call_back(self, header: dict[str, Any], blob: bytes | memoryview = b"") -> Message:
        """Ask the parent, which waits for an answer; `callback` is put into `header`."""
        self.send({"callback": True, **header}, blob)
        return self.receive()

    def _read_exactly(self, count: int) -> bytes:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            got = self._connection.recv_into(view)
            if got == 0:
                raise EOFError
            view = view[got:]
        return bytes(data)
