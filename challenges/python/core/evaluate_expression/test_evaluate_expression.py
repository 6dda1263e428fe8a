"""Write `def evaluate(text: str) -> tuple[str, int]`, which computes an expression of integers.

It returns ("ok", value), or ("error", index) if `text` is no expression or divides by zero. Values
are integers of any size. An expression consists of

- numbers: one or more of the ten digits 0 to 9. Leading zeros mean nothing: 007 is 7. A number has
  at most 4000 digits;
- the binary operators + - * / %, all grouping from the left: * / % before + -. Division rounds
  down, towards minus infinity, and a % b is a - a / b * b: -7 / 2 is -4 and -7 % 2 is 1;
- unary minus before an operand, as often as one likes; it groups before all binary operators, so
  2*-3 is -6 and --2 is 2. There is no unary plus;
- parentheses, nested as deep as one likes.

Spaces (U+0020) may stand anywhere but between the digits of a number, where they end it. No other
character may occur.

If `text` is no expression, the index is that of its first character at which no text that begins so
far is an expression, whatever follows; it is the length of `text` if each beginning of it could go on
to be one. An index counts code points from 0. If `text` is an expression in which a divisor, of / or
%, is zero, the index is that of the operator of the first such division, where the operands of an
operator are computed before it, the left one first. No exception is raised.

For example, "2+3 * -4" gives ("ok", -10), "1 2" gives ("error", 2), "(1" gives ("error", 2),
"" gives ("error", 0), and "1 / (2 % 0)" gives ("error", 7). Texts have up to 200,000 characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen import PythonModule, Submission, challenge, compare

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

pytestmark = challenge(target="python", tier="core")

Answer = tuple[str, int]


@dataclass
class Tree:
    """A right expression: a number, a unary minus, or an operator at its place in the text."""

    operands: list[Tree]
    value: int = 0
    operator: str = ""
    index: int = 0

    def answer(self) -> Answer:
        """Compute operands, and then their operator."""
        answers = [operand.answer() for operand in self.operands]
        for answer in answers:
            if answer[0] == "error":
                return answer
        match self.operator, [value for _, value in answers]:
            case "", []:
                return "ok", self.value
            case "-", [a]:
                return "ok", -a
            case "+", [a, b]:
                return "ok", a + b
            case "-", [a, b]:
                return "ok", a - b
            case "*", [a, b]:
                return "ok", a * b
            case "/" | "%", [_, 0]:
                return "error", self.index
            case operator, [a, b]:
                return "ok", a // b if operator == "/" else a % b
        raise AssertionError(self)


class Writer:
    """Writes a random expression, and remembers what it means."""

    def __init__(self, rng: np.random.Generator, *, zeros: float = 0.05) -> None:
        """Choose how often a number is zero."""
        self.rng = rng
        self.zeros = zeros
        self.text = ""

    def write(self, token: str) -> int:
        """Append a token, with some spaces; its index."""
        self.text += " " * max(0, int(self.rng.integers(-4, 3)))
        self.text += token
        return len(self.text) - len(token)

    def expression(self, depth: int, least: int = 0) -> Tree:
        """Write an expression of operators that bind at least so much: 0 for + -, 1 for * / %."""
        if least == 2 or depth == 0:
            return self.operand(depth)
        tree = self.expression(depth - 1, least + 1)
        for _ in range(int(self.rng.integers(0, 4 - least))):
            operator = "+-*/%"[
                int(self.rng.integers(0, 2) if least == 0 else self.rng.integers(2, 5))
            ]
            index = self.write(operator)
            right = self.expression(depth - 1, least + 1)
            tree = Tree([tree, right], operator=operator, index=index)
        return tree

    def operand(self, depth: int) -> Tree:
        """Write a number, one with a minus, or parentheses."""
        choice = self.rng.random()
        if choice < 0.2:
            self.write("-")
            return Tree([self.operand(depth)], operator="-")
        if choice < 0.6 and depth > 0:
            self.write("(")
            tree = self.expression(depth - 1)
            self.write(")")
            return tree
        length = int(self.rng.choice([1, 1, 1, 2, 3, 22]))
        digits = "".join(map(str, self.rng.integers(0, 10, size=length)))
        digits = "0" * length if self.rng.random() < self.zeros else f"{digits[:-1]}7"
        self.write(digits)
        return Tree([], value=int(digits))


def first_error(text: str) -> int | None:
    """Where a text ceases to be the beginning of an expression: what may follow what, and depth."""
    depth, last = 0, "operator"
    for index, char in enumerate(text):
        if char == " ":
            last = "operand" if last == "digit" else last
        elif last == "operator" and char in "-(":
            depth += char == "("
        elif char in "0123456789" and last != "operand":
            last = "digit"
        elif last != "operator" and char in "+-*/%":
            last = "operator"
        elif last != "operator" and char == ")" and depth:
            depth, last = depth - 1, "operand"
        else:
            return index
    return len(text) if last == "operator" or depth else None


def check(module: PythonModule, expected: Iterable[tuple[str, Answer]]) -> None:
    """Compare the answers to several texts."""
    listed = list(expected)
    results = module.call_rows("evaluate", [(text,) for text, _ in listed])
    for (text, wanted), got in zip(listed, results, strict=True):
        compare(got, wanted, what=f"evaluate({text!r})")


def test_examples(submission: Submission[PythonModule]) -> None:
    """The examples of the task."""
    examples: list[tuple[str, Answer]] = [
        *[("2+3 * -4", ("ok", -10)), ("1 2", ("error", 2)), ("(1", ("error", 2))],
        *[("", ("error", 0)), ("1 / (2 % 0)", ("error", 7)), ("007", ("ok", 7))],
        *[("-7 / 2", ("ok", -4)), ("-7 % 2", ("ok", 1)), ("2*-3", ("ok", -6)), ("--2", ("ok", 2))],
    ]
    check(submission.build(), examples)


def test_grouping(submission: Submission[PythonModule]) -> None:
    """Each pair of operators, without and with parentheses and minus signs."""
    values = {
        "9-4-3": 2,
        "9-4+3": 8,
        "90/9/2": 5,
        "90/9*2": 20,
        "90%8*3": 6,
        "7*8%5": 1,
        "100%30/3": 3,
        "2+3*4": 14,
        "2*3+4": 10,
        "20-6/4": 19,
        "20-7%4": 17,
        "9-(4-3)": 8,
        "90/(9/2)": 22,
        "(2+3)*4": 20,
        "-2-3": -5,
        "-(2-3)": 1,
        "2--3": 5,
        "2---3": -1,
        "-7/2": -4,
        "-(7/2)": -3,
        "7/-2": -4,
        "-7/-2": 3,
        "-7%3": 2,
        "7%-3": -2,
        "-7%-3": -1,
        "-2*3+-4": -10,
        "((((5))))": 5,
        "- - -(-5)": 5,
        " 1 + 2 ": 3,
        "0": 0,
        "-0": 0,
        "000": 0,
        "0010*010": 100,
    }
    check(submission.build(), ((text, ("ok", value)) for text, value in values.items()))


def test_random(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh expressions with large numbers, and sometimes with a division by zero."""
    texts = []
    for number in range(120):
        writer = Writer(rng, zeros=0.3 if number % 3 == 0 else 0.0)
        tree = writer.expression(number % 6)
        texts.append((writer.text + " " * (number % 2), tree.answer()))
    check(submission.build(), texts)


