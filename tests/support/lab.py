"""A small project of challenges in a directory of its own, and pytest run on it."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.mini import REGISTRATION

from pytest_llmgen.generation import SampleKey

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    import pytest

_TESTS = Path(__file__).resolve().parents[1]

WITHOUT_OTHERS = " ".join(
    f"-p no:{plugin}" for plugin in ("anyio", "html", "hypothesispytest", "metadata")
)
"""Plugins of other packages: each process of a run would spend most of its time on these."""

CHECKS = """\
def test_small(submission):
    \"\"\"A small number.\"\"\"
    assert submission.build().call(3) == 6


def test_negative(submission):
    \"\"\"A negative number.\"\"\"
    assert submission.build().call(-2) == -4
"""
"""Two checks of a challenge that wants the double of x."""


class Lab:
    """Lays out challenges and runs pytest over them."""

    def __init__(
        self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, temporary: Path
    ) -> None:
        """Start with the fakes registered and no challenge.

        Args:
            pytester: Whose directory the project is.
            monkeypatch: Sets the environment of what is run.
            temporary: For temporary files, an empty directory; sockets need a short path.
        """
        self.pytester = pytester
        self.path = pytester.path
        self.temporary = temporary
        monkeypatch.setenv("TMPDIR", str(temporary))
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PYTHONPATH", str(_TESTS), prepend=os.pathsep)
        monkeypatch.setenv("COLUMNS", "120")
        self.write("conftest.py", REGISTRATION)
        self.configure(f"addopts = --import-mode=importlib -p no:cacheprovider {WITHOUT_OTHERS}")

    def write(self, name: str, text: str) -> Path:
        """Write a file below the project's directory."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, *lines: str) -> None:
        """Write pytest.ini."""
        self.write("pytest.ini", "\n".join(["[pytest]", *lines, ""]))

    def challenge(
        self,
        name: str = "mini/basic/double",
        checks: str = CHECKS,
        *,
        mark: str = 'target="mini", tier="basic"',
        task: str | None = "Give the double of x.",
        solutions: Mapping[str, str] | None = None,
    ) -> Path:
        """Lay out one challenge; the file of its checks."""
        docstring = "" if task is None else f'"""{task}"""\n\n'
        head = f"import os\n\nimport pytest\n\nfrom pytest_llmgen import challenge, graded\n\n{''}"
        body = f"{docstring}{head}pytestmark = challenge({mark})\n\n\n{textwrap.dedent(checks)}"
        folder = f"challenges/{name}"
        files = {"reference.mini": "2 * x\n"} if solutions is None else solutions
        for file, text in files.items():
            self.write(f"{folder}/solutions/{file}", text)
        return self.write(f"{folder}/test_{name.rpartition('/')[2]}.py", body)

    def script(self, **models: Mapping[str, Any] | str) -> None:
        """Say what the provider `script` answers; a bare text answers everything."""
        tables = {
            name: {"*": replies} if isinstance(replies, str) else replies
            for name, replies in models.items()
        }
        self.write("script.json", json.dumps(tables))

    # Running

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest inside this process; workers of xdist are processes all the same."""
        return self.pytester.runpytest_inprocess(*arguments)

    def run_apart(self, *arguments: str) -> pytest.RunResult:
        """Run pytest as a process of its own, as users do."""
        return self.pytester.runpytest_subprocess(*arguments)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start pytest and leave it running, its output on a pipe."""
        import subprocess
        import sys

        return subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def clean_up(self) -> None:
        """Remove what a process that was killed has left behind."""
        for folder in self.temporary.glob("llmgen*"):
            shutil.rmtree(folder)

    # What came of it

    @property
    def runs(self) -> list[Path]:
        """The directories of runs, by name."""
        return sorted((self.path / ".llmgen" / "runs").glob("*"))

    def records(self, run: str | None = None) -> list[dict[str, Any]]:
        """The records of a run, one for each sample, ordered by model, challenge and sample."""
        folder = self.runs[-1] if run is None else self.path / ".llmgen" / "runs" / run
        lines = (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()
        latest = {}
        for record in map(json.loads, lines):
            latest[record["model"], record["challenge"], record["target"], record["sample"]] = (
                record
            )
        return [latest[key] for key in sorted(latest)]

    def verdicts(self, run: str | None = None) -> list[str]:
        """How the samples of a run ended, in the order of `records`."""
        return [record["verdict"] for record in self.records(run)]

    def stored(self, run: str) -> set[str]:
        """The samples of a run for which some reply is stored."""
        folder = self.path / ".llmgen" / "runs" / run / "samples"
        return {_stored_key(path) for path in folder.rglob("response.json")}

    def judged(self, run: str) -> int:
        """How many records a run has so far."""
        path = self.path / ".llmgen" / "runs" / run / "records.jsonl"
        return len(path.read_text().splitlines()) if path.is_file() else 0

    def requests(self) -> list[dict[str, Any]]:
        """What the provider `script` was asked, over all runs, in order."""
        log = self.path / "requests.jsonl"
        if not log.is_file():
            return []
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def _stored_key(response: Path) -> str:
    asked = json.loads(response.with_name("request.json").read_text(encoding="utf-8"))
    return str(SampleKey(**asked["key"]))


def scoreboard(output: str) -> str:
    """The section of the scoreboard in a run's output, without the lines about the run."""
    match = re.search(r"^=+ scoreboard =+\n(.*?)\n*^run: ", output, re.DOTALL | re.MULTILINE)
    assert match is not None, output
    return match[1]
