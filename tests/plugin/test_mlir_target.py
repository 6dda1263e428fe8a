"""A challenge for the target `mlir`, from its solutions to the scoreboard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.targets.mlir import Mlir

if TYPE_CHECKING:
    from support.lab import Lab

_LACKS = Mlir().unavailable()
pytestmark = pytest.mark.skipif(_LACKS is not None, reason=_LACKS or "")

MARK = 'target="mlir", tier="basic", limits=__import__("pytest_llmgen").Limits(wall_s=2.0)'
TASK = """\
Define `func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32`, x held within two bounds, and
`func.func @halve(%values: memref<?xi32>)`, which halves each element towards zero in place."""
CHECKS = '''\
import numpy as np

from pytest_llmgen import MlirModule, Submission


def test_inside_and_outside(submission: Submission[MlirModule]):
    """Below, within and above."""
    module = submission.build()
    rows = [(-3.0, -1.0, 2.0), (0.5, -1.0, 2.0), (7.0, -1.0, 2.0)]
    assert module.call_rows("clamp", rows) == [-1.0, 0.5, 2.0]


def test_halves(submission: Submission[MlirModule]):
    """No element, and some of either sign."""
    module = submission.build()
    for values in ([], [7, -7, 0, 2**31 - 1], [5]):
        halved = module.call("halve", np.array(values, np.int32))
        assert halved.tolist() == [int(value / 2) for value in values]
'''
REFERENCE = """\
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %a = arith.maximumf %x, %low : f32
  %b = arith.minimumf %a, %high : f32
  return %b : f32
}
func.func @halve(%values: memref<?xi32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : i32
  %n = memref.dim %values, %zero : memref<?xi32>
  scf.for %i = %zero to %n step %one {
    %x = memref.load %values[%i] : memref<?xi32>
    %h = arith.divsi %x, %two : i32
    memref.store %h, %values[%i] : memref<?xi32>
  }
  return
}
"""
SPIN = """\
  cf.br ^spin
^spin:
  cf.br ^spin
}
"""


def reject(check: str, verdict: str, source: str) -> str:
    """A wrong solution that says how it fails."""
    return f"// reject: {check} {verdict} - for the test\n{source}"


SOLUTIONS = {
    "reference.mlir": REFERENCE,
    "accept_module.mlir": f"module {{\n{REFERENCE}}}\n",
    "reject_swapped.mlir": reject(
        "test_inside_and_outside", "wrong_answer", REFERENCE.replace("minimumf", "maximumf")
    ),
    "reject_beyond.mlir": reject(
        "test_halves",
        "crashed",
        REFERENCE.replace("memref.store %h, %values[%i]", "memref.store %h, %values[%n]"),
    ),
    "reject_before.mlir": reject(
        "test_halves",
        "rule_broken",
        REFERENCE.replace(
            "    memref.store",
            "    %before = arith.constant -1 : index\n"
            "    memref.store %h, %values[%before] : memref<?xi32>\n    memref.store",
        ),
    ),
    "reject_by_zero.mlir": reject(
        "test_halves", "crashed", REFERENCE.replace("arith.divsi %x, %two", "arith.divsi %two, %x")
    ),
    "reject_loop.mlir": reject(
        "test_halves", "timed_out", REFERENCE.replace("  return\n}\n", SPIN)
    ),
    "reject_hoard.mlir": reject(
        "test_halves",
        "out_of_memory",
        REFERENCE.replace(
            "%n = memref.dim %values",
            "%m = memref.alloc() : memref<100000000xi32>\n"
            "  memref.copy %m, %m : memref<100000000xi32> to memref<100000000xi32>\n"
            "  %n = memref.dim %values",
        ),
    ),
    "reject_type.mlir": reject(
        "test_halves", "build_failed", REFERENCE.replace("%x, %two : i32", "%i, %two : i32")
    ),
}


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_challenge_proves_itself(lab: Lab, workers: tuple[str, ...]) -> None:
    """Reference, accept, and a reject for every way to end."""
    lab.challenge("mlir/basic/two", CHECKS, mark=MARK, task=TASK, solutions=SOLUTIONS)
    result = lab.run("--llm-self-check", *workers)
    result.stdout.fnmatch_lines(
        ["self-check: 13 solutions of 1 challenge, 13 judged as they must be, 0 not"]
    )
    assert result.ret == 0


def test_the_words_of_the_verifier_reach_the_next_attempt(lab: Lab) -> None:
    """And what it writes then is built and passes."""
    lab.challenge(
        "mlir/basic/two", CHECKS, mark=MARK, task=TASK, solutions={"reference.mlir": REFERENCE}
    )
    wrong = REFERENCE.replace("arith.divsi %x, %two : i32", "arith.divsi %x, %two : i64")
    lab.script(
        repairs={
            "two/s0/1": {"text": f"```mlir\n{wrong}```"},
            "two/s0/2": {"text": f"```mlir\n{REFERENCE}```"},
        }
    )
    result = lab.run("--llm-model=script/repairs")
    result.assert_outcomes(passed=2)
    first, second = lab.requests()
    assert "the dialects builtin, func, arith" in first["prompt"]
    assert (
        "source.mlir:13:22: error: use of value '%x' expects different type than prior uses: "
        "'i64' vs 'i32'\n"
        "    %h = arith.divsi %x, %two : i64\n"
        "                     ^\n"
        "source.mlir:12:5: note: prior use here\n"
        "    %x = memref.load %values[%i] : memref<?xi32>\n"
        "    ^"
    ) in second["prompt"]
    [record] = lab.records()
    assert record["verdict"] == "passed"
    assert len(record["attempts"]) == 2, json.dumps(record, indent=1)
