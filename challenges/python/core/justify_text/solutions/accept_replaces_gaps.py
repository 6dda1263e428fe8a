"""Widens the first gaps of a line of single spaces."""

from collections.abc import Iterator


def pieces(text: str, width: int) -> Iterator[str]:
    """All words, long ones cut."""
    for word in text.replace("\n", " ").split(" "):
        rest = word
        while len(rest) > width:
            yield rest[:width]
            rest = rest[width:]
        if rest:
            yield rest


def widen(line: str, width: int) -> str:
    """The line with more spaces, if it has any."""
    gaps = line.count(" ")
    if gaps == 0:
        return line
    each, more = divmod(width - len(line), gaps)
    line = line.replace(" ", " " * (each + 1))
    return line.replace(" " * (each + 1), " " * (each + 2), more)


def justify(text: str, width: int) -> list[str]:
    """The lines of a paragraph."""
    plain: list[str] = []
    for word in pieces(text, width):
        if plain and len(plain[-1]) + 1 + len(word) <= width:
            plain[-1] += f" {word}"
        else:
            plain.append(word)
    return [*(widen(line, width) for line in plain[:-1]), *plain[-1:]]
