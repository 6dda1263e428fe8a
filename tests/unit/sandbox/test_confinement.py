"""What a child cannot do, whichever way it tries; every canary stays as it was."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import descendants, is_gone_soon, is_running

from pytest_llmgen.sandbox import confine
from pytest_llmgen.sandbox.places import reachable_folder
from pytest_llmgen.sandbox.profile import COMPILER, PROGRAM, PYTHON, WASM
from pytest_llmgen.sandbox.sandbox import Sandbox
from pytest_llmgen.sandbox.tier import Tier, failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.sandboxes import Opens

    from pytest_llmgen.sandbox.child import Child

CANARY = "sk-canary-5b02"


def _told(child: Child, code: str) -> Any:
    return child.request({"code": code}, timeout_s=30)[0]["result"]


def _call(name: str, *arguments: str) -> str:
    """Code for a system call by its number on x86-64 and arm64, and what became of it."""
    numbers = _NUMBERS[name]
    return (
        "import ctypes, errno, platform\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"number = {numbers!r}[platform.machine()]\n"
        f"outcome = libc.syscall(number, {', '.join(arguments) or '0'})\n"
        "result = errno.errorcode[ctypes.get_errno()] if outcome < 0 else 'done'"
    )


_NUMBERS = {
    "io_uring_setup": {"x86_64": 425, "aarch64": 425},
    "ptrace": {"x86_64": 101, "aarch64": 117},
    "process_vm_readv": {"x86_64": 310, "aarch64": 270},
    "pidfd_open": {"x86_64": 434, "aarch64": 434},
    "prlimit64": {"x86_64": 302, "aarch64": 261},
    "tgkill": {"x86_64": 234, "aarch64": 131},
    "tkill": {"x86_64": 200, "aarch64": 130},
    "unshare": {"x86_64": 272, "aarch64": 97},
    "mount": {"x86_64": 165, "aarch64": 40},
    "bpf": {"x86_64": 321, "aarch64": 280},
    "keyctl": {"x86_64": 250, "aarch64": 219},
    "shmget": {"x86_64": 29, "aarch64": 194},
    "userfaultfd": {"x86_64": 323, "aarch64": 282},
    "setpriority": {"x86_64": 141, "aarch64": 140},
}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that every user of this machine may read and write, and a key in the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    path = Path(reachable_folder(), f"llmgen-secret-{os.getpid()}")
    path.write_text(CANARY)
    path.chmod(0o666)
    yield path
    assert path.read_text() == CANARY
    path.unlink()


READS = """
import glob
result = []
for path in [{secret!r}, *glob.glob('/proc/[0-9]*/environ'), *glob.glob('/proc/[0-9]*/cmdline'),
             '/proc/1/environ', '/proc/self/environ', '/proc/{parent}/environ',
             '/proc/{parent}/mem', '/proc/{parent}/maps', '/etc/passwd', '/etc/shadow']:
    try:
        result.append(path + open(path, 'rb').read(1000).decode('latin1'))
    except OSError:
        pass
