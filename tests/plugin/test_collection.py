"""What becomes of a challenge's file: items, their names and order, and what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.lab import Lab

ONE = '''\
def test_it(submission):
    """The only check."""
    assert submission.build().call(1) == 2
'''


def ids(lab: Lab, *arguments: str) -> list[str]:
    """The ids that `--collect-only -q` lists, without the file."""
    result = lab.run("--collect-only", "-q", *arguments)
    return [line.rpartition("::")[2] for line in result.outlines if "::" in line]


def test_ids_name_model_and_sample_in_order_of_models(lab: Lab) -> None:
    """Model by model over all challenges, so that a local server loads each once."""
    lab.challenge("mini/basic/one", ONE)
    lab.challenge("mini/basic/two", ONE.replace("test_it", "test_that"))
    found = ids(lab, "--llm-model=ollama/qwen:7b,reference", "--llm-samples=2")
    assert found == [
        "test_it[ollama/qwen:7b-s0]",
        "test_it[ollama/qwen:7b-s1]",
        "test_that[ollama/qwen:7b-s0]",
        "test_that[ollama/qwen:7b-s1]",
        "test_it[reference-s0]",
        "test_that[reference-s0]",
    ]


def test_the_target_stands_first_where_there_are_several(lab: Lab) -> None:
    """And `--llm-target` chooses among them without renaming what is left."""
    lab.challenge(checks=ONE, mark='target=("mini", "mini2"), tier="basic"')
    assert ids(lab) == ["test_it[mini-reference-s0]", "test_it[mini2-reference-s0]"]
    assert ids(lab, "--llm-target=mini2") == ["test_it[mini2-reference-s0]"]


def test_parameters_of_the_author_come_after_ours(lab: Lab) -> None:
    """A check may be parametrized; its items are checks of the same sample."""
    lab.challenge(checks='@pytest.mark.parametrize("x", [1, 4])\n' + PARAMETRIZED)
    result = lab.run("-v")
    result.stdout.fnmatch_lines(["*::test_it?reference-s0-1? PASSED*", "*?reference-s0-4? PASSED*"])
    (record,) = lab.records()
    assert len(record["checks"]) == 2


PARAMETRIZED = '''\
def test_it(submission, x):
    """Twice."""
    assert submission.build().call(x) == 2 * x
'''


def test_marks_and_names_select(lab: Lab) -> None:
    """`-m` sees the keywords of the mark, `-k` the model."""
    lab.challenge("mini/basic/one", ONE)
    lab.challenge("mini/simd/two", ONE, mark='target="mini", tier="simd"')
    models = "--llm-model=script/a,script/b"
    lab.script(a="x", b="x")
    assert ids(lab, models, "-m", "challenge(tier='simd')") == [
        "test_it[script/a-s0]",
        "test_it[script/b-s0]",
    ]
    assert ids(lab, models, "-m", "challenge(tier='simd')", "-k", "script/b") == [
        "test_it[script/b-s0]"
    ]


@pytest.mark.parametrize("argument", ["--collect-only", "--setup-plan"])
def test_looking_asks_no_model_and_makes_no_run(
    lab: Lab, workers: tuple[str, ...], argument: str
) -> None:
    """Nothing runs, so nothing is asked, and nothing is shown as a result."""
    lab.challenge()
    lab.script(a="x")
    result = lab.run(argument, "--llm-model=script/a", *workers)
    result.stdout.no_fnmatch_line("*scoreboard*")
    assert result.ret == 0
    assert not lab.requests()
    assert not (lab.path / ".llmgen").exists()


def test_challenges_without_an_answer_are_deselected(lab: Lab, workers: tuple[str, ...]) -> None:
    """A model without solutions, or another target: neither skipped nor failed."""
    lab.challenge("mini/basic/one", ONE)
    lab.challenge(
        "mini/basic/two", ONE, solutions={"accept_it.mini": "x + x", "accept_two.mini": "2 * x"}
    )
    result = lab.run("--llm-model=accepts", "-v", *workers)
    result.assert_outcomes(passed=2, deselected=0 if workers else 1)
    assert [(r["challenge"], r["sample"]) for r in lab.records()] == [
        ("mini/basic/two", 0),
        ("mini/basic/two", 1),
    ]
    result = lab.run("--llm-target=wat", *workers)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("*scoreboard*")


# What an author can do wrong: one line for the file, no traceback.

MARK = 'target="mini", tier="basic"'


def collect_error(lab: Lab, *arguments: str) -> str:
    """The words of the only collection error."""
    result = lab.run(*arguments)
    assert result.ret in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.TESTS_FAILED}
    assert not (lab.path / ".llmgen").exists()
    text = result.stdout.str()
    assert "Traceback" not in text
    assert "pytest_llmgen/" not in text
    (line,) = {
        line.removeprefix("E   ").removeprefix("llmgen: ")
        for line in result.outlines
        if line.removeprefix("E   ").startswith("llmgen: ") and "llmgen: models " not in line
    }
    return line


def test_a_submission_needs_a_challenge(lab: Lab, workers: tuple[str, ...]) -> None:
    """The test is named, and what its module lacks."""
    lab.write("test_plain.py", f'"""A task."""\n\n\n{ONE}')
    assert collect_error(lab, *workers) == (
        "test_plain.py::test_it asks for a submission, but its module has no "
        "pytestmark = challenge(target=..., tier=...)"
    )


def test_a_challenge_needs_a_task(lab: Lab) -> None:
    """The docstring is what the model is asked."""
    path = lab.challenge(task=None, checks=ONE)
    assert collect_error(lab) == (
        f"{path}: a challenge's module docstring is its task, and there is none"
    )


def test_an_unknown_target_is_named_with_the_closest_one(lab: Lab) -> None:
    """And with those that there are."""
    lab.challenge(mark='target="mimi", tier="basic"', checks=ONE)
    assert collect_error(lab) == (
        "target 'mimi' is not registered; did you mean 'mini'? "
        "(registered: cpp, mini, mini2, mlir, python, wat, wgsl)"
    )


def test_a_mark_with_an_unknown_keyword_is_shown(lab: Lab) -> None:
    """`challenge(...)` refuses it; the bare mark would take anything."""
    path = lab.challenge(checks=ONE)
    text = path.read_text().replace(f"challenge({MARK})", f"pytest.mark.challenge({MARK}, teir=1)")
    path.write_text(text)
    assert collect_error(lab) == (
        f"{path}: its mark challenge(...) cannot be read: Challenge.__init__() got an unexpected "
        "keyword argument 'teir'"
    )


def test_two_files_cannot_declare_one_challenge(lab: Lab) -> None:
    """Samples are stored by the folder: the second file's task would never be asked."""
    first = lab.challenge(checks=ONE)
    second = first.with_name("test_other.py")
    second.write_text(first.read_text())
    assert collect_error(lab) == (
        f"{second}: {first} declares the challenge 'mini/basic/double' already; "
        "give each a folder of its own"
    )


