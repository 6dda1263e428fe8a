"""What a run's flights say of each model, in every form of the report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from pytest_llmgen.lander import Outcome
from pytest_llmgen.reporting.flights import reason
from pytest_llmgen.reporting.json_report import to_json
from pytest_llmgen.reporting.markdown import to_markdown
from pytest_llmgen.reporting.scoreboard import ModelFacts, Scoreboard, build_scoreboard
from pytest_llmgen.reporting.terminal import render
from pytest_llmgen.runs.flight import FlightResult
from pytest_llmgen.runs.record import Attempt, Record
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from .conftest import MakeRecord

TYPE_ERROR = """\
source.mlir:5:31: error: use of value '%thrust' expects different type than prior uses: 'f32' vs 'i1'
  %command = arith.select %thrust, %thrust, %off : f32
                              ^
source.mlir:4:3: note: prior use here
"""  # noqa: E501 - as MLIR says it
HARD = "7 of 7 flights did not end in a soft landing:\n- hover50: hard at 3.8 m/s after 11.6 s"
DIED = (
    "model 'qwen2.5-coder:32b': http://127.0.0.1:11434 answered 500: "
    "llama runner process has terminated: signal: killed\nand more"
)
SEVEN_B, SIXTEEN_B, LARGE = "qwen2.5-coder:7b", "deepseek-coder-v2-lite:16b", "qwen2.5-coder:32b"
FACTS = [
    ModelFacts(name=SEVEN_B, size_gb=4.7),
    ModelFacts(name=SIXTEEN_B, size_gb=10.3),
    ModelFacts(name=LARGE, size_gb=19.1),
]


def flights(*endings: tuple[Outcome, float | None], public: bool = False) -> tuple[Any, ...]:
    """Flights that ended so, at such speeds."""
    return tuple(
        FlightResult(
            scenario=f"fresh{number}",
            altitude_m=300.0,
            velocity_m_per_s=-20.0,
            mass_kg=1000.0,
            outcome=outcome,
            touchdown_m_per_s=speed,
            time_s=23.6,
            fuel_n_s=54_400.0,
            public=public,
        )
        for number, (outcome, speed) in enumerate(endings, start=1)
    )


def attempt(outcome: str, message: str = "", *, slow: bool = True) -> Attempt:
    """One of 777 tokens in 70 s, or of 837 in 45 s."""
    seconds, tokens = (70.0, 777) if slow else (45.0, 837)
    return Attempt(outcome=outcome, message=message, seconds=seconds, completion_tokens=tokens)


@pytest.fixture(scope="module")
def healing(record: MakeRecord) -> list[Record]:
    """The last report of the project: who heals, who does not verify, and who cannot be loaded."""

    def of(model: str, name: str, verdict: Verdict, **other: Any) -> Record:
        where = f"mlir/healing/{name}"
        return record(where, verdict, model, target="mlir", tier="healing", **other)

    soft, hard = (Outcome.SOFT, 0.9), (Outcome.HARD, 4.7)
    healed = (attempt("build_failed", TYPE_ERROR), attempt("trial_failed", HARD), attempt("built"))
    unverified = (attempt("build_failed", TYPE_ERROR, slow=False),) * 3
    return [
        of(
            SEVEN_B,
            "zero_thrust",
            Verdict.PASSED,
            attempts=healed,
            flights=flights((Outcome.SOFT, 1.9), public=True) + flights(*[soft] * 7),
        ),
        of(
            SEVEN_B,
            "stale_constant",
            Verdict.WRONG_ANSWER,
            message="2 of 7 flights did not end in a soft landing:\n- fresh6",
            attempts=(attempt("built"),),
            flights=flights(*[soft] * 5, hard, (Outcome.TIMEOUT, None)),
        ),
        of(SIXTEEN_B, "zero_thrust", Verdict.BUILD_FAILED, message="x", attempts=unverified),
        of(
            SIXTEEN_B,
            "stale_constant",
            Verdict.CRASHED,
            message="it died of SIGSEGV",
            attempts=(attempt("built", slow=False),),
        ),
        of(LARGE, "zero_thrust", Verdict.BACKEND_ERROR, message=DIED),
        of(LARGE, "stale_constant", Verdict.BACKEND_ERROR, message=DIED),
    ]


@pytest.fixture(scope="module")
def board(healing: list[Record]) -> Scoreboard:
    """Its scoreboard."""
    return build_scoreboard(healing, FACTS)


def sections(text: str) -> str:
    """From the flights on, up to what is left out."""
    start = text.index("Flights\n")
    return text[start : text.index("Left out of every rate", start)].rstrip("\n# ") + "\n"


IN_120 = """\
Flights
Model                          Size  Latency  Tok/s       Verified  Landed    Worst  Flights
--------------------------  -------  -------  -----  -------------  ------  -------  --------------------------
qwen2.5-coder:7b             4.7 GB      70s   11.1            2/2     1/2  4.7 m/s  12 soft, 1 hard, 1 timeout
deepseek-coder-v2-lite:16b  10.3 GB      45s   18.6            1/2     0/2        -  -
qwen2.5-coder:32b           19.1 GB        -      -  backend_error       -        -  -
Latency: of one answer, in the mean. Verified: the last attempt's source. Landed: passed, every flight soft. Worst: the
  fastest touchdown. Flights are those of the last attempt, from the starts that the task keeps back.
