"""Pytest's own subtests inside a check.

Pytest reports a test whose subtests all failed as passed at `pytest_runtest_makereport`, so that a
sample may settle no earlier than at its checks' teardown reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.lab import Lab

EACH = '''\
def test_each(submission, subtests):
    """Several values, each by itself."""
    program = submission.build()
    for x in (1, 2, 3):
        with subtests.test(x=x):
            assert program.call(x) == 2 * x
'''


def test_failed_subtests_settle_as_wrong_answer(lab: Lab, workers: tuple[str, ...]) -> None:
    """All of them, or only one: a sample is correct when everything passed."""
    lab.challenge(checks=EACH)
    lab.script(right="2 * x", wrong="-x", partly="x + 2")
    result = lab.run("--llm-model=script/right,script/wrong,script/partly", *workers)
    records = {record["model"]: record for record in lab.records()}
    assert {name: record["verdict"] for name, record in records.items()} == {
        "script/right": "passed",
        "script/wrong": "wrong_answer",
        "script/partly": "wrong_answer",
    }
    (check,) = records["script/wrong"]["checks"]
    assert check["message"].startswith("assert -1 == (2 * 1)")
    (check,) = records["script/partly"]["checks"]
    assert check["message"].startswith("assert 3 == (2 * 1)")
    text = result.stdout.str()
    assert text.count("SUBFAILED") >= 5
    assert "Traceback" not in text
    assert result.ret == 1


def test_verdicts_other_than_wrong_answer_come_through_subtests(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """A crash is a crash, and an exception of the check itself is ours."""
    lab.challenge(checks=EACH)
    lab.script(crashes="fault('crashed')", ours="{}[x]", unbuilt="2 *")
    lab.run("--llm-model=script/crashes,script/ours,script/unbuilt", *workers)
    assert lab.verdicts() == ["crashed", "harness_error", "build_failed"]


def test_a_self_check_judges_subtests_too(lab: Lab, workers: tuple[str, ...]) -> None:
    """A reject passes if some subtest fails as it names, and fails if none does."""
    reject = "{}  # reject: test_each {} - for the test\n"
    good = {
        "reference.mini": "2 * x",
        "accept_sum.mini": "x + x",
        "reject_identity.mini": reject.format("x", "wrong_answer"),
        "reject_partly.mini": reject.format("x + 2", "wrong_answer"),
        "reject_crash.mini": reject.format("fault('crashed')", "crashed"),
    }
    lab.challenge(checks=EACH, solutions=good)
    result = lab.run("--llm-self-check", *workers)
    assert result.ret == 0, result.stdout.str()
    result.stdout.fnmatch_lines(
        ["self-check: 5 solutions of 1 challenge, 5 judged as they must be, 0 not"]
    )
    assert "SUBFAILED" not in result.stdout.str()

    bad = {
        "reference.mini": "2 * x",
        "reject_right.mini": reject.format("x * 2", "wrong_answer"),
        "reject_other.mini": reject.format("x", "crashed"),
    }
    (lab.path / "challenges/mini/basic/double/solutions/reject_identity.mini").unlink()
    for name in ("reject_partly", "reject_crash"):
        (lab.path / f"challenges/mini/basic/double/solutions/{name}.mini").unlink()
    lab.challenge(checks=EACH, solutions=bad)
    result = lab.run("--llm-self-check", *workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["self-check: 4 solutions of 1 challenge, 2 judged as they must be, 2 not"]
    )
