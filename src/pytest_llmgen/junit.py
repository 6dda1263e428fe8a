"""What a JUnit file says of a run, through pytest's own support for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from pytest_llmgen.engine.plan import Solution
    from pytest_llmgen.reporting.scoreboard import Scoreboard


def sample_properties(solution: Solution, tier: str) -> list[tuple[str, object]]:
    """Properties of a testcase, known before the check runs; its verdict is added at the end."""
    key = solution.key
    attempts = solution.attempts
    properties: list[tuple[str, object]] = [
        ("llm_model", key.model),
        ("llm_challenge", key.challenge),
        ("llm_target", key.target),
        ("llm_tier", tier),
        ("llm_sample", key.sample),
        ("llm_attempts", len(attempts)),
    ]
    tokens = [attempt.completion_tokens for attempt in attempts if attempt.completion_tokens]
    seconds = [attempt.seconds for attempt in attempts if attempt.seconds is not None]
    if tokens:
        properties.append(("llm_completion_tokens", sum(tokens)))
    if seconds:
        properties.append(("llm_generation_seconds", f"{sum(seconds):.3f}"))
    return properties


def add_suite_properties(config: pytest.Config, scoreboard: Scoreboard) -> None:
    """Put the scoreboard's main figures into the testsuite's properties, if a file is written."""
    from _pytest.junitxml import xml_key  # noqa: PLC0415 - pytest offers only a fixture

    xml = config.stash.get(xml_key, None)
    if xml is None:
        return
    for row in scoreboard.models:
        prefix = f"llm.{row.model}"
        for name in ("samples", "built", "correct"):
            xml.add_global_property(f"{prefix}.{name}", getattr(row, name))
        xml.add_global_property(f"{prefix}.score_percent", f"{row.score_percent or 0.0:.1f}")
