# reject: test_long_text timed_out - right, but moves all words that are left for each one taken
"""Takes words from the front of a list."""

import re


def justify(text: str, width: int) -> list[str]:
    """The lines of a paragraph."""
    words: list[str] = []
    for word in re.findall(r"[^ \n]+", text):
        words.extend(word[start : start + width] for start in range(0, len(word), width))
    lines = []
    while words:
        line = [words.pop(0)]
        while words and len(" ".join([*line, words[0]])) <= width:
            line.append(words.pop(0))
        spaces = width - len("".join(line))
        if not words or len(line) == 1:
            lines.append(" ".join(line))
            continue
        each, more = divmod(spaces, len(line) - 1)
        gaps = [" " * (each + (index < more)) for index in range(len(line) - 1)]
        lines.append("".join(part for pair in zip(line, [*gaps, ""], strict=True) for part in pair))
    return lines
