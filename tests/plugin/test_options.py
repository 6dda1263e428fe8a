"""Options: help, ini keys, which one wins, and one clear line for what cannot be followed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from support.lab import WITHOUT_OTHERS

from pytest_llmgen.backends import register_builtin
from pytest_llmgen.options import OPTIONS
from pytest_llmgen.registry import Registry

if TYPE_CHECKING:
    from support.lab import Lab

PROVIDERS = Registry("provider")
register_builtin(PROVIDERS)
PROVIDERS.add("script", "support.mini:Script")

WRONG = [
    ("--llm-samples=0", "--llm-samples: '0' is not a whole number from 1"),
    ("--llm-samples=many", "--llm-samples: 'many' is not a whole number from 1"),
    ("--llm-samples=", "--llm-samples: '' is not a whole number from 1"),
    ("--llm-attempts=1.5", "--llm-attempts: '1.5' is not a whole number from 1"),
    ("--llm-feedback=all", "--llm-feedback: 'all' is not one of build, trial, none"),
    ("--llm-temperature=-1", "--llm-temperature: '-1' is not a number from 0"),
    ("--llm-temperature=nan", "--llm-temperature: 'nan' is not a number from 0"),
    ("--llm-max-tokens=0", "--llm-max-tokens: '0' is not a whole number from 1"),
    ("--llm-timeout=0", "--llm-timeout: '0' is not a number above 0"),
    ("--llm-timeout=inf", "--llm-timeout: 'inf' is not a number above 0"),
    ("--llm-concurrency=-3", "--llm-concurrency: '-3' is not a whole number from 1"),
    ("--llm-seed=x", "--llm-seed: 'x' is not a whole number"),
    ("--llm-run=a/b", "--llm-run: 'a/b' is not a plain directory name"),
    ("--llm-run=..", "--llm-run: '..' is not a plain directory name"),
    ("--llm-fail-under=101", "--llm-fail-under: '101' is not a percentage from 0 to 100"),
    ("--llm-report=html:x", "--llm-report: 'html:x' is not json:PATH or markdown:PATH"),
    ("--llm-report=json", "--llm-report: 'json' is not json:PATH or markdown:PATH"),
    ("--llm-report=json:challenges", "--llm-report: 'challenges' is a directory; name a file"),
    (
        "--llm-shader-length=guess",
        "--llm-shader-length: 'guess' is not one of strict, check, host",
    ),
    (
        "--llm-target=mimi",
        (
            "target 'mimi' is not registered; did you mean 'mini'? "
            "(registered: cpp, mini, mini2, mlir, python, wat, wgsl)"
        ),
    ),
    (
        "--llm-model=refrence",
        (
            "model 'refrence' is not configured; did you mean 'reference'? Write "
            "provider/name, such as 'ollama/refrence', or a configured name (configured: none)"
        ),
    ),
    (
        "--llm-model=olama/x",
        (
            f"model 'olama/x': provider 'olama' is not registered; did you mean 'ollama'? "
            f"(registered: {', '.join(PROVIDERS)})"
        ),
    ),
]


@pytest.mark.parametrize(("argument", "message"), WRONG)
def test_a_wrong_value_is_one_line_before_anything_runs(
    lab: Lab, argument: str, message: str
) -> None:
    """It says which option, which value, and what would do."""
    lab.challenge()
    result = lab.run(argument)
    assert result.errlines == [f"ERROR: llmgen: {message}", ""]
    assert result.outlines == []
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert not lab.runs


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--llm-samples=0", "--llm-samples: '0' is not a whole number from 1"),
        (
            "--llm-model=openai/gpt-4.1",
            (
                "model 'openai/gpt-4.1': environment variable OPENAI_API_KEY is not set; "
                "set it, or name another with api_key_env"
            ),
        ),
        ("--llm-model=replay/r9", "there is no run 'r9' below {runs} (there: none yet)"),
    ],
)
def test_workers_do_not_even_start_for_a_wrong_value(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, argument: str, message: str
) -> None:
    """The same line, once, with xdist; a missing key and a missing run are such values."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    lab.challenge()
    result = lab.run(argument, "-n", "2")
    expected = message.format(runs=lab.path / ".llmgen" / "runs")
    assert result.errlines == [f"ERROR: llmgen: {expected}", ""]
    assert result.outlines == []
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_provider_that_cannot_be_imported_is_one_line(lab: Lab) -> None:
    """The registration is shown, and what Python says of it."""
    lab.challenge()
    lab.write(
        "conftest.py",
        "def pytest_llmgen_register_backends(registry):\n"
        '    registry.add("zoo", "no_such_package.zoo:Zoo")\n',
    )
    result = lab.run("--llm-model=zoo/ape")
    assert result.errlines == [
        (
            "ERROR: llmgen: provider 'zoo' is registered as 'no_such_package.zoo:Zoo', which "
            "cannot be imported: No module named 'no_such_package'"
        ),
        "",
    ]
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_help_explains_every_option_and_ini_key(lab: Lab) -> None:
    """`--help` shows each with what it takes and its default."""
    result = lab.run("--help")
    text = re.sub(r"\s+", " ", result.stdout.str())
    for option in OPTIONS:
        assert f"{option.flag_name} " in text or f"{option.flag_name}=" in text
        assert text.count(re.sub(r"\s+", " ", option.help)) == 2, option.name
        assert re.search(rf"\b{option.key} \((string|args|bool|int|float)\):", text), option.name
    assert "--llm-feedback=build|trial|none" in text
    assert "--llm-samples=N" in text
    assert result.ret == 0


