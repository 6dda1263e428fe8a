"""MLIR with Debian's tools and llvmlite, where torch-mlir is not installed."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.mlir_samples import MlirSamples

from pytest_llmgen.challenge import Limits
from pytest_llmgen.errors import BuildFailed, Crashed, OutOfMemory, RuleBroken, UsageError
from pytest_llmgen.lander import Outcome, Scenario
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.mlir_toolchain import CHOICE, TorchMlir, choose
from pytest_llmgen.targets.mlir_tools import MlirTools

if TYPE_CHECKING:
    from collections.abc import Iterator

THRUST = "func.func @thrust(%altitude: f32, %velocity: f32) -> f32"
FILL = "func.func @fill(%m: memref<?xi16>, %x: i16, %deep: i1) -> (i1, i16)"


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[MlirSamples]:
    """Builds with them, if they are installed."""
    if reason := MlirTools().unavailable():
        pytest.skip(reason)
    monkeypatch.setenv(CHOICE, "tools")
    samples = MlirSamples(Mlir())
    yield samples
    samples.close()


def test_functions_are_built_and_called(tools: MlirSamples) -> None:
    """Scalars, memrefs, memory, several results, assertions."""
    module = tools.function(
        FILL,
        """\
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  cf.assert %deep, "not deep"
  %n = memref.dim %m, %zero : memref<?xi16>
  %held = memref.alloc(%n) : memref<?xi16>
  scf.for %i = %zero to %n step %one {
    memref.store %x, %held[%i] : memref<?xi16>
  }
  memref.copy %held, %m : memref<?xi16> to memref<?xi16>
  memref.dealloc %held : memref<?xi16>
  return %deep, %x : i1, i16""",
        limits=Limits(memory_bytes=1 << 20),
    )
    yes, x, filled = module.call("fill", np.zeros(5, np.int16), -7, True)
    assert (yes, x, filled.tolist()) == (True, -7, [-7] * 5)
    with pytest.raises(Crashed, match=r"^its cf.assert failed: not deep"):
        module.call("fill", np.zeros(5, np.int16), -7, False)
    with pytest.raises(OutOfMemory, match=r"^it allocated more than 1 MiB"):
        module.call("fill", np.zeros(1 << 20, np.int16), 1, True)


def test_controllers_fly(tools: MlirSamples) -> None:
    """One that hovers until the tank is empty."""
    module = tools.function(THRUST, "  %f = arith.constant 1620.0 : f32\n  return %f : f32")
    [flight] = module.fly("thrust", [Scenario("hover", 50.0, 0.0)])
    assert flight.outcome is Outcome.CRASH
    assert flight.time_s > 110


def test_what_the_verifier_says_is_told(tools: MlirSamples) -> None:
    """As with torch-mlir; places that the source invents are not taken for its own."""
    source = f"""\
{THRUST} {{
  %k = arith.constant 5.0 : f32
  %thrust = arith.constant 3 : i32
  %r = arith.addf %k, %thrust : f32
  return %r : f32
}}
"""
    with pytest.raises(BuildFailed) as raised:
        tools.build(THRUST, source)
    assert str(raised.value) == (
        "source.mlir:4:23: error: use of value '%thrust' expects different type than prior uses: "
        "'f32' vs 'i32'\n"
        "  %r = arith.addf %k, %thrust : f32\n"
        "                      ^\n"
        "source.mlir:3:3: note: prior use here\n"
        "  %thrust = arith.constant 3 : i32\n"
        "  ^"
    )
    with pytest.raises(BuildFailed, match=r"^source.mlir: error: 'func.return' op has 0 operands"):
        tools.function(THRUST, '  return loc("/etc/passwd":1:1)')


def test_rules_and_types_are_checked(tools: MlirSamples) -> None:
    """With places."""
    with pytest.raises(RuleBroken) as broken:
        tools.build(
            THRUST, f"func.func private @_exit(i32)\n{THRUST} {{\n  return %velocity : f32\n}}\n"
        )
    assert str(broken.value).startswith("source.mlir:1:1: error: @_exit has no body: ")
    with pytest.raises(RuleBroken) as broken:
        tools.function(
            THRUST,
            "  %b = vector.broadcast %altitude : f32 to vector<4xf32>\n  return %altitude : f32",
        )
    assert str(broken.value).startswith(
        "source.mlir:2:8: error: 'vector.broadcast' is not allowed: use the dialects builtin, func,"
    )
    with pytest.raises(
        BuildFailed, match=r"^source.mlir:1:1: error: @thrust has the type \(\) -> "
    ):
        tools.build(THRUST, "func.func @thrust() {\n  return\n}\n")


def test_what_no_pass_lowers_is_told(tools: MlirSamples) -> None:
    """With its place."""
    with pytest.raises(BuildFailed) as raised:
        tools.build(
            THRUST,
            "func.func @g(%t: tensor<2xf32>) -> tensor<2xf32> {\n  return %t : tensor<2xf32>\n}\n"
            f"{THRUST} {{\n  return %altitude : f32\n}}\n",
        )
    assert str(raised.value).startswith(
        "source.mlir:1:1: error: 'func.func' cannot be lowered to LLVM here: "
    )


def test_a_parser_that_breaks_down_costs_one_build(tools: MlirSamples) -> None:
    """20,000 nested loops."""
    nest = "scf.if %c {\n" * 20_000 + "}\n" * 20_000
    with pytest.raises(Crashed) as raised:
        tools.function(THRUST, f"  %c = arith.constant true\n{nest}  return %altitude : f32")
    assert str(raised.value) == (
        "MLIR broke down over it, maybe for its nesting: mlir-opt-22 died of SIGSEGV"
    )


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    """And must name what there is."""
    monkeypatch.setenv(CHOICE, "tools")
    assert choose() == MlirTools()
    monkeypatch.setenv(CHOICE, "torch")
    assert choose() == TorchMlir()
    monkeypatch.setenv(CHOICE, "iree")
    with pytest.raises(UsageError) as raised:
        choose()
    assert str(raised.value) == "LLMGEN_MLIR must be one of torch, tools, got 'iree'"


def test_the_tools_stand_in_for_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """If they are there; if neither is, the package is what is asked for."""
    monkeypatch.delenv(CHOICE, raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "mlir" in name else 1)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert choose() == MlirTools()
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert MlirTools().unavailable() == (
        "mlir-opt-22 is not installed; to get it: sudo apt-get install mlir-22-tools"
    )
    assert choose().unavailable() == (
        'torch-mlir is not installed; to get it: pip install "pytest-llmgen[mlir]"'
    )
