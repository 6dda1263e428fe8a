"""What `llmgen doctor` makes of what it finds: remedies, and the page."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.reporting.doctor import (
    Diagnosis,
    Finding,
    State,
    landlock_remedy,
    namespaces_remedy,
    ollama_version,
    render,
    to_json,
)
from pytest_llmgen.sandbox.tier import Tier

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        (
            "kernel/unprivileged_userns_clone",
            "0",
            "sudo sysctl kernel.unprivileged_userns_clone=1",
        ),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        ("user/max_user_namespaces", "0", "sudo sysctl user.max_user_namespaces=16384"),
        ("user/max_user_namespaces", "96365", ""),
    ],
)
def test_a_switch_of_the_kernel_is_named_to_users_alone(
    tmp_path: Path, name: str, value: str, command: str
) -> None:
    """Root needs no namespace of users, so these switches do not stop it."""
    switch = tmp_path / "proc/sys" / name
    switch.parent.mkdir(parents=True)
    switch.write_text(f"{value}\n")
    assert namespaces_remedy(tmp_path, root=False) == command
    assert namespaces_remedy(tmp_path, root=True) == ""


@pytest.mark.parametrize(
    ("root", "last"), [(True, "--cap-add SYS_ADMIN"), (False, "systempaths=unconfined")]
)
def test_a_container_is_to_be_started_otherwise(tmp_path: Path, root: bool, last: str) -> None:
    """With the options that bubblewrap needs."""
    (tmp_path / ".dockerenv").touch()
    command = namespaces_remedy(tmp_path, root=root)
    assert command.startswith("docker run --security-opt seccomp=unconfined ")
    assert command.endswith(f"{last} ...")


def test_an_old_kernel_has_no_landlock() -> None:
    """A newer one may have to be told at its start."""
    assert landlock_remedy("5.10.0-8-amd64") == (
        "a kernel from Linux 5.13 on (this is 5.10.0-8-amd64)"
    )
    assert landlock_remedy("6.1.0").startswith("boot with lsm=landlock,")


def test_ollama_says_its_version(httpserver: HTTPServer) -> None:
    """An address with a path of its own is heeded."""
    httpserver.expect_request("/zoo/api/version").respond_with_json({"version": "0.11.4"})
    assert ollama_version(httpserver.url_for("/zoo")) == "0.11.4"


@pytest.mark.parametrize("body", ["", "{}", "[1]", "<html>", '"version"'])
def test_another_server_is_no_ollama(httpserver: HTTPServer, body: str) -> None:
    """Whatever answers there."""
    httpserver.expect_request("/api/version").respond_with_data(body)
    assert ollama_version(httpserver.url_for("").rstrip("/")) is None


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    """It accepts, and that is all; nobody listens at the address afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert ollama_version(url) is None
    assert ollama_version(url) is None


MACHINE = Diagnosis(
    tier=Tier.B,
    targets=(
        Finding(name="python", state=State.OK),
        Finding(
            name="zig", state=State.MISSING, detail="there is no zig", remedy="apt-get install zig"
        ),
    ),
    tiers=(
        Finding(name="A", state=State.IMPOSSIBLE, detail="the kernel forbids " + "it " * 15),
        Finding(name="B", state=State.OK, detail="Landlock"),
    ),
    tools=(),
    servers=(),
)

PAGE = """\
Targets
  python  ok
  zig     missing            there is no zig
                             -> apt-get install zig

Sandbox: a run uses tier B
  A       not possible here  the kernel forbids it it it it
                             it it it it it it it it it it
                             it
  B       ok                 Landlock

Tools

Servers of models on this machine (optional)"""


def test_the_page_is_aligned_and_wrapped() -> None:
    """A word for each thing in one column, commands on lines of their own."""
    assert render(MACHINE, width=59) == PAGE


@pytest.mark.parametrize(
    ("tier", "words"),
    [
        (None, "none; at your own risk, --llm-sandbox=off runs what models write unguarded"),
        (Tier.OFF, "OFF, what models write runs unguarded"),
        (Tier.A, "a run uses tier A"),
    ],
)
def test_the_page_says_what_a_run_would_use(tier: Tier | None, words: str) -> None:
    """In the heading of the sandbox."""
    shown = render(
        Diagnosis(tier=tier, targets=(), tiers=(), tools=(MACHINE.targets[0],), servers=()),
        width=80,
    )
    assert f"Sandbox: {words}\n" in shown


def test_json_has_all_of_it() -> None:
    """With the exit status's reason."""
    found = json.loads(to_json(MACHINE))
    assert (found["format"], found["works"], found["tier"]) == (1, True, "B")
    assert found["targets"][1] == {
        "name": "zig",
        "state": "missing",
        "detail": "there is no zig",
        "remedy": "apt-get install zig",
    }
    assert set(found) == {"format", "works", "tier", "targets", "tiers", "tools", "servers"}
