"""What a run without challenges pays for this plugin: next to nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.lab import Lab

HEAVY = {
    "asyncio",
    "httpx",
    "markdown_it",
    "numpy",
    "sqlite3",
    "ssl",
    "tomllib",
    "wasmtime",
    "wgpu",
}
"""Top-level modules that take milliseconds."""

WATCH = """\
import json
import os
import sys


def pytest_unconfigure(config):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "controller")
    with open(f"modules-{worker}.json", "w") as file:
        json.dump(sorted(sys.modules), file)
"""


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_a_run_without_challenges_loads_writes_and_prints_nothing_of_ours(
    lab: Lab, arguments: tuple[str, ...]
) -> None:
    """Beside what the same run loads without the plugin, there are a few light modules."""
    lab.write("conftest.py", WATCH)
    lab.write("test_plain.py", "def test_it():\n    pass\n")
    result = lab.run_apart(*arguments)
    result.assert_outcomes(passed=1)
    text = result.stdout.str() + result.stderr.str()
    assert "llmgen:" not in text
    assert "scoreboard" not in text
    loaded = {path.name: set(json.loads(path.read_text())) for path in lab.path.glob("modules-*")}
    assert len(loaded) == (3 if arguments else 1)
    assert sorted(path.name for path in lab.path.iterdir() if path.name.startswith(".")) == []

    lab.run_apart(*arguments, "-p", "no:llmgen").assert_outcomes(passed=1)
    for name, modules in loaded.items():
        without = set(json.loads((lab.path / name).read_text()))
        more = modules - without
        assert not {module.partition(".")[0] for module in more} & HEAVY, name
        assert len({module for module in more if not module.startswith("pytest_llmgen")}) < 25, more


def test_our_modules_are_loaded_on_first_use_only(lab: Lab) -> None:
    """Without xdist, which makes the engine's socket before it knows of any challenge."""
    lab.write("conftest.py", WATCH)
    lab.write("test_plain.py", "def test_it():\n    pass\n")
    lab.run_apart().assert_outcomes(passed=1)
    modules = json.loads((lab.path / "modules-controller.json").read_text())
    ours = {module for module in modules if module.startswith("pytest_llmgen.")}
    assert ours == {
        "pytest_llmgen.backends",
        "pytest_llmgen.challenge",
        "pytest_llmgen.errors",
        "pytest_llmgen.hookspecs",
        "pytest_llmgen.options",
        "pytest_llmgen.plugin",
        "pytest_llmgen.targets",
        "pytest_llmgen.verdict",
    }


def test_a_challenge_that_needs_no_client_loads_none(lab: Lab) -> None:
    """The reference, judged in JSON and files: no HTTP client, no wasmtime, no GPU."""
    lab.write("conftest.py", (lab.path / "conftest.py").read_text() + "\n\n" + WATCH)
    lab.challenge()
    lab.run_apart("-n", "2").assert_outcomes(passed=2)
    for path in lab.path.glob("modules-*"):
        loaded = {name.partition(".")[0] for name in json.loads(path.read_text())}
        assert not loaded & {"httpx", "wasmtime", "wgpu", "numpy"}, path.name
