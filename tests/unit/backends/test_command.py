"""Programs that answer a prompt."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends import command
from pytest_llmgen.backends.command import Command
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.errors import BackendError, PermanentBackendError, UsageError
from pytest_llmgen.extraction import extract
from pytest_llmgen.generation import FinishReason
from pytest_llmgen.targets.wat import WAT_FORM

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.generation import Generation, GenerationRequest

QUESTION = ({"role": "user", "content": "Write `add`."},)


@pytest.fixture
def run_script(
    request_of: Callable[..., GenerationRequest],
) -> Callable[..., Generation]:
    """Ask a program that is written in Python."""

    def run(script: str, *arguments: str, timeout_s: float = 30.0, **spec: Any) -> Generation:
        backend = Command(of_script(script, *arguments, **spec))
        return backend.generate(request_of(timeout_s=timeout_s, messages=QUESTION))

    return run


def of_script(script: str, *arguments: str, **changes: Any) -> ModelSpec:
    """A model that is a program in Python."""
    return ModelSpec(
        name="mine",
        provider="command",
        model="agent",
        command=(sys.executable, "-I", "-c", textwrap.dedent(script), *arguments),
        **changes,
    )


def test_the_prompt_comes_on_stdin_and_the_reply_on_stdout(
    run_script: Callable[..., Generation],
) -> None:
    """As for any filter; what a program costs in tokens nobody knows."""
    generation = run_script("import sys; print('I read:', sys.stdin.read())")
    assert generation.text == "I read: Write `add`.\n"
    assert generation.finish_reason is FinishReason.STOP
    assert generation.seconds > 0
    assert (generation.reasoning, generation.completion_tokens) == (None, None)


def test_the_prompt_may_come_in_a_file(run_script: Callable[..., Generation]) -> None:
    """`{prompt_file}` is replaced wherever it stands in a word; stdin is then empty."""
    script = """
        import pathlib, sys
        name = sys.argv[1].removeprefix("--prompt=")
        print(repr(sys.stdin.read()), pathlib.Path(name).read_text())
    """
    assert run_script(script, "--prompt={prompt_file}").text == "'' Write `add`.\n"


def test_other_braces_are_left_alone(run_script: Callable[..., Generation]) -> None:
    """A word may be JSON, and no shell reads it."""
    words = '{"a": {}}', "$HOME", "{directories}", "; false"
    assert run_script("import sys; print(*sys.argv[1:])", *words).text == f"{' '.join(words)}\n"


def test_a_program_works_in_a_fresh_directory(
    run_script: Callable[..., Generation], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`{directory}` names it; it begins empty and is gone afterwards. `{cwd}` is the user's."""
    monkeypatch.chdir(tmp_path)
    script = """
        import os, sys
        print(os.getcwd(), sys.argv[1], sys.argv[2], os.listdir())
    """
    here, directory, cwd, inside = run_script(script, "{directory}", "{cwd}").text.split()
    assert (here, cwd, inside) == (directory, str(tmp_path), "[]")
    assert not Path(directory).exists()
    assert not Path(directory).parent.exists()


def test_a_conversation_is_told_from_a_question() -> None:
    """Who said what stands before each turn; one question is given as it is."""
    assert command.prompt(({"role": "user", "content": "Write it."},)) == "Write it."
    assert (
        command.prompt(
            (
                {"role": "user", "content": "Write it."},
                {"role": "assistant", "content": "Here."},
                {"role": "user", "content": "Wrong."},
            )
        )
        == "[user]\nWrite it.\n\n[assistant]\nHere.\n\n[user]\nWrong."
    )


def test_files_that_are_left_are_the_reply(run_script: Callable[..., Generation]) -> None:
    """Where stdout has no fence; what was said is kept as the reasoning."""
    script = """
        import os, pathlib
        pathlib.Path("src").mkdir()
        pathlib.Path("src/a b.wat").write_text("(module)")
        os.utime("src/a b.wat", ns=(1, 1))
        pathlib.Path("notes.md").write_text("```wat\\n(module $old)\\n```\\n")
        os.utime("notes.md", ns=(0, 0))
        print("I have written it.")
    """
    generation = run_script(script)
    assert generation.text == (
        "notes.md\n\n````notes.md\n```wat\n(module $old)\n```\n````\n\n"
        "src/a b.wat\n\n```src/a_b.wat\n(module)\n```\n"
    )
    assert generation.reasoning == "I have written it.\n"
    assert extract(generation.text, WAT_FORM).source == "(module)\n"


def test_a_fence_on_stdout_is_the_reply(run_script: Callable[..., Generation]) -> None:
    """Files beside it are the program's own."""
    script = """
        import pathlib
        pathlib.Path("scratch.wat").write_text("(module $scratch)")
        print("Here:\\n\\n```wat\\n(module)\\n```")
    """
    assert run_script(script).text == "Here:\n\n```wat\n(module)\n```\n"


