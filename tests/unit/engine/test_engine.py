"""From plans to solutions: the attempt loop, what ends a sample, and that every sample ends."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_backend import (
    WAIT_S,
    Bench,
    FakeBackend,
    build,
    engine_over,
    key_of,
    lane,
    plan_of,
    reply,
)

from pytest_llmgen.engine.plan import BuildOutcome, Failure, Solution
from pytest_llmgen.errors import (
    BackendError,
    HarnessError,
    PermanentBackendError,
    TargetUnavailable,
    UsageError,
)
from pytest_llmgen.generation import FinishReason, GenerationRequest, SampleKey
from pytest_llmgen.runs.directory import RunDirectory
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable


def _outcomes(solution: Solution) -> list[str]:
    return [attempt.outcome for attempt in solution.attempts]


# The attempt loop


def test_a_source_that_builds_is_the_solution(bench_of: Callable[..., Bench]) -> None:
    """One question, one attempt, and what it cost."""
    answer = reply("right;", prompt_tokens=7, completion_tokens=3, tokens_per_s=6.0, cost_usd=0.25)
    [solution] = bench_of(FakeBackend([answer])).solve()
    [attempt] = solution.attempts
    assert (solution.source, solution.failure, solution.built) == ("right;\n", None, True)
    assert (attempt.outcome, attempt.message, attempt.seconds) == ("built", "", 0.5)
    assert (attempt.prompt_tokens, attempt.completion_tokens, attempt.tokens_per_s) == (7, 3, 6.0)
    assert (attempt.finish_reason, attempt.cost_usd) == ("stop", 0.25)


def test_diagnostics_come_back_as_feedback(bench_of: Callable[..., Bench]) -> None:
    """The second question holds the first reply and the compiler's words."""
    backend = FakeBackend(["wrong;", "right;"])
    [solution] = bench_of(backend).solve()
    assert solution.built
    assert _outcomes(solution) == ["build_failed", "built"]
    first, answer, feedback = backend.requests[1].messages
    assert first == backend.requests[0].messages[0]
    assert answer == {"role": "assistant", "content": "```toy\nwrong;\n```"}
    assert feedback["role"] == "user"
    assert "error in wrong;" in feedback["content"]


def test_every_attempt_has_the_whole_time(bench_of: Callable[..., Bench]) -> None:
    """A repair is a generation of its own, with the deadline of one."""
    backend = FakeBackend(["wrong;", "right;"])
    bench_of(backend).solve()
    assert [request.timeout_s for request in backend.requests] == pytest.approx([10, 10], abs=1e-6)


def test_attempts_run_out(bench_of: Callable[..., Bench]) -> None:
    """After the last attempt the sample is what that attempt was."""
    backend = FakeBackend(["wrong 1;", "wrong 2;", "wrong 3;", "right;"])
    [solution] = bench_of(backend).solve()
    assert len(backend.requests) == 3
    assert solution.failure == Failure(verdict=Verdict.BUILD_FAILED, message="error in wrong 3;")
    assert solution.source == "wrong 3;\n"


def test_without_feedback_there_is_one_attempt(bench_of: Callable[..., Bench]) -> None:
    """`none` asks once, whatever the plan allows."""
    backend = FakeBackend(["wrong;", "right;"])
    [solution] = bench_of(backend, feedback="none").solve()
    assert (len(backend.requests), _outcomes(solution)) == (1, ["build_failed"])


@pytest.mark.parametrize(
    ("first", "outcome"),
    [
        (reply("I would rather not ```say```."), "no_code"),
        (reply(""), "no_code"),
        (reply("```toy\ncut off in the mid", finish_reason=FinishReason.LENGTH), "truncated"),
    ],
)
def test_reply_without_code_is_asked_for_again(
    bench_of: Callable[..., Bench], first: Any, outcome: str
) -> None:
    """No code and cut-off code are told to the model as a failed build is."""
    backend = FakeBackend([first, "right;"])
    [solution] = bench_of(backend).solve()
    assert (_outcomes(solution), solution.built) == ([outcome, "built"], True)
    assert solution.attempts[0].message in backend.requests[1].messages[-1]["content"]
    assert backend.requests[1].messages[1]["content"]


