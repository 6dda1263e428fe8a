"""Three functions of arrays of uint64, for all 64 bits.

The Gray code of v has, at each bit, a 1 where v differs there from its next higher bit; above the
highest bit of v there is a 0.

`def to_gray(values: numpy.ndarray) -> numpy.ndarray` returns the Gray code of each element.

`def from_gray(codes: numpy.ndarray) -> numpy.ndarray` returns the numbers that have these Gray codes.

`def distance(a: numpy.ndarray, b: numpy.ndarray) -> numpy.ndarray` returns in how many bits each pair of
elements differs, from 0 to 64. a and b have the same shape.

Arrays have 0 to 3 dimensions, of any size from 0; the elements are any numbers from 0 to 2**64 - 1. The
first two functions return an array of uint64 of the same shape, the third an array of int64. For an array
without dimensions, a NumPy scalar is equally fine. The arguments stay as they are.

For example, the Gray codes of 0, 1, 2, 3, 4 are 0, 1, 3, 2, 6, and the distance of 2**63 and 1 is 2. There
may be a million elements.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import Limits, PythonModule, Submission, challenge, compare, graded

pytestmark = challenge(target="python", tier="numerics", limits=Limits(wall_s=1.5))

Words = NDArray[np.uint64]
TOP = 2**64 - 1
SHAPES = ((), (0,), (1,), (7,), (64,), (2, 0), (3, 5), (2, 3, 4))


def gray(value: int) -> int:
    """The reference, on our side: digit by digit of a text."""
    bits = f"{value:064b}"
    return int("".join(str(int(a != b)) for a, b in zip("0" + bits, bits, strict=False)), 2)


def mapped(function: Callable[..., int], *arrays: Words, dtype: type) -> NDArray[np.generic]:
    """A function of plain integers, of each element."""
    rows = zip(*(array.ravel().tolist() for array in arrays), strict=True)
    results = [function(*row) for row in rows]
    return np.array(results, dtype).reshape(arrays[0].shape)


def words(numbers: list[int]) -> Words:
    """Numbers as an array."""
    return np.array(numbers, np.uint64)


def fresh(rng: np.random.Generator, shape: tuple[int, ...]) -> Words:
    """Fresh elements over the whole range, and of every length in bits."""
    values = rng.integers(0, TOP, size=shape, dtype=np.uint64, endpoint=True)
    shifts = rng.integers(0, 64, size=shape, dtype=np.uint64)
    return np.asarray(values >> shifts, np.uint64)


def check(module: PythonModule, values: Words) -> None:
    """Compare both directions, and the distance to the same numbers in another order."""
    codes = mapped(gray, values, dtype=np.uint64)
    other = values[::-1].copy() if values.ndim else ~values
    counts = mapped(lambda a, b: f"{a ^ b:b}".count("1"), values, other, dtype=np.int64)
    for name, arguments, wanted in (
        ("to_gray", [values], codes),
        ("from_gray", [codes], values),
        ("distance", [values, other], counts),
    ):
        what = f"{name} of shape {values.shape}"
        got, after = module.call_in_place(name, *arguments)
        compare(got, wanted, what=what)
        compare(after, arguments, what=f"the arguments after {what}")


def test_examples(submission: Submission[PythonModule]) -> None:
    """The examples of the task."""
    module = submission.build()
    values, codes = words([0, 1, 2, 3, 4]), words([0, 1, 3, 2, 6])
    compare(module.call("to_gray", values), codes, what="to_gray")
    compare(module.call("from_gray", codes), values, what="from_gray")
    got = module.call("distance", words([2**63]), words([1]))
    compare(got, np.array([2], np.int64), what="distance")


def test_single_bits(submission: Submission[PythonModule]) -> None:
    """Powers of two, one less, one more, and their complements: every bit is moved rightly."""
    powers = [2**bit for bit in range(64)]
    numbers = [*powers, *(p - 1 for p in powers), *(p + 1 for p in powers), TOP]
    check(submission.build(), words([*numbers, *(TOP - number for number in numbers)]))


def test_patterns(submission: Submission[PythonModule]) -> None:
    """Ends of signed and unsigned ranges, alternating bits, and what floats round."""
    numbers = [
        0,
        1,
        2**31 - 1,
        2**31,
        2**32 - 1,
        2**32,
        2**53,
        2**53 + 1,
        2**63 - 1,
        2**63,
        TOP - 1,
    ]
    patterns = [
        TOP,
        0xAAAA_AAAA_AAAA_AAAA,
        0x5555_5555_5555_5555,
        0xFFFF_0000_FFFF_0000,
        0x0123456789ABCDEF,
    ]
    module = submission.build()
    check(module, words([*numbers, *patterns]))
    ends = words([0, TOP, 0, TOP, 2**63]), words([0, TOP, TOP, 0, TOP])
    compare(module.call("distance", *ends), np.array([0, 0, 64, 64, 63]), what="distance of ends")


def test_fresh(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """Arrays of all shapes, some without elements, some without dimensions."""
    module = submission.build()
    for shape in SHAPES:
        check(module, fresh(rng, shape))


@graded
def test_large(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """A million elements: whole arrays at a time, not element by element."""
    module = submission.build()
    values = fresh(rng, (1_000_000,))
    codes = values ^ (values >> np.uint64(1))
    compare(module.call("to_gray", values), codes, what="to_gray of a million elements")
    compare(module.call("from_gray", codes), values, what="from_gray of a million elements")
    counts = np.bitwise_count(values).astype(np.int64)
    got = module.call("distance", values, np.zeros_like(values))
    compare(got, counts, what="distance of a million elements to 0")
