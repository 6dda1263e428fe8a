"""One question to a model, and one reply."""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypedDict


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass, for `json.dumps(..., default=fields_of)`.

    `dataclasses.asdict` copies all that it meets, which costs more than the encoding.

    Raises:
        TypeError: If `value` is no dataclass.
    """
    return {field.name: getattr(value, field.name) for field in fields(value)}


class Message(TypedDict):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


CHAT, CHATML = PROMPT_STYLES = ("chat", "chatml")
"""How a conversation is sent: as messages, or as one text in ChatML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A conversation as one text, for a server that goes on with a text."""

    text: str
    stop: tuple[str, ...]
    """What ends the model's turn: the reply is what comes before the first of these."""


class FinishReason(enum.StrEnum):
    """Why a model stopped, in one vocabulary for all providers."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingParameters:
    """How to draw from the model; None leaves the choice to the server and is never sent."""

    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """Further parameters by their name in the provider's API, sent as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleKey:
    """Which draw this is: one per model, challenge, target and index."""

    model: str
    challenge: str
    target: str
    sample: int

    def __str__(self) -> str:
        return f"{self.model} {self.challenge} {self.target} s{self.sample}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What is asked, of whom, and for which attempt of which sample."""

    key: SampleKey
    attempt: int
    """From 1."""
    messages: tuple[Message, ...]
    completion: Completion | None = None
    """The same conversation as one text, to be sent in place of the messages, if there is one."""
    parameters: SamplingParameters
    timeout_s: float
    """Total deadline of the generation, retries included."""
    identity: str = ""
    """What else decides the reply: the server's name for the model, the parameters of its table."""
    solution_file: str | None = None
    """Where a built-in model reads its answer; None for every other model."""

    def digest(self) -> str:
        """SHA-256 of all that decides the reply: equal digests may share a stored reply."""
        decides = {
            "key": self.key,
            "attempt": self.attempt,
            "messages": self.messages,
            "parameters": self.parameters,
            "identity": self.identity,
        }
        if self.completion is not None:
            decides["completion"] = self.completion
        text = json.dumps(decides, sort_keys=True, default=fields_of)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One reply of a model."""

    text: str
    finish_reason: FinishReason
    reasoning: str | None = None
    """The model's thinking, where the API keeps it apart from the answer."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float
    """Wall time of the successful request; waiting for a retry is not in it."""
    tokens_per_s: float | None = None
    """Completion tokens per second: the server's own figure where it gives one."""
    cost_usd: float | None = None
    retries: int = 0