def test_zero_divisors(submission: Submission[PythonModule]) -> None:
    """The first division counts as it is computed, and only where the text is an expression."""
    indices = {
        "1/0": 1,
        "1%0": 1,
        "0/0": 1,
        " 1 /  (3-3)": 3,
        "1/0+2/0": 1,
        "1/(2/0)": 4,
        "(1/0)/(2/0)": 2,
        "1/0/0": 1,
        "0*(1/0)": 4,
        "1+2*3%(0*5)": 5,
        "1/--0": 1,
        "1/0+": 4,
        "1/0 1": 4,
        "(1/0": 4,
        "1/0)": 3,
    }
    check(submission.build(), ((text, ("error", index)) for text, index in indices.items()))


def test_errors(submission: Submission[PythonModule]) -> None:
    """All short texts of a few characters that are no expressions."""
    short = ["", *"1+-*( )x"]
    texts = {a + b + c + d for a in short for b in short for c in short for d in ["", "1", ")"]}
    wrong = [(text, first_error(text)) for text in sorted(texts)]
    check(
        submission.build(),
        ((text, ("error", index)) for text, index in wrong if index is not None),
    )


def test_strange_characters(submission: Submission[PythonModule]) -> None:
    """What Python or Unicode take for spaces, digits or operators, and what Python's `int` takes."""
    indices = {
        "1\t+ 2": 1,
        "1+2\n": 3,
        "\n1": 0,
        "1\u00a0+ 2": 1,
        "\u0663": 0,
        "1\u0663": 1,
        "\u00b2": 0,
        "1+\uff12": 2,
        "3 \u2212 1": 2,
        "3\u00d72": 1,
        "1_000": 1,
        "0x10": 1,
        "1e3": 1,
        "1.5": 1,
        "2**3": 2,
        "7//2": 2,
        "+1": 0,
        "1 + + 1": 4,
        "1*+1": 2,
        "\U0001d7d9": 0,
        "1 \U0001f600": 2,
        "2(3)": 1,
        "(2)3": 3,
        "(2)(3)": 3,
        "1,2": 1,
        "x": 0,
        "[1]": 0,
    }
    check(submission.build(), ((text, ("error", index)) for text, index in indices.items()))


