"""How generating goes: a live line per model on a terminal, plain lines now and then in a log."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

from pytest_llmgen.reporting.layout import shorten
from pytest_llmgen.reporting.quantities import count, dollars, duration, plural, speed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

    from pytest_llmgen.engine.engine import Engine
    from pytest_llmgen.engine.sample import Progress

TERMINAL_S = 1.0
"""Between two looks of the live lines on a terminal."""
LOG_S = 30.0
"""Between two looks in a log."""
WINDOW_S = 300.0
"""How far back a pace looks: long enough for a slow model's replies, short enough to follow."""
MIN_SOLVED = 3
"""Samples solved in the window before a time left is named."""
MAX_LINES = 8
"""On a terminal; models that find no place are counted in the last line."""

# The live lines stand below the line of dots and leave the cursor where it was: index (make room
# below), reverse index, save cursor; for each line: next line, ..., erase the rest; restore cursor.
_DOWN, _UP, _SAVE, _NEXT, _ERASE, _RESTORE = "\x1bD", "\x1bM", "\x1b7", "\x1bE", "\x1b[K", "\x1b8"


class Pace:
    """How fast one model is of late: what stored replies gave is no measure of it."""

    def __init__(self) -> None:
        """Start without having seen anything."""
        self._seen: deque[tuple[float, int, int]] = deque()

    def note(self, progress: Progress, now: float) -> None:
        """Take note of the present counts; time before the first request does not count."""
        seen = now, progress.solved - progress.restored, progress.tokens
        if not (progress.in_flight or progress.generated):
            self._seen.clear()
        self._seen.append(seen)
        while self._seen[0][0] < now - WINDOW_S and len(self._seen) > 2:
            self._seen.popleft()

    @property
    def tokens_per_s(self) -> float | None:
        """Completion tokens of all replies together; None before the first."""
        (first_s, _, first), (last_s, _, last) = self._seen[0], self._seen[-1]
        return (last - first) / (last_s - first_s) if last > first else None

    def left_s(self, progress: Progress) -> float | None:
        """Seconds until the last sample is solved at this pace; None while that is a guess."""
        (first_s, first, _), (last_s, last, _) = self._seen[0], self._seen[-1]
        if last - first < MIN_SOLVED:
            return None
        return (progress.samples - progress.solved) * (last_s - first_s) / (last - first)


def describe(progress: Progress, pace: Pace) -> list[str]:
    """What there is to say of a model, the most important first; zeros mostly go without saying."""
    left_s, tokens_per_s = pace.left_s(progress), pace.tokens_per_s
    parts = [
        f"{progress.solved}/{progress.samples} solved",
        left_s is not None and f"about {_roughly(left_s)} left",
        f"{progress.in_flight} in flight (cap {progress.cap})",
        f"{progress.waiting} waiting",
        progress.failed and f"{progress.failed} failed",
        progress.retries and f"{count(progress.retries)} retries",
        tokens_per_s is not None and f"{speed(tokens_per_s)} tokens/s",
        progress.cost_usd is not None and dollars(progress.cost_usd),
        progress.reused and f"{count(progress.reused)} from the run",
    ]
    return [part for part in parts if isinstance(part, str)]


