"""What a model is asked: the task, the target's rules, and what went wrong last time."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.generation import Message
    from pytest_llmgen.targets.target import BuildSettings, Target

EMPTY = "(empty)"
"""Stands for a reply without text: some servers refuse a turn that has none."""
MAX_FEEDBACK_CHARS = 4000
"""Longer diagnostics are cut in the middle: the first and the last lines say most."""


def first_prompt(
    challenge: Challenge, target: Target, settings: BuildSettings
) -> tuple[Message, ...]:
    """The messages of the first attempt."""
    text = f"{challenge.task}\n\n{target.rules(challenge, settings)}\n"
    return ({"role": "user", "content": text},)


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


def shorten(text: str, limit: int = MAX_FEEDBACK_CHARS) -> str:
    """At most about `limit` characters of a text, its middle left out."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"


def prompt_hash(messages: Sequence[Message]) -> str:
    """SHA-256 of the messages, to tell prompts apart in records."""
    return hashlib.sha256(json.dumps(list(messages), sort_keys=True).encode()).hexdigest()
