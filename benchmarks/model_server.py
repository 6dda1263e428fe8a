"""A local OpenAI-compatible server whose every answer takes a fixed time, whatever the load."""

from __future__ import annotations

import argparse
import asyncio
import json

from benchmarks.workload import answer_to

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_BUSY = (
    b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 1\r\n"
    b"Content-Length: %d\r\n\r\n%s"
)


class Server:
    """Answers, or refuses what is beyond its slots."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Take the command line."""
        self._latency_s: float = options.latency_s
        self._free: int = options.slots
        self._repair: bool = options.repair

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
                status, reply = await self._answer(json.loads(await reader.readexactly(length)))
                body = json.dumps(reply).encode()
                writer.write(status % (len(body), body))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, request: dict[str, list[dict[str, str]]]) -> tuple[bytes, object]:
        if self._free == 0:
            return _BUSY, {"error": {"message": "too many requests", "code": "rate_limit"}}
        self._free -= 1
        try:
            await asyncio.sleep(self._latency_s)
        finally:
            self._free += 1
        messages = request["messages"]
        broken = self._repair and len(messages) == 1
        return _OK, _completion(answer_to(messages[0]["content"], broken=broken))


def _completion(text: str) -> dict[str, object]:
    message = {"role": "assistant", "content": text}
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 100, "completion_tokens": len(text) // 4},
    }


async def _main(options: argparse.Namespace) -> None:
    serve = Server(options).serve
    server = await asyncio.start_server(serve, "127.0.0.1", options.port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("latency_s", type=float)
    parser.add_argument("--slots", type=int, default=1_000_000)
    parser.add_argument("--repair", action="store_true", help="first answers fail to build")
    asyncio.run(_main(parser.parse_args()))
