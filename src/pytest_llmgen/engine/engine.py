"""Solves samples: asks models, has the answers built, and asks again with what went wrong.

One engine lives in the controlling process, so that the number of workers does not limit how many
generations are in flight. Everything here is driven by events: a reply that arrived, a build that
ended. Builds themselves run in the workers, who know the challenges.

A sample belongs to one thread at a time: to that which generates, or to that which builds. Whatever
goes wrong there, the sample is settled: a test waits for it.
"""

from __future__ import annotations

import contextlib
import math
import queue
import random
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_llmgen.engine.asker import Answer, Asker, ModelLane
from pytest_llmgen.engine.delays import Delays
from pytest_llmgen.engine.lane import DaemonPool, Job, Lane, open_lanes
from pytest_llmgen.engine.plan import BuildOutcome, Failure, SamplePlan, Solution
from pytest_llmgen.engine.sample import BuildJob, EngineSettings, Progress, Sample
from pytest_llmgen.errors import (
    STOPPED,
    BackendError,
    BrokenServerError,
    HarnessError,
    LlmgenError,
    OverloadedError,
    PermanentBackendError,
    Refused,
    StoppedError,
    UnreachableError,
)
from pytest_llmgen.extraction import extract
from pytest_llmgen.generation import FinishReason, Generation, Message, SampleKey
from pytest_llmgen.prompt import prompt_hash, repair_prompt
from pytest_llmgen.runs.record import Attempt
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pytest_llmgen.engine.budget import Budget
    from pytest_llmgen.runs.directory import RunDirectory

MAX_WAIT_S = 30.0
"""Longest wait before a busy server is asked again, unless it names a longer one."""
LOOK_S = 0.5
"""Between two looks at what is in flight. A signal that comes just before a wait does not end it,
and would be noticed only at its end."""
MAX_BUILD_TRIES = 3
"""How often a build is handed out before it counts as lost with its builders."""


