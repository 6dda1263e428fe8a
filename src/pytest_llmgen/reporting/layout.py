"""Tables as aligned lines of plain text that fit a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from pytest_llmgen.reporting.table import Cell, Column, Table, Tone

Paint = Callable[[str, Tone], str]
"""Marks a text by its tone, in characters that take no room."""

GAP = "  "
CUT = ".."
"""Stands for the middle of a shortened name."""
NICE = 3
"""Columns from this rank on are not worth a shortened name, up to half the width."""
LEAST_NAME = 16
"""Names are shortened no further, whatever the width."""


def lay_out(table: Table, width: int, paint: Paint) -> list[str]:
    """Align a table.

    Where the width is short, the columns of rank `NICE` and more go, the greatest first; then names
    are shortened in the middle, down to two fifths of the width; then the other columns with a rank
    go; then those without go on in a further table below. No row is wrapped.

    Args:
        table: What to show.
        width: Characters there are; exceeded only where it has no room for a name and one column.
        paint: Applied to each cell that has a tone.
    """
    least = max(least_width(table.names, width), len(table.heading))
    columns = _drop(table.columns, width - min(_longest(table.names), width // 2), NICE)
    columns = _drop(columns, width - least, 1)
    blocks = _blocks(columns, width - least) or [[]]
    widest = max(sum(_widths(block)) for block in blocks)
    limit = max(least, min(_longest((*table.names, table.heading)), width - widest))
    names = [shorten(name, limit) for name in table.names]
    lines: list[str] = []
    for block in blocks:
        lines += [""] if lines else []
        lines += _lines(table.heading, names, block, paint)
    return lines


def least_width(names: Sequence[str], width: int) -> int:
    """How far names may be shortened: two fifths of the width, but never to equal texts."""
    longest = _longest(names)
    limit = min(longest, max(LEAST_NAME, width * 2 // 5))
    while limit < longest and len({shorten(name, limit) for name in names}) < len(set(names)):
        limit += 1
    return limit


def shorten(name: str, limit: int) -> str:
    """Cut the middle out of a name that is longer than `limit` characters."""
    if len(name) <= limit:
        return name
    tail = (limit - len(CUT)) // 2
    head = limit - len(CUT) - tail
    return name[:head] + CUT + name[len(name) - tail :]


def _drop(columns: Sequence[Column], room: int, least_rank: int) -> list[Column]:
    """Leave out the columns of the greatest rank, as long as there is no room for all."""
    kept = list(columns)
    while kept and sum(_widths(kept)) > room:
        rank = max(column.rank for column in kept)
        if rank < least_rank:
            break
        kept = [column for column in kept if column.rank < rank]
    return kept


def _blocks(columns: Sequence[Column], room: int) -> list[list[Column]]:
    """Divide columns, in order, so that each block fits; a group stays in one block."""
    blocks: list[list[Column]] = []
    for group in _groups(columns):
        if blocks and sum(_widths([*blocks[-1], *group])) <= room:
            blocks[-1] += group
        else:
            blocks.append(group)
    return blocks


def _groups(columns: Sequence[Column]) -> list[list[Column]]:
    named = groupby(enumerate(columns), key=lambda pair: pair[1].group or pair[0])
    return [[column for _, column in pairs] for _, pairs in named]


def _widths(columns: Sequence[Column]) -> list[int]:
    """Of each column, the gap before it counted; a group is at least as wide as its title."""
    widths: list[int] = []
    for group in _groups(columns):
        own = [
            len(GAP) + _longest((column.title, *(cell.text for cell in column.cells)))
            for column in group
        ]
        own[0] += max(0, len(GAP) + len(group[0].group or "") - sum(own))
        widths += own
    return widths


def _lines(
    heading: str, names: Sequence[str], columns: Sequence[Column], paint: Paint
) -> list[str]:
    widths = _widths(columns)
    first = _longest((heading, *names))
    lines = []
    if any(column.group for column in columns):
        lines.append(" " * first + _group_titles(columns, widths))
    titles = [Cell(column.title) for column in columns]
    lines.append(_line(heading.ljust(first), titles, columns, widths, paint))
    lines.append("-" * first + "".join(GAP + "-" * (width - len(GAP)) for width in widths))
    for index, name in enumerate(names):
        cells = [column.cells[index] for column in columns]
        lines.append(_line(name.ljust(first), cells, columns, widths, paint))
    return [line.rstrip() for line in lines]


def _line(
    name: str, cells: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], paint: Paint
) -> str:
    line = name
    for cell, column, width in zip(cells, columns, widths, strict=True):
        text = cell.text if cell.tone is None else paint(cell.text, cell.tone)
        pad = " " * (width - len(GAP) - len(cell.text))
        line += GAP + (text + pad if column.left else pad + text)
    return line


def _group_titles(columns: Sequence[Column], widths: Sequence[int]) -> str:
    """Each title in the middle of a rule over its columns."""
    line, start = "", 0
    for group in _groups(columns):
        span = sum(widths[start : start + len(group)]) - len(GAP)
        start += len(group)
        line += GAP + (group[0].group or "").center(span)
    return line


def _longest(texts: Sequence[str]) -> int:
    return max((len(text) for text in texts), default=0)
