"""The reference pages list what there is: no more, no less.

After a change of the source, write the generated parts anew with

    LLMGEN_WRITE_DOCS=1 .venv/bin/pytest tests/docs/test_reference.py
"""

from __future__ import annotations

import dataclasses
import os
import re
from typing import TYPE_CHECKING

import pytest
from docs.generated import PARTS
from docs.pages import PAGES, ROOT, generated_parts, page_id, with_generated_part

from pytest_llmgen import __all__ as public_names
from pytest_llmgen.backends.model_table import _KEYS
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.challenge import Limits
from pytest_llmgen.engine.plan import Solution
from pytest_llmgen.errors import SubmissionError
from pytest_llmgen.generation import SampleKey
from pytest_llmgen.junit import sample_properties
from pytest_llmgen.runs.flight import FlightResult
from pytest_llmgen.runs.record import Attempt, CheckResult, LengthError, Record
from pytest_llmgen.targets.wasm_module import WasmArray, WasmModule
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from pathlib import Path

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_generated_parts_are_those_of_the_source(page: Path) -> None:
    """What is made from the source was made from this source."""
    text = written = page.read_text(encoding="utf-8")
    for name in generated_parts(text):
        written = with_generated_part(written, name, PARTS[name]())
    if os.environ.get("LLMGEN_WRITE_DOCS"):
        page.write_text(written, encoding="utf-8")
    else:
        assert text == written, "see the module: how to write the generated parts anew"


def test_every_generated_part_has_a_place() -> None:
    """None is made for nothing."""
    found = [name for page in PAGES for name in generated_parts(page.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(PARTS)


def _keys(page: Path, heading: str) -> list[str]:
    """The first column, in backticks, of the table below a heading."""
    text = page.read_text(encoding="utf-8")
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", section, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def _fields(kind: type) -> list[str]:
    assert dataclasses.is_dataclass(kind)
    return [field.name for field in dataclasses.fields(kind)]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("A record", Record),
        ("A check", CheckResult),
        ("An attempt", Attempt),
        ("A length error", LengthError),
        ("A flight", FlightResult),
    ],
)
def test_record_format_lists_all_fields(heading: str, kind: type) -> None:
    """Each part of a record has a table of exactly its fields, in their order."""
    found = _keys(REFERENCE / "record-format.md", heading)
    assert [name for name in found if name != "format"] == _fields(kind)


def test_models_page_lists_all_keys() -> None:
    """The table of a model's keys is the one that is checked."""
    assert _keys(REFERENCE / "models.md", "Keys") == list(_KEYS)
    assert set(_KEYS) <= set(_fields(ModelSpec))


def test_verdicts_page_lists_all_verdicts() -> None:
    """The closed set, in its two halves."""
    page = ROOT / "docs" / "explanation" / "verdicts.md"
    assert _keys(page, "The model's") == [verdict.value for verdict in Verdict if verdict.counts]
    assert _keys(page, "Ours") == [verdict.value for verdict in Verdict if verdict in OURS]


def test_checks_page_lists_all_public_names() -> None:
    """Whatever can be imported from the package is explained."""
    text = (REFERENCE / "checks.md").read_text(encoding="utf-8")
    assert {name for name in public_names if f"`{name}" not in text} == set()
    assert _keys(REFERENCE / "checks.md", "Limits") == _fields(Limits)
    for error in SubmissionError.__subclasses__():
        assert f"`{error.__name__}`" in text


@pytest.mark.parametrize("kind", [WasmModule, WasmArray])
def test_checks_page_lists_all_members(kind: type) -> None:
    """Every public member of what checks call is explained, but for those of the plugin."""
    internal = {"final_fault", "close", "close_one", "module"}
    public = {name for name in dir(kind) if not name.startswith("_")} - internal
    text = (REFERENCE / "checks.md").read_text(encoding="utf-8")
    assert {name for name in public if not re.search(rf"`\.{name}\b", text)} == set()


def test_ci_page_lists_all_properties_of_a_testcase() -> None:
    """The JUnit properties are those that are written."""
    attempt = Attempt(outcome="built", seconds=1.0, completion_tokens=1)
    key = SampleKey(model="m", challenge="c", target="wat", sample=0)
    solution = Solution(key=key, source="", failure=None, attempts=(attempt,), folder="")
    written = [name for name, _ in sample_properties(solution, "scalar")]
    assert _keys(ROOT / "docs" / "how-to" / "run-in-ci.md", "JUnit") == [*written, "llm_verdict"]
