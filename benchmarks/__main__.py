"""Measures everything and writes `benchmarks/RESULTS.md`, by `make bench`."""

from __future__ import annotations

import compileall
import contextlib
import json
import os
import platform
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_llmgen
from benchmarks import mlir, sandbox
from benchmarks.soak import problems, soak
from benchmarks.workload import CHALLENGES, SAMPLES, write_suite

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
LATENCY_S = 0.5
REPEATS = 3
SLOTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One whole `pytest` run."""

    seconds: float
    cpu_s: float
    """Of all its processes."""
    peak_mb: float
    """Resident memory of the controlling process."""


@contextlib.contextmanager
def model_server(*options: str) -> Iterator[int]:
    """A server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    module = (sys.executable, "-m", "benchmarks.model_server")
    with subprocess.Popen([*module, str(port), str(LATENCY_S), *options], cwd=HERE.parent) as child:
        try:
            _wait_for(port)
            yield port
        finally:
            child.kill()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("the model server did not start")


def bound(port: int) -> float:
    """Seconds of the lower bound, from the start of its process to its end."""
    command = [sys.executable, "-m", "benchmarks.bound", str(port)]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    if (passed := json.loads(done.stdout)["passed"]) != CHALLENGES * SAMPLES:
        raise RuntimeError(f"the bound judged wrongly: {passed} passed")
    return seconds


def pytest_alone(workers: int) -> float:
    """Seconds that pytest and xdist take for as many tests that import NumPy and do nothing."""
    plain = "import numpy, pytest\n\n@pytest.mark.parametrize('i', range(%d))\ndef test(i): pass\n"
    folder = tempfile.mkdtemp()
    for number in range(CHALLENGES):
        (Path(folder) / f"test_{number}.py").write_text(plain % SAMPLES)
    command = [
        *(sys.executable, "-m", "pytest", "-q", "--import-mode=importlib"),
        *("-p", "no:cacheprovider", "-p", "xdist", "-n", str(workers)),
    ]
    return statistics.median(_measure(command, folder)[0].seconds for _ in range(REPEATS))


def workload(port: int, workers: int, samples: int = SAMPLES) -> Measured:
    """A whole `pytest` run of W, interpreter start and scoreboard included.

    Bytecode of the suite is there already, as in any run of it but the first.
    """
    folder = tempfile.mkdtemp()
    write_suite(Path(folder), f"http://127.0.0.1:{port}/v1")
    _measure([sys.executable, "-m", "pytest", "challenges", *_PLAIN, "--co"], folder)
    command = [
        *(sys.executable, "-m", "pytest", "challenges", *_PLAIN, "--llm-model=bench"),
        *(f"--llm-samples={samples}", "--llm-concurrency=64"),
        *(["-p", "xdist", "-n", str(workers)] if workers else []),
    ]
    measured, output = _measure(command, folder)
    if f"{CHALLENGES * samples} passed" not in output:
        raise RuntimeError(f"W did not pass:\n{output[-5000:]}")
    for told in re.findall(r"^llmgen: .*", output, re.MULTILINE):
        print(told)  # such as a server that could not be reached for a while
    return measured


_PLAIN = ("-q", "-p", "no:cacheprovider", "-p", "pytest_llmgen.plugin")


def _measure(command: list[str], folder: str) -> tuple[Measured, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    peaks = [0.0]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        threading.Thread(target=_watch_memory, args=(child, peaks), daemon=True).start()
        output, _ = child.communicate()
        seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(seconds=seconds, cpu_s=cpu_s, peak_mb=peaks[0]), output


def _watch_memory(child: subprocess.Popen[str], peaks: list[float]) -> None:
    """Keep the high-water mark that the kernel keeps, as long as the process lives."""
    status = Path(f"/proc/{child.pid}/status")
    while child.poll() is None:
        with contextlib.suppress(OSError):
            if found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text()):
                peaks[0] = int(found[1]) / 1024
        time.sleep(0.05)


def installed_but_unused() -> tuple[float, float]:
    """Milliseconds of `pytest --co` of one plain test: without the plugin, and what it adds."""
    folder = tempfile.mkdtemp()
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


def large_numbers() -> tuple[float, float]:
    """Seconds to collect 50,000 items, and to aggregate 50,000 records."""
    folder = tempfile.mkdtemp()
    write_suite(Path(folder), "http://127.0.0.1:9/v1")
    command = [
        *(sys.executable, "-m", "pytest", "challenges", "-qq", "--co", "--llm-model=bench"),
        *(f"--llm-samples={50_000 // CHALLENGES}", "-p", "no:cacheprovider"),
        *("-p", "pytest_llmgen.plugin"),
    ]
    collected, output = _measure(command, folder)
    if f": {50_000 // CHALLENGES}" not in output:
        raise RuntimeError(f"collecting failed:\n{output[-3000:]}")
    return collected.seconds, _aggregate(50_000)


def _aggregate(count: int) -> float:
    from pytest_llmgen.reporting.scoreboard import build_scoreboard
    from pytest_llmgen.runs.record import Record
    from pytest_llmgen.verdict import Verdict

    records = [
        Record(
            model=f"m{index % 5}",
            challenge=f"c{index % 100}",
            target="wat",
            tier="t",
            sample=index // 500,
            built=True,
            score=index % 2,
            verdict=Verdict.PASSED if index % 2 else Verdict.WRONG_ANSWER,
        )
        for index in range(count)
    ]
    started = time.perf_counter()
    build_scoreboard(records)
    return time.perf_counter() - started


