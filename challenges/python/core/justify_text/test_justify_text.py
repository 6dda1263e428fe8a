r"""Write `def justify(text: str, width: int) -> list[str]`, which sets a paragraph in lines.

Words are separated by one or more spaces (U+0020) and line feeds (U+000A), which may also stand before
the first word and after the last. Every other character belongs to a word, the no-break space (U+00A0)
for example. Lengths are counted in code points; `width` is at least 1.

First, each word that is longer than `width` is cut from its start into words of exactly `width` code
points and, where something is left, a last one of the rest. Then each line, from the first, takes as many
of the next words as fit into `width` with one space between words.

- The last line, and each line of only one word, has one space between words.
- All others are exactly `width` long: the spaces are spread over the gaps between words such that no two
  gaps differ by more than one space, and the wider gaps come first.

No line begins or ends with a space. A text without words has no lines. For example,
justify("a bc def ghij  klmno\np", 8) is ["a bc def", "ghij", "klmno p"], and
justify("to be or not to be there", 11) is ["to   be  or", "not  to  be", "there"].

Texts have up to 2,000,000 characters; the time grows in proportion to their length.
"""

import itertools
import re

import numpy as np

from pytest_llmgen import Limits, PythonModule, Submission, challenge, compare, graded
from pytest_llmgen.errors import WrongAnswer

pytestmark = challenge(target="python", tier="core", limits=Limits(wall_s=1.5))


def require_lines(lines: object, what: str) -> list[str]:
    """The lines, if that is what they are."""
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise WrongAnswer(f"{what}: got {lines!r:.80}, expected a list of strings")
    return lines


def check(result: object, text: str, width: int) -> None:
    """Hold the lines to everything that the task says of them, which only one answer fulfils."""
    what = f"justify({text[:60]!r}{'...' * (len(text) > 60)}, {width})"
    lines = require_lines(result, what)
    words = [part for word in re.findall(r"[^ \n]+", text) for part in cut(word, width)]
    split = [[word for word in line.split(" ") if word] for line in lines]
    assert all(split), f"{what}: line {split.index([])} has no words"
    compare([word for line in split for word in line], words, what=f"the words of {what}")
    for number, (line, (first, *rest)) in enumerate(zip(lines, split, strict=True)):
        where = f"line {number} of {what}, {line!r},"
        assert len(line) <= width, f"{where} is longer than {width}"
        gaps = [len(gap) for gap in re.findall(" +", line)]
        assert line.startswith(first), f"{where} begins with a space"
        assert line.endswith([first, *rest][-1]), f"{where} ends with a space"
        if number == len(lines) - 1 or not rest:
            assert gaps == [1] * len(rest), f"{where} has gaps of {gaps}, expected single spaces"
        else:
            assert len(line) == width, f"{where} is {len(line)} long, expected {width}"
            assert gaps == sorted(gaps, reverse=True), (
                f"{where} has gaps of {gaps}, wider ones last"
            )
            assert gaps[0] - gaps[-1] <= 1, f"{where} has gaps of {gaps}, not even"
    for number, (row, following) in enumerate(itertools.pairwise(split)):
        room = width - len(" ".join(row))
        assert room <= len(following[0]), f"line {number} of {what} has room for one more word"


def cut(word: str, width: int) -> list[str]:
    """Parts of a word, each but the last of the whole width."""
    return [word[start : start + width] for start in range(0, len(word), width)]


def check_all(module: PythonModule, rows: list[tuple[str, int]]) -> None:
    """Check the results of several calls."""
    for (text, width), lines in zip(rows, module.call_rows("justify", rows), strict=True):
        check(lines, text, width)


def random_text(rng: np.random.Generator, count: int, longest: int, letters: str) -> str:
    """Words of random lengths, between spaces and line feeds."""
    lengths = rng.integers(1, longest + 1, size=count)
    words = ["".join(rng.choice(list(letters), size=length)) for length in lengths]
    gaps = rng.choice([" ", "  ", "\n", " \n ", "\n\n", "     "], size=count)
    return "".join(f"{gap}{word}" for gap, word in zip(gaps, words, strict=True)) + " " * (
        count % 3
    )


def test_examples(submission: Submission[PythonModule]) -> None:
    """The examples of the task."""
    module = submission.build()
    got = module.call("justify", "a bc def ghij  klmno\np", 8)
    compare(got, ["a bc def", "ghij", "klmno p"], what="the first example")
    got = module.call("justify", "to be or not to be there", 11)
    compare(got, ["to   be  or", "not  to  be", "there"], what="the second example")


def test_no_words(submission: Submission[PythonModule]) -> None:
    """Nothing, and nothing but spaces and line feeds."""
    module = submission.build()
    for text in ("", " ", "\n", "   ", " \n\n "):
        for width in (1, 5):
            compare(module.call("justify", text, width), [], what=f"justify({text!r}, {width})")
    compare(module.call("justify", " \n a \n ", 5), ["a"], what="a word between spaces")


def test_every_width(submission: Submission[PythonModule]) -> None:
    """Few words, in all widths: lines that are full, one short, of one word, and the last one."""
    texts = [
        "one",
        "a b",
        "a b c d e f g",
        "aa b cc d ee f gg",
        "the quick brown fox jumps over the lazy dog",
        "  spaces   before, between  and after   ",
        "aaaa bb",
        "line\nfeeds\n\nare spaces",
    ]
    check_all(
        submission.build(), [(text, width) for text in texts for width in range(1, len(text) + 3)]
    )


def test_long_words(submission: Submission[PythonModule]) -> None:
    """Words that are as long as the width, twice as long, and one more or less."""
    rows = [
        (before + "abcdefghijklmnopqrstuvwxyz"[:length] + after, width)
        for width in (1, 2, 3, 5, 6)
        for length in (width - 1, width, width + 1, 2 * width - 1, 2 * width, 2 * width + 1, 26)
        for before in ("", "x ", "xx y ")
        for after in ("", " z", " yy zz")
    ]
    check_all(submission.build(), rows)


def test_random(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Fresh texts, with words shorter and longer than the width."""
    rows = [
        (random_text(rng, count, longest, "abc"), int(width))
        for count in (0, 1, 2, 7, 40, 101)
        for longest in (1, 4, 12)
        for width in rng.integers(1, 31, size=3)
    ]
    check_all(submission.build(), rows)


def test_code_points(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Accents, emoji and combining marks count one per code point; other spaces are no spaces."""
    letters = "aé\u0301ß\u4e2d\U0001f600\u200d"
    spaces = "a\u00a0\u2003\t\u3000\u2028\x1f\r\x0b"
    rows = [
        (random_text(rng, count, 7, alphabet), int(width))
        for alphabet in (letters, spaces)
        for count in (1, 9, 40)
        for width in rng.integers(3, 31, size=4)
    ]
    rows += [("10\u00a0000 km to\u00a0go", 9), ("\u00a0 \u00a0", 1), ("\ta b\t", 3)]
    check_all(submission.build(), rows)


@graded
def test_long_text(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Hundreds of thousands of words, in lines of a few: words are not moved once per line."""
    words = ["abcd"[:length] for length in rng.integers(1, 5, size=400_000)]
    lines = require_lines(submission.build().call("justify", " ".join(words), 30), "a long text")
    same = " ".join(lines).split() == words  # pytest would look for the difference for minutes
    assert same, "the words of a long text are not those of its lines"
    full = {len(line) for line in lines[:-1]} == {30}
    assert full, "a line but the last is not full"
