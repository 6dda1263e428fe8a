"""The same samples where the harness itself is an ordinary user, as on most machines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.sandbox import tier as tiers
from pytest_llmgen.sandbox.tier import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534
HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="it is an ordinary user who runs the tests"),
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed"),
]


def _as_nobody(folder: Path) -> list[str]:
    """Run what follows as another user, for whom Python can be reached wherever it lies."""
    needed = [Path(path).resolve() for path in (sys.base_prefix, sys.prefix, HERE)]
    shown = {inner for path in needed if (inner := _below_a_locked_folder(path)) is not None}
    return [
        *("bwrap", "--dev-bind", "/", "/"),
        *(
            w
            for path in {str(p.parent) for p in shown}
            for w in ("--perms", "0755", "--tmpfs", path)
        ),
        *(word for path in map(str, shown) for word in ("--ro-bind", path, path)),
        *("--bind", str(folder), str(folder), "--cap-add", "ALL", "--"),
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *("--inh-caps=-all", "--bounding-set=-all", "env", "-i"),
        *("PATH=/usr/local/bin:/usr/bin:/bin", f"HOME={folder}", f"TMPDIR={folder}"),
        f"PYTHONPATH={os.pathsep.join(filter(None, sys.path))}",
    ]


def _below_a_locked_folder(path: Path) -> Path | None:
    """The part of a path that others could reach if they might enter the folder above it."""
    way = [*reversed(path.parents), path]
    return next((inner for inner in way[1:] if not inner.parent.stat().st_mode & 1), None)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A home for that user."""
    made = Path("/var/tmp", f"llmgen-home-{os.getpid()}")
    made.mkdir()
    os.chown(made, NOBODY, NOBODY)
    yield made
    shutil.rmtree(made)


@pytest.mark.parametrize("tier", ["A", "B"])
@pytest.mark.parametrize("target", ["python", "cpp", "mlir", "wat", "wgsl"])
def test_every_sample_ends_as_it_must(folder: Path, target: str, tier: str) -> None:
    """In a run of pytest of its own."""
    done = subprocess.run(
        [
            *_as_nobody(folder),
            *(sys.executable, "-m", "pytest", HERE / "test_samples.py", "-q", "--tb=short"),
            *("-p", "no:cacheprovider", "-p", "no:llmgen", "-k", f"[{tier}-{target}-"),
        ],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and "bwrap: " in done.stderr:
        pytest.skip(f"no other user can be had here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert " skipped" not in done.stdout or tiers.failure(Tier(tier)) or target == "wgsl"
