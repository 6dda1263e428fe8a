"""Children of the sandbox: what passes between us, how they end, and that nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import descendants, is_gone_soon

from pytest_llmgen.errors import (
    Crashed,
    OutOfMemory,
    OutputFlood,
    TargetUnavailable,
    TimedOut,
    WorkerError,
)
from pytest_llmgen.sandbox.profile import COMPILER, MIB, PROGRAM, PYTHON
from pytest_llmgen.sandbox.sandbox import Sandbox
from pytest_llmgen.sandbox.tier import Tier

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from support.sandboxes import Opens

    from pytest_llmgen.sandbox.child import Child
    from pytest_llmgen.sandbox.profile import Profile
    from pytest_llmgen.sandbox.sandbox import Finished

FRAMES = "sys.modules['pytest_llmgen.sandbox.frames']"
GROUP = replace(PROGRAM, memory_bytes=200 * MIB, processes=8)


def _told(child: Child, code: str, *, timeout_s: float = 30.0) -> Any:
    return child.request({"code": code}, timeout_s=timeout_s)[0]["result"]


def _shell(sandbox: Sandbox, script: str, **options: Any) -> Finished:
    options = {"timeout_s": 30.0, **options}
    return sandbox.run(["sh", "-c", script], options.pop("profile", PROGRAM), **options)


def test_requests_are_answered_by_one_child(opens: Opens) -> None:
    """Header and bytes come back, and what the child holds stays."""
    child = opens()
    header, blob = child.request({"code": "kept = result = 7"}, b"abc", timeout_s=30)
    assert (header["result"], blob) == (7, b"cba")
    assert _told(child, "result = kept + 1") == 8


def test_children_share_nothing(opens: Opens) -> None:
    """Two live side by side with modules of their own."""
    first, second = opens(), opens()
    _told(first, "os.shared = 1")
    assert _told(second, "result = hasattr(os, 'shared')") is False
    assert _told(opens(), "result = hasattr(os, 'shared')") is False


def test_callbacks_are_served_while_a_request_waits(opens: Opens) -> None:
    """Functions that are handed to a submission run in this process."""
    asked = []

    def answer(header: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
        asked.append((header["number"], blob))
        return {"twice": 2 * header["number"]}, b"yes"

    code = "result = [channel.call_back({'number': n}, b'x')[0]['twice'] for n in range(3)]"
    header, _ = opens().request({"code": code}, timeout_s=30, answer=answer)
    assert header["result"] == [0, 2, 4]
    assert asked == [(0, b"x"), (1, b"x"), (2, b"x")]


def test_large_messages_pass_in_both_directions(opens: Opens) -> None:
    """Also while the child prints more than its pipe holds."""
    blob = os.urandom(8 * MIB)
    code = "print('x' * 300_000, flush=True)"
    _, back = opens().request({"code": code}, blob, timeout_s=60)
    assert back == blob[::-1]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("os._exit(0)", "the process that ran it ended with status 0"),
        ("os._exit(3)", "the process that ran it ended with status 3"),
        ("sys.exit(0)", "the process that ran it ended with status 1"),
        ("os.kill(os.getpid(), 11)", "the process that ran it died of SIGSEGV"),
        ("os.abort()", "the process that ran it died of SIGABRT"),
    ],
)
def test_end_without_an_answer_is_a_crash(opens: Opens, code: str, message: str) -> None:
    """Whatever its exit status says."""
    with pytest.raises(Crashed) as told:
        _told(opens(), code)
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("b'\\xff' * 64", "a frame of 4294967295 + 4294967295 bytes is too long"),
        ("b'\\0\\0\\0\\x40\\0\\0\\0\\0' + b'{}'", "a frame of 1073741824 + 0 bytes is too long"),
        ("b'\\2\\0\\0\\0\\0\\0\\0\\0[]'", "the header of a frame is no object"),
        ("b'\\4\\0\\0\\0\\0\\0\\0\\0nope'", "the header of a frame is no JSON: Expecting value"),
        ("2 * b'\\2\\0\\0\\0\\0\\0\\0\\0{}'", "it answers another request"),
        ("b'\\2\\0\\0\\0\\1\\0\\0\\0{}xyz'", "it answers another request"),
        (f"{FRAMES}.encode({{'token': channel._token}}) * 2", "it says more than it was asked"),
    ],
)
def test_garbage_is_a_crash(opens: Opens, data: str, words: str) -> None:
    """What is no single answer comes from a process that was taken over; it is killed."""
    child = opens()
    with pytest.raises(Crashed) as told:
        _told(child, f"channel._connection.sendall({data}); time.sleep(600)")
    message = str(told.value)
    assert message.startswith(f"the process that ran it gave no valid result: {words}")
    with pytest.raises(Crashed, match=r"^the process that ran it is gone$"):
        _told(child, "result = 1")


def test_answer_to_no_question_is_a_crash(opens: Opens) -> None:
    """A second answer, sent ahead, is not taken for that of the next request."""
    child = opens()
    assert _told(child, "channel.send({'result': 'forged'}); time.sleep(0.3)") == "forged"
    with pytest.raises(Crashed, match=r"it (says more than it was asked|answers another request)"):
        _told(child, "result = 'true'")


def test_late_answer_ends_the_child(opens: Opens) -> None:
    """The next request does not wait for it."""
    child = opens()
    with pytest.raises(TimedOut, match=r"^no result within 0\.2 s$"):
        _told(child, "time.sleep(600)", timeout_s=0.2)
    assert child.usage is not None
    with pytest.raises(Crashed, match=r"^the process that ran it is gone$"):
        _told(child, "result = 1")


def test_answer_that_drips_has_one_deadline(opens: Opens) -> None:
    """A byte now and then does not buy more time."""
    code = "while True: channel._connection.sendall(b'\\2\\0'); time.sleep(0.02)"
    with pytest.raises((TimedOut, Crashed)):
        _told(opens(), code, timeout_s=0.5)


def test_request_that_is_not_read_has_the_same_deadline(opens: Opens) -> None:
    """Sending to a child that sleeps does not hang."""
    child = opens()
    with pytest.raises(TimedOut):
        child.request({"code": "time.sleep(600)"}, bytes(32 * MIB), timeout_s=1)
    child = opens()
    assert _told(child, "result = 1") == 1
    assert _told(child, "channel.send({'result': 'forged'}); time.sleep(600)") == "forged"
    with pytest.raises(TimedOut):
        child.request({"code": ""}, bytes(32 * MIB), timeout_s=1)


def test_mistake_of_the_callback_passes_through(opens: Opens) -> None:
    """It is not taken for the child's, which ends."""
    child = opens()

    def answer(header: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
        raise LookupError("ours")

    with pytest.raises(LookupError, match=r"^ours$"):
        child.request({"code": "channel.call_back({})"}, timeout_s=30, answer=answer)
    assert child.has_ended


def test_output_is_kept_in_part(opens: Opens) -> None:
    """The first 64 KiB, standard output and error mixed."""
    child = opens()
    _told(child, "print('out', flush=True); print('err', file=sys.stderr); print('x' * 200_000)")
    child.close()
    assert child.log.startswith("out\nerr\nxxx")
    assert len(child.log) == 65536


def test_output_without_end_is_a_flood(opens: Opens) -> None:
    """It costs no memory of ours."""
    with pytest.raises(OutputFlood, match=r"^it printed more than 8 MiB$"):
        _told(opens(), "while True: os.write(1, b'x' * 65536)")


def test_more_memory_than_allowed_is_refused(opens: Opens) -> None:
    """The child may catch it; the rest of the machine does not notice."""
    child = opens(replace(PYTHON, memory_bytes=100 * MIB))
    assert _told(child, "result = len(bytearray(50 * 2**20))") == 50 * MIB
    assert _told(child, "result = len(bytearray(200 * 2**20))") == "MemoryError: "


def test_processor_time_is_limited(opens: Opens) -> None:
    """Also where the parent's deadline is far and the warning is ignored."""
    code = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    with pytest.raises(Crashed, match=r"^the process that ran it died of SIGKILL$"):
        _told(opens(replace(PYTHON, cpu_s=1)), code)


def test_what_a_child_used_is_told(opens: Opens) -> None:
    """As the zygote saw it."""
    child = opens()
    _told(child, "block = bytearray(os.urandom(100 * 2**20))")
    child.close()
    assert child.usage is not None
    assert 100 * MIB < child.usage.peak_bytes < 300 * MIB
    assert 0 < child.usage.cpu_s < 30


def test_runner_that_is_missing_is_our_fault(sandbox: Sandbox) -> None:
    """Not the submission's, and the sandbox lives on."""
    child = sandbox.open(PYTHON, "nowhere")
    with pytest.raises(WorkerError) as told:
        child.request({}, timeout_s=30)
    assert str(told.value) == (
        "the sandbox could not start a process: ModuleNotFoundError: No module named 'nowhere'"
    )
    child = sandbox.open(PYTHON, "does_as_told")
    assert _told(child, "result = 1") == 1
    child.close()


def test_many_threads_have_children_at_once(sandbox: Sandbox) -> None:
    """Each gets its own answers."""
    answers: dict[int, Any] = {}

    def ask(number: int) -> None:
        for _ in range(3):
            child = sandbox.open(PYTHON, "does_as_told")
            answers[number] = _told(child, f"result = {number}")
            child.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == {number: number for number in range(8)}


def test_nothing_is_left_of_many_children(sandbox: Sandbox) -> None:
    """No descriptor of ours, no process."""
    _told(warm := sandbox.open(PYTHON, "does_as_told"), "result = 1")
    warm.close()
    ours = len(list(Path("/proc/self/fd").iterdir()))
    theirs = descendants(os.getpid())
    for _ in range(50):
        child = sandbox.open(PYTHON, "does_as_told")
        _told(child, "result = 1")
        child.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == ours
    assert descendants(os.getpid()) == theirs


def test_zygote_that_is_lost_is_replaced(sandbox: Sandbox) -> None:
    """What ran in it ends as our fault, and the next child works."""
    child = sandbox.open(PYTHON, "does_as_told")
    assert _told(child, "result = 1") == 1
    zygote = _zygote_of(sandbox, PYTHON)
    for pid in reversed(descendants(zygote.pid)):
        os.kill(pid, signal.SIGKILL)
    zygote.kill()
    zygote.wait()
    # bwrap is killed too, or reports before that how what it ran has ended
    with pytest.raises(WorkerError, match=r"its zygote died: exit status (-9|137)$"):
        _told(child, "time.sleep(600)")
    child = sandbox.open(PYTHON, "does_as_told")
    assert _told(child, "result = 2") == 2
    child.close()


def test_zygote_that_fails_is_quoted(sandbox: Sandbox) -> None:
    """Whoever reads that it died also reads why."""
    child = sandbox.open(PYTHON, "does_as_told")
    assert _told(child, "result = 1") == 1
    zygote = _zygote_of(sandbox, PYTHON)
    for pid in (zygote.pid, *descendants(zygote.pid)):
        if not Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"bwrap"):
            os.kill(pid, signal.SIGINT)
    with pytest.raises(WorkerError, match=r"(?s)its zygote died: .*KeyboardInterrupt"):
        _told(child, "time.sleep(600)")
    with contextlib.closing(sandbox.open(PYTHON, "does_as_told")) as child:
        assert _told(child, "result = 2") == 2


