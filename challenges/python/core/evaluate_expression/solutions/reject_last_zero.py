# reject: test_zero_divisors wrong_answer - points at the last division by zero, not at the first
"""Recursive descent that computes as it goes, with room for deep recursion."""

import sys
from collections.abc import Callable

sys.setrecursionlimit(10**6)


class SyntaxFault(Exception):  # noqa: N818 - it carries an index
    """No expression from an index on."""


class Parser:
    """One text, and where it is being read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.zero: int | None = None

    def peek(self) -> str:
        """The next character but spaces; empty at the end."""
        while self.text.startswith(" ", self.at):
            self.at += 1
        return self.text[self.at : self.at + 1]

    def whole(self) -> int:
        """An expression and nothing after it."""
        value = self.sum()
        if self.peek():
            raise SyntaxFault(self.at)
        return value

    def sum(self) -> int:
        """Products with plus and minus between."""
        return self.chain("+-", self.product)

    def product(self) -> int:
        """Operands with times, division and remainder between."""
        return self.chain("*/%", self.operand)

    def chain(self, operators: str, part: Callable[[], int]) -> int:
        """Parts with operators between, grouped from the left."""
        value = part()
        while (operator := self.peek()) and operator in operators:
            index = self.at
            self.at += 1
            value = self.apply(operator, value, part(), index)
        return value

    def apply(self, operator: str, a: int, b: int, index: int) -> int:
        """Compute; the first division by zero is remembered."""
        if operator == "+":
            return a + b
        if operator == "-":
            return a - b
        if operator == "*":
            return a * b
        if b == 0:
            self.zero = index
            return 0
        quotient, remainder = divmod(a, b)
        return quotient if operator == "/" else remainder

    def operand(self) -> int:
        """A number, a negated operand, or an expression in parentheses."""
        char = self.peek()
        if char == "-":
            self.at += 1
            return -self.operand()
        if char == "(":
            self.at += 1
            value = self.sum()
            if self.peek() != ")":
                raise SyntaxFault(self.at)
            self.at += 1
            return value
        start = self.at
        while "0" <= self.text[self.at : self.at + 1] <= "9":
            self.at += 1
        if start == self.at:
            raise SyntaxFault(self.at)
        return int(self.text[start : self.at])


def evaluate(text: str) -> tuple[str, int]:
    """The value of an expression, or the index of what is wrong."""
    parser = Parser(text)
    try:
        value = parser.whole()
    except SyntaxFault as fault:
        return "error", int(fault.args[0])
    return ("ok", value) if parser.zero is None else ("error", parser.zero)
