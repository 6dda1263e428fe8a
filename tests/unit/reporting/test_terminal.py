"""The scoreboard as plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.reporting.scoreboard import ModelFacts, Scoreboard, build_scoreboard
from pytest_llmgen.reporting.terminal import render
from pytest_llmgen.runs.record import Attempt
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from pytest_llmgen.runs.record import Record

    from .conftest import MakeRecord

SEED_80 = """\
5 models, 7 challenges, 35 samples
Model                                  Size  Built  Correct  Score    Time
-----------------------------------  ------  -----  -------  -----  ------
qwen2.5-coder:7b                     4.7 GB    7/7      6/7    86%    114s
deepseek-coder-v2:16b-lite-instruct   10 GB    6/7      4/7    57%     90s
gemma2:27b                            15 GB    6/7      4/7    57%   9m39s
glm-4.7-flash:q4_K_M                  19 GB    4/7      3/7    43%  23m09s
qwen3:8b                             5.2 GB    3/7      3/7    43%  32m43s

Tiers
                                      scalar           simd            gpu
Model                             Built  Correct  Built  Correct  Built  Correct
--------------------------------  -----  -------  -----  -------  -----  -------
qwen2.5-coder:7b                    3/3      3/3    2/2      2/2    2/2      1/2
deepseek-coder-..b-lite-instruct    2/3      2/3    2/2      2/2    2/2      0/2
gemma2:27b                          2/3      2/3    2/2      2/2    2/2      0/2
glm-4.7-flash:q4_K_M                2/3      2/3    1/2      1/2    1/2      0/2
qwen3:8b                            2/3      2/3    1/2      1/2    0/2      0/2

Challenges
A  qwen2.5-coder:7b
B  deepseek-coder-v2:16b-lite-instruct
C  gemma2:27b
D  glm-4.7-flash:q4_K_M
E  qwen3:8b
Challenge               A      B      C      D      E
----------------------  -----  -----  -----  -----  -----
wat/scalar/add          pass   pass   pass   pass   pass
wat/scalar/max_i32      pass   build  build  build  build
wat/scalar/multiply     pass   pass   pass   pass   pass
wat/simd/vec_add_f32    pass   pass   pass   pass   pass
wat/simd/vec_mul_f32    pass   pass   pass   build  build
wat/gpu/gpu_double_f32  pass   wrong  wrong  build  build
wat/gpu/gpu_negate_f32  wrong  wrong  wrong  wrong  build

What separates the models
only qwen2.5-coder:7b solves: wat/scalar/max_i32, wat/gpu/gpu_double_f32
no model solves: wat/gpu/gpu_negate_f32

Shader byte lengths (gpu)
Model                             Strict  With host's fix-up  Wrong byte lengths
--------------------------------  ------  ------------------  ------------------
qwen2.5-coder:7b                     1/2                 2/2                   1
deepseek-coder-..b-lite-instruct     0/2                 2/2                   2
gemma2:27b                           0/2                 1/2                   1
glm-4.7-flash:q4_K_M                 0/2                 0/2                   0
qwen3:8b                             0/2                 0/2                   0
"""

SEED_120 = """\
5 models, 7 challenges, 35 samples
Model                                  Size  Built  Correct  95% interval  Score    Time  Tries
-----------------------------------  ------  -----  -------  ------------  -----  ------  -----
qwen2.5-coder:7b                     4.7 GB    7/7      6/7        48-98%    86%    114s    1.0
deepseek-coder-v2:16b-lite-instruct   10 GB    6/7      4/7        25-85%    57%     90s    1.0
gemma2:27b                            15 GB    6/7      4/7        25-85%    57%   9m39s    1.0
glm-4.7-flash:q4_K_M                  19 GB    4/7      3/7        15-75%    43%  23m09s    1.0
qwen3:8b                             5.2 GB    3/7      3/7        15-75%    43%  32m43s    1.0

Tiers
                                         scalar           simd            gpu
Model                                Built  Correct  Built  Correct  Built  Correct
-----------------------------------  -----  -------  -----  -------  -----  -------
qwen2.5-coder:7b                       3/3      3/3    2/2      2/2    2/2      1/2
deepseek-coder-v2:16b-lite-instruct    2/3      2/3    2/2      2/2    2/2      0/2
gemma2:27b                             2/3      2/3    2/2      2/2    2/2      0/2
glm-4.7-flash:q4_K_M                   2/3      2/3    1/2      1/2    1/2      0/2
qwen3:8b                               2/3      2/3    1/2      1/2    0/2      0/2

