"""What becomes of samples: verdicts, records, folders, and what a failure looks like."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from support.lab import scoreboard

from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from support.lab import Lab

ONE = '''\
def test_it(submission):
    """The only check."""
    assert submission.build().call(1) == 2
'''


def test_the_reference_answers_where_no_model_is_named(lab: Lab, workers: tuple[str, ...]) -> None:
    """A newcomer without any model sees the whole path work."""
    lab.challenge()
    result = lab.run(*workers)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*= scoreboard =*", "reference *1/1*1/1*", "run: .llmgen/runs/*"])
    assert lab.verdicts() == ["passed"]
    assert result.ret == 0


REPLIES: dict[str, Any] = {
    "passed": "2 * x",
    "wrong_answer": "x",
    "build_failed": "2 *",
    "no_code": {"text": "It is two times x."},
    "truncated": {"text": "```mini\n2 *", "finish_reason": "length"},
    "refused": {"text": "I would rather not.", "finish_reason": "refusal"},
    **{
        verdict: f"fault({verdict!r})"
        for verdict in ("crashed", "timed_out", "out_of_memory", "output_flood", "rule_broken")
    },
    "backend_error": {"error": "the server is on fire"},
    "harness_error": "{}['no such key']",
}
"""A reply for each verdict that one can lead to."""


def test_every_verdict_has_its_cause(lab: Lab, workers: tuple[str, ...]) -> None:
    """The model's faults fail, ours are errors, and the record says which it was."""
    lab.challenge(checks=ONE)
    lab.script(**{name: {"*": reply} for name, reply in REPLIES.items()})
    models = ",".join(f"script/{name}" for name in REPLIES)
    result = lab.run(f"--llm-model={models}", *workers)
    result.assert_outcomes(passed=1, failed=10, errors=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED

    records = {record["model"].removeprefix("script/"): record for record in lab.records()}
    assert {name: record["verdict"] for name, record in records.items()} == {
        name: name for name in REPLIES
    }
    unbuilt = {"build_failed", "no_code", "truncated", "refused", "backend_error"}
    assert {name for name, record in records.items() if not record["built"]} == unbuilt
    assert {record["score"] for record in records.values()} == {0.0, 1.0}
    attempts = {name: len(record["attempts"]) for name, record in records.items()}
    thrice = dict.fromkeys(["build_failed", "no_code", "truncated"], 3)
    assert attempts == dict.fromkeys(REPLIES, 1) | thrice

    text = result.stdout.str()
    for name in REPLIES:
        kind = "ERROR" if Verdict(name) in OURS else "FAILED"
        said = rf"^{kind} \S+::test_it\[script/{name}-s0\] - {name}: \w"
        assert re.search(said, text, re.MULTILINE) or name == "passed"
    board = scoreboard(text)
    assert "script/backend_error: 1 backend_error" in board
    assert "script/harness_error: 1 harness_error" in board


def test_a_target_that_cannot_run_skips_and_nobody_is_asked(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """The reason, with its remedy, is shown by pytest's own means."""
    lab.challenge(checks=ONE)
    lab.script(a="2 * x")
    lab.write("mini-is-unavailable.txt", "no mini here; install it with: apt install mini")
    result = lab.run("--llm-model=script/a", "-rs", *workers)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED * no mini here; install it with: apt install mini"])
    assert lab.verdicts() == ["target_unavailable"]
    assert not lab.requests()
    assert result.ret == 0


def test_graded_checks_lower_the_score_only(lab: Lab, workers: tuple[str, ...]) -> None:
    """One hard check passes, one of two graded ones fails: correct, two thirds."""
    checks = (
        ONE
        + '''

@graded
def test_short(submission):
    """Few characters."""
    assert len(submission.source) < 5


@graded
def test_no_sum(submission):
    """No plus."""
    assert "+" not in submission.source
'''
    )
    lab.challenge(checks=checks)
    lab.script(a="x * 2", b="x")
    result = lab.run("--llm-model=script/a,script/b", *workers)
    result.assert_outcomes(passed=4, failed=2)
    first, second = lab.records()
    assert (first["verdict"], second["verdict"]) == ("passed", "wrong_answer")
    assert first["score"] == pytest.approx(2 / 3)
    assert second["score"] == 0
    assert [(c["name"], c["verdict"], c["graded"]) for c in first["checks"]] == [
        ("test_it", "passed", False),
        ("test_short", "wrong_answer", True),
        ("test_no_sum", "passed", True),
    ]


def test_a_record_and_its_folder_hold_all_that_led_there(lab: Lab) -> None:
    """Request, reply, source, diagnostics and the whole conversation."""
    lab.challenge(checks=ONE)
    broken = {"text": "```mini\n2 *\n```", "prompt_tokens": 10, "completion_tokens": 20}
    mended = {"text": "```mini\nx + x\n```", "prompt_tokens": 30, "completion_tokens": 40}
    lab.script(a={"double/s0/1": broken, "double/s0/2": mended})
    lab.run("--llm-model=script/a", "--llm-run=r", "--llm-temperature=0.5", "--llm-seed=7")

    run = lab.path / ".llmgen" / "runs" / "r"
    (record,) = lab.records()
    assert (record["format"], record["seed"]) == (1, 7)
    assert record["tier"] == "basic"
    source = "x + x\n"
    assert record["source_sha256"] == hashlib.sha256(source.encode()).hexdigest()
    first, second = record["attempts"]
    assert (first["outcome"], first["completion_tokens"]) == ("build_failed", 20)
    assert first["message"] == "source.mini:1: invalid syntax"
    assert (second["outcome"], second["prompt_tokens"], second["seconds"]) == ("built", 30, 0.25)

    sample = run / record["folder"]
    assert record["folder"].startswith("samples/")
    assert record["folder"].endswith("/mini/basic/double/mini/s0")
    files = sorted(p.relative_to(sample).as_posix() for p in sample.rglob("*") if p.is_file())
    assert files == [
        "attempt-1/build.log",
        "attempt-1/request.json",
        "attempt-1/response.json",
        "attempt-1/source.mini",
        "attempt-2/request.json",
        "attempt-2/response.json",
        "attempt-2/source.mini",
        "session.jsonl",
    ]
    assert (sample / "attempt-1/build.log").read_text() == "source.mini:1: invalid syntax"
    assert (sample / "attempt-2/source.mini").read_text() == source
    asked = json.loads((sample / "attempt-2/request.json").read_text())
    assert asked["parameters"]["temperature"] == 0.5
    assert [message["role"] for message in asked["messages"]] == ["user", "assistant", "user"]
    answered = json.loads((sample / "attempt-2/response.json").read_text())
    assert (answered["text"], answered["finish_reason"]) == (mended["text"], "stop")
    session = [json.loads(line) for line in (sample / "session.jsonl").read_text().splitlines()]
    assert [turn["role"] for turn in session] == ["user", "assistant", "user", "assistant"]
    assert session[0]["content"].startswith("Give the double of x.\n\nAnswer with one expression")
    assert "source.mini:1: invalid syntax" in session[2]["content"]

    description = json.loads((run / "run.json").read_text())
    assert description["models"][0]["name"] == "script/a"
    assert description["options"]["seed"] == 7
    assert description["versions"]["pytest"] == pytest.__version__


# Repair

BROKEN_ONCE = {"double/s0/1": "2 *", "double/s0/2": "2 * x"}


@pytest.mark.parametrize(
    ("arguments", "verdict", "requests"),
    [
        ((), "passed", 2),
        (("--llm-attempts=1",), "build_failed", 1),
        (("--llm-feedback=none",), "build_failed", 1),
        (("--llm-feedback=trial", "--llm-attempts=2"), "passed", 2),
    ],
)
def test_attempts_and_feedback_decide_how_often_a_model_is_asked(
    lab: Lab, arguments: tuple[str, ...], verdict: str, requests: int
) -> None:
    """Each attempt after the first sees the last one's diagnostics."""
    lab.challenge(checks=ONE)
    lab.script(a=BROKEN_ONCE)
    lab.run("--llm-model=script/a", *arguments)
    assert lab.verdicts() == [verdict]
    asked = lab.requests()
    assert [request["attempt"] for request in asked] == list(range(1, requests + 1))
    for request in asked[1:]:
        assert "source.mini:1: invalid syntax" in request["prompt"]
    built = lab.records()[0]["built"]
    assert built == (verdict == "passed")


TRIED = '''\
def tries(program):
    """What the model may see: the value at 10."""
    value = program.call(10)
    return None if value == 20 else f"at 10 it gives {value}, not 20"


pytestmark = challenge(target="mini", tier="basic", trial=tries)


def test_it(submission):
    """Hidden: the value at 1."""
    assert submission.build().call(1) == 2
'''


@pytest.mark.parametrize(
    ("feedback", "verdicts"),
    [
        ("build", ["wrong_answer", "wrong_answer", "crashed"]),
        ("trial", ["passed", "wrong_answer", "passed"]),
    ],
)
def test_a_public_trial_is_shown_where_the_run_wants_that(
    lab: Lab, feedback: str, verdicts: list[str]
) -> None:
    """Checks stay hidden; a sample whose last trial fails is judged all the same."""
    path = lab.challenge(checks="")
    path.write_text(path.read_text().partition("pytestmark")[0] + TRIED)
    lab.script(
        learns={"double/s0/1": "x", "*": "2 * x"},
        never={"*": "x"},
        stumbles={"double/s0/1": "fault('crashed')", "*": "2 * x"},
    )
    models = "--llm-model=script/learns,script/never,script/stumbles"
    lab.run(models, f"--llm-feedback={feedback}", "--llm-attempts=2")
    assert lab.verdicts() == verdicts
    second = {r["key"].split()[0]: r["prompt"] for r in lab.requests() if r["attempt"] == 2}
    if feedback == "build":
        assert second == {}
    else:
        assert "at 10 it gives 10, not 20" in second["script/learns"]
        assert "the program ends with crashed" in second["script/stumbles"]
        outcomes = [[a["outcome"] for a in record["attempts"]] for record in lab.records()]
        assert outcomes == [
            ["trial_failed", "built"],
            ["trial_failed", "trial_failed"],
            ["trial_failed", "built"],
        ]


NOTING = '''\
def tries(program):
    """What the model may see: the value at 10."""
    value = program.call(10)
    program.notes = {"value": value, "huge": "x" * value * 20_000}
    return None if value == 20 else f"at 10 it gives {value}, not 20"


pytestmark = challenge(target="mini", tier="basic", trial=tries)


def test_it(submission):
    """Hidden: the value at 1."""
    assert submission.build().call(1) == 2
'''


def test_what_an_artifact_notes_in_its_trial_is_stored_with_the_attempt(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """Whether the trial went well or not; a source that does not build has none."""
    path = lab.challenge(checks="")
    path.write_text(path.read_text().partition("pytestmark")[0] + NOTING)
    lab.script(a={"double/s0/1": "2 *", "double/s0/2": "x", "*": "2 * x"})
    lab.run(*workers, "--llm-model=script/a", "--llm-run=r", "--llm-feedback=trial")

    (record,) = lab.records()
    assert [a["outcome"] for a in record["attempts"]] == ["build_failed", "trial_failed", "built"]
    sample = lab.path / ".llmgen" / "runs" / "r" / record["folder"]
    stored = {path.parent.name: json.loads(path.read_text()) for path in sample.rglob("notes.json")}
    assert stored == {
        "attempt-2": {"value": 10, "huge": "x" * 200_000},
        "attempt-3": {"value": 20, "left_out": ["huge"]},
    }


def test_notes_that_json_cannot_say_are_an_error_of_ours(lab: Lab) -> None:
    """The target, or the trial, is at fault: the sample does not count."""
    path = lab.challenge(checks="")
    noting = NOTING.replace('"huge": "x" * value * 20_000', '"kinds": {int}')
    path.write_text(path.read_text().partition("pytestmark")[0] + noting)
    lab.script(a={"*": "2 * x"})
    lab.run("--llm-model=script/a", "--llm-feedback=trial")
    (record,) = lab.records()
    assert record["verdict"] == "harness_error"
    assert record["message"] == (
        "building failed on our side: TypeError: Object of type set is not JSON serializable"
    )


def test_a_replay_is_judged_as_its_run_was(lab: Lab) -> None:
    """Feedback by trial is not asked for again on the command line; it may be chosen anew there."""
    path = lab.challenge(checks="")
    path.write_text(path.read_text().partition("pytestmark")[0] + TRIED)
    lab.script(learns={"double/s0/1": "x", "*": "2 * x"})
    trial = ("--llm-feedback=trial", "--llm-attempts=2", "--llm-run=first")
    lab.run("--llm-model=script/learns", *trial)
    assert lab.verdicts("first") == ["passed"]
    lab.run("--llm-model=replay/first", "--llm-run=again")
    assert lab.verdicts("again") == ["passed"]
    lab.run("--llm-model=replay/first", "--llm-run=other", "--llm-feedback=build")
    assert lab.verdicts("other") == ["wrong_answer"]


# What a failure looks like

WAT = '''\
def test_it(submission):
    """Sums."""
    module = submission.build()
    assert module.call("add", 1, 2) == 3, "1 and 2 make 3"
'''


_BLOCK = re.MULTILINE | re.DOTALL


def failure(text: str, name: str) -> list[str]:
    """The lines of one failure, without its title."""
    match = re.search(
        rf"^_+ (?:ERROR at \w+ of )?{re.escape(name)} _+\n(.*?)\n(?=[_=])", text, _BLOCK
    )
    assert match is not None, text
    lines = match[1].splitlines()
    return lines[1:] if lines[0].startswith("[gw") else lines  # xdist's line on its worker


def test_failures_are_short_and_name_verdict_words_and_evidence(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """The compiler's or the comparison's words, then where to look; never our own source."""
    lab.challenge(
        "wat/scalar/add",
        WAT,
        mark='target="wat", tier="scalar"',
        task="Export `add: (i32, i32) -> i32`, the sum.",
        solutions={},
    )
    head = '(module (func (export "add") (param i32 i32) (result i32)'
    difference = "(i32.sub (local.get 0) (local.get 1))))"
    lab.script(
        wrong={"*": {"text": f"```wat\n{head} {difference}\n```"}},
        broken={"*": {"text": f"```wat\n{head}\n(i32.plus)))\n```"}},
        traps={"*": {"text": f"```wat\n{head} unreachable))\n```"}},
        down={"*": {"error": "connection refused; is the server up?"}},
    )
    models = "--llm-model=script/wrong,script/broken,script/traps,script/down"
    result = lab.run(models, "--llm-run=r", *workers)
    result.assert_outcomes(failed=3, errors=1)
    text = result.stdout.str()
    assert "Traceback" not in text
    assert "pytest_llmgen/" not in text
    assert 'File "' not in text
    folders = {
        record["model"].removeprefix("script/"): f".llmgen/runs/r/{record['folder']}"
        for record in lab.records()
    }

    wrong = failure(text, "test_it[script/wrong-s0]")
    assert [line for line in wrong if not line.startswith(" +")] == [
        "wrong_answer: 1 and 2 make 3",
        "assert -1 == 3",
        'at test_add.py:15: assert module.call("add", 1, 2) == 3, "1 and 2 make 3"',
        f"sample: {folders['wrong']}",
    ]
    broken = failure(text, "test_it[script/broken-s0]")
    assert broken[0].startswith("build_failed: ")
    assert any("source.wat:2:2" in line for line in broken)
    assert broken[-1] == f"sample: {folders['broken']}"
    traps = failure(text, "test_it[script/traps-s0]")
    assert traps[0].startswith("crashed: ")
    assert "unreachable" in traps[0]
    assert traps[-1] == f"sample: {folders['traps']}"
    assert failure(text, "test_it[script/down-s0]") == [
        "backend_error: connection refused; is the server up?"
    ]
    for name in ("wrong", "broken", "traps"):
        assert (lab.path / folders[name] / "session.jsonl").is_file()


def test_a_huge_message_is_cut_in_the_middle(lab: Lab) -> None:
    """A log holds many samples."""
    lab.challenge(checks=ONE.replace("== 2", '== 2, "a" * 100_000 + "the end"'))
    lab.script(a="x")
    result = lab.run("--llm-model=script/a")
    text = result.stdout.str()
    assert len(text) < 20_000
    assert "characters left out" in text
    assert "the end" in text
    assert len(lab.records()[0]["checks"][0]["message"]) < 5_000


def test_a_check_that_did_not_run_is_no_pass(lab: Lab) -> None:
    """`--setup-only` asks the models, and judges nothing."""
    lab.challenge(checks=ONE)
    lab.script(a="x")
    lab.run("--setup-only", "--llm-model=script/a")
    (record,) = lab.records()
    assert (record["verdict"], record["checks"], record["built"]) == ("interrupted", [], True)


def test_the_seconds_of_a_check_are_those_of_its_call(lab: Lab, workers: tuple[str, ...]) -> None:
    """Not those of its teardown, which reports last."""
    lab.challenge(
        checks="import time\n\n\n" + ONE.replace("    assert", "    time.sleep(0.2)\n    assert")
    )
    lab.run(*workers)
    (check,) = lab.records()[0]["checks"]
    assert check["seconds"] >= 0.2


def test_an_error_in_teardown_is_ours(lab: Lab) -> None:
    """The sample passed, but it cannot be said to have been judged."""
    checks = "@pytest.fixture\ndef tidy():\n    yield\n    raise OSError('disk full')\n\n\n" + (
        ONE.replace("(submission)", "(submission, tidy)")
    )
    lab.challenge(checks=checks)
    result = lab.run()
    result.assert_outcomes(passed=1, errors=1)
    assert lab.verdicts() == ["harness_error"]


def test_a_skip_of_the_author_is_no_verdict_on_the_model(lab: Lab) -> None:
    """A check that cannot judge here leaves the sample out of every rate."""
    lab.challenge(checks=ONE.replace("    assert", '    pytest.skip("not on Sundays")\n    assert'))
    result = lab.run()
    result.assert_outcomes(skipped=1)
    (record,) = lab.records()
    assert (record["verdict"], record["message"]) == ("target_unavailable", "not on Sundays")


# Inputs

DRAWS = '''\
def test_it(submission, rng):
    """Notes what it draws."""
    with open("draws.txt", "a") as file:
        file.write(f"{rng.integers(1 << 62)}\\n")


def test_other(submission, rng):
    """Draws something else."""
    with open("draws.txt", "a") as file:
        file.write(f"{rng.integers(1 << 62)}\\n")
'''


def test_inputs_are_equal_for_all_samples_and_fresh_for_every_run(lab: Lab) -> None:
    """And the same again under the same seed, in a run that goes on, and in workers."""
    lab.challenge(checks=DRAWS)
    lab.script(a="x")

    def draws(*arguments: str) -> set[str]:
        (lab.path / "draws.txt").unlink(missing_ok=True)
        result = lab.run("--llm-model=script/a", "--llm-samples=2", *arguments)
        result.assert_outcomes(passed=4)
        return set((lab.path / "draws.txt").read_text().split())

    first = draws("--llm-run=r")
    assert len(first) == 2
    assert draws() != first
    assert draws("--llm-run=r", "-n", "2") == first
    seed = str(lab.records("r")[0]["seed"])
    assert draws(f"--llm-seed={seed}") == first
