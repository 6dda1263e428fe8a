"""Every challenge against every model, and which challenges tell the models apart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.reporting.model_row import count_verdicts
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.runs.record import Record

SHORT = {
    Verdict.PASSED: "pass",
    Verdict.WRONG_ANSWER: "wrong",
    Verdict.BUILD_FAILED: "build",
    Verdict.NO_CODE: "no code",
    Verdict.TRUNCATED: "cut",
    Verdict.REFUSED: "refused",
    Verdict.CRASHED: "crash",
    Verdict.TIMED_OUT: "time",
    Verdict.OUT_OF_MEMORY: "memory",
    Verdict.OUTPUT_FLOOD: "flood",
    Verdict.RULE_BROKEN: "rule",
    Verdict.BACKEND_ERROR: "(server)",
    Verdict.TARGET_UNAVAILABLE: "(target)",
    Verdict.HARNESS_ERROR: "(harness)",
    Verdict.INTERRUPTED: "(stopped)",
}
"""A word for each verdict that fits a table's cell; ours in brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One model on one challenge."""

    samples: int
    """Counted ones."""
    correct: int
    verdicts: Mapping[Verdict, int]
    """Of all samples, ours among them."""
    symbol: str
    """`14/20`, or a word of `SHORT` where samples are not repeated; `-` if there is no sample."""

    @property
    def rate(self) -> float | None:
        """The fraction that is correct; None if no sample counts."""
        return self.correct / self.samples if self.samples else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One challenge, in one target, for every model."""

    label: str
    """`wat/simd/sum`, with ` [target]` after it where the challenge has several."""
    challenge: str
    target: str
    tier: str
    cells: tuple[MatrixCell, ...]
    """In the order of the scoreboard's models."""

    @property
    def differs(self) -> bool:
        """Whether the models that were counted here have different rates."""
        return len({cell.rate for cell in self.cells if cell.samples}) > 1

    @property
    def solvers(self) -> tuple[int, ...]:
        """Positions of the models with a correct sample."""
        return tuple(index for index, cell in enumerate(self.cells) if cell.correct)

    @property
    def tried(self) -> int:
        """Models with a counted sample."""
        return sum(cell.samples > 0 for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Separator:
    """A challenge that only one of at least two counted models solves."""

    label: str
    """Of the matrix row."""
    model: str


def build_matrix(
    records: Sequence[Record], models: Sequence[str], tiers: Sequence[str], *, repeated: bool
) -> tuple[MatrixRow, ...]:
    """Sort records into rows, by tier and then by name.

    Args:
        records: In any order, each sample once.
        models: All that occur, in the order of the cells.
        tiers: All that occur, in the order of the rows.
        repeated: Whether cells show fractions rather than verdicts.
    """
    groups: dict[tuple[str, str], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    targets: dict[str, set[str]] = defaultdict(set)
    for record in records:
        groups[record.challenge, record.target][record.model].append(record)
        targets[record.challenge].add(record.target)
    rows = [
        MatrixRow(
            label=f"{challenge} [{target}]" if len(targets[challenge]) > 1 else challenge,
            challenge=challenge,
            target=target,
            tier=min(record.tier for found in by_model.values() for record in found),
            cells=tuple(_cell(by_model.get(model, []), repeated=repeated) for model in models),
        )
        for (challenge, target), by_model in groups.items()
    ]
    place = {tier: index for index, tier in enumerate(tiers)}
    return tuple(sorted(rows, key=lambda row: (place[row.tier], row.challenge, row.target)))


def find_separators(matrix: Sequence[MatrixRow], models: Sequence[str]) -> tuple[Separator, ...]:
    """Challenges that only one model solves, by model; models without a counted sample are out."""
    found = [
        (row.solvers[0], row.label) for row in matrix if row.tried > 1 and len(row.solvers) == 1
    ]
    found.sort(key=lambda pair: pair[0])
    return tuple(Separator(label=label, model=models[index]) for index, label in found)


def _cell(records: Sequence[Record], *, repeated: bool) -> MatrixCell:
    counted = sum(record.counts for record in records)
    correct = sum(record.correct for record in records)
    verdicts = count_verdicts(records)
    return MatrixCell(
        samples=counted,
        correct=correct,
        verdicts=verdicts,
        symbol=_symbol(verdicts, f"{correct}/{counted}" if repeated and counted else None),
    )


def _symbol(verdicts: Mapping[Verdict, int], fraction: str | None) -> str:
    if not verdicts:
        return "-"
    return fraction or SHORT[max(verdicts, key=lambda verdict: (verdicts[verdict], verdict))]


def is_ours(cell: MatrixCell) -> bool:
    """Whether there are samples, none of which counts."""
    return bool(cell.verdicts) and all(verdict in OURS for verdict in cell.verdicts)