def machine() -> str:
    """What this was measured on."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = cpu[1] if cpu else platform.processor()
    python = platform.python_version()
    return f"{os.cpu_count()} cores ({name}), {platform.system()}, Python {python}"


@contextlib.contextmanager
def even_ground() -> Iterator[None]:
    """Spare every run what a user's run does not meet.

    Bytecode is laid out, as pip leaves it: a checkout on a machine that writes none would be
    compiled by each process anew. Nothing is deleted before the end: ext4 gives no inode away for
    five seconds after it was deleted, and looks through them all for each new file. And pytest
    keeps its folders here: at its end it deletes those of the runs before, whatever they hold.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for folder in (HERE, Path(pytest_llmgen.__file__).parent):
        compileall.compile_dir(folder, quiet=1)
    with tempfile.TemporaryDirectory() as temporary:
        tempfile.tempdir = os.environ["PYTEST_DEBUG_TEMPROOT"] = temporary
        yield


def main() -> None:
    """Measure and write."""
    with even_ground():
        measure()


def measure() -> None:
    """All, one after the other."""
    values: dict[str, object] = {"date": datetime.now(tz=UTC).date(), "machine": machine()}
    values |= {"repeats": REPEATS, "slots": SLOTS}
    with model_server() as port:
        values["w_table"] = _w_table(port)
        values |= {f"alone_{workers}": f"{pytest_alone(workers):.2f}" for workers in (0, 2, 8)}
        floor_s = LATENCY_S * CHALLENGES * 200 / 64
        many = workload(port, 2, samples=200)
        values |= {"many_s": f"{many.seconds:.1f}", "many_mb": f"{many.peak_mb:.0f}"}
        values |= {"many_ratio": f"{many.seconds / floor_s:.2f}", "many_floor": f"{floor_s:.1f}"}
        low = bound(port)
    with model_server("--repair") as port:
        repair = workload(port, 2)
    values |= {
        "repair_s": f"{repair.seconds:.2f}",
        "repair_ratio": f"{repair.seconds / 2 / low:.2f}",
    }
    with model_server("--slots", str(SLOTS)) as port:
        slots = workload(port, 2)
    ideal_s = LATENCY_S * CHALLENGES * SAMPLES / SLOTS
    values |= {"slots_s": f"{slots.seconds:.1f}", "slots_ratio": f"{slots.seconds / ideal_s:.2f}"}
    values["slots_ideal"] = f"{ideal_s:.1f}"
    without, added = installed_but_unused()
    values |= {"unused_without": f"{without:.0f}", "unused_added": f"{added:.1f}"}
    collect_s, aggregate_s = large_numbers()
    values |= {"collect_s": f"{collect_s:.1f}", "aggregate_s": f"{aggregate_s:.2f}"}
    values |= soaked()
    values |= sandbox.measured()
    values |= mlir.measured()
    template = (HERE / "RESULTS.template.md").read_text()
    (HERE / "RESULTS.md").write_text(template.format(**values))


def soaked() -> dict[str, object]:
    """What the soak shows, beside half of it without any fault.

    Raises:
        RuntimeError: If a sample was lost or counted, or something leaks.
    """
    result, faultless = soak(), soak(25, rate=0)
    found = problems(result)
    if result.kb_per_sample > 1.5 * faultless.kb_per_sample:
        found.append("memory grows with faults")
    if found:
        raise RuntimeError(f"the soak: {'; '.join(found)}\n{result.output}")
    return {
        "soak_samples": f"{result.samples:,}",
        "soak_s": f"{result.seconds:.0f}",
        "soak_faults": sum(result.faults.values()),
        "soak_kinds": len(result.faults),
        "soak_passed": f"{result.verdicts['passed']:,}",
        "soak_errors": result.verdicts.get("backend_error", 0),
        "soak_threads": "{:.0f} and {:.0f}".format(*result.held["threads"]),
        "soak_descriptors": "{:.0f} and {:.0f}".format(*result.held["descriptors"]),
        "soak_kb": f"{result.kb_per_sample:.1f}",
        "soak_kb_faultless": f"{faultless.kb_per_sample:.1f}",
    }


def _w_table(port: int) -> str:
    bounds: list[float] = []
    runs: dict[int, list[tuple[Measured, float]]] = {0: [], 2: [], 8: []}
    for _ in range(REPEATS):
        bounds.append(bound(port))
        for workers, measured in runs.items():
            run = workload(port, workers)
            measured.append((run, run.seconds / bounds[-1]))
            print(f"-n {workers}: {run.seconds:.2f} s, {measured[-1][1]:.2f} x {bounds[-1]:.2f} s")
    lines = [f"| lower bound | {statistics.median(bounds):.2f} | 1 | | |"]
    samples = CHALLENGES * SAMPLES
    for workers, measured in runs.items():
        seconds = statistics.median(run.seconds for run, _ in measured)
        ratio = statistics.median(ratio for _, ratio in measured)
        cpu_ms = statistics.median(1000 * run.cpu_s / samples for run, _ in measured)
        peak = statistics.median(run.peak_mb for run, _ in measured)
        lines.append(f"| -n {workers} | {seconds:.2f} | {ratio:.2f} | {cpu_ms:.1f} | {peak:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
