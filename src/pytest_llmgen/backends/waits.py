"""How long a busy server asks to wait, and whether waiting helps at all."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.reply import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_llmgen.backends.reply import Reply

_SECONDS = re.compile(r"(\d+(?:\.\d*)?)s")
_PER_DAY = re.compile(r"per[ _]?day", re.IGNORECASE)
_NO_CREDIT = re.compile(
    r"insufficient_quota|exceeded_current_quota|insufficient (?:account )?(?:balance|credit|fund)"
    r"|credit balance is too low|in arrears",
    re.IGNORECASE,
)
_GOOGLE = "type.googleapis.com/google.rpc."


def asked_wait_s(reply: Reply) -> float:
    """Seconds that a server asks to wait, by its headers or, as Gemini does, in the body."""
    delays = (_SECONDS.fullmatch(str(i.get("retryDelay"))) for i in _details(reply, "RetryInfo"))
    return max([retry_after_s(reply.headers), *(float(delay[1]) for delay in delays if delay)])


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


def has_no_credit(reply: Reply) -> bool:
    """Whether the account is empty, so that asking again is pointless.

    A 402 that says when to come back is a limit on the rate.
    """
    if reply.code == 402:
        return retry_after_s(reply.headers) == 0
    return reply.code in {400, 403, 429} and _NO_CREDIT.search(reply.problem) is not None


def is_used_up_today(reply: Reply) -> bool:
    """Whether it is the day's quota that is used up, whatever delay the server names beside."""
    violations = (v for i in _details(reply, "QuotaFailure") for v in tables_of(i, "violations"))
    return reply.code == 429 and any(_PER_DAY.search(str(v.get("quotaId"))) for v in violations)


def _details(reply: Reply, kind: str) -> Iterator[dict[str, Any]]:
    """Google's details of an error, of one kind."""
    return (i for i in tables_of(reply.error, "details") if i.get("@type") == _GOOGLE + kind)
