"""Messages, for servers that want the system's apart and no empty ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_llmgen.generation import Message

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
