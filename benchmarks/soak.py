"""Soak: many samples against a server that is wrong in every way there is, 10 % of the time.

`python -m benchmarks.soak` prints what came of it as JSON. Every sample must be settled, none may
count against a model, and the controlling process must end with the threads and descriptors that it
began with.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faulty_server import APIS
from benchmarks.soak_watch import EVERY
from benchmarks.workload import CHALLENGES, write_suite

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SAMPLES = 50
"""For each API and challenge: 5,000 in all."""
RATE = 0.1
"""Of the requests, answered wrongly."""
TIMEOUT_S = 5
"""Of one generation: what hangs or drips ends then."""

_TABLE = """\
[tool.llmgen.models.{api}]
model = "{api}/soak"
base_url = "{url}/{api}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What came of it."""

    seconds: float
    samples: int
    faults: dict[str, int]
    """How often the server was wrong in each way."""
    verdicts: dict[str, int]
    held: dict[str, tuple[float, float]]
    """Threads and descriptors of the controlling process, in the beginning and in the end."""
    kb_per_sample: float
    """Growth of its memory from the first fifth of the samples to the last."""
    left: list[str]
    """Names of its threads in the end, and what its descriptors are open on."""
    output: str


@contextlib.contextmanager
def faulty_server(rate: float) -> Iterator[str]:
    """A server that answers this part of all requests wrongly; its URL."""
    command = [sys.executable, "-m", "benchmarks.faulty_server", f"--rate={rate}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield f"http://127.0.0.1:{int(child.stdout.readline())}"
        finally:
            child.kill()


def soak(samples: int = SAMPLES, *, rate: float = RATE) -> Soaked:
    """Ask for `samples` of each challenge over each API, and look at what is left."""
    with faulty_server(rate) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_suite(folder, url)
        with (folder / "pyproject.toml").open("a") as file:
            file.writelines(_TABLE.format(api=api, url=url) for api in APIS)
        started = time.perf_counter()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "challenges", "-q", "--tb=no", "-r", "N"),
                *("-p", "xdist", "-n", "2", "-p", "benchmarks.soak_watch"),
                *("-p", "pytest_llmgen.plugin", "-p", "no:cacheprovider"),
                *(f"--llm-model={','.join(APIS)}", f"--llm-samples={samples}", "--llm-run=soak"),
                *(f"--llm-timeout={TIMEOUT_S}", "--llm-concurrency=16"),
            ],
            cwd=folder,
            env=os.environ
            | {
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path[1:]]),
            }
            | {"SOAK_LOOKS": str(folder / "looks.json")},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - started
        with urllib.request.urlopen(f"{url}/faults") as answer:
            faults = json.load(answer)
        lines = (folder / ".llmgen/runs/soak/records.jsonl").read_text().splitlines()
        found = json.loads((folder / "looks.json").read_text())
    verdicts = Counter(json.loads(line)["verdict"] for line in lines)
    looks = found["looks"]
    early, late = len(looks) // 5, len(looks) - 2
    return Soaked(
        seconds=seconds,
        samples=len(APIS) * CHALLENGES * samples,
        faults=faults,
        verdicts=dict(verdicts),
        held={kind: (looks[0][kind], looks[-1][kind]) for kind in ("threads", "descriptors")},
        kb_per_sample=1024
        * (looks[late]["mb"] - looks[early]["mb"])
        / max(1, EVERY * (late - early)),
        left=found["left"],
        output=done.stdout[-5000:] + done.stderr[-5000:],
    )


def problems(soaked: Soaked) -> list[str]:
    """What should not have been."""
    settled = sum(soaked.verdicts.values())
    found = (
        [f"{soaked.samples - settled} samples were not settled"] if settled < soaked.samples else []
    )
    found += [
        f"{number} samples ended as {verdict}"
        for verdict, number in soaked.verdicts.items()
        if verdict not in {"passed", "backend_error"}
    ]
    found += [
        f"{kind}: {first:.0f} in the beginning, {last:.0f} in the end"
        for kind, (first, last) in soaked.held.items()
        if last > first
    ]
    found += [
        f"the fault {name!r} never occurred" for name, number in soaked.faults.items() if not number
    ]
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="of each API and challenge")
    parser.add_argument("--rate", type=float, default=RATE, help="of wrong answers")
    chosen = parser.parse_args()
    result = soak(chosen.samples, rate=chosen.rate)
    print(json.dumps(asdict(result) | {"problems": problems(result)}, indent=1))
