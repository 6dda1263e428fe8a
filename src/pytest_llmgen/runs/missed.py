"""Why a stored reply was not used: it answers another question than the one that is asked now."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pytest_llmgen.generation import CHAT, CHATML, fields_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pytest_llmgen.generation import GenerationRequest, SampleKey


class MissedReplies:
    """Stored replies that were passed over. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = threading.Lock()
        self._reasons: dict[tuple[SampleKey, int], str] = {}

    def knows(self, request: GenerationRequest) -> bool:
        """Whether it was noted: what is asked again after a refusal misses again."""
        return (request.key, request.attempt) in self._reasons

    def note(self, request: GenerationRequest, asked: object, answered: str) -> None:
        """Take note of a reply that a request missed.

        Args:
            request: The present question.
            asked: The stored question, if it can be read.
            answered: The digest of the question that the stored reply is to.
        """
        reason = _reason(request, asked, answered)
        with self._lock:
            self._reasons[request.key, request.attempt] = reason

    def lines(self, *, why: bool) -> Iterator[str]:
        """A line for each model and reason, with an example; or one line that there were any."""
        with self._lock:
            met = list(self._reasons.items())
        if met and not why:
            yield f"{_replies(len(met))} not used, since what is asked has changed; -v says how"
            return
        groups: defaultdict[tuple[str, str], list[SampleKey]] = defaultdict(list)
        for (key, _), reason in met:
            groups[key.model, reason].append(key)
        for (model, reason), keys in sorted(groups.items()):
            first = min(keys, key=lambda key: (key.challenge, key.sample))
            example = f"{first.challenge} s{first.sample}"
            yield f"{model}: {_replies(len(keys))} not used: {reason} ({example})"


def _replies(number: int) -> str:
    return f"{number} stored {'reply' if number == 1 else 'replies'}"


def _reason(request: GenerationRequest, asked: object, answered: str) -> str:
    if not isinstance(asked, dict) or asked.get("digest") != answered:
        return "what was asked is not known any more"
    try:
        found = differences(asked, request)
    except (KeyError, TypeError, AttributeError):  # a damaged file
        found = []
    return ", ".join(found) or "it was asked by another version of pytest-llmgen"


def differences(asked: Mapping[str, Any], request: GenerationRequest) -> list[str]:
    """What tells a stored question from the present one of the same sample and attempt."""
    before, now = asked["parameters"], asdict(request.parameters)
    found = _changed(before | before["extra"], now | now["extra"], without={"extra", "seed"})
    if before["seed"] != now["seed"]:
        found.append(_change_of_seed(before["seed"], now["seed"]))
    if (identity := asked.get("identity", request.identity)) != request.identity:
        found += _changed_identity(identity, request.identity)
    found += _changed({"prompt": _style(asked)}, {"prompt": _style(fields_of(request))})
    found += _changed_messages(
        asked["messages"],
        [dict(message) for message in request.messages],
        request.attempt,
        follows=bool(found),
    )
    return found


def _style(asked: Mapping[str, Any]) -> str:
    return CHAT if asked.get("completion") is None else CHATML


def _changed_messages(
    stored: Sequence[Any], messages: Sequence[Any], attempt: int, *, follows: bool
) -> list[str]:
    """What is said otherwise; `follows` is whether other changes explain another conversation."""
    before, now = (_of_examples(said, attempt) for said in (stored, messages))
    if before != now:
        return [f"few-shot examples were {before // 2}, are {now // 2}"]
    if stored[:now] != messages[:now]:
        return ["the few-shot examples are others"]
    if stored[now : now + 1] != messages[now : now + 1]:
        return ["the prompt is another"]
    if stored == messages or follows:
        return []
    same = stored[:-1] == messages[:-1]
    return [f"the {'feedback' if same else 'conversation before it'} is another"]


def _changed_identity(before: str, now: str) -> list[str]:
    """What else decides a reply, as `models.lane_of` writes it."""
    try:
        old, new = json.loads(before), json.loads(now)
        old, new = old | old["parameters"], new | new["parameters"]
    except (ValueError, KeyError, TypeError):
        return ["the model is another"]
    return _changed(old, new, without={"parameters"})


def _of_examples(messages: Sequence[Any], attempt: int) -> int:
    """How many messages come before the task: each attempt after the first has added two."""
    return max(0, len(messages) - 1 - 2 * (attempt - 1))


def _changed(
    before: Mapping[str, Any], now: Mapping[str, Any], without: Collection[str] = ()
) -> list[str]:
    return [
        f"{name} was {_shown(before.get(name))}, is {_shown(now.get(name))}"
        for name in sorted((before.keys() | now.keys()) - set(without))
        if before.get(name) != now.get(name)
    ]


def _change_of_seed(before: int | None, now: int | None) -> str:
    """Each request has a seed of its own, drawn from that of the run: the numbers say nothing."""
    if before is None:
        return "no seed was sent, now one is"
    return "a seed was sent, now none is" if now is None else "the seed is another"


def _shown(value: object) -> str:
    return "not sent" if value is None else json.dumps(value, default=str)