INI = """\
llm_model = ["script/a", "script/b"]
llm_samples = "2"
llm_attempts = "1"
llm_temperature = "0.5"
llm_max_tokens = "77"
llm_timeout = "9"
llm_seed = "5"
llm_run = "from-ini"
"""


def test_pyproject_sets_options_and_the_command_line_wins(lab: Lab) -> None:
    """Each key of `[tool.pytest.ini_options]` is heeded, unless its option is given."""
    (lab.path / "pytest.ini").unlink()
    lab.write("pyproject.toml", f'[tool.pytest.ini_options]\naddopts = "-q"\n{INI}')
    lab.challenge()
    lab.script(a="2 * x", b="x", c="2 * x")
    lab.run()
    assert lab.verdicts("from-ini") == ["passed"] * 2 + ["wrong_answer"] * 2
    assert {(r["temperature"], r["max_tokens"], r["timeout_s"]) for r in lab.requests()} == {
        (0.5, 77, 9.0)
    }
    assert {record["seed"] for record in lab.records("from-ini")} == {5}
    assert len({request["seed"] for request in lab.requests()}) == 4

    lab.run("--llm-model=script/c", "--llm-samples=1", "--llm-run=given", "--llm-temperature=1")
    (record,) = lab.records("given")
    assert (record["model"], record["seed"]) == ("script/c", 5)
    assert [r["temperature"] for r in lab.requests() if "script/c" in r["key"]] == [1.0]


def test_pytest_ini_sets_options(lab: Lab, workers: tuple[str, ...]) -> None:
    """Lists are words or commas; a flag is true or false."""
    lab.configure(
        f"addopts = -p no:cacheprovider {WITHOUT_OTHERS}",
        "llm_model = script/a, script/b",
        "llm_run = r",
        "llm_self_check = false",
        "llm_target = mini",
    )
    lab.challenge()
    lab.script(a="2 * x", b="x")
    lab.run(*workers)
    assert lab.verdicts("r") == ["passed", "wrong_answer"]


