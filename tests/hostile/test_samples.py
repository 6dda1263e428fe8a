"""Every hostile sample of every target, in both guarded tiers.

Each ends as its first lines say, touches no canary, leaves nothing, and the next one is unharmed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from support.hostile import Canaries, Sample, Watch, judged, right, samples

from pytest_llmgen.challenge import Challenge, Limits
from pytest_llmgen.comparison import compare
from pytest_llmgen.sandbox import shared
from pytest_llmgen.sandbox.profile import COMPILER
from pytest_llmgen.targets import mlir_process
from pytest_llmgen.targets.cpp import Cpp
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.python import Python
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.targets.wat import Wat
from pytest_llmgen.targets.wgsl import Wgsl
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_llmgen.sandbox.tier import Tier

GIVEN = np.linspace(-1.0, 2.0, 12).reshape(3, 4)
TASKS = {
    "python": "`def f(x)`",
    "cpp": "`int64_t f(int64_t x)`",
    "mlir": "`func.func @f(%m: memref<?xi64>, %x: i64) -> i64`",
    "wat": "`f: (i32) -> i32`",
    "wgsl": "`f: (i32) -> ()`",
}
TARGETS = {"python": Python, "cpp": Cpp, "mlir": Mlir, "wat": Wat, "wgsl": Wgsl}


class Bench:
    """One target in one tier, and what a check of it does."""

    def __init__(self, name: str) -> None:
        """Start it with a right sample."""
        self.name = name
        self.target: Any = TARGETS[name]()

    def run(self, source: str, sample: Sample) -> None:
        """Build, load, call with fresh inputs, compare."""
        challenge = Challenge(
            id=f"{self.name}/hostile/x",
            folder=Path(),
            task=TASKS[self.name],
            targets=(self.name,),
            tier="hostile",
            memory=self.name == "wgsl",
            limits=Limits(wall_s=sample.wall_s, memory_bytes=sample.memory_mib << 20),
        )
        artifact = self.target.build(source, challenge, BuildSettings())
        try:
            getattr(artifact, "load", lambda: None)()
            is_program = sample.name.startswith("sanitized_")
            self._check(artifact.sanitized() if is_program else artifact)
            fault = getattr(artifact, "final_fault", lambda: None)()
            if fault is not None:
                raise fault
        finally:
            artifact.close()

    def _check(self, artifact: Any) -> None:
        if self.name == "python":
            for given in (GIVEN, GIVEN + 1.0):
                compare(artifact.call("f", given), given**2 + 1.0, tolerance=1e-9)
        elif self.name == "mlir":
            for number in (7, 12):
                result, memory = artifact.call("f", np.zeros(3, np.int64), number)
                compare(result, number**2 + 1)
                compare(memory, np.zeros(3, np.int64))
        elif self.name == "wgsl":
            placed = artifact.array(np.array([41], "uint32"))
            artifact.call("f", placed.ptr)
            compare(placed.read(), np.array([42], "uint32"))
        else:
            for number in (7, 12):
                compare(artifact.call("f", number), number**2 + 1)

    @property
    def sandbox(self) -> Any:
        """Where it runs."""
        return shared.sandbox()


@pytest.fixture(scope="module")
def benches(
    tier: Tier,
    canaries: Canaries,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Bench]]:
    """Those of one tier, each made for its first sample; the canaries are out before any."""
    shared.choose(tier)
    made: dict[str, Bench] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(mlir_process, "BUILD_S", 2.0)  # some samples keep the compiler busy for ever
        yield made
        for one in made.values():
            one.target.close()
    shared.close()


@pytest.fixture
def bench(request: pytest.FixtureRequest, benches: dict[str, Bench], canaries: Canaries) -> Bench:
    """The target of a sample."""
    name = request.param
    if name not in benches:
        made = Bench(name)
        if reason := made.target.unavailable():
            pytest.skip(reason)
        sample = right(name)
        made.run(sample.source(canaries), sample)
        made.sandbox.run(["true"], COMPILER, timeout_s=60.0)  # starts what starts once
        benches[name] = made
    return benches[name]


CASES = [
    pytest.param(name, one, id=f"{name}-{one.name}") for name in TASKS for one in samples(name)
]


@pytest.mark.parametrize(("bench", "sample"), CASES, indirect=["bench"])
def test_sample_ends_as_it_must(bench: Bench, sample: Sample, canaries: Canaries) -> None:
    """Verdict, canaries, what is left, and the sample after it."""
    watch = Watch(bench.sandbox)
    source = sample.source(canaries)
    for _ in range(sample.times):
        verdict, words = judged(lambda: bench.run(source, sample))
    next_one = right(bench.name)
    after = judged(lambda: bench.run(next_one.source(canaries), next_one))
    assert not canaries.known_by(words)
    assert verdict in sample.verdicts, words
    assert not sample.says or any(said in words for said in sample.says), words
    assert after == (Verdict.PASSED, "")
    assert canaries.touched() == []
    assert watch.left() == []
