"""A self-check also proves that zeros, NaN, the input itself and a constant fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.distorting import REGISTRATION

if TYPE_CHECKING:
    from support.lab import Lab as LabOfAll

KINDS = ("zeros", "nan", "input", "constant")
REFERENCE = {"reference.mini": "2 * x"}
ZERO = '''\
def test_zero(submission):
    """Zero, which zeros and the input are as well."""
    assert submission.build().call(0) == 0
'''
THREE = '''\
def test_three(submission):
    """What no junk gives."""
    assert submission.build().call(3) == 6
'''


@pytest.fixture
def lab(lab: LabOfAll) -> LabOfAll:
    """A lab whose target lets results be replaced."""
    lab.write("conftest.py", REGISTRATION)
    return lab


def test_a_sound_challenge_fails_each_of_them(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """Each fails some check, and is shown as passed; without floats there is no NaN."""
    lab.challenge(solutions=REFERENCE)
    result = lab.run("--llm-self-check", "-v", *workers)
    result.assert_outcomes(passed=10)
    result.stdout.fnmatch_lines_random([f"*::test_negative?degenerate_{kind}? *" for kind in KINDS])
    result.stdout.fnmatch_lines(
        ["self-check: 4 solutions of 1 challenge, 4 judged as they must be, 0 not"]
    )
    assert result.ret == 0


@pytest.mark.parametrize(
    ("reference", "check", "praised"),
    [
        ("2 * x", "call(0) == 0", {"zeros", "input"}),
        ("2 * x", "isinstance(call(3), int)", {"zeros", "input", "constant"}),
        ("x / 2", "not abs(call(3) - 1.5) > 1e-9", {"nan"}),
        ("str(x)", "len(call(3)) == 1", {"constant"}),
        ("[x, 1]", "call(3)[1] == 1 and call(1)[0] == 1", {"constant"}),
    ],
)
def test_a_check_that_takes_one_of_them_is_too_weak(
    lab: LabOfAll, reference: str, check: str, praised: set[str]
) -> None:
    """The self-check fails and says what passes."""
    checks = f"def test_it(submission):\n    call = submission.build().call\n    assert {check}\n"
    lab.challenge(checks=checks, solutions={"reference.mini": reference})
    result = lab.run("--llm-self-check")
    shown = result.stdout.str()
    assert {kind for kind in KINDS if f"test_it[degenerate_{kind}] - degen" in shown} == praised
    result.stdout.fnmatch_lines([f"self-check: *, {len(praised)} not"])
    assert result.ret == 1


def test_what_no_check_fails_is_told_once(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """The last check of the sample fails, in words that say what it means."""
    lab.challenge(checks=ZERO + "\n\n" + ZERO.replace("test_zero", "test_again"))
    result = lab.run("--llm-self-check", *workers)
    result.assert_outcomes(passed=8, failed=2)
    result.stdout.fnmatch_lines_random(
        [
            (
                "degenerate_zeros: a submission that returns only zeros passes every check of "
                "mini/basic/double"
            ),
            (
                "degenerate_input: a submission that returns its input passes every check of "
                "mini/basic/double"
            ),
            "solution: challenges/mini/basic/double/solutions/reference.mini",
            "self-check: 4 solutions of 1 challenge, 2 judged as they must be, 2 not",
        ]
    )
    assert result.ret == 1


def test_one_check_that_fails_it_is_enough(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """Whichever comes last, and whichever worker runs it."""
    lab.challenge("mini/basic/first", f"{THREE}\n\n{ZERO}")
    lab.challenge("mini/basic/last", f"{ZERO}\n\n{THREE}")
    result = lab.run("--llm-self-check", *workers)
    result.assert_outcomes(passed=20)
    assert result.ret == 0


def test_graded_checks_do_not_count(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """They decide no correctness, so what only they fail is correct."""
    lab.challenge(checks=f"{ZERO}\n\n@graded\n{THREE}")
    result = lab.run("--llm-self-check", *workers)
    result.assert_outcomes(passed=4, failed=2)
    assert "test_three[degenerate" not in result.stdout.str()


@pytest.mark.parametrize(
    "choice",
    [
        ["-k", "test_zero"],
        ["--deselect", "challenges/mini/basic/double/test_double.py::test_three"],
        ["challenges/mini/basic/double/test_double.py::test_zero"],
    ],
    ids=["keyword", "deselected", "named"],
)
def test_some_of_its_checks_do_not_praise_it(
    lab: LabOfAll, workers: tuple[str, ...], choice: list[str]
) -> None:
    """The check that would fail it may be one of those that did not run."""
    lab.challenge(checks=f"{ZERO}\n\n{THREE}")
    result = lab.run("--llm-self-check", *choice, *workers)
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(
        ["self-check: 4 solutions of 1 challenge, 2 judged as they must be, 0 not, 2 left out"]
    )
    assert result.ret == 0


def test_other_samples_may_be_left_out(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """With all checks of one degenerate solution it is judged."""
    lab.challenge(checks=f"{ZERO}\n\n{THREE.replace('3', '0').replace('6', '0')}")
    result = lab.run("--llm-self-check", "-k", "degenerate_zeros", *workers)
    result.assert_outcomes(passed=1, failed=1)


def test_the_first_ends_a_run_with_exitfirst(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """As any failure does."""
    lab.challenge(checks=ZERO)
    result = lab.run("--llm-self-check", "-x", *workers)
    assert "failed" in result.parseoutcomes()
    result.stdout.fnmatch_lines(["*stopping after 1 failures*"])
    assert result.ret in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}


def test_a_check_that_falls_over_is_an_error(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """A model may return the same, and would not be judged."""
    check = '''\
def test_it(submission):
    """Takes for granted what was returned."""
    assert {6: "six"}[submission.build().call(3)] == "six"
'''
    lab.challenge(checks=check)
    result = lab.run("--llm-self-check", *workers)
    result.stdout.fnmatch_lines_random(["harness_error: KeyError: 0", "harness_error: KeyError: 1"])
    result.stdout.fnmatch_lines(["self-check: * 1 judged as they must be, 3 not"])
    assert result.ret == 1


def test_an_error_of_ours_is_not_passed_over(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """Also of a degenerate solution of which no check had anything to replace."""
    check = '''\
def test_it(submission, request):
    """Meets a full disk with one of them."""
    assert submission.build().call(3) == 6
    if "nan" in request.node.name:
        raise OSError("disk full")


def test_more(submission):
    """Meets nothing."""
    assert submission.build().call(4) == 8
'''
    lab.challenge(checks=check)
    result = lab.run("--llm-self-check", *workers)
    result.assert_outcomes(passed=9, errors=1)
    result.stdout.fnmatch_lines(
        ["self-check: 5 solutions of 1 challenge, 4 judged as they must be, 1 not"]
    )


def test_subtests_fail_them_too(lab: LabOfAll, workers: tuple[str, ...]) -> None:
    """One failing subtest is enough, and none is shown."""
    checks = '''\
def test_each(submission, subtests):
    """Several values, each by itself."""
    program = submission.build()
    for x in (0, 1, 2):
        with subtests.test(x=x):
            assert program.call(x) == 2 * x
'''
    lab.challenge(checks=checks)
    result = lab.run("--llm-self-check", *workers)
    result.stdout.fnmatch_lines(
        ["self-check: 4 solutions of 1 challenge, 4 judged as they must be, 0 not"]
    )
    assert "SUBFAILED" not in result.stdout.str()
    assert result.ret == 0


def test_after_one_failed_the_others_end_where_they_build(lab: LabOfAll) -> None:
    """What is proved once need not be run again."""
    note = '''\
def test_note(submission, request):
    """Notes who was built."""
    submission.build()
    with open("built.txt", "a") as file:
        print(request.node.callspec.id, file=file)
'''
    lab.challenge(checks=f"{THREE}\n\n{note}")
    result = lab.run("--llm-self-check")
    result.assert_outcomes(passed=10)
    built = (lab.path / "built.txt").read_text().split()
    assert built == ["reference", "degenerate_nan"]


def test_a_reference_that_does_not_build_proves_nothing(lab: LabOfAll) -> None:
    """The reference fails, and what would be made of it is not there."""
    lab.challenge(solutions={"reference.mini": "2 *"})
    result = lab.run("--llm-self-check")
    result.stdout.fnmatch_lines(
        ["self-check: 1 solution of 1 challenge, 0 judged as they must be, 1 not"]
    )
