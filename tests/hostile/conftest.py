"""Each guarded tier with its targets, and canaries beside them."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pytest
from support.hostile import Canaries

from pytest_llmgen.sandbox import tier as tiers
from pytest_llmgen.sandbox.tier import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

_PR_SET_CHILD_SUBREAPER = 36


@pytest.fixture(scope="module", params=[Tier.A, Tier.B])
def tier(request: pytest.FixtureRequest) -> Tier:
    """A guarded tier that works here."""
    reason = tiers.failure(request.param)
    if reason is not None:
        pytest.skip(f"tier {request.param}: {reason}; {tiers.REMEDY}")
    found: Tier = request.param
    return found


@pytest.fixture(scope="module")
def canaries() -> Iterator[Canaries]:
    """Put out before any sandbox starts; what escapes from one becomes a child of ours."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    made = Canaries()
    yield made
    made.close()
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
