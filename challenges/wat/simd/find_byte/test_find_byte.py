"""Export `find_byte: (i32, i32, i32) -> i32` with the parameters (a, n, value).

Return the smallest i below n with a[i] = value, or -1 if there is none. a is an array of n unsigned
bytes, and value is from 0 to 255. n is from 0 to 200000. The array stays as it is.

Use 128-bit vector instructions (v128) for all full groups of 16 bytes; the tail may be scalar. In an
array of 16000 bytes that does not have the value, at most 3 WebAssembly instructions per byte may be
executed.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import RuleBroken, Submission, WasmModule, challenge, compare

pytestmark = challenge(target="wat", tier="simd", memory=True)

Bytes = NDArray[np.uint8]


def run(module: WasmModule, values: Bytes, value: int, *, misalign: int = 0) -> int:
    """Search in an array that stands between bytes which are all equal to `value`."""
    padding = np.full(33, value, "uint8")
    around = np.concatenate([padding, values, padding])
    array = module.array(around, misalign=misalign)
    index = int(module.call("find_byte", array.ptr + padding.nbytes, values.size, value))
    compare(array.read(), around, what="the array after the call")
    return index


def test_absent(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Arrays of all short lengths that do not have the value."""
    module = submission.build()
    values = rng.integers(0, 200, size=68, dtype="uint8")
    array = module.array(values)
    got = module.call_rows("find_byte", [(array.ptr, n, 201) for n in range(69)])
    assert got == [-1] * 69, f"absent from 0, 1, 2, ... bytes: got {got}"


def test_behind_the_end(submission: Submission[WasmModule]) -> None:
    """The value stands just before the array and just behind it, for every length."""
    module = submission.build()
    for n in range(68):
        got = run(module, np.full(n, 7, "uint8"), 8)
        assert got == -1, f"absent from {n} bytes, but present behind them: got {got}"


def test_every_position(submission: Submission[WasmModule]) -> None:
    """One match at every place of arrays of every short length."""
    module = submission.build()
    values = np.full(135, 7, "uint8")
    values[67] = 9
    array = module.array(values)
    rows = [(array.ptr + 67 - place, n, 9) for n in range(1, 68) for place in range(n)]
    for (ptr, n, _), got in zip(rows, module.call_rows("find_byte", rows), strict=True):
        place = array.ptr + 67 - ptr
        assert got == place, f"at place {place} of {n} bytes: got {got}"


def test_every_value(submission: Submission[WasmModule]) -> None:
    """Every value of a byte, in a long array and in short ones."""
    module = submission.build()
    array = module.array(np.arange(256, dtype="uint8"))
    got = module.call_rows("find_byte", [(array.ptr, 256, value) for value in range(256)])
    assert got == list(range(256)), f"value k stands at place k, but got {got}"
    rows = [(array.ptr + value, 1, value) for value in range(256)]
    got = module.call_rows("find_byte", rows)
    assert got == [0] * 256, f"arrays of one byte, which is the value: got {got}"
    got = module.call_rows("find_byte", [(ptr, 1, value ^ 128) for ptr, _, value in rows])
    assert got == [-1] * 256, f"arrays of one byte, which is not the value: got {got}"


def test_first_of_many(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Several matches: the first one counts."""
    module = submission.build()
    values = rng.integers(0, 5, size=300, dtype="uint8")
    array = module.array(values)
    rows = [(array.ptr + k, 300 - k, value) for k in range(250) for value in range(5)]
    for (ptr, n, value), got in zip(rows, module.call_rows("find_byte", rows), strict=True):
        rest = values[ptr - array.ptr :].tolist()
        wanted = rest.index(value) if value in rest else -1
        assert got == wanted, f"{value} in {n} bytes {rest}: got {got}, expected {wanted}"


def test_unaligned(submission: Submission[WasmModule]) -> None:
    """Addresses that are no multiple of anything."""
    module = submission.build()
    for k in range(1, 16):
        for place in (0, 15, 16, 40):
            values = np.full(41, 7, "uint8")
            values[place] = 200
            got = run(module, values, 200, misalign=k)
            assert got == place, f"{k} bytes past a multiple of 64, at {place}: got {got}"


def test_large(submission: Submission[WasmModule]) -> None:
    """A match near the end of a large array."""
    module = submission.build()
    for place in (70_000, 99_999, 100_002):
        values = np.zeros(100_003, "uint8")
        values[place] = 1
        got = run(module, values, 1)
        assert got == place, f"at place {place} of 100003 bytes: got {got}"


def test_vector_work(submission: Submission[WasmModule]) -> None:
    """There are vector instructions, and so few instructions per byte."""
    module = submission.build()
    if not module.decoded.vector_instructions("find_byte"):
        raise RuleBroken("find_byte computes without vector instructions (v128)")
    array = module.array(np.zeros(16_000, "uint8"))
    module.call("find_byte", array.ptr, 16_000, 1)
    if module.fuel_used > 3 * 16_000:
        raise RuleBroken(f"{module.fuel_used} instructions for 16000 bytes: more than 3 per byte")
