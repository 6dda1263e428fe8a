"""What compilers made, kept in memory and below the user's cache directory.

Checks of one sample build the same source again and again, in several processes. An entry on disk
begins with its own digest: one that was cut short or changed is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

KEPT_IN_MEMORY = 256
KEPT_ON_DISK = 2000
_DIGEST_BYTES = 32

_memory: dict[str, bytes] = {}


def folder() -> Path:
    """`$XDG_CACHE_HOME/pytest-llmgen/builds`, by default below `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - Path raises where there is no home
    return Path(base) / "pytest-llmgen" / "builds"


def load(key: str) -> bytes | None:
    """What was stored under a key, or None."""
    if key not in _memory:
        try:
            entry = (folder() / key).read_bytes()
        except OSError:
            return None
        if entry[:_DIGEST_BYTES] != hashlib.sha256(entry[_DIGEST_BYTES:]).digest():
            return None
        _keep(key, entry[_DIGEST_BYTES:])
    return _memory.get(key)


def store(key: str, data: bytes) -> None:
    """Keep data under a key; a directory that cannot be written to is no error."""
    _keep(key, data)
    with contextlib.suppress(OSError):
        where = folder()
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=where)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
        Path(name).replace(where / key)
        _prune(where)


def _keep(key: str, data: bytes) -> None:
    _memory[key] = data
    while len(_memory) > KEPT_IN_MEMORY:
        _memory.pop(next(iter(_memory)), None)


def _prune(where: Path) -> None:
    """Drop the quarter that is oldest when there are too many."""
    entries = list(where.iterdir())
    if len(entries) > KEPT_ON_DISK:
        entries.sort(key=lambda path: path.stat().st_mtime)
        for path in entries[: KEPT_ON_DISK // 4]:
            path.unlink(missing_ok=True)
