"""What a model is asked, at first and after a failure."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.prompt import (
    MAX_FEEDBACK_CHARS,
    first_prompt,
    prompt_hash,
    repair_prompt,
    shorten,
)
from pytest_llmgen.targets.target import BuildSettings

if TYPE_CHECKING:
    from pytest_llmgen.generation import Message

TASK = Challenge(
    id="toy/add", folder=Path("toy/add"), task="Add a and b.", targets=("toy",), tier="basic"
)
ASKED: tuple[Message, ...] = ({"role": "user", "content": "Add a and b."},)


def test_first_prompt_is_the_task_and_the_rules() -> None:
    """The task comes first, word for word; the target's rules follow."""
    target: Any = SimpleNamespace(rules=lambda challenge, _settings: f"Write {challenge.tier}.")
    assert first_prompt(TASK, target, BuildSettings()) == (
        {"role": "user", "content": "Add a and b.\n\nWrite basic.\n"},
    )


def test_repair_prompt_goes_on_with_the_conversation() -> None:
    """The reply as it was, and the diagnostics in the next question."""
    first, answer, feedback = repair_prompt(ASKED, "a + c", "c is not known")
    assert (first, answer) == (ASKED[0], {"role": "assistant", "content": "a + c"})
    assert feedback == {
        "role": "user",
        "content": "That does not work:\n\nc is not known\n\n"
        "Answer with the whole corrected code, in the same form as before.\n",
    }


def test_empty_reply_is_told_as_such() -> None:
    """Some servers refuse a turn without text, others two of the same role in a row."""
    for reply in ("", " \n"):
        assert repair_prompt(ASKED, reply, "no code")[1]["content"] == "(empty)"


def test_long_diagnostics_keep_their_ends() -> None:
    """A compiler that says much does not fill the context."""
    text = "first line\n" + "x" * 100_000 + "\nlast line"
    feedback = repair_prompt(ASKED, "code", text)[-1]["content"]
    assert len(feedback) < MAX_FEEDBACK_CHARS + 300
    assert "first line" in feedback
    assert "last line" in feedback
    assert f"[... {len(text) - MAX_FEEDBACK_CHARS} characters left out ...]" in feedback


@given(st.text(max_size=60), st.integers(2, 40))
def test_short_texts_stay_and_long_ones_are_cut_in_the_middle(text: str, limit: int) -> None:
    """Beginning and end are those of the text."""
    short = shorten(text, limit)
    if len(text) <= limit:
        assert short == text
    else:
        assert short.startswith(text[: limit // 2])
        assert short.endswith(text[-(limit // 2) :])


def test_hash_tells_prompts_apart() -> None:
    """By role, text and order, not by the order of keys."""
    swapped = cast("Message", {"content": "Add a and b.", "role": "user"})
    assert prompt_hash(ASKED) == prompt_hash([swapped])
    others = [(), (*ASKED, *ASKED), ({"role": "system", "content": "Add a and b."},)]
    assert len({prompt_hash(cast("Any", other)) for other in (*others, ASKED)}) == 4