def test_files_that_are_no_answer_are_passed_over(run_script: Callable[..., Generation]) -> None:
    """Links out of the directory, hidden files, binaries, caches, pipes and huge files."""
    script = """
        import os, pathlib
        pathlib.Path("out").symlink_to("/etc/hostname")
        pathlib.Path("etc").symlink_to("/etc")
        pathlib.Path(".git").mkdir()
        pathlib.Path(".git/HEAD").write_text("x")
        pathlib.Path("__pycache__").mkdir()
        pathlib.Path("__pycache__/x").write_text("x")
        pathlib.Path("a.out").write_bytes(b"\\x7fELF\\xff")
        pathlib.Path("big.wat").write_text("x" * ((1 << 20) + 1))
        os.mkfifo("pipe")
        print("Nothing.")
    """
    generation = run_script(script)
    assert (generation.text, generation.reasoning) == ("Nothing.\n", None)


def test_output_that_is_no_utf8_can_be_stored(run_script: Callable[..., Generation]) -> None:
    """Whatever a program writes becomes text."""
    generation = run_script(r"import sys; sys.stdout.buffer.write(b'a\xff')")
    assert generation.text == "a\N{REPLACEMENT CHARACTER}"


def test_too_much_output_is_cut_off(
    run_script: Callable[..., Generation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is stopped, and its reply is not taken for whole."""
    monkeypatch.setattr(command, "MAX_OUTPUT_BYTES", 100_000)
    generation = run_script("while True: print('x' * 1000)")
    assert len(generation.text) == 100_000
    assert generation.finish_reason is FinishReason.LENGTH


def test_much_on_stderr_does_not_stop_a_program(run_script: Callable[..., Generation]) -> None:
    """Nobody has to read it for the program to go on."""
    assert run_script("import sys; sys.stderr.write('x' * 10_000_000); print(1)").text == "1\n"


def test_a_program_that_does_not_read_its_prompt_is_none_the_worse(
    run_script: Callable[..., Generation], request_of: Callable[..., GenerationRequest]
) -> None:
    """The prompt may be longer than a pipe holds."""
    messages = ({"role": "user", "content": "x" * 1_000_000},)
    backend = Command(of_script("print(1)"))
    assert backend.generate(request_of(messages=messages)).text == "1\n"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "import sys; print('a\\nb\\n\\n', file=sys.stderr); sys.exit(3)",
            "ended with code 3: a | b",
        ),
        ("import sys; sys.exit(1)", "ended with code 1: nothing on stderr"),
        (
            "import os; os.write(2, b'out of memory'); os.kill(os.getpid(), 9)",
            "died of SIGKILL: out of memory",
        ),
    ],
)
def test_a_program_that_fails_gives_no_answer(
    script: str, message: str, run_script: Callable[..., Generation]
) -> None:
    """Its last words are in the message, and other samples may fare better."""
    with pytest.raises(BackendError) as raised:
        run_script(f"print('```wat'); {script}")
    assert str(raised.value) == f"model 'mine': {sys.executable} {message}"
    assert not isinstance(raised.value, PermanentBackendError)


def test_only_the_last_words_of_a_program_are_repeated(
    run_script: Callable[..., Generation],
) -> None:
    """A traceback's end says most."""
    with pytest.raises(BackendError) as raised:
        run_script("import sys; sys.exit('first ' + 'x' * 100_000 + ' last')")
    assert "first" not in str(raised.value)
    assert str(raised.value).endswith("x last")
    assert len(str(raised.value)) < 600


def test_a_program_that_is_not_there_is_said_before_anything_runs() -> None:
    """At construction, in one line."""
    spec = ModelSpec(name="mine", provider="command", model="x", command=("no-such-agent",))
    with pytest.raises(UsageError) as raised:
        Command(spec)
    assert str(raised.value) == (
        "model 'mine': there is no program 'no-such-agent'; "
        "give its full path in command, or one below the present directory"
    )


def test_a_program_below_the_present_directory_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request_of: Callable[..., GenerationRequest]
) -> None:
    """Though it runs elsewhere."""
    monkeypatch.chdir(tmp_path)
    agent = tmp_path / "tools" / "agent"
    agent.parent.mkdir()
    agent.write_text("#!/bin/sh\necho $0\n")
    agent.chmod(0o755)
    for program in ("tools/agent", "{cwd}/tools/agent"):
        backend = Command(ModelSpec(name="mine", provider="command", model="x", command=(program,)))
        assert backend.generate(request_of()).text == f"{agent}\n"


def test_a_program_that_cannot_be_run_is_said_once(
    tmp_path: Path, request_of: Callable[..., GenerationRequest]
) -> None:
    """Every other sample would meet it too."""
    agent = tmp_path / "agent"
    agent.write_text("#!/no/such/interpreter\n")
    agent.chmod(0o755)
    spec = ModelSpec(name="mine", provider="command", model="x", command=(str(agent),))
    with pytest.raises(PermanentBackendError) as raised:
        Command(spec).generate(request_of())
    assert str(raised.value) == f"model 'mine': cannot run {agent}: No such file or directory"


def test_a_program_that_is_late_is_killed(run_script: Callable[..., Generation]) -> None:
    """The message says how long it had."""
    with pytest.raises(BackendError) as raised:
        run_script("import time; print('```', flush=True); time.sleep(600)", timeout_s=0.5)
    assert str(raised.value) == (
        f"model 'mine': {sys.executable} was not done within 0.5 s; allow the generation more time"
    )


def test_closing_kills_what_runs(
    request_of: Callable[..., GenerationRequest], tmp_path: Path
) -> None:
    """The caller gets an error at once, and nothing is started any more."""
    started = tmp_path / "started"
    backend = Command(of_script(f"open({str(started)!r}, 'w'); import time; time.sleep(600)"))
    errors: list[str] = []

    def ask() -> None:
        with pytest.raises(BackendError) as raised:
            backend.generate(request_of(timeout_s=600))
        errors.append(str(raised.value))

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(started.exists)
    backend.close()
    thread.join(30)
    assert errors == ["model 'mine': closed while its program ran"]
    with pytest.raises(BackendError, match=r"^model 'mine': closed$"):
        backend.generate(request_of())


def wait_until(holds: Callable[[], bool], within_s: float = 30.0) -> None:
    """Wait for what another process does."""
    give_up = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up, "it did not come to pass"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


DAEMON = """
    import os, subprocess, sys, time
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    child = subprocess.Popen(sleeper)
    group = subprocess.Popen(sleeper, process_group=0)
    daemon = subprocess.Popen(sleeper, start_new_session=True)
    print(child.pid, group.pid, daemon.pid, flush=True)
"""


def test_nothing_that_a_program_started_outlives_it(run_script: Callable[..., Generation]) -> None:
    """Neither its children, nor those in groups or sessions of their own; they hold its stdout."""
    pids = [int(word) for word in run_script(DAEMON).text.split()]
    assert len(pids) == 3
    assert not any(map(is_alive, pids))


def test_a_program_that_is_stopped_takes_its_daemons_with_it(
    request_of: Callable[..., GenerationRequest], tmp_path: Path
) -> None:
    """In the middle as at the end."""
    pids_file = tmp_path / "pids"
    script = f"""{DAEMON}
    with open({str(pids_file)!r}, "w") as file:
        file.write(f"{{child.pid}} {{group.pid}} {{daemon.pid}}.")
    time.sleep(600)
    """
    backend = Command(of_script(script))

    def stop() -> None:
        wait_until(lambda: pids_file.exists() and pids_file.read_text().endswith("."))
        backend.close()

    thread = threading.Thread(target=stop)
    thread.start()
    with pytest.raises(BackendError, match="closed while its program ran"):
        backend.generate(request_of(timeout_s=600))
    thread.join(30)
    pids = [int(word) for word in pids_file.read_text().removesuffix(".").split()]
    assert len(pids) == 3
    assert not any(map(is_alive, pids))


def test_programs_leave_no_descriptors_and_no_threads(
    run_script: Callable[..., Generation],
) -> None:
    """However they end."""
    run_script("print(1)")
    descriptors, threads = open_descriptors(), threading.active_count()
    for _again in range(3):
        run_script("print(1)")
        with pytest.raises(BackendError):
            run_script("import time; time.sleep(600)", timeout_s=0.2)
    assert open_descriptors() <= descriptors
    assert threading.active_count() <= threads


def open_descriptors() -> int:
    """How many this process has."""
    return len([*Path("/proc/self/fd").iterdir()])


def test_a_program_sees_few_variables(
    run_script: Callable[..., Generation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where programs are, whose home it is, and what the user hands on by name."""
    monkeypatch.setenv("HANDED_ON", "1")
    monkeypatch.setenv("NOT_HANDED_ON", "1")
    script = "import os; print(*sorted(os.environ))"
    seen = set(run_script(script, pass_env=("HANDED_ON",)).text.split())
    python_adds = {"LC_CTYPE"}
    assert {"PATH", "HANDED_ON", "LLMGEN_COMMAND"} <= seen
    assert seen - python_adds <= {"PATH", "HOME", "LANG", "TMPDIR", "HANDED_ON", "LLMGEN_COMMAND"}
