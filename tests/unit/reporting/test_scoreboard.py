"""Records of several models, aggregated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_llmgen.reporting.scoreboard import ModelFacts, Scoreboard, build_scoreboard
from pytest_llmgen.runs.record import Attempt, Record
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from .conftest import MakeRecord

costs = st.none() | st.floats(0, 1e6)
attempts = st.builds(
    Attempt,
    outcome=st.just("built"),
    seconds=costs,
    completion_tokens=st.none() | st.integers(0, 9999),
    cost_usd=costs,
)
many_records = st.lists(
    st.builds(
        Record,
        model=st.sampled_from("ABC"),
        challenge=st.sampled_from(["x/1", "x/2", "y/1"]),
        target=st.sampled_from(["wat", "wgsl"]),
        tier=st.sampled_from(["gpu", "scalar", "odd", "even"]),
        sample=st.integers(0, 2),
        verdict=st.sampled_from(Verdict),
        built=st.booleans(),
        score=st.floats(0, 1),
        attempts=st.tuples(attempts) | st.just(()),
    ),
    unique_by=lambda record: record.key,
)


@given(many_records, st.randoms())
def test_order_of_records_does_not_matter(records: list[Record], random: Random) -> None:
    """Samples settle in any order; the scoreboard is the same, to the last bit."""
    board = build_scoreboard(records)
    random.shuffle(records)
    assert build_scoreboard(records) == board


@given(many_records)
def test_every_sample_is_counted_once(records: list[Record]) -> None:
    """Models, tiers and matrix each add up to the records."""
    board = build_scoreboard(records)
    counted = [record for record in records if record.counts]
    for index, row in enumerate(board.models):
        own = [record for record in counted if record.model == row.model]
        assert row.samples == sum(row.verdicts.values()) == len(own)
        assert sum(table.rows[index].samples for table in board.tiers) == len(own)
        assert sum(line.cells[index].samples for line in board.matrix) == len(own)
        assert sum(line.cells[index].correct for line in board.matrix) == row.correct
    assert sum(row.samples + row.left_out for row in board.models) == len(records)


def test_the_first_report_comes_out_again(seed_board: Scoreboard) -> None:
    """Built, correct, score and time of the seed's table, and its tiers."""
    assert [
        (row.model, row.size_gb, row.built, row.correct, round(row.score_percent or 0), row.samples)
        for row in seed_board.models
    ] == [
        ("qwen2.5-coder:7b", 4.7, 7, 6, 86, 7),
        ("deepseek-coder-v2:16b-lite-instruct", 10, 6, 4, 57, 7),
        ("gemma2:27b", 15, 6, 4, 57, 7),
        ("glm-4.7-flash:q4_K_M", 19, 4, 3, 43, 7),
        ("qwen3:8b", 5.2, 3, 3, 43, 7),
    ]
    assert [round(row.seconds or 0) for row in seed_board.models] == [114, 90, 579, 1389, 1963]
    assert [
        (table.tier, table.challenges, [(row.built, row.correct) for row in table.rows])
        for table in seed_board.tiers
    ] == [
        ("scalar", 3, [(3, 3), (2, 2), (2, 2), (2, 2), (2, 2)]),
        ("simd", 2, [(2, 2), (2, 2), (2, 2), (1, 1), (1, 1)]),
        ("gpu", 2, [(2, 1), (2, 0), (2, 0), (1, 0), (0, 0)]),
    ]


def test_what_separates_the_models(seed_board: Scoreboard) -> None:
    """What one model alone solves, and what none does."""
    assert [(found.label, found.model) for found in seed_board.separators] == [
        ("wat/scalar/max_i32", "qwen2.5-coder:7b"),
        ("wat/gpu/gpu_double_f32", "qwen2.5-coder:7b"),
    ]
    assert seed_board.unsolved == ("wat/gpu/gpu_negate_f32",)


def test_being_the_only_one_asked_separates_nothing(record: MakeRecord) -> None:
    """A model that was not counted on a challenge has not failed it."""
    board = build_scoreboard(
        [
            record("a/b/1", model="m"),
            record("a/b/1", Verdict.BACKEND_ERROR, model="n"),
            record("a/b/2", Verdict.CRASHED, model="m"),
        ]
    )
    assert board.separators == ()
    assert board.unsolved == ()


def test_best_first_by_score_then_correct_then_time_then_name(record: MakeRecord) -> None:
    """Unknown time comes after known, and a model without a rate comes last."""

    def samples(model: str, scores: Sequence[float], seconds: float | None) -> list[Record]:
        attempt = Attempt(outcome="built", seconds=seconds)
        return [
            record(
                f"a/b/{index}",
                Verdict.PASSED if score else Verdict.CRASHED,
                model,
                score=score,
                attempts=(attempt,),
            )
            for index, score in enumerate(scores)
        ]

    board = build_scoreboard(
        [
            record(model="0-silent", verdict=Verdict.BACKEND_ERROR),
            *samples("1-unknown time", (0.5, 0.5), None),
            *samples("2-slow", (0.5, 0.5), 9.0),
            *samples("4-fast too", (0.5, 0.5), 1.0),
            *samples("3-fast", (0.5, 0.5), 1.0),
            *samples("5-less correct", (1.0, 0.0), 0.5),
            *samples("6-best", (1.0, 0.5), 99.0),
        ]
    )
    assert [row.model for row in board.models] == [
        "6-best",
        "3-fast",
        "4-fast too",
        "2-slow",
        "1-unknown time",
        "5-less correct",
        "0-silent",
    ]


