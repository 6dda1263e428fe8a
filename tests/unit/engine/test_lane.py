"""Queues and threads: what starts, and in which order."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_backend import WAIT_S

from pytest_llmgen.engine.lane import DaemonPool, Lane, open_lanes

if TYPE_CHECKING:
    from collections.abc import Callable


def _lane(name: str = "a", *, cap: int = 1, exclusive: bool = False, unsolved: int = 0) -> Lane:
    lane = Lane(cap=cap, server=name, exclusive=exclusive)
    lane.unsolved = unsolved
    return lane


def _job(name: str, log: list[str]) -> Callable[[], None]:
    return lambda: log.append(name)


def _run(lane: Lane) -> None:
    for job in lane.take():
        job()


def test_pool_reuses_a_thread_that_is_free() -> None:
    """Ten jobs one after another need one thread."""
    pool, names = DaemonPool("test-pool"), set()
    for _ in range(10):
        done = threading.Event()

        def job(done: threading.Event = done) -> None:
            names.add(threading.current_thread().name)
            pool._lock.acquire()  # the thread is free once it has counted the job as finished
            pool._lock.release()
            done.set()

        pool.submit(job)
        assert done.wait(WAIT_S)
        while pool._unfinished:
            pass
    pool.close()
    assert names == {"test-pool-1"}


def test_pool_runs_as_many_jobs_at_once_as_it_is_given() -> None:
    """Sixty-four jobs that wait for each other all get a thread."""
    pool, meeting = DaemonPool("test-pool"), threading.Barrier(65)
    for _ in range(64):
        pool.submit(lambda: meeting.wait(WAIT_S))
    meeting.wait(WAIT_S)
    pool.close()


def test_pool_survives_a_job_that_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exception is shown as that of any thread, and the thread goes on."""
    shown: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda hook: shown.append(hook.exc_value))
    pool, done, error = DaemonPool("test-pool"), threading.Event(), SystemExit("a backend gave up")

    def fail() -> None:
        raise error

    pool.submit(fail)
    pool.submit(done.set)
    assert done.wait(WAIT_S)
    pool.close()
    assert shown == [error]


def test_closed_pool_leaves_no_thread() -> None:
    """Idle threads end at once, busy ones after their job."""
    pool, going, go = DaemonPool("test-leak"), threading.Event(), threading.Event()

    def busy() -> None:
        going.set()
        go.wait(WAIT_S)

    pool.submit(busy)
    pool.submit(lambda: None)
    assert going.wait(WAIT_S)
    pool.close()
    go.set()
    for thread in threading.enumerate():
        if thread.name.startswith("test-leak"):
            thread.join(WAIT_S)
            assert not thread.is_alive()


def test_pool_without_new_threads_queues_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system gives no more threads, those that there are do the work, one job by one."""
    pool, go, done = DaemonPool("test-pool"), threading.Event(), threading.Event()
    pool.submit(lambda: go.wait(WAIT_S))

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    pool.submit(done.set)
    assert not done.is_set()
    go.set()
    assert done.wait(WAIT_S)
    pool.close()


def test_pool_without_any_thread_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that nobody can run is an error, not a wait for ever."""

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        DaemonPool("test-pool").submit(lambda: None)


def test_lane_starts_as_many_as_its_cap() -> None:
    """What is over the cap starts when something has ended."""
    lane = _lane(cap=2)
    for _ in range(3):
        lane.add(lambda: None)
    assert (len(lane.take()), lane.in_flight, lane.waiting) == (2, 2, 1)
    assert lane.take() == []
    lane.in_flight -= 1
    assert len(lane.take()) == 1


def test_repairs_go_first_in_their_own_order() -> None:
    """A sample that was begun is finished before another is begun."""
    lane, log = _lane(cap=9), list[str]()
    for name in ("fresh 1", "fresh 2"):
        lane.add(_job(name, log))
    for name in ("repair 1", "repair 2"):
        lane.add(_job(name, log), first=True)
    _run(lane)
    assert log == ["repair 1", "repair 2", "fresh 1", "fresh 2"]


def test_dropped_jobs_do_not_start() -> None:
    """After a drop nothing waits."""
    lane = _lane()
    lane.add(lambda: None)
    lane.add(lambda: None, first=True)
    lane.drop()
    assert (lane.waiting, lane.take()) == (0, [])


def test_lanes_of_servers_that_hold_many_models_are_all_open() -> None:
    """Only an exclusive server has turns."""
    lanes = [_lane("a", unsolved=1), _lane("a", unsolved=1)]
    assert open_lanes(lanes) == lanes


def test_exclusive_server_serves_one_lane_until_it_is_solved() -> None:
    """The second model waits for the first one's builds too, since they may call for repairs."""
    first, second = (_lane("a", exclusive=True, unsolved=1) for _ in range(2))
    other = _lane("b", exclusive=True, unsolved=1)
    assert open_lanes([first, second, other]) == [first, other]
    first.solved()
    assert open_lanes([first, second, other]) == [second, other]


