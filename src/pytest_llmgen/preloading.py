"""Imports of what will be needed, on a thread, while something else is waited for."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def start(load: Callable[[], None]) -> None:
    """Have one of the functions below run beside the rest; the process does not wait for it."""
    threading.Thread(target=load, name="llmgen-load", daemon=True).start()


def load_engine() -> None:
    """While xdist's workers start and collect: what will ask the models."""
    from pytest_llmgen import models, progress  # noqa: F401, PLC0415 - as said
    from pytest_llmgen.engine import engine  # noqa: F401, PLC0415

    if (http := sys.modules.get("pytest_llmgen.backends.http")) is not None:  # one of them needs it
        http.load_httpx()


def load_reports() -> None:
    """While the first answers are waited for: what judges and shows them."""
    from pytest_llmgen import recorder  # noqa: F401, PLC0415 - as said
    from pytest_llmgen.reporting import scoreboard, terminal, unanswered  # noqa: F401, PLC0415