def test_closed_sandbox_leaves_nothing(sandbox: Sandbox) -> None:
    """Neither processes nor folders; it starts again when it is needed."""
    other = Sandbox(sandbox.tier, runner_folders=sandbox._runner_folders)
    before = descendants(os.getpid())
    child = other.open(PYTHON, "does_as_told")
    assert _told(child, "result = 1") == 1
    folders = [zygote._scratch for zygote in other._zygotes.values() if zygote._scratch]
    started = set(descendants(os.getpid())) - set(before)
    other.close()
    child.close()
    assert all(map(is_gone_soon, started))
    assert not any(Path(folder).exists() for folder in folders)
    child = other.open(PYTHON, "does_as_told")
    assert _told(child, "result = 1") == 1
    child.close()
    other.close()


def test_program_gets_files_and_gives_files(sandbox: Sandbox) -> None:
    """In a directory of its own, with standard input, and its words are kept."""
    done = _shell(
        sandbox,
        "cat > copy; cat given >> copy; echo said; echo erred >&2; ./given; exit 5",
        stdin=b"in",
        files={"given": b"#!/bin/sh\necho ran\n"},
        outputs=["copy", "missing"],
    )
    assert (done.status, done.log) == (5, "said\nerred\nran\n")
    assert done.outputs == {"copy": b"in#!/bin/sh\necho ran\n"}
    assert done.usage is not None