qwen2.5-coder:32b: 2 backend_error, not judged: http://127.0.0.1:11434 answered 500: llama runner process has
  terminated: signal: killed

Flights of qwen2.5-coder:7b
Challenge                    Verified  Tries    Worst  Flights
---------------------------  --------  -----  -------  -------------------------
mlir/healing/stale_constant       yes      1  4.7 m/s  5 soft, 1 hard, 1 timeout
mlir/healing/zero_thrust          yes      3  0.9 m/s  7 soft
mlir/healing/stale_constant: 2 of 7 flights did not end in a soft landing
mlir/healing/zero_thrust, attempt 1: does not verify: use of value '%thrust' expects different type than prior uses:
  'f32' vs 'i1'
mlir/healing/zero_thrust, attempt 2: 7 of 7 flights did not end in a soft landing

Flights of deepseek-coder-v2-lite:16b
Challenge                    Verified  Tries  Worst  Flights
---------------------------  --------  -----  -----  -------
mlir/healing/stale_constant       yes      1      -  -
mlir/healing/zero_thrust           no      3      -  -
mlir/healing/stale_constant: crashed: it died of SIGSEGV
mlir/healing/zero_thrust, attempts 1, 2, 3: does not verify: use of value '%thrust' expects different type than prior
  uses: 'f32' vs 'i1'
"""  # noqa: E501 - a report as it is

IN_80 = """\
Flights
Model                          Size  Latency  Tok/s       Verified  Landed
--------------------------  -------  -------  -----  -------------  ------
qwen2.5-coder:7b             4.7 GB      70s   11.1            2/2     1/2
deepseek-coder-v2-lite:16b  10.3 GB      45s   18.6            1/2     0/2
qwen2.5-coder:32b           19.1 GB        -      -  backend_error       -

Model                         Worst  Flights
--------------------------  -------  --------------------------
qwen2.5-coder:7b            4.7 m/s  12 soft, 1 hard, 1 timeout
deepseek-coder-v2-lite:16b        -  -
qwen2.5-coder:32b                 -  -
Latency: of one answer, in the mean. Verified: the last attempt's source.
  Landed: passed, every flight soft. Worst: the fastest touchdown. Flights are
  those of the last attempt, from the starts that the task keeps back.
qwen2.5-coder:32b: 2 backend_error, not judged: http://127.0.0.1:11434 answered
  500: llama runner process has terminated: signal: killed
"""

MARKDOWN = """\
## Flights

| Model | Size | Latency | Tok/s | Verified | Landed | Worst | Flights |
|---|---:|---:|---:|---:|---:|---:|---|
| qwen2.5-coder:7b | 4.7 GB | 70s | 11.1 | 2/2 | 1/2 | 4.7 m/s | 12 soft, 1 hard, 1 timeout |
| deepseek-coder-v2-lite:16b | 10.3 GB | 45s | 18.6 | 1/2 | 0/2 | - | - |
| qwen2.5-coder:32b | 19.1 GB | - | - | backend_error | - | - | - |

- Latency: of one answer, in the mean. Verified: the last attempt's source. Landed: passed, every flight soft. Worst: the fastest touchdown. Flights are those of the last attempt, from the starts that the task keeps back.
- qwen2.5-coder:32b: 2 backend_error, not judged: http://127.0.0.1:11434 answered 500: llama runner process has terminated: signal: killed

## Flights of qwen2.5-coder:7b

| Challenge | Verified | Tries | Worst | Flights |
|---|---:|---:|---:|---|
| mlir/healing/stale_constant | yes | 1 | 4.7 m/s | 5 soft, 1 hard, 1 timeout |
| mlir/healing/zero_thrust | yes | 3 | 0.9 m/s | 7 soft |