def test_refusal_is_final(bench_of: Callable[..., Bench]) -> None:
    """A model that declines is not asked again."""
    refusal = reply("I ```cannot```.", finish_reason=FinishReason.REFUSAL)
    backend = FakeBackend([refusal, "right;"])
    [solution] = bench_of(backend).solve()
    assert solution.failure == Failure(
        verdict=Verdict.REFUSED, message="the model declined: I ```cannot```."
    )
    assert len(backend.requests) == 1


def test_failed_trial_is_feedback_until_attempts_run_out(bench_of: Callable[..., Bench]) -> None:
    """A trial that fails asks again; the last attempt builds all the same."""
    backend = FakeBackend(["trial;"])
    [solution] = bench_of(backend, feedback="trial").solve()
    assert _outcomes(solution) == ["trial_failed"] * 3
    assert solution.built
    assert "expected 2" in backend.requests[1].messages[-1]["content"]


def test_evidence_is_stored(bench_of: Callable[..., Bench], tmp_path: Path) -> None:
    """Sources, diagnostics and the whole conversation lie in the sample's folder."""
    [solution] = bench_of(FakeBackend(["wrong;", "right;"])).solve()
    folder = tmp_path / "run" / "samples" / "m" / "toy" / "basic" / "add" / "toy" / "s0"
    assert solution.folder == str(folder)
    assert (folder / "attempt-1" / "source.toy").read_text() == "wrong;\n"
    assert (folder / "attempt-1" / "build.log").read_text() == "error in wrong;"
    assert (folder / "attempt-2" / "source.toy").read_text() == "right;\n"
    lines = (folder / "session.jsonl").read_text().splitlines()
    assert [json.loads(line)["role"] for line in lines] == ["user", "assistant"] * 2


def test_conversation_of_a_repair_that_got_no_answer_ends_with_the_question(
    bench_of: Callable[..., Bench], tmp_path: Path
) -> None:
    """The earlier reply is not told twice."""
    [solution] = bench_of(FakeBackend(["wrong;", BackendError("overloaded")])).solve()
    lines = (tmp_path / solution.folder / "session.jsonl").read_text().splitlines()
    assert [json.loads(line)["role"] for line in lines] == ["user", "assistant", "user"]
    assert _outcomes(solution) == ["build_failed", "backend_error"]


def test_target_that_cannot_run_here_asks_nobody(bench_of: Callable[..., Bench]) -> None:
    """The reason is the message, and the model is spared."""
    backend = FakeBackend()
    [solution] = bench_of(backend).solve([plan_of(unavailable="no GPU; try another machine")])
    assert solution.failure == Failure(
        verdict=Verdict.TARGET_UNAVAILABLE, message="no GPU; try another machine"
    )
    assert backend.requests == []


# The server's failures


@pytest.mark.parametrize(
    ("raised", "verdict", "message"),
    [
        (BackendError("overloaded"), Verdict.BACKEND_ERROR, "overloaded"),
        (ValueError("bad luck"), Verdict.BACKEND_ERROR, "ValueError: bad luck"),
        (KeyboardInterrupt(), Verdict.BACKEND_ERROR, "KeyboardInterrupt: "),
        (SystemExit(2), Verdict.BACKEND_ERROR, "SystemExit: 2"),
        (MemoryError(), Verdict.BACKEND_ERROR, "MemoryError: "),
        (UsageError("no key"), Verdict.HARNESS_ERROR, "no key"),
        (TargetUnavailable("no GPU"), Verdict.TARGET_UNAVAILABLE, "no GPU"),
    ],
)
def test_whatever_a_backend_raises_ends_its_sample(
    bench_of: Callable[..., Bench], raised: BaseException, verdict: Verdict, message: str
) -> None:
    """It counts as ours, is told in its own words, and the next sample is asked for."""

    def answer(request: GenerationRequest) -> Any:
        return raised if request.key.sample == 0 else "right;"

    bad, good = bench_of(FakeBackend(answer)).solve([plan_of(key_of(0)), plan_of(key_of(1))])
    assert bad.failure == Failure(verdict=verdict, message=message)
    assert _outcomes(bad) == [verdict.value]
    assert good.built


