"""Actions for later, on one thread."""

from __future__ import annotations

import heapq
import itertools
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Delays:
    """Runs actions after a while. The thread starts with the first and dies with the process."""

    def __init__(self) -> None:
        """Start without a thread."""
        self._changed = threading.Condition()
        self._actions: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._started = False
        self._closed = False

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Run `action` once, `seconds` from now; never after `close`.

        Raises:
            RuntimeError: If the system gives no thread to wait on.
        """
        with self._changed:
            if not self._started:
                threading.Thread(target=self._work, name="llmgen-delays", daemon=True).start()
                self._started = True
            entry = (time.monotonic() + seconds, next(self._order), action)
            heapq.heappush(self._actions, entry)
            self._changed.notify()

    def close(self) -> None:
        """Forget all actions and let the thread end."""
        with self._changed:
            self._closed = True
            self._actions.clear()
            self._changed.notify()

    def _work(self) -> None:
        while (action := self._next()) is not None:
            try:
                action()
            except BaseException:  # shown as of any thread; the other actions are still to come
                threading.excepthook(
                    threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread()))
                )

    def _next(self) -> Callable[[], object] | None:
        with self._changed:
            while not self._closed:
                left = self._actions[0][0] - time.monotonic() if self._actions else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._actions)[2]
                self._changed.wait(left)
        return None
