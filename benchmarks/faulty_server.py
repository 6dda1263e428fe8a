"""A local server of every API that is right most of the time, and else wrong in every way there is.

It speaks the APIs of Ollama, OpenAI, Anthropic, Gemini and OpenRouter, each at its own path. Faults
take turns, so that all occur equally often. `GET /faults` says how often each did.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import re
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from benchmarks.workload import answer_to

LATENCY_S = 0.02
DRIP_S = 0.2
"""Between two bytes of a dripping body."""

Answer = dict[str, Any]


def _ollama(text: str | None) -> Answer:
    message = {} if text is None else {"message": {"role": "assistant", "content": text}}
    return {
        **message,
        "done": True,
        "done_reason": "stop",
        "eval_count": 40,
        "eval_duration": 10**8,
    }


def _openai(text: str | None) -> Answer:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 100, "completion_tokens": 40}
    return {"choices": [] if text is None else [choice], "usage": usage}


def _anthropic(text: str | None) -> Answer:
    content = None if text is None else [{"type": "text", "text": text}]
    usage = {"input_tokens": 100, "output_tokens": 40}
    return {"content": content, "stop_reason": "end_turn", "usage": usage}


def _gemini(text: str | None) -> Answer:
    candidate = {"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}
    usage = {"promptTokenCount": 100, "candidatesTokenCount": 40}
    return {"candidates": [] if text is None else [candidate], "usageMetadata": usage}


APIS = {
    "ollama": _ollama,
    "openai-compatible": _openai,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "openrouter": _openai,
}
"""By provider, which is also the first part of its path: what a whole answer looks like.

Without a text, one that lacks the part which holds it.
"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, and the connection to answer it on."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    path: str
    body: str

    @property
    def whole(self) -> bytes:
        """A right answer."""
        return json.dumps(self._answer(answer_to(self.body))).encode()

    @property
    def empty(self) -> bytes:
        """An answer without its text."""
        return json.dumps(self._answer(None)).encode()

    def _answer(self, text: str | None) -> Answer:
        return APIS[self.path.split("/")[1]](text)

    def send(
        self, body: bytes, status: int = 200, *, kind: str = "application/json", more: str = ""
    ) -> None:
        """Send a head and a body of its length."""
        self.writer.write(_head(status, len(body), kind, more) + body)

    def reset(self) -> None:
        """Break the connection, not only close it."""
        connected = self.writer.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def _head(status: int, length: int, kind: str = "application/json", more: str = "") -> bytes:
    words = "Overloaded" if status == 529 else HTTPStatus(status).phrase
    lines = f"HTTP/1.1 {status} {words}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
    return f"{lines}{more}\r\n".encode()


Fault = Callable[[Exchange], Awaitable[None] | None]


def _status(code: int, more: str = "", **error: Any) -> Fault:
    body = json.dumps({"error": {"message": "not now", **error}}).encode()
    return lambda exchange: exchange.send(body, code, more=more)


def _close(exchange: Exchange) -> None:
    exchange.writer.close()


def _cut_off(head: str) -> Fault:
    """Announce more than comes."""

    def fault(exchange: Exchange) -> None:
        exchange.writer.write(head.encode() + exchange.whole[:-20])
        exchange.writer.close()

    return fault


async def _drip(exchange: Exchange) -> None:
    exchange.writer.write(_head(200, len(exchange.whole)))
    for byte in exchange.whole:
        exchange.writer.write(bytes([byte]))
        await exchange.writer.drain()
        await asyncio.sleep(DRIP_S)


async def _hang(exchange: Exchange) -> None:
    await exchange.reader.read()  # until the other side has had enough


_PAGE = b"<html><body>Bad gateway</body></html>"
_RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.2s"}
_STREAM = b'data: {"choices": [{"delta": {"content": "Here is'

FAULTS: dict[str, Fault] = {
    "429, Retry-After": _status(429, "Retry-After: 1\r\n"),
    "429, retry-after-ms": _status(429, "retry-after-ms: 50\r\n"),
    "429, RetryInfo": _status(429, status="RESOURCE_EXHAUSTED", details=[_RETRY_INFO]),
    "408": _status(408),
    "500": _status(500),
    "500, its runner has died": _status(500, message="model runner has unexpectedly stopped"),
    "502, a page": lambda exchange: exchange.send(_PAGE, 502, kind="text/html"),
    "503": _status(503),
    "504": _status(504),
    "529": _status(529, type="overloaded_error"),
    "200, an error": lambda exchange: exchange.send(b'{"error": {"code": 502, "message": "no"}}'),
    "200, an error as text": lambda exchange: exchange.send(b'{"error": "the runner has died"}'),
    "200, a page": lambda exchange: exchange.send(_PAGE, kind="text/html"),
    "200, no JSON": lambda exchange: exchange.send(exchange.whole[:-20]),
    "200, nothing": lambda exchange: exchange.send(b""),
    "200, without its text": lambda exchange: exchange.send(exchange.empty),
    "200, an unasked stream": lambda exchange: exchange.send(_STREAM, kind="text/event-stream"),
    "cut off": _cut_off("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"),
    "cut off in a chunk": _cut_off("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"),
    "not HTTP": lambda exchange: exchange.writer.write(b"SSH-2.0-OpenSSH_9.7\r\n\r\n"),
    "closed": _close,
    "reset": Exchange.reset,
    "dripping": _drip,
    "hanging": _hang,
}


class Server:
    """Answers, and breaks its word at some rate."""

    def __init__(self, rate: float) -> None:
        """Take the part of requests that are answered wrongly."""
        self._rate = rate
        self._draws = random.Random(0)
        self._turns = itertools.cycle(FAULTS)
        self._counts: Counter[str] = Counter(dict.fromkeys(FAULTS, 0))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.transport.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1]) if length else 0)
                path = head.split(b" ", 2)[1].decode()
                await self._answer(Exchange(reader, writer, path, body.decode()))
        writer.close()

    async def _answer(self, exchange: Exchange) -> None:
        if exchange.path == "/faults":
            exchange.send(json.dumps(self._counts).encode())
        elif self._draws.random() >= self._rate:
            await asyncio.sleep(LATENCY_S)
            exchange.send(exchange.whole)
        else:
            name = next(self._turns)
            self._counts[name] += 1
            done = FAULTS[name](exchange)
            if done is not None:
                await done


async def _main(rate: float) -> None:
    server = await asyncio.start_server(Server(rate).serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=0.1, help="of requests, answered wrongly")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(parser.parse_args().rate))
