"""A run's directory: run.json, records.jsonl, and a folder per sample.

.llmgen/runs/NAME/
  run.json
  records.jsonl
  lock                     held by the process that writes here
  samples/MODEL/CHALLENGE/TARGET/s0/{session.jsonl,flights.json}
  samples/MODEL/CHALLENGE/TARGET/s0/attempt-1/{request.json,response.json,source.*,build.log}
  samples/MODEL/CHALLENGE/TARGET/s0/attempt-1/notes.json

MODEL is one folder: `ollama/q:7b` is written as `ollama+q~7b`.
"""

from __future__ import annotations

import fcntl
import functools
import json
import os
import threading
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import (
    FinishReason,
    Generation,
    GenerationRequest,
    SampleKey,
    fields_of,
)
from pytest_llmgen.runs.folder_name import folder_name
from pytest_llmgen.runs.missed import MissedReplies
from pytest_llmgen.runs.notes import FILE as NOTES
from pytest_llmgen.runs.record import Record, from_json, json_line, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

RUNS = Path(".llmgen") / "runs"
"""Below pytest's root directory."""

FLIGHTS = "flights.json"
"""In a sample's folder: the flights of its last submission that the task shows others of."""

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC

FORMAT = 1
"""Version of the directory as a whole; a reader refuses later ones and still reads earlier ones."""


class RunDirectory:
    """One run on disk. Safe to use from several threads of one process."""

    def __init__(self, path: Path) -> None:
        """Name the directory; nothing is read or written yet."""
        self.path = path
        self._lock = threading.Lock()
        self._folders: set[str] = set()
        self._release: Callable[[], object] | None = None
        self.missed = MissedReplies()
        self._appends: _Appends | None = None

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.name

    # The run as a whole

    def create(self, description: Mapping[str, Any]) -> None:
        """Make the directory, claim it for this process, and write run.json.

        An existing run is gone on with: its start and its models stay in run.json.

        Raises:
            UsageError: If it cannot be made, another process writes to it, or it is of a later
                format.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._claim()
            before = self.describe()
            text = json.dumps(_gone_on_with(before, description), indent=2) + "\n"
            _write_atomically(self.path / "run.json", text)
        except OSError as error:
            raise UsageError(f"cannot write to the run's directory {self.path}: {error}") from error

    def close(self) -> None:
        """Let another process write here."""
        with self._lock:
            self._appends = None
        if self._release is not None:
            self._release()

    def _claim(self) -> None:
        """Two processes would ask for the same samples and mix their records."""
        self.close()
        held = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._release = weakref.finalize(self, os.close, held)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise UsageError(
                f"another process is writing to the run {self.path}; "
                "wait for it, or choose another name with --llm-run"
            ) from None
        except OSError:  # a file system without locks
            self.close()

    def describe(self) -> dict[str, Any]:
        """The contents of run.json, or {} if there is none.

        Raises:
            UsageError: If the file is damaged, or of a later format.
        """
        path = self.path / "run.json"
        if not path.is_file():
            return {}
        try:
            found = json.loads(path.read_bytes())
        except ValueError as error:
            raise UsageError(f"{path}: {error}") from error
        if not isinstance(found, dict):
            raise UsageError(f"{path}: expected an object, got {type(found).__name__}")
        version = found.get("format")
        if version != FORMAT:
            raise UsageError(
                f"{path}: a run of format {version!r}; this version reads up to {FORMAT}"
            )
        return found

    def append(self, record: Record) -> None:
        """Add a record; a later line replaces an earlier one of the same sample."""
        line = to_json(record).encode() + b"\n"
        with self._lock:
            if self._appends is None:
                self._appends = _Appends(self.path / "records.jsonl")
            try:
                self._appends.write(line)
            except OSError:
                self._appends = None  # whoever opens it next mends the line that was cut off
                raise

    def records(self) -> list[Record]:
        """The last record of each sample, in the order in which samples first settled.

        A last line that was cut off by a kill is passed over.

        Raises:
            UsageError: If a line is damaged or of a later format; it names the file and the line.
        """
        latest: dict[SampleKey, Record] = {}
        for record in self._lines():
            latest[record.key] = record
        return list(latest.values())

    def _lines(self) -> Iterator[Record]:
        path = self.path / "records.jsonl"
        if not path.is_file():
            return
        *lines, last = path.read_bytes().split(b"\n")
        if _is_whole(last):
            lines.append(last)
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                yield from_json(line)
            except ValueError as error:
                raise UsageError(f"{path}:{number}: {error}") from error

    # Samples

    def sample_folder(self, key: SampleKey) -> Path:
        """The folder of a sample, below `samples`: no two samples share one."""
        return Path(self._sample(key))

    def attempt_folder(self, key: SampleKey, attempt: int) -> Path:
        """The folder of one attempt, counted from 1."""
        return Path(self._attempt(key, attempt))

    def save_request(self, request: GenerationRequest) -> None:
        """Store a question. It is stored before it is asked: a full disk then costs no money."""
        asked = {
            "digest": request.digest(),
            "key": request.key,
            "attempt": request.attempt,
            "parameters": request.parameters,
            "identity": request.identity,
            "messages": request.messages,
        }
        if request.completion is not None:
            asked["completion"] = request.completion
        self._save(self._attempt(request.key, request.attempt), "request.json", _json(asked))

    def save_generation(self, request: GenerationRequest, generation: Generation) -> None:
        """Store the answer to a question."""
        answered = {"digest": request.digest(), **fields_of(generation)}
        self._save(self._attempt(request.key, request.attempt), "response.json", _json(answered))

    def _sample(self, key: SampleKey) -> str:
        return f"{self.path}/{_below(key)}"

    def _attempt(self, key: SampleKey, attempt: int) -> str:
        return f"{self._sample(key)}/attempt-{attempt}"

    def _save(self, folder: str, name: str, data: bytes) -> None:
        """Write a file of a sample, in one go: what a kill cuts short is read as not there.

        Folders are made once: asking the file system costs more than what is written.
        """
        if folder not in self._folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        descriptor = os.open(f"{folder}/{name}", _NEW_FILE, 0o644)
        try:
            while data:
                data = data[os.write(descriptor, data) :]
        finally:
            os.close(descriptor)

    def find_generation(self, request: GenerationRequest) -> Generation | None:
        """The stored answer to exactly this question, if there is one; `missed` notes others."""
        stored = self._response(request.key, request.attempt)
        if stored is None:
            return None
        digest, generation = stored
        if digest == request.digest():
            return generation
        if not self.missed.knows(request):
            self.missed.note(request, self._question(request.key, request.attempt), digest)
        return None

    def _question(self, key: SampleKey, attempt: int) -> object:
        """What request.json holds, if it can be read."""
        path = self.attempt_folder(key, attempt) / "request.json"
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None

    def stored_generation(self, key: SampleKey, attempt: int) -> Generation | None:
        """The stored answer of an attempt, whatever exactly was asked."""
        stored = self._response(key, attempt)
        return None if stored is None else stored[1]

    def replies(self) -> Iterator[tuple[str, Generation]]:
        """Every stored answer, with the name of its model's folder; in no order."""
        samples = self.path / "samples"
        for path in samples.rglob("response.json"):
            if (stored := _read_response(path)) is not None:
                yield path.relative_to(samples).parts[0], stored[1]

    def _response(self, key: SampleKey, attempt: int) -> tuple[str, Generation] | None:
        return _read_response(f"{self._attempt(key, attempt)}/response.json")

    def save_text(self, key: SampleKey, attempt: int, name: str, text: str) -> None:
        """Store a text of an attempt, such as its source or the build's diagnostics."""
        self._save(self._attempt(key, attempt), name, text.encode(errors="replace"))

    def save_notes(self, key: SampleKey, attempt: int, notes: Mapping[str, Any]) -> None:
        """Store what an attempt's artifact noted."""
        self.save_text(key, attempt, NOTES, json_line(notes) + "\n")

    def save_flights(self, key: SampleKey, flights: Sequence[Any]) -> None:
        """Store the flights of a sample's checks, with their tracks."""
        self._save(self._sample(key), FLIGHTS, json_line(flights).encode() + b"\n")

    def save_session(self, key: SampleKey, messages: Sequence[Mapping[str, Any]]) -> None:
        """Store a sample's whole conversation, one message a line."""
        lines = "".join(json_line(message) + "\n" for message in messages)
        self._save(self._sample(key), "session.jsonl", lines.encode())


