"""Solves samples: asks models, has the answers built, and asks again with what went wrong.

One engine lives in the controlling process, so that the number of workers does not limit how many
generations are in flight. Everything here is driven by events: a reply that arrived, a build that
ended. Builds themselves run in the workers, who know the challenges.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Protocol

from pytest_llmgen.engine.lane import DaemonPool, Job, Lane, open_lanes
from pytest_llmgen.engine.plan import BuildOutcome, Failure, SamplePlan, Solution
from pytest_llmgen.errors import (
    BackendError,
    HarnessError,
    LlmgenError,
    PermanentBackendError,
    Refused,
)
from pytest_llmgen.extraction import CodeForm, extract
from pytest_llmgen.generation import (
    FinishReason,
    Generation,
    GenerationRequest,
    Message,
    SampleKey,
    SamplingParameters,
)
from pytest_llmgen.prompt import prompt_hash, repair_prompt
from pytest_llmgen.runs.record import Attempt
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_llmgen.runs.directory import RunDirectory

MAX_BUILD_TRIES = 3
"""How often a build is handed out again when its builder died."""


class Generates(Protocol):
    """What the engine needs of a backend."""

    def generate(self, request: GenerationRequest) -> Generation:
        """Answer one question."""

    def close(self) -> None:
        """Abort what is in flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLane:
    """How one model is asked."""

    backend: Generates
    cap: int
    server: str
    exclusive: bool
    parameters: SamplingParameters
    seed: int | None
    """From which each request's own seed is drawn; None sends no seed."""
    cost_usd: Callable[[Generation], float | None]
    identity: str = ""
    """Part of what a stored reply is found by: see `GenerationRequest`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Choices of the run."""

    timeout_s: float
    feedback: str
    forms: Mapping[str, CodeForm]
    """How each target's code looks in a reply."""
    suffixes: Mapping[str, str]


@dataclass(slots=True)
class Progress:
    """Counts for the live line."""

    samples: int = 0
    solved: int = 0
    generated: int = 0
    reused: int = 0
    in_flight: int = 0
    waiting: int = 0
    failed: int = 0
    """Samples without an answer through the server's fault."""
    tokens: int = 0
    started: float = 0.0
    """`time.monotonic()` at the first plan."""


class _Sample:
    """A sample on its way."""

    def __init__(self, plan: SamplePlan) -> None:
        self.plan = plan
        self.messages: tuple[Message, ...] = plan.messages
        self.attempts: list[Attempt] = []
        self.source: str | None = None
        self.reply = ""
        self.future: Future[Solution] = Future()


@dataclass(frozen=True, slots=True, eq=False)
class BuildJob:
    """A source that a builder is to build."""

    sample: _Sample
    tries: int

    @property
    def key(self) -> SampleKey:
        """Of the sample."""
        return self.sample.plan.key

    @property
    def source(self) -> str:
        """What to build."""
        assert self.sample.source is not None
        return self.sample.source