result += [name + value for name, value in os.environ.items()]
"""


@pytest.mark.parametrize("profile", [PYTHON, WASM, replace(PYTHON, scratch=True)])
def test_nothing_secret_can_be_read(opens: Opens, secret: Path, profile: Any) -> None:
    """Neither files outside nor what other processes hold."""
    code = READS.format(secret=str(secret), parent=os.getpid())
    seen = _told(opens(profile), code)
    assert CANARY not in str(seen)
    assert "root:" not in str(seen)


WRITES = [
    "open({path!r}, 'a')",
    "open({path!r}, 'w')",
    "open({path!r}, 'r+')",
    "os.open({path!r}, os.O_RDONLY | os.O_TRUNC)",
    "os.truncate({path!r}, 0)",
    "os.unlink({path!r})",
    "os.rename({path!r}, {path!r} + 'x')",
    "os.link({path!r}, {path!r} + 'x')",
    "os.symlink({path!r}, {path!r} + 'x')",
    "os.mkdir({path!r} + 'x')",
    "os.mkfifo({path!r} + 'x')",
    "os.mknod({path!r} + 'x')",
    "os.chmod({path!r}, 0)",
    "os.utime({path!r})",
    "os.setxattr({path!r}, 'user.x', b'x')",
    "open('/dev/shm/llmgen-x', 'w')",
    "os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
    "os.memfd_create('x') and open('/proc/self/mem', 'r+b')",
]


@pytest.mark.parametrize("deed", WRITES)
@pytest.mark.parametrize("profile", [PYTHON, replace(PYTHON, scratch=True)])
def test_nothing_outside_can_be_written(
    opens: Opens, secret: Path, profile: Any, deed: str
) -> None:
    """Not even a file that everybody may write."""
    before = secret.stat()
    told = str(_told(opens(profile), "result = repr(" + deed.format(path=str(secret)) + ")"))
    assert told.partition(":")[0] in {"PermissionError", "FileNotFoundError", "OSError"}, told
    assert not Path(f"{secret}x").exists()
    assert not Path("/dev/shm/llmgen-x").exists()
    assert (secret.stat().st_mode, secret.stat().st_mtime_ns) == (
        before.st_mode,
        before.st_mtime_ns,
    )


def test_program_can_reach_nothing_outside(sandbox: Sandbox, secret: Path) -> None:
    """The same holds for what it starts."""
    script = f"""
        cat {secret} /proc/1/environ /proc/{os.getpid()}/environ /proc/*/environ /etc/passwd
        echo x > {secret}; rm -f {secret}; chmod 0 {secret}; ln {secret} link; cat link; env
        touch ../sibling /dev/shm/llmgen-x; ls ..; echo end
    """
    log = sandbox.run(["sh", "-c", script], PROGRAM, timeout_s=30).log
    assert log.endswith("end\n")
    assert CANARY not in log
    assert "root:" not in log


def test_links_in_its_directory_lead_nowhere(sandbox: Sandbox, secret: Path) -> None:
    """A link is followed with the child's rights, and only a file of its own is returned."""
    done = sandbox.run(
        ["sh", "-c", f"ln -s {secret} out; ln -s {secret.parent} dir; cat out dir/{secret.name}"],
        PROGRAM,
        outputs=["out", "dir"],
        timeout_s=30,
    )
    assert (done.outputs, CANARY in done.log) == ({}, False)


def test_files_that_a_child_may_not_read_are_hidden(opens: Opens, tmp_path: Path) -> None:
    """A folder is covered by everything around what is hidden in it."""
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "hidden").mkdir()
    (tmp_path / "shown" / "file").touch()
    (tmp_path / "shown" / "link").symlink_to("hidden")
    root, hidden = str(tmp_path.resolve()), str(tmp_path.resolve() / "shown" / "hidden")
    assert list(confine.around(root, ())) == [(root, True)]
    assert list(confine.around(hidden, (hidden,))) == []
    assert list(confine.around(root, (hidden,))) == [
        (root, False),
        (f"{root}/shown", False),
        (f"{root}/shown/file", True),
    ]


CONNECTIONS = [
    "socket.socket().connect(('127.0.0.1', {port}))",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
    "socket.socket(socket.AF_INET6)",
    "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "socket.socket(socket.AF_UNIX).connect('\\0llmgen-canary-{pid}')",
    "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind('\\0llmgen-bound-{pid}')",
    "socket.socket(socket.AF_VSOCK)",
]


@pytest.mark.parametrize("code", CONNECTIONS)
@pytest.mark.parametrize("profile", [PYTHON, WASM])
def test_there_is_no_way_out(opens: Opens, code: str, profile: Any) -> None:
    """A server that listens next to it hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"\0llmgen-canary-{os.getpid()}")
        unix.listen()
        deed = code.format(port=tcp.getsockname()[1], pid=os.getpid())
        told = str(_told(opens(profile), f"import socket\nresult = repr({deed})"))
        assert told.startswith("PermissionError: ")
        for listener in (tcp, unix):
            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.accept()


@pytest.mark.parametrize("profile", [PYTHON, WASM])
@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("io_uring_setup", ("1", "ctypes.create_string_buffer(120)")),
        ("ptrace", ("16", "{pid}", "0", "0")),
        ("process_vm_readv", ("{pid}", "0", "0", "0", "0", "0")),
        ("pidfd_open", ("{pid}", "0")),
        ("prlimit64", ("{pid}", "7", "ctypes.byref((ctypes.c_ulong * 2)())", "0")),
        ("tgkill", ("{pid}", "{pid}", "9")),
        ("tkill", ("{pid}", "9")),
        ("unshare", ("0x10000000",)),
        ("mount", ("0", "b'/'", "0", "0", "0")),
        ("bpf", ("0", "0", "0")),
        ("keyctl", ("0", "0")),
        ("shmget", ("0", "4096", "0o1600")),
        ("userfaultfd", ("0",)),
        ("setpriority", ("0", "{pid}", "19")),
    ],
)
def test_dangerous_system_calls_are_refused(
    opens: Opens, profile: Any, call: str, arguments: tuple[str, ...]
) -> None:
    """By the filter, whoever the child is."""
    pid = "os.getppid() or 1"
    code = _call(call, *(argument.format(pid=pid) for argument in arguments))
    assert _told(opens(profile), code) == "EPERM"


SIGNALS = """
result = []
for pid in {pids}:
    try:
        os.kill(pid, {number})
        result.append(pid)
    except OSError:
        pass
"""


def test_no_other_process_can_be_signalled(sandbox: Sandbox, opens: Opens) -> None:
    """Neither the zygote nor siblings nor everybody at once."""
    sibling = opens()
    assert _told(sibling, "result = 1") == 1
    pids = [-1, 0, 1, *range(2, 64), os.getpid(), os.getppid(), *descendants(os.getpid())]
    child = opens()
    me = _told(child, "result = os.getpid()")
    code = SIGNALS.format(pids=[pid for pid in pids if pid != me], number=int(signal.SIGTERM))
    assert _told(child, code) == []
    assert _told(sibling, "result = 2") == 2
    assert _told(child, "result = os.kill(os.getpid(), 0)") is None


def test_program_can_signal_only_its_own(sandbox: Sandbox, opens: Opens) -> None:
    """Its group, which mpiexec and shells do; never the zygote or a sibling."""
    sibling = opens()
    assert _told(sibling, "result = 1") == 1
    with subprocess.Popen(["sleep", "600"]) as bystander:
        pids = " ".join(map(str, [bystander.pid, *descendants(os.getpid()), *range(1, 40)]))
        script = f"for pid in {pids}; do test $pid = $$ || kill -9 $pid; done; kill -9 -1; echo end"
        sandbox.run(["sh", "-c", script], PROGRAM, timeout_s=30)
        assert is_running(bystander.pid)
        bystander.kill()
    assert _told(sibling, "result = 2") == 2


def test_program_can_end_its_children(sandbox: Sandbox) -> None:
    """Where something keeps its signals within its group."""
    if os.geteuid() != 0 and not confine.signals_are_scoped():
        pytest.skip("an ordinary user needs Landlock 6 (Linux 6.12) for that")
    script = "sleep 600 & kill $!; wait $!; echo $?"
    assert sandbox.run(["sh", "-c", script], PROGRAM, timeout_s=30).log.endswith("143\n")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("os.fork()", "PermissionError"),
        ("os.posix_spawn('/bin/true', ['true'], {})", "PermissionError"),
        ("os.execv('/bin/true', ['true'])", "PermissionError"),
        ("import threading; threading.Thread(target=print).start()", "RuntimeError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
    ],
)
def test_function_starts_nothing(opens: Opens, code: str, words: str) -> None:
    """No process, no program and no thread."""
    assert str(_told(opens(), code)).startswith(words)


def test_host_may_have_threads_but_no_processes(opens: Opens) -> None:
    """As wasmtime and the graphics driver need."""
    child = opens(WASM)
    code = (
        "import threading\nresult = []\n"
        "thread = threading.Thread(target=result.append, args=(1,))\nthread.start(); thread.join()"
    )
    assert _told(child, code) == [1]
    assert str(_told(child, "os.fork()")).startswith("PermissionError")


def test_child_inherits_no_descriptor(opens: Opens) -> None:
    """But standard ones and its channel: none of ours, of a sibling's or of the zygote's."""
    opens()
    with Path(__file__).open() as ours:
        os.set_inheritable(ours.fileno(), True)
        code = (
            "result = []\n"
            "for number in range(200):\n"
            "    try:\n        os.fstat(number); result.append(number)\n"
            "    except OSError:\n        pass\n"
            "result.remove(channel._connection.fileno())"
        )
        assert _told(opens(), code) == [0, 1, 2]


@pytest.mark.parametrize("profile", [PYTHON, COMPILER])
def test_limits_of_a_child_are_set_and_stay(opens: Opens, profile: Any) -> None:
    """Hard limits too: it can lower them only."""
    code = (
        "import resource as r\n"
        "result = [r.getrlimit(n)[1] for n in (r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_NOFILE, "
        "r.RLIMIT_CORE)]\n"
    )
    child = opens(profile)
    assert _told(child, code) == [profile.cpu_s + 1, profile.file_bytes, profile.open_files, 0]
    raised = "import resource as r\nr.setrlimit(r.RLIMIT_NOFILE, (4096, 4096))"
    assert str(_told(child, raised)).startswith(("ValueError", "PermissionError"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give each child a user of its own")
def test_each_child_of_root_is_another_user(opens: Opens) -> None:
    """Which is nobody else's, and has no capability and no way back."""
    users = [_told(opens(), "result = [*os.getresuid(), *os.getresgid()]") for _ in range(2)]
    assert len(set(users[0])) == len(set(users[1])) == 1
    assert users[0] != users[1]
    assert 0 not in users[0]
    child = opens()
    assert _told(child, "result = os.getgroups()") == []
    assert str(_told(child, "os.setuid(0)")).startswith("PermissionError")
    process = _told(
        opens(replace(PYTHON, scratch=True)), "result = open('/proc/self/status').read()"
    )
    fields = dict(line.split(":\t") for line in process.splitlines())
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(fields[name], 16) == 0
    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2")


def test_tier_c_confines_all_but_reading() -> None:
    """Without Landlock nothing is written, nobody signalled, and there is no network."""
    if reason := failure(Tier.C):
        pytest.skip(reason)
    sandbox = Sandbox(Tier.C, runner_folders=[str(Path(__file__).parent / "runners")])
    child = sandbox.open(PYTHON, "does_as_told")
    assert _told(child, "result = len(open('/etc/passwd').read()) > 0") is True
    for deed in ("open('/tmp/llmgen-x', 'w')", "os.kill(os.getppid(), 0)", "os.fork()"):
        assert str(_told(child, deed)).startswith("PermissionError")
    told = str(_told(child, "open(f'/proc/{os.getppid()}/mem', 'rb')"))
    assert told.startswith("PermissionError")
    child.close()
    sandbox.close()


def test_child_ends_when_the_parent_is_killed(tmp_path: Path) -> None:
    """The zygote, its children and what they started; in both tiers, and no folder is left."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, sys, threading\n"
        "from pytest_llmgen.sandbox.profile import PROGRAM\n"
        "from pytest_llmgen.sandbox.sandbox import Sandbox\n"
        "from pytest_llmgen.sandbox.tier import Tier\n"
        "sandbox = Sandbox(Tier(sys.argv[1]))\n"
        "run = lambda: sandbox.run(['sh', '-c', 'sleep 991 & echo; sleep 991'], PROGRAM, "
        "timeout_s=600)\n"
        "threading.Thread(target=run, daemon=True).start()\n"
        "sys.stdin.read()\n"
    )
    folder = Path(tempfile.mkdtemp(dir=reachable_folder()))
    folder.chmod(0o711)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "TMPDIR": str(folder),
    }
    for tier in (Tier.A, Tier.B):
        if failure(tier) is not None:
            continue
        with subprocess.Popen(
            [sys.executable, script, tier], stdin=subprocess.PIPE, env=environment
        ) as parent:
            started = threading.Event()
            while not started.wait(0.02):
                below = descendants(parent.pid)
                if sum(b"991" in _command(pid) for pid in below) >= 2:
                    started.set()
            parent.kill()
        assert all(map(is_gone_soon, below))
        assert list(folder.iterdir()) == []
    folder.rmdir()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
