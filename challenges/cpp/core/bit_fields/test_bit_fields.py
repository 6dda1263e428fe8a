"""Take bits out of a word, reverse them, and step to the next word with as many.

Write three functions of 64-bit words; bit 0 is the lowest.

- `uint64_t bit_field(uint64_t word, int first, int count)` gives the bits first to first + count - 1 of
  word, moved down to bit 0. Bits from 64 on are 0, and so are all other bits of the result. first
  and count are each from 0 to 64.
- `uint64_t reverse_low(uint64_t word, int width)` reverses the order of the lowest width bits of
  word and leaves the others as they are. width is from 0 to 64.
- `uint64_t next_with_as_many(uint64_t word)` gives the smallest number above word that has as many
  bits set, or 0 where there is none in 64 bits.

For example, bit_field(0xABCD, 4, 8) is 0xBC, reverse_low(0xF1, 3) is 0xF4, and next_with_as_many(6)
is 9.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pytest_llmgen import CppLibrary, Submission, challenge, graded

Row = tuple[int, ...]

ALL, TOP = 2**64 - 1, 2**63
WORDS = [0, 1, 2, 3, ALL, ALL - 1, TOP, TOP - 1, TOP + 1, 0x0123456789ABCDEF, 2**32 - 1, 2**32]
WORDS += [0xAAAAAAAAAAAAAAAA, 0x5555555555555555, 3 << 62, 2**31, ALL - 2**32, 0xF0]
EXAMPLES = {"bit_field": ((0xABCD, 4, 8), 0xBC), "reverse_low": ((0xF1, 3), 0xF4)}
EXAMPLES |= {"next_with_as_many": ((6,), 9)}


def try_out(library: CppLibrary) -> str | None:
    """The examples of the task."""
    for name, (row, expected) in EXAMPLES.items():
        if (got := library.call(name, *row)) != expected:
            return f"{name}{row} = {got}, expected {expected}"
    return None


pytestmark = challenge(target="cpp", tier="core", trial=try_out)


def field(word: int, first: int, count: int) -> int:
    """With integers of Python, which have no width."""
    return word >> first & (1 << count) - 1


def reversed_low(word: int, width: int) -> int:
    """With text."""
    digits = f"{word:064b}"
    return int(digits[: 64 - width] + digits[64 - width :][::-1], 2)


def following(word: int) -> int:
    """The next permutation of the binary digits, found from the right."""
    digits = f"{word:064b}"
    at = digits.rfind("01")
    if at < 0:
        return 0
    return int(digits[:at] + "10" + "".join(sorted(digits[at + 2 :])), 2)


def check(library: CppLibrary, name: str, oracle: Callable[..., int], rows: Sequence[Row]) -> None:
    """Compare with the oracle, exactly."""
    results: list[Any] = library.call_rows(name, rows)
    for row, got in zip(rows, results, strict=True):
        expected = oracle(*row)
        words = f"{name}({', '.join([hex(row[0]), *map(str, row[1:])])})"
        assert got == expected, f"{words} = {got:#x}, expected {expected:#x}"


def fresh(rng: np.random.Generator, count: int) -> list[int]:
    """Words with few, many and about half of their bits set."""
    words = rng.integers(0, ALL, size=(3, count), dtype=np.uint64, endpoint=True)
    return [*(words[0] & words[1]).tolist(), *(words[1] | words[2]).tolist(), *words[2].tolist()]


def fields(words: Sequence[int]) -> list[Row]:
    """Each word with some first bits and counts, all ends among them."""
    ends = (0, 1, 7, 31, 32, 33, 62, 63, 64)
    return [(word, first, count) for word in words for first in ends for count in ends]


def test_examples(submission: Submission[CppLibrary]) -> None:
    """Those of the task."""
    assert try_out(submission.build()) is None


def test_bit_field(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """No bit, all bits, and fields that go past bit 63 or begin there."""
    check(submission.build(), "bit_field", field, fields([ALL, 0x8123456789ABCDE7, *fresh(rng, 1)]))


def test_every_field(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Every first bit, and every count, of a fresh word."""
    [word] = fresh(rng, 1)[2:]
    others = rng.integers(0, 64, size=65, endpoint=True).tolist()
    rows = [(word, i, other) for i, other in enumerate(others)]
    check(submission.build(), "bit_field", field, rows + [(w, other, i) for w, i, other in rows])


def test_reverse_low(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Every width, from none to all, odd ones too."""
    library = submission.build()
    for word in (0x8123456789ABCDE7, 1, *fresh(rng, 1)):
        check(library, "reverse_low", reversed_low, [(word, width) for width in range(65)])


def test_next_with_as_many(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Words at both ends, those that have no next, and fresh ones."""
    words = [*WORDS, *((2**n - 1) << 64 - n for n in range(1, 65)), *range(70), *fresh(rng, 30)]
    words += [(2**n - 1) << 63 - n for n in range(1, 64)]
    check(submission.build(), "next_with_as_many", following, [(word,) for word in words])


def test_choices_in_order(submission: Submission[CppLibrary]) -> None:
    """From one way to set 2 or 62 bits to the next, wherever that moves the higher, and others."""
    pairs = sorted(1 << i | 1 << j for i in range(64) for j in range(i))
    places = sorted({*range(0, len(pairs), 10), *(i * (i + 1) // 2 - 1 for i in range(1, 64))})
    library = submission.build()
    for words in (pairs, [ALL ^ pair for pair in reversed(pairs)]):
        got = library.call_rows("next_with_as_many", [(words[i],) for i in places])
        for i, one in zip(places, got, strict=True):
            expected = words[i + 1] if i + 1 < len(words) else 0
            assert one == expected, f"after {words[i]:#x} comes {one:#x}, expected {expected:#x}"


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Every shift that a field can need, and words without a next one, under sanitizers."""
    library = submission.build().sanitized()
    words = [*WORDS, *fresh(rng, 5)]
    check(library, "bit_field", field, fields([ALL]))
    check(
        library, "reverse_low", reversed_low, [(word, n) for word in words for n in (0, 1, 63, 64)]
    )
    check(library, "next_with_as_many", following, [(word,) for word in words])
