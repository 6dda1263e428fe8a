"""How workers reach the engine: a Unix socket in a private directory, frames of JSON.

A worker keeps two connections. On one, its tests plan and ask for solutions; the other turns into a
builder, which is handed sources to build. Without xdist the same code runs in one process.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen.engine.plan import (
    BuildOutcome,
    SamplePlan,
    Solution,
    outcome_from_json,
    plans_from_json,
    plans_to_json,
    solution_from_json,
    solution_to_json,
)
from pytest_llmgen.errors import HarnessError
from pytest_llmgen.generation import SampleKey
from pytest_llmgen.sandbox import frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.engine.engine import BuildJob, Engine


class Connection:
    """One end of a socket that carries JSON objects."""

    def __init__(self, connected: socket.socket) -> None:
        """Take over a connected socket."""
        self._socket = connected
        self._reader = connected.makefile("rb")

    def send(self, message: dict[str, Any]) -> None:
        """Send one object."""
        self._socket.sendall(frames.encode(message))

    def receive(self) -> dict[str, Any] | None:
        """The next object, or None when the other side has closed."""
        try:
            return frames.read(self._read_exactly)[0]
        except (EOFError, OSError):
            return None

    def close(self) -> None:
        """Close, waking whoever waits in `receive`."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.close()
        self._socket.close()

    def _read_exactly(self, count: int) -> bytes:
        data = self._reader.read(count)
        if len(data) < count:
            raise EOFError
        return data


class EngineServer:
    """Offers an engine on a socket. The engine is made when the first plan arrives."""

    def __init__(self, make_engine: Callable[[], Engine], builders: int) -> None:
        """Listen; at most `builders` connections are turned into builders."""
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._builders_left = builders
        self._lock = threading.Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="llmgen-"))
        self.path = str(self._folder / "engine")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen(128)
        threading.Thread(target=self._accept, name="llmgen-accept", daemon=True).start()

    @property
    def engine(self) -> Engine | None:
        """The engine, if anything was planned."""
        return self._engine

    def close(self) -> None:
        """Stop the engine and remove the socket."""
        if self._engine is not None:
            self._engine.stop()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            connection = Connection(connected)
            threading.Thread(
                target=self._serve, args=(connection,), name="llmgen-serve", daemon=True
            ).start()

    def _serve(self, connection: Connection) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            while (message := connection.receive()) is not None:
                if message["op"] == "builder":
                    self._feed_builder(connection)
                    return
                connection.send(self._answer(message))

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._do(message)
        except HarnessError as error:
            return {"error": str(error)}

    def _do(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["op"] == "wants_plan":
            return {"wants": self._engine is None}
        if message["op"] == "plan":
            with self._lock:
                if self._engine is None:
                    self._engine = self._make_engine()
            self._engine.plan(plans_from_json(message["plans"]))
            return {}
        if self._engine is None:
            raise HarnessError("nothing was planned")
        return {"solution": solution_to_json(self._engine.solve(SampleKey(**message["key"])))}

    def _feed_builder(self, connection: Connection) -> None:
        with self._lock:
            engine = self._engine
            if engine is None or self._builders_left == 0:
                return
            self._builders_left -= 1
        while (job := engine.next_build()) is not None:
            if not _hand_out(engine, job, connection):
                with self._lock:
                    self._builders_left += 1
                return


def _hand_out(engine: Engine, job: BuildJob, connection: Connection) -> bool:
    """Have a job built on the other side; False if that side is gone."""
    try:
        connection.send({"key": asdict(job.key), "source": job.source})
        answer = connection.receive()
    except OSError:
        answer = None
    if answer is None:
        engine.build_lost(job)
        return False
    engine.built(job, outcome_from_json(answer))
    return True


class EngineClient:
    """The tests' side of the link."""

    def __init__(self, path: str) -> None:
        """Connect to a server's socket."""
        self._connection = connect(path)
        self._lock = threading.Lock()

    def plan(self, make_plans: Callable[[], list[SamplePlan]]) -> None:
        """Tell the engine what was collected, unless another worker has done so."""
        if self._ask({"op": "wants_plan"})["wants"]:
            self._ask({"op": "plan", "plans": plans_to_json(make_plans())})

    def solve(self, key: SampleKey) -> Solution:
        """Wait for a sample's solution."""
        return solution_from_json(self._ask({"op": "solve", "key": asdict(key)})["solution"])

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._connection.send(message)
            answer = self._connection.receive()
        if answer is None:
            raise HarnessError("the controlling process is gone")
        if "error" in answer:
            raise HarnessError(answer["error"])
        return answer


def connect(path: str) -> Connection:
    """Connect to a server's socket.

    Raises:
        HarnessError: If nobody listens.
    """
    connected = socket.socket(socket.AF_UNIX)
    try:
        connected.connect(path)
    except OSError as error:
        connected.close()
        raise HarnessError(f"the controlling process does not listen on {path}: {error}") from error
    return Connection(connected)


class Builder:
    """Builds what the engine hands out, on a thread of its own beside the tests."""

    def __init__(self, path: str, build: Callable[[SampleKey, str], BuildOutcome]) -> None:
        """Offer to build; `build` is called on the builder's thread, one source at a time."""
        self._build = build
        self._connection = connect(path)
        self._thread = threading.Thread(target=self._work, name="llmgen-builder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the present build."""
        self._connection.close()
        self._thread.join(timeout=30)

    def _work(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.send({"op": "builder"})
            while (job := self._connection.receive()) is not None:
                outcome = self._build(SampleKey(**job["key"]), job["source"])
                self._connection.send(asdict(outcome))
