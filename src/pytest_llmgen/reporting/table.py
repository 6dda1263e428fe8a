"""A table before it is laid out: what stands in it, not how wide or how marked up."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Tone(enum.Enum):
    """What a cell says, for those who see colours."""

    GOOD = enum.auto()
    FAIR = enum.auto()
    BAD = enum.auto()
    ASIDE = enum.auto()
    """Not about the model."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One text of a table."""

    text: str
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column beside the names."""

    title: str
    cells: tuple[Cell, ...]
    """One for each name."""
    left: bool = False
    """Words are set left, numbers right."""
    rank: int = 0
    """The greatest goes first where width is short; 0 always stays."""
    group: str | None = None
    """A title over this column and its neighbours of the same group, which stay together."""

    @property
    def is_empty(self) -> bool:
        """Whether no cell says anything."""
        return all(cell.text == "-" for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Names, one a row, and what is said of them."""

    heading: str
    """Over the names."""
    names: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A title, and a table or lines or both; empty if it has neither."""

    title: str
    key: tuple[str, ...] = ()
    """Above the table: what its headings stand for."""
    table: Table | None = None
    lines: tuple[str, ...] = ()
    """Below the table; each is wrapped on its own."""


def rate_tone(part: float, whole: float) -> Tone | None:
    """Good from four fifths, bad below two fifths; none out of nothing."""
    if not whole:
        return None
    rate = part / whole
    return Tone.GOOD if rate >= 0.8 else Tone.FAIR if rate >= 0.4 else Tone.BAD