def test_lane_that_began_keeps_its_server() -> None:
    """A model earlier in the list that gets samples later does not interrupt the present one."""
    first, second = _lane("a", exclusive=True), _lane("a", exclusive=True, unsolved=2)
    second.add(lambda: None)
    second.take()
    first.unsolved = 1
    assert open_lanes([first, second]) == [second]
    second.solved()
    assert open_lanes([first, second]) == [second]
    second.solved()
    assert open_lanes([first, second]) == [first]


def test_lane_that_was_done_has_no_claim_any_more() -> None:
    """More samples for the first model wait for the second, which has begun since."""
    lanes = [_lane("a", exclusive=True, unsolved=1) for _ in range(2)]
    for lane in lanes:
        lane.add(lambda: None)
        assert lane in open_lanes(lanes)
        lane.take()
        if lane is lanes[0]:
            lane.solved()
    lanes[0].unsolved = 1
    assert open_lanes(lanes) == [lanes[1]]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.integers(0, 2)), max_size=6))
def test_never_two_open_lanes_of_an_exclusive_server(
    described: list[tuple[str, bool, int]],
) -> None:
    """Whatever the lanes, of those with unsolved samples on an exclusive server one is open."""
    lanes = [
        _lane(server, exclusive=exclusive, unsolved=unsolved)
        for server, exclusive, unsolved in described
    ]
    busy = [lane.server for lane in open_lanes(lanes) if lane.exclusive and lane.unsolved]
    assert sorted(busy) == sorted(
        {lane.server for lane in lanes if lane.exclusive and lane.unsolved}
    )


def test_refusal_lowers_the_cap_to_what_the_server_has_taken() -> None:
    """Sixteen of sixty-four are taken: the others are refused at once, one after another."""
    lane = Lane(cap=64, server="s", exclusive=False)
    for _ in range(100):
        lane.add(lambda: None)
    assert len(lane.take()) == 64
    for _ in range(48):
        lane.refused()
    assert (lane.in_flight, int(lane.cap)) == (16, 16)
    assert lane.take() == []


def test_cap_grows_by_one_with_a_round_of_replies_and_no_further_than_asked() -> None:
    """Additive increase, up to what the user allowed."""
    lane = Lane(cap=8, server="s", exclusive=False)
    lane.cap, lane.in_flight = 4.0, 4
    for _ in range(5):
        lane.answered()
    assert int(lane.cap) == 5
    lane.in_flight = 1000
    for _ in range(1000):
        lane.answered()
    assert lane.cap == 8


def test_cap_never_falls_below_one() -> None:
    """A server that refuses everything is still asked, one at a time."""
    lane = Lane(cap=2, server="s", exclusive=False)
    lane.in_flight = 1
    lane.refused()
    assert lane.cap == 1


# A server out of reach


def _filled(*, cap: int, jobs: int) -> Lane:
    lane = _lane(cap=cap)
    for _ in range(jobs):
        lane.add(lambda: None)
    return lane


def test_an_answer_to_an_earlier_question_does_not_end_an_outage() -> None:
    """It says that the server was there, and so may need the time of a restart."""
    lane = _filled(cap=3, jobs=5)
    lane.take()
    outage = lane.unreached("refused", now=0.0, most_s=300)
    assert outage is not None
    lane.failed()
    assert (outage.answered_before, outage.patience_s) == (False, 10)
    lane.answered()
    assert lane.outage is outage
    assert (outage.answered_before, outage.patience_s) == (True, 60)


def test_a_try_waits_until_nothing_else_is_in_flight() -> None:
    """So that its answer, and no other, is word from the server."""
    lane = _filled(cap=3, jobs=5)
    lane.take()
    outage = lane.unreached("refused", now=0.0, most_s=300)
    lane.failed()
    assert outage is not None
    outage.resting = False
    assert lane.take() == []
    lane.failed()
    lane.failed()
    assert len(lane.take()) == 1
    assert lane.take() == []
    lane.answered()
    assert lane.outage is None
    assert len(lane.take()) == 1


def test_tries_become_rarer() -> None:
    """From half a second to five, and no longer than the server is waited for."""
    lane = _filled(cap=1, jobs=9)
    rests, now = [], 0.0
    while True:
        lane.take()
        outage = lane.unreached("refused", now=now, most_s=300)
        lane.failed()
        assert outage is not None
        if outage.is_final(now):
            break
        rests.append(outage.rest_s)
        now += outage.rest_s
        outage.resting = False
    assert rests == [0.5, 1, 2, 4]
    assert outage.end == "refused; tried 5 times; is the server running, and is base_url right?"
