"""What a model server answered, and what its refusals mean."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import BackendError, PermanentBackendError
from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.backends.models import ModelSpec

BUSY = frozenset({429, 503, 529})
"""Statuses that ask to come back later."""

_BROKEN = frozenset({408, 500, 502, 504})
_PARAMETER = re.compile(
    r"unsupported|not support|unrecognized|unknown (?:field|param)", re.IGNORECASE
)
_CONTEXT = re.compile(
    r"context[ _](?:length|size|window)|exceed_context_size|prompt is too long", re.IGNORECASE
)
_CONTEXT_TOKENS = re.compile(r"context (?:length|size|window)\D{0,24}(\d+)", re.IGNORECASE)
_PROMPT_TOKENS = re.compile(
    r"(\d+) (?:in (?:the|your) (?:messages|prompt)|input tokens)", re.IGNORECASE
)


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
    def worth_repeating(self) -> bool:
        """Whether the same request may well succeed later."""
        return (
            self.code in BUSY | _BROKEN
            and self.headers.get("x-should-retry") != "false"
            and "insufficient_quota" not in self.problem
            and not overflows_context(self)
        )


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


def cut_off(reply: Reply) -> Generation:
    """Stand for the reply of a model whose context the prompt overflows."""
    return Generation(
        text="", finish_reason=FinishReason.LENGTH, seconds=reply.seconds, retries=reply.retries
    )


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Seconds that the server asks to wait, from `retry-after-ms` or `Retry-After`; 0 if none."""
    try:
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    except (KeyError, ValueError):
        pass
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        return _until(value)


def _until(http_date: str) -> float:
    """Seconds from now to a date such as `Wed, 21 Oct 2026 07:28:00 GMT`; 0 if unreadable."""
    try:
        then = email.utils.parsedate_to_datetime(http_date)
    except ValueError:
        return 0.0
    now = dt.datetime.now(tz=then.tzinfo or dt.UTC)
    return max(0.0, (then.replace(tzinfo=now.tzinfo) - now).total_seconds())


def words_of(answer: object, raw: bytes) -> str:
    """Take the message out of an error's body, with its type and code in brackets before it."""
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    start = raw[:4000].decode(errors="replace")
    if not isinstance(error, dict):
        return error if isinstance(error, str) else start
    message = next((error[k] for k in ("message", "detail", "msg") if error.get(k)), None)
    labels = dict.fromkeys(error[k] for k in ("type", "code") if isinstance(error.get(k), str))
    text = message if isinstance(message, str) else start
    return f"[{', '.join(labels)}] {text}" if labels else text


def overflows_context(reply: Reply) -> bool:
    """Tell whether the prompt alone does not fit the model's context.

    It is then the model's limit and no fault of the server, so backends answer with an empty text
    and `FinishReason.LENGTH`. A prompt that would fit with a lower `max_tokens` is no such case.
    """
    if reply.code not in {400, 413, 422, 500} or not _CONTEXT.search(reply.problem):
        return False
    context = _CONTEXT_TOKENS.search(reply.problem)
    prompt = _PROMPT_TOKENS.search(reply.problem)
    return not (context and prompt and int(prompt[1]) < int(context[1]))


def failure(reply: Reply, spec: ModelSpec) -> BackendError:
    """Say why there is no generation, and what to do."""
    who = f"model {spec.name!r}: {spec.base_url}"
    said = f"{reply.code}: {reply.problem}"
    if 300 <= reply.code < 400:
        return PermanentBackendError(f"{who} {reply.problem}; set base_url to where it leads")
    if reply.code in {401, 403}:
        key = f"the key in {spec.api_key_env}" if spec.api_key_env else "whether it needs a key"
        hint = "" if spec.api_key_env else " (api_key_env names its environment variable)"
        return PermanentBackendError(f"{who} denies access ({said}); check {key}{hint}")
    if reply.code == 402 or "insufficient_quota" in reply.problem:
        return PermanentBackendError(f"{who} reports no credit or quota left ({said}); top it up")
    if reply.code in {404, 405}:
        return PermanentBackendError(
            f"{who} does not know the model or the path ({said}); "
            f"check the model's name {spec.model!r} and base_url"
        )
    if reply.code in {400, 422} and _CONTEXT.search(reply.problem):
        return BackendError(
            f"{who} has no room for the prompt and max_tokens ({said}); lower max_tokens"
        )
    if reply.code in {400, 422} and _PARAMETER.search(reply.problem):
        return PermanentBackendError(
            f"{who} rejects the request ({said}); name a parameter that it refuses in 'omit'"
        )
    return BackendError(f"{who} answered {said}")
