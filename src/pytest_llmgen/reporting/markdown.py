"""The scoreboard as GitHub's Markdown, with every challenge."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from pytest_llmgen.reporting import sections as s
from pytest_llmgen.reporting.flight_sections import flights_sections
from pytest_llmgen.reporting.table import Column, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_llmgen.reporting.scoreboard import Scoreboard

_SPECIAL = re.compile(r"[\\|<*`~\[\]]|(?<![^\W_])_|_(?![^\W_])")


def to_markdown(board: Scoreboard) -> str:
    """Write a scoreboard as Markdown; one line ends each row, a newline ends the text."""
    parts = ["# Scoreboard"]
    if not board.models:
        parts.append("No sample was recorded.")
    else:
        models, *others = _sections(board)
        parts += [escape(models.title), *_body(models)]
        for section in others:
            body = _body(section)
            if body:
                parts += [f"## {escape(section.title)}", *body]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Keep Markdown from reading anything into a name."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _sections(board: Scoreboard) -> Iterator[Section]:
    yield s.models_section(board)
    if board.repeated:
        yield s.samples_section(board)
    if len(board.tiers) > 1:
        yield s.tiers_section(board)
    yield s.verdicts_section(board)
    names = [row.model for row in board.models]
    yield s.matrix_section(board, board.matrix, titles=names)
    yield s.separators_section(board, len(board.matrix))
    if board.has_length_errors:
        yield s.lengths_section(board)
    yield from flights_sections(board, sys.maxsize, sys.maxsize)
    yield s.left_out_section(board)
    yield s.notes_section(board)


def _body(section: Section) -> list[str]:
    parts = [_table(part) for part in _by_group(section.table)] if section.table else []
    if section.lines:
        parts.append("\n".join(f"- {escape(line)}" for line in section.lines))
    return parts


def _by_group(table: Table) -> list[Table]:
    """A table for each group of columns, its name over the names: a cell cannot span columns."""
    groups: dict[str | None, list[Column]] = {}
    for column in table.columns:
        groups.setdefault(column.group, []).append(column)
    return [
        Table(heading=group or table.heading, names=table.names, columns=tuple(columns))
        for group, columns in groups.items()
    ]


def _table(table: Table) -> str:
    rule = ["---" if column.left else "---:" for column in table.columns]
    head = [table.heading, *(column.title for column in table.columns)]
    rows = [
        _row([name, *(column.cells[index].text for column in table.columns)])
        for index, name in enumerate(table.names)
    ]
    return "\n".join([_row(head), f"|---|{'|'.join(rule)}|", *rows])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(escape, cells))} |"
