"""Fences of a reply: opening lines, closing lines, and what stands between quote marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(
    r"(?P<lead>(?:[ \t]*(?:>|(?:[-*+]|[0-9]{1,9}[.)])(?=[ \t])))*[ \t]*)"
    r"(?P<run>`{3,}|~{3,})(?P<info>.*)"
)
_QUOTE = re.compile(r"[ \t]*> ?")
_TAG = re.compile(r"[{.\s]*(?:language-)?(?P<tag>[^\s:,;=(){}]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """An opening fence."""

    char: str
    length: int
    """Characters in its run, 3 or more."""
    info: str
    column: int = 0
    """Columns before the run, inside its quote; as many at most are taken off the code."""
    quotes: int = 0
    """Quote marks before it."""
    glued: bool = False

    @property
    def tag(self) -> str:
        """The language or file it names, lower case; empty if none."""
        return self._split_info()[0].lower()

    @property
    def code_in_info(self) -> str:
        """What follows the tag."""
        return self._split_info()[1]

    def _split_info(self) -> tuple[str, str]:
        found = _TAG.match(self.info)
        return (found["tag"], self.info[found.end() :].strip()) if found else ("", "")

    def inside(self, line: str) -> str | None:
        """A line without the block's quote marks, or None if it is outside the quote."""
        at = 0
        for _ in range(self.quotes):
            found = _QUOTE.match(line, at)
            if found is None:
                return None
            at = found.end()
        return line[at:]

    def outdented(self, body: list[str]) -> list[str]:
        """Lines of the inside without the fence's indentation, as far as all of them share it."""
        filled = [text for text in body if text.strip()]
        columns = min([self.column, *map(_indentation, filled)])
        if columns == 0:
            return body
        return [" " * (_indentation(text) - columns) + text.lstrip(" \t") for text in body]

    def is_closed_by(self, text: str) -> bool:
        """Whether a line of the inside is the closing fence."""
        run = text.strip(" \t")
        return len(run) >= self.length and not run.strip(self.char) and self._is_level(text)

    def is_reopened_by(self, text: str, *, shorter: bool = False) -> bool:
        """Whether a line of the inside opens a fence that, by its run, could have closed this one.

        Args:
            text: The line.
            shorter: Whether a fence that could not have closed this one is meant too.
        """
        found = _FENCE.match(text)
        if found is None or found["lead"].strip() or not self._is_level(text):
            return False
        run, info = found["run"], found["info"].strip()
        if run[0] != self.char or (run[0] == "`" and "`" in info):
            return False
        return (len(run) >= self.length and info != "") or (shorter and len(run) < self.length)

    def _is_level(self, text: str) -> bool:
        """Whether a line is indented by less than four columns more: deeper fences are code."""
        return _indentation(text) < self.column + 4

    def before_glued_close(self, text: str) -> str | None:
        """The code on a line that ends with a closing fence, or None if it does not."""
        line = text.rstrip(" \t")
        code = line.rstrip(self.char)
        closes = len(line) - len(code) >= self.length and not _ends_inside_span(code, self.char)
        return code.rstrip() if closes else None


def _indentation(text: str) -> int:
    """Columns of white space that a line begins with."""
    return len(text[: len(text) - len(text.lstrip(" \t"))].expandtabs(4))


def _ends_inside_span(text: str, char: str) -> bool:
    """Whether a run of three or more was opened on a line and not closed on it."""
    return len(re.findall(f"{char}{{3,}}", text)) % 2 == 1


def opening(line: str) -> Fence | None:
    """Read the opening fence on a line, if there is one."""
    found = _FENCE.match(line)
    if found is None or (found["run"][0] == "`" and "`" in found["info"]):
        return _glued_opening(line)
    quoted, quote, lead = found["lead"].rpartition(">")
    return Fence(
        char=found["run"][0],
        length=len(found["run"]),
        info=found["info"].strip(),
        column=len(lead.expandtabs(4).removeprefix(" " if quote else "")),
        quotes=quoted.count(">") + len(quote),
    )


def _glued_opening(line: str) -> Fence | None:
    """Read a fence at the end of a line of prose: tagged, or after a colon."""
    end = line.rfind("`") + 1
    prose, info = line[:end].rstrip("`"), line[end:].strip()
    length = end - len(prose)
    if length < 3 or len(info.split()) > 1 or _ends_inside_span(prose, "`"):
        return None
    if not info and not prose.rstrip().endswith(":"):
        return None
    return Fence(char="`", length=length, info=info, glued=True)
