# reject: test_strange_characters wrong_answer - the $ of a pattern stands before a line end, too
"""Keeps, for each open parenthesis, the sum so far, the product so far and what is pending."""

import re

PIECE = re.compile(r" *([0-9]+|[-+*/%()]|$)")


class Level:
    """What stands before the next operand, since the last open parenthesis."""

    def __init__(self) -> None:
        self.total = 0
        self.sign = 1
        self.product = 0
        self.operator = ("", 0)
        self.negative = False

    def take(self, value: int) -> int | None:
        """Take an operand into the product; the index of a division by zero."""
        value = -value if self.negative else value
        self.negative = False
        operator, index = self.operator
        if operator in {"/", "%"} and value == 0:
            return index
        if operator == "":
            self.product = value
        elif operator == "*":
            self.product *= value
        elif operator == "/":
            self.product //= value
        else:
            self.product %= value
        return None

    def follow(self, operator: str, index: int) -> None:
        """Note the operator before the next operand."""
        if operator in "*/%":
            self.operator = (operator, index)
            return
        self.total += self.sign * self.product
        self.sign = -1 if operator == "-" else 1
        self.operator = ("", 0)


def evaluate(text: str) -> tuple[str, int]:
    """The value of an expression, or the index of what is wrong."""
    levels = [Level()]
    zero: int | None = None
    operand_next = True
    at = 0
    while True:
        match = PIECE.match(text, at)
        if match is None:
            spaces = len(text[at:]) - len(text[at:].lstrip(" "))
            return "error", at + spaces
        piece, index, at = match[1], match.start(1), match.end()
        level = levels[-1]
        if piece == "":
            break
        if operand_next and piece.isdigit():
            found = level.take(int(piece))
            zero = found if zero is None else zero
        elif operand_next and piece == "-":
            level.negative = not level.negative
        elif operand_next and piece == "(":
            levels.append(Level())
        elif not operand_next and piece == ")" and len(levels) > 1:
            levels.pop()
            found = levels[-1].take(level.total + level.sign * level.product)
            zero = found if zero is None else zero
        elif not operand_next and piece in "+-*/%":
            level.follow(piece, index)
        else:
            return "error", index
        operand_next = piece in {"+", "-", "*", "/", "%", "("}
    if operand_next or len(levels) > 1:
        return "error", len(text)
    value = levels[0].total + levels[0].sign * levels[0].product
    return ("ok", value) if zero is None else ("error", zero)