@pytest.mark.parametrize(
    ("first_line", "message"),
    [
        (
            "x",
            ("the first line must be a comment 'reject: test_name verdict - reason', got 'x'"),
        ),
        (
            "x  # reject: test_gone wrong_answer - x",
            "it names the check test_gone, but there are test_it",
        ),
    ],
)
def test_a_reject_must_name_a_check(lab: Lab, first_line: str, message: str) -> None:
    """A self-check could prove nothing with it."""
    solutions = {"reference.mini": "2 * x", "reject_it.mini": f"{first_line}\n"}
    path = lab.challenge(checks=ONE, solutions=solutions)
    file = path.parent / "solutions" / "reject_it.mini"
    assert collect_error(lab, "--llm-self-check") == f"{file}: {message}"


def test_nothing_is_asked_where_a_file_cannot_be_collected(lab: Lab) -> None:
    """Pytest stops there; the other files' models must not be paid for nothing."""
    lab.challenge("mini/basic/one", ONE)
    lab.challenge("mini/basic/two", ONE, task=None)
    lab.script(a="2 * x")
    result = lab.run("--llm-model=script/a")
    result.assert_outcomes(errors=1)
    assert not lab.requests()
    assert not lab.runs
    result = lab.run("--llm-model=script/a", "--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    assert len(lab.requests()) == 1


def test_a_target_that_cannot_be_imported_stops_only_its_own_challenges(lab: Lab) -> None:
    """Another package's broken target is none of the others' business."""
    conftest = lab.path / "conftest.py"
    text = conftest.read_text() + "\n\ndef pytest_configure(config):\n    pass\n"
    conftest.write_text(
        text.replace('"mini2", "support.mini:Mini2"', '"mini2", "no_such_package:Target"')
    )
    lab.challenge(checks=ONE)
    result = lab.run()
    result.assert_outcomes(passed=1)
    lab.challenge("mini/basic/two", ONE, mark='target="mini2", tier="basic"')
    result = lab.run("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["llmgen: target 'mini2' is registered as 'no_such_package:*"])


@pytest.mark.parametrize("member", ["unavailable", "rules", "__init__"])
def test_a_target_that_fails_before_anything_runs_is_one_line(lab: Lab, member: str) -> None:
    """Whatever it raises: nobody has been asked yet."""
    arguments = {"unavailable": "self", "rules": "self, challenge, settings", "__init__": "self"}
    lab.write(
        "faulty.py",
        "from support.mini import Mini\n\n\nclass Faulty(Mini):\n"
        f"    def {member}({arguments[member]}):\n        raise OSError('no /dev/mini')\n",
    )
    conftest = lab.path / "conftest.py"
    conftest.write_text(
        conftest.read_text().replace('"mini2", "support.mini:Mini2"', '"mini2", "faulty:Faulty"')
    )
    lab.challenge(checks=ONE, mark='target="mini2", tier="basic"')
    lab.pytester.syspathinsert()
    result = lab.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line, _) = result.errlines
    assert re.fullmatch(r"ERROR: llmgen: .* failed: OSError: no /dev/mini", line)
    assert "INTERNALERROR" not in result.stdout.str()


def test_a_run_that_cannot_be_stored_is_one_line(lab: Lab, workers: tuple[str, ...]) -> None:
    """Before anybody is asked, in the controlling process as in workers."""
    lab.challenge(checks=ONE)
    lab.script(a="2 * x")
    lab.write(".llmgen", "a file, not a directory")
    result = lab.run("--llm-model=script/a", "--llm-run=r", *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    path = lab.path / ".llmgen" / "runs" / "r"
    assert result.errlines == [
        (
            f"ERROR: llmgen: cannot write to the run's directory {path}: "
            f"[Errno 20] Not a directory: '{path}'"
        ),
        "",
    ]
    assert "Traceback" not in result.stdout.str()
    assert not lab.requests()


def test_a_challenge_in_the_root_directory_is_called_after_it(lab: Lab) -> None:
    """An id is never empty, nor a dot."""
    file = lab.challenge(checks=ONE)
    lab.write("test_here.py", file.read_text())
    lab.write("solutions/reference.mini", "2 * x")
    lab.run("test_here.py")
    assert [record["challenge"] for record in lab.records()] == [lab.path.name]


def test_the_projects_own_fixture_named_submission_is_left_alone(lab: Lab) -> None:
    """The name is common: forms have submissions too."""
    lab.write(
        "test_forms.py",
        "import pytest\n\n\n@pytest.fixture\ndef submission():\n    return 3\n\n\n"
        "def test_form(submission):\n    assert submission == 3\n\n\n"
        '@pytest.mark.parametrize("submission", [1, 2])\n'
        "def test_forms(submission):\n    assert submission in (1, 2)\n",
    )
    result = lab.run()
    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*scoreboard*")
    assert not (lab.path / ".llmgen").exists()


def test_rng_needs_a_submission(lab: Lab) -> None:
    """Inputs are drawn for a challenge's check; elsewhere the fixture says so."""
    lab.write("test_plain.py", "def test_it(rng):\n    pass\n")
    result = lab.run("--tb=line")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the fixture rng needs a test that also asks for a submission*"])
