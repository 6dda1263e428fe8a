"""A run on disk: what a kill, a full disk or another process may do to it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_backend import key_of, reply

from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import GenerationRequest, SampleKey, SamplingParameters
from pytest_llmgen.runs.directory import RUNS, RunDirectory, find_run
from pytest_llmgen.runs.record import Record
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDirectory]:
    """A run that was created."""
    made = RunDirectory(tmp_path / "run")
    made.create({"format": 1, "models": []})
    yield made
    made.close()


def _record(sample: int = 0, verdict: Verdict = Verdict.PASSED, message: str = "") -> Record:
    key = key_of(sample)
    return Record(
        model=key.model,
        challenge=key.challenge,
        target=key.target,
        tier="basic",
        sample=sample,
        verdict=verdict,
        built=True,
        score=1.0,
        message=message,
    )


def _request(**changes: Any) -> GenerationRequest:
    values: dict[str, Any] = {
        "key": key_of(),
        "attempt": 1,
        "messages": ({"role": "user", "content": "?"},),
        "parameters": SamplingParameters(),
        "timeout_s": 10,
    }
    return GenerationRequest(**(values | changes))


# Records


def test_records_are_appended_and_the_last_one_holds(run: RunDirectory) -> None:
    """A sample that was settled again keeps its place and gets its new record."""
    for record in (_record(0), _record(1), _record(0, Verdict.CRASHED)):
        run.append(record)
    assert [(record.sample, record.verdict) for record in run.records()] == [
        (0, Verdict.CRASHED),
        (1, Verdict.PASSED),
    ]


def test_run_without_records_has_none(run: RunDirectory) -> None:
    """A run that was killed before its first sample settled can be read."""
    assert run.records() == []


@given(st.data())
def test_record_that_a_kill_cut_off_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Wherever it was cut, the others are read, and the run goes on without a scar."""
    run = RunDirectory(tmp_path_factory.mktemp("run"))
    for sample in range(2):
        run.append(_record(sample, message="naïve 🦀"))
    path = run.path / "records.jsonl"
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    cut = data.draw(st.integers(first, len(whole)))
    path.write_bytes(whole[:cut])
    kept = 2 if cut >= len(whole) - 1 else 1
    assert [record.sample for record in run.records()] == list(range(kept))
    run = RunDirectory(run.path)
    run.append(_record(2))
    assert [record.sample for record in run.records()] == [*range(kept), 2]
    assert path.read_bytes().count(b"\n") == kept + 1


@pytest.mark.parametrize("damage", [b"{", b"\xff", b"null", b'{"format": 2}'])
def test_damaged_earlier_line_is_named(run: RunDirectory, damage: bytes) -> None:
    """Records are the truth: one that cannot be read is not passed over in silence."""
    path = run.path / "records.jsonl"
    run.append(_record(0))
    with path.open("ab") as file:
        file.write(damage + b"\n")
    run.append(_record(1))
    with pytest.raises(UsageError) as told:
        run.records()
    assert str(told.value).startswith(f"{path}:2: ")


def test_record_of_a_later_format_is_refused(run: RunDirectory) -> None:
    """The last line is no exception: it is whole."""
    path = run.path / "records.jsonl"
    path.write_text('{"format": 2}')
    with pytest.raises(UsageError) as told:
        run.records()
    assert str(told.value) == f"{path}:1: a record of format 2; this version reads up to 1"


# run.json


def test_description_is_written_and_read(run: RunDirectory) -> None:
    """There is no other file than run.json and the lock afterwards."""
    assert run.describe() == {"format": 1, "models": []}
    assert sorted(path.name for path in run.path.iterdir()) == ["lock", "run.json"]


def test_run_that_is_gone_on_with_keeps_its_start_and_its_models(run: RunDirectory) -> None:
    """A second model that is asked later stands beside the first."""
    first: dict[str, Any] = {"format": 1, "started": "monday", "models": [{"name": "a", "x": 1}]}
    second: dict[str, Any] = {
        "format": 1,
        "started": "friday",
        "models": [{"name": "b"}, {"name": "a", "x": 2}],
        "options": {"samples": 2},
    }
    run.create(first)
    run.create(second)
    assert run.describe() == {
        "format": 1,
        "started": "monday",
        "models": [{"name": "a", "x": 2}, {"name": "b"}],
        "options": {"samples": 2},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "expected an object, got list"),
        ('{"format": 2}', "a run of format 2; this version reads up to 1"),
    ],
)
def test_run_that_cannot_be_read_is_not_written_to(
    run: RunDirectory, text: str, message: str
) -> None:
    """Neither a damaged run nor one of a later version is spoilt."""
    path = run.path / "run.json"
    path.write_text(text)
    for use in (run.describe, lambda: run.create({"format": 1})):
        with pytest.raises(UsageError) as told:
            use()
        assert str(told.value) == f"{path}: {message}"
    assert path.read_text() == text


def test_run_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """The reason is the system's."""
    (tmp_path / "run").write_text("a file")
    with pytest.raises(UsageError) as told:
        RunDirectory(tmp_path / "run").create({})
    assert str(told.value).startswith(
        f"cannot write to the run's directory {tmp_path / 'run'}: [Errno 17] File exists"
    )


ELSEWHERE = """\
import sys
from pathlib import Path
from pytest_llmgen.errors import UsageError
from pytest_llmgen.runs.directory import RunDirectory
try:
    RunDirectory(Path(sys.argv[1])).create({"format": 1})
    print("created")
except UsageError as error:
    print(error)
"""