def test_native_toml_sets_options(lab: Lab) -> None:
    """`[tool.pytest]` too, with TOML's own types."""
    (lab.path / "pytest.ini").unlink()
    lab.write(
        "pyproject.toml",
        '[tool.pytest]\naddopts = ["-q"]\nllm_model = ["script/a"]\nllm_run = "r"\n'
        "llm_samples = 2\nllm_self_check = false\nllm_temperature = 0\nllm_seed = 0\n"
        "llm_timeout = 2.5\n",
    )
    lab.challenge()
    lab.script(a="2 * x")
    result = lab.run()
    assert lab.verdicts("r") == ["passed"] * 2
    assert {record["seed"] for record in lab.records()} == {0}
    assert {(r["temperature"], r["timeout_s"]) for r in lab.requests()} == {(0.0, 2.5)}
    assert result.ret == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('llm_samples = "0"', "llm_samples: '0' is not a whole number from 1"),
        (
            'llm_samples = "none"',
            (
                "llm_samples: not a whole number from 1: invalid literal for int() with base 10: "
                "'none'"
            ),
        ),
        ('llm_feedback = "all"', "llm_feedback: 'all' is not one of build, trial, none"),
        ('llm_report = ["html:x"]', "llm_report: 'html:x' is not json:PATH or markdown:PATH"),
        (
            'llm_self_check = "maybe"',
            "llm_self_check: not true or false: invalid truth value 'maybe'",
        ),
    ],
)
def test_a_wrong_ini_value_is_named_by_its_key(lab: Lab, line: str, message: str) -> None:
    """The line names the key as it is written in the file."""
    (lab.path / "pytest.ini").unlink()
    lab.write("pyproject.toml", f"[tool.pytest.ini_options]\n{line}\n")
    lab.challenge()
    result = lab.run()
    assert result.errlines == [f"ERROR: llmgen: {message}", ""]
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_native_toml_value_of_another_type_is_one_line(lab: Lab) -> None:
    """Pytest's words on the type, with the key before them."""
    (lab.path / "pytest.ini").unlink()
    path = lab.write("pyproject.toml", '[tool.pytest]\nllm_samples = "2"\n')
    lab.challenge()
    result = lab.run()
    assert result.errlines == [
        (
            f"ERROR: llmgen: llm_samples: not a whole number from 1: {path}: config option "
            "'llm_samples' expects an int, got str: '2'"
        ),
        "",
    ]
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.llmgen.models.mine]\nmodle = 'x'\n",
            "model 'mine': unknown key 'modle'; did you mean 'model'? ",
        ),
        ("[tool.llmgen.models]\nmine = 3\n", "[tool.llmgen.models] must hold one table per model"),
    ],
)
def test_a_wrong_table_of_models_is_one_line(
    lab: Lab, workers: tuple[str, ...], text: str, message: str
) -> None:
    """Whatever the model: the tables are read before anything runs."""
    lab.write("pyproject.toml", text)
    lab.challenge()
    result = lab.run("--llm-model=mine", *workers)
    assert len(result.errlines) == 2
    assert message in result.errlines[0]
    assert result.outlines == []
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_configured_model_is_asked_with_its_parameters(lab: Lab) -> None:
    """A table's name stands for its provider and name, in the item's id too."""
    lab.write(
        "pyproject.toml",
        "[tool.llmgen.models.mine]\nmodel = 'script/a'\nvram_gb = 4.5\nmax_concurrency = 1\n",
    )
    lab.challenge()
    lab.script(a="2 * x")
    result = lab.run("--llm-model=mine", "-v")
    result.stdout.fnmatch_lines(["*::test_small?mine-s0? PASSED*", "*4.5*"])
    description = json.loads((lab.runs[-1] / "run.json").read_text())
    assert description["models"] == [
        {"name": "mine", "size_gb": None, "vram_gb": 4.5, "prompt": "chat", "few_shot": {}}
    ]


def test_models_may_be_repeated_and_listed_and_count_once(lab: Lab) -> None:
    """Comma lists and repetition mean the same."""
    lab.challenge()
    lab.script(a="2 * x", b="2 * x")
    lab.run("--llm-model=script/b, script/a", "--llm-model=script/b,,reference")
    assert [record["model"] for record in lab.records()] == ["reference", "script/a", "script/b"]


def test_a_report_that_cannot_be_written_is_said_and_fails_the_run(lab: Lab) -> None:
    """The run's work is not lost over it: the scoreboard is shown all the same."""
    lab.challenge()
    lab.write("taken", "a file, not a directory")
    result = lab.run("--llm-report=json:taken/board.json")
    result.stdout.fnmatch_lines(
        ["*= scoreboard =*", "llmgen: the report json:taken/board.json was not written: *"]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert lab.verdicts() == ["passed"]
