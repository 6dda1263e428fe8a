"""`llmgen doctor` on this machine, on a poorer one, and as an ordinary user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.mini import REGISTRATION

from pytest_llmgen.errors import TargetUnavailable
from pytest_llmgen.sandbox import tier as tiers
from pytest_llmgen.sandbox.tier import Tier

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

TESTS = Path(__file__).resolve().parents[1]
DOCTOR_S = 120.0
"""Longest that one call may take; only a hanging one does."""
NOBODY = 65534

OTHERS = """\
from support.mini import Mini


class Absent(Mini):
    def unavailable(self):
        return "zig is not installed; try: apt-get install zig"


class Faulty(Mini):
    def unavailable(self):
        raise OSError("no /dev/zag")
"""


def run_doctor(
    *arguments: str, folder: Path, python: str = sys.executable, user: int | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Call it as a user's shell does."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        **env,
    }
    return subprocess.run(
        [python, "-m", "pytest_llmgen.cli", "doctor", *arguments],
        cwd=folder,
        env=environment,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        capture_output=True,
        text=True,
        timeout=DOCTOR_S,
        check=False,
    )


def states(found: list[dict[str, str]]) -> dict[str, str]:
    """The word for each name."""
    return {finding["name"]: finding["state"] for finding in found}


def best_here() -> Tier:
    """The tier of a run by this process's user."""
    try:
        return tiers.probe()
    except TargetUnavailable as error:
        pytest.skip(str(error))


def python_for_everybody() -> str:
    """An interpreter of our version that any user may start."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    for python in (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"):
        try:
            done = subprocess.run([python, "-c", ""], user=NOBODY, cwd="/", check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip("no interpreter of this version can be started by another user")


def test_this_machine_works(tmp_path: Path) -> None:
    """The tier is that of a run, what is there has its version, and the exit status says so."""
    tier = best_here()
    done = run_doctor("--json", folder=tmp_path)
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["format"], found["works"], found["tier"]) == (1, True, tier)
    assert {"cpp", "mlir", "python", "wat", "wgsl"} <= set(states(found["targets"]))
    assert states(found["targets"])["wat"] == "ok"
    assert states(found["tiers"])[tier] == "ok"
    details = {tool["name"]: tool["detail"] for tool in found["tools"]}
    assert details["wasmtime"].startswith("5")
    assert done.returncode == 0
    assert done.stderr == ""


def test_an_ordinary_user_has_a_sandbox_too() -> None:
    """Without any right of root's, in namespaces of users."""
    done = run_doctor("--json", folder=Path("/"), python=python_for_everybody(), user=NOBODY)
    found: dict[str, Any] = json.loads(done.stdout)
    assert states(found["targets"])["wat"] == "ok"
    for tier in found["tiers"]:
        assert tier["state"] == "ok" or tier["detail"]
    assert found["tier"] in {"A", "B", "C"}
    assert done.returncode == 0


def test_what_is_missing_comes_with_its_command(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Programs, a tier, and targets of the project's own; an Ollama server is found."""
    httpserver.expect_request("/api/version").respond_with_json({"version": "0.11.4"})
    registered = (
        '    registry.add("zig", "others:Absent")\n    registry.add("zag", "others:Faulty")'
    )
    (tmp_path / "others.py").write_text(OTHERS)
    (tmp_path / "conftest.py").write_text(
        f"import sys\n\nsys.path.append({str(tmp_path)!r})\n\n"
        + REGISTRATION.replace("targets(registry):", f"targets(registry):\n{registered}")
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = run_doctor(
        folder=tmp_path,
        PATH=str(tmp_path),
        COLUMNS="100",
        OLLAMA_HOST=httpserver.url_for("").rstrip("/"),
    )
    sudo = "" if os.geteuid() == 0 else "sudo "
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]

    def assert_rows(*wanted: str) -> None:
        place = rows.index(wanted[0])
        assert rows[place : place + len(wanted)] == list(wanted)

    assert_rows("cpp missing g++ is not installed", "-> sudo apt-get install g++")
    assert_rows("zig missing zig is not installed", "-> apt-get install zig")
    assert_rows("zag not possible here it fails: OSError: no /dev/zag")
    assert "mini ok" in rows
    assert_rows("A missing bubblewrap is not installed", f"-> {sudo}apt-get install bubblewrap")
    assert_rows(
        "wat2wasm missing line and column in targets wat, wgsl", f"-> {sudo}apt-get install wabt"
    )
    assert f"ollama ok 0.11.4 at {httpserver.url_for('').rstrip('/')}" in rows
    assert_rows("llama-server missing not in PATH", "-> see https://github.com/ggml-org/llama.cpp")
    if tiers.failure(Tier.B) is None:
        assert "Sandbox: a run uses tier B" in rows
        assert done.returncode == 0


def test_without_a_sandbox_no_run_would_work(tmp_path: Path) -> None:
    """Every tier says why, and the user's own risk is named."""
    (tmp_path / "pyseccomp.py").write_text('raise RuntimeError("Unable to find libseccomp")\n')
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = run_doctor("--json", folder=tmp_path, PYTHONPATH=path)
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["works"], found["tier"]) == (False, None)
    assert set(states(found["targets"]).values()) == {"not possible here"}
    sudo = "" if os.geteuid() == 0 else "sudo "
    for tier in found["tiers"]:
        assert tier["state"] == "missing"
        assert "Unable to find libseccomp" in tier["detail"]
        assert tier["remedy"] == f"{sudo}apt-get install libseccomp2"
    assert done.returncode == 1


def test_a_wrong_option_of_the_project_is_one_line(tmp_path: Path) -> None:
    """As in a run."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nllm_sandbox = D\n")
    done = run_doctor(folder=tmp_path)
    assert done.stderr == "llmgen: llm_sandbox: 'D' is not one of auto, A, B, C, off\n"
    assert (done.returncode, done.stdout) == (2, "")


def test_a_project_that_pytest_cannot_start_in_is_said(tmp_path: Path) -> None:
    """Pytest's words on why, and one line of ours."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text("import no_such_module\n")
    done = run_doctor(folder=tmp_path)
    assert "No module named 'no_such_module'" in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last == "llmgen: pytest cannot start in this directory (exit status 4)"
    assert (done.returncode, done.stdout) == (2, "")
