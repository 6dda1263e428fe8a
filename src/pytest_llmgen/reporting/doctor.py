"""What this machine can do for a run, and the exact command for what it lacks."""

from __future__ import annotations

import contextlib
import http.client
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import textwrap
import urllib.parse
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends.servers import base_url_of
from pytest_llmgen.errors import LlmgenError, TargetUnavailable, UsageError
from pytest_llmgen.options import read_options
from pytest_llmgen.registry import Registry
from pytest_llmgen.sandbox import confine, seccomp
from pytest_llmgen.sandbox.tier import Tier, failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMAT = 1
"""Version of the JSON keys; raised when one is taken away or changes its meaning."""
SERVER_S = 0.5
"""Longest wait for a server that may be there."""


class State(StrEnum):
    """How something stands."""

    OK = "ok"
    MISSING = "missing"
    """It can be installed, or started."""
    IMPOSSIBLE = "not possible here"
    """The kernel or the container would have to be another, or set up in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    detail: str = ""
    """Its version, or why it does not work."""
    remedy: str = ""
    """The command that helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that was looked at."""

    tier: Tier | None
    """That a run would use here; None if it would have no sandbox."""
    targets: tuple[Finding, ...]
    tiers: tuple[Finding, ...]
    tools: tuple[Finding, ...]
    servers: tuple[Finding, ...]

    @property
    def works(self) -> bool:
        """Whether a run would work with at least one target."""
        return any(found.state is State.OK for found in self.targets)


def diagnose() -> Diagnosis:
    """Look at this machine, as a run in the current directory would find it.

    Raises:
        UsageError: If pytest cannot start here, or an option in its ini file is wrong.
    """
    registry, wanted = _configuration()
    tiers = tuple(_tier(tier) for tier in (Tier.A, Tier.B, Tier.C))
    tier = next(_working(tiers), None) if wanted == "auto" else _insisted(Tier(wanted))
    return Diagnosis(
        tier=tier,
        targets=tuple(_target(registry, name, tier) for name in registry),
        tiers=tiers,
        tools=tuple(_tools()),
        servers=(_llama_server(), _ollama()),
    )


# What a run would find


class _Configuration:
    """A plugin that takes pytest's configuration and runs nothing."""

    registry: Registry | None = None
    sandbox = "auto"

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> int:
        """Take it."""
        if not config.pluginmanager.has_plugin("llmgen"):
            raise pytest.UsageError("the plugin llmgen is turned off here")
        self.sandbox = read_options(config).sandbox
        self.registry = Registry("target")
        config.hook.pytest_llmgen_register_targets.call_historic(kwargs={"registry": self.registry})
        return 0


def _configuration() -> tuple[Registry, str]:
    """The targets that plugins and the project's conftest register, and the wanted sandbox."""
    found = _Configuration()
    status = pytest.main([], plugins=[found])
    if found.registry is None:
        raise UsageError(f"pytest cannot start in this directory (exit status {int(status)})")
    return found.registry, found.sandbox


# The sandbox


def _working(tiers: Iterable[Finding]) -> Iterator[Tier]:
    return (Tier(found.name) for found in tiers if found.state is State.OK)


def _insisted(tier: Tier) -> Tier | None:
    return tier if failure(tier) is None else None


_LAYERS = {
    Tier.A: "namespaces, Landlock, seccomp, limits",
    Tier.B: "Landlock, seccomp, limits",
    Tier.C: "seccomp, limits; files that you can read can be read",
}


def _tier(tier: Tier) -> Finding:
    reason = failure(tier)
    if reason is None:
        return Finding(name=tier, state=State.OK, detail=_LAYERS[tier])
    state, remedy = _remedy(tier, reason)
    return Finding(name=tier, state=state, detail=reason.partition("; try: ")[0], remedy=remedy)


def _remedy(tier: Tier, reason: str) -> tuple[State, str]:
    if "libseccomp" in reason:
        return State.MISSING, as_root(seccomp.INSTALL)
    if tier is Tier.A and shutil.which("bwrap") is None:
        return State.MISSING, as_root("apt-get install bubblewrap")
    if tier is Tier.A:
        return State.IMPOSSIBLE, namespaces_remedy(Path("/"), root=os.geteuid() == 0)
    if tier is Tier.B and confine.landlock_version() == 0:
        return State.IMPOSSIBLE, landlock_remedy(platform.release())
    return State.IMPOSSIBLE, ""


