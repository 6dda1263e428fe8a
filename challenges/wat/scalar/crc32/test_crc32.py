"""Export `crc32: (i32, i32, i32) -> i32` with the parameters (previous, data, length).

It computes the CRC-32 of zlib, PNG and gzip over the `length` bytes at the address `data`: generator
polynomial 0x04C11DB7 with bits reflected (0xEDB88320), register initially all ones, every byte
starting with its lowest bit, register inverted at the end. previous is 0 for a new checksum, or the
result for the data before: crc32(crc32(0, x), y) is the checksum of x followed by y, as with zlib's
crc32(). The checksum of the nine ASCII bytes 123456789 is 0xCBF43926, that of no bytes is 0. For
length 0 the result is previous. The data stays as it is; it starts at any address, and length is from
0 to 100000.
"""

import zlib

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge, compare

pytestmark = challenge(target="wat", tier="scalar", memory=True)


def check(module: WasmModule, data: bytes, previous: int = 0, misalign: int = 0) -> int:
    """Compare with zlib and return the checksum."""
    values = np.frombuffer(data, np.uint8)
    source = module.array(values, misalign=misalign)
    got = module.call("crc32", previous, source.ptr, len(data)) % 2**32
    expected = zlib.crc32(data, previous)
    assert got == expected, (
        f"crc32({previous:#x}, {len(data)} bytes {data[:16].hex(' ')}) = {got:#x}, "
        f"expected {expected:#x}"
    )
    compare(source.read(), values, what="the data after the call")
    return expected


def test_known_values(submission: Submission[WasmModule]) -> None:
    """The examples of the task, and texts."""
    module = submission.build()
    assert check(module, b"123456789") == 0xCBF43926
    assert check(module, b"") == 0
    check(module, b"The quick brown fox jumps over the lazy dog")


def test_every_byte(submission: Submission[WasmModule]) -> None:
    """Each of the 256 bytes alone, and all in a row."""
    module = submission.build()
    source = module.array(np.arange(256, dtype=np.uint8))
    results = module.call_rows("crc32", [(0, source.ptr + byte, 1) for byte in range(256)])
    for byte, got in enumerate(results):
        expected = zlib.crc32(bytes([byte]))
        assert got % 2**32 == expected, f"byte {byte:#x}: {got % 2**32:#x}, expected {expected:#x}"
    check(module, bytes(range(256)))


def test_lengths(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh bytes of every small length, aligned and not, on the same instance."""
    module = submission.build()
    for length in range(41):
        check(module, rng.bytes(length), misalign=length % 8)
        check(module, bytes(length))


def test_chaining(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The checksum of data in parts is that of the whole."""
    module = submission.build()
    data, crc = rng.bytes(300), 0
    for start, end in ((0, 1), (1, 100), (100, 100), (100, 103), (103, 299), (299, 300)):
        crc = check(module, data[start:end], crc, misalign=start % 8)
    assert crc == zlib.crc32(data)
    for previous in (1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
        check(module, b"", previous)
        check(module, b"\xff\x00data", previous)


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The largest length, after and before other calls."""
    module = submission.build()
    data = rng.bytes(100_000)
    assert check(module, data[60_000:], check(module, data[:60_000])) == check(module, data)
