"""An engine over a backend that a test scripts, and a builder that refuses what says so."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_llmgen.engine.asker import ModelLane
from pytest_llmgen.engine.engine import Engine
from pytest_llmgen.engine.plan import BuildOutcome, Failure, SamplePlan, Solution
from pytest_llmgen.engine.sample import EngineSettings
from pytest_llmgen.errors import BackendError
from pytest_llmgen.extraction import CodeForm
from pytest_llmgen.generation import FinishReason, Generation, SampleKey, SamplingParameters
from pytest_llmgen.runs.directory import RunDirectory
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pytest_llmgen.generation import GenerationRequest

WAIT_S = 30.0
"""Longest that a test waits for what must happen; only a failing test gets there."""

FORM = CodeForm(
    tags=frozenset({"toy"}),
    plausible=lambda text: text.endswith(";"),
    find_bare=lambda _text: None,
)


def key_of(sample: int = 0, *, model: str = "m", challenge: str = "toy/basic/add") -> SampleKey:
    """A key of target `toy`."""
    return SampleKey(model=model, challenge=challenge, target="toy", sample=sample)


def plan_of(key: SampleKey | None = None, **changes: Any) -> SamplePlan:
    """A plan with three attempts and one check."""
    key = key or key_of()
    values: dict[str, Any] = {
        "key": key,
        "tier": "basic",
        "messages": ({"role": "user", "content": f"Solve {key.challenge}."},),
        "attempts": 3,
        "checks": (f"test_toy.py::test_it[{key}]",),
    }
    return SamplePlan(**(values | changes))


def reply(text: str, **changes: Any) -> Generation:
    """A generation; text without a fence gets one."""
    fenced = text if "```" in text or not text else f"```toy\n{text}\n```"
    values: dict[str, Any] = {"text": fenced, "finish_reason": FinishReason.STOP, "seconds": 0.5}
    return Generation(**(values | changes))


class FakeBackend:
    """Answers from a function, or from a list by attempt, whose last item stands for all later."""

    def __init__(
        self, script: Callable[[GenerationRequest], Any] | Sequence[Any] = ("right;",)
    ) -> None:
        self.script = script
        self.requests: list[GenerationRequest] = []
        self.closed = threading.Event()
        self.in_flight = 0
        self.most_in_flight = 0
        self._lock = threading.Lock()

    def generate(self, request: GenerationRequest) -> Generation:
        """Answer as the script says; what is an exception there is raised."""
        with self._lock:
            self.requests.append(request)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if callable(self.script):
                answer = self.script(request)
            else:
                answer = self.script[min(request.attempt, len(self.script)) - 1]
        finally:
            with self._lock:
                self.in_flight -= 1
        if isinstance(answer, BaseException):
            raise answer
        generation: Generation = reply(answer) if isinstance(answer, str) else answer
        return generation

    def close(self) -> None:
        """Let go who waits in `hold`."""
        self.closed.set()

    def hold(self) -> None:
        """Wait until the backend is closed, as a request in flight does."""
        assert self.closed.wait(WAIT_S)
        raise BackendError("closed while a request was in flight")


def lane(backend: Any, **changes: Any) -> ModelLane:
    """A model of its own server."""
    values: dict[str, Any] = {
        "backend": backend,
        "cap": 4,
        "server": "fake",
        "exclusive": False,
        "parameters": SamplingParameters(),
        "seed": None,
        "cost_usd": lambda generation: generation.cost_usd,
    }
    return ModelLane(**(values | changes))


def build(source: str) -> BuildOutcome:
    """Refuse a source that says `wrong`; one that says `trial` fails its public trial."""
    if "wrong" in source:
        verdict = Verdict.BUILD_FAILED
        return BuildOutcome(failure=Failure(verdict=verdict, message=f"error in {source.strip()}"))
    return BuildOutcome(trial="the trial gave 1, expected 2" if "trial" in source else None)


@dataclass
class Bench:
    """An engine, and threads that build for it."""

    engine: Engine
    threads: list[threading.Thread] = field(default_factory=list)

    def start_builders(self, count: int = 1) -> None:
        """Build on threads of their own until the engine stops."""
        for _ in range(count):
            thread = threading.Thread(target=self._build, daemon=True)
            thread.start()
            self.threads.append(thread)

    def _build(self) -> None:
        while (job := self.engine.next_build()) is not None:
            self.engine.built(job, build(job.source))

    def solve(self, plans: Iterable[SamplePlan] | None = None) -> list[Solution]:
        """Plan, and wait for all."""
        plans = [plan_of()] if plans is None else list(plans)
        self.engine.plan(plans)
        return [self.wait(plan.key) for plan in plans]

    def wait(self, key: SampleKey) -> Solution:
        """Wait for one sample, but not for ever."""
        return self.engine._samples[key].future.result(timeout=WAIT_S)

    def close(self) -> None:
        """Stop all threads."""
        self.engine.stop()
        for thread in self.threads:
            thread.join(WAIT_S)


def engine_over(
    path: Path,
    models: dict[str, ModelLane],
    *,
    feedback: str = "build",
    run: RunDirectory | None = None,
    **more: Any,
) -> Engine:
    """An engine whose run is stored at `path`."""
    settings = EngineSettings(
        timeout_s=10, feedback=feedback, forms={"toy": FORM}, suffixes={"toy": ".toy"}
    )
    if run is None:
        run = RunDirectory(path)
        run.create({"format": 1})
    return Engine(models, settings, run, **more)