_SWITCHES = (
    ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=16384"),
)
"""Settings of the kernel that keep ordinary users from namespaces, and what changes them."""
_CONTAINER = "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"


def namespaces_remedy(top: Path, *, root: bool) -> str:
    """The command that lets bubblewrap make namespaces; empty if nothing known keeps it from it.

    Args:
        top: The root directory.
        root: Whether root runs it: that needs a capability, and no namespace of users.
    """
    if not root:
        for name, blocking, command in _SWITCHES:
            with contextlib.suppress(OSError):
                if (top / "proc/sys" / name).read_text().strip() == blocking:
                    return f"sudo {command}"
    if any((top / name).exists() for name in (".dockerenv", "run/.containerenv")):
        more = "--cap-add SYS_ADMIN" if root else "--security-opt systempaths=unconfined"
        return f"{_CONTAINER} {more} ..."
    return ""


def landlock_remedy(release: str) -> str:
    """What gives the kernel Landlock.

    Args:
        release: Of the kernel, such as `5.10.0-8-amd64`.
    """
    version = tuple(map(int, re.findall(r"\d+", release)[:2]))
    if version < (5, 13):
        return f"a kernel from Linux 5.13 on (this is {release})"
    return "boot with lsm=landlock,... on the kernel's command line (see /sys/kernel/security/lsm)"


def as_root(command: str) -> str:
    """A command that needs root's rights, as this user types it."""
    return command if os.geteuid() == 0 else f"sudo {command}"


# Targets and what they use


def _target(registry: Registry, name: str, tier: Tier | None) -> Finding:
    """Whether a target can run here, in its own words."""
    if tier is None:
        return Finding(name=name, state=State.IMPOSSIBLE, detail="there is no sandbox, see below")
    target = None
    try:
        target = registry.load(name)()
        reason = target.unavailable()
        if reason is None:
            return Finding(name=name, state=State.OK, detail=_means(target))
        detail, _, remedy = re.sub("; (?:to get it|try): ", "\0", reason, count=1).partition("\0")
        return Finding(name=name, state=State.MISSING, detail=detail, remedy=remedy)
    except LlmgenError as error:
        return Finding(name=name, state=State.IMPOSSIBLE, detail=str(error))
    except Exception as error:  # a target by a third party may raise anything
        detail = f"it fails: {type(error).__name__}: {error}"
        return Finding(name=name, state=State.IMPOSSIBLE, detail=detail)
    finally:
        if target is not None:
            target.close()


def _means(target: Any) -> str:
    """The graphics adapter of the target `wgsl`, and the toolchain of the target `mlir`."""
    known = vars(target).get("_adapter") or {}  # nothing public tells
    return str(known.get("adapter", "") or getattr(target, "means", ""))


def _tools() -> Iterator[Finding]:
    yield _program("g++", "target cpp", as_root("apt-get install g++"))
    yield _package("numpy", "target python")
    yield _package("torch-mlir", "target mlir", "pip install 'pytest-llmgen[mlir]'")
    yield _package("wasmtime", "targets wat, wgsl")
    yield _program(
        "wat2wasm", "line and column in targets wat, wgsl", as_root("apt-get install wabt")
    )
    yield _package("wgpu", "target wgsl", "pip install 'pytest-llmgen[gpu]'")
    yield _program("bwrap", "tier A", as_root("apt-get install bubblewrap"))
    yield _libseccomp()
    yield _landlock()
    yield _package("pytest-xdist", "tests on several cores: pytest -n auto")


def _program(name: str, use: str, remedy: str) -> Finding:
    if shutil.which(name) is None:
        return Finding(name=name, state=State.MISSING, detail=use, remedy=remedy)
    done = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\d+(?:\.\d+)+", re.sub(r"\(.*?\)", "", done.stdout))
    return Finding(name=name, state=State.OK, detail=_used(version and version[0], use))


def _package(name: str, use: str, remedy: str = "pip install pytest-llmgen") -> Finding:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name=name, state=State.MISSING, detail=use, remedy=remedy)
    return Finding(name=name, state=State.OK, detail=_used(version, use))


