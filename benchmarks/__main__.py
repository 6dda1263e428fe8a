"""Measures everything and writes `benchmarks/RESULTS.md`, by `make bench`."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.workload import CHALLENGES, SAMPLES, write_suite

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
LATENCY_S = 0.5
REPEATS = 3


@contextlib.contextmanager
def model_server() -> Iterator[int]:
    """A server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.model_server", str(port), str(LATENCY_S)]
    with subprocess.Popen(command, cwd=HERE.parent) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("the model server did not start")


def bound(port: int) -> float:
    """Seconds of the lower bound."""
    command = [sys.executable, "-m", "benchmarks.bound", str(port)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    if result["passed"] != CHALLENGES * SAMPLES:
        raise RuntimeError(f"the bound judged wrongly: {result}")
    return float(result["seconds"])


def workload(port: int, workers: int) -> float:
    """Seconds of a whole `pytest` run of W, interpreter start and scoreboard included."""
    with tempfile.TemporaryDirectory() as folder:
        write_suite(Path(folder), f"http://127.0.0.1:{port}/v1")
        command = [
            *(sys.executable, "-m", "pytest", "challenges", "-q", "--llm-model=bench"),
            *(f"--llm-samples={SAMPLES}", "--llm-concurrency=64", "-p", "no:cacheprovider"),
            *(["-n", str(workers)] if workers else ["-p", "no:xdist"]),
        ]
        started = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
    if f"{CHALLENGES * SAMPLES} passed" not in done.stdout:
        raise RuntimeError(f"W did not pass:\n{done.stdout[-3000:]}{done.stderr[-2000:]}")
    return seconds


def installed_but_unused() -> tuple[float, float]:
    """Milliseconds of `pytest --co` of one plain test: without the plugin, and what it adds."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_plain.py").write_text("def test_plain(): pass\n")
        pairs = [(_collect(folder, "-p", "no:llmgen"), _collect(folder)) for _ in range(25)]
    without = statistics.median(first for first, _ in pairs)
    added = statistics.median(second - first for first, second in pairs)
    return 1000 * without, 1000 * added


def _collect(folder: str, *options: str) -> float:
    command = [sys.executable, "-m", "pytest", "--co", "-q", "-p", "no:cacheprovider", *options]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return time.perf_counter() - started


def machine() -> str:
    """What this was measured on."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = cpu[1] if cpu else platform.processor()
    return (
        f"{os.cpu_count()} cores ({name}), {platform.system()}, Python {platform.python_version()}"
    )


def main() -> None:
    """Measure and write."""
    rows: dict[str, list[tuple[float, float]]] = {}
    with model_server() as port:
        for _ in range(REPEATS):
            low = bound(port)
            for workers in (0, 2, 8):
                seconds = workload(port, workers)
                rows.setdefault(f"-n {workers}", []).append((seconds, seconds / low))
                print(f"-n {workers}: {seconds:.2f} s, {seconds / low:.2f} x {low:.2f} s")
            rows.setdefault("lower bound", []).append((low, 1.0))
    without, added = installed_but_unused()
    (HERE / "RESULTS.md").write_text(_results(rows, without, added))


def _results(rows: dict[str, list[tuple[float, float]]], without: float, added: float) -> str:
    table = "\n".join(
        f"| {name} | {statistics.median(s for s, _ in rows[name]):.2f} "
        f"| {statistics.median(r for _, r in rows[name]):.2f} |"
        for name in ("lower bound", "-n 0", "-n 2", "-n 8")
    )
    template = (HERE / "RESULTS.template.md").read_text()
    return template.format(
        date=datetime.now(tz=UTC).date(),
        machine=machine(),
        repeats=REPEATS,
        w_table=table,
        unused_without=f"{without:.0f}",
        unused_added=f"{added:.1f}",
    )


if __name__ == "__main__":
    main()
