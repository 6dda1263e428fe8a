"""Imports of what will be needed, on a thread, while something else is waited for."""

from __future__ import annotations

import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.session import Session

ASKING_S = 0.2
"""How long the first questions take to leave."""


class Preloading:
    """The imports of one run."""

    def __init__(self) -> None:
        """Import nothing yet."""
        self._threads: list[threading.Timer] = []

    def start_engine(self, session: Session) -> None:
        """While xdist's workers start and collect, import what will ask the models."""
        self._start(partial(_load_engine, session), 0.0)

    def start_reports(self) -> None:
        """While the first answers are waited for, import what judges and shows them."""
        self._start(_load_reports, ASKING_S)

    def _start(self, load: Callable[[], None], after_s: float) -> None:
        thread = threading.Timer(after_s, load)
        thread.daemon = True  # a process that is stopped does not wait for it
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Begin no more, and wait for what has begun: no import outlives its run."""
        for thread in self._threads:
            thread.cancel()
            thread.join()


def _load_engine(session: Session) -> None:
    from pytest_llmgen import models, progress  # noqa: F401, PLC0415 - as said
    from pytest_llmgen.engine import engine  # noqa: F401, PLC0415

    _ = session.target_classes
    if (http := sys.modules.get("pytest_llmgen.backends.http")) is not None:  # one of them needs it
        http.load_httpx()


def _load_reports() -> None:
    from pytest_llmgen import ending, recorder  # noqa: F401, PLC0415 - as said
    from pytest_llmgen.reporting import terminal, unanswered  # noqa: F401, PLC0415
