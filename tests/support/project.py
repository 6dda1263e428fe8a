"""A user's project: some of the challenges of this repository, and real `pytest` runs on them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.runs.record import Record

CHALLENGES = Path(__file__).resolve().parents[2] / "challenges"
RUN_S = 120.0
"""Longest that one run may take; only a hanging one does."""

INI = """\
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:html", "-q"]
"""
_HIDDEN = re.compile(r"^(PYTEST_|PYTHONDONTWRITEBYTECODE$|COV_|.*_proxy$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that is over."""

    status: int
    output: str

    @property
    def scoreboard(self) -> str:
        """The section of the scoreboard, without the lines about the run."""
        match = re.search(
            r"^=+ scoreboard =+\n(.*?)\n*^run: ", self.output, re.DOTALL | re.MULTILINE
        )
        assert match is not None, self.output
        return match[1]


class Project:
    """A directory with challenges, a pyproject.toml, and runs below `.llmgen`."""

    def __init__(self, path: Path) -> None:
        """Start without challenges and models."""
        self.path = path

    def add(self, *names: str) -> None:
        """Copy challenges, such as `wat/scalar/add`."""
        for name in names:
            shutil.copytree(CHALLENGES / name, self.path / "challenges" / name)

    def configure(self, **models: Mapping[str, Any]) -> None:
        """Write pyproject.toml with a table for each model."""
        tables = [
            "\n".join([f"[tool.llmgen.models.{name}]", *map(_toml, table.items())])
            for name, table in models.items()
        ]
        text = "\n\n".join([INI, *tables]) + "\n"
        (self.path / "pyproject.toml").write_text(text, encoding="utf-8")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start pytest as its users do, in a process group of its own."""
        kept = {name: value for name, value in os.environ.items() if not _HIDDEN.match(name)}
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", "challenges", *arguments],
            cwd=self.path,
            env={**kept, "COLUMNS": "120", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run pytest to its end."""
        with self.start(*arguments, **environment) as process:
            try:
                output, _ = process.communicate(timeout=RUN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Ended(status=process.returncode, output=output)

    def folder(self, run: str) -> Path:
        """The directory of a run."""
        return self.path / ".llmgen" / "runs" / run

    def responses(self, run: str) -> dict[str, int]:
        """Every stored reply: its path below the run, and when it was written, in ns."""
        folder = self.folder(run)
        return {
            path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
            for path in folder.glob("samples/**/response.json")
        }

    def records(self, run: str) -> list[Record]:
        """The records of a run, ordered by model, challenge and sample."""
        from pytest_llmgen.runs.directory import RunDirectory

        found = RunDirectory(self.folder(run)).records()
        return sorted(found, key=lambda r: (r.model, r.challenge, r.sample))

    def report(self, name: str) -> dict[str, Any]:
        """A JSON report that a run wrote."""
        data: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        return data


def _toml(item: tuple[str, Any]) -> str:
    """A key and its value: what JSON and TOML write the same way."""
    return f"{item[0]} = {json.dumps(item[1])}"