def test_damaged(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh expressions of which a part is missing or doubled, or which hold a character too many."""
    damaged: list[tuple[str, Answer]] = []
    while len(damaged) < 80:
        writer = Writer(rng)
        writer.expression(4)
        text = writer.text
        first, last = sorted(int(index) for index in rng.integers(0, len(text) + 1, size=2))
        end = "" if len(damaged) % 2 else text[min(first, last) :]
        text = text[:last] + str(rng.choice(list("+*/%)( 1.-"))) + end
        index = first_error(text)
        if index is not None:
            damaged.append((text, ("error", index)))
    check(submission.build(), damaged)


def test_large_numbers(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Values beyond 64 bits and beyond the precision of floats."""
    digits = "".join(map(str, rng.integers(1, 10, size=4000)))
    a, b = int(digits[:60]), int(digits[60:100])
    expected = {
        f"{a}*{b}": a * b,
        f"-{a}/{b}": -a // b,
        f"-{a}%{b}": -a % b,
        f"{2**63}-1": 2**63 - 1,
        f"-{2**63}-1": -(2**63) - 1,
        f"{10**22 + 1}/1": 10**22 + 1,
        f"{digits}-{digits}": 0,
        f"({digits}+1)*{digits}%10": (int(digits[-1]) + 1) * int(digits[-1]) % 10,
    }
    check(submission.build(), ((text, ("ok", value)) for text, value in expected.items()))


def test_long_and_deep(submission: Submission[PythonModule]) -> None:
    """Long sums, and nesting that is deeper than Python's own calls may be."""
    n = 50_000
    expected: list[tuple[str, Answer]] = [
        ("1+" * n + "1", ("ok", n + 1)),
        ("1-" * n + "1", ("ok", 1 - n)),
        ("(" * n + "7" + ")" * n, ("ok", 7)),
        ("-" * (n + 1) + "7", ("ok", -7)),
        ("-(" * n + "7" + ")" * n, ("ok", 7)),
        ("1+(" * n + "7" + ")" * n, ("ok", n + 7)),
        ("(" * n + "7" + ")" * (n - 1), ("error", 2 * n)),
        ("(" * n + "7" + ")" * (n + 1), ("error", 2 * n + 1)),
        ("(" * n, ("error", n)),
        (")" * n, ("error", 0)),
    ]
    for (text, wanted), got in zip(
        expected,
        submission.build().call_rows("evaluate", [(text,) for text, _ in expected]),
        strict=True,
    ):
        compare(got, wanted, what=f"evaluate({text[:6]!r}...{text[-6:]!r})")
