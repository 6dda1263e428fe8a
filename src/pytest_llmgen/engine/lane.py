"""The queue of one model: how many of its generations are in flight, and whose turn it is."""

from __future__ import annotations

import math
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable

from pytest_llmgen.engine.outage import Outage

Job = Callable[[], object]
MOST_FAULTS = 4
"""Samples in a row that a gateway may fail before its server counts as down. Each was asked for
several times, and one question alone can bring a server down again and again."""


class DaemonPool:
    """Threads that are started as needed and die with the process, even in the middle of a request.

    The standard executor joins its threads at exit: a hanging server would hang the end of the run.
    """

    def __init__(self, name: str) -> None:
        """Start without threads."""
        self._name = name
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._unfinished = 0

    def submit(self, job: Job) -> None:
        """Run a job on some thread; a new one if all are busy and the system gives one.

        Raises:
            RuntimeError: If there is no thread at all to run it on.
        """
        with self._lock:
            if self._unfinished >= self._threads:
                self._start_thread()
            self._unfinished += 1
            self._jobs.put(job)

    def close(self) -> None:
        """Let every thread end as soon as it has nothing to do."""
        with self._lock:
            for _ in range(self._threads):
                self._jobs.put(None)
            self._threads = 0

    def _start_thread(self) -> None:
        thread = threading.Thread(
            target=self._work, name=f"{self._name}-{self._threads + 1}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
        else:
            self._threads += 1

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except BaseException:  # shown as of any thread; the thread itself is still needed
                threading.excepthook(
                    threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread()))
                )
            finally:
                with self._lock:
                    self._unfinished -= 1


class Lane:
    """One model's generations. Not thread-safe: the engine holds its lock around every call."""

    def __init__(self, *, cap: int, server: str, exclusive: bool) -> None:
        """Allow `cap` generations in flight; an exclusive server serves one lane at a time."""
        self.most = cap
        self.cap = float(cap)
        """What the server was seen to bear, from 1 to `most`."""
        self.server = server
        self.exclusive = exclusive
        self.in_flight = 0
        self.answers = False
        """Whether the server was heard of in this run."""
        self.outage: Outage | None = None
        self._faults = 0
        """Samples in a row for which a gateway found no server."""
        self.unsolved = 0
        """Samples planned and not yet solved, those that are being built among them."""
        self._fresh: deque[Job] = deque()
        self._repairs: deque[Job] = deque()
        self._begun = False

    @property
    def waiting(self) -> int:
        """Generations that have not started."""
        return len(self._fresh) + len(self._repairs)

    @property
    def holds_server(self) -> bool:
        """Whether it has begun and is not done, so that no other model may be loaded."""
        return self._begun and self.unsolved > 0

    def add(self, job: Job, *, first: bool = False) -> None:
        """Queue a generation; repairs go first, so that samples finish in order."""
        (self._repairs if first else self._fresh).append(job)

    def take(self, most: float = math.inf) -> list[Job]:
        """The jobs that start now, so that at most `most` are in flight."""
        jobs = []
        most = min(int(self.cap), most)
        if self.outage is not None:
            most = min(most, 0 if self.outage.resting else 1)
        while self.waiting and self.in_flight < most:
            self.in_flight += 1
            jobs.append((self._repairs or self._fresh).popleft())
        self._begun = self._begun or bool(jobs)
        if self.outage is not None:
            self.outage.trying |= bool(jobs)
        return jobs

    def answered(self) -> None:
        """Take note of a reply: room for one more with every full round of them."""
        self.in_flight -= 1
        self._faults = 0
        self._heard()
        self.cap = min(float(self.most), self.cap + 1 / self.cap)

    def refused(self) -> None:
        """Take note that the server was busy.

        A server that refuses does so at once, so what is still in flight is what it has taken.
        Where it refuses everything, that is nothing, and one at a time is asked.
        """
        self.in_flight -= 1
        self._heard()
        self.cap = max(1.0, min(self.cap, self.in_flight))

    def _heard(self) -> None:
        """The server spoke: an outage is over, unless this was asked before it was known."""
        self.answers = True
        if self.outage is not None:
            self.outage.answered_before = True
            self.outage = None if self.outage.trying else self.outage

    def failed(self) -> None:
        """Take note of a generation that ended without a word about the server's load."""
        self.in_flight -= 1

    def is_down(self) -> bool:
        """Take note that a gateway found no server; whether that is so for all, by now."""
        self._faults += 1
        return self._faults > MOST_FAULTS

    def unreached(self, problem: str, now: float, most_s: float) -> Outage | None:
        """Take note that there was no connection; the outage if the next try is to be timed."""
        if self.outage is None:
            self.outage = Outage(
                problem=problem, began=now, answered_before=self.answers, most_s=most_s
            )
        elif self.outage.trying:
            self.outage.tries += 1
            self.outage.resting, self.outage.trying = True, False
        else:
            return None
        return self.outage

    def solved(self) -> None:
        """Take note that one more sample needs no generation any more."""
        self.unsolved -= 1
        self._begun = self._begun and self.unsolved > 0

    def drop(self) -> None:
        """Forget what has not started."""
        self._fresh.clear()
        self._repairs.clear()


def open_lanes(lanes: Iterable[Lane]) -> list[Lane]:
    """The lanes whose turn it is, in model order.

    A server that holds one model at a time serves the lane that it began with until that is done,
    and then the first with unsolved samples: a second model would evict the first, again and again.
    """
    lanes = list(lanes)
    holder: dict[str, Lane] = {}
    for lane in sorted(lanes, key=lambda lane: not lane.holds_server):
        if lane.exclusive and lane.unsolved:
            holder.setdefault(lane.server, lane)
    return [lane for lane in lanes if not lane.exclusive or holder.get(lane.server) is lane]
