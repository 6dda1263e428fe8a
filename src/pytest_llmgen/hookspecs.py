"""Hooks by which other packages add backends and targets. The built-in ones use them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_llmgen.registry import Registry


@pytest.hookspec(historic=True)
def pytest_llmgen_register_backends(registry: Registry) -> None:
    """Add providers: `registry.add("zoo", "my_package.zoo:Zoo")`, imported on first use.

    The class is called with a `ModelSpec` and must have the methods of
    `pytest_llmgen.backends.backend.Backend`. Users then write `--llm-model=zoo/name`.
    """


@pytest.hookspec(historic=True)
def pytest_llmgen_register_targets(registry: Registry) -> None:
    """Add targets: `registry.add("zig", "my_package.zig:Zig")`, imported on first use.

    The class is called without arguments and must have the methods of
    `pytest_llmgen.targets.target.Target`. Challenges then write `challenge(target="zig", ...)`.
    """
