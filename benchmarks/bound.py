"""The lower bound of workload W: bare sockets, two warm verifiers, and nothing else.

No prompt, no extraction, no store, no record, no report: what remains is the server's time and the
least work that a verdict takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import wasmtime

from benchmarks.workload import INPUTS, SAMPLES, names, reference

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def verify(name: str, text: str) -> bool:
    """Build an answer and run it on the inputs."""
    source = text.partition("```wat\n")[2].partition("```")[0]
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    module = wasmtime.Module(engine, bytes(wasmtime.wat2wasm(source)))
    function = wasmtime.Instance(store, module, []).exports(store)[name]
    assert isinstance(function, wasmtime.Func)
    rows = [(random.randint(-1000, 999), random.randint(-1000, 999)) for _ in range(INPUTS)]
    return all(function(store, a, b) == reference(name, a, b) for a, b in rows)


async def _ask(idle: list[Streams], port: int, name: str) -> str:
    prompt = f"Export `{name}: (i32, i32) -> i32`"
    body = json.dumps({"messages": [{"role": "user", "content": prompt}]}).encode()
    reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    reply = json.loads(await reader.readexactly(length))
    idle.append((reader, writer))
    return str(reply["choices"][0]["message"]["content"])


async def _main(port: int, in_flight: int, verifiers: int) -> None:
    slots, idle = asyncio.Semaphore(in_flight), list[Streams]()
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(verifiers, get_context("fork")) as pool:
        started = time.perf_counter()

        async def one(name: str) -> bool:
            async with slots:
                text = await _ask(idle, port, name)
            return await loop.run_in_executor(pool, verify, name, text)

        results = await asyncio.gather(*[one(name) for _ in range(SAMPLES) for name in names()])
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "passed": sum(results)}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--verifiers", type=int, default=2)
    options = parser.parse_args()
    asyncio.run(_main(options.port, options.in_flight, options.verifiers))
