"""The built wheel, in an environment of its own: what a user gets from the package index."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as it would be for the package index."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    done = _run(*build, ROOT, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a new environment that holds the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    done = _run(folder / "bin" / "pip", "install", "--quiet", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


def test_the_wheel_holds_every_challenge(wheel: Path) -> None:
    """With solutions, and without caches."""
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name for name in names if name.startswith("pytest_llmgen/challenges/")}
    tracked = {
        f"pytest_llmgen/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "challenges").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == tracked
    assert "pytest_llmgen/py.typed" in names


def test_an_installed_wheel_lays_out_challenges_that_run(environment: Path, tmp_path: Path) -> None:
    """`llmgen init`, then `pytest`: a scoreboard, without the clone."""
    suite = tmp_path / "suite"
    done = _run(environment / "llmgen", "init", suite, "--suite", "wat", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"challenges in {suite / 'challenges'}; try: cd {suite} && pytest -n 2" in done.stdout
    scalar = (environment / "pytest", "challenges/wat/scalar", "-q", "-n", "2")
    done = _run(*scalar, cwd=suite)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "scoreboard" in done.stdout
    assert list((suite / ".llmgen" / "runs").glob("*/records.jsonl"))


def test_without_wgpu_the_gpu_challenges_skip_and_say_how_to_get_it(
    environment: Path, tmp_path: Path
) -> None:
    """The base install has what the scalar and SIMD challenges need; the rest is told."""
    suite = tmp_path / "suite"
    _run(environment / "llmgen", "init", suite, cwd=tmp_path)
    gpu = (environment / "pytest", "challenges/wat/gpu/gpu_double_f32", "-r", "s")
    done = _run(*gpu, cwd=suite)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the package wgpu is not installed; try: " in done.stdout
    assert "pip install 'pytest-llmgen[gpu]'" in done.stdout


def test_init_refuses_what_it_cannot_do(environment: Path, tmp_path: Path) -> None:
    """One line each, and nothing is overwritten."""
    done = _run(environment / "llmgen", "init", tmp_path / "x", "--suite", "zig", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "llmgen: there is no suite 'zig' (there are: cpp, mlir, python, wat)\n",
    )
    (tmp_path / "challenges").mkdir()
    done = _run(environment / "llmgen", "init", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"llmgen: {tmp_path / 'challenges'} exists already; choose another directory\n"
    )
