"""Control groups: what they count that nothing else does, and that they leave nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.errors import OutOfMemory
from pytest_llmgen.sandbox import cgroups
from pytest_llmgen.sandbox.cgroups import Group, Home
from pytest_llmgen.sandbox.profile import MIB, PROGRAM

if TYPE_CHECKING:
    from pytest_llmgen.sandbox.sandbox import Sandbox

SHARED = """\
import mmap
memory = mmap.mmap(-1, 300 << 20)
for page in range(0, len(memory), 4096):
    memory[page] = 1
print("all of it")
"""


@pytest.fixture
def home() -> Home:
    """A folder for groups, closed by the test."""
    home = Home()
    if not home.descriptors:
        pytest.skip("no control groups can be made here; that takes root and a writable hierarchy")
    return home


def test_a_group_limits_the_processes_in_it_and_leaves_nothing(home: Home) -> None:
    """Those that it has, threads among them; the folder is gone with the home."""
    group = Group(home.descriptors, memory_bytes=256 * MIB, processes=2)
    script = "sleep 1 & sleep 1 & sleep 1 & wait"
    done = subprocess.run(
        ["sh", "-c", script], preexec_fn=group.enter, capture_output=True, text=True, check=False
    )
    assert "annot fork" in done.stderr
    assert not group.ran_out_of_memory
    while any(group._read(descriptor, "cgroup.procs") for descriptor in home.descriptors):
        time.sleep(0.01)  # the shell has given up, and what it started sleeps on
    folders = list(home._folders)
    group.remove()
    home.close()
    assert not any(folder.exists() for folder in folders)


def test_what_a_killed_harness_left_is_removed(home: Home) -> None:
    """By the next one; what a living one has stays."""
    with contextlib.closing(home):
        gone = subprocess.Popen(["true"])
        gone.wait()
        left = [above / f"{cgroups.PREFIX}{gone.pid}-00" for above in cgroups._hierarchies()]
        for folder in left:
            folder.mkdir()
            (folder / f"{cgroups.PREFIX}7").mkdir()
        Home().close()
        assert not any(folder.exists() for folder in left)
        assert all(folder.exists() for folder in home._folders)


def test_without_root_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group without a home limits nothing, and nothing fails."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert Home().descriptors == []
    group = Group((), memory_bytes=MIB, processes=1)
    group.enter()
    assert not group.ran_out_of_memory
    group.remove()


def test_shared_memory_of_a_program_counts(sandbox: Sandbox, home: Home) -> None:
    """The watchdog cannot see whose it is; the kernel can."""
    home.close()
    profile = replace(PROGRAM, memory_bytes=64 * MIB, scratch_bytes=64 * MIB)
    python = shutil.which("python3", path="/usr/bin")
    if python is None:
        pytest.skip("there is no /usr/bin/python3; to get it: apt-get install python3-minimal")
    with pytest.raises(OutOfMemory, match=r"^it used more than 64 MiB of memory$"):
        sandbox.run([python, "-I", "-S", "-c", SHARED], profile, timeout_s=60.0)
