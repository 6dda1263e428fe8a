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


def start_engine(session: Session) -> None:
    """While xdist's workers start and collect, import what will ask the models."""
    _start(partial(_load_engine, session), 0.0)


def start_reports() -> None:
    """While the first answers are waited for, import what judges and shows them."""
    _start(_load_reports, ASKING_S)


def _start(load: Callable[[], None], after_s: float) -> None:
    thread = threading.Timer(after_s, load)
    thread.daemon = True  # the process does not wait for it
    thread.start()


def _load_engine(session: Session) -> None:
    from pytest_llmgen import models, progress  # noqa: F401, PLC0415 - as said
    from pytest_llmgen.engine import engine  # noqa: F401, PLC0415

    _ = session.target_classes
    if (http := sys.modules.get("pytest_llmgen.backends.http")) is not None:  # one of them needs it
        http.load_httpx()


def _load_reports() -> None:
    from pytest_llmgen import ending, recorder  # noqa: F401, PLC0415 - as said
    from pytest_llmgen.reporting import terminal, unanswered  # noqa: F401, PLC0415
