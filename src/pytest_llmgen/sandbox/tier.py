"""How well this machine can guard what a model wrote."""

from __future__ import annotations

import contextlib
import functools
import shutil
import sys
import tempfile
from dataclasses import replace
from enum import StrEnum

from pytest_llmgen.errors import HarnessError, TargetUnavailable


class Tier(StrEnum):
    """The layers around a child, best first."""

    A = "A"
    """Namespaces of its own by bubblewrap, and the layers of B in each child."""
    B = "B"
    """Landlock, seccomp, limits, and a user of its own where we are root."""
    C = "C"
    """B without Landlock: what the user can read, a child can read."""
    OFF = "off"
    """A process of its own with limits, and nothing else."""


REMEDY = (
    "try: apt-get install bubblewrap libseccomp2; --llm-sandbox=off runs what a model wrote "
    "unguarded"
)
_TRY_S = 30.0


def probe(wanted: Tier | None = None) -> Tier:
    """The tier to use: the wanted one if it works, else the best that does.

    A tier works when a child that was started in it cannot do what the tier forbids. Each is tried
    once per process. `OFF` is never chosen, only wanted.

    Raises:
        TargetUnavailable: With the reason and the remedy, if there is none.
    """
    reasons: dict[Tier, str] = {}
    for tier in (Tier.A, Tier.B, Tier.C) if wanted is None else (wanted,):
        reason = failure(tier)
        if reason is None:
            return tier
        reasons[tier] = reason
    told = "; ".join(f"tier {tier}: {reason}" for tier, reason in reasons.items())
    raise TargetUnavailable(f"the sandbox does not work here ({told}); {REMEDY}")


def shortcomings(tier: Tier) -> list[str]:
    """What falls short in a tier that works here, each with the remedy."""
    from pytest_llmgen.sandbox import confine, places  # noqa: PLC0415 - only if there is a sandbox

    found: list[str] = []
    if tier is Tier.OFF:
        return ["what a model wrote runs unguarded, with your rights"]
    if tier is Tier.C:
        found.append("the kernel has no Landlock: a child can read what its user can read")
    elif confine.landlock_version() == 0:
        found.append("the kernel has no Landlock: the namespaces of bubblewrap stand alone")
    if tier is not Tier.A and not places.python_is_readable():
        found.append(
            f"children are users who cannot read the Python below {sys.base_prefix}: they can "
            "import only what was loaded before; try: apt-get install bubblewrap, or a Python that "
            "every user can read"
        )
    return found


@functools.cache
def failure(tier: Tier) -> str | None:
    """Why a tier does not work on this machine; None if it does."""
    from pytest_llmgen.sandbox import confine  # noqa: PLC0415 - only if there is a sandbox

    if tier is Tier.OFF:
        return None
    if tier is Tier.A and shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    if tier is Tier.B and confine.landlock_version() == 0:
        return "the kernel has no Landlock"
    try:
        leaks = _leaks(tier)
    except HarnessError as error:
        return str(error)
    return f"a child could {' and '.join(leaks)}" if leaks else None


def _leaks(tier: Tier) -> list[str]:
    """What a child of that tier can do and should not."""
    from pytest_llmgen.sandbox.places import reachable_folder  # noqa: PLC0415
    from pytest_llmgen.sandbox.profile import PYTHON  # noqa: PLC0415 - see above
    from pytest_llmgen.sandbox.sandbox import Sandbox  # noqa: PLC0415

    bare = replace(PYTHON, packages=())  # NumPy would double the time
    with (
        tempfile.NamedTemporaryFile(dir=reachable_folder()) as secret,
        contextlib.closing(Sandbox(tier)) as sandbox,
        contextlib.closing(sandbox.open(bare, "pytest_llmgen.sandbox.trespasser")) as child,
    ):
        answer, _ = child.request({"file": secret.name}, timeout_s=_TRY_S)
    allowed = {"read a file outside"} if tier is Tier.C else set()
    return [deed for deed in answer["done"] if deed not in allowed]