class Engine:
    """See the module. Its methods may be called from any thread."""

    def __init__(
        self, models: Mapping[str, ModelLane], settings: EngineSettings, run: RunDirectory
    ) -> None:
        """Prepare; nothing is asked before the first plan."""
        self._models = models
        self._settings = settings
        self._run = run
        self._lock = threading.RLock()
        self._pool = DaemonPool("llmgen-generate")
        self._lanes = {
            name: Lane(cap=model.cap, server=model.server, exclusive=model.exclusive)
            for name, model in models.items()
        }
        self._samples: dict[SampleKey, _Sample] = {}
        self._builds: queue.SimpleQueue[BuildJob | None] = queue.SimpleQueue()
        self._hopeless: dict[str, str] = {}
        self._stopped = False
        self.progress = Progress()

    # From the workers

    def plan(self, plans: Iterable[SamplePlan]) -> None:
        """Start solving; samples that are planned already are passed over."""
        with self._lock:
            if not self.progress.started:
                self.progress.started = time.monotonic()
            for plan in plans:
                if plan.key in self._samples or self._stopped:
                    continue
                sample = self._samples[plan.key] = _Sample(plan)
                lane = self._lanes[plan.key.model]
                lane.unsolved += 1
                self.progress.samples += 1
                if plan.unavailable is None:
                    lane.add(self._generation_of(sample))
                else:
                    verdict = Verdict.TARGET_UNAVAILABLE
                    self._settle(sample, Failure(verdict=verdict, message=plan.unavailable))
            self._pump()

    def planned(self) -> list[SamplePlan]:
        """All plans so far."""
        with self._lock:
            return [sample.plan for sample in self._samples.values()]

    def solve(self, key: SampleKey) -> Solution:
        """Wait until a planned sample is solved.

        Raises:
            HarnessError: If it was not planned, or the engine was stopped.
        """
        with self._lock:
            sample = self._samples.get(key)
        if sample is None:
            raise HarnessError(f"the sample {key} was never planned")
        return sample.future.result()

    def solution(self, key: SampleKey) -> Solution | None:
        """The solution, if there is one already."""
        with self._lock:
            sample = self._samples.get(key)
        if sample is None or not sample.future.done() or sample.future.exception() is not None:
            return None
        return sample.future.result()

    def next_build(self) -> BuildJob | None:
        """Wait for a source to build; None when the engine stops."""
        job = self._builds.get()
        if job is None:
            self._builds.put(None)
        return job

    def built(self, job: BuildJob, outcome: BuildOutcome) -> None:
        """Take a builder's answer."""
        sample = job.sample
        if outcome.failure is not None:
            if outcome.failure.verdict.counts:
                self._run.save_text(
                    sample.plan.key, len(sample.attempts), "build.log", outcome.failure.message
                )
            self._attempt_failed(sample, outcome.failure)
        elif outcome.trial is not None and self._may_go_on(sample):
            self._note_outcome(sample, "trial_failed", outcome.trial)
            self._ask_again(sample, outcome.trial)
        else:
            self._note_outcome(
                sample, "built" if outcome.trial is None else "trial_failed", outcome.trial or ""
            )
            self._settle(sample, None)

    def build_lost(self, job: BuildJob) -> None:
        """A builder died with a job: hand it to another, a few times."""
        if job.tries < MAX_BUILD_TRIES:
            self._builds.put(replace(job, tries=job.tries + 1))
            return
        message = f"its build was lost {job.tries} times, with the process that ran it"
        self._attempt_failed(job.sample, Failure(verdict=Verdict.HARNESS_ERROR, message=message))

    def stop(self) -> None:
        """Ask no more, drop what is in flight, and let every waiter go."""
        with self._lock:
            self._stopped = True
            for lane in self._lanes.values():
                lane.waiting.clear()
            samples = list(self._samples.values())
        self._builds.put(None)
        for model in self._models.values():
            model.backend.close()
        for sample in samples:
            if not sample.future.done():
                sample.future.set_exception(HarnessError("the run was stopped"))

    # One generation, on a thread of the pool

    def _generation_of(self, sample: _Sample) -> Job:
        return lambda: self._generate(sample)

    def _generate(self, sample: _Sample) -> None:
        failure = None
        try:
            self._take_reply(sample, *self._ask(sample))
        except LlmgenError as error:
            failure = Failure.of(error)
        except Exception as error:  # a backend by a third party may raise anything
            failure = Failure(
                verdict=Verdict.BACKEND_ERROR, message=f"{type(error).__name__}: {error}"
            )
        with self._lock:
            self._lanes[sample.plan.key.model].in_flight -= 1
        if failure is not None:
            if failure.verdict is Verdict.BACKEND_ERROR:
                sample.attempts.append(Attempt(outcome="backend_error", message=failure.message))
            self._attempt_failed(sample, failure)
        with self._lock:
            self._pump()

    def _ask(self, sample: _Sample) -> tuple[GenerationRequest, Generation]:
        """The stored answer, or a new one, which is stored before anything else happens."""
        request = self._request(sample)
        generation = self._run.find_generation(request)
        reused = generation is not None
        if generation is None:
            generation = self._new_generation(request)
            self._run.save_generation(request, generation)
        with self._lock:
            self.progress.generated += not reused
            self.progress.reused += reused
            self.progress.tokens += generation.completion_tokens or 0
        return request, generation

    def _new_generation(self, request: GenerationRequest) -> Generation:
        """Ask the model, unless it has said that it will answer nobody."""
        model = request.key.model
        if model in self._hopeless:
            raise BackendError(self._hopeless[model])
        try:
            return self._models[model].backend.generate(request)
        except PermanentBackendError as error:
            self._hopeless[model] = str(error)
            raise

    def _request(self, sample: _Sample) -> GenerationRequest:
        key, attempt = sample.plan.key, len(sample.attempts) + 1
        model = self._models[key.model]
        parameters = model.parameters
        if model.seed is not None:
            parameters = replace(parameters, seed=_derived_seed(model.seed, key, attempt))
        return GenerationRequest(
            key=key,
            attempt=attempt,
            messages=sample.messages,
            parameters=parameters,
            timeout_s=self._settings.timeout_s,
            identity=model.identity,
            solution_file=sample.plan.solution_file,
        )

    def _take_reply(
        self, sample: _Sample, request: GenerationRequest, generation: Generation
    ) -> None:
        """Take the code out of a reply and queue its build.

        Raises:
            SubmissionError: If there is none.
        """
        sample.reply = generation.text
        cost = self._models[request.key.model].cost_usd(generation)
        attempt = Attempt(
            outcome="",
            seconds=generation.seconds,
            prompt_tokens=generation.prompt_tokens,
            completion_tokens=generation.completion_tokens,
            tokens_per_s=generation.tokens_per_s,
            finish_reason=generation.finish_reason.value,
            cost_usd=cost,
            retries=generation.retries,
            prompt_sha256=prompt_hash(request.messages),
        )
        sample.attempts.append(attempt)
        if generation.finish_reason is FinishReason.REFUSAL:
            raise Refused(f"the model declined: {generation.text[:500]}")
        target = request.key.target
        found = extract(
            generation.text, self._settings.forms[target], finish_reason=generation.finish_reason
        )
        sample.source = found.source
        sample.attempts[-1] = replace(attempt, flags=found.flags)
        name = f"source{self._settings.suffixes[target]}"
        self._run.save_text(request.key, request.attempt, name, found.source)
        self._builds.put(BuildJob(sample, 1))

    # What follows from how an attempt went

    def _attempt_failed(self, sample: _Sample, failure: Failure) -> None:
        if sample.attempts and not sample.attempts[-1].outcome:
            self._note_outcome(sample, failure.verdict.value, failure.message)
        ends = not failure.verdict.counts or failure.verdict is Verdict.REFUSED
        if ends or not self._may_go_on(sample):
            self._settle(sample, failure)
        else:
            self._ask_again(sample, failure.message)

    def _may_go_on(self, sample: _Sample) -> bool:
        return self._settings.feedback != "none" and len(sample.attempts) < sample.plan.attempts

    def _ask_again(self, sample: _Sample, diagnostics: str) -> None:
        sample.messages = repair_prompt(sample.messages, sample.reply, diagnostics)
        with self._lock:
            if not self._stopped:
                self._lanes[sample.plan.key.model].add(self._generation_of(sample), first=True)
                self._pump()

    @staticmethod
    def _note_outcome(sample: _Sample, outcome: str, message: str) -> None:
        sample.attempts[-1] = replace(sample.attempts[-1], outcome=outcome, message=message)

    def _settle(self, sample: _Sample, failure: Failure | None) -> None:
        key = sample.plan.key
        conversation: list[Message] = [*sample.messages]
        if sample.reply:
            conversation.append({"role": "assistant", "content": sample.reply})
        self._run.save_session(key, [dict(message) for message in conversation])
        solution = Solution(
            key=key,
            source=sample.source,
            failure=failure,
            attempts=tuple(sample.attempts),
            folder=str(self._run.sample_folder(key)),
        )
        with self._lock:
            self.progress.solved += 1
            if failure is not None and failure.verdict is Verdict.BACKEND_ERROR:
                self.progress.failed += 1
            self._lanes[key.model].unsolved -= 1
            if not sample.future.done():
                sample.future.set_result(solution)
            self._pump()

    def _pump(self) -> None:
        """Start what may start. The lock is held."""
        if self._stopped:
            return
        for lane in open_lanes(self._lanes.values()):
            for job in lane.take():
                self._pool.submit(job)
        self.progress.in_flight = sum(lane.in_flight for lane in self._lanes.values())
        self.progress.waiting = sum(len(lane.waiting) for lane in self._lanes.values())


def _derived_seed(seed: int, key: SampleKey, attempt: int) -> int:
    """A seed of its own for every request: equal seeds would give equal draws."""
    text = f"{seed} {asdict(key)} {attempt}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
