"""Anthropic's `/v1/messages`, which llama.cpp speaks too."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.conversation import system_text, turns
from pytest_llmgen.backends.failures import failure, overflows_context, refused_parameter
from pytest_llmgen.backends.http import connect
from pytest_llmgen.backends.models import ModelSpec, cost_usd, sampling
from pytest_llmgen.backends.reply import (
    Reply,
    count_of,
    cut_off,
    per_second,
    table_of,
    tables_of,
    text_of,
)
from pytest_llmgen.backends.servers import usual_concurrency
from pytest_llmgen.errors import BackendError
from pytest_llmgen.generation import FinishReason, Generation, GenerationRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = "2023-06-01"
"""Of the API, which every request must name."""

MAX_TOKENS = 8192
"""Cap of a reply where nobody sets one: the API demands it."""

_FINISH = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "refusal": FinishReason.REFUSAL,
}
_CACHED = "cache_read_input_tokens"


class Anthropic:
    """One model behind `/v1/messages`."""

    one_model_at_a_time = False

    def __init__(self, spec: ModelSpec) -> None:
        """Set up without connecting; a base URL may end in `/v1` or not.

        Raises:
            UsageError: If the key that `spec` names is not set.
        """
        self._spec = spec
        self._client = connect(spec, key_header="x-api-key", headers={"anthropic-version": VERSION})
        self.server = self._client.server
        self.default_concurrency = usual_concurrency(self.server)
        self._path = "/messages" if self.server.endswith("/v1") else "/v1/messages"

    def generate(self, request: GenerationRequest) -> Generation:
        """Ask once; a prompt that does not fit the context gives an empty, cut-off reply."""
        deadline = time.monotonic() + request.timeout_s
        chosen = sampling(self._spec, request.parameters, {})
        chosen.pop("seed", None)  # the API has none
        reply = self._client.post(self._path, self._body(request, chosen), deadline)
        if not reply.ok:
            return self._without_answer(reply, chosen)
        generation = self._generation(reply)
        cached = count_of(table_of(reply.json, "usage"), _CACHED) or 0
        cost = cost_usd(self._spec, generation, cached_tokens=cached)
        return dataclasses.replace(generation, cost_usd=cost)

    def close(self) -> None:
        """Abort what is in flight."""
        self._client.close()

    def _body(self, request: GenerationRequest, chosen: dict[str, Any]) -> dict[str, Any]:
        system = system_text(request.messages)
        return {
            "max_tokens": MAX_TOKENS,
            **({"system": system} if system else {}),
            **chosen,
            "model": self._spec.model,
            "messages": [{"role": role, "content": text} for role, text in turns(request.messages)],
            "stream": False,
        }

    def _without_answer(self, reply: Reply, sent: Iterable[str]) -> Generation:
        if overflows_context(reply):
            return cut_off(reply)
        raise failure(reply, self._spec, parameter=refused_parameter(reply, sent, {}))

    def _generation(self, reply: Reply) -> Generation:
        answer = reply.json
        if not isinstance(answer.get("content"), list):
            raise BackendError(
                f"model {self._spec.name!r}: {self.server} answered without a list of 'content'; "
                "is base_url that of an Anthropic-compatible server?"
            )
        usage = table_of(answer, "usage")
        tokens = count_of(usage, "output_tokens")
        explanation = text_of(table_of(answer, "stop_details").get("explanation"))
        return Generation(
            text=_joined(answer, "text") or explanation,
            finish_reason=_FINISH.get(str(answer.get("stop_reason")), FinishReason.UNKNOWN),
            reasoning=_joined(answer, "thinking") or None,
            prompt_tokens=_prompt_tokens(usage),
            completion_tokens=tokens,
            seconds=reply.seconds,
            tokens_per_s=per_second(tokens, reply.seconds),
            retries=reply.retries,
        )


def _joined(answer: dict[str, Any], kind: str) -> str:
    """The blocks of one kind, which hold their text in a field named like it."""
    blocks = (block for block in tables_of(answer, "content") if block.get("type") == kind)
    return "".join(text_of(block.get(kind)) for block in blocks)


def _prompt_tokens(usage: dict[str, Any]) -> int | None:
    """All tokens of the prompt: `input_tokens` leaves out what a cache was written or read for."""
    fresh = count_of(usage, "input_tokens")
    if fresh is None:
        return None
    return (
        sum(count_of(usage, key) or 0 for key in ("cache_creation_input_tokens", _CACHED)) + fresh
    )