- mlir/healing/stale_constant: 2 of 7 flights did not end in a soft landing
- mlir/healing/zero_thrust, attempt 1: does not verify: use of value '%thrust' expects different type than prior uses: 'f32' vs 'i1'
- mlir/healing/zero_thrust, attempt 2: 7 of 7 flights did not end in a soft landing
"""  # noqa: E501 - a report as it is


def test_the_seeds_report_in_120_columns(board: Scoreboard) -> None:
    """Size, latency, speed, the verifier's words, flights; the dead server apart."""
    assert sections(render(board, width=120, color=False)) == IN_120


def test_the_seeds_report_in_80_columns(board: Scoreboard) -> None:
    """What has no room goes on in a further table; nothing is left out."""
    text = render(board, width=80, color=False)
    assert sections(text).startswith(IN_80)
    assert max(map(len, text.splitlines())) <= 80
    assert text.isascii()


def test_the_seeds_report_in_markdown(board: Scoreboard) -> None:
    """The same tables."""
    text = to_markdown(board)
    assert MARKDOWN in text
    tables = [
        t for t in MarkdownIt("gfm-like", {"linkify": False}).parse(text) if t.type == "table_open"
    ]
    assert len(tables) == 6


def test_a_dead_server_is_left_out_of_every_rate(board: Scoreboard) -> None:
    """Neither verified nor not: it is never shown as wrong."""
    [large] = [flown for flown in board.flights if flown.model == LARGE]
    assert (large.counted, large.verified, large.landed, large.outcomes) == ((), 0, 0, {})
    assert large.attempts_per_sample is None
    data = json.loads(to_json(board))
    [row] = [row for row in data["flights"] if row["model"] == LARGE]
    assert (row["samples"], row["left_out"], row["verified"]) == (0, 2, 0)
    [said, _] = [c["samples"][0] for c in row["challenges"]]
    assert said["verdict"] == "backend_error"
    assert said["why"].endswith("llama runner process has terminated: signal: killed")


def test_a_server_that_dies_later_leaves_the_other_samples_counted(
    healing: list[Record], record: MakeRecord
) -> None:
    """What was answered before is judged, and its time counts; the rest is told of."""
    died = record(
        "mlir/healing/wrong_sign",
        Verdict.BACKEND_ERROR,
        SEVEN_B,
        target="mlir",
        tier="healing",
        message="http://127.0.0.1:1: the connection was lost",
        attempts=(attempt("build_failed", TYPE_ERROR), Attempt(outcome="backend_error")),
    )
    text = sections(render(build_scoreboard([*healing, died], FACTS), width=120, color=False))
    lines = text.splitlines()
    assert lines[3].split()[:6] == [SEVEN_B, "4.7", "GB", "70s", "11.1", "2/2"]
    assert (
        f"{SEVEN_B}: 1 backend_error, not judged: http://127.0.0.1:1: the connection was lost"
        in lines
    )
    assert "mlir/healing/wrong_sign      backend_error      -        -  -" in lines
    assert "wrong_sign, attempt" not in text


def test_several_samples_are_added_up(healing: list[Record], record: MakeRecord) -> None:
    """Fractions for yes and no, means of attempts; what the table says is not told again."""
    common: dict[str, Any] = {"model": "m", "target": "mlir", "tier": "healing"}
    challenge = "mlir/healing/zero_thrust"
    hard, soft = flights((Outcome.HARD, 3.0)), flights((Outcome.SOFT, 1.0))
    unverified = attempt("build_failed", TYPE_ERROR)
    several = [
        record(challenge, **common, attempts=(unverified, attempt("built")), flights=soft),
        record(
            challenge,
            Verdict.WRONG_ANSWER,
            sample=1,
            **common,
            attempts=(attempt("trial_failed", HARD),),
            flights=hard,
        ),
        record(
            challenge, Verdict.BUILD_FAILED, sample=2, **common, attempts=(unverified, unverified)
        ),
        record(challenge, Verdict.TIMED_OUT, sample=3, **common, attempts=(attempt("built"),)),
    ]
    text = render(build_scoreboard(several), width=120, color=False)
    assert text[text.index("Flights of m") :] == (
        "Flights of m\n"
        "Challenge                 Verified  Tries    Worst  Flights\n"
        "------------------------  --------  -----  -------  --------------\n"
        "mlir/healing/zero_thrust       3/4    1.5  3.0 m/s  1 soft, 1 hard\n"
        "mlir/healing/zero_thrust, 3 attempts: does not verify: use of value '%thrust' expects "
        "different type than prior uses:\n"
        "  'f32' vs 'i1'\n"
        "mlir/healing/zero_thrust, 1 attempt: timed out"
    )


