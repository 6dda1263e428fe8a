"""What a run leaves behind: no warning, no process, no file."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.lab import Lab

WAT = '''\
from pathlib import Path


def children():
    """The processes that this one has started."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(state[1]) == os.getpid():
                yield entry.name


def test_it(submission, rng):
    """Sums."""
    module = submission.build()
    with open("helpers.txt", "a") as file:
        file.write(" ".join(children()) + " ")
    for a, b in rng.integers(-99, 99, size=(20, 2)):
        assert module.call("add", int(a), int(b)) == a + b
'''
HEAD = '(module (func (export "add") (param i32 i32) (result i32)'
REPLIES = {
    "right": f"{HEAD} (i32.add (local.get 0) (local.get 1))))",
    "wrong": f"{HEAD} (i32.sub (local.get 0) (local.get 1))))",
    "loops": f"{HEAD} (loop $l (br $l)) (i32.const 0)))",
    "broken": f"{HEAD} (i32.plus)))",
}


def helpers_of(lab: Lab) -> set[int]:
    """The processes that were children of a test process while a check ran."""
    return {int(pid) for pid in (lab.path / "helpers.txt").read_text().split()}


def is_alive(pid: int) -> bool:
    """Whether there is such a process, a zombie too."""
    return Path(f"/proc/{pid}").exists()


def wat_challenge(lab: Lab) -> str:
    """A challenge with the real target; the option that names its models."""
    lab.challenge(
        "wat/scalar/add",
        WAT,
        mark='target="wat", tier="scalar"',
        task="Export `add: (i32, i32) -> i32`, the sum.",
        solutions={"reference.wat": REPLIES["right"]},
    )
    lab.script(**{name: {"*": {"text": f"```wat\n{text}\n```"}} for name, text in REPLIES.items()})
    return "--llm-model=reference," + ",".join(f"script/{name}" for name in REPLIES)


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_a_run_warns_of_nothing_and_leaves_no_process(lab: Lab, arguments: tuple[str, ...]) -> None:
    """Sockets and processes are closed by the time Python looks."""
    models = wat_challenge(lab)
    result = lab.run_apart("-W", "error", "--llm-run=r", models, *arguments)
    assert lab.verdicts("r") == ["passed", "build_failed", "timed_out", "passed", "wrong_answer"]
    result.assert_outcomes(passed=2, failed=3)
    assert "Warning" not in result.stdout.str()
    assert result.stderr.str() == ""
    assert helpers_of(lab)
    assert not any(map(is_alive, helpers_of(lab)))


def test_python_itself_has_nothing_to_complain_about(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In development mode, until the interpreter's end: unclosed sockets are named there."""
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    models = wat_challenge(lab)
    result = lab.run_apart(models, "-n", "2")
    assert "Warning" not in result.stderr.str()
    assert "Warning" not in result.stdout.str()
    plain = lab.run_apart(models)
    assert "Warning" not in plain.stderr.str()
    assert "Warning" not in plain.stdout.str()


def test_the_processes_that_run_submissions_see_no_secret(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And neither does the run's directory."""
    monkeypatch.setenv("ZOO_KEY", "s3cret-value")
    lab.write(
        "pyproject.toml",
        "[tool.llmgen.models.mine]\nmodel = 'script/right'\napi_key_env = 'ZOO_KEY'\n",
    )
    wat_challenge(lab)
    lab.run_apart("--llm-model=mine", "--llm-run=r").assert_outcomes(passed=1)
    for path in (lab.path / ".llmgen").rglob("*"):
        if path.is_file():
            assert "s3cret-value" not in path.read_text(errors="replace"), path
    description = json.loads((lab.path / ".llmgen/runs/r/run.json").read_text())
    assert description["models"][0]["name"] == "mine"


def test_helpers_end_with_a_test_process_that_was_killed(lab: Lab) -> None:
    """Nobody is left to stop them: they must see for themselves that they are alone."""
    wat_challenge(lab)
    file = lab.path / "challenges/wat/scalar/add/test_add.py"
    file.write_text(file.read_text() + "    os.kill(os.getpid(), 9)\n")
    process = lab.start()
    process.communicate(timeout=60)
    assert process.returncode == -9
    lab.clean_up()
    helpers = helpers_of(lab)
    assert helpers
    for _ in range(200):
        if not any(map(is_alive, helpers)):
            return
        time.sleep(0.05)
    pytest.fail(f"still there: {[pid for pid in helpers if is_alive(pid)]}")
