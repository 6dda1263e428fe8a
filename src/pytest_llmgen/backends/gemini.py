"""Gemini's `generateContent`."""

from __future__ import annotations

import dataclasses
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.conversation import system_text, turns
from pytest_llmgen.backends.failures import failure, overflows_context, refused_parameter
from pytest_llmgen.backends.http import connect
from pytest_llmgen.backends.models import ModelSpec, cost_usd, sampling
from pytest_llmgen.backends.reply import (
    Reply,
    count_of,
    cut_off,
    declined,
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

_FINISH = {
    "STOP": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.REFUSAL,
    "RECITATION": FinishReason.REFUSAL,
    "BLOCKLIST": FinishReason.REFUSAL,
    "PROHIBITED_CONTENT": FinishReason.REFUSAL,
    "SPII": FinishReason.REFUSAL,
}
_NAMES = {"max_tokens": "maxOutputTokens"}
_TOP_LEVEL = frozenset({"cachedContent", "safetySettings", "toolConfig", "tools"})
"""Parameters beside `generationConfig`; every other one, such as `topP`, goes inside it."""

_ROLES = {"user": "user", "assistant": "model"}


class Gemini:
    """One model of the Gemini API."""

    one_model_at_a_time = False

    def __init__(self, spec: ModelSpec) -> None:
        """Set up without connecting.

        Raises:
            UsageError: If the key that `spec` names is not set.
        """
        self._spec = spec
        self._client = connect(spec, key_header="x-goog-api-key")
        self.server = self._client.server
        self.default_concurrency = usual_concurrency(self.server)
        model = spec.model if "/" in spec.model else f"models/{spec.model}"
        self._path = f"/{urllib.parse.quote(model)}:generateContent"

    def generate(self, request: GenerationRequest) -> Generation:
        """Ask once; a prompt that does not fit the context gives an empty, cut-off reply."""
        deadline = time.monotonic() + request.timeout_s
        chosen = sampling(self._spec, request.parameters, _NAMES)
        reply = self._client.post(self._path, _body(request, chosen), deadline)
        if not reply.ok:
            return self._without_answer(reply, chosen)
        generation = self._generation(reply)
        cached = count_of(table_of(reply.json, "usageMetadata"), "cachedContentTokenCount") or 0
        cost = cost_usd(self._spec, generation, cached_tokens=cached)
        return dataclasses.replace(generation, cost_usd=cost)

    def close(self) -> None:
        """Abort what is in flight."""
        self._client.close()

    def _without_answer(self, reply: Reply, sent: Iterable[str]) -> Generation:
        if overflows_context(reply):
            return cut_off(reply)
        raise failure(reply, self._spec, parameter=refused_parameter(reply, sent, _NAMES))

    def _generation(self, reply: Reply) -> Generation:
        usage = table_of(reply.json, "usageMetadata")
        tokens = _completion_tokens(usage)
        return dataclasses.replace(
            self._answer(reply),
            prompt_tokens=count_of(usage, "promptTokenCount"),
            completion_tokens=tokens,
            tokens_per_s=per_second(tokens, reply.seconds),
        )

    def _answer(self, reply: Reply) -> Generation:
        """What was said, or why nothing was: a blocked prompt has no candidate."""
        blocked = table_of(reply.json, "promptFeedback").get("blockReason")
        if blocked:
            return declined(reply, f"The prompt was blocked: {blocked}.")
        candidate = next(iter(tables_of(reply.json, "candidates")), None)
        if candidate is None:
            raise BackendError(
                f"model {self._spec.name!r}: {self.server} answered without 'candidates'; "
                "is base_url that of the Gemini API?"
            )
        parts = tables_of(table_of(candidate, "content"), "parts")
        return Generation(
            text="".join(text_of(p.get("text")) for p in parts if not p.get("thought"))
            or text_of(candidate.get("finishMessage")),
            finish_reason=_FINISH.get(str(candidate.get("finishReason")), FinishReason.UNKNOWN),
            reasoning="".join(text_of(p.get("text")) for p in parts if p.get("thought")) or None,
            seconds=reply.seconds,
            retries=reply.retries,
        )


def _body(request: GenerationRequest, chosen: dict[str, Any]) -> dict[str, Any]:
    system = system_text(request.messages)
    inside = {k: v for k, v in chosen.items() if k not in _TOP_LEVEL | {"generationConfig"}}
    config = inside | chosen.get("generationConfig", {})
    return {
        **({"systemInstruction": {"parts": [{"text": system}]}} if system else {}),
        **({"generationConfig": config} if config else {}),
        **{k: v for k, v in chosen.items() if k in _TOP_LEVEL},
        "contents": [
            {"role": _ROLES[role], "parts": [{"text": text}]}
            for role, text in turns(request.messages)
        ],
    }


def _completion_tokens(usage: dict[str, Any]) -> int | None:
    """Tokens of the answer and of the thinking, which Gemini counts apart."""
    answer, thinking = (
        count_of(usage, "candidatesTokenCount"),
        count_of(usage, "thoughtsTokenCount"),
    )
    return None if answer is None and thinking is None else (answer or 0) + (thinking or 0)
