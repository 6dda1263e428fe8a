"""What is said, as servers want it: the system's words apart, no empty turn, and where to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_llmgen.generation import Completion, Message

NOTHING_SAID = "(no answer)"
"""Stands for an empty turn, such as a reply that was nothing but reasoning."""


def system_text(messages: Iterable[Message]) -> str:
    """What the system says, in one text; empty if it says nothing."""
    return "\n\n".join(m["content"] for m in messages if m["role"] == "system")


def turns(messages: Iterable[Message]) -> list[tuple[str, str]]:
    """Role and text of each message of the user and of the model; none is empty."""
    return [
        (message["role"], message["content"] if message["content"].strip() else NOTHING_SAID)
        for message in messages
        if message["role"] != "system"
    ]


def stops(completion: Completion, own: object) -> list[str]:
    """What ends a completion: the end of the model's turn, and what the user's parameters name."""
    named = [own] if isinstance(own, str) else own
    return [*completion.stop, *(named if isinstance(named, list) else ())]
