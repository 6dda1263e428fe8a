"""Damaged MLIR texts, 200 of them: each ends in a verdict, and what comes after is unharmed."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.hostile import samples
from support.mlir_samples import mlir_challenge

from pytest_llmgen.challenge import Limits
from pytest_llmgen.errors import SubmissionError
from pytest_llmgen.sandbox import shared
from pytest_llmgen.targets import mlir_process
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

TEXTS = 200
BATCHES = 8
SEED = 20_260
CHALLENGE = mlir_challenge(
    "`func.func @f(%m: memref<?xi64>, %x: i64) -> i64`",
    limits=Limits(wall_s=0.5, memory_bytes=64 << 20),
)
HEAD = "func.func @f(%m: memref<?xi64>, %x: i64) -> i64 {\n"
RIGHT = f"""\
{HEAD}  %one = arith.constant 1 : i64
  %r = arith.addi %x, %one : i64
  return %r : i64
}}
"""
VALID = [
    RIGHT,
    f"""\
module @named {{
{HEAD}  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = memref.dim %m, %zero : memref<?xi64>
  %sum = scf.for %i = %zero to %n step %one iter_args(%acc = %x) -> (i64) {{
    %v = memref.load %m[%i] : memref<?xi64>
    %next = arith.addi %acc, %v overflow<nsw> : i64
    scf.yield %next : i64
  }}
  return %sum : i64
}}
}}
""",
    f"""\
memref.global "private" constant @table : memref<4xi64> = dense<[1, 2, 3, 4]>
{HEAD}  %table = memref.get_global @table : memref<4xi64>
  affine.for %i = 0 to 4 {{
    %v = affine.load %table[%i] : memref<4xi64>
    affine.store %v, %table[%i] : memref<4xi64>
  }}
  %zero = arith.constant 0 : i64
  %is = arith.cmpi slt, %x, %zero : i64
  cf.cond_br %is, ^negative(%x : i64), ^done(%zero : i64)
^negative(%y: i64):
  cf.br ^done(%y : i64)
^done(%z: i64):
  return %z : i64
}}
""",
    f"""\
{HEAD}  %float = arith.sitofp %x : i64 to f32
  %root = math.sqrt %float fastmath<fast> : f32
  %r = scf.while (%y = %x) : (i64) -> i64 {{
    %ten = arith.constant 10 : i64
    %more = arith.cmpi sgt, %y, %ten : i64
    scf.condition(%more) %y : i64
  }} do {{
  ^bb0(%y: i64):
    %two = arith.constant 2 : i64
    %half = arith.divsi %y, %two : i64
    scf.yield %half : i64
  }}
  return %r : i64 loc("elsewhere":1:2)
}}
""",
]
_WORDS = """
    { } ( ) < > [ ] % @ ^ # ! " ' : , = -> ? \\ -1 9223372036854775808 0x 1.0e999 \ufffd
    i1 i64 i99999999 f32 index memref<?x?xf32> tensor<*xf32> vector<1xi1> dense< loc(
    module func.func private return scf.if scf.yield llvm.call
"""
PIECES = [*_WORDS.split(), "\x01", "\N{GRINNING FACE}"]


def mutated(text: str, chance: Random) -> str:
    """A text with one to four kinds of damage."""
    for _ in range(chance.randint(1, 4)):
        tokens = re.findall(r"\s+|[\w.]+|.", text)
        at = chance.randrange(len(tokens) + 1)
        other = chance.randrange(len(tokens) + 1)
        damage = chance.randrange(6)
        if damage == 0:  # cut off
            tokens = tokens[:at]
        elif damage == 1:  # left out
            tokens[at : at + chance.randint(1, 3)] = []
        elif damage == 2:  # put in
            tokens.insert(at, chance.choice(PIECES))
        elif damage == 3:  # exchanged
            tokens[at : at + 1] = [chance.choice(PIECES)]
        elif damage == 4:  # said again
            tokens[at:at] = tokens[min(at, other) : max(at, other)] * chance.randint(1, 20)
        else:  # said elsewhere
            tokens.insert(other, tokens[min(at, len(tokens) - 1)] if tokens else "")
        text = "".join(tokens)
    return text


def damaged() -> list[str]:
    """The texts: those that are known to break things, and mutations of the valid ones."""
    chance = random.Random(SEED)
    nest = "scf.if %c {\n" * 20_000 + "}\n" * 20_000
    known = [one.text.replace("@NEST@", nest) for one in samples("mlir")]
    return known + [
        mutated(chance.choice(VALID), chance) for _ in range(max(TEXTS - len(known), 0))
    ]


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mlir]:
    """In the best tier of this machine."""
    made = Mlir()
    if reason := made.unavailable():
        pytest.skip(reason)
    monkeypatch.setattr(mlir_process, "BUILD_S", 1.5)
    yield made
    shared.close()


def verdict(target: Mlir, source: str) -> Verdict:
    """How a source ends."""
    try:
        module = target.build(source, CHALLENGE, BuildSettings())
        try:
            result, memory = module.call("f", np.arange(4), 7)
        finally:
            module.close()
    except SubmissionError as error:
        return error.verdict if str(error) else Verdict.HARNESS_ERROR
    assert type(result) is int
    assert memory.shape == (4,)
    return Verdict.PASSED if result == 8 else Verdict.WRONG_ANSWER


def test_every_damaged_text_ends_in_a_verdict(target: Mlir) -> None:
    """Whatever it does to the parser; a right one works after each batch."""
    texts = damaged()
    assert len(texts) == TEXTS
    size = TEXTS // BATCHES
    seen: set[Verdict] = set()
    for start in range(0, TEXTS, size):
        seen |= {verdict(target, text) for text in texts[start : start + size]}
        assert verdict(target, RIGHT) is Verdict.PASSED
    assert Verdict.HARNESS_ERROR not in seen
    assert {
        Verdict.BUILD_FAILED,
        Verdict.CRASHED,
        Verdict.RULE_BROKEN,
        Verdict.TIMED_OUT,
        Verdict.OUT_OF_MEMORY,
        Verdict.WRONG_ANSWER,
    } <= seen


def test_the_undamaged_texts_are_right(target: Mlir) -> None:
    """So that the others begin as what MLIR takes."""
    for text in VALID:
        assert verdict(target, text) in {Verdict.PASSED, Verdict.WRONG_ANSWER}
