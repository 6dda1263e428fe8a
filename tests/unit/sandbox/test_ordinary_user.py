"""Everything of this folder holds for an ordinary user too, whose children cannot change user."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOBODY = 65534
FILES = ("test_sandbox.py", "test_confinement.py", "test_worker.py")


def _python() -> str | None:
    """An interpreter of this version that every user can run: our own, or the system's."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for program in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        path = Path(program).resolve()
        if path.exists() and all(folder.stat().st_mode & 0o001 for folder in path.parents):
            return str(path)
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="this is an ordinary user already")
def test_everything_holds_for_an_ordinary_user(tmp_path: Path) -> None:
    """The tests of this folder pass as another user, with a home of its own."""
    python = _python()
    if python is None:
        pytest.skip(
            f"no Python {sys.version_info.major}.{sys.version_info.minor} that other users can run;"
            f" try: apt-get install python{sys.version_info.major}.{sys.version_info.minor}"
        )
    here = Path(__file__).parent
    home = Path("/var/tmp", f"llmgen-home-{os.getpid()}")  # where every user can go
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    folders = [path for path in sys.path if Path(path).is_dir() and "lib/python" not in path]
    folders += [path for path in sys.path if path.endswith("site-packages")]
    try:
        done = subprocess.run(
            [python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:llmgen", "-rs"]
            + ["-p", "no:hypothesispytest"]
            + [f"--rootdir={here.parents[2]}", f"--basetemp={home}/tests"]
            + [str(here / name) for name in FILES],
            env={
                "HOME": str(home),
                "TMPDIR": str(home),
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "PYTHONPATH": os.pathsep.join(folders),
            },
            cwd=here.parents[2],
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    finally:
        subprocess.run(["rm", "-rf", home], check=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
