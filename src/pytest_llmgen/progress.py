"""How generating goes: one live line on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from pytest_llmgen.engine.engine import Engine, Progress

TERMINAL_S = 1.0
"""Between two live lines on a terminal."""
LOG_S = 30.0
"""Between two plain lines in a log."""

# The live line stands below the line of dots and leaves the cursor where it was: index (make room
# below), reverse index, save cursor, next line, ..., erase the rest, restore cursor.
_BELOW = "\x1bD\x1bM\x1b7\x1bE"
_BACK = "\x1b[K\x1b8"


def describe(progress: Progress, now: float) -> str:
    """One line: what is done, in flight, waiting and failed, and how fast."""
    seconds = max(now - progress.started, 1e-9)
    parts = [
        f"{progress.solved}/{progress.samples} samples solved",
        f"{progress.generated} generated",
        f"{progress.in_flight} in flight",
        f"{progress.waiting} waiting",
    ]
    if progress.reused:
        parts.insert(2, f"{progress.reused} from the run")
    if progress.refused:
        parts.append(f"{progress.refused} retries")
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    parts.append(f"{60 * progress.generated / seconds:.0f} a minute")
    if progress.tokens:
        parts.append(f"{progress.tokens / seconds:.0f} tokens/s")
    return "llmgen: " + ", ".join(parts)


class LiveLine:
    """Shows progress from a thread of its own while the run waits on models."""

    def __init__(self, reporter: pytest.TerminalReporter | None, engine: Engine) -> None:
        """Start watching; without a terminal reporter nothing is shown.

        To be called while pytest does not capture output.
        """
        self._engine = engine
        self._stop = threading.Event()
        self._output: _Output | None = None
        if reporter is not None and reporter.verbosity > -2:
            self._output = _Output(reporter)
            threading.Thread(target=self._watch, name="llmgen-progress", daemon=True).start()

    def close(self) -> None:
        """Show no more."""
        self._stop.set()
        if self._output is not None:
            self._output.close()

    def _watch(self) -> None:
        assert self._output is not None
        while not self._stop.wait(TERMINAL_S if self._output.is_terminal else LOG_S):
            progress = self._engine.progress
            if progress.solved < progress.samples:
                self._output.show(describe(progress, time.monotonic()))


class _Output:
    """Stands between pytest and its terminal, so that the live line is gone before pytest writes.

    A line is written to a duplicate of the terminal's descriptor: while a test runs, pytest's
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
        self._shown = self._closed = False
        self._writer._file = self  # noqa: SLF001 - it acts as a file

    def show(self, text: str) -> None:
        """Write the line, in place of the last one on a terminal."""
        with self._lock:
            if self._closed:
                return
            if self.is_terminal:
                self._put(f"{_BELOW}{text[: self._writer.fullwidth - 1]}{_BACK}")
                self._shown = True
            else:
                start = "\n" if self._writer.width_of_current_line else ""
                self._put(f"{start}{text}\n")
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
        """As a file, for pytest. Flushed at once: the live line must know where the cursor is."""
        with self._lock:
            self._erase()
            self._file.write(text)
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        """All else is the file's."""
        return getattr(self._file, name)

    def _erase(self) -> None:
        if self._shown:
            self._put(f"\x1b7\x1bE{_BACK}")
            self._shown = False

    def _put(self, text: str) -> None:
        if self._descriptor is None:
            self._file.write(text)
            self._file.flush()
            return
        data = text.encode(errors="replace")
        with contextlib.suppress(OSError):  # a terminal that is gone shows nothing
            while data:
                data = data[os.write(self._descriptor, data) :]
