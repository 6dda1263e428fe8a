"""Targets that are shut down after each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.mlir_samples import MlirSamples
from support.python_samples import PythonSamples

from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.python import Python
from pytest_llmgen.targets.wat import Wat
from pytest_llmgen.targets.wgsl import Wgsl

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def wat() -> Iterator[Wat]:
    """The target `wat` with its own worker process."""
    target = Wat()
    yield target
    target.close()


@pytest.fixture(scope="module")
def wgsl() -> Iterator[Wgsl]:
    """The target `wgsl`, on whatever adapter this machine has."""
    target = Wgsl()
    if reason := target.unavailable():
        pytest.skip(reason)
    yield target
    target.close()


@pytest.fixture(scope="module")
def python() -> Iterator[Python]:
    """The target `python` with its own sandbox."""
    target = Python()
    yield target
    target.close()


@pytest.fixture
def build(python: Python) -> Iterator[PythonSamples]:
    """Builds samples of the target `python` that end with the test."""
    samples = PythonSamples(python)
    yield samples
    samples.close()


@pytest.fixture(scope="module")
def mlir_target() -> Mlir:
    """The target `mlir`, if MLIR is installed."""
    target = Mlir()
    if reason := target.unavailable():
        pytest.skip(reason)
    return target


@pytest.fixture
def mlir(mlir_target: Mlir) -> Iterator[MlirSamples]:
    """Builds samples of the target `mlir` that end with the test."""
    samples = MlirSamples(mlir_target)
    yield samples
    samples.close()
