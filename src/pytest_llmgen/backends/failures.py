"""What a server's refusals mean: for the next try, for the sample, for the whole model."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pytest_llmgen.backends.waits import has_no_credit, is_used_up_today
from pytest_llmgen.errors import BackendError, BrokenServerError, PermanentBackendError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.backends.reply import Reply

_BUSY = frozenset({402, 429, 503, 529})
_BEHIND = frozenset({502, 504, 520, 521, 522, 523, 524})
"""What a gateway says of the server behind it."""
_BROKEN = frozenset({408, 500}) | _BEHIND
_REFUSED = frozenset({400, 422})

_PARAMETER = re.compile(
    r"unsupported|not support|deprecated|unrecognized|unknown (?:field|param|name)"
    r"|unexpected (?:argument|field|keyword|param)|extra[ _](?:inputs|forbidden)|not permitted"
    r"|not allowed|cannot both be",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"context[ _](?:length|size|window|limit)|exceed_context_size|prompt is too long"
    r"|input token count|exceeded model token limit|prompt exceeds max length",
    re.IGNORECASE,
)
_CONTEXT_TOKENS = re.compile(
    r"context (?:length|size|window)\D{0,24}(\d+)|context limit: \d+ \+ \d+ > (\d+)", re.IGNORECASE
)
_PROMPT_TOKENS = re.compile(
    r"(\d+) (?:in (?:the|your) (?:messages|prompt)|input tokens)|context limit: (\d+) \+",
    re.IGNORECASE,
)
_CAP_TOO_HIGH = re.compile(
    r"\bmax_?(?:completion_|output_?)?tokens\b.*"
    r"(?:too large|at most|maximum|less than|range|exceed)",
    re.IGNORECASE | re.DOTALL,
)
_UNKNOWN_MODEL = re.compile(
    r"(?:unknown|invalid|no such) model\b|not a valid model"
    r"|model\b.{0,80}(?:does not exist|not found|not exist)",
    re.IGNORECASE,
)
_BAD_KEY = re.compile(r"api[ _]key (?:is )?(?:not valid|invalid|expired|not found)", re.IGNORECASE)


def is_worth_repeating(reply: Reply) -> bool:
    """Whether the same request may well succeed later."""
    if has_no_credit(reply) or is_used_up_today(reply) or overflows_context(reply):
        return False
    word = reply.headers.get("x-should-retry")
    if word in {"true", "false"}:
        return word == "true" and not reply.ok
    return reply.code in _BUSY | _BROKEN


def asks_to_come_back(reply: Reply) -> bool:
    """Whether a refusal that is worth repeating is about too many requests, not about a fault."""
    return reply.code in _BUSY


def overflows_context(reply: Reply) -> bool:
    """Tell whether the prompt alone does not fit the model's context.

    It is then the model's limit and no fault of the server, so backends answer with an empty text
    and `FinishReason.LENGTH`. A prompt that would fit with a lower `max_tokens` is no such case.
    """
    if reply.code not in {400, 413, 422, 500} or not _CONTEXT.search(reply.problem):
        return False
    context = _CONTEXT_TOKENS.search(reply.problem)
    prompt = _PROMPT_TOKENS.search(reply.problem)
    return not (context and prompt and _number(prompt) < _number(context))


def _number(match: re.Match[str]) -> int:
    return int(next(group for group in match.groups() if group))


def refused_parameter(reply: Reply, sent: Iterable[str], names: Mapping[str, str]) -> str | None:
    """The parameter that the server does not take, by this package's name; None if none is seen.

    Args:
        reply: The server's refusal.
        sent: Names of the parameters that it got.
        names: The server's names by this package's, as for `sampling`.
    """
    if reply.code not in _REFUSED:
        return None
    ours = {theirs: name for name, theirs in names.items()}
    found = next((name for name in sent if _is_about(reply, name)), None)
    return None if found is None else ours.get(found, found)


def _is_about(reply: Reply, name: str) -> bool:
    """Whether a refusal names a parameter: in a field, as a name, or among words of refusal."""
    text = reply.problem.partition("] ")[2] if reply.problem.startswith("[") else reply.problem
    if reply.error.get("param") == name or text.startswith(f"{name}:"):
        return True
    word = re.search(rf"(?<![\w.])(['\"`]?){re.escape(name)}(?![\w])", text)
    if word is None:
        return False
    is_prose = not text.startswith("{")  # JSON may repeat the whole request, all names quoted
    return (is_prose and bool(word[1])) or _PARAMETER.search(text) is not None


def failure(
    reply: Reply, spec: ModelSpec, *, parameter: str | None = None, completing: bool = False
) -> BackendError:
    """Say why there is no generation, and what to do.

    Args:
        reply: What the server said.
        spec: The model.
        parameter: What `refused_parameter` found.
        completing: Whether it was asked to go on with a text, which not every server can.
    """
    who = f"model {spec.name!r}: {spec.base_url}"
    said = f"{reply.code}: {reply.problem}"
    table = f"[tool.llmgen.models.{json.dumps(spec.name)}]"
    if 300 <= reply.code < 400:
        return PermanentBackendError(f"{who} {reply.problem}; set base_url to where it leads")
    if has_no_credit(reply):
        return PermanentBackendError(f"{who} reports no credit or quota left ({said}); top it up")
    if is_used_up_today(reply):
        return PermanentBackendError(
            f"{who} has no more requests for today ({said}); go on tomorrow with the same --llm-run"
        )
    if reply.code in {401, 403} or (reply.code == 400 and _BAD_KEY.search(reply.problem)):
        key = f"the key in {spec.api_key_env}" if spec.api_key_env else "whether it needs a key"
        hint = "" if spec.api_key_env else " (api_key_env names its environment variable)"
        return PermanentBackendError(f"{who} denies access ({said}); check {key}{hint}")
    if reply.code in {404, 405} or (
        reply.code in _REFUSED and _UNKNOWN_MODEL.search(reply.problem)
    ):
        chat = "; without a completion endpoint, it needs --llm-prompt=chat" if completing else ""
        return PermanentBackendError(
            f"{who} does not know the model or the path ({said}); "
            f"check the model's name {spec.model!r} and base_url{chat}"
        )
    if reply.code in _BEHIND:
        return BrokenServerError(f"{who} answered {said}")
    if reply.code not in _REFUSED:
        return BackendError(f"{who} answered {said}")
    if _CONTEXT.search(reply.problem):
        return BackendError(
            f"{who} has no room for the prompt and max_tokens ({said}); lower max_tokens"
        )
    if _CAP_TOO_HIGH.search(reply.problem):
        return PermanentBackendError(
            f"{who} does not write as much as max_tokens allows ({said}); "
            f"lower parameters.max_tokens in {table}"
        )
    if parameter:
        return PermanentBackendError(
            f"{who} refuses the parameter {parameter!r} ({said}); "
            f'add omit = ["{parameter}"] to {table}'
        )
    if _PARAMETER.search(reply.problem):
        return PermanentBackendError(
            f"{who} rejects the request ({said}); name a parameter that it refuses in 'omit'"
        )
    return BackendError(f"{who} answered {said}")