def test_backend_that_returns_no_generation_is_an_error_of_its_own(
    bench_of: Callable[..., Bench],
) -> None:
    """A third party's mistake is named, not stored."""
    [solution] = bench_of(FakeBackend(lambda _request: None)).solve()
    assert solution.failure == Failure(
        verdict=Verdict.BACKEND_ERROR,
        message="FakeBackend.generate returned NoneType, not a Generation",
    )


def test_permanent_error_stops_all_other_samples_of_the_model(
    bench_of: Callable[..., Bench],
) -> None:
    """One request tells; the others end with the same words, and other models go on."""
    permanent = PermanentBackendError("model 'm' is not there; try: ollama pull m")
    bad, good = FakeBackend([permanent]), FakeBackend()
    bench = bench_of({"m": lane(bad, cap=1), "n": lane(good)})
    plans = [plan_of(key_of(index, model=model)) for model in "mn" for index in range(5)]
    solutions = bench.solve(plans)
    assert [solution.failure for solution in solutions[:5]] == [
        Failure(verdict=Verdict.BACKEND_ERROR, message=str(permanent))
    ] * 5
    assert all(solution.built for solution in solutions[5:])
    assert (len(bad.requests), len(good.requests)) == (1, 5)
    assert bench.engine.progress["m"].failed == 5


# Builders


def test_build_that_was_lost_is_handed_out_again(bench_of: Callable[..., Bench]) -> None:
    """Another builder does it, and the model is not asked again."""
    backend = FakeBackend()
    bench = bench_of(backend, builders=0)
    bench.engine.plan([plan_of()])
    for _ in range(2):
        job = bench.engine.next_build()
        assert job is not None
        bench.engine.build_lost(job)
    bench.start_builders()
    assert bench.wait(key_of()).built
    assert len(backend.requests) == 1


def test_build_that_is_lost_again_and_again_is_given_up(bench_of: Callable[..., Bench]) -> None:
    """A source that kills its builders does not kill all of them."""
    bench = bench_of(builders=0)
    bench.engine.plan([plan_of()])
    for _ in range(3):
        job = bench.engine.next_build()
        assert job is not None
        bench.engine.build_lost(job)
    assert bench.wait(key_of()).failure == Failure(
        verdict=Verdict.HARNESS_ERROR,
        message="its build was lost 3 times, with the process that ran it",
    )


def test_builders_that_were_gone_before_they_began_do_not_count(
    bench_of: Callable[..., Bench],
) -> None:
    """Workers that have finished are no sign that the source is deadly."""
    bench = bench_of(builders=0)
    bench.engine.plan([plan_of()])
    for _ in range(10):
        job = bench.engine.next_build()
        assert job is not None
        bench.engine.build_lost(job, begun=False)
    job = bench.engine.next_build()
    assert job is not None
    bench.engine.build_lost(job)
    bench.start_builders()
    assert bench.wait(key_of()).built


def test_our_failure_in_a_build_is_final(bench_of: Callable[..., Bench]) -> None:
    """The model is not asked to repair what is not its fault."""
    backend = FakeBackend()
    bench = bench_of(backend, builders=0)
    bench.engine.plan([plan_of()])
    job = bench.engine.next_build()
    assert job is not None
    failure = Failure(verdict=Verdict.HARNESS_ERROR, message="the compiler is not there")
    bench.engine.built(job, BuildOutcome(failure=failure))
    solution = bench.wait(key_of())
    assert solution.failure == failure
    assert not (Path(solution.folder) / "attempt-1" / "build.log").exists()
    assert len(backend.requests) == 1


# Many at once


def test_the_cap_is_reached_and_never_exceeded(bench_of: Callable[..., Bench]) -> None:
    """Of 200 samples, 64 are in flight at once with one single builder, and never 65."""
    meeting = threading.Barrier(64)

    def answer(request: GenerationRequest) -> str:
        if request.key.sample < 64 and request.attempt == 1:
            meeting.wait(WAIT_S)
        return "wrong;" if request.attempt == 1 else "right;"

    backend = FakeBackend(answer)
    bench = bench_of({"m": lane(backend, cap=64)})
    solutions = bench.solve([plan_of(key_of(index)) for index in range(200)])
    assert all(solution.built for solution in solutions)
    assert (backend.most_in_flight, len(backend.requests)) == (64, 400)
    progress = bench.engine.progress["m"]
    assert (progress.samples, progress.solved, progress.generated) == (200, 200, 400)
    assert (progress.in_flight, progress.waiting, progress.failed) == (0, 0, 0)


