"""What guarding a NumPy sample costs, what many of them leave, and whether hostile ones get by.

`python -m benchmarks.sandbox` prints what came of it as JSON. A sample is verified as a check does
it: built, loaded, called on a few inputs, compared, closed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_llmgen.challenge import Challenge, Limits
from pytest_llmgen.comparison import compare
from pytest_llmgen.errors import SubmissionError
from pytest_llmgen.sandbox.sandbox import Sandbox
from pytest_llmgen.sandbox.tier import Tier, probe
from pytest_llmgen.targets.python import Python
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
RATED, LEAVING, SOAKED = 1000, 10_000, 1000
INPUTS = 5
HOSTILE = 0.05
ROUNDS = 5
"""The tiers take turns so often."""

RIGHT = """\
import numpy as np

def f(x):
    return x ** 2 + 1.0
"""
_GIVEN = [np.linspace(-1.0, number, 12).reshape(3, 4) for number in range(INPUTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Samples per second of one core, on which everything runs: harness, zygote and children."""

    tier: str
    guarded: float
    off: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is there after many samples and was not after the first of them."""

    samples: int
    mb: float
    """Resident memory of the harness."""
    held: dict[str, int]
    """Descriptors, processes, segments and files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What came of many samples of which some are hostile."""

    samples: int
    hostile: int
    wrong: list[str]
    """Samples that ended as they should not, canaries that were touched."""
    beyond_limit_s: float
    """How much longer than its limit a sample took, at most."""


def verify(target: Python, source: str, *, wall_s: float = 10.0, memory_mib: int = 256) -> None:
    """One sample from source to verdict.

    Raises:
        SubmissionError: If it is not right.
    """
    limits = Limits(wall_s=wall_s, memory_bytes=memory_mib << 20)
    task = Challenge(
        id="b", folder=ROOT, task="`def f(x)`", targets=("python",), tier="bench", limits=limits
    )
    with contextlib.closing(target.build(source, task, BuildSettings())) as module:
        module.load()
        for given in _GIVEN:
            compare(module.call("f", given), given**2 + 1.0, tolerance=1e-12)
        if (fault := module.final_fault()) is not None:
            raise fault


@contextlib.contextmanager
def target_in(tier: Tier) -> Iterator[Python]:
    """The target in one tier, warm."""
    with contextlib.closing(Sandbox(tier)) as sandbox:
        target = Python(sandbox)
        verify(target, RIGHT)
        yield target


def rate(samples: int = RATED) -> Rate:
    """Verify samples in the best tier and in none, in turns, all on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    tier = probe(None)
    seconds: dict[Tier, list[float]] = {tier: [], Tier.OFF: []}
    with target_in(tier) as guarded, target_in(Tier.OFF) as off:
        for _ in range(ROUNDS):
            for name, target in ((tier, guarded), (Tier.OFF, off)):
                started = time.perf_counter()
                for _ in range(samples // ROUNDS):
                    verify(target, RIGHT)
                seconds[name].append(time.perf_counter() - started)
    per_second = {
        name: samples // ROUNDS / statistics.median(each) for name, each in seconds.items()
    }
    return Rate(tier=tier, guarded=per_second[tier], off=per_second[Tier.OFF])


def left(samples: int = LEAVING) -> Left:
    """Verify many samples in one process, and look at what is more than after the first tenth."""
    with target_in(probe(None)) as target:
        for _ in range(samples // 10):
            verify(target, RIGHT)
        before, mb = _held(), _resident_mb()
        for _ in range(samples - samples // 10):
            verify(target, RIGHT)
        now, mb = _held(), _resident_mb() - mb
    held = {kind: now[kind] - before[kind] for kind in now}
    return Left(samples=samples, mb=mb, held=held)


def _held() -> dict[str, int]:
    from support.processes import descendants

    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "processes": len(descendants(os.getpid())),
        "segments": len(list(Path("/dev/shm").iterdir())),
        "files": sum(path.name.startswith("llmgen") for path in Path("/tmp").iterdir()),
    }


def _resident_mb() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def soak(samples: int = SOAKED) -> Soaked:
    """Verify samples of which every twentieth is hostile."""
    from support.hostile import Canaries
    from support.hostile import samples as hostile_samples

    corpus = [one for one in hostile_samples("python") if one.name != "right"]
    step = round(1 / HOSTILE)
    wrong: list[str] = []
    beyond_s = 0.0
    with contextlib.closing(Canaries()) as canaries, target_in(probe(None)) as target:
        for number in range(samples):
            one = corpus[number // step % len(corpus)] if number % step == 0 else None
            wanted = (Verdict.PASSED,) if one is None else one.verdicts
            source = RIGHT if one is None else one.source(canaries)
            wall_s, memory_mib = (10.0, 256) if one is None else (one.wall_s, one.memory_mib)
            started = time.perf_counter()
            try:
                verify(target, source, wall_s=wall_s, memory_mib=memory_mib)
            except SubmissionError as error:
                verdict = error.verdict
            else:
                verdict = Verdict.PASSED
            beyond_s = max(beyond_s, time.perf_counter() - started - wall_s)
            if verdict not in wanted:
                wrong.append(f"{'right' if one is None else one.name} ended as {verdict}")
        wrong += canaries.touched()
    return Soaked(
        samples=samples, hostile=-(-samples // step), wrong=wrong, beyond_limit_s=beyond_s
    )


def measured() -> dict[str, object]:
    """The figures of the results, each kind measured in a process of its own.

    Raises:
        RuntimeError: If something was left, a hostile sample got by, or one took too long.
    """
    rated, remains, soaked = map(_apart, KINDS)
    is_late = soaked["beyond_limit_s"] > 1.0
    if soaked["wrong"] or is_late or any(number > 0 for number in remains["held"].values()):
        raise RuntimeError(f"the sandbox: {soaked}, {remains}")
    return {
        "box_tier": rated["tier"],
        "box_rate": f"{rated['guarded']:.0f}",
        "box_off": f"{rated['off']:.0f}",
        "box_ratio": f"{rated['off'] / rated['guarded']:.2f}",
        "box_inputs": INPUTS,
        "box_samples": f"{remains['samples']:,}",
        "box_mb": f"{remains['mb']:.1f}",
        "box_soaked": f"{soaked['samples']:,}",
        "box_hostile": soaked["hostile"],
        "box_beyond": f"{max(0.0, soaked['beyond_limit_s']):.2f}",
    }


def _apart(kind: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.sandbox", kind]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


KINDS: dict[str, tuple[Callable[[int], Any], int]] = {
    "rate": (rate, RATED),
    "left": (left, LEAVING),
    "soak": (soak, SOAKED),
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)}; default: all"
    )
    parser.add_argument("--samples", type=int, help="of each kind")
    chosen = parser.parse_args()
    sys.path.append(str(ROOT / "tests"))  # the hostile samples are the tests' own
    for name in chosen.kinds or KINDS:
        measure, samples = KINDS[name]
        print(json.dumps(asdict(measure(chosen.samples or samples))))
