"""A local OpenAI-compatible server whose every answer takes a fixed time, whatever the load."""

from __future__ import annotations

import argparse
import asyncio
import json

from benchmarks.workload import answer_to


async def _serve(
    latency_s: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            await asyncio.sleep(latency_s)
            text = answer_to(body["messages"][0]["content"])
            reply = json.dumps(_completion(text)).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(reply), reply)
            )
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _completion(text: str) -> dict[str, object]:
    message = {"role": "assistant", "content": text}
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 100, "completion_tokens": len(text) // 4},
    }


async def _main(port: int, latency_s: float) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: _serve(latency_s, reader, writer), "127.0.0.1", port, backlog=512
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("latency_s", type=float)
    options = parser.parse_args()
    asyncio.run(_main(options.port, options.latency_s))