def _roughly(seconds: float) -> str:
    """A duration as exact as an estimate may be: 40s, 12m, 1h05m."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f}s"
    return f"{seconds / 60:.0f}m" if seconds < 3570 else duration(seconds)


def fitted(name: str, parts: Sequence[str], width: int) -> str:
    """One line of at most `width` characters: what finds no room at its end is left out."""
    name, parts = shorten(name, max(width // 3, 12)), list(parts)
    while len(parts) > 1 and len(_joined(name, parts)) > width:
        parts.pop()
    return _joined(name, parts)[:width]


def _joined(name: str, parts: Sequence[str]) -> str:
    return f"{name}: {', '.join(parts)}"


def busy_models(progress: Mapping[str, Progress], most: int) -> tuple[list[str], str]:
    """The models to show, at most `most`, and a last line for those that found no place.

    Models that are done are not shown, and those that have not begun only counted: on a server that
    holds one model at a time, all wait for one.
    """
    unsolved = [name for name, counts in progress.items() if counts.solved < counts.samples]
    begun = [name for name in unsolved if progress[name].waiting < progress[name].samples]
    shown = (begun or unsolved[:1])[:most]
    if len(shown) == most and len(unsolved) > most:
        shown.pop()
    others = [progress[name] for name in unsolved if name not in shown]
    if not others:
        return shown, ""
    samples = sum(counts.samples - counts.solved for counts in others)
    return shown, f"{plural(len(others), 'more model')} with {plural(samples, 'sample')} to solve"


class LiveLines:
    """Shows progress from a thread of its own while the run waits on models."""

    def __init__(self, reporter: pytest.TerminalReporter | None, engine: Engine) -> None:
        """Start watching; without a terminal reporter nothing is shown.

        To be called while pytest does not capture output.
        """
        self._engine = engine
        self._stop = threading.Event()
        self._paces: defaultdict[str, Pace] = defaultdict(Pace)
        self._output: _Output | None = None
        if reporter is not None and reporter.verbosity > -2:
            self._output = _Output(reporter)
            threading.Thread(target=self._watch, name="llmgen-progress", daemon=True).start()

    def say(self, line: str) -> None:
        """Show a line that stays."""
        if self._output is not None:
            self._output.say(f"llmgen: {line}")

    def close(self) -> None:
        """Show no more."""
        self._stop.set()
        if self._output is not None:
            self._output.close()

    def _watch(self) -> None:
        assert self._output is not None
        while not self._stop.wait(TERMINAL_S if self._output.is_terminal else LOG_S):
            progress, now = self._engine.progress, time.monotonic()
            for name, counts in progress.items():
                self._paces[name].note(counts, now)
            most, width = self._output.room()
            shown, others = busy_models(progress, most)
            lines = [
                fitted(name, describe(progress[name], self._paces[name]), width) for name in shown
            ]
            self._output.show([*lines, others[:width]] if others else lines)


class _Output:
    """Stands between pytest and its terminal, so that the live lines are gone before pytest writes.

    Lines are written to a duplicate of the terminal's descriptor: while a test runs, pytest's
    capturing has put a file in the place of the descriptor itself.
    """

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._writer = reporter._tw  # noqa: SLF001 - the only way to it
        self._file: Any = self._writer._file  # noqa: SLF001 - the only way to it
        self._file.flush()
        self.is_terminal = bool(reporter.isatty())
        self._descriptor: int | None = None
        with contextlib.suppress(OSError, ValueError):  # not all files have one
            self._descriptor = os.dup(self._file.fileno())
        self._lock = threading.RLock()
        self._shown = 0
        """Lines that stand below the cursor."""
        self._closed = False
        self._writer._file = self  # noqa: SLF001 - it acts as a file

    def room(self) -> tuple[int, int]:
        """How many lines may be shown, and how wide; a log has room for all."""
        if not self.is_terminal:
            return 1000, 1000
        height = 0
        with self._lock, contextlib.suppress(OSError):
            if self._descriptor is not None:
                height = os.get_terminal_size(self._descriptor).lines
        height = height or 24
        return max(1, min(MAX_LINES, height - 2)), self._writer.fullwidth - 1

    def show(self, lines: Sequence[str]) -> None:
        """Write the lines, in place of the last ones on a terminal."""
        with self._lock:
            if self._closed:
                return
            if self.is_terminal:
                self._put_below([*lines, *[""] * (self._shown - len(lines))])
                self._shown = len(lines)
            elif lines:
                start = "\n" if self._writer.width_of_current_line else ""
                self._put(start + "".join(f"llmgen: {line}\n" for line in lines))
                self._writer._current_line = ""  # noqa: SLF001 - it starts anew

    def say(self, line: str) -> None:
        """Write a line that stays, below what pytest has written so far."""
        with self._lock:
            if self._closed:
                return
            self._erase()
            start = "\n" if self._writer.width_of_current_line else ""
            self._put(f"{start}{line}\n")
            self._writer._current_line = ""  # noqa: SLF001 - it starts anew

    def close(self) -> None:
        """Let pytest have its terminal back."""
        with self._lock:
            self._erase()
            self._closed = True
            if self._writer._file is self:  # noqa: SLF001 - as above
                self._writer._file = self._file  # noqa: SLF001 - as above
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def write(self, text: str) -> None:
        """As a file, for pytest. Flushed at once: the live lines must know where the cursor is."""
        with self._lock:
            self._erase()
            self._file.write(text)
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        """All else is the file's."""
        return getattr(self._file, name)

    def _erase(self) -> None:
        self._put_below([""] * self._shown)
        self._shown = 0

    def _put_below(self, lines: Sequence[str]) -> None:
        if lines:
            room = _DOWN * len(lines) + _UP * len(lines)
            written = "".join(f"{_NEXT}{line}{_ERASE}" for line in lines)
            self._put(f"{room}{_SAVE}{written}{_RESTORE}")

    def _put(self, text: str) -> None:
        if self._descriptor is None:
            self._file.write(text)
            self._file.flush()
            return
        data = text.encode(errors="replace")
        with contextlib.suppress(OSError):  # a terminal that is gone shows nothing
            while data:
                data = data[os.write(self._descriptor, data) :]