Challenges
Challenge               qwen2.5-coder:7b  deepseek-coder-v..6b-lite-instruct  gemma2:27b  glm-4.7-flash:q4_K_M  qwen3:8b
----------------------  ----------------  ----------------------------------  ----------  --------------------  --------
wat/scalar/add          pass              pass                                pass        pass                  pass
wat/scalar/max_i32      pass              build                               build       build                 build
wat/scalar/multiply     pass              pass                                pass        pass                  pass
wat/simd/vec_add_f32    pass              pass                                pass        pass                  pass
wat/simd/vec_mul_f32    pass              pass                                pass        build                 build
wat/gpu/gpu_double_f32  pass              wrong                               wrong       build                 build
wat/gpu/gpu_negate_f32  wrong             wrong                               wrong       wrong                 build

What separates the models
only qwen2.5-coder:7b solves: wat/scalar/max_i32, wat/gpu/gpu_double_f32
no model solves: wat/gpu/gpu_negate_f32

Shader byte lengths (gpu)
Model                                Strict  With host's fix-up  Wrong byte lengths
-----------------------------------  ------  ------------------  ------------------
qwen2.5-coder:7b                        1/2                 2/2                   1
deepseek-coder-v2:16b-lite-instruct     0/2                 2/2                   2
gemma2:27b                              0/2                 1/2                   1
glm-4.7-flash:q4_K_M                    0/2                 0/2                   0
qwen3:8b                                0/2                 0/2                   0
"""  # noqa: E501 - a report as it is


def section(text: str, title: str) -> str:
    """One section's lines, its title among them."""
    found = [part for part in re.split(r"\n\n(?=\S)", text) if part.startswith(title)]
    assert len(found) == 1
    return found[0]


def test_the_first_report_in_80_columns(seed_board: Scoreboard) -> None:
    """Letters stand for models where their names have no room."""
    assert render(seed_board, width=80, color=False) + "\n" == SEED_80


def test_the_first_report_in_120_columns(seed_board: Scoreboard) -> None:
    """More columns, and names over the matrix."""
    assert render(seed_board, width=120, color=False) + "\n" == SEED_120


@pytest.mark.parametrize("width", [80, 120, 160])
def test_colors_change_no_text(seed_board: Scoreboard, width: int) -> None:
    """Good is green, fair yellow, bad red; without the codes the text is the plain one."""
    colored = render(seed_board, width=width, color=True)
    assert "\x1b[32m86%\x1b[0m" in colored
    assert "\x1b[33m57%\x1b[0m" in colored
    assert "\x1b[31m0/2\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == render(seed_board, width=width, color=False)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
def test_no_line_is_too_long_and_all_is_ascii(seed_board: Scoreboard, width: int) -> None:
    """A log in any encoding shows it aligned."""
    text = render(seed_board, width=width, color=False)
    assert max(map(len, text.splitlines())) <= width
    assert text.isascii()
    assert not re.search(r"[ ]$", text, re.MULTILINE)


def test_a_single_model_gets_its_failures_instead_of_a_matrix(record: MakeRecord) -> None:
    """Each failed challenge with the whole verdict; ours are apart."""
    board = build_scoreboard(
        [
            record("a/b/passes"),
            record("a/b/cut", Verdict.TRUNCATED),
            record("a/b/wrong", Verdict.WRONG_ANSWER),
            record("a/b/lost", Verdict.BACKEND_ERROR),
            record("a/b/stopped", Verdict.INTERRUPTED),
        ]
    )
    assert (
        render(board, width=80, color=False)
        == """\
1 model, 5 challenges, 5 samples, 3 of them counted
Model  Built  Correct  95% interval  Score  Tries
-----  -----  -------  ------------  -----  -----
m        3/3      1/3         6-80%    33%    0.0

Failed: 2 of 5 challenges
Challenge  How it ended
---------  ------------
a/b/cut    truncated
a/b/wrong  wrong answer

Left out of every rate: our errors, not the model's
m: 1 backend_error, 1 interrupted"""
    )


def test_repeated_samples_show_chances_and_fractions(record: MakeRecord) -> None:
    """pass@k beside the interval, how samples ended, and fractions in the matrix."""
    attempt = Attempt(
        outcome="built", seconds=0.5, prompt_tokens=9000, completion_tokens=25, cost_usd=0.002
    )
    passes = {("m", "a/b/1"): 6, ("m", "a/b/2"): 0, ("n", "a/b/1"): 3, ("n", "a/b/2"): 1}
    board = build_scoreboard(
        [
            record(
                challenge,
                Verdict.PASSED if sample < passed else Verdict.OUT_OF_MEMORY,
                model,
                sample=sample,
                attempts=(attempt, attempt),
            )
            for (model, challenge), passed in passes.items()
            for sample in range(6)
        ],
        [ModelFacts(name="m", vram_gb=24)],
    )
    assert (
        render(board, width=100, color=False)
        == """\
2 models, 2 challenges, 24 samples
Model   VRAM  Built  Correct  Score  Time  Tries  Tokens in  out  Tok/s    Cost
-----  -----  -----  -------  -----  ----  -----  ---------  ---  -----  ------
m      24 GB  12/12     6/12    50%   12s    2.0     216.0k  600   50.0  $0.048
n          -  12/12     4/12    33%   12s    2.0     216.0k  600   50.0  $0.048

Repeated samples
Model  Correct  95% interval  pass@1  pass@5  pass@6
-----  -------  ------------  ------  ------  ------
m          50%        25-75%     50%     50%     50%
n          33%        13-61%     33%     92%    100%
The interval is for these challenges, sampled again; it says nothing of other challenges.

How samples ended
Model  pass  memory
-----  ----  ------
m         6       6
n         4       8
memory = out of memory

Challenges
Challenge    m    n
---------  ---  ---
a/b/1      6/6  3/6
a/b/2      0/6  1/6

What separates the models
only n solves: a/b/2"""
    )


