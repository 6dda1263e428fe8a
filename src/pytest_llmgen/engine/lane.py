"""The queue of one model: how many of its generations are in flight, and whose turn it is."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable

Job = Callable[[], None]


class DaemonPool:
    """Threads that are started as needed and die with the process, even in the middle of a request.

    The standard executor joins its threads at exit: a hanging server would hang the end of the run.
    """

    def __init__(self, name: str) -> None:
        """Start without threads."""
        self._name = name
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._unfinished = 0

    def submit(self, job: Job) -> None:
        """Run a job on some thread; a new one if all are busy."""
        with self._lock:
            self._unfinished += 1
            if self._unfinished > self._threads:
                self._threads += 1
                thread = threading.Thread(
                    target=self._work, name=f"{self._name}-{self._threads}", daemon=True
                )
                thread.start()
        self._jobs.put(job)

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            finally:
                with self._lock:
                    self._unfinished -= 1


class Lane:
    """One model's generations. Not thread-safe: the engine holds its lock around every call."""

    def __init__(self, *, cap: int, server: str, exclusive: bool) -> None:
        """Allow `cap` generations in flight; an exclusive server serves one lane at a time."""
        self.cap = cap
        self.server = server
        self.exclusive = exclusive
        self.waiting: deque[Job] = deque()
        self.in_flight = 0
        self.unsolved = 0
        """Samples planned and not yet solved, those that are being built among them."""

    def add(self, job: Job, *, first: bool = False) -> None:
        """Queue a generation; repairs go first, so that samples finish in order."""
        if first:
            self.waiting.appendleft(job)
        else:
            self.waiting.append(job)

    def take(self) -> Iterable[Job]:
        """The jobs that may start now."""
        while self.waiting and self.in_flight < self.cap:
            self.in_flight += 1
            yield self.waiting.popleft()


def open_lanes(lanes: Iterable[Lane]) -> list[Lane]:
    """The lanes whose turn it is, in model order.

    A server that holds one model at a time serves the first lane that has unsolved samples: a
    second model would evict the first, again and again.
    """
    taken: set[str] = set()
    opened = []
    for lane in lanes:
        if lane.exclusive and lane.unsolved:
            if lane.server in taken:
                continue
            taken.add(lane.server)
        opened.append(lane)
    return opened