def _from_another_process(path: Path) -> str:
    command = [sys.executable, "-c", ELSEWHERE, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_run_belongs_to_one_process_at_a_time(run: RunDirectory) -> None:
    """A second one would ask and pay for the same samples; it may go on when the first has left."""
    assert _from_another_process(run.path) == (
        f"another process is writing to the run {run.path}; "
        "wait for it, or choose another name with --llm-run"
    )
    run.close()
    assert _from_another_process(run.path) == "created"


@pytest.mark.parametrize("step", ["write_text", "replace"])
def test_failed_write_leaves_the_old_file(run: RunDirectory, step: str) -> None:
    """A kill or a full disk in the middle never leaves half a file, nor a stray one."""
    before = (run.path / "run.json").read_text()
    with pytest.MonkeyPatch.context() as patch:

        def fail(*_arguments: object, **_options: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(Path, step, fail)
        with pytest.raises(UsageError, match=r"No space left on device"):
            run.create({"format": 1, "models": [{"name": "new"}]})
    assert (run.path / "run.json").read_text() == before
    assert sorted(path.name for path in run.path.iterdir()) == ["lock", "run.json"]


# Samples

PARTS = st.text(st.sampled_from("ab./+:~%?\0 é"), max_size=4)
KEYS = st.builds(
    SampleKey,
    model=PARTS,
    challenge=st.lists(PARTS, max_size=3).map("/".join),
    target=PARTS,
    sample=st.integers(0, 3),
)


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "..", ".", "", "a/../../../../b"])
def test_hostile_names_stay_inside_the_run(run: RunDirectory, name: str) -> None:
    """As model, challenge or target: files end up below `samples`, and can be read back."""
    hostile = (
        replace(key_of(), model=name),
        replace(key_of(), challenge=name),
        replace(key_of(), target=name),
    )
    for key in hostile:
        request = _request(key=key)
        run.save_generation(request, reply("x;"))
        folder = run.attempt_folder(request.key, 1)
        assert (folder / "response.json").resolve().is_relative_to(run.path / "samples")
        assert run.find_generation(request) == reply("x;")


@given(KEYS, KEYS)
def test_samples_never_share_a_folder(one: SampleKey, other: SampleKey) -> None:
    """Neither models with odd names, nor models and challenges whose names run together."""
    run = RunDirectory(Path("run"))
    assert (run.sample_folder(one) == run.sample_folder(other)) == (one == other)
    assert ".." not in run.sample_folder(one).parts


def test_folder_of_an_ordinary_sample_is_as_documented(run: RunDirectory) -> None:
    """samples/MODEL/CHALLENGE/TARGET/sN."""
    key = SampleKey(model="ollama/q:7b", challenge="wat/simd/dot", target="wat", sample=3)
    folder = run.attempt_folder(key, 2).relative_to(run.path)
    assert folder == Path("samples/ollama+q~7b/wat/simd/dot/wat/s3/attempt-2")


def test_answer_is_found_by_its_question(run: RunDirectory) -> None:
    """By the whole question; by the attempt alone where that is wanted."""
    asked = _request(parameters=SamplingParameters(seed=1))
    run.save_request(asked)
    run.save_generation(asked, reply("x;"))
    assert run.find_generation(asked) == reply("x;")
    assert run.find_generation(_request(parameters=SamplingParameters(seed=2))) is None
    assert run.stored_generation(key_of(), 1) == reply("x;")
    assert run.stored_generation(key_of(), 2) is None


def test_request_holds_no_more_than_was_asked(run: RunDirectory) -> None:
    """Key, attempt, parameters, identity and messages, and the digest that the answer has too."""
    run.save_request(_request())
    stored = json.loads((run.attempt_folder(key_of(), 1) / "request.json").read_text())
    assert set(stored) == {"digest", "key", "attempt", "parameters", "identity", "messages"}


def test_text_is_stored_as_it_is(run: RunDirectory) -> None:
    """Line ends stay; what UTF-8 cannot hold is replaced."""
    run.save_text(key_of(), 1, "source.toy", "a\r\nb\n🦀\ud83e")
    stored = (run.attempt_folder(key_of(), 1) / "source.toy").read_bytes()
    assert stored.decode() == "a\r\nb\n🦀?"


def test_session_is_one_message_a_line(run: RunDirectory) -> None:
    """Also with half a surrogate pair in it."""
    messages = [{"role": "user", "content": "a\nb"}, {"role": "assistant", "content": "\ud83e"}]
    run.save_session(key_of(), messages)
    lines = (run.sample_folder(key_of()) / "session.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == messages


# Finding


def test_run_is_found_by_name_or_path(tmp_path: Path) -> None:
    """Below the root, or anywhere."""
    run = RunDirectory(tmp_path / RUNS / "first")
    run.create({"format": 1})
    assert find_run(tmp_path, "first").path == run.path
    assert find_run(Path("/nowhere"), str(run.path)).path == run.path
    run.close()


def test_run_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    """At most the last five."""
    with pytest.raises(UsageError) as told:
        find_run(tmp_path, "x")
    assert str(told.value) == f"there is no run 'x' below {tmp_path / RUNS} (there: none yet)"
    for index in range(7):
        (tmp_path / RUNS / f"r{index}").mkdir(parents=True)
        (tmp_path / RUNS / f"r{index}" / "run.json").write_text("{}")
    with pytest.raises(UsageError, match=r"\(there: r2, r3, r4, r5, r6\)$"):
        find_run(tmp_path, "x")
