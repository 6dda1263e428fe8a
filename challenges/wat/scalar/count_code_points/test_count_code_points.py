"""Export `count_code_points: (i32, i32) -> i32` with the parameters (text, length).

text is the address of a UTF-8 string, length its length in bytes, from 0 to 100000. The result is
the number of Unicode code points in it: "né" has 3 bytes and 2 code points. The string is well
formed. It may contain bytes of value 0, which are code points like any other; no such byte marks its
end. It starts at any address and is not changed.
"""

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge, compare

pytestmark = challenge(target="wat", tier="scalar", memory=True)

EDGES = "\0\x01\x7f\x80\xbf\xff\u07ff\u0800\u0fff\u1000\ud7ff\ue000\uffff\U00010000\U0010ffff"
TEXTS = ["n", "né", "Straße", "Привет", "日本語", "שלום", "🦀🎉", "e\u0301", "👩\u200d🚀", "a\0b\0"]


def check(module: WasmModule, text: str, misalign: int = 0) -> None:
    """Count the code points of `text`, which stands between other text."""
    data = text.encode()
    values = np.frombuffer(b"ab" + data + "xé語🎉".encode(), np.uint8)
    source = module.array(values, misalign=misalign)
    got = module.call("count_code_points", source.ptr + 2, len(data))
    assert got == len(text), f"{text[:20]!r} ({len(data)} bytes): {got}, expected {len(text)}"
    compare(source.read(), values, what="the text after the call")


def test_texts(submission: Submission[WasmModule]) -> None:
    """The example of the task, and texts of one to four bytes per code point."""
    module = submission.build()
    for text in TEXTS:
        check(module, text)


def test_edges_of_encodings(submission: Submission[WasmModule]) -> None:
    """The first and last code point of each encoded length, alone and repeated."""
    module = submission.build()
    for character in EDGES:
        check(module, character)
        check(module, character * 9)


def test_empty(submission: Submission[WasmModule]) -> None:
    """No bytes, no code points."""
    check(submission.build(), "")


def test_lengths_and_addresses(
    submission: Submission[WasmModule], rng: np.random.Generator
) -> None:
    """Fresh mixtures of every length, at aligned and unaligned addresses."""
    module = submission.build()
    for count in range(40):
        text = "".join(rng.choice(list(EDGES + "aé語🎉"), size=count))
        check(module, text, misalign=count % 16)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """A long text: more code points than one byte, or two, can count."""
    check(submission.build(), "x" * 99_000 + "".join(rng.choice(list("aé語🎉"), size=250)))
    check(submission.build(), "é語🎉\0" * 10_000)