def _used(version: str | None, use: str) -> str:
    return f"{version} ({use})" if version else use


def _libseccomp() -> Finding:
    use = "every tier"
    try:
        seccomp.library()
    except TargetUnavailable:
        remedy = as_root(seccomp.INSTALL)
        return Finding(name="libseccomp", state=State.MISSING, detail=use, remedy=remedy)
    return Finding(name="libseccomp", state=State.OK, detail=use)


def _landlock() -> Finding:
    use = "tiers A, B"
    if version := confine.landlock_version():
        detail = f"version {version} (Linux {platform.release()}; {use})"
        return Finding(name="Landlock", state=State.OK, detail=detail)
    remedy = landlock_remedy(platform.release())
    return Finding(name="Landlock", state=State.IMPOSSIBLE, detail=use, remedy=remedy)


# Servers of models


def _llama_server() -> Finding:
    path = shutil.which("llama-server")
    if path is None:
        remedy = "see https://github.com/ggml-org/llama.cpp"
        return Finding(
            name="llama-server", state=State.MISSING, detail="not in PATH", remedy=remedy
        )
    return Finding(name="llama-server", state=State.OK, detail=path)


def _ollama() -> Finding:
    url = base_url_of("ollama", "ollama", {}, os.environ)
    assert url is not None
    version = ollama_version(url)
    if version is None:
        detail, remedy = f"no answer from {url}", "ollama serve"
        return Finding(name="ollama", state=State.MISSING, detail=detail, remedy=remedy)
    return Finding(name="ollama", state=State.OK, detail=f"{version} at {url}")


def ollama_version(url: str) -> str | None:
    """What an Ollama server says of itself; None if none answers at once."""
    parts = urllib.parse.urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with contextlib.closing(connect(parts.netloc, timeout=SERVER_S)) as connection:
        try:
            connection.request("GET", f"{parts.path}/api/version")
            return str(json.loads(connection.getresponse().read(4096))["version"])
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
            return None


# Showing


def to_json(diagnosis: Diagnosis) -> str:
    """Write a diagnosis as JSON.

    Keys:
        format: 1.
        works: Whether a run would work with at least one target.
        tier: `A`, `B`, `C`, `off`, or null if a run would have no sandbox.
        targets, tiers, tools, servers: Lists of what was looked at. Each has name, state (`ok`,
            `missing` or `not possible here`), detail and remedy (a command, or empty).
    """
    data = {"format": FORMAT, "works": diagnosis.works, **asdict(diagnosis)}
    return json.dumps(data, indent=1, ensure_ascii=False)


def render(diagnosis: Diagnosis, *, width: int) -> str:
    """Lay a diagnosis out for a terminal of so many characters."""
    sections: list[tuple[str, Sequence[Finding]]] = [
        ("Targets", diagnosis.targets),
        (f"Sandbox: {_summary(diagnosis.tier)}", diagnosis.tiers),
        ("Tools", diagnosis.tools),
        ("Servers of models on this machine (optional)", diagnosis.servers),
    ]
    found = [finding for _, findings in sections for finding in findings]
    name = max(len(finding.name) for finding in found)
    state = max(len(finding.state) for finding in found)
    parts = []
    for title, findings in sections:
        lines = [title]
        for finding in findings:
            head = f"  {finding.name:{name}}  {finding.state:{state}}  "
            lines += _row(head, finding, width)
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _summary(tier: Tier | None) -> str:
    if tier is None:
        return "none; at your own risk, --llm-sandbox=off runs what models write unguarded"
    return (
        "OFF, what models write runs unguarded" if tier is Tier.OFF else f"a run uses tier {tier}"
    )


def _row(head: str, finding: Finding, width: int) -> list[str]:
    """What was found, wrapped beside the name; the command on a line of its own, in one piece."""
    room = max(width - len(head), 30)
    lines = textwrap.wrap(finding.detail, room, break_long_words=False, break_on_hyphens=False)
    lines += [f"-> {finding.remedy}"] if finding.remedy else []
    rest = [" " * len(head) + line for line in lines[1:]]
    return [(head + (lines[0] if lines else "")).rstrip(), *rest]