@functools.lru_cache(1024)
def _below(key: SampleKey) -> str:
    challenge = map(folder_name, key.challenge.split("/"))
    model, target = folder_name(key.model), folder_name(key.target)
    return "/".join(("samples", model, *challenge, target, f"s{key.sample}"))


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, indent=1, default=fields_of).encode()


def _read_response(path: Path | str) -> tuple[str, Generation] | None:
    """The digest of what was asked, and the answer."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a third of the time of Path, when it is missing
            data = json.loads(file.read())
        digest: str = data.pop("digest")
        data["finish_reason"] = FinishReason(data["finish_reason"])
        return digest, Generation(**data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _gone_on_with(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The description of a run that is gone on with: the first start, and every model so far."""
    models = {model["name"]: model for model in (*before.get("models", ()), *now.get("models", ()))}
    merged = {**now, "models": list(models.values())}
    if "started" in before:
        merged["started"] = before["started"]
    if before.get("sandbox") == "off":
        merged["sandbox"] = "off"  # some of its samples were judged unguarded
    return merged


class _Appends:
    """A file of lines that stays open: opening it costs more than a line."""

    def __init__(self, path: Path) -> None:
        """Open, and mend a last line that a kill has cut off."""
        with path.open("a+b") as file:
            _mend_tail(file)
            self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)

    def write(self, line: bytes) -> None:
        """Append."""
        while line:
            line = line[os.write(self._descriptor, line) :]


def _mend_tail(file: IO[bytes]) -> None:
    """End the last line, or remove it if a kill has cut it off."""
    if file.seek(0, os.SEEK_END) == 0:
        return
    file.seek(-1, os.SEEK_END)
    if file.read(1) == b"\n":
        return
    file.seek(0)
    head, newline, last = file.read().rpartition(b"\n")
    if _is_whole(last):
        file.write(b"\n")
    else:
        file.truncate(len(head + newline))


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _write_atomically(path: Path, text: str) -> None:
    """Write so that a kill leaves the old file or the new one, never a half."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


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
