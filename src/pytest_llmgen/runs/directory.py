"""A run's directory: run.json, records.jsonl, and a folder per sample.

.llmgen/runs/NAME/
  run.json
  records.jsonl
  samples/MODEL/CHALLENGE/TARGET/s0/session.jsonl
  samples/MODEL/CHALLENGE/TARGET/s0/attempt-1/{request.json,response.json,source.*,build.log}
"""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import FinishReason, Generation, GenerationRequest, SampleKey
from pytest_llmgen.runs.record import Record, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUNS = Path(".llmgen") / "runs"
"""Below pytest's root directory."""


class RunDirectory:
    """One run on disk. Safe to use from several threads of one process."""

    def __init__(self, path: Path) -> None:
        """Name the directory; nothing is read or written yet."""
        self.path = path
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.name

    # The run as a whole

    def create(self, description: Mapping[str, Any]) -> None:
        """Make the directory and write run.json; an existing run is gone on with."""
        self.path.mkdir(parents=True, exist_ok=True)
        _write_atomically(self.path / "run.json", json.dumps(description, indent=2) + "\n")

    def describe(self) -> dict[str, Any]:
        """The contents of run.json, or {} if there is none.

        Raises:
            UsageError: If the file is damaged.
        """
        path = self.path / "run.json"
        if not path.is_file():
            return {}
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise UsageError(f"{path}: {error}") from error
        return found

    def append(self, record: Record) -> None:
        """Add a record; a later line replaces an earlier one of the same sample."""
        with self._lock, (self.path / "records.jsonl").open("a", encoding="utf-8") as file:
            file.write(to_json(record) + "\n")

    def records(self) -> list[Record]:
        """The last record of each sample, in the order in which samples first settled.

        A last line that was cut off by a kill is passed over.

        Raises:
            UsageError: If an earlier line is damaged or of a later format.
        """
        latest: dict[SampleKey, Record] = {}
        for record in self._lines():
            latest[record.key] = record
        return list(latest.values())

    def _lines(self) -> Iterator[Record]:
        path = self.path / "records.jsonl"
        if not path.is_file():
            return
        lines = path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                yield from_json(line)
            except (ValueError, TypeError, KeyError) as error:
                if number == len(lines):
                    return
                raise UsageError(f"{path}:{number}: {error}") from error

    # Samples

    def sample_folder(self, key: SampleKey) -> Path:
        """The folder of a sample, below `samples`."""
        parts = PurePosixPath(key.model, key.challenge, key.target).parts
        safe = [re.sub(r"[^\w.+:@=-]", "_", part) for part in parts if part.strip("./")]
        return self.path.joinpath("samples", *safe, f"s{key.sample}")

    def attempt_folder(self, key: SampleKey, attempt: int) -> Path:
        """The folder of one attempt, counted from 1."""
        return self.sample_folder(key) / f"attempt-{attempt}"

    def save_generation(self, request: GenerationRequest, generation: Generation) -> None:
        """Store a question and its answer; the answer last, so that it is never there alone."""
        folder = self.attempt_folder(request.key, request.attempt)
        folder.mkdir(parents=True, exist_ok=True)
        asked = {
            "digest": request.digest(),
            "key": asdict(request.key),
            "attempt": request.attempt,
            "parameters": asdict(request.parameters),
            "messages": request.messages,
        }
        (folder / "request.json").write_text(json.dumps(asked, indent=1), encoding="utf-8")
        answered = {"digest": request.digest(), **asdict(generation)}
        _write_atomically(folder / "response.json", json.dumps(answered, indent=1))

    def find_generation(self, request: GenerationRequest) -> Generation | None:
        """The stored answer to exactly this question, if there is one."""
        stored = self._response(request.key, request.attempt)
        if stored is None or stored[0] != request.digest():
            return None
        return stored[1]

    def stored_generation(self, key: SampleKey, attempt: int) -> Generation | None:
        """The stored answer of an attempt, whatever exactly was asked."""
        stored = self._response(key, attempt)
        return None if stored is None else stored[1]

    def _response(self, key: SampleKey, attempt: int) -> tuple[str, Generation] | None:
        path = self.attempt_folder(key, attempt) / "response.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            digest: str = data.pop("digest")
            data["finish_reason"] = FinishReason(data["finish_reason"])
            return digest, Generation(**data)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save_text(self, key: SampleKey, attempt: int, name: str, text: str) -> None:
        """Store a text of an attempt, such as its source or the build's diagnostics."""
        folder = self.attempt_folder(key, attempt)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", errors="replace")

    def save_session(self, key: SampleKey, messages: list[dict[str, Any]]) -> None:
        """Store a sample's whole conversation, one message a line."""
        folder = self.sample_folder(key)
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(message, ensure_ascii=False) + "\n" for message in messages)
        (folder / "session.jsonl").write_text(lines, encoding="utf-8")


def _write_atomically(path: Path, text: str) -> None:
    """Write so that a kill leaves the old file or the new one, never a half."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def find_run(root: Path, name: str) -> RunDirectory:
    """An existing run by name, or by the path of its directory.

    Raises:
        UsageError: If there is none; the message lists those that there are.
    """
    for path in (root / RUNS / name, Path(name)):
        if (path / "run.json").is_file():
            return RunDirectory(path)
    present = sorted(path.parent.name for path in (root / RUNS).glob("*/run.json"))
    listed = ", ".join(present[-5:]) or "none yet"
    raise UsageError(f"there is no run {name!r} below {root / RUNS} (there: {listed})")
