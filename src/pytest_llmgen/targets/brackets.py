"""Whether a text that claims to be code is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPENS = {")": "(", "]": "[", "}": "{"}


def all_close(lexemes: Iterable[str]) -> bool:
    """Whether every bracket closes in its turn.

    Args:
        lexemes: Strings and comments as wholes, brackets alone. A lone quotation mark is a string
            that does not end, and `&lt;` is HTML instead of code: neither is whole.
    """
    opened: list[str] = []
    for lexeme in lexemes:
        if lexeme in _OPENS:
            if not opened or opened.pop() != _OPENS[lexeme]:
                return False
        elif lexeme in {'"', "'"} or lexeme[0] == "&":
            return False
        elif lexeme in {"(", "[", "{"}:
            opened.append(lexeme)
    return not opened
