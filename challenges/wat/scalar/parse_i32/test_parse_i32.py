"""Export `parse_i32: (i32, i32, i32) -> i32` with the parameters (text, length, output).

It reads a decimal number from the `length` bytes at the address `text`. A number is one or more of
the ASCII digits 0 to 9, after at most one sign, + or -, and nothing else: no spaces, no point, no
separators. Zeros at the front are allowed, and so are +0 and -0. length is from 0 to 1000.

If the bytes are a number from -2147483648 to 2147483647, it is stored as an i32 at the address
`output`, and the result is 0. If they are no number, also if length is 0, nothing is stored, and the
result is 1. If they are a number outside that range, the nearest number of the range is stored, and
the result is 2. The text is not changed; both addresses may be unaligned.
"""

import re

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge, compare

pytestmark = challenge(target="wat", tier="scalar", memory=True)

LOW, HIGH = -(2**31), 2**31 - 1
UNTOUCHED = 0x5EED


def expected(text: bytes) -> tuple[int, int]:
    """The result and what is stored in `output`."""
    if not re.fullmatch(rb"[+-]?[0-9]+", text):
        return 1, UNTOUCHED
    value = min(max(int(text), LOW), HIGH)
    return (0 if value == int(text) else 2), value


def check(module: WasmModule, text: bytes, misalign: int = 0) -> None:
    """Parse `text`, which stands between other digits."""
    values = np.frombuffer(b"-9" + text + b"34", np.uint8)
    source = module.array(values, misalign=misalign)
    output = module.array([UNTOUCHED], "int32", misalign=misalign % 5)
    status = module.call("parse_i32", source.ptr + 2, len(text), output.ptr)
    got, wanted = (status, int(output.read()[0])), expected(text)
    assert got == wanted, f"{text[:40]!r}: (result, stored) = {got}, expected {wanted}"
    compare(source.read(), values, what="the text after the call")


def test_numbers(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Numbers with and without a sign, all digits, zeros at the front, any address."""
    module = submission.build()
    texts = [b"0", b"+0", b"-0", b"000", b"7", b"-8", b"+9", b"1234567890", b"-1234567890", b"0042"]
    for text in [*texts, *(b"%d" % n for n in rng.integers(LOW, HIGH, size=20))]:
        check(module, text, misalign=int(rng.integers(8)))


def test_limits(submission: Submission[WasmModule]) -> None:
    """Numbers at and around both ends of the range."""
    module = submission.build()
    for number in range(HIGH - 11, HIGH + 12):
        check(module, b"%d" % number)
        check(module, b"%d" % -number)
        check(module, b"+00%d" % number)


def test_too_large(submission: Submission[WasmModule]) -> None:
    """Numbers of which 32, 64 or any fixed number of bits would keep something innocent."""
    module = submission.build()
    for number in (
        2**32,
        2**32 + 5,
        2**33 - 1,
        10**10,
        2**63,
        2**64,
        2**64 + 7,
        10 * 2**64,
        10**30,
    ):
        check(module, b"%d" % number)
        check(module, b"-%d" % number)
    check(module, b"4294967296" * 100)
    check(module, b"-" + b"18446744073709551616" * 49)


def test_many_zeros(submission: Submission[WasmModule]) -> None:
    """Long texts of small value."""
    module = submission.build()
    for text in (b"0" * 1000, b"-" + b"0" * 998 + b"7", b"0" * 990 + b"2147483647"):
        check(module, text)


def test_not_numbers(submission: Submission[WasmModule]) -> None:
    """Signs alone, two signs, anything beside digits, in every place; then a number again."""
    module = submission.build()
    texts = [b"", b"+", b"-", b"--1", b"+-1", b"-+1", b"1-", b"1+", b"1-2", b" 1", b"1 ", b"- 1"]
    texts += [b"1.0", b"1e3", b"0x1F", b"1,000", b"1_000", b"12a", b"a12", b"1\0", b"\x0012", b"\n"]
    texts += [b"4294967296x", b"99999999999999999999-", b"-2147483649 ", b"\xb2", b"\xd9\xa3"]
    for text in [*texts, b"12"]:
        check(module, text)


def test_every_byte(submission: Submission[WasmModule]) -> None:
    """Each of the 256 bytes alone, and after a digit."""
    module = submission.build()
    texts = [text for byte in range(256) for text in (bytes([byte]), bytes([ord("1"), byte]))]
    source = module.array(np.frombuffer(b"".join(text.ljust(4, b"5") for text in texts), np.uint8))
    output = module.array([UNTOUCHED] * len(texts), "int32")
    rows = [(source.ptr + 4 * i, len(text), output.ptr + 4 * i) for i, text in enumerate(texts)]
    statuses = module.call_rows("parse_i32", rows)
    for text, *got in zip(texts, statuses, output.read().tolist(), strict=True):
        wanted = expected(text)
        assert tuple(got) == wanted, f"{text!r}: (result, stored) = {got}, expected {wanted}"
