"""A server that is down, told once and not once for each check that it failed."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.reporting.quantities import plural
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pytest

    from pytest_llmgen.generation import SampleKey

MOST_LINES = 20
"""Different errors that are told; samples with others are counted."""


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why a model gave no answer."""

    model: str
    message: str


@contextlib.contextmanager
def told_once(
    reporter: pytest.TerminalReporter, sample_of: Callable[[str], SampleKey | None]
) -> Iterator[None]:
    """While pytest sums up, keep from it what failed many checks; then show a line for each cause.

    Args:
        reporter: Pytest's own.
        sample_of: The sample that a test checks, by its node id.
    """
    reports: list[Any] = reporter.stats.get("error", [])
    met: defaultdict[_Cause, list[tuple[int, SampleKey]]] = defaultdict(list)
    for index, report in enumerate(reports):
        key, message = sample_of(report.nodeid), _unanswered(report)
        if key is not None and message is not None:
            met[_Cause(key.model, message)].append((index, key))
    repeated = {cause: where for cause, where in met.items() if len(where) > 1}
    if not repeated:
        yield
        return
    told = {index for where in repeated.values() for index, _ in where}
    reporter.stats["error"] = [report for index, report in enumerate(reports) if index not in told]
    try:
        yield
    finally:
        reporter.stats["error"] = reports  # counted all the same
    reporter.write_sep("=", "not answered")
    for line in _lines({cause: [key for _, key in where] for cause, where in repeated.items()}):
        reporter.write_line(line)


def _unanswered(report: Any) -> str | None:
    """What a server's failure to answer says; None for another error."""
    facts = getattr(report, "llmgen", None)
    if facts is None or facts["check"]["verdict"] != Verdict.BACKEND_ERROR:
        return None
    return str(facts["check"]["message"])


def _lines(met: dict[_Cause, list[SampleKey]]) -> list[str]:
    """A line for each cause, those that most checks met first."""
    ordered = sorted(met.items(), key=lambda item: -len(item[1]))
    lines = [_line(cause, keys) for cause, keys in ordered[:MOST_LINES]]
    if others := {key for _, keys in ordered[MOST_LINES:] for key in keys}:
        lines.append(f"and {plural(len(others), 'sample')} with other errors")
    return lines


def _line(cause: _Cause, keys: Sequence[SampleKey]) -> str:
    samples = len(set(keys))
    who = str(keys[0]) if samples == 1 else f"{cause.model}: {plural(samples, 'sample')}"
    return f"{who} ({plural(len(keys), 'check')}): {cause.message}"