def test_models_of_one_exclusive_server_are_never_interleaved(
    bench_of: Callable[..., Bench],
) -> None:
    """All of the first, its repairs among them, then all of the second."""
    order: list[str] = []

    def answer(request: GenerationRequest) -> str:
        order.append(request.key.model)
        return "wrong;" if request.attempt < 3 else "right;"

    shared: dict[str, Any] = {"server": "ollama", "exclusive": True}
    lanes = {name: lane(FakeBackend(answer), **shared) for name in "ab"}
    bench = bench_of(lanes, builders=2)
    plans = [plan_of(key_of(index, model=model)) for index in range(10) for model in "ba"]
    assert all(solution.built for solution in bench.solve(plans))
    assert order == ["a"] * 30 + ["b"] * 30


def test_samples_of_targets_that_are_missing_do_not_let_the_second_model_in(
    bench_of: Callable[..., Bench],
) -> None:
    """They are solved while planning, when the first model's other samples may still come."""
    order: list[str] = []

    def answer(request: GenerationRequest) -> str:
        order.append(request.key.model)
        return "right;"

    shared: dict[str, Any] = {"server": "ollama", "exclusive": True, "cap": 1}
    bench = bench_of({name: lane(FakeBackend(answer), **shared) for name in "ab"})
    missing = key_of(0, model="a", challenge="gpu")
    plans = [plan_of(key_of(index, model="b")) for index in range(5)]
    plans += [plan_of(missing, unavailable="no GPU")]
    plans += [plan_of(key_of(index, model="a")) for index in range(5)]
    bench.solve(plans)
    assert order == ["a"] * 5 + ["b"] * 5


def test_planning_twice_asks_once(bench_of: Callable[..., Bench]) -> None:
    """Two workers that collected the same send the same plans."""
    backend = FakeBackend()
    bench = bench_of(backend)
    bench.solve()
    bench.solve()
    assert len(backend.requests) == 1
    assert bench.engine.planned() == [plan_of()]
    assert bench.engine.progress["m"].samples == bench.engine.progress["m"].solved == 1


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (plan_of(key_of(model="x")), "the model 'x' is none of this run's"),
        (
            plan_of(SampleKey(model="m", challenge="c", target="cobol", sample=0)),
            "the target 'cobol' is none of this run's",
        ),
    ],
)
def test_plan_that_cannot_be_meant_is_refused_whole(
    bench_of: Callable[..., Bench], plan: Any, message: str
) -> None:
    """Nothing is asked when a worker and the controlling process disagree."""
    backend = FakeBackend()
    bench = bench_of(backend)
    with pytest.raises(HarnessError) as refused:
        bench.engine.plan([plan_of(), plan])
    assert str(refused.value) == message
    assert (bench.engine.planned(), backend.requests) == ([], [])


def test_sample_that_was_never_planned_is_an_error(bench_of: Callable[..., Bench]) -> None:
    """It is told, not waited for."""
    engine = bench_of().engine
    with pytest.raises(HarnessError, match=r"^the sample m toy/basic/add toy s0 was never planned"):
        engine.solve(key_of())
    assert engine.solution(key_of()) is None


# Stopping


def test_stop_lets_every_waiter_go(bench_of: Callable[..., Bench]) -> None:
    """Those in flight, those that wait for their turn, and those that wait for a builder."""
    backend = FakeBackend()

    def answer(request: GenerationRequest) -> str:
        if request.key.sample > 1:
            backend.hold()
        return "right;"

    backend.script = answer
    bench = bench_of({"m": lane(backend, cap=4)}, builders=0)
    bench.engine.plan([plan_of(key_of(index)) for index in range(9)])
    first = bench.engine.next_build()
    assert first is not None
    with ThreadPoolExecutor(9) as waiting:
        futures = [waiting.submit(bench.engine.solve, key_of(index)) for index in range(9)]
        bench.engine.stop()
        for future in futures:
            with pytest.raises(HarnessError, match=r"^the run was stopped$"):
                future.result(WAIT_S)
    assert bench.engine.next_build() is None
    assert bench.engine.next_build() is None
    assert bench.engine.solution(key_of()) is None
    bench.engine.built(first, BuildOutcome())
    bench.engine.build_lost(first)
    bench.engine.stop()
    assert bench.engine.progress["m"].solved == 0


