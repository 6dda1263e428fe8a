"""How generating goes: one live line on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from pytest_llmgen.engine.engine import Engine, Progress

TERMINAL_S = 1.0
"""Between two live lines on a terminal."""
LOG_S = 30.0
"""Between two plain lines in a log."""

# The live line stands below the line of dots and leaves the cursor where it was: index (make room
# below), reverse index, save cursor, next line, ..., restore cursor.
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
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    parts.append(f"{60 * progress.generated / seconds:.0f} a minute")
    if progress.tokens:
        parts.append(f"{progress.tokens / seconds:.0f} tokens/s")
    return "llmgen: " + ", ".join(parts)


class LiveLine:
    """Shows progress from a thread of its own while the run waits on models."""

    def __init__(self, reporter: pytest.TerminalReporter | None, engine: Engine) -> None:
        """Start watching; without a terminal reporter nothing is shown."""
        self._reporter = reporter
        self._engine = engine
        self._lock = threading.Lock()
        self._shown = False
        self._stop = threading.Event()
        if reporter is not None and reporter.verbosity > -2:
            threading.Thread(target=self._watch, name="llmgen-progress", daemon=True).start()

    def clear(self) -> None:
        """Remove the live line, before anything else is written."""
        with self._lock:
            self._erase()

    def close(self) -> None:
        """Show no more."""
        self._stop.set()
        self.clear()

    def _watch(self) -> None:
        assert self._reporter is not None
        terminal = self._reporter.isatty()
        while not self._stop.wait(TERMINAL_S if terminal else LOG_S):
            progress = self._engine.progress
            if progress.solved >= progress.samples:
                continue
            text = describe(progress, time.monotonic())
            with self._lock:
                if self._stop.is_set():
                    return
                if terminal:
                    self._write(f"{_BELOW}{text[: self._width() - 1]}{_BACK}")
                    self._shown = True
                else:
                    self._write_plain(text)

    def _write_plain(self, text: str) -> None:
        """A line of its own, between the dots of pytest or of xdist."""
        assert self._reporter is not None
        self._reporter.ensure_newline()
        if self._reporter._tw.width_of_current_line:  # noqa: SLF001 - the only way to it
            self._reporter.write_line("")
        self._reporter.write_line(text)

    def _erase(self) -> None:
        if self._shown:
            self._write(f"\x1b7\x1bE{_BACK}")
            self._shown = False

    def _width(self) -> int:
        assert self._reporter is not None
        return self._reporter._tw.fullwidth  # noqa: SLF001 - the only way to it

    def _write(self, text: str) -> None:
        """To the terminal itself: pytest must not count these characters as part of its line."""
        assert self._reporter is not None
        file = self._reporter._tw._file  # noqa: SLF001 - see above
        file.write(text)
        file.flush()