class Engine:
    """See the module. Its methods may be called from any thread."""

    def __init__(
        self,
        models: Mapping[str, ModelLane],
        settings: EngineSettings,
        run: RunDirectory,
        *,
        budget: Budget | None = None,
        tell: Callable[[str], object] = lambda _line: None,
    ) -> None:
        """Prepare; nothing is asked before the first plan.

        Args:
            models: How each is asked.
            settings: Choices of the run.
            run: Where all is stored.
            budget: What may be spent; no limit if there is none.
            tell: Shows the user a line at once.
        """
        self._settings = settings
        self._run = run
        self._asker = Asker(models, run)
        self._budget = budget
        self._tell = tell
        self._delays = Delays()
        self._lock = threading.RLock()
        self._pool = DaemonPool("llmgen-generate")
        self._lanes = {
            name: Lane(cap=model.cap, server=model.server, exclusive=model.exclusive)
            for name, model in models.items()
        }
        self._samples: dict[SampleKey, Sample] = {}
        self._builds: queue.SimpleQueue[BuildJob | None] = queue.SimpleQueue()
        self._stopped = False
        self._storing = 0
        """Replies that have arrived and are not stored yet."""
        self._landed = threading.Condition(self._lock)
        self._out_of_budget = False
        self.progress = {name: Progress(cap=model.cap) for name, model in models.items()}

    # From the workers

    def plan(self, plans: Iterable[SamplePlan]) -> None:
        """Start solving; of samples that are planned already, the checks are those of now.

        Raises:
            HarnessError: If a plan names a model or a target that this run does not have, or there
                is no thread to ask on: then nothing is asked.
        """
        plans = list(plans)
        for plan in plans:
            self._validate(plan)
        with self._lock:
            if self._stopped:
                raise StoppedError(STOPPED)
            end = self._end_of_budget()
            added = []
            for plan in plans:
                if (known := self._samples.get(plan.key)) is not None:
                    known.plan = plan
                else:
                    added.append(self._add(plan))
            try:
                for sample in added:
                    self._settle_if_unavailable(sample)
                self._pump()
            except RuntimeError as error:
                self.stop()
                raise HarnessError(f"cannot start a thread to ask models on: {error}") from error
        if end:
            self._tell(end)

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
        if job is None or self._stopped:
            self._builds.put(None)
            return None
        return job

    def built(self, job: BuildJob, outcome: BuildOutcome) -> None:
        """Take a builder's answer."""
        sample = job.sample
        with self._settled_whatever_happens(sample, "taking a build's outcome"):
            if outcome.notes:
                self._run.save_notes(job.key, len(sample.attempts), outcome.notes)
            if outcome.failure is not None:
                self._build_failed(sample, outcome.failure)
            elif outcome.trial is not None and self._may_go_on(sample):
                self._note_outcome(sample, "trial_failed", outcome.trial)
                self._ask_again(sample, outcome.trial)
            else:
                word = "built" if outcome.trial is None else "trial_failed"
                self._note_outcome(sample, word, outcome.trial or "")
                self._settle(sample, None)

    def build_lost(self, job: BuildJob, *, begun: bool = True) -> None:
        """A builder died: hand its job to another, a few times if it died of it, perhaps."""
        if job.tries < MAX_BUILD_TRIES or not begun:
            self._builds.put(replace(job, tries=job.tries + begun))
            return
        message = f"its build was lost {job.tries} times, with the process that ran it"
        failure = Failure(verdict=Verdict.HARNESS_ERROR, message=message)
        with self._settled_whatever_happens(job.sample, "giving up a build"):
            self._attempt_failed(job.sample, failure)

    def drain(self) -> int:
        """Ask no more and let every waiter go; the answers that are still in flight.

        They are stored when they arrive, and their samples stay without a solution.
        """
        with self._lock:
            self._stopped = True
            self._asker.refuse(STOPPED)
            for lane in self._lanes.values():
                lane.drop()
            for sample in self._samples.values():
                if not sample.future.done():
                    sample.future.set_exception(StoppedError(STOPPED))
            return self._in_flight()

    def wait_for_answers(self) -> None:
        """Wait until nothing is in flight, and all of it stored.

        Each generation's own deadline bounds it.
        """
        with self._landed:
            while self._in_flight() or self._storing:
                self._landed.wait(LOOK_S)

    def stop(self) -> None:
        """Ask no more, drop what is in flight, and let every waiter go. May be called again."""
        self.drain()
        self._builds.put(None)
        self._delays.close()
        self._asker.close()
        self._pool.close()
        self._run.close()

    # Planning

    def _validate(self, plan: SamplePlan) -> None:
        if plan.key.model not in self._lanes:
            raise HarnessError(f"the model {plan.key.model!r} is none of this run's")
        if plan.unavailable is None and plan.key.target not in self._settings.forms:
            raise HarnessError(f"the target {plan.key.target!r} is none of this run's")

    def _add(self, plan: SamplePlan) -> Sample:
        sample = self._samples[plan.key] = Sample(plan)
        lane = self._lanes[plan.key.model]
        lane.unsolved += 1
        self.progress[plan.key.model].samples += 1
        if plan.unavailable is None:
            lane.add(self._generation_of(sample))
        return sample

    def _settle_if_unavailable(self, sample: Sample) -> None:
        if (reason := sample.plan.unavailable) is not None:
            is_error = sample.plan.is_error
            verdict = Verdict.HARNESS_ERROR if is_error else Verdict.TARGET_UNAVAILABLE
            self._settle(sample, Failure(verdict=verdict, message=reason))

    # One generation, on a thread of the pool

    def _generation_of(self, sample: Sample) -> Job:
        return lambda: self._generate(sample)

    def _generate(self, sample: Sample) -> None:
        lane = self._lanes[sample.plan.key.model]
        with self._settled_whatever_happens(sample, "taking a reply"):
            outcome = self._outcome_of_asking(sample, lane)
            if isinstance(outcome, BuildJob):
                self._builds.put(outcome)
            elif isinstance(outcome, Failure):
                self._attempt_failed(sample, outcome)
            elif isinstance(outcome, UnreachableError):
                self._ask_when_back(sample, lane, outcome)
            else:
                self._ask_later(sample, outcome)
        with self._lock:
            self._pump()

    def _outcome_of_asking(
        self, sample: Sample, lane: Lane
    ) -> BuildJob | Failure | OverloadedError | UnreachableError:
        """What came of it; the lane is told first, since its place in flight is free by then."""
        attempt = len(sample.attempts) + 1
        now = time.monotonic()
        if sample.deadline is None:
            sample.deadline = now + self._settings.timeout_s
        model, ended, in_flight = sample.plan.key.model, lane.failed, True

        def arrived(generation: Generation) -> None:
            """What comes next leaves before this reply is stored: it is on its way meanwhile."""
            nonlocal in_flight
            in_flight = False
            with self._lock:
                self._storing += 1
            self._land(model, lane, lane.answered, (sample.messages, generation))

        try:
            left_s = max(0.001, sample.deadline - now)
            answer = self._asker.ask(
                sample.plan, sample.messages, attempt, timeout_s=left_s, arrived=arrived
            )
        except OverloadedError as error:
            ended = lane.refused
            return error
        except UnreachableError as error:
            return error
        except BrokenServerError as error:
            with self._lock:
                is_down = lane.is_down()
            return UnreachableError(str(error)) if is_down else Failure.of(error)
        except PermanentBackendError as error:
            self._give_up(model, str(error))
            return Failure.of(error)
        except LlmgenError as error:
            return Failure.of(error)
        except BaseException as error:
            return Failure.of_ours("asking a model", error)
        finally:
            if in_flight:
                self._land(model, lane, ended, None)
            else:
                self._stored()
        try:
            self._count(sample, answer)
            return self._take_reply(sample, answer)
        except LlmgenError as error:
            return Failure.of(error)
        except BaseException as error:
            return Failure.of_ours("reading the reply", error)

    def _land(
        self,
        model: str,
        lane: Lane,
        ended: Callable[[], None],
        reply: tuple[tuple[Message, ...], Generation] | None,
    ) -> None:
        """Free a place in flight; what its reply cost is known before the next one starts.

        Args:
            model: Who was asked.
            lane: Its own.
            ended: What the lane is told.
            reply: The question and the answer to it, if there is a new one.
        """
        with self._lock:
            was_out = lane.outage is not None
            ended()
            is_back = was_out and lane.outage is None
            if reply is not None and self._budget is not None:
                messages, generation = reply
                self._budget.add(model, generation, messages)
            end = self._end_of_budget()
            self._tell_who_waits()
            self._pump()
        if is_back:
            self._tell(f"{model}: its server is back")
        if end:
            self._tell(end)

    def _stored(self) -> None:
        """Take note that a reply which had arrived is stored, or cannot be."""
        with self._lock:
            self._storing -= 1
            self._tell_who_waits()

    def _tell_who_waits(self) -> None:
        if self._stopped and not self._in_flight() and not self._storing:
            self._landed.notify_all()

    def _in_flight(self) -> int:
        return sum(lane.in_flight for lane in self._lanes.values())

    def _end_of_budget(self) -> str | None:
        """Ask no more once the budget is used up; what to tell of it then. The lock is held."""
        if self._budget is None or self._out_of_budget or self._budget.used_up is None:
            return None
        self._out_of_budget = True
        option = self._budget.used_up
        self._asker.refuse(f"{STOPPED}: {option} is used up")
        return f"{option} is used up: nothing more is asked; what is in flight is still judged"

    def _give_up(self, model: str, why: str) -> None:
        with self._lock:
            is_news = self._asker.give_up(model, why)
        if is_news:
            self._tell(f"{model} is asked no more: {why}")

    def _ask_when_back(self, sample: Sample, lane: Lane, problem: UnreachableError) -> None:
        """Queue a generation that found no server, and see to it that the server is tried again."""
        model, now = sample.plan.key.model, time.monotonic()
        with self._lock:
            outage = None
            if not self._asker.has_given_up(model):
                outage = lane.unreached(str(problem), now, self._settings.timeout_s)
        if outage is not None and outage.is_final(now):
            self._give_up(model, outage.end)
            lane.outage = None
        elif outage is not None:
            self._delays.after(outage.rest_s, lambda: self._probe(lane))
            if outage.tries == 1:
                self._tell(f"{model}: {outage.beginning}")
        self._queue(sample)

    def _probe(self, lane: Lane) -> None:
        """Let one request of a lane try whether its server is back."""
        with self._lock:
            if lane.outage is not None:
                lane.outage.resting = False
                self._pump()

    def _ask_later(self, sample: Sample, refusal: OverloadedError) -> None:
        """Queue a refused generation again, when the server will have it, or give it up."""
        assert sample.deadline is not None
        wait_s = refusal.retry_after_s
        if wait_s is None:
            wait_s = random.uniform(0.5, 1) * min(MAX_WAIT_S, 0.5 * 2.0**sample.refusals)  # noqa: S311 - jitter
        left_s = sample.deadline - time.monotonic()
        if wait_s >= left_s:
            message = (
                f"{refusal}; it asks to wait {wait_s:.0f} s, and {max(left_s, 0):.0f} s are left "
                f"of --llm-timeout={self._settings.timeout_s:g}"
            )
            self._attempt_failed(sample, Failure.of(BackendError(message)))
            return
        sample.refusals += 1
        with self._lock:
            self.progress[sample.plan.key.model].retries += 1
        self._delays.after(wait_s, lambda: self._queue(sample))

    def _queue(self, sample: Sample) -> None:
        """Let a sample's next generation start, before those of samples not begun."""
        with self._settled_whatever_happens(sample, "asking again"), self._lock:
            if not self._stopped:
                self._lanes[sample.plan.key.model].add(self._generation_of(sample), first=True)
                self._pump()

    def _count(self, sample: Sample, answer: Answer) -> None:
        progress = self.progress[sample.plan.key.model]
        with self._lock:
            if answer.reused:
                progress.reused += 1
                sample.reused += 1
                return
            progress.generated += 1
            progress.retries += answer.generation.retries
            progress.tokens += answer.generation.completion_tokens or 0
            if answer.cost_usd is not None:
                progress.cost_usd = (progress.cost_usd or 0.0) + answer.cost_usd

    def _take_reply(self, sample: Sample, answer: Answer) -> BuildJob:
        """Take the code out of a reply.

        Raises:
            SubmissionError: If there is none.
        """
        request, generation = answer.request, answer.generation
        sample.reply = generation.text
        sample.attempts.append(_attempt(answer))
        if generation.finish_reason is FinishReason.REFUSAL:
            raise Refused(f"the model declined: {generation.text[:500]}")
        target = request.key.target
        found = extract(
            generation.text, self._settings.forms[target], finish_reason=generation.finish_reason
        )
        sample.source = found.source
        sample.attempts[-1] = replace(sample.attempts[-1], flags=found.flags)
        name = f"source{self._settings.suffixes[target]}"
        self._run.save_text(request.key, request.attempt, name, found.source)
        return BuildJob(sample, found.source)

    # What follows from how an attempt went

    def _build_failed(self, sample: Sample, failure: Failure) -> None:
        if failure.verdict.counts:
            attempt = len(sample.attempts)
            self._run.save_text(sample.plan.key, attempt, "build.log", failure.message)
        self._attempt_failed(sample, failure)

    def _attempt_failed(self, sample: Sample, failure: Failure) -> None:
        if failure.verdict is Verdict.INTERRUPTED:  # nothing was asked
            self._finish(sample, failure)
            return
        if not sample.attempts or sample.attempts[-1].outcome:
            sample.attempts.append(Attempt(outcome=""))  # there was no reply
        self._note_outcome(sample, failure.verdict.value, failure.message)
        ends = not failure.verdict.counts or failure.verdict is Verdict.REFUSED
        if ends or not self._may_go_on(sample):
            self._settle(sample, failure)
        else:
            self._ask_again(sample, failure.message)

    def _may_go_on(self, sample: Sample) -> bool:
        return self._settings.feedback != "none" and len(sample.attempts) < sample.plan.attempts

    def _ask_again(self, sample: Sample, diagnostics: str) -> None:
        sample.messages = repair_prompt(sample.messages, sample.reply, diagnostics)
        sample.reply = ""
        sample.deadline, sample.refusals = None, 0
        self._queue(sample)

    @staticmethod
    def _note_outcome(sample: Sample, outcome: str, message: str) -> None:
        sample.attempts[-1] = replace(sample.attempts[-1], outcome=outcome, message=message)

    # The end of a sample

    def _settle(self, sample: Sample, failure: Failure | None) -> None:
        """Store the conversation and let the waiters go; nothing, if they went when it stopped."""
        if sample.future.done():
            return
        conversation: list[Message] = [*sample.messages]
        if sample.reply:
            conversation.append({"role": "assistant", "content": sample.reply})
        try:
            self._run.save_session(sample.plan.key, conversation)
        except Exception as error:
            failure = failure or Failure.of_ours("storing the conversation", error)
        self._finish(sample, failure)

    @contextlib.contextmanager
    def _settled_whatever_happens(self, sample: Sample, doing: str) -> Iterator[None]:
        """Turn what goes wrong inside into the sample's end."""
        try:
            yield
        except BaseException as error:
            self._finish(sample, Failure.of_ours(doing, error))

    def _finish(self, sample: Sample, failure: Failure | None) -> None:
        key = sample.plan.key
        solution = Solution(
            key=key,
            source=sample.source,
            failure=failure,
            attempts=tuple(sample.attempts),
            folder=str(self._run.sample_folder(key)),
        )
        with self._lock:
            if sample.future.done():
                return
            sample.future.set_result(solution)
            self._lanes[key.model].solved()
            progress = self.progress[key.model]
            progress.solved += 1
            progress.restored += sample.reused == len(sample.attempts)
            if failure is not None and failure.verdict is Verdict.BACKEND_ERROR:
                progress.failed += 1
            self._pump()

    def _pump(self) -> None:
        """Start what may start. The lock is held."""
        for lane in [] if self._stopped else open_lanes(self._lanes.values()):
            for job in lane.take(self._room(lane)):
                self._pool.submit(job)
        for name, lane in self._lanes.items():
            progress = self.progress[name]
            progress.in_flight, progress.waiting = lane.in_flight, lane.waiting
            progress.cap = int(lane.cap)

    def _room(self, lane: Lane) -> float:
        """How many of a lane may be in flight within the budget."""
        if self._budget is None:
            return math.inf
        in_flight = {name: other.in_flight for name, other in self._lanes.items()}
        model = next(name for name, other in self._lanes.items() if other is lane)
        return self._budget.room(model, in_flight)


def _attempt(answer: Answer) -> Attempt:
    """What a reply cost; its outcome is not known yet."""
    generation = answer.generation
    return Attempt(
        outcome="",
        seconds=generation.seconds,
        prompt_tokens=generation.prompt_tokens,
        completion_tokens=generation.completion_tokens,
        tokens_per_s=generation.tokens_per_s,
        finish_reason=generation.finish_reason.value,
        cost_usd=answer.cost_usd,
        retries=generation.retries,
        prompt_sha256=prompt_hash(answer.request.messages, answer.request.completion),
    )
