# reject: test_grouping wrong_answer - all operators bind alike
"""Operators wait on a stack until one that binds less follows; first for syntax, then for values."""

DIGITS = frozenset("0123456789")
BINDING = {"+": 1, "-": 1, "*": 1, "/": 1, "%": 1}
UNARY = 3
"""How much a minus before an operand binds; an open parenthesis binds nothing."""

Token = tuple[str, int, int]
"""A kind, `n` for a number and `~` for unary minus, its value, and its index."""


class Wrong(Exception):  # noqa: N818 - it carries an index
    """No expression, or a division by zero, at an index."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


def evaluate(text: str) -> tuple[str, int]:
    """The value of an expression, or the index of what is wrong."""
    try:
        return "ok", compute(postfix(text))
    except Wrong as wrong:
        return "error", wrong.index


def postfix(text: str) -> list[Token]:
    """Numbers and operators in the order in which they are computed."""
    output: list[Token] = []
    waiting: list[tuple[str, int, int]] = []  # an operator or parenthesis, its index, its binding
    operand_next = True
    at = 0
    while at < len(text):
        char = text[at]
        if char == " ":
            at += 1
            continue
        if operand_next:
            if char in DIGITS:
                end = at
                while end < len(text) and text[end] in DIGITS:
                    end += 1
                output.append(("n", int(text[at:end]), at))
                operand_next = False
                at = end
                continue
            if char == "-":
                waiting.append(("~", at, UNARY))
            elif char == "(":
                waiting.append(("(", at, 0))
            else:
                raise Wrong(at)
        elif char in BINDING:
            while waiting and waiting[-1][2] >= BINDING[char]:
                kind, index, _ = waiting.pop()
                output.append((kind, 0, index))
            waiting.append((char, at, BINDING[char]))
            operand_next = True
        elif char == ")":
            while waiting and waiting[-1][0] != "(":
                kind, index, _ = waiting.pop()
                output.append((kind, 0, index))
            if not waiting:
                raise Wrong(at)
            waiting.pop()
        else:
            raise Wrong(at)
        at += 1
    if operand_next or any(kind == "(" for kind, _, _ in waiting):
        raise Wrong(len(text))
    output += [(kind, 0, index) for kind, index, _ in reversed(waiting)]
    return output


def compute(tokens: list[Token]) -> int:
    """The value of an expression whose operators follow their operands."""
    values: list[int] = []
    for kind, value, index in tokens:
        if kind == "n":
            values.append(value)
            continue
        b = values.pop()
        if kind == "~":
            values.append(-b)
            continue
        a = values.pop()
        if kind in "/%" and b == 0:
            raise Wrong(index)
        if kind == "+":
            values.append(a + b)
        elif kind == "-":
            values.append(a - b)
        elif kind == "*":
            values.append(a * b)
        else:
            values.append(a // b if kind == "/" else a % b)
    return values[0]
