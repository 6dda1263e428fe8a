"""What a JUnit file says of a run, through pytest's own support for it.

Testcases carry properties where the format allows that: in pytest's families `xunit1` and `legacy`.
The schema of `xunit2`, pytest's default, allows properties of a whole suite only, so that there
each sample is one of those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from pytest_llmgen.engine.plan import Solution
    from pytest_llmgen.reporting.scoreboard import Scoreboard
    from pytest_llmgen.runs.record import Attempt, Record

PREFIX = "llm_"
"""Of the names of our properties of a testcase."""


def breaks_schema(config: pytest.Config) -> bool:
    """Whether properties of a testcase would make the JUnit file that is asked for invalid."""
    path = getattr(config.option, "xmlpath", None)
    return path is not None and config.getini("junit_family") == "xunit2"


def sample_properties(solution: Solution, tier: str) -> list[tuple[str, object]]:
    """Properties of a testcase, known before the check runs; its verdict is added at the end."""
    key = solution.key
    facts: dict[str, object] = {
        "model": key.model,
        "challenge": key.challenge,
        "target": key.target,
        "tier": tier,
        "sample": key.sample,
        **_spent(solution.attempts),
    }
    return [(f"{PREFIX}{name}", value) for name, value in facts.items()]


def _spent(attempts: tuple[Attempt, ...]) -> dict[str, object]:
    """What a sample's generations took, as far as it is known."""
    spent: dict[str, object] = {"attempts": len(attempts)}
    tokens = [attempt.completion_tokens for attempt in attempts if attempt.completion_tokens]
    seconds = [attempt.seconds for attempt in attempts if attempt.seconds is not None]
    if tokens:
        spent["completion_tokens"] = sum(tokens)
    if seconds:
        spent["generation_seconds"] = f"{sum(seconds):.3f}"
    return spent


def add_suite_properties(
    config: pytest.Config, scoreboard: Scoreboard, records: Iterable[Record]
) -> None:
    """Put the scoreboard's main figures into the suite's properties, if a file is written."""
    from _pytest.junitxml import xml_key  # noqa: PLC0415 - pytest offers only a fixture

    xml = config.stash.get(xml_key, None)
    if xml is None:
        return
    for row in scoreboard.models:
        for name in ("samples", "built", "correct"):
            xml.add_global_property(f"llm.{row.model}.{name}", getattr(row, name))
        if row.score_percent is not None:
            xml.add_global_property(f"llm.{row.model}.score_percent", f"{row.score_percent:.1f}")
    if breaks_schema(config):
        for record in records:
            xml.add_global_property(f"llm.sample.{record.key}", _in_one_line(record))


def _in_one_line(record: Record) -> str:
    facts = {"verdict": record.verdict, "tier": record.tier, **_spent(record.attempts)}
    return " ".join(f"{name}={value}" for name, value in facts.items())
