"""What a model is asked: examples, the task, the target's rules, and what went wrong last time."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from pytest_llmgen.generation import CHATML, Completion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.generation import Message
    from pytest_llmgen.targets.target import BuildSettings, Example, Target

EMPTY = "(empty)"
"""Stands for a reply without text: some servers refuse a turn that has none."""
MAX_FEEDBACK_CHARS = 4000
"""Longer diagnostics are cut in the middle: the first and the last lines say most."""

_TURN, _END = "<|im_start|>", "<|im_end|>"
_CONTROL_TOKEN = re.compile(r"<\|(?=[^\s<>|]+\|>)")
"""The start of what a tokenizer may read as one token that is no text, such as `<|im_end|>`."""


def first_prompt(
    challenge: Challenge,
    target: Target,
    settings: BuildSettings,
    examples: Sequence[Example] = (),
) -> tuple[Message, ...]:
    """The messages of the first attempt: each example is a question and its answer."""
    text = f"{challenge.task}\n\n{target.rules(challenge, settings)}\n"
    return (*_turns(examples), {"role": "user", "content": text})


def _turns(examples: Sequence[Example]) -> Iterator[Message]:
    for example in examples:
        yield {"role": "user", "content": example.question}
        yield {"role": "assistant", "content": example.answer}


def repair_prompt(messages: Sequence[Message], reply: str, diagnostics: str) -> tuple[Message, ...]:
    """The messages of a later attempt: the conversation so far and what went wrong."""
    feedback = (
        f"That does not work:\n\n{shorten(diagnostics)}\n\n"
        "Answer with the whole corrected code, in the same form as before.\n"
    )
    return (
        *messages,
        {"role": "assistant", "content": reply if reply.strip() else EMPTY},
        {"role": "user", "content": feedback},
    )


def completion_of(style: str, messages: Sequence[Message]) -> Completion | None:
    """The conversation as one text, if the style sends one; it ends where the model begins.

    In what is said, a space parts each control token in two: `<|im_end|>` becomes `<| im_end|>`. So
    no task, reply or diagnostics can end its turn or begin another.
    """
    if style != CHATML:
        return None
    turns = (f"{_TURN}{said['role']}\n{_harmless(said['content'])}{_END}\n" for said in messages)
    return Completion(text=f"{''.join(turns)}{_TURN}assistant\n", stop=(_END,))


def _harmless(text: str) -> str:
    return _CONTROL_TOKEN.sub("<| ", text)


def shorten(text: str, limit: int = MAX_FEEDBACK_CHARS) -> str:
    """At most about `limit` characters of a text, its middle left out."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"


def prompt_hash(messages: Sequence[Message], completion: Completion | None = None) -> str:
    """SHA-256 of what is sent, to tell prompts apart in records."""
    sent = list(messages) if completion is None else completion.text
    return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