def test_tiers_go_from_one_lane_to_many_and_others_follow(record: MakeRecord) -> None:
    """Known tiers have their order; the rest comes in the order of first challenges."""
    board = build_scoreboard(
        [
            record("c/1", tier="zeta"),
            record("d/1", tier="alpha"),
            record("a/1", tier="gpu"),
            record("b/1", tier="scalar"),
        ]
    )
    assert [table.tier for table in board.tiers] == ["scalar", "gpu", "zeta", "alpha"]
    assert [row.label for row in board.matrix] == ["b/1", "a/1", "c/1", "d/1"]


def test_a_target_is_named_where_a_challenge_has_several(record: MakeRecord) -> None:
    """One row for each target, told apart; elsewhere the challenge says it all."""
    board = build_scoreboard(
        [
            record("a/b/1", target="wgsl"),
            record("a/b/1", target="cpp"),
            record("a/b/2", target="wgsl"),
        ]
    )
    assert [row.label for row in board.matrix] == ["a/b/1 [cpp]", "a/b/1 [wgsl]", "a/b/2"]


def test_cells_tell_verdicts_of_single_samples(record: MakeRecord) -> None:
    """A word for each verdict, ours in brackets, nothing where there is no sample."""
    records = [record(f"a/b/{verdict}", verdict) for verdict in Verdict]
    board = build_scoreboard([*records, record("a/b/other", model="n", verdict=Verdict.CRASHED)])
    words = {row.challenge.rpartition("/")[2]: row.cells[0].symbol for row in board.matrix}
    assert words == {
        "passed": "pass",
        "wrong_answer": "wrong",
        "build_failed": "build",
        "no_code": "no code",
        "truncated": "cut",
        "refused": "refused",
        "crashed": "crash",
        "timed_out": "time",
        "out_of_memory": "memory",
        "output_flood": "flood",
        "rule_broken": "rule",
        "backend_error": "(server)",
        "target_unavailable": "(target)",
        "harness_error": "(harness)",
        "interrupted": "(stopped)",
        "other": "-",
    }


def test_cells_tell_fractions_of_repeated_samples(record: MakeRecord) -> None:
    """Of the counted ones; a word of ours where none counts."""
    board = build_scoreboard(
        [
            record("a/b/1", sample=0),
            record("a/b/1", Verdict.CRASHED, sample=1),
            record("a/b/1", Verdict.BACKEND_ERROR, sample=2),
            record("a/b/2"),
            record("a/b/3", Verdict.BACKEND_ERROR),
        ]
    )
    assert board.repeated
    assert [row.cells[0].symbol for row in board.matrix] == ["1/2", "1/1", "(server)"]


def test_notes_keep_unlike_work_from_being_compared(record: MakeRecord) -> None:
    """Fewer samples of one model, or of one challenge, or none that counts: each is said."""
    board = build_scoreboard(
        [
            *(record("a/b/1", model="m", sample=sample) for sample in range(3)),
            record("a/b/2", model="m"),
            *(record(f"a/b/{index}", model="n") for index in (1, 2)),
            record("a/b/1", Verdict.INTERRUPTED, model="o"),
        ]
    )
    silent, models, challenges = board.notes
    assert silent == "No sample of o counts: there is no rate for it."
    assert models == (
        "The models were not counted on the same samples (0 to 4 each): their rates are not of the "
        "same work."
    )
    assert challenges == (
        "Some challenges have fewer counted samples than others: Correct and Score weigh samples "
        "alike, pass@k weighs challenges alike."
    )


def test_like_work_needs_no_notes(seed_board: Scoreboard) -> None:
    """All five models were counted on all seven challenges."""
    assert seed_board.notes == ()


def test_facts_are_shown_only_of_models_with_records(record: MakeRecord) -> None:
    """A model that was never asked gets no row; one without facts gets none."""
    facts = [ModelFacts(name="m", size_gb=1.5, vram_gb=2.5), ModelFacts(name="absent", size_gb=9)]
    board = build_scoreboard([record(model="m"), record(model="n")], facts)
    assert [(row.model, row.size_gb, row.vram_gb) for row in board.models] == [
        ("m", 1.5, 2.5),
        ("n", None, None),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["m", "n"]))
def test_rounding_of_sums_does_not_decide_the_order(
    record: MakeRecord, models: Sequence[str]
) -> None:
    """Scores that are equal on paper but not in floats are a tie, which time decides."""
    sums = {models[0]: (0.1, 0.2, 0.3), models[1]: (0.6, 0.0, 0.0)}
    board = build_scoreboard(
        [
            record(f"a/b/{index}", Verdict.PASSED, model, score=score, attempts=(attempt,))
            for model, scores in sums.items()
            for attempt in [Attempt(outcome="built", seconds=1.0 + (model == "m"))]
            for index, score in enumerate(scores)
        ]
    )
    assert [row.model for row in board.models] == ["n", "m"]
