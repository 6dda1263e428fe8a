"""Find out how much of a text is UTF-8.

Given `struct Prefix { size_t bytes; size_t code_points; };`, write
`Prefix utf8_prefix(const std::string& text)`, which returns the length of the longest beginning of
the text that is well-formed UTF-8, in bytes and in code points. It ends with a whole code point: where
a byte is wrong or missing, the prefix ends before the sequence in which it is.

Well-formed is what the Unicode standard says: the code points U+0000 to U+10FFFF without the
surrogates, U+D800 to U+DFFF, each in the shortest of its encodings. Noncharacters such as U+FFFF and a
byte order mark are code points like others. For example, the bytes 61 C3 A9 E2 82 give 3 bytes and 2
code points. The text may hold any bytes and has 0 to 5000000 of them.
"""

from collections.abc import Iterable

import numpy as np

from pytest_llmgen import CppLibrary, Limits, Submission, challenge, graded

EXAMPLE = bytes.fromhex("61 C3 A9 E2 82")
ENDS = [0, 1, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFEFF, 0xFFFE, 0xFFFF]
ENDS += [0x10000, 0x10FFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF]
"""The first and the last code point of every form of an encoding, and some between."""


def try_out(library: CppLibrary) -> str | None:
    """The example of the task."""
    got = tuple(library.call("utf8_prefix", EXAMPLE))
    return None if got == (3, 2) else f"the bytes {EXAMPLE.hex(' ')} give {got}, expected (3, 2)"


pytestmark = challenge(target="cpp", tier="core", limits=Limits(wall_s=2.0), trial=try_out)


def prefix(text: bytes) -> tuple[int, int]:
    """What Python's decoder takes, up to the first fault that it reports."""
    try:
        return len(text), len(text.decode())
    except UnicodeDecodeError as error:
        return error.start, len(text[: error.start].decode())


def check(library: CppLibrary, texts: Iterable[bytes]) -> None:
    """Compare with Python's decoder."""
    rows = [(text,) for text in texts]
    for (text,), got in zip(rows, library.call_rows("utf8_prefix", rows), strict=True):
        expected = prefix(text)
        assert got == expected, f"{text[:24].hex(' ')}: {tuple(got)}, expected {expected}"


def encoded(number: int, length: int) -> bytes:
    """A number in the pattern of so many bytes, from 2 to 6, whether UTF-8 allows it or not."""
    rest = [0x80 | number >> 6 * i & 0x3F for i in reversed(range(length - 1))]
    return bytes([0xFF << 8 - length & 0xFF | number >> 6 * (length - 1), *rest])


def fresh(rng: np.random.Generator, count: int) -> str:
    """Code points of all lengths in UTF-8."""
    limits = [0x80, 0x800, 0xD800, 0x110000]
    numbers = rng.integers(0, rng.choice(limits, size=count))
    return "".join(chr(n) for n in numbers.tolist() if not 0xD800 <= n < 0xE000)


def damaged(rng: np.random.Generator, text: bytes) -> bytes:
    """One byte replaced, taken out, put in, or the text cut there."""
    at, byte = int(rng.integers(len(text))), rng.bytes(1)
    tails = (byte + text[at + 1 :], text[at + 1 :], byte + text[at:], b"")
    return text[:at] + tails[rng.integers(4)]


def test_valid(submission: Submission[CppLibrary]) -> None:
    """The empty text, zeros, the ends of all forms, and the example."""
    library = submission.build()
    assert try_out(library) is None
    texts = ["", "a", "\0", "a\0b\0", "naïve €5 🎼", *map(chr, ENDS), "".join(map(chr, ENDS))]
    check(library, [text.encode() for text in texts])


def test_every_code_point(submission: Submission[CppLibrary]) -> None:
    """All 1112064 of them, in one text."""
    numbers = [*range(0xD800), *range(0xE000, 0x110000)]
    check(submission.build(), ["".join(map(chr, numbers)).encode()])


def test_first_two_bytes(submission: Submission[CppLibrary]) -> None:
    """Every first byte above 7F, with second bytes around every limit."""
    firsts = (0x00, 0x7F, *range(0x80, 0x100))
    seconds = (0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0)
    texts = [bytes([97, one, two, 0x80, 0xBF]) for one in firsts for two in seconds]
    check(submission.build(), texts)


def test_not_the_shortest(submission: Submission[CppLibrary]) -> None:
    """Numbers that would fit fewer bytes, up to the last of them."""
    texts = [encoded(n, 2) for n in (0, 0x2F, 0x7F)]
    texts += [encoded(n, 3) for n in (0, 0x7F, 0x80, 0x7FF)]
    texts += [encoded(n, 4) for n in (0, 0x7F, 0x7FF, 0x800, 0xD800, 0xFFFF)]
    check(submission.build(), [front + text for text in texts for front in (b"", b"ab")])


def test_no_code_points(submission: Submission[CppLibrary]) -> None:
    """Surrogates, alone and in pairs, and numbers above U+10FFFF, of up to six bytes."""
    texts = [encoded(n, 3) for n in (0xD800, 0xDABC, 0xDBFF, 0xDC00, 0xDFFF)]
    texts += [encoded(0xD83C, 3) + encoded(0xDFBC, 3)]
    texts += [encoded(n, 4) for n in (0x110000, 0x13FFFF, 0x140000, 0x1FFFFF)]
    texts += [encoded(0x200000, 5), encoded(0x10FFFF, 5), encoded(2**31 - 1, 6), b"\xfe", b"\xff"]
    check(
        submission.build(), [front + text + b"z" for text in texts for front in (b"", b"\xc3\xa9")]
    )


def test_cut_short(submission: Submission[CppLibrary]) -> None:
    """Every part of a sequence, at the end and before another one; bytes that continue nothing."""
    wholes = [chr(n).encode() for n in ENDS if n > 0x7F]
    parts = [whole[:n] for whole in wholes for n in range(1, len(whole))]
    tails = [b"", b"a", b"\0", b"\xc3\xa9", b"\xf0\x9f\x8e\xbc", b"\xff"]
    texts = [front + part + tail for part in parts for tail in tails for front in (b"", b"ok")]
    loose = [
        b"\x80",
        b"\xbf",
        b"a\x80",
        b"\xc3\xa9\xa9",
        b"\xe2\x82\xac\x80z",
        b"\xf0\x90\x80\x80\x80",
    ]
    check(submission.build(), [*texts, *loose])


def test_fresh(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """Fresh texts, whole and damaged in one place."""
    wholes = ["x" + fresh(rng, int(n)) for n in rng.integers(0, 40, size=300)]
    whole = [text.encode() for text in wholes]
    check(submission.build(), [*whole, *(damaged(rng, text) for text in whole)])


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Texts of many lengths that end anywhere in a sequence, under sanitizers."""
    texts = [b"", b"\xf4\x8f\xbf\xbf", b"\xff", "€".encode() * 99]
    parts = [b"\xc3", b"\xe2", b"\xe2\x82", b"\xf0", b"\xf0\x9f", b"\xf0\x9f\x8e"]
    texts += [b"x" * length + part for length in (0, 13, 14, 15, 31, 64) for part in parts]
    texts += [damaged(rng, b"x" + fresh(rng, 60).encode()) for _ in range(60)]
    check(submission.build().sanitized(), texts)