def test_program_of_the_files_is_run_where_it_lies(sandbox: Sandbox) -> None:
    """By its plain name; its directory is home and temporary directory."""
    script = b'#!/bin/sh\ntest "$HOME" = "$PWD" && test "$TMPDIR" = "$PWD" && echo $1\n'
    assert sandbox.run(["./me", "x"], PROGRAM, files={"me": script}, timeout_s=30).log == "x\n"


def test_program_died_of_its_signal(sandbox: Sandbox) -> None:
    """The caller decides what that means."""
    assert _shell(sandbox, "kill -ABRT $$").status == -signal.SIGABRT


@pytest.mark.parametrize(
    "script",
    [
        "ln -s /etc/passwd out",
        "ln -s given out",
        "mkdir out",
        "mkfifo out",
        "ln /etc/passwd out; ls",
    ],
)
def test_only_regular_files_of_its_own_come_out(sandbox: Sandbox, script: str) -> None:
    """No link is followed, and nothing is waited for."""
    done = _shell(sandbox, script, files={"given": b"x"}, outputs=["out"])
    assert done.outputs == {}


@pytest.mark.parametrize("name", ["../x", "a/b", "/etc/passwd", "", ".", ".."])
def test_files_have_plain_names(sandbox: Sandbox, name: str) -> None:
    """A path is a mistake of ours."""
    with pytest.raises(ValueError, match=r" is no plain file name$"):
        _shell(sandbox, "true", outputs=[name])
    with pytest.raises(ValueError, match=r" is no plain file name$"):
        _shell(sandbox, "true", files={name: b""})


