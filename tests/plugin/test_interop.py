"""Beside pytest's own plugins and others'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.lab import WITHOUT_OTHERS, scoreboard

if TYPE_CHECKING:
    from support.lab import Lab

ONE = '''\
def test_it(submission):
    """The only check."""
    assert submission.build().call(1) == 2
'''


@pytest.mark.parametrize("plugin", ["cacheprovider", "xdist", "junitxml", "subtests", "html"])
def test_a_run_needs_no_other_plugin(lab: Lab, plugin: str) -> None:
    """Each may be turned off."""
    lab.configure()
    lab.challenge(checks=ONE)
    lab.script(a="2 * x", b="x")
    result = lab.run("-p", f"no:{plugin}", "--llm-model=script/a,script/b")
    result.assert_outcomes(passed=1, failed=1)
    assert lab.verdicts() == ["passed", "wrong_answer"]


def test_a_run_without_a_terminal_is_recorded(lab: Lab, workers: tuple[str, ...]) -> None:
    """Records and reports are written, whoever looks."""
    lab.challenge(checks=ONE)
    lab.script(a="2 * x")
    arguments = ("-p", "no:terminal", "--llm-model=script/a", "--llm-report=json:b.json")
    result = lab.run(*arguments, *workers)
    assert result.stdout.str() == ""
    assert lab.verdicts() == ["passed"]
    assert (lab.path / "b.json").is_file()


def test_last_failed_runs_the_failed_samples_again(lab: Lab, workers: tuple[str, ...]) -> None:
    """Ids are the same in every run; the other samples are not even asked for."""
    lab.configure(f"addopts = --import-mode=importlib {WITHOUT_OTHERS}")
    lab.challenge(checks=ONE)
    lab.script(a="2 * x", b="x", c="x")
    models = "--llm-model=script/a,script/b,script/c"
    lab.run(models, *workers).assert_outcomes(passed=1, failed=2)
    lab.script(a="2 * x", b="2 * x", c="x")
    asked = len(lab.requests())
    result = lab.run(models, "--lf", "--llm-run=second", *workers)
    result.assert_outcomes(passed=1, failed=1)
    assert lab.verdicts("second") == ["passed", "wrong_answer"]
    assert len(lab.requests()) == asked + 2


def test_a_timeout_of_pytest_timeout_is_ours(lab: Lab, workers: tuple[str, ...]) -> None:
    """The model's code has deadlines of its own: what this plugin stops is a check that hangs."""
    checks = '''\
import time


@pytest.mark.timeout(0.5)
def test_it(submission):
    """Hangs for one model."""
    if submission.model == "script/hangs":
        time.sleep(60)
    assert submission.build().call(1) == 2
'''
    lab.challenge(checks=checks)
    lab.script(hangs="2 * x", right="2 * x")
    result = lab.run("--llm-model=script/hangs,script/right", *workers)
    assert lab.verdicts() == ["harness_error", "passed"]
    assert "Timeout (>0.5s) from pytest-timeout" in lab.records()[0]["message"]
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_timeout_while_a_model_is_awaited_is_ours(lab: Lab, workers: tuple[str, ...]) -> None:
    """Fixture time counts for pytest-timeout; the sample after it gets its own answer."""
    lab.challenge(checks=ONE)
    lab.script(slow={"double/s0": {"sleep_s": 60, "text": ""}, "*": "2 * x"})
    models = ("--llm-model=script/slow", "--llm-samples=2")
    result = lab.run(*models, "--timeout=1.5", *workers)
    result.assert_outcomes(passed=1, errors=1)
    assert lab.verdicts() == ["harness_error", "passed"]


def test_pytest_html_shows_every_check(lab: Lab, workers: tuple[str, ...]) -> None:
    """Its report has the verdicts' words and no traceback of ours."""
    lab.configure("addopts = -p no:cacheprovider")
    lab.challenge(checks=ONE)
    lab.script(a="2 * x", b="x", c={"*": {"error": "503"}})
    models = "--llm-model=script/a,script/b,script/c"
    result = lab.run(models, "--html=report.html", "--self-contained-html", *workers)
    result.assert_outcomes(passed=1, failed=1, errors=1)
    html = (lab.path / "report.html").read_text()
    for words in ("test_it[script/a-s0]", "wrong_answer: assert 1 == 2", "backend_error: 503"):
        assert words in html
    assert "pytest_llmgen/" not in html
    assert "script/a" in scoreboard(result.stdout.str())


def test_verbose_and_other_traceback_styles_stay_short(lab: Lab) -> None:
    """Whatever `--tb` asks for: the words are the same."""
    lab.challenge(checks=ONE)
    lab.script(a="x")
    for style in ("short", "long", "native", "line", "auto"):
        text = lab.run("--llm-model=script/a", f"--tb={style}", "-vv", "-l").stdout.str()
        assert "wrong_answer: assert 1 == 2" in text
        assert "Traceback" not in text
        assert "pytest_llmgen/" not in text


def test_help_markers_and_fixtures_describe_themselves(lab: Lab) -> None:
    """`--markers` and `--fixtures` need no challenge and make no run."""
    assert "@pytest.mark.challenge(target, tier, " in lab.run("--markers").stdout.str()
    fixtures = lab.run("--fixtures").stdout.str()
    assert "The code that a model submitted for this challenge" in fixtures
    assert "The source of a check's inputs" in fixtures
    assert not (lab.path / ".llmgen").exists()


def test_quotes_of_a_model_cannot_steer_the_terminal(lab: Lab) -> None:
    """Escape sequences in a reply, a diagnostic or a server's error are shown as text."""
    lab.challenge(checks=ONE)
    lab.script(
        a={"*": {"text": "I refuse \x1b[2J", "finish_reason": "refusal"}},
        b={"*": {"error": "503 \x1b]0;title\x07"}},
    )
    text = lab.run("--llm-model=script/a,script/b", "--color=no").stdout.str()
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "I refuse \\x1b[2J" in text
