"""The scoreboard as JSON: every number as it is, none rounded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_llmgen.generation import fields_of

if TYPE_CHECKING:
    from pytest_llmgen.reporting.flights import FlownModel, FlownSample
    from pytest_llmgen.reporting.matrix import MatrixRow
    from pytest_llmgen.reporting.model_row import ModelRow
    from pytest_llmgen.reporting.scoreboard import Scoreboard, TierTable

FORMAT = 1
"""Version of the keys; raised when one is taken away or changes its meaning."""


def to_json(board: Scoreboard) -> str:
    """Write a scoreboard as JSON; null stands for what is not known.

    Keys:
        format: 1.
        models: Best first. Each has model, size_gb, vram_gb, samples (counted), built, correct,
            score_percent, correct_percent, interval_95 (low and high of correct / samples, 0 to
            1), pass_at_k (from k, as text, to a chance from 0 to 1; empty without repeated
            samples), attempts, attempts_per_sample, seconds, prompt_tokens, completion_tokens,
            tokens_per_s, cost_usd, verdicts and ours (from verdict to count; ours are left out of
            every rate), left_out (the sum of ours), length_errors, correct_with_fixup.
        tiers: Each has tier, challenges and models: model, samples, built, correct,
            length_errors, correct_with_fixup.
        challenges: Each has label, challenge, target, tier and models: model, samples, correct,
            verdicts (ours among them).
        separators: Each has label (of a challenge) and model, the only one that solves it.
        unsolved: Labels of challenges that two or more models tried and none solved.
        repeated: Whether some model was sampled more than once on a challenge.
        flights: Of the models that were asked for something that flies, in their order; empty if
            nothing does. Each has model, size_gb, seconds_per_answer, tokens_per_s, samples
            (counted), verified and landed (of these), outcomes (from how a flight ended to a
            count), worst_touchdown_m_per_s, left_out, and challenges: label, challenge, target and
            samples. A sample has sample, verdict, why (the first line), verified, attempts
            (outcome and why: the toolchain's first error, or the first line) and flights, those of
            its last attempt from the starts that the task keeps back: scenario, altitude_m,
            velocity_m_per_s, mass_kg, outcome, touchdown_m_per_s, time_s, fuel_n_s, public.
        notes: Sentences that keep a reader from a wrong conclusion.
    """
    names = [row.model for row in board.models]
    data: dict[str, Any] = {
        "format": FORMAT,
        "models": [_model(row) for row in board.models],
        "tiers": [_tier(table) for table in board.tiers],
        "challenges": [_challenge(row, names) for row in board.matrix],
        "separators": [{"label": found.label, "model": found.model} for found in board.separators],
        "unsolved": board.unsolved,
        "repeated": board.repeated,
        "flights": [_flown(flown) for flown in board.flights],
        "notes": board.notes,
    }
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False, default=fields_of)
    return text + "\n"


def _model(row: ModelRow) -> dict[str, Any]:
    return {
        "model": row.model,
        "size_gb": row.size_gb,
        "vram_gb": row.vram_gb,
        "samples": row.samples,
        "built": row.built,
        "correct": row.correct,
        "score_percent": row.score_percent,
        "correct_percent": row.correct_percent,
        "interval_95": row.interval,
        "pass_at_k": row.pass_at_k,
        "attempts": row.attempts,
        "attempts_per_sample": row.attempts_per_sample,
        "seconds": row.seconds,
        "prompt_tokens": row.prompt_tokens,
        "completion_tokens": row.completion_tokens,
        "tokens_per_s": row.tokens_per_s,
        "cost_usd": row.cost_usd,
        "verdicts": row.verdicts,
        "ours": row.ours,
        "left_out": row.left_out,
        "length_errors": row.length_errors,
        "correct_with_fixup": row.correct_with_fixup,
    }


def _tier(table: TierTable) -> dict[str, Any]:
    rows = [
        {
            "model": row.model,
            "samples": row.samples,
            "built": row.built,
            "correct": row.correct,
            "length_errors": row.length_errors,
            "correct_with_fixup": row.correct_with_fixup,
        }
        for row in table.rows
    ]
    return {"tier": table.tier, "challenges": table.challenges, "models": rows}


def _challenge(row: MatrixRow, names: list[str]) -> dict[str, Any]:
    cells = [
        {
            "model": name,
            "samples": cell.samples,
            "correct": cell.correct,
            "verdicts": cell.verdicts,
        }
        for name, cell in zip(names, row.cells, strict=True)
    ]
    return {
        "label": row.label,
        "challenge": row.challenge,
        "target": row.target,
        "tier": row.tier,
        "models": cells,
    }


def _flown(flown: FlownModel) -> dict[str, Any]:
    counted = len(flown.counted)
    challenges = [
        {
            "label": row.label,
            "challenge": row.challenge,
            "target": row.target,
            "samples": [_flown_sample(sample) for sample in row.samples],
        }
        for row in flown.challenges
    ]
    return {
        "model": flown.model,
        "size_gb": flown.size_gb,
        "seconds_per_answer": flown.seconds_per_answer,
        "tokens_per_s": flown.tokens_per_s,
        "samples": counted,
        "verified": flown.verified,
        "landed": flown.landed,
        "outcomes": flown.outcomes,
        "worst_touchdown_m_per_s": flown.worst_m_per_s,
        "left_out": len(flown.samples) - counted,
        "challenges": challenges,
    }


def _flown_sample(sample: FlownSample) -> dict[str, Any]:
    return {
        "sample": sample.sample,
        "verdict": sample.verdict,
        "why": sample.why,
        "verified": sample.verified,
        "attempts": [{"outcome": end.outcome, "why": end.why} for end in sample.attempts],
        "flights": sample.flights,
    }
