"""Sandboxes of both guarded tiers, over a runner that does what it is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.sandbox import tier as tiers
from pytest_llmgen.sandbox.profile import PYTHON, Profile
from pytest_llmgen.sandbox.sandbox import Sandbox
from pytest_llmgen.sandbox.tier import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.sandboxes import Opens

    from pytest_llmgen.sandbox.child import Child

RUNNERS = str(Path(__file__).parent / "runners")


@pytest.fixture(scope="module", params=[Tier.A, Tier.B])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each guarded tier that works here."""
    reason = tiers.failure(request.param)
    if reason is not None:
        pytest.skip(f"tier {request.param}: {reason}; {tiers.REMEDY}")
    made = Sandbox(request.param, runner_folders=[RUNNERS])
    yield made
    made.close()


@pytest.fixture
def opens(sandbox: Sandbox) -> Iterator[Opens]:
    """Opens children of that sandbox."""
    children: list[Child] = []

    def opened(profile: Profile = PYTHON, **options: Any) -> Child:
        children.append(sandbox.open(profile, "does_as_told", **options))
        return children[-1]

    yield opened
    for child in children:
        child.close()