def test_program_that_is_missing_is_told(sandbox: Sandbox) -> None:
    """As something this machine lacks."""
    with pytest.raises(TargetUnavailable, match=r"^the program nowhere-cc is not installed$"):
        sandbox.run(["nowhere-cc"], COMPILER, timeout_s=30)


def test_program_that_cannot_be_started_is_told(sandbox: Sandbox) -> None:
    """As our fault: what was to be run is no program."""
    with pytest.raises(WorkerError, match=r"^the program ./me could not be started: OSError: "):
        sandbox.run(["./me"], PROGRAM, files={"me": b"\x7fELF"}, timeout_s=30)


DAEMON = "(setsid sleep 997 & setsid sh -c 'sleep 997 & sleep 997' &) ; "


@pytest.mark.parametrize("rest", ["true", "sleep 997"])
def test_daemons_die_with_the_program(sandbox: Sandbox, rest: str) -> None:
    """Whether it ends or is too late, and although they have left its session."""
    before = set(descendants(os.getpid()))
    if rest == "true":
        assert _shell(sandbox, DAEMON + rest).status == 0
    else:
        with pytest.raises(TimedOut):
            _shell(sandbox, DAEMON + rest, timeout_s=1)
    left = set(descendants(os.getpid())) - before - _zygotes(sandbox)
    assert all(map(is_gone_soon, left))


def _zygote_of(sandbox: Sandbox, profile: Profile) -> subprocess.Popen[bytes]:
    """The process that children of a profile are forked from."""
    (zygote,) = (
        zygote for (_, loaded), zygote in sandbox._zygotes.items() if loaded == profile.packages
    )
    return zygote._process


def _zygotes(sandbox: Sandbox) -> set[int]:
    return {
        pid
        for zygote in sandbox._zygotes.values()
        for pid in (zygote._process.pid, *descendants(zygote._process.pid))
        if b"sleep" not in _command_line(pid)
    }


