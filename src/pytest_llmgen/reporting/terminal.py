"""The scoreboard as plain text: aligned, ASCII, readable in a log."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pytest_llmgen.reporting import sections as s
from pytest_llmgen.reporting.flight_sections import flights_sections
from pytest_llmgen.reporting.layout import lay_out, least_width, shorten
from pytest_llmgen.reporting.quantities import plural
from pytest_llmgen.reporting.table import Section, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_llmgen.reporting.scoreboard import Scoreboard

MOST_ROWS = 40
"""Challenges shown at most."""
MOST_NAMES = 8
"""Challenges named at most in one line."""
LEAST_HEADING = 18
"""Models' names that would have to be shortened further become letters over a matrix."""

_COLORS = {Tone.GOOD: "32", Tone.FAIR: "33", Tone.BAD: "31", Tone.ASIDE: "2"}
_BOLD = "1"


def render(board: Scoreboard, *, width: int, color: bool) -> str:
    """Lay a scoreboard out for a terminal or a log.

    Args:
        board: What to show.
        width: Characters there are. Where it is short, `lay_out` says what gives way; no row is
            ever wrapped.
        color: Whether to mark rates by ANSI colours; nothing is said by colour alone.

    Returns:
        Lines, without a newline at the end.
    """
    if not board.models:
        return "No sample was recorded."
    texts = [_section_text(section, width, color=color) for section in _sections(board, width)]
    return "\n\n".join(text for text in texts if text)


def _sections(board: Scoreboard, width: int) -> Iterator[Section]:
    yield s.models_section(board)
    if board.repeated:
        yield s.samples_section(board)
    if len(board.tiers) > 1:
        yield s.tiers_section(board)
    if board.repeated or len(board.matrix) > MOST_ROWS:
        yield s.verdicts_section(board)
    if len(board.models) > 1:
        yield _matrix(board, width)
        yield s.separators_section(board, MOST_NAMES)
    else:
        yield s.failures_section(board, MOST_ROWS)
    if board.has_length_errors:
        yield s.lengths_section(board)
    yield from flights_sections(board, MOST_ROWS, MOST_NAMES)
    yield s.left_out_section(board)
    yield s.notes_section(board)


def _matrix(board: Scoreboard, width: int) -> Section:
    """The rows for which there is room: all, or those on which the models differ."""
    rows = board.matrix
    left_out = []
    if len(board.matrix) > MOST_ROWS:
        differing = [row for row in board.matrix if row.differs]
        rows = tuple(differing[:MOST_ROWS])
        left_out += _left_out(len(board.matrix) - len(differing), "do not differ")
        left_out += _left_out(len(differing) - len(rows), "differ")
    lines = [f"left out: {', '.join(left_out)}; {s.WHERE}."] if left_out else []
    titles, key = _headings(board, [row.label for row in rows], width)
    return s.matrix_section(board, rows, titles=titles, key=key, lines=lines)


def _left_out(rows: int, how: str) -> list[str]:
    return [f"{plural(rows, 'challenge')} on which the models {how}"] if rows else []


def _headings(board: Scoreboard, labels: list[str], width: int) -> tuple[list[str], list[str]]:
    """Titles for the models' columns: names, if need be shortened; else letters with a key."""
    names = [row.model for row in board.models]
    symbol = max(len(cell.symbol) for row in board.matrix for cell in row.cells)
    room = width - least_width(labels, width)
    longest = max(map(len, names))
    for limit in range(longest, min(longest, LEAST_HEADING) - 1, -1):
        short = [shorten(name, limit) for name in names]
        fits = sum(2 + max(symbol, len(name)) for name in short) <= room
        if fits and len(set(short)) == len(names):
            return short, []
    letters = [_letters(index) for index in range(len(names))]
    widest = len(letters[-1])
    key = [f"{letter:{widest}}  {name}" for letter, name in zip(letters, names, strict=True)]
    return letters, key


def _letters(index: int) -> str:
    """A to Z, then AA, AB and so on."""
    rest, last = divmod(index, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("A") + last)


def _section_text(section: Section, width: int, *, color: bool) -> str:
    lines = list(section.key)
    if section.table:
        lines += lay_out(section.table, width, _paint if color else _plain)
    for line in section.lines:
        lines += textwrap.wrap(
            line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    if not lines:
        return ""
    title = _ansi(section.title, _BOLD) if color else section.title
    return "\n".join([title, *lines])


def _paint(text: str, tone: Tone) -> str:
    return _ansi(text, _COLORS[tone])


def _plain(text: str, tone: Tone) -> str:  # noqa: ARG001 - a Paint
    return text


def _ansi(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"