def test_what_does_not_fly_is_not_in_it(healing: list[Record], record: MakeRecord) -> None:
    """A model that was asked for other things only has no row, and a run without flights none."""
    other = record("wat/scalar/add", model="other")
    board = build_scoreboard([*healing, other], FACTS)
    assert [flown.model for flown in board.flights] == [SEVEN_B, SIXTEEN_B, LARGE]
    assert all(row.target == "mlir" for flown in board.flights for row in flown.challenges)
    alone = build_scoreboard([other])
    assert alone.flights == ()
    assert "Flights" not in render(alone, width=80, color=False) + to_markdown(alone)
    assert json.loads(to_json(alone))["flights"] == []


def test_flights_of_a_challenge_of_any_tier_are_shown(record: MakeRecord) -> None:
    """Also for the models that wrote nothing that flew; public flights, if there are no others."""
    mine = flights((Outcome.CRASH, 12.7), public=True)
    records = [
        record("my/own/one", Verdict.WRONG_ANSWER, "a", flights=mine, attempts=(attempt("built"),)),
        record("my/own/one", Verdict.NO_CODE, "b", attempts=(attempt("no_code", "no code"),)),
        record("my/own/two", model="a"),
    ]
    board = build_scoreboard(records)
    found = {flown.model: [row.label for row in flown.challenges] for flown in board.flights}
    assert found == {"a": ["my/own/one"], "b": ["my/own/one"]}
    [first, second] = sorted(board.flights, key=lambda flown: flown.model)
    assert (first.outcomes, first.worst_m_per_s) == ({Outcome.CRASH: 1}, 12.7)
    assert (second.verified, len(second.counted)) == (0, 1)


def test_a_terminal_shows_some_models_in_full_and_names_the_others(record: MakeRecord) -> None:
    """Forty challenges in all, eight reasons of each; Markdown has everything."""
    records = [
        record(
            f"mlir/healing/c{number:02}",
            Verdict.BUILD_FAILED,
            model,
            tier="healing",
            attempts=(attempt("build_failed", f"error: reason {number}"),),
        )
        for model in "abc"
        for number in range(15)
    ]
    board = build_scoreboard(records)
    text = render(board, width=120, color=False)
    assert "Flights of a" in text
    assert "Flights of b" in text
    assert "Flights of c" not in text
    assert "Flights left out\nc; the whole tables: --llm-report=markdown:PATH" in text
    assert text.count("and 7 reasons more") == 2
    assert to_markdown(board).count("does not verify: reason 14") == 3


def test_json_has_every_flight_and_attempt(board: Scoreboard) -> None:
    """Nothing is rounded."""
    data = json.loads(to_json(board))
    [row] = [row for row in data["flights"] if row["model"] == SEVEN_B]
    challenges = row.pop("challenges")
    assert row == {
        "model": SEVEN_B,
        "size_gb": 4.7,
        "seconds_per_answer": 70.0,
        "tokens_per_s": 11.1,
        "samples": 2,
        "verified": 2,
        "landed": 1,
        "outcomes": {"soft": 12, "hard": 1, "timeout": 1},
        "worst_touchdown_m_per_s": 4.7,
        "left_out": 0,
    }
    assert [row["label"] for row in challenges] == [
        "mlir/healing/stale_constant",
        "mlir/healing/zero_thrust",
    ]
    [sample] = challenges[1]["samples"]
    flown = sample.pop("flights")
    assert sample == {
        "sample": 0,
        "verdict": "passed",
        "why": "",
        "verified": True,
        "attempts": [
            {"outcome": "build_failed", "why": TYPE_ERROR.splitlines()[0].partition("error: ")[2]},
            {"outcome": "trial_failed", "why": "7 of 7 flights did not end in a soft landing"},
            {"outcome": "built", "why": ""},
        ],
    }
    assert len(flown) == 7
    assert flown[0] == {
        "scenario": "fresh1",
        "altitude_m": 300.0,
        "velocity_m_per_s": -20.0,
        "mass_kg": 1000.0,
        "outcome": "soft",
        "touchdown_m_per_s": 0.9,
        "time_s": 23.6,
        "fuel_n_s": 54_400.0,
        "public": False,
    }


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (TYPE_ERROR, TYPE_ERROR.splitlines()[0].partition("error: ")[2]),
        ("source.mlir: error: no function\nsource.mlir: error: second", "no function"),
        ("a note first\nsource.mlir:1:1: error: then this", "then this"),
        (HARD, "7 of 7 flights did not end in a soft landing"),
        ("\n  at\t10  it gives 4\nmore", "at 10 it gives 4"),
        ("error: red \x1b[31m and \x07", "red \\x1b[31m and \\x07"),
        ("", ""),
        ("error: " + "long " * 100, "long " * 31 + "lo..."),
    ],
)
def test_a_reason_is_one_line(message: str, expected: str) -> None:
    """The first error, else the first line; shortened, and nothing that steers a terminal."""
    assert reason(message) == expected
