"""What a report shows of a scoreboard, section by section, before it is laid out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pytest_llmgen.reporting import quantities as q
from pytest_llmgen.reporting.matrix import SHORT, MatrixCell, MatrixRow, is_ours
from pytest_llmgen.reporting.table import Cell, Column, Section, Table, Tone, rate_tone
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from pytest_llmgen.reporting.model_row import ModelRow
    from pytest_llmgen.reporting.scoreboard import Scoreboard


def models_section(board: Scoreboard) -> Section:
    """The main table: one row a model, best first."""
    return Section(title=_summary(board), table=_by_model(board, _model_columns(board)))


def samples_section(board: Scoreboard) -> Section:
    """pass@k and intervals, for repeated samples."""
    draws = sorted({k for row in board.models for k in row.pass_at_k})
    columns = [
        _column(board, "Correct", lambda row: q.percent(row.correct_percent)),
        _interval_column(board),
        *(_column(board, f"pass@{k}", partial(_pass_at, k)) for k in draws),
    ]
    lines = (
        "The interval is for these challenges, sampled again; it says nothing of other challenges.",
    )
    return Section(title="Repeated samples", table=_by_model(board, columns), lines=lines)


def tiers_section(board: Scoreboard) -> Section:
    """Built and correct, in a group of two columns for each tier."""
    columns = [
        column
        for table in board.tiers
        for column in (
            Column(
                title="Built",
                cells=tuple(_fraction(row.built, row.samples) for row in table.rows),
                group=table.tier,
            ),
            Column(
                title="Correct",
                cells=tuple(_fraction(row.correct, row.samples) for row in table.rows),
                group=table.tier,
            ),
        )
    ]
    return Section(title="Tiers", table=_by_model(board, columns))


def verdicts_section(board: Scoreboard) -> Section:
    """How the counted samples ended, with a column for each verdict that occurs."""
    present = {verdict for row in board.models for verdict in row.verdicts}
    columns = [
        _column(board, SHORT[verdict], partial(_ended, verdict))
        for verdict in Verdict
        if verdict in present
    ]
    table = _by_model(board, columns)
    return Section(title="How samples ended", table=table, lines=_legend(present))


def matrix_section(
    board: Scoreboard,
    rows: Sequence[MatrixRow],
    *,
    titles: Sequence[str],
    key: Sequence[str] = (),
    lines: Sequence[str] = (),
) -> Section:
    """Challenges against models.

    Args:
        board: Where the rows are from.
        rows: Those to show.
        titles: One for each model.
        key: What the titles stand for.
        lines: What is left out.
    """
    shown = {
        verdict
        for row in rows
        for cell in row.cells
        for verdict in cell.verdicts
        if cell.symbol == SHORT[verdict]
    }
    columns = tuple(
        Column(
            title=title,
            cells=tuple(matrix_cell(row.cells[index]) for row in rows),
            left=not board.repeated,
        )
        for index, title in enumerate(titles)
    )
    table = Table(heading="Challenge", names=tuple(row.label for row in rows), columns=columns)
    return Section(
        title="Challenges",
        key=tuple(key) if rows else (),
        table=table if rows else None,
        lines=(*_legend(shown), *lines),
    )


def matrix_cell(cell: MatrixCell) -> Cell:
    """A cell's symbol and what it says."""
    if is_ours(cell):
        return Cell(cell.symbol, Tone.ASIDE)
    return Cell(cell.symbol, rate_tone(cell.correct, cell.samples))


def failures_section(board: Scoreboard, most: int) -> Section:
    """For a single model: the challenges on which not every counted sample was correct."""
    failed = [row for row in board.matrix if row.cells[0].correct < row.cells[0].samples]
    if not any(row.cells[0].samples for row in board.matrix):
        return Section(title="Challenges", lines=("No sample counts.",))
    if not failed:
        return Section(title="Challenges", lines=("Every counted sample is correct.",))
    shown = failed[:most]
    columns = [
        Column(title="How it ended", cells=tuple(_ending(row) for row in shown), left=True),
    ]
    if board.repeated:
        fractions = tuple(matrix_cell(row.cells[0]) for row in shown)
        columns.insert(0, Column(title="Correct", cells=fractions))
    table = Table(
        heading="Challenge", names=tuple(row.label for row in shown), columns=tuple(columns)
    )
    left_out = len(failed) - len(shown)
    lines = (f"left out: {q.plural(left_out, 'challenge')}; {WHERE}.",) if left_out else ()
    title = f"Failed: {len(failed)} of {q.plural(len(board.matrix), 'challenge')}"
    return Section(title=title, table=table, lines=lines)


WHERE = "the whole table: --llm-report=markdown:PATH"
"""Ends a sentence about what a terminal does not show."""


def separators_section(board: Scoreboard, most: int) -> Section:
    """What separates the models: challenges that one or none solves, so many names of each."""
    lines = []
    for model in board.models:
        own = [found.label for found in board.separators if found.model == model.model]
        if own:
            lines.append(f"only {model.model} solves: {_listed(own, most)}")
    if board.unsolved:
        lines.append(f"no model solves: {_listed(board.unsolved, most)}")
    return Section(title="What separates the models", lines=tuple(lines))


