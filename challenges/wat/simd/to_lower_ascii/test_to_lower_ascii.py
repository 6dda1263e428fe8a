"""Export `to_lower_ascii: (i32, i32) -> ()` with the parameters (text, n).

In the n bytes at text, replace each upper-case letter A to Z of ASCII (65 to 90) by the lower-case
letter a to z (97 to 122). All other bytes stay as they are, also those from 128 on. n is from 0 to
200000.

Use 128-bit vector instructions (v128) for all full groups of 16 bytes; the tail may be scalar.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import (
    Submission,
    WasmModule,
    challenge,
    compare,
    require_vector_work,
)

pytestmark = challenge(target="wat", tier="simd", memory=True)

Bytes = NDArray[np.uint8]


def expected(text: Bytes) -> Bytes:
    """The right result."""
    return np.where((text >= 65) & (text <= 90), text + 32, text).astype("uint8")


def run(module: WasmModule, text: Bytes, *, misalign: int = 0) -> Bytes:
    """Call it on a new array and return what it became."""
    array = module.array(text, misalign=misalign)
    module.call("to_lower_ascii", array.ptr, text.size)
    return array.read()


def test_words(submission: Submission[WasmModule]) -> None:
    """Text in several languages."""
    module = submission.build()
    for text in (
        "HELLO",
        "Hello, World! [42] @ZAZ` THE QUICK Brown FOX",
        "ÀÉÎ Straße ΑΒΓ ЖЯ 日本 X",
    ):
        data = np.frombuffer(text.encode(), "uint8")
        compare(run(module, data), expected(data), what=repr(text))


def test_every_length(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All short lengths, on one instance; the bytes around are guarded."""
    module = submission.build()
    for n in range(68):
        text = rng.integers(60, 95, size=n, dtype="uint8")
        compare(run(module, text), expected(text), what=f"{n} bytes")


def test_neighbours(submission: Submission[WasmModule]) -> None:
    """Upper-case letters before and after the text stay as they are."""
    module = submission.build()
    for n in range(36):
        around = np.full(100, 65, "uint8")
        array = module.array(around)
        module.call("to_lower_ascii", array.ptr + 32, n)
        around[32 : 32 + n] = 97
        compare(array.read(), around, what=f"{n} bytes 65 among 100 of them, from place 32 on")


def test_every_byte(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """All bytes, in order and mixed."""
    module = submission.build()
    for text in (np.arange(256, dtype="uint8"), rng.permutation(256).astype("uint8")):
        compare(run(module, text), expected(text), what="all bytes")


def test_every_byte_in_short_texts(submission: Submission[WasmModule]) -> None:
    """The same, eight at a time."""
    module = submission.build()
    text = np.arange(256, dtype="uint8")
    array = module.array(text)
    module.call_rows("to_lower_ascii", [(array.ptr + k, 8) for k in range(0, 256, 8)])
    compare(array.read(), expected(text), what="all bytes in texts of 8")


def test_unaligned(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    text = rng.integers(60, 95, size=61, dtype="uint8")
    for k in range(1, 16):
        got = run(module, text, misalign=k)
        compare(got, expected(text), what=f"{k} bytes past a multiple of 64")


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A long text."""
    text = rng.integers(0, 256, size=100_003, dtype="uint8")
    compare(run(submission.build(), text), expected(text), what="100003 bytes")


def test_vector_work(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The result comes from vector instructions."""
    text = rng.integers(65, 91, size=497, dtype="uint8")
    require_vector_work(submission.build(), "to_lower_ascii", lambda module: run(module, text))