def test_solved_samples_outlive_the_stop(bench_of: Callable[..., Bench]) -> None:
    """Their solutions are still to be had for the records."""
    bench = bench_of()
    [solution] = bench.solve()
    bench.engine.stop()
    assert bench.engine.solve(key_of()) == bench.engine.solution(key_of()) == solution


def test_who_drains_waits_until_what_arrived_is_stored(
    bench_of: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is in flight by then, and the process would end."""
    storing, go_on, done = threading.Event(), threading.Event(), threading.Event()
    save = RunDirectory.save_generation

    def save_slowly(self: RunDirectory, *what: Any) -> None:
        storing.set()
        assert go_on.wait(WAIT_S)
        save(self, *what)
        done.set()

    monkeypatch.setattr(RunDirectory, "save_generation", save_slowly)
    bench = bench_of({"m": lane(FakeBackend(), cap=1)})
    bench.engine.plan([plan_of()])
    assert storing.wait(WAIT_S)
    assert bench.engine.drain() == 0
    threading.Timer(0.05, go_on.set).start()
    bench.engine.wait_for_answers()
    assert done.is_set()


def test_reply_that_arrives_after_the_stop_is_stored(
    bench_of: Callable[..., Bench], tmp_path: Path
) -> None:
    """It is paid for: the run that goes on finds it. Its sample stays without a solution."""
    asked, go = threading.Event(), threading.Event()

    def answer(_request: GenerationRequest) -> str:
        asked.set()
        assert go.wait(WAIT_S)
        return "right;"

    backend = FakeBackend(answer)
    bench = bench_of(backend)
    bench.engine.plan([plan_of()])
    assert asked.wait(WAIT_S)
    bench.engine.stop()
    go.set()
    for thread in threading.enumerate():
        if thread.name.startswith("llmgen-generate"):
            thread.join(WAIT_S)
    assert bench.engine.solution(key_of()) is None
    resumed = bench_of(FakeBackend([BackendError("must not be asked")]))
    assert resumed.solve()[0].built
    assert resumed.engine.progress["m"].reused == 1


def test_nothing_is_planned_after_the_stop(bench_of: Callable[..., Bench]) -> None:
    """A worker that comes late is told why."""
    engine = bench_of().engine
    engine.stop()
    with pytest.raises(HarnessError, match=r"^the run was stopped$"):
        engine.plan([plan_of()])


def test_backend_that_fails_to_close_does_not_keep_the_others_open(
    bench_of: Callable[..., Bench],
) -> None:
    """Every backend is closed, whatever one of them raises."""

    class Broken(FakeBackend):
        def close(self) -> None:
            raise RuntimeError("already closed")

    good = FakeBackend()
    bench_of({"m": lane(Broken()), "n": lane(good)}).engine.stop()
    assert good.closed.is_set()


def test_no_thread_is_left_after_the_stop(bench_of: Callable[..., Bench]) -> None:
    """A process that runs pytest many times does not fill up with threads."""
    before = set(threading.enumerate())
    bench = bench_of()
    bench.solve([plan_of(key_of(index)) for index in range(8)])
    bench.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(WAIT_S)
    assert set(threading.enumerate()) <= before


# Whatever goes wrong, a sample ends


class _FullDisk(RunDirectory):
    """A run whose disk is full when a certain thing is stored."""

    def __init__(self, path: Path, when: str) -> None:
        super().__init__(path)
        self.create({"format": 1})

        def fail(*_arguments: object) -> None:
            raise OSError(28, "No space left on device")

        setattr(self, when, fail)


@pytest.mark.parametrize(
    ("when", "asked", "message"),
    [
        ("save_request", 0, "not asked, since it could not be stored: [Errno 28] No space left"),
        ("save_generation", 1, "the reply came but could not be stored: [Errno 28] No space left"),
        ("save_text", 1, "reading the reply failed on our side: OSError: [Errno 28]"),
        ("save_session", 1, "storing the conversation failed on our side: OSError: [Errno 28]"),
    ],
)
def test_full_disk_ends_the_sample_as_ours(
    bench_of: Callable[..., Bench], tmp_path: Path, when: str, asked: int, message: str
) -> None:
    """Nobody waits for ever, and a question that cannot be stored is not asked."""
    backend = FakeBackend()
    [solution] = bench_of(backend, run=_FullDisk(tmp_path / "run", when)).solve()
    assert solution.failure is not None
    assert solution.failure.verdict is Verdict.HARNESS_ERROR
    assert solution.failure.message.startswith(message)
    assert len(backend.requests) == asked


def test_full_disk_at_the_build_log_ends_the_sample_as_ours(
    bench_of: Callable[..., Bench], tmp_path: Path
) -> None:
    """The builder's thread in the controlling process survives."""
    run = RunDirectory(tmp_path / "run")
    run.create({"format": 1})
    save_text = run.save_text

    def fail_at_log(key: SampleKey, attempt: int, name: str, text: str) -> None:
        if name == "build.log":
            raise OSError(28, "No space left on device")
        save_text(key, attempt, name, text)

    run.save_text = fail_at_log  # type: ignore[method-assign]  # the disk is full from then on
    first, second = bench_of(FakeBackend(["wrong;"]), run=run).solve(
        [plan_of(key_of(0)), plan_of(key_of(1))]
    )
    for solution in (first, second):
        assert solution.failure is not None
        assert solution.failure.message.startswith("taking a build's outcome failed on our side")


def test_price_that_cannot_be_computed_ends_the_sample_as_ours(
    bench_of: Callable[..., Bench],
) -> None:
    """A mistake in our own code is not the server's."""

    def fail(_generation: object) -> float:
        raise ZeroDivisionError("no tokens")

    [solution] = bench_of({"m": lane(FakeBackend(), cost_usd=fail)}).solve()
    assert solution.failure == Failure(
        verdict=Verdict.HARNESS_ERROR,
        message="asking a model failed on our side: ZeroDivisionError: no tokens",
    )


def test_reply_with_half_a_surrogate_pair_is_stored_and_judged(
    bench_of: Callable[..., Bench],
) -> None:
    """JSON may hold what UTF-8 cannot."""
    [solution] = bench_of(FakeBackend([reply("Here \ud83e you are:\n```toy\nright;\n```")])).solve()
    assert solution.built


def test_machine_without_threads_refuses_to_plan(
    bench_of: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a sample that no thread asks for."""
    bench = bench_of(builders=0)

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(HarnessError, match=r"cannot start a thread .*: can't start new thread"):
        bench.engine.plan([plan_of()])
    with pytest.raises(HarnessError, match=r"^the run was stopped$"):
        bench.engine.solve(key_of())


@pytest.mark.parametrize("round_", range(5))
def test_stop_races_with_replies_and_builds(tmp_path: Path, round_: int) -> None:
    """Whenever it comes, each waiter gets a solution or hears of the stop."""
    started = threading.Event()

    def answer(request: GenerationRequest) -> str:
        if request.key.sample == 20 * round_:
            started.set()
        return "wrong;" if request.attempt == 1 else "right;"

    engine = engine_over(tmp_path / "run", {"m": lane(FakeBackend(answer), cap=16)})
    bench = Bench(engine)
    bench.start_builders(2)
    keys = [key_of(index) for index in range(100)]
    with ThreadPoolExecutor(100) as waiting:
        engine.plan([plan_of(key) for key in keys])
        futures = [waiting.submit(engine.solve, key) for key in keys]
        assert started.wait(WAIT_S)
        bench.close()
        ends = [future.exception(WAIT_S) for future in futures]
    assert all(end is None or str(end) == "the run was stopped" for end in ends)


def test_builder_of_these_tests_refuses_what_it_should() -> None:
    """The fake toolchain refuses `wrong`, and lets `trial` fail its trial."""
    assert build("right;") == BuildOutcome()
    assert build("trial;").trial is not None
    assert build("wrong;").failure is not None