def lengths_section(board: Scoreboard) -> Section:
    """Strict results and those with mended shader lengths, over the tiers where one was wrong."""
    tables = [table for table in board.tiers if table.has_length_errors]
    strict, mended, wrong = [], [], []
    for rows in zip(*(table.rows for table in tables), strict=True):
        samples = sum(row.samples for row in rows)
        strict.append(_fraction(sum(row.correct for row in rows), samples))
        mended.append(_fraction(sum(row.correct_with_fixup for row in rows), samples))
        wrong.append(Cell(str(sum(row.length_errors for row in rows)) if samples else q.NOTHING))
    columns = (
        Column(title="Strict", cells=tuple(strict)),
        Column(title="With host's fix-up", cells=tuple(mended)),
        Column(title="Wrong byte lengths", cells=tuple(wrong)),
    )
    title = f"Shader byte lengths ({', '.join(table.tier for table in tables)})"
    return Section(title=title, table=_by_model(board, columns))


def left_out_section(board: Scoreboard) -> Section:
    """Our own errors, apart: they count neither for nor against a model."""
    lines = [
        f"{row.model}: " + ", ".join(f"{count} {verdict}" for verdict, count in row.ours.items())
        for row in board.models
        if row.ours
    ]
    return Section(title="Left out of every rate: our errors, not the model's", lines=tuple(lines))


def notes_section(board: Scoreboard) -> Section:
    """Sentences that keep a reader from a wrong conclusion."""
    return Section(title="Notes", lines=board.notes)


def _summary(board: Scoreboard) -> str:
    counted = sum(row.samples for row in board.models)
    total = counted + sum(row.left_out for row in board.models)
    samples = q.plural(total, "sample")
    if counted < total:
        samples += f", {counted} of them counted"
    challenges = q.plural(len(board.matrix), "challenge")
    return f"{q.plural(len(board.models), 'model')}, {challenges}, {samples}"


def _model_columns(board: Scoreboard) -> list[Column]:
    columns = [
        _column(board, "Size", lambda row: q.gigabytes(row.size_gb), rank=2),
        _column(board, "VRAM", lambda row: q.gigabytes(row.vram_gb), rank=8),
        _rated(board, "Built", lambda row: _fraction(row.built, row.samples)),
        _rated(board, "Correct", lambda row: _fraction(row.correct, row.samples)),
        _rated(board, "Score", _score),
        _column(board, "Time", lambda row: q.duration(row.seconds), rank=1),
        _column(board, "Tries", lambda row: q.ratio(row.attempts_per_sample), rank=5),
        _column(board, "Tokens in", lambda row: q.count(row.prompt_tokens), rank=7),
        _column(board, "out", lambda row: q.count(row.completion_tokens), rank=7),
        _column(board, "Tok/s", lambda row: q.speed(row.tokens_per_s), rank=4),
        _column(board, "Cost", lambda row: q.dollars(row.cost_usd), rank=3),
    ]
    if not board.repeated:
        columns.insert(4, _interval_column(board, rank=6))
    return [column for column in columns if not (column.rank and column.is_empty)]


def _interval_column(board: Scoreboard, rank: int = 0) -> Column:
    def shown(row: ModelRow) -> str:
        return q.interval(row.interval) if row.samples else q.NOTHING

    return _column(board, "95% interval", shown, rank=rank)


def _column(
    board: Scoreboard, title: str, text: Callable[[ModelRow], str], rank: int = 0
) -> Column:
    return Column(title=title, cells=tuple(Cell(text(row)) for row in board.models), rank=rank)


def _rated(board: Scoreboard, title: str, cell: Callable[[ModelRow], Cell]) -> Column:
    return Column(title=title, cells=tuple(map(cell, board.models)))


def _by_model(board: Scoreboard, columns: Iterable[Column]) -> Table:
    names = tuple(row.model for row in board.models)
    return Table(heading="Model", names=names, columns=tuple(columns))


def _fraction(part: int, whole: int) -> Cell:
    return Cell(q.fraction(part, whole), rate_tone(part, whole))


def _score(row: ModelRow) -> Cell:
    tone = None if row.score_percent is None else rate_tone(row.score_percent, 100)
    return Cell(q.percent(row.score_percent), tone)


def _pass_at(k: int, row: ModelRow) -> str:
    return q.percent(100 * row.pass_at_k[k]) if k in row.pass_at_k else q.NOTHING


def _ended(verdict: Verdict, row: ModelRow) -> str:
    return str(row.verdicts.get(verdict, 0))


def _ending(row: MatrixRow) -> Cell:
    """The model's verdicts but for passes; counted where samples are repeated."""
    counts = {
        verdict: count
        for verdict, count in row.cells[0].verdicts.items()
        if verdict not in OURS and verdict is not Verdict.PASSED
    }
    words = [
        f"{count} {_words(verdict)}" if row.cells[0].samples > 1 else _words(verdict)
        for verdict, count in counts.items()
    ]
    return Cell(", ".join(words), Tone.BAD if not row.cells[0].correct else Tone.FAIR)


def _legend(verdicts: Collection[Verdict]) -> tuple[str, ...]:
    """What short words stand for, unless they are how the long ones begin."""
    words = [
        f"{SHORT[verdict]} = {_words(verdict)}"
        for verdict in Verdict
        if verdict in verdicts and not _words(verdict).startswith(SHORT[verdict])
    ]
    return (", ".join(words),) if words else ()


def _words(verdict: Verdict) -> str:
    return verdict.replace("_", " ")


def _listed(names: Sequence[str], most: int) -> str:
    left_out = len(names) - most
    if left_out <= 0:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {left_out} more"
