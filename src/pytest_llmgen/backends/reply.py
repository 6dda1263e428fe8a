"""What a model server answered, and how its fields are read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Mapping

BROKEN_OFF = frozenset({"error", "insufficient_system_resource", "network_error"})
"""Values of `finish_reason` that say that the server failed half way."""

_CODES = {
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "invalid_request_error": 400,
    "rate_limit_error": 429,
    "overloaded_error": 529,
}
"""Statuses by the type of error that Anthropic gives in their place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer of a server, good or bad."""

    status: int
    """As it came over the wire."""
    code: int
    """The status that it amounts to: a 200 may carry an error, and that error its own code."""
    json: dict[str, Any]
    """Empty where an error did not come as a JSON object."""
    headers: Mapping[str, str]
    seconds: float
    """Wall time of this one exchange."""
    retries: int = 0
    """Exchanges before this one."""
    problem: str = ""
    """The server's own words on what is wrong, in one line."""

    @property
    def ok(self) -> bool:
        """Whether it answers the question."""
        return 200 <= self.code < 300

    @property
    def error(self) -> dict[str, Any]:
        """The error in its body; empty if there is none that is an object."""
        return table_of(self.json, "error")


def text_of(value: object) -> str:
    """Return a text that can be written as UTF-8; JSON may hold half a surrogate pair."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def count_of(table: Mapping[str, Any], key: str) -> int | None:
    """Return a count such as a number of tokens; None where there is none worth the name."""
    value = table.get(key)
    return value if type(value) is int and value >= 0 else None


def amount_of(table: Mapping[str, Any], key: str) -> float | None:
    """Return a finite amount of 0 or more; None where there is none."""
    value = table.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def table_of(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return an object inside an object; empty where there is none."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def tables_of(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list inside an object; empty where there is none."""
    value = table.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def per_second(tokens: int | None, seconds: float) -> float | None:
    """Tokens per second over the whole exchange."""
    return tokens / seconds if tokens and seconds > 0 else None


def cut_off(reply: Reply) -> Generation:
    """Stand for the reply of a model whose context the prompt overflows."""
    return Generation(
        text="", finish_reason=FinishReason.LENGTH, seconds=reply.seconds, retries=reply.retries
    )


def declined(reply: Reply, words: str) -> Generation:
    """Stand for the reply of a model that was not let answer."""
    return Generation(
        text=text_of(words),
        finish_reason=FinishReason.REFUSAL,
        seconds=reply.seconds,
        retries=reply.retries,
    )


def error_of(answer: Mapping[str, Any]) -> Any:
    """The error that a body with status 200 carries; None if it carries none.

    OpenRouter puts it beside the choices, or into one; others give a reason to stop instead.
    """
    if answer.get("error"):
        return answer["error"]
    choice = next(iter(tables_of(answer, "choices")), {})
    if choice.get("error"):
        return choice["error"]
    reason = choice.get("finish_reason")
    if reason in BROKEN_OFF:
        return {"message": f"the server broke off the generation (finish_reason {reason!r})"}
    return None


def code_of(error: object) -> int:
    """The HTTP status that an error inside a 200 amounts to; 500 where it names none."""
    if not isinstance(error, dict):
        return 500
    code = error.get("code")
    if isinstance(code, str) and code.isdecimal():
        code = int(code)
    if type(code) is int and 400 <= code < 600:
        return code
    return _CODES.get(str(error.get("type")), 500)


def words_of(answer: object, raw: bytes) -> str:
    """Take the message out of an error's body, with its type and code in brackets before it."""
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    start = raw[:4000].decode(errors="replace")
    if not isinstance(error, dict):
        return error if isinstance(error, str) else start
    message = next((error[k] for k in ("message", "detail", "msg") if error.get(k)), None)
    labels = dict.fromkeys(
        error[k] for k in ("type", "code", "status") if isinstance(error.get(k), str)
    )
    text = message if isinstance(message, str) else start
    return f"[{', '.join(labels)}] {text}" if labels else text
