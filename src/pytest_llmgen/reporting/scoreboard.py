"""Records, aggregated: what every report shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.reporting.flights import FlownModel, build_flights
from pytest_llmgen.reporting.matrix import MatrixRow, Separator, build_matrix, find_separators
from pytest_llmgen.reporting.model_row import ModelFacts, ModelRow, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_llmgen.runs.record import Record

__all__ = ["ModelFacts", "ModelRow", "Scoreboard", "TierRow", "TierTable", "build_scoreboard"]

TIERS = ("scalar", "simd", "gpu")
"""From one lane to many. Tiers of other names follow, in the order of their first challenge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """One model in one tier, over its counted samples."""

    model: str
    samples: int
    built: int
    correct: int
    length_errors: int
    """Samples that passed a wrong shader length."""
    correct_with_fixup: int
    """Samples that are correct once the host mends the shader's length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTable:
    """One tier: a row for every model of the scoreboard, in its order."""

    tier: str
    challenges: int
    """A challenge counts once for each of its targets."""
    rows: tuple[TierRow, ...]

    @property
    def has_length_errors(self) -> bool:
        """Whether any counted sample passed a wrong shader length."""
        return any(row.length_errors for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoreboard:
    """What a run says of its models."""

    models: tuple[ModelRow, ...]
    """Best first."""
    tiers: tuple[TierTable, ...]
    matrix: tuple[MatrixRow, ...]
    separators: tuple[Separator, ...]
    unsolved: tuple[str, ...]
    """Labels of the rows that two or more models were counted on and none solved."""
    repeated: bool
    """Whether some model was sampled more than once on a challenge."""
    flights: tuple[FlownModel, ...]
    """Of the models that were asked for something that flies, in their order."""
    notes: tuple[str, ...]
    """Sentences that keep a reader from a wrong conclusion."""

    @property
    def has_length_errors(self) -> bool:
        """Whether any counted sample passed a wrong shader length."""
        return any(table.has_length_errors for table in self.tiers)


def build_scoreboard(
    records: Iterable[Record],
    models: Sequence[ModelFacts] = (),
) -> Scoreboard:
    """Aggregate records; the result does not depend on their order.

    Args:
        records: Each sample once, as a run's directory gives them.
        models: Facts to show beside the results; a model without records gets no row.
    """
    found = list(records)
    by_model: dict[str, list[Record]] = defaultdict(list)
    for record in found:
        by_model[record.model].append(record)
    facts = {known.name: known for known in models}
    rows = [
        summarize(own, facts.get(name, ModelFacts(name=name))) for name, own in by_model.items()
    ]
    rows.sort(key=lambda row: row.rank)
    names = [row.model for row in rows]
    tiers = _order_tiers(found)
    cells = {(record.model, record.challenge, record.target) for record in found}
    repeated = len(cells) < len(found)
    matrix = build_matrix(found, names, tiers, repeated=repeated)
    return Scoreboard(
        models=tuple(rows),
        tiers=_tier_tables(found, names, tiers),
        matrix=matrix,
        separators=find_separators(matrix, names),
        unsolved=tuple(row.label for row in matrix if row.tried > 1 and not row.solvers),
        repeated=repeated,
        flights=build_flights(
            found, rows, {(row.challenge, row.target): row.label for row in matrix}
        ),
        notes=tuple(_notes(rows, matrix)),
    )


def _order_tiers(records: Iterable[Record]) -> list[str]:
    first: dict[str, str] = {}
    for record in records:
        first[record.tier] = min(first.get(record.tier, record.challenge), record.challenge)
    known = [tier for tier in TIERS if tier in first]
    others = sorted((challenge, tier) for tier, challenge in first.items() if tier not in TIERS)
    return known + [tier for _, tier in others]


def _tier_tables(
    records: Iterable[Record], models: Sequence[str], tiers: Sequence[str]
) -> tuple[TierTable, ...]:
    groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
    challenges: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for record in records:
        challenges[record.tier].add((record.challenge, record.target))
        if record.counts:
            groups[record.tier, record.model].append(record)
    return tuple(
        TierTable(
            tier=tier,
            challenges=len(challenges[tier]),
            rows=tuple(_tier_row(model, groups.get((tier, model), [])) for model in models),
        )
        for tier in tiers
    )


def _tier_row(model: str, counted: Sequence[Record]) -> TierRow:
    return TierRow(
        model=model,
        samples=len(counted),
        built=sum(record.built for record in counted),
        correct=sum(record.correct for record in counted),
        length_errors=sum(record.length_error is not None for record in counted),
        correct_with_fixup=sum(record.correct or record.correct_with_fixup for record in counted),
    )


def _notes(models: Sequence[ModelRow], matrix: Sequence[MatrixRow]) -> Iterable[str]:
    silent = [row.model for row in models if not row.samples]
    if silent:
        yield f"No sample of {', '.join(silent)} counts: there is no rate for it."
    if any(len({cell.samples for cell in row.cells}) > 1 for row in matrix):
        counts = sorted(row.samples for row in models)
        span = f"{counts[0]} to {counts[-1]}" if counts[0] < counts[-1] else str(counts[0])
        yield (
            f"The models were not counted on the same samples ({span} each): their rates are not "
            "of the same work."
        )
    columns = zip(*(row.cells for row in matrix), strict=True)
    if any(len({cell.samples for cell in cells if cell.samples > 0}) > 1 for cells in columns):
        yield (
            "Some challenges have fewer counted samples than others: Correct and Score weigh "
            "samples alike, pass@k weighs challenges alike."
        )
