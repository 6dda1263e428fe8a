# reject: test_long_words wrong_answer - long words stay whole and reach beyond the width
"""Fills lines, and spreads the spaces."""


def justify(text: str, width: int) -> list[str]:
    """The lines of a paragraph."""
    rows: list[list[str]] = [[]]
    for word in text.replace("\n", " ").split(" "):
        if word and rows[-1] and len(" ".join([*rows[-1], word])) > width:
            rows.append([])
        if word:
            rows[-1].append(word)
    lines = [" ".join(row) for row in rows if row]
    for number, row in enumerate(rows[:-1]):
        gaps = len(row) - 1
        if gaps:
            each, more = divmod(width - len("".join(row)), gaps)
            parts = [word + " " * (each + (index < more)) for index, word in enumerate(row[:-1])]
            lines[number] = "".join([*parts, row[-1]])
    return lines
