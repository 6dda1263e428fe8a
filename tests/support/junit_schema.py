"""The schema of JUnit files that Jenkins publishes: fetched once, kept outside the repository.

It is `junit-10.xsd` of the Jenkins xUnit plugin (MIT, Gregory Boissinot), which pytest's source
distribution carries for its own tests. To fetch it, run this file: `python -m support.junit_schema`
in `tests/`, or by its path.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SOURCE = "pytest==9.0.0"
"""Whose source distribution has it: pinned, since its name there may change."""
MEMBER = "testing/example_scripts/junit-10.xsd"
MISSING = "no JUnit schema; fetch it once with: python tests/support/junit_schema.py"


def schema_path() -> Path:
    """Where the schema is, or would be: LLMGEN_JUNIT_SCHEMA, else in the cache."""
    if named := os.environ.get("LLMGEN_JUNIT_SCHEMA"):
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "pytest-llmgen" / "junit-10.xsd"


def fetch() -> Path:
    """Take the schema out of pytest's source distribution, unless it is there already.

    Raises:
        subprocess.CalledProcessError: If pip cannot get the distribution.
    """
    path = schema_path()
    if path.is_file():
        return path
    name, version = SOURCE.split("==")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*command, "--no-binary", name, "--dest", folder, SOURCE], check=True)
        with tarfile.open(Path(folder) / f"{name}-{version}.tar.gz") as archive:
            member = archive.extractfile(f"{name}-{version}/{MEMBER}")
            assert member is not None
            text = member.read()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{fetch()}\n")
