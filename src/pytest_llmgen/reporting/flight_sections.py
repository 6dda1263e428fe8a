"""What a report shows of the flights of a run: one table of models, and one for each model."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from pytest_llmgen.reporting import quantities as q
from pytest_llmgen.reporting.flights import compact, words_of
from pytest_llmgen.reporting.table import Cell, Column, Section, Table, Tone, rate_tone
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_llmgen.reporting.flights import FlownChallenge, FlownModel, FlownSamples
    from pytest_llmgen.reporting.scoreboard import Scoreboard

F = TypeVar("F", bound="FlownSamples")

_FLOWN = frozenset({"trial_failed", Verdict.WRONG_ANSWER})
"""How an attempt or a sample ends whose flights went wrong."""
KEY = (
    "Latency: of one answer, in the mean. Verified: the last attempt's source. Landed: passed, "
    "every flight soft. Worst: the fastest touchdown. Flights are those of the last attempt, from "
    "the starts that the task keeps back."
)


def flights_sections(board: Scoreboard, most_rows: int, most_lines: int) -> Iterator[Section]:
    """The models side by side, then each with its challenges; nothing if nothing flies.

    Args:
        board: What to show.
        most_rows: Challenges shown at most, over all models.
        most_lines: Reasons told at most of each model.
    """
    if not board.flights:
        return
    yield _models(board.flights)
    left, hidden = most_rows, []
    for flown in board.flights:
        if not flown.counted:
            continue
        if len(flown.challenges) > left:
            hidden.append(flown.model)
            continue
        left -= len(flown.challenges)
        yield _challenges(flown, most_lines)
    if hidden:
        line = f"{', '.join(hidden)}; the whole tables: --llm-report=markdown:PATH"
        yield Section(title="Flights left out", lines=(line,))


def _models(models: Sequence[FlownModel]) -> Section:
    columns = (
        _column(models, "Size", lambda flown: Cell(q.gigabytes(flown.size_gb))),
        _column(models, "Latency", lambda flown: Cell(q.duration(flown.seconds_per_answer))),
        _column(models, "Tok/s", lambda flown: Cell(q.speed(flown.tokens_per_s))),
        _column(models, "Verified", _verified),
        _column(models, "Landed", lambda flown: _rate(flown.landed, len(flown.counted))),
        *_outcome_columns(models),
    )
    shown = tuple(column for column in columns if not column.is_empty)
    table = Table(heading="Model", names=tuple(flown.model for flown in models), columns=shown)
    lines = (KEY, *(line for flown in models for line in _left_out(flown)))
    return Section(title="Flights", table=table, lines=lines)


def _challenges(flown: FlownModel, most_lines: int) -> Section:
    rows = flown.challenges
    columns = (
        _column(rows, "Verified", _verified_here),
        _column(rows, "Tries", _tries),
        *_outcome_columns(rows),
    )
    names = tuple(row.label for row in rows)
    lines = [line for row in rows for line in _reasons(row)]
    if len(lines) > most_lines:
        left_out = len(lines) - most_lines
        lines[most_lines:] = [f"and {q.plural(left_out, 'reason')} more"]
    table = Table(heading="Challenge", names=names, columns=columns)
    return Section(title=f"Flights of {flown.model}", table=table, lines=tuple(lines))


def _column(rows: Sequence[F], title: str, cell: Callable[[F], Cell]) -> Column:
    return Column(title=title, cells=tuple(map(cell, rows)))


def _outcome_columns(rows: Sequence[FlownSamples]) -> tuple[Column, ...]:
    flights = tuple(Cell(compact(row.outcomes) or q.NOTHING) for row in rows)
    return (
        _column(rows, "Worst", lambda row: Cell(_speed(row.worst_m_per_s))),
        Column(title="Flights", cells=flights, left=True),
    )


def _verified(row: FlownSamples) -> Cell:
    """How many of the counted samples; if none counts, what kept us from judging them."""
    if row.counted:
        return _rate(row.verified, len(row.counted))
    return Cell(", ".join(dict.fromkeys(verdict for verdict, _ in row.ours)), Tone.ASIDE)


def _verified_here(row: FlownSamples) -> Cell:
    """`yes` or `no`, if there is but one sample."""
    if len(row.samples) > 1 or not row.counted:
        return _verified(row)
    return Cell("yes", Tone.GOOD) if row.verified else Cell("no", Tone.BAD)


def _rate(part: int, whole: int) -> Cell:
    return Cell(q.fraction(part, whole), rate_tone(part, whole))


def _tries(row: FlownSamples) -> Cell:
    tries = row.attempts_per_sample
    if tries is None or len(row.samples) > 1:
        return Cell(q.ratio(tries))
    return Cell(f"{tries:.0f}")


def _speed(speed_m_per_s: float | None) -> str:
    return q.NOTHING if speed_m_per_s is None else f"{speed_m_per_s:.1f} m/s"


def _left_out(flown: FlownModel) -> Iterator[str]:
    """Samples that say nothing of the model, with the first line of why."""
    for (verdict, why), count in flown.ours.items():
        words = why.removeprefix(f"model {flown.model!r}: ")
        yield f"{flown.model}: {count} {verdict}, not judged" + (f": {words}" if words else "")


def _reasons(row: FlownChallenge) -> Iterator[str]:
    """Why attempts went wrong, each reason once; and samples that failed all the same.

    Of several samples, the table alone says how they flew.
    """
    single = len(row.samples) == 1
    met: dict[str, list[int]] = defaultdict(list)
    for sample in row.counted:
        for attempt in sample.attempts:
            if attempt.outcome != "built" and (single or attempt.outcome not in _FLOWN):
                met[_words(attempt.outcome, attempt.why)].append(attempt.number)
        last = sample.attempts[-1].outcome if sample.attempts else "built"
        if last == "built" and sample.verdict is not Verdict.PASSED:
            if not single and sample.verdict in _FLOWN:
                continue
            met[_words(sample.verdict, sample.why)].append(0)
    for words, numbers in met.items():
        yield f"{row.label}{_where(numbers, single=single)}: {words}"


def _where(numbers: Sequence[int], *, single: bool) -> str:
    """Which attempts, of a single sample; else in how many. 0 stands for a sample as a whole."""
    if not single:
        return f", {q.plural(len(numbers), 'attempt')}"
    if numbers == [0]:
        return ""
    listed = ", ".join(map(str, numbers))
    return f", attempt {listed}" if len(numbers) == 1 else f", attempts {listed}"


def _words(outcome: str, why: str) -> str:
    """Why it went wrong; where that is not told by itself, after how it ended."""
    if why and outcome in _FLOWN:
        return why
    return f"{words_of(outcome)}: {why}" if why else words_of(outcome)
