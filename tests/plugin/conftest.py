"""A project of challenges under pytester."""

from __future__ import annotations

import importlib
import pkgutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.lab import Lab

import pytest_llmgen

if TYPE_CHECKING:
    from collections.abc import Iterator

_TARGETS = "pytest_llmgen.targets."
_HOSTS = {f"{_TARGETS}{name}" for name in ("gpu_host", "mlir_llvm", "mlir_torch", "wasm_host")}
"""What only processes of their own load."""

# Pytester forgets what a run inside this process has imported: numpy cannot be imported twice, and
# two copies of a class are two classes. What is imported out here stays.
for _module in pkgutil.walk_packages(pytest_llmgen.__path__, "pytest_llmgen."):
    if _module.name not in _HOSTS:
        importlib.import_module(_module.name)
importlib.import_module("numpy")


@pytest.fixture
def lab(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """An empty project with the fake target and the fake provider; no run leaves litter."""
    with tempfile.TemporaryDirectory(prefix="lab-") as name:
        temporary = Path(name)
        yield Lab(pytester, monkeypatch, temporary)
        assert [path.name for path in temporary.glob("llmgen*")] == []


@pytest.fixture(params=["plain", "xdist"])
def workers(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The arguments that run the tests in this process, and those that spread them."""
    return () if request.param == "plain" else ("-n", "2")
