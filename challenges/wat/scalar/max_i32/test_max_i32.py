"""Export `max_i32: (i32, i32) -> i32`, the larger of two signed 32-bit integers."""

import itertools

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="scalar")

LOW, HIGH = -(2**31), 2**31 - 1


def test_signs_and_extremes(submission: Submission[WasmModule]) -> None:
    """Mixed signs, equal operands, both ends of the range."""
    values = [LOW, LOW + 1, -1, 0, 1, HIGH - 1, HIGH]
    pairs = list(itertools.product(values, values))
    results = submission.build().call_rows("max_i32", pairs)
    for (a, b), got in zip(pairs, results, strict=True):
        assert got == max(a, b), f"max_i32({a}, {b}) = {got}, expected {max(a, b)}"


def test_random_pairs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh pairs over the whole range."""
    pairs = [(int(a), int(b)) for a, b in rng.integers(LOW, HIGH, size=(200, 2))]
    results = submission.build().call_rows("max_i32", pairs)
    for (a, b), got in zip(pairs, results, strict=True):
        assert got == max(a, b), f"max_i32({a}, {b}) = {got}, expected {max(a, b)}"