def many(record: MakeRecord, challenges: int, differing: int) -> list[Record]:
    """Two models: on some challenges only the first is right, on the others both."""
    return [
        record(
            f"a/b/{index:03}",
            Verdict.CRASHED if model == "n" and index < differing else Verdict.PASSED,
            model,
        )
        for model in "mn"
        for index in range(challenges)
    ]


def test_a_long_matrix_shows_where_the_models_differ(record: MakeRecord) -> None:
    """Rows that say nothing are left out, and counted."""
    text = render(build_scoreboard(many(record, 400, 3)), width=80, color=False)
    assert (
        section(text, "Challenges")
        == """\
Challenges
Challenge  m     n
---------  ----  -----
a/b/000    pass  crash
a/b/001    pass  crash
a/b/002    pass  crash
left out: 397 challenges on which the models do not differ; the whole table:
  --llm-report=markdown:PATH."""
    )


def test_a_long_matrix_has_forty_rows_at_most(record: MakeRecord) -> None:
    """What is left out besides is counted as well, here and where names are listed."""
    text = render(build_scoreboard(many(record, 60, 60)), width=120, color=False)
    lines = section(text, "Challenges").splitlines()
    assert len(lines) == 3 + 40 + 1
    assert lines[-1] == (
        "left out: 20 challenges on which the models differ; the whole table: "
        "--llm-report=markdown:PATH."
    )
    assert section(text, "What separates the models").endswith("a/b/007 and 52 more")


def test_models_that_agree_on_everything_need_no_long_matrix(record: MakeRecord) -> None:
    """Then only the count is said."""
    text = render(build_scoreboard(many(record, 41, 0)), width=120, color=False)
    assert (
        section(text, "Challenges")
        == """\
Challenges
left out: 41 challenges on which the models do not differ; the whole table: \
--llm-report=markdown:PATH."""
    )


def test_a_single_model_lists_forty_failures_at_most(record: MakeRecord) -> None:
    """And counts the others."""
    records = [record(f"a/b/{index:03}", Verdict.CRASHED) for index in range(41)]
    lines = section(
        render(build_scoreboard(records), width=80, color=False), "Failed: 41 of 41 challenges"
    ).splitlines()
    assert len(lines) == 3 + 40 + 1
    assert lines[-1] == "left out: 1 challenge; the whole table: --llm-report=markdown:PATH."


def test_many_models_go_on_below(record: MakeRecord) -> None:
    """A matrix too wide for its letters goes on in a further block, with all models."""
    names = [f"provider/model-number-{index:02}" for index in range(30)]
    board = build_scoreboard([record("a/b/long_challenge", model=name) for name in names])
    text = render(board, width=80, color=False)
    headers = re.findall(r"^Challenge  .*$", text, re.MULTILINE)
    letters = [word for header in headers for word in header.split()[1:]]
    assert letters == [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "AB", "AC", "AD"]
    assert f"A   {names[0]}\n" in text
    assert f"AD  {names[-1]}\n" in text


def test_a_run_without_a_record_says_so() -> None:
    """Nothing settled before the run was stopped."""
    assert render(build_scoreboard([]), width=80, color=False) == "No sample was recorded."


def test_a_model_that_passed_everything_has_no_failures_to_list(record: MakeRecord) -> None:
    """The line says so, rather than an empty table."""
    text = render(build_scoreboard([record()]), width=80, color=False)
    assert section(text, "Challenges") == "Challenges\nEvery counted sample is correct."


def test_a_model_of_which_nothing_counts_is_not_praised(record: MakeRecord) -> None:
    """Its server was down: nothing is known of it."""
    board = build_scoreboard([record(verdict=Verdict.BACKEND_ERROR, built=False, score=0.0)])
    text = render(board, width=80, color=False)
    assert section(text, "Challenges") == "Challenges\nNo sample counts."
