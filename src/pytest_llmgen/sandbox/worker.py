"""A child that lives for many requests of many samples, and starts again when it is lost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import WorkerError
from pytest_llmgen.sandbox import shared
from pytest_llmgen.sandbox.zygote_process import START_S

if TYPE_CHECKING:
    from pytest_llmgen.sandbox.channel import Message
    from pytest_llmgen.sandbox.child import Child
    from pytest_llmgen.sandbox.profile import Profile
    from pytest_llmgen.sandbox.sandbox import Sandbox


class Worker:
    """One child that answers requests one at a time; it starts on the first request.

    When the child dies or is too late, it is killed, the request ends as `Crashed` or `TimedOut`,
    and the next request starts a fresh child.
    """

    def __init__(self, runner: str, profile: Profile, sandbox: Sandbox | None = None) -> None:
        """Name the module that serves, and what its child may use.

        Args:
            runner: A module with `serve(channel)` that answers `{"op": "hello"}` among others.
            profile: The limits of the child.
            sandbox: Where it runs, and what ends with it; None: the one that all share.
        """
        self._runner = runner
        self._profile = profile
        self._sandbox = sandbox
        self._child: Child | None = None
        self._lock = threading.RLock()
        self.generation = 0
        """Counts the children: what was loaded into an earlier one is gone."""

    @property
    def sandbox(self) -> Sandbox:
        """Where it runs.

        Raises:
            HarnessError: If no tier works.
        """
        return shared.sandbox() if self._sandbox is None else self._sandbox

    def request(
        self,
        header: dict[str, Any],
        blob: bytes | memoryview = b"",
        *,
        timeout_s: float,
        generation: int | None = None,
    ) -> Message:
        """Send a request and wait for its answer.

        Args:
            header: What is asked; an answer with `internal` in it is a fault of ours.
            blob: Raw bytes that go with it.
            timeout_s: For the answer, not for starting the child.
            generation: The child that the request needs, if it must be a certain one.

        Raises:
            TimedOut: If there is no answer within `timeout_s`.
            Crashed: If the child dies.
            WorkerError: If the child cannot be started.
        """
        with self._lock:
            if generation is not None:
                self._see_that_it_lives(generation)
            answer = self._started().request(header, blob, timeout_s=timeout_s)
        if "internal" in answer[0]:
            raise WorkerError(f"{self._runner}: {answer[0]['internal']}")
        return answer

    def _see_that_it_lives(self, generation: int) -> None:
        """Raise unless the child of that generation still runs."""
        if generation != self.generation:
            raise WorkerError("the process that held this module was restarted")
        if self._child is None:
            raise WorkerError("the process that held this module was stopped")
        if self._child.has_ended:
            self._child.raise_end()

    def start(self) -> None:
        """Start the child unless it runs, and wait until it is ready."""
        with self._lock:
            self._started()

    def _started(self) -> Child:
        if self._child is None or self._child.has_ended:
            self._stop_child()
            self._child = self.sandbox.open(self._profile, self._runner)
            self.generation += 1
            self._child.request({"op": "hello"}, timeout_s=START_S)
        return self._child

    def stop(self) -> None:
        """Kill the child, if any, and end the sandbox that was given."""
        with self._lock:
            self._stop_child()
            if self._sandbox is not None:
                self._sandbox.close()

    def _stop_child(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None
