"""What MLIR says of a source, as compilers print it."""

from __future__ import annotations

from typing import Any

FILE = "source.mlir"
MAX_DIAGNOSTICS = 20
MAX_NOTES = 10
MAX_MESSAGE = 1000
MAX_LINE = 300
"""What is shown of each: a model needs the first ones, and none is worth its whole context."""

NOISE = ("see current operation: ", "Available dialects: ")
"""Begins notes that repeat an operation in another form, or name what is not allowed here."""

Diagnostic = dict[str, Any]
"""`severity`, `message`, `line` and `column` counted from 1 or 0 if unknown, and `notes`."""


class Refused(Exception):  # noqa: N818 - reads as what it is
    """The source is not taken; `verdict` is `build_failed` or `rule_broken`."""

    def __init__(self, verdict: str, diagnostics: list[Diagnostic]) -> None:
        """Keep what is said of it."""
        super().__init__(verdict)
        self.verdict = verdict
        self.diagnostics = diagnostics


def diagnostic(
    message: str, place: tuple[int, int] = (0, 0), notes: tuple[Diagnostic, ...] = ()
) -> Diagnostic:
    """An error at a line and column."""
    line, column = place
    found = {"severity": "error", "message": message, "line": line, "column": column}
    return {**found, "notes": list(notes)}


def render(diagnostics: Any, source: str) -> str:
    """All of them with their lines of the source, a caret and their notes.

    Args:
        diagnostics: From the child, so possibly forged: whatever is of another form is left out.
        source: What they are about.
    """
    listed = diagnostics if isinstance(diagnostics, list) else []
    lines = source.split("\n")
    shown = [
        _shown(one, lines)
        for found in listed[:MAX_DIAGNOSTICS]
        if isinstance(found, dict)
        for one in (found, *_notes(found))
    ]
    left = len(listed) - MAX_DIAGNOSTICS
    if left > 0:
        shown.append(f"{left} more are not shown")
    return "\n".join(shown) or f"{FILE}: error: it is refused without a reason"


def _notes(found: Diagnostic) -> list[Diagnostic]:
    notes = found.get("notes")
    listed = notes[:MAX_NOTES] if isinstance(notes, list) else []
    return [{**note, "severity": "note"} for note in listed if isinstance(note, dict)]


def _shown(found: Diagnostic, lines: list[str]) -> str:
    severity = "note" if found.get("severity") == "note" else "error"
    message = " ".join(str(found.get("message", "")).split())[:MAX_MESSAGE]
    line, column = (_number(found.get(name)) for name in ("line", "column"))
    if not 1 <= line <= len(lines):
        return f"{FILE}: {severity}: {message}"
    head = f"{FILE}:{line}:{column}: {severity}: {message}"
    text = lines[line - 1]
    # MLIR counts bytes, and a tab must be as wide above the caret as below.
    before = text.encode()[: max(column - 1, 0)].decode(errors="ignore")
    if len(before) >= MAX_LINE:
        return head
    indent = "".join("\t" if letter == "\t" else " " for letter in before)
    return f"{head}\n{text[:MAX_LINE].rstrip()}\n{indent}^"


def _number(value: Any) -> int:
    return value if type(value) is int else 0
