"""How workers reach the engine: a Unix socket in a private directory, frames of JSON.

A worker keeps two connections. On one, its tests plan and ask for solutions; the other turns into a
builder, which is handed sources to build. Without xdist the same code runs in one process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen.engine.connection import Connection, connect
from pytest_llmgen.engine.plan import (
    BuildOutcome,
    Failure,
    SamplePlan,
    Solution,
    outcome_from_json,
    plans_from_json,
    plans_to_json,
    solution_from_json,
    solution_to_json,
)
from pytest_llmgen.errors import STOPPED, HarnessError, StoppedError, UsageError
from pytest_llmgen.generation import SampleKey, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.engine.engine import Engine
    from pytest_llmgen.engine.sample import BuildJob

_LONGEST_PATH = 100
"""Bytes; the system allows a Unix socket's path 107."""


class EngineServer:
    """Offers an engine on a socket. The engine is made when the first plan arrives."""

    def __init__(
        self,
        make_engine: Callable[[], Engine],
        builders: int,
        welcome: Callable[[], dict[str, Any]] = dict,
    ) -> None:
        """Listen, without answering yet; at most `builders` connections build at the same time.

        `welcome` gives what a worker is told before it plans.
        """
        self._make_engine = make_engine
        self._welcome = welcome
        self._made: Engine | None = None
        self._engine: Engine | None = None
        self._building = threading.Semaphore(builders)
        self._planning = threading.Lock()
        self._lock = threading.Lock()
        """Of the connections alone: whoever plans must not keep others from connecting."""
        self._closed = threading.Event()
        self._planned_or_closed = threading.Event()
        self._checks: str | None = None
        """The digest of the checks that were planned."""
        self._connections: set[Connection] = set()
        self._folder = _private_folder()
        self.path = str(self._folder / "engine")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen(128)

    def start(self) -> None:
        """Answer, on threads."""
        threading.Thread(target=self._accept, name="llmgen-accept", daemon=True).start()

    @property
    def engine(self) -> Engine | None:
        """The engine, once something was planned."""
        return self._engine

    def close(self) -> None:
        """Stop the engine, answer who waits, hang up, and remove the socket."""
        with self._lock:
            self._closed.set()
            self._planned_or_closed.set()
            connections = list(self._connections)
        with self._planning:
            if self._made is not None:
                self._made.stop()
        for connection in connections:
            connection.finish()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connected, _ = self._listener.accept()
            except OSError:
                self._closed.wait(0.05)  # it may only be out of descriptors for a while
                continue
            connection = Connection(connected)
            with self._lock:
                self._connections.add(connection)
            if self._closed.is_set():
                connection.finish()
            serving = threading.Thread(
                target=self._serve, args=(connection,), name="llmgen-serve", daemon=True
            )
            try:
                serving.start()
            except RuntimeError:  # out of threads: let the other side know
                self._hang_up(connection)

    def _serve(self, connection: Connection) -> None:
        try:
            with contextlib.suppress(OSError):
                while (message := connection.receive()) is not None:
                    if message.get("op") == "builder":
                        self._feed_builder(connection)
                        return
                    connection.send(self._answer(message))
        finally:
            self._hang_up(connection)

    def _hang_up(self, connection: Connection) -> None:
        connection.close()
        with self._lock:
            self._connections.discard(connection)

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer, or the error that the other side raises: it must not wait for ever."""
        try:
            return self._do(message)
        except UsageError as error:
            return {"error": str(error), "usage": True}
        except HarnessError as error:
            return {"error": str(error)}
        except Exception as error:
            return {"error": f"the engine failed: {type(error).__name__}: {error}"}

    def _do(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["op"] == "welcome":
            return self._welcome()
        if message["op"] == "wants_plan":
            return {"wants": self._checks != message["checks"]}
        if message["op"] == "plan":
            self._plan(plans_from_json(message["plans"]))
            self._checks = message["checks"]
            return {}
        if self._engine is None:
            raise HarnessError("nothing was planned")
        return {"solution": solution_to_json(self._engine.solve(SampleKey(**message["key"])))}

    def _plan(self, plans: list[SamplePlan]) -> None:
        """Make the engine and plan; it is to be seen only after its first plan."""
        with self._planning:
            if self._closed.is_set():
                raise StoppedError(STOPPED)
            if self._made is None:
                self._made = self._make_engine()
            self._made.plan(plans)
            self._engine = self._made
            self._planned_or_closed.set()

    def _feed_builder(self, connection: Connection) -> None:
        """Hand out jobs; the builders that are too many wait until one of the others is gone."""
        self._planned_or_closed.wait()
        engine = self._engine
        with self._building:
            while engine is not None:
                job = engine.next_build()
                if job is None or not _hand_out(engine, job, connection):
                    return


def _private_folder() -> Path:
    """A folder that only this user may enter, with a path short enough for a socket below it."""
    folder = Path(tempfile.mkdtemp(prefix="llmgen-"))
    if len(os.fsencode(folder / "engine")) > _LONGEST_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="llmgen-", dir="/tmp"))
    return folder


def _hand_out(engine: Engine, job: BuildJob, connection: Connection) -> bool:
    """Have a job built on the other side; False if that side is gone."""
    try:
        connection.send({"key": job.key, "source": job.source})
    except OSError:
        engine.build_lost(job, begun=False)
        return False
    answer = connection.receive()
    if answer is None:
        engine.build_lost(job)
        return False
    try:
        outcome = outcome_from_json(answer)
    except Exception as error:
        outcome = BuildOutcome(failure=Failure.of_ours("reading a build's outcome", error))
    engine.built(job, outcome)
    return True


class EngineClient:
    """The tests' side of the link."""

    def __init__(self, path: str) -> None:
        """Connect to a server's socket."""
        self._path = path
        self._connection: Connection | None = connect(path)
        self._lock = threading.Lock()

    def welcome(self) -> dict[str, Any]:
        """What the controlling process says before anything is planned.

        Raises:
            UsageError: If the run cannot be as the user wants it.
        """
        return self._ask({"op": "welcome"})

    def plan(self, make_plans: Callable[[], list[SamplePlan]], *, checks: str = "") -> None:
        """Tell the engine what was collected, unless that was the same as in another process.

        Args:
            make_plans: Gives the samples of what was collected.
            checks: A digest of their checks.

        Raises:
            UsageError: If a model or the run's directory cannot be used.
            HarnessError: If the engine cannot start otherwise.
        """
        if self._ask({"op": "wants_plan", "checks": checks})["wants"]:
            self._ask({"op": "plan", "checks": checks, "plans": plans_to_json(make_plans())})

    def solve(self, key: SampleKey) -> Solution:
        """Wait for a sample's solution.

        Raises:
            HarnessError: If the engine has none, was stopped, or is gone.
        """
        return solution_from_json(self._ask({"op": "solve", "key": key})["solution"])

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            answer = self._exchange(message)
        if answer is None:
            raise HarnessError("the controlling process is gone")
        if "error" in answer:
            raise (UsageError if answer.get("usage") else HarnessError)(answer["error"])
        return answer

    def _exchange(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Send and wait. What interrupts the wait (Ctrl-C, pytest-timeout) costs the connection.

        Otherwise the next question would get the answer to this one.
        """
        connection = self._connection or connect(self._path)
        self._connection = None
        try:
            connection.send(message)
            answer = connection.receive()
        except OSError:
            answer = None
        except BaseException:
            connection.close()
            raise
        if answer is None:
            connection.close()
        else:
            self._connection = connection
        return answer


class Builder:
    """Builds what the engine hands out, on a thread of its own beside the tests."""

    def __init__(self, path: str, build: Callable[[SampleKey, str], BuildOutcome]) -> None:
        """Offer to build; `build` is called on the builder's thread, one source at a time."""
        self._build = build
        self._connection = connect(path)
        self._thread = threading.Thread(target=self._work, name="llmgen-builder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more, and wait for the present build, so that nobody has to repeat it."""
        self._connection.finish()
        self._thread.join(timeout=30)

    def _work(self) -> None:
        with contextlib.closing(self._connection), contextlib.suppress(OSError):
            self._connection.send({"op": "builder"})
            while (job := self._connection.receive()) is not None:
                self._answer(job)

    def _answer(self, job: dict[str, Any]) -> None:
        """Build and tell; an outcome that cannot be told is an outcome too."""
        try:
            outcome = self._build(SampleKey(**job["key"]), job["source"])
            self._connection.send(fields_of(outcome))
        except OSError:
            raise
        except Exception as error:
            failure = Failure.of_ours("building", error)
            self._connection.send(fields_of(BuildOutcome(failure=failure)))
