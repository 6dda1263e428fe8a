"""The scoreboard as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from pytest_llmgen.reporting.markdown import escape, to_markdown
from pytest_llmgen.reporting.scoreboard import Scoreboard, build_scoreboard
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from .conftest import MakeRecord

SEED = """\
# Scoreboard

5 models, 7 challenges, 35 samples

| Model | Size | Built | Correct | 95% interval | Score | Time | Tries |
|---|---:|---:|---:|---:|---:|---:|---:|
| qwen2.5-coder:7b | 4.7 GB | 7/7 | 6/7 | 48-98% | 86% | 114s | 1.0 |
| deepseek-coder-v2:16b-lite-instruct | 10 GB | 6/7 | 4/7 | 25-85% | 57% | 90s | 1.0 |
| gemma2:27b | 15 GB | 6/7 | 4/7 | 25-85% | 57% | 9m39s | 1.0 |
| glm-4.7-flash:q4_K_M | 19 GB | 4/7 | 3/7 | 15-75% | 43% | 23m09s | 1.0 |
| qwen3:8b | 5.2 GB | 3/7 | 3/7 | 15-75% | 43% | 32m43s | 1.0 |

## Tiers

| scalar | Built | Correct |
|---|---:|---:|
| qwen2.5-coder:7b | 3/3 | 3/3 |
| deepseek-coder-v2:16b-lite-instruct | 2/3 | 2/3 |
| gemma2:27b | 2/3 | 2/3 |
| glm-4.7-flash:q4_K_M | 2/3 | 2/3 |
| qwen3:8b | 2/3 | 2/3 |

| simd | Built | Correct |
|---|---:|---:|
| qwen2.5-coder:7b | 2/2 | 2/2 |
| deepseek-coder-v2:16b-lite-instruct | 2/2 | 2/2 |
| gemma2:27b | 2/2 | 2/2 |
| glm-4.7-flash:q4_K_M | 1/2 | 1/2 |
| qwen3:8b | 1/2 | 1/2 |

| gpu | Built | Correct |
|---|---:|---:|
| qwen2.5-coder:7b | 2/2 | 1/2 |
| deepseek-coder-v2:16b-lite-instruct | 2/2 | 0/2 |
| gemma2:27b | 2/2 | 0/2 |
| glm-4.7-flash:q4_K_M | 1/2 | 0/2 |
| qwen3:8b | 0/2 | 0/2 |

## How samples ended

| Model | pass | wrong | build |
|---|---:|---:|---:|
| qwen2.5-coder:7b | 6 | 1 | 0 |
| deepseek-coder-v2:16b-lite-instruct | 4 | 2 | 1 |
| gemma2:27b | 4 | 2 | 1 |
| glm-4.7-flash:q4_K_M | 3 | 1 | 3 |
| qwen3:8b | 3 | 0 | 4 |

## Challenges

| Challenge | qwen2.5-coder:7b | deepseek-coder-v2:16b-lite-instruct | gemma2:27b | glm-4.7-flash:q4_K_M | qwen3:8b |
|---|---|---|---|---|---|
| wat/scalar/add | pass | pass | pass | pass | pass |
| wat/scalar/max_i32 | pass | build | build | build | build |
| wat/scalar/multiply | pass | pass | pass | pass | pass |
| wat/simd/vec_add_f32 | pass | pass | pass | pass | pass |
| wat/simd/vec_mul_f32 | pass | pass | pass | build | build |
| wat/gpu/gpu_double_f32 | pass | wrong | wrong | build | build |
| wat/gpu/gpu_negate_f32 | wrong | wrong | wrong | wrong | build |

## What separates the models

- only qwen2.5-coder:7b solves: wat/scalar/max_i32, wat/gpu/gpu_double_f32
- no model solves: wat/gpu/gpu_negate_f32

## Shader byte lengths (gpu)

| Model | Strict | With host's fix-up | Wrong byte lengths |
|---|---:|---:|---:|
| qwen2.5-coder:7b | 1/2 | 2/2 | 1 |
| deepseek-coder-v2:16b-lite-instruct | 0/2 | 2/2 | 2 |
| gemma2:27b | 0/2 | 1/2 | 1 |
| glm-4.7-flash:q4_K_M | 0/2 | 0/2 | 0 |
| qwen3:8b | 0/2 | 0/2 | 0 |
"""  # noqa: E501 - a report as it is


def test_the_first_report(seed_board: Scoreboard) -> None:
    """Main table, a table for each tier, and the whole matrix."""
    assert to_markdown(seed_board) == SEED


def test_every_challenge_is_there(record: MakeRecord) -> None:
    """However many there are, and whether or not the models differ on them."""
    labels = [f"a/b/{index:03}" for index in range(200)]
    records = [record(label, Verdict.CRASHED, model) for label in labels for model in "mn"]
    text = to_markdown(build_scoreboard(records))
    for label in labels:
        assert f"| {label} | crash | crash |" in text
    assert f"- no model solves: {', '.join(labels)}\n" in text


def test_names_are_shown_as_they_are() -> None:
    """Nothing in a name is taken for markup, and a bar does not end the cell."""
    names = ["a|b", "*bold*", "_slanted_", "a_b_c", "`code`", "<b>", "[x](y)", "a\\b", "~~no~~"]
    rows = "".join(f"| {escape(name)} | 1 |\n" for name in names)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"| Model | N |\n|---|---|\n{rows}")
    cells = [token.children or [] for token in tokens if token.type == "inline"][2::2]
    assert [[part.type for part in cell] for cell in cells] == [["text"]] * len(names)
    assert [cell[0].content for cell in cells] == names


def test_a_run_without_a_record_says_so() -> None:
    """A report is written all the same."""
    assert to_markdown(build_scoreboard([])) == "# Scoreboard\n\nNo sample was recorded.\n"


def test_ours_and_notes_are_said(record: MakeRecord) -> None:
    """What is left out is counted where the reader sees it."""
    text = to_markdown(
        build_scoreboard([record(model="m"), record(model="n_1", verdict=Verdict.HARNESS_ERROR)])
    )
    assert (
        """\
## Left out of every rate: our errors, not the model's

- n_1: 1 harness_error

## Notes

- No sample of n_1 counts: there is no rate for it.
"""
        in text
    )
