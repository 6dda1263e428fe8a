# reject: test_code_points wrong_answer - counts bytes of UTF-8
"""Cuts words, fills lines, and spreads the spaces."""

import re


def justify(text: str, width: int) -> list[str]:
    """The lines of a paragraph."""
    lines: list[str] = []
    line: list[str] = []
    letters = 0  # in the words of the line
    for word in words(text, width):
        if line and letters + len(line) + len(word.encode()) > width:
            lines.append(spread(line, width - letters))
            line, letters = [], 0
        line.append(word)
        letters += len(word.encode())
    if line:
        lines.append(" ".join(line))
    return lines


def words(text: str, width: int) -> list[str]:
    """All words, long ones cut."""
    found: list[str] = []
    for word in re.findall(r"[^ \n]+", text):
        found.extend(word[start : start + width] for start in range(0, len(word), width))
    return found


def spread(line: list[str], spaces: int) -> str:
    """A full line, with so many spaces in all."""
    gaps = len(line) - 1
    if gaps == 0:
        return line[0]
    each, more = divmod(spaces, gaps)
    parts = []
    for index, word in enumerate(line[:-1]):
        parts += [word, " " * (each + (index < more))]
    return "".join(parts) + line[-1]
