"""Numbers of users that no child shares with another one, nor with anything else here."""

from __future__ import annotations

import socket
import threading

from pytest_llmgen.errors import WorkerError

FIRST, LAST = 60706, 61183
"""The numbers that systemd's conventions leave to nobody, and that every container maps."""


class Users:
    """Hands out numbers, one per living child.

    A number is taken by binding a name that only one process of this machine can hold, so that
    several zygotes never share one; the kernel frees it when this process ends.
    """

    def __init__(self) -> None:
        self._free: list[int] = []
        self._held: dict[int, socket.socket] = {}
        self._lock = threading.Lock()

    def take(self) -> int:
        """A number that is nobody else's.

        Raises:
            WorkerError: If all are taken.
        """
        with self._lock:
            if self._free:
                return self._free.pop()
            for uid in range(FIRST, LAST + 1):
                if uid not in self._held and self._hold(uid):
                    return uid
        raise WorkerError(f"the users {FIRST} to {LAST} are all in use by other children")

    def give_back(self, uid: int) -> None:
        """Its child is gone with all that it started."""
        with self._lock:
            if uid in self._held:
                self._free.append(uid)

    def close(self) -> None:
        """Free the numbers for other processes."""
        with self._lock:
            for name in self._held.values():
                name.close()
            self._held.clear()
            self._free.clear()

    def _hold(self, uid: int) -> bool:
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            name.bind(f"\0pytest-llmgen-user-{uid}")
        except OSError:
            name.close()
            return False
        self._held[uid] = name
        return True
