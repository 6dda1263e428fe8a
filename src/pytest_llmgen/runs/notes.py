"""What an attempt's artifact noted: `attempt-N/notes.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "notes.json"
LIMIT_BYTES = 256 * 1024
"""Most that is stored of one attempt, as JSON."""
LEFT_OUT = "left_out"
"""The note that lists those for which there was no room."""


def within_limit(notes: Mapping[str, Any], limit_bytes: int = LIMIT_BYTES) -> dict[str, Any]:
    """The notes for which there is room, in their order; `left_out` names the others.

    Raises:
        ValueError: If a note is nothing that JSON can say, as with TypeError.
    """
    kept: dict[str, Any] = {}
    left_out: list[str] = []
    room = limit_bytes
    for name, note in notes.items():
        size = len(json.dumps({name: note}, allow_nan=False))
        if size <= room:
            kept[name] = note
            room -= size
        else:
            left_out.append(name[:100])
    return {**kept, LEFT_OUT: left_out[:100]} if left_out else kept


def read_notes(attempt: Path) -> dict[str, Any]:
    """The notes in an attempt's folder; none if there is no file that can be read."""
    try:
        found = json.loads((attempt / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
