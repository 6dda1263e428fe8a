"""Workload W: 20 small WebAssembly challenges, 20 samples each, every answer right.

The shape is that of the peers' comparison: 400 samples, each checked on 50 inputs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CHALLENGES = 20
SAMPLES = 20
INPUTS = 50

# name: (what it computes, instructions on two i32 on the stack, the same in Python)
_KINDS = {
    "sum": ("the sum", "i32.add", "a + b"),
    "difference": ("the difference a - b", "i32.sub", "a - b"),
    "product": ("the product", "i32.mul", "a * b"),
    "conjunction": ("the bitwise and", "i32.and", "a & b"),
    "disjunction": ("the bitwise or", "i32.or", "a | b"),
    "exclusive": ("the bitwise exclusive or", "i32.xor", "a ^ b"),
    "twice_sum": ("twice the sum", "i32.add i32.const 2 i32.mul", "2 * (a + b)"),
    "masked": ("the low byte of the sum", "i32.add i32.const 255 i32.and", "(a + b) & 255"),
    "less": ("1 if a < b, else 0", "i32.lt_s", "int(a < b)"),
    "same": ("1 if a equals b, else 0", "i32.eq", "int(a == b)"),
}

_CHALLENGE = '''\
"""Export `{name}: (i32, i32) -> i32`, {what} of a and b, wrapping around."""

import numpy as np

from pytest_llmgen import Submission, WasmModule, challenge

pytestmark = challenge(target="wat", tier="bench")


def test_inputs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Fresh inputs."""
    pairs = [(int(a), int(b)) for a, b in rng.integers(-1000, 1000, size=({inputs}, 2))]
    for (a, b), got in zip(pairs, submission.build().call_rows("{name}", pairs), strict=True):
        assert got == {python}
'''


def names() -> list[str]:
    """The exported function of each challenge."""
    kinds = list(_KINDS)
    return [f"{kinds[index % len(kinds)]}_{index:02d}" for index in range(CHALLENGES)]


def solution(name: str) -> str:
    """A right answer."""
    code = _KINDS[name[:-3]][1]
    return (
        f'(module (func (export "{name}") (param i32 i32) (result i32)\n'
        f"  local.get 0 local.get 1 {code}))\n"
    )


def reference(name: str, a: int, b: int) -> int:
    """What the function gives."""
    return int(eval(_KINDS[name[:-3]][2], {"a": a, "b": b}))


def answer_to(prompt: str, *, broken: bool = False) -> str:
    """The reply to a challenge's prompt, as a model would give it; a broken one does not build."""
    match = re.search(r"Export `(\w+):", prompt)
    name = names()[0] if match is None else match[1]
    source = solution(name)
    if broken:
        source = source.replace("local.get 0", "local.gets 0")
    return f"Here is the module:\n\n```wat\n{source}```\n"


def write_suite(folder: Path, base_url: str) -> None:
    """Lay out the challenges and a model named `bench` that is served at `base_url`."""
    for name in names():
        what, _, python = _KINDS[name[:-3]]
        target = folder / "challenges" / "bench" / name
        (target / "solutions").mkdir(parents=True)
        text = _CHALLENGE.format(name=name, what=what, python=python, inputs=INPUTS)
        (target / f"test_{name}.py").write_text(text)
        (target / "solutions" / "reference.wat").write_text(solution(name))
    (folder / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n'
        '[tool.llmgen.models.bench]\nmodel = "openai-compatible/bench"\n'
        f'base_url = "{base_url}"\n'
    )
