"""JUnit files: what they say of samples, and that they are valid where pytest's own are.

Pytest writes two families. Jenkins publishes a schema; it allows properties of a testsuite only.

- `xunit2`, pytest's default, is meant to be valid under that schema. Pytest writes a testcase's
  properties all the same, if there are any, and warns that this breaks the schema. So this plugin
  leaves them out, and makes each sample a property of the testsuite: the file is valid.
- `xunit1` and `legacy` are not valid under it even without properties, since pytest adds a
  testcase's `file` and `line`. Readers of that family take properties, so they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from support import junit_schema

if TYPE_CHECKING:
    from support.lab import Lab

CHECKS = '''\
def test_it(submission):
    """The first check."""
    assert submission.build().call(1) == 2


def test_other(submission, subtests):
    """The second, with subtests."""
    with subtests.test(x=2):
        assert submission.build().call(2) == 4
'''
COUNTED = {"prompt_tokens": 11, "completion_tokens": 7}


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    """What Jenkins publishes."""
    path = junit_schema.schema_path()
    if not path.is_file():
        pytest.skip(junit_schema.MISSING)
    return xmlschema.XMLSchema(path)


def write_junit(lab: Lab, *arguments: str) -> ET.Element:
    """Run samples that end in many ways; the root of the file."""
    lab.challenge(checks=CHECKS)
    lab.script(
        good={"*": {"text": "```mini\n2 * x\n```", **COUNTED}},
        wrong="x\n",
        broken={"*": {"text": "```mini\n2 * <&\n```", **COUNTED}},
        down={"*": {"error": "503 <b>\x1b[31mno</b>"}},
        ours="{}['no such key']",
    )
    names = ["good", "wrong", "broken", "down", "ours"]
    models = ",".join(f"script/{name}" for name in names)
    lab.run(f"--llm-model={models}", "--junitxml=junit.xml", *arguments)
    return ET.parse(lab.path / "junit.xml").getroot()


def properties(element: ET.Element | None) -> dict[str, str]:
    """The properties right below an element."""
    assert element is not None
    return {p.get("name", ""): p.get("value", "") for p in element.findall("properties/property")}


def test_the_default_family_is_valid_and_tells_samples_in_the_suite(
    lab: Lab, workers: tuple[str, ...], schema: xmlschema.XMLSchema
) -> None:
    """A property of the suite for each sample, and the scoreboard's figures for each model."""
    root = write_junit(lab, *workers)
    schema.validate(lab.path / "junit.xml")
    assert not root.findall("testsuite/testcase/properties")
    found = properties(root.find("testsuite"))
    challenge = "mini/basic/double mini s0"
    assert found[f"llm.sample.script/good {challenge}"] == (
        "verdict=passed tier=basic attempts=1 completion_tokens=7 generation_seconds=0.250"
    )
    assert found[f"llm.sample.script/broken {challenge}"] == (
        "verdict=build_failed tier=basic attempts=3 completion_tokens=21 generation_seconds=0.750"
    )
    assert found[f"llm.sample.script/down {challenge}"] == (
        "verdict=backend_error tier=basic attempts=1"
    )
    assert {name: value for name, value in found.items() if name.startswith("llm.script/")} == {
        f"llm.script/{model}.{name}": value
        for model, figures in {
            "good": ("1", "1", "1", "100.0"),
            "wrong": ("1", "1", "0", "0.0"),
            "broken": ("1", "0", "0", "0.0"),
            "down": ("0", "0", "0"),
            "ours": ("0", "0", "0"),
        }.items()
        for name, value in zip(
            ("samples", "built", "correct", "score_percent"), figures, strict=False
        )
    }


def test_an_older_family_tells_samples_in_their_testcases(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """Readable names; verdict, model, tier, attempts, tokens and seconds as properties."""
    root = write_junit(lab, "-o", "junit_family=xunit1", *workers)
    cases = {case.get("name", ""): case for case in root.iter("testcase")}
    assert sorted(cases) == sorted(
        f"test_{check}[script/{model}-s0]"
        for check in ("it", "other")
        for model in ("good", "wrong", "broken", "down", "ours")
    )
    case = cases["test_it[script/broken-s0]"]
    assert case.get("classname") == "challenges.mini.basic.double.test_double"
    assert properties(case) == {
        "llm_model": "script/broken",
        "llm_challenge": "mini/basic/double",
        "llm_target": "mini",
        "llm_tier": "basic",
        "llm_sample": "0",
        "llm_attempts": "3",
        "llm_completion_tokens": "21",
        "llm_generation_seconds": "0.750",
        "llm_verdict": "build_failed",
    }
    verdicts = {name: properties(case)["llm_verdict"] for name, case in cases.items()}
    assert verdicts["test_it[script/good-s0]"] == "passed"
    assert verdicts["test_other[script/wrong-s0]"] == "wrong_answer"
    assert verdicts["test_it[script/down-s0]"] == "backend_error"
    assert verdicts["test_it[script/ours-s0]"] == "harness_error"
    assert "llm.script/good.correct" in properties(root.find("testsuite"))


def test_a_failure_is_told_by_its_verdict_first(lab: Lab) -> None:
    """The message is one that a reader of the file sees in a list."""
    root = write_junit(lab)
    cases = {case.get("name", ""): case for case in root.iter("testcase")}
    wrong = cases["test_it[script/wrong-s0]"].find("failure")
    assert wrong is not None
    assert wrong.get("message", "").startswith("wrong_answer: assert 1 == 2")
    assert "\nsample: .llmgen/runs/" in (wrong.text or "")
    down = cases["test_it[script/down-s0]"].find("error")
    assert down is not None
    assert down.get("message") == 'failed on setup with "backend_error: 503 <b>\\x1b[31mno</b>"'


def test_the_older_family_is_not_valid_with_or_without_us(
    lab: Lab, schema: xmlschema.XMLSchema
) -> None:
    """Which is why properties cost nothing there; this test says when that changes."""
    lab.write("test_plain.py", "def test_it():\n    pass\n")
    lab.run("--junitxml=junit.xml", "-o", "junit_family=xunit1", "test_plain.py")
    errors = list(schema.iter_errors(lab.path / "junit.xml"))
    assert {error.reason for error in errors} == {
        "'file' attribute not allowed for element",
        "'line' attribute not allowed for element",
    }


def test_other_properties_stay_where_they_are(lab: Lab) -> None:
    """Only ours are left out of a testcase."""
    lab.challenge(
        checks='''\
def test_it(submission, request):
    """With a property of the author's own."""
    request.node.user_properties.append(("author", "me"))
    assert submission.build().call(1) == 2
'''
    )
    lab.run("--junitxml=junit.xml")
    root = ET.parse(lab.path / "junit.xml").getroot()
    assert properties(root.find("testsuite/testcase")) == {"author": "me"}
