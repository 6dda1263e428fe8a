"""The files that a program left behind, as a reply."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_llmgen.backends.builtin import fenced

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE_BYTES = 1 << 20
MAX_FILES = 256
_PASSED_OVER = frozenset({"__pycache__", "node_modules"})
_NOT_IN_A_TAG = re.compile(r"[^\w./+-]")


def left_files(folder: Path) -> str:
    """Each text file below a folder as a fence tagged with its name, the one written last at last.

    Passed over are links, whatever is hidden, files that are no UTF-8, and those of more than
    `MAX_FILE_BYTES`; of more than `MAX_FILES`, the last ones are taken.
    """
    found = sorted(_files(folder))[-MAX_FILES:]
    blocks = ((name, _text(folder / name)) for _written, name in found)
    return "\n".join(
        f"{name}\n\n{fenced(text, _NOT_IN_A_TAG.sub('_', name))}"
        for name, text in blocks
        if text is not None
    )


def _files(folder: Path) -> Iterator[tuple[int, str]]:
    """When each was written, and its name below the folder."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".") and f not in _PASSED_OVER]
        for name in names:
            path = Path(parent, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and not name.startswith("."):
                yield status.st_mtime_ns, path.relative_to(folder).as_posix()


def _text(path: Path) -> str | None:
    """What a file holds; None if it is no text, too long, or not to be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        return None if len(data) > MAX_FILE_BYTES else data.decode()
    except (OSError, UnicodeDecodeError):
        return None
