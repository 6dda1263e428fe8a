"""Runs of `pytest challenges` against a real llama-server whose odds are known."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import llama_server
from support.llama_server import ALIAS, running_server
from support.ollama_facade import running_ollama
from support.project import RUN_S, Project
from support.scripted_model import always, fenced, write_model
from support.wat_scenes import MULTIPLY, WAT_SCENES

from pytest_llmgen.stats.intervals import wilson_interval
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_llmgen.runs.record import Record

scripted_gguf = llama_server.scripted_gguf
scripted_server = llama_server.scripted_server

P_ADD = 0.7
"""Chance of the script's answer to `add` to be right."""
ONE_CHECK = ("-k", "test_small_values")
"""Of the three of `add`: it tells right from wrong, and is the quickest."""
OTHERS = ("--deselect=challenges/wat/scalar/add/",)
KEY = "sk-canary-e2e-3fa9"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path)


@pytest.fixture(scope="module")
def evaluated(scripted_server: str, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with two runs: `many` samples of `add`, and one of `each` other challenge."""
    project = Project(tmp_path_factory.mktemp("evaluated"))
    project.configure(
        scripted={
            "model": f"openai/{ALIAS}",
            "base_url": f"{scripted_server}/v1",
            "usd_per_million_input": 1.0,
            "usd_per_million_output": 1000.0,
        }
    )
    project.add("wat/scalar/add")
    seeded = ("--llm-model=scripted", "--llm-seed=2", "-n", "2")
    many = project.run(
        *seeded, *ONE_CHECK, "--llm-run=many", "--llm-samples=200", "--llm-report=json:m.json"
    )
    (project.path / "many.txt").write_text(many.scoreboard)
    project.add(
        "wat/scalar/multiply",
        "wat/scalar/max_i32",
        "wat/scalar/factorial_i64",
        "wat/simd/vec_add_f32",
        "wat/simd/vec_mul_f32",
    )
    each = project.run(
        *seeded, *OTHERS, "--llm-run=each", "--llm-max-tokens=250", "--llm-attempts=2"
    )
    (project.path / "each.txt").write_text(each.scoreboard)
    return project


def _of(records: list[Record], challenge: str) -> Record:
    [found] = [record for record in records if record.challenge.endswith(f"/{challenge}")]
    return found


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_models_are_asked_in_chatml(
    tmp_path: Path, project: Project, workers: tuple[str, ...]
) -> None:
    """By both APIs that go on with a text; a replay gives the same records."""
    write_model(
        tmp_path / "m.gguf", WAT_SCENES[:1], chatml=always(f"{fenced(MULTIPLY)}<|im_end|>..")
    )
    project.add("wat/scalar/multiply")
    with running_server(tmp_path / "m.gguf", alias=ALIAS) as url, running_ollama({ALIAS: url}) as o:
        project.configure(
            plain={"model": f"llamacpp/{ALIAS}", "base_url": f"{url}/v1"},
            raw={"model": f"ollama/{ALIAS}", "base_url": o.url},
        )
        ended = project.run("--llm-model=plain,raw", "--llm-prompt=chatml", "--llm-run=r", *workers)
    assert ended.status == 0, ended.output
    records = project.records("r")
    assert [(record.model, record.verdict) for record in records] == [
        ("plain", Verdict.PASSED),
        ("raw", Verdict.PASSED),
    ]
    assert len({record.attempts[0].prompt_sha256 for record in records}) == 1
    project.run("--llm-model=replay/r", "--llm-run=again", *workers)
    again = project.records("again")
    assert [record.attempts for record in again] == [record.attempts for record in records]


# What comes out


def test_pass_rate_of_200_samples_covers_the_true_one(evaluated: Project) -> None:
    """The 95 % interval holds 0.7; every sample is a draw of its own, with a seed of its own."""
    records = evaluated.records("many")
    assert [record.sample for record in records] == list(range(200))
    assert {record.verdict for record in records} == {Verdict.PASSED, Verdict.WRONG_ANSWER}
    right = sum(record.correct for record in records)
    low, high = wilson_interval(right, 200)
    assert low < P_ADD < high
    requests = evaluated.folder("many").glob("samples/**/request.json")
    seeds = {json.loads(path.read_text())["parameters"]["seed"] for path in requests}
    assert len(seeds) == 200


def test_report_and_scoreboard_say_what_the_records_say(evaluated: Project) -> None:
    """Counts, pass@1, interval, tokens and cost."""
    records = evaluated.records("many")
    right = sum(record.correct for record in records)
    [row] = evaluated.report("m.json")["models"]
    assert (row["model"], row["samples"], row["built"]) == ("scripted", 200, 200)
    assert row["correct"] == right
    assert row["pass_at_k"]["1"] == pytest.approx(right / 200)
    assert row["interval_95"] == pytest.approx(wilson_interval(right, 200))
    assert row["verdicts"] == {"passed": right, "wrong_answer": 200 - right}
    attempts = [attempt for record in records for attempt in record.attempts]
    assert row["completion_tokens"] == sum(attempt.completion_tokens or 0 for attempt in attempts)
    assert row["cost_usd"] == pytest.approx(sum(attempt.cost_usd or 0 for attempt in attempts))
    lines = (evaluated.path / "many.txt").read_text().splitlines()
    shown = next(line for line in lines if line.startswith("scripted"))
    assert {"200/200", f"{right}/200"} <= set(shown.split())


def test_tokens_rates_costs_and_reasons_are_recorded(evaluated: Project) -> None:
    """Of every generation, as the server told them."""
    for record in evaluated.records("many"):
        [attempt] = record.attempts
        assert attempt.outcome == "built"
        assert attempt.finish_reason == "stop"
        assert attempt.prompt_tokens is not None
        assert attempt.completion_tokens is not None
        assert attempt.prompt_tokens > 300
        assert 5 < attempt.completion_tokens < 60
        assert attempt.seconds is not None
        assert attempt.seconds > 0
        assert attempt.tokens_per_s is not None
        assert attempt.tokens_per_s > 0
        assert attempt.cost_usd == pytest.approx(
            (attempt.prompt_tokens + 1000 * attempt.completion_tokens) / 1e6
        )


def test_right_answer_passes_at_once(evaluated: Project) -> None:
    """`multiply`, and `factorial_i64` behind a block of thinking that holds a wrong one."""
    for name in ("multiply", "factorial_i64"):
        record = _of(evaluated.records("each"), name)
        assert (record.verdict, len(record.attempts), record.score) == (Verdict.PASSED, 1, 1.0)


def test_hallucinated_instruction_is_repaired_after_feedback(evaluated: Project) -> None:
    """`max_i32` does not assemble, the model is shown why, and what it answers then is right."""
    record = _of(evaluated.records("each"), "max_i32")
    assert record.verdict is Verdict.PASSED
    assert [attempt.outcome for attempt in record.attempts] == ["build_failed", "built"]
    folder = evaluated.folder("each") / record.folder
    second = json.loads((folder / "attempt-2" / "request.json").read_text())["messages"]
    log = (folder / "attempt-1" / "build.log").read_text()
    assert "unknown operator" in log
    assert log in second[-1]["content"]
    assert [message["role"] for message in second] == ["user", "assistant", "user"]
    assert "i32.gt_s" in (folder / "attempt-2" / "source.wat").read_text()


def test_endless_answer_is_truncated(evaluated: Project) -> None:
    """`vec_add_f32` is cut off at the cap in every attempt."""
    record = _of(evaluated.records("each"), "vec_add_f32")
    assert record.verdict is Verdict.TRUNCATED
    assert [attempt.finish_reason for attempt in record.attempts] == ["length", "length"]
    assert [attempt.completion_tokens for attempt in record.attempts] == [250, 250]
    assert not record.built


def test_refusal_in_prose_has_no_code(evaluated: Project) -> None:
    """`vec_mul_f32` is declined in words, which no server marks as a refusal."""
    record = _of(evaluated.records("each"), "vec_mul_f32")
    assert record.verdict is Verdict.NO_CODE
    assert [attempt.outcome for attempt in record.attempts] == ["no_code", "no_code"]
    assert "I'm sorry" in (evaluated.folder("each") / record.folder / "session.jsonl").read_text()


@pytest.mark.parametrize("run", ["many", "each"])
def test_replay_prints_the_same_scoreboard_without_a_server(evaluated: Project, run: str) -> None:
    """The stored replies are built and judged again, where no server is reachable."""
    ended = evaluated.run(
        f"--llm-model=replay/{run}",
        f"--llm-run=again-{run}",
        "-n2",
        *(ONE_CHECK if run == "many" else OTHERS),
        OPENAI_BASE_URL="http://127.0.0.1:9",
    )
    assert ended.scoreboard == (evaluated.path / f"{run}.txt").read_text()
    verdicts = [
        [record.verdict for record in evaluated.records(name)] for name in (run, f"again-{run}")
    ]
    assert verdicts[0] == verdicts[1]


# A run that is killed


def _until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + RUN_S
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def _children(pid: int) -> Iterator[int]:
    """All processes below one, their groups and sessions aside."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            child = int(status.parent.name)
            yield child
            yield from _children(child)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_killed_run_goes_on_where_it_stopped(scripted_server: str, project: Project) -> None:
    """With `kill -9` of the whole group half way, nothing that was answered is asked for twice.

    What was in flight is asked again, and nothing else. A third time nothing at all is asked: there
    is no server any more.
    """
    samples = 60
    project.add("wat/scalar/add")
    arguments = ("--llm-model=mine", f"--llm-samples={samples}", "--llm-run=r", "-n2", *ONE_CHECK)

    with running_ollama({ALIAS: scripted_server}, answers=samples // 2) as server:
        project.configure(mine={"model": f"ollama/{ALIAS}", "base_url": server.url})
        with project.start(*arguments) as process:
            _until(lambda: len(project.responses("r")) == samples // 2)
            left = list(_children(process.pid))
            os.killpg(process.pid, signal.SIGKILL)
        _until(lambda: not any(map(_is_running, left)))
    stored = project.responses("r")
    assert len(stored) == samples // 2 <= len(server.asked) < samples

    with running_ollama({ALIAS: scripted_server}) as server:
        project.configure(mine={"model": f"ollama/{ALIAS}", "base_url": server.url})
        project.run(*arguments)
    assert len(server.asked) == samples - len(stored)
    complete = project.responses("r")
    assert len(complete) == samples
    assert stored.items() <= complete.items()
    records = project.records("r")
    assert [record.sample for record in records] == list(range(samples))
    assert all(record.counts for record in records)

    project.run(*arguments)
    assert project.responses("r") == complete
    again = project.records("r")
    assert [record.verdict for record in again] == [record.verdict for record in records]


# One server that holds one model


def test_models_of_one_ollama_server_are_never_interleaved(
    scripted_server: str, project: Project
) -> None:
    """All of the first, its repairs among them, before the second, whatever -n is."""
    project.add("wat/scalar/max_i32", "wat/scalar/multiply")
    names = {"first": "one:7b", "second": "two:7b"}
    with running_ollama(dict.fromkeys(names.values(), scripted_server)) as server:
        project.configure(
            **{
                name: {"model": f"ollama/{served}", "base_url": server.url}
                for name, served in names.items()
            }
        )
        ended = project.run(
            "--llm-model=first,second", "--llm-samples=4", "--llm-run=r", "--llm-seed=1", "-n2"
        )
    assert ended.status == 0, ended.output
    assert server.asked == ["one:7b"] * 12 + ["two:7b"] * 12
    assert all(record.correct for record in project.records("r"))


# Secrets

SPY = '''
"""Looks at the environment of every process that a test process has started."""

import os
from pathlib import Path


def pytest_runtest_teardown():
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(status.read_text().rpartition(")")[2].split()[1]) != os.getpid():
                continue
            name = (status.parent / "cmdline").read_bytes().decode().split("\\0")[3]
            leaks = b"sk-can" in (status.parent / "environ").read_bytes()
        except (OSError, IndexError):
            continue
        with open("children.txt", "a") as file:
            file.write(f"{name} {leaks}\\n")
'''


def _files_with(path: Path, text: str) -> list[Path]:
    return [
        file for file in path.rglob("*") if file.is_file() and text.encode() in file.read_bytes()
    ]


@pytest.mark.parametrize("sent", [KEY, "sk-canary-wrong"])
def test_key_is_nowhere_to_be_found(scripted_gguf: Path, project: Project, sent: str) -> None:
    """Right or refused: in no file, no output, and no process that runs a model's code."""
    project.add("wat/scalar/multiply", "wat/scalar/max_i32")
    (project.path / "conftest.py").write_text(SPY)
    with running_server(scripted_gguf, alias=ALIAS, slots=1, api_key=KEY) as url:
        table: dict[str, Any] = {"model": f"openai/{ALIAS}", "base_url": f"{url}/v1"}
        project.configure(mine=table | {"api_key_env": "LLMGEN_E2E_KEY"})
        ended = project.run(
            "--llm-model=mine",
            "--llm-run=r",
            "--junitxml=junit.xml",
            "--llm-report=json:r.json",
            "--llm-report=markdown:r.md",
            "-vv",
            "-n2",
            LLMGEN_E2E_KEY=sent,
        )
    records = project.records("r")
    if sent == KEY:
        assert (ended.status, [record.correct for record in records]) == (0, [True, True])
        children = (project.path / "children.txt").read_text().splitlines()
        assert children
        assert not [line for line in children if line.endswith("True")]
    else:
        assert {record.verdict for record in records} == {Verdict.BACKEND_ERROR}
        assert "401" in records[0].message
    assert "sk-canary" not in ended.output
    assert _files_with(project.path, "sk-canary") == []


def test_missing_key_is_one_line(project: Project) -> None:
    """Before anything runs, with the name of the variable."""
    project.add("wat/scalar/multiply")
    project.configure(mine={"model": "openai/gpt-x", "api_key_env": "LLMGEN_E2E_KEY"})
    ended = project.run("--llm-model=mine", "-n2")
    assert ended.status == pytest.ExitCode.USAGE_ERROR
    assert "LLMGEN_E2E_KEY" in ended.output
    assert "Traceback" not in ended.output
    assert len(ended.output.strip().splitlines()) == 1