def _command_line(pid: int) -> bytes:
    """Empty if the process has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_memory_of_a_group_is_limited(sandbox: Sandbox) -> None:
    """Each process alone is within the limit, all together are not."""
    hog = "head -c 80M /dev/zero | tail | sleep 60 & "
    with pytest.raises(OutOfMemory, match=r"^it used more than 200 MiB of memory$"):
        _shell(sandbox, hog * 3 + "wait", profile=replace(GROUP, processes=32))


def test_number_of_processes_is_limited(sandbox: Sandbox) -> None:
    """A bomb goes off in a box: it fails to start more, or is killed for it."""
    bomb = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do sleep 60 & done; wait"
    try:
        done = _shell(sandbox, bomb, profile=GROUP)
    except Crashed as told:
        assert str(told) == "it started more than 8 processes"  # noqa: PT017 - or not
    else:
        assert done.status != 0
        assert "annot fork" in done.log


def test_fork_bomb_leaves_the_machine_alone(sandbox: Sandbox) -> None:
    """It ends, and the next program works."""
    with contextlib.suppress(Crashed, TimedOut):  # or the shell gives up
        done = _shell(sandbox, "b() { b | b & b; }; b; wait; sleep 60", profile=GROUP, timeout_s=5)
        assert "annot fork" in done.log
    assert _shell(sandbox, "echo fine").log == "fine\n"


def test_files_of_a_program_are_limited(sandbox: Sandbox) -> None:
    """One by one by the kernel, and together."""
    done = _shell(sandbox, "head -c 2M /dev/zero > a", profile=replace(GROUP, file_bytes=MIB))
    assert done.status != 0
    small = replace(GROUP, scratch_bytes=4 * MIB)
    script = "for i in 1 2 3 4 5 6; do head -c 1M /dev/zero > $i; done; sleep 60"
    with pytest.raises(OutputFlood, match=r"^it wrote more than 4 MiB of files$"):
        _shell(sandbox, script, profile=small)


def test_flood_of_a_program_is_stopped(sandbox: Sandbox) -> None:
    """As that of a runner."""
    with pytest.raises(OutputFlood, match=r"^it printed more than 8 MiB$"):
        _shell(sandbox, "yes")


def test_files_of_one_program_are_gone_for_the_next(sandbox: Sandbox) -> None:
    """Also if it locked its directory."""
    where = _shell(sandbox, "pwd; mkdir d; touch d/f; chmod 0 d .").log.strip()
    parent = str(Path(where).parent)
    assert _shell(sandbox, f"ls {where} 2>&1").status != 0
    assert where not in _shell(sandbox, f"ls {parent} 2>&1").log
    folder = next(iter(sandbox._zygotes.values()))._scratch
    assert folder is None or not list(Path(folder).iterdir())


def test_runner_can_have_a_directory(opens: Opens) -> None:
    """With files in it, and it may write there and nowhere else."""
    child = opens(replace(PYTHON, scratch=True), files={"given": b"abc"})
    assert _told(child, "result = open('given').read()") == "abc"
    assert _told(child, "result = open('made', 'w').write('x')") == 1
    assert "Error" in _told(child, "result = open('/tmp/made', 'w')")
    child.close()
    assert child.usage is not None


def _compile(sandbox: Sandbox, options: Sequence[str], source: bytes) -> Finished:
    return sandbox.run(
        ["g++", *options, "-o", "out", "-x", "c++", "-"],
        COMPILER,
        stdin=source,
        outputs=["out"],
        timeout_s=60,
    )


def test_compiler_works(sandbox: Sandbox) -> None:
    """And what it makes runs, also with sanitizers, which reserve terabytes."""
    try:
        built = _compile(sandbox, ["-fsanitize=address,undefined"], b"int main() { return 3; }")
    except TargetUnavailable:
        pytest.skip("g++ is not installed; try: apt-get install g++")
    assert built.status == 0, built.log
    assert (
        sandbox.run(["./p"], PROGRAM, files={"p": built.outputs["out"]}, timeout_s=30).status == 3
    )
    broken = _compile(sandbox, [], b"int main() { return x; }")
    assert (broken.status, broken.outputs) == (1, {})
    assert "error: 'x' was not declared" in broken.log.replace("\u2018", "'").replace("\u2019", "'")


def test_tier_off_runs_without_guards() -> None:
    """What was asked for by name: the same contract, unconfined."""
    sandbox = Sandbox(Tier.OFF, runner_folders=[str(Path(__file__).parent / "runners")])
    child = sandbox.open(PYTHON, "does_as_told")
    assert _told(child, "result = os.getuid()") == os.getuid()
    child.close()
    assert _shell(sandbox, "id -u").log == f"{os.getuid()}\n"
    sandbox.close()
