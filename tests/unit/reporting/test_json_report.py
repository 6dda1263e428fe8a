"""The scoreboard as JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pytest_llmgen.reporting.json_report import to_json
from pytest_llmgen.reporting.scoreboard import ModelFacts, Scoreboard, build_scoreboard
from pytest_llmgen.runs.record import Attempt
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from .conftest import MakeRecord


def test_every_key_and_number(record: MakeRecord) -> None:
    """Raw values; null for what is not known."""
    attempt = Attempt(outcome="built", seconds=0.25, prompt_tokens=7, completion_tokens=2)
    board = build_scoreboard(
        [
            record("a/b/1", attempts=(attempt,)),
            record("a/b/1", Verdict.TIMED_OUT, sample=1, attempts=(attempt, attempt)),
            record("a/b/1", Verdict.BACKEND_ERROR, sample=2),
        ],
        [ModelFacts(name="m", size_gb=4.7)],
    )
    low, high = board.models[0].interval
    assert json.loads(to_json(board)) == {
        "format": 1,
        "models": [
            {
                "model": "m",
                "size_gb": 4.7,
                "vram_gb": None,
                "samples": 2,
                "built": 2,
                "correct": 1,
                "score_percent": 50.0,
                "correct_percent": 50.0,
                "interval_95": [low, high],
                "pass_at_k": {"1": 0.5, "2": 1.0},
                "attempts": 3,
                "attempts_per_sample": 1.5,
                "seconds": 0.75,
                "prompt_tokens": 21,
                "completion_tokens": 6,
                "tokens_per_s": 8.0,
                "cost_usd": None,
                "verdicts": {"passed": 1, "timed_out": 1},
                "ours": {"backend_error": 1},
                "left_out": 1,
                "length_errors": 0,
                "correct_with_fixup": 1,
            }
        ],
        "tiers": [
            {
                "tier": "b",
                "challenges": 1,
                "models": [
                    {
                        "model": "m",
                        "samples": 2,
                        "built": 2,
                        "correct": 1,
                        "length_errors": 0,
                        "correct_with_fixup": 1,
                    }
                ],
            }
        ],
        "challenges": [
            {
                "label": "a/b/1",
                "challenge": "a/b/1",
                "target": "wat",
                "tier": "b",
                "models": [
                    {
                        "model": "m",
                        "samples": 2,
                        "correct": 1,
                        "verdicts": {"passed": 1, "timed_out": 1, "backend_error": 1},
                    }
                ],
            }
        ],
        "separators": [],
        "unsolved": [],
        "repeated": True,
        "flights": [],
        "notes": [],
    }


def test_every_key_is_documented(seed_board: Scoreboard) -> None:
    """The docstring of `to_json` names each key there is."""
    keys = set(re.findall(r'"(\w+)":', to_json(seed_board))) - set(Verdict)
    assert keys <= set(re.findall(r"\w+", to_json.__doc__ or ""))


def test_separators_and_unsolved(seed_board: Scoreboard) -> None:
    """By label and model."""
    data = json.loads(to_json(seed_board))
    assert data["separators"] == [
        {"label": "wat/scalar/max_i32", "model": "qwen2.5-coder:7b"},
        {"label": "wat/gpu/gpu_double_f32", "model": "qwen2.5-coder:7b"},
    ]
    assert data["unsolved"] == ["wat/gpu/gpu_negate_f32"]


def test_a_run_without_a_record_is_valid_json() -> None:
    """Empty lists, no missing key."""
    assert json.loads(to_json(build_scoreboard([])))["models"] == []
