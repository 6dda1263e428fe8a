"""Gives one space after the other to the gaps, from the left."""

from itertools import accumulate


def justify(text: str, width: int) -> list[str]:
    """The lines of a paragraph."""
    words: list[str] = []
    for chunk in text.split("\n"):
        for word in chunk.split(" "):
            words += [word[i : i + width] for i in range(0, len(word), width)]
    ends = [0, *accumulate(len(word) + 1 for word in words)]
    lines = []
    first = 0
    while first < len(words):
        last = first + 1
        while last < len(words) and ends[last + 1] - ends[first] - 1 <= width:
            last += 1
        padded = words[first:last]
        gaps = len(padded) - 1
        if last == len(words):
            lines.append(" ".join(padded))
        else:
            missing = width - sum(map(len, padded)) if gaps else 0
            for space in range(missing):
                padded[space % gaps] += " "
            lines.append("".join(padded))
        first = last
    return lines
