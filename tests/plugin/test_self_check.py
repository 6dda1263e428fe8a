"""`--llm-self-check`: the challenges are tested instead of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from support.lab import Lab

REJECT = "{}  # reject: {} {} - for the test\n"


def test_a_sound_challenge_passes(lab: Lab, workers: tuple[str, ...]) -> None:
    """Reference and accepts pass every check; each reject fails on the one that it names."""
    lab.challenge(
        solutions={
            "reference.mini": "2 * x",
            "accept_sum.mini": "x + x",
            "reject_absolute.mini": REJECT.format("2 * abs(x)", "test_negative", "wrong_answer"),
            "reject_broken.mini": REJECT.format("2 * x *", "test_small", "build_failed"),
            "reject_slow.mini": REJECT.format("fault('timed_out')", "test_small", "timed_out"),
        }
    )
    result = lab.run("--llm-self-check", "--llm-model=ollama/never-asked", "-v", *workers)
    result.assert_outcomes(passed=7)
    result.stdout.fnmatch_lines_random(
        [
            "*::test_small?reference? *",
            "*::test_negative?reference? *",
            "*::test_negative?accept_sum? *",
            "*::test_negative?reject_absolute? *",
            "*::test_small?reject_broken? *",
            "*::test_small?reject_slow? *",
        ]
    )
    result.stdout.fnmatch_lines(
        ["self-check: 5 solutions of 1 challenge, 5 judged as they must be, 0 not"]
    )
    assert "scoreboard" not in result.stdout.str()
    assert result.ret == 0
    assert not (lab.path / ".llmgen").exists()


def test_an_unsound_challenge_fails_and_says_how(lab: Lab, workers: tuple[str, ...]) -> None:
    """A wrong reference, a reject that passes, one that fails in another way."""
    path = lab.challenge(
        solutions={
            "reference.mini": "2 * abs(x)",
            "reject_right.mini": REJECT.format("x * 2", "test_small", "wrong_answer"),
            "reject_crash.mini": REJECT.format("fault('crashed')", "test_small", "wrong_answer"),
        }
    )
    result = lab.run("--llm-self-check", *workers)
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "wrong_answer: assert 4 == -4",
            f"solution: {(path.parent / 'solutions/reference.mini').relative_to(lab.path)}",
            (
                "reject_right.mini must fail test_small with wrong_answer "
                "(for the test), but it ends with passed"
            ),
            (
                "reject_crash.mini must fail test_small with wrong_answer "
                "(for the test), but it ends with crashed: the program ends with crashed"
            ),
            "self-check: 3 solutions of 1 challenge, 0 judged as they must be, 3 not",
        ]
    )
    assert "sample: " not in result.stdout.str()
    assert result.ret == 1


def test_a_reject_that_meets_an_error_of_ours_is_no_success(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """Else a broken harness would pass every reject."""
    checks = '''\
def test_it(submission):
    """Never gets that far."""
    raise OSError("disk full")
'''
    reject = REJECT.format("x", "test_it", "wrong_answer")
    lab.challenge(checks=checks, solutions={"reject_it.mini": reject})
    result = lab.run("--llm-self-check", *workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*but it ends with harness_error: disk full*"])


def test_a_missing_target_is_skipped_not_judged(lab: Lab) -> None:
    """A self-check on a machine without the toolchain says that it has not checked."""
    lab.challenge()
    lab.write("mini-is-unavailable.txt", "no mini here")
    result = lab.run("--llm-self-check")
    result.assert_outcomes(skipped=2)
    result.stdout.fnmatch_lines(
        ["self-check: 1 solution of 1 challenge, 0 judged as they must be, 0 not, 1 left out"]
    )
    assert result.ret == 0


def test_the_shipped_suite_can_be_checked(lab: Lab, request: pytest.FixtureRequest) -> None:
    """One challenge of this project, with the real target."""
    suite = request.config.rootpath / "challenges" / "wat" / "scalar" / "max_i32"
    lab.write(
        "challenges/wat/scalar/max_i32/test_max_i32.py", (suite / "test_max_i32.py").read_text()
    )
    for file in (suite / "solutions").iterdir():
        lab.write(f"challenges/wat/scalar/max_i32/solutions/{file.name}", file.read_text())
    result = lab.run("--llm-self-check", "-n", "2")
    assert result.ret == 0, result.stdout.str()
    result.stdout.fnmatch_lines(["self-check: * solutions of 1 challenge, * 0 not"])
