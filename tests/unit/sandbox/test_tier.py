"""The tier is the best that really works here."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import landlockpy
import pytest

from pytest_llmgen.errors import TargetUnavailable
from pytest_llmgen.sandbox import places, seccomp
from pytest_llmgen.sandbox import tier as tiers
from pytest_llmgen.sandbox.tier import Tier, probe

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """What a test makes of this machine ends with it."""
    tiers.failure.cache_clear()
    yield
    tiers.failure.cache_clear()


def test_best_that_works_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order A, B, C; never without any guard."""
    working = {Tier.A, Tier.B, Tier.C}
    monkeypatch.setattr(tiers, "failure", lambda tier: None if tier in working else "broken")
    for best in (Tier.A, Tier.B, Tier.C):
        assert probe() is best
        working.discard(best)
    with pytest.raises(TargetUnavailable) as told:
        probe()
    assert str(told.value) == (
        "the sandbox does not work here (tier A: broken; tier B: broken; tier C: broken); try: "
        "apt-get install bubblewrap libseccomp2; --llm-sandbox=off runs what a model wrote "
        "unguarded"
    )


def test_wanted_tier_is_insisted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lesser one does not take its place; off always works."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(TargetUnavailable, match=r"\(tier A: bubblewrap is not installed\)"):
        probe(Tier.A)
    assert probe(Tier.OFF) is Tier.OFF


def test_machine_without_bubblewrap_or_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each lack takes one tier away."""
    if tiers.failure(Tier.C):
        pytest.skip("this machine has no tier at all")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(landlockpy, "abi_version", lambda: 0)
    tiers.failure.cache_clear()
    assert tiers.failure(Tier.B) == "the kernel has no Landlock"
    assert probe() is Tier.C


def test_child_that_can_trespass_is_no_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tier is what it does, not what it is called."""
    if tiers.failure(Tier.B):
        pytest.skip("tier B does not work here")
    tiers.failure.cache_clear()
    allow_all = b"\x06\x00\x00\x00\x00\x00\xff\x7f"
    monkeypatch.setattr(seccomp, "program", lambda *_, **__: allow_all)
    assert str(tiers.failure(Tier.B)).startswith("a child could open a socket")


def test_machine_without_libseccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has no tier, and is told what to install."""
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(TargetUnavailable, match=r"needs libseccomp, .*; try: apt-get install lib"):
        seccomp.signal_numbers()


def test_shortcomings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a tier cannot do here, each with what helps."""
    assert tiers.shortcomings(Tier.OFF) == ["what a model wrote runs unguarded, with your rights"]
    monkeypatch.setattr(landlockpy, "abi_version", lambda: 4)
    monkeypatch.setattr(places, "python_is_readable", lambda: True)
    assert tiers.shortcomings(Tier.A) == tiers.shortcomings(Tier.B) == []
    monkeypatch.setattr(places, "python_is_readable", lambda: False)
    assert tiers.shortcomings(Tier.A) == []
    (told,) = tiers.shortcomings(Tier.B)
    assert told.startswith(f"children are users who cannot read the Python below {sys.base_prefix}")
    assert len(tiers.shortcomings(Tier.C)) == 2
    monkeypatch.setattr(landlockpy, "abi_version", lambda: 0)
    assert len(tiers.shortcomings(Tier.A)) == 1
