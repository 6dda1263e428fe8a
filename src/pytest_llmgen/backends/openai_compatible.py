"""OpenAI's chat completions, as many servers speak them."""

from __future__ import annotations

import dataclasses
import math
import time
import urllib.parse
from typing import Any

from pytest_llmgen.backends.http import connect, is_loopback
from pytest_llmgen.backends.models import ModelSpec, cost_usd, sampling
from pytest_llmgen.backends.reply import (
    Reply,
    count_of,
    cut_off,
    failure,
    overflows_context,
    text_of,
)
from pytest_llmgen.errors import BackendError
from pytest_llmgen.generation import FinishReason, Generation, GenerationRequest

_FINISH = {
    "stop": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "content_filter": FinishReason.REFUSAL,
}
_FAILED = frozenset({"error", "insufficient_system_resource"})


class OpenAICompatible:
    """One model behind `/chat/completions`: OpenAI, OpenRouter, llama.cpp, vLLM and others."""

    one_model_at_a_time = False

    def __init__(self, spec: ModelSpec) -> None:
        """Set up without connecting.

        Raises:
            UsageError: If the key that `spec` names is not set.
        """
        self._spec = spec
        self._client = connect(spec)
        self.server = self._client.server
        self.default_concurrency = 8 if is_loopback(self.server) else 32
        host = urllib.parse.urlsplit(self.server).hostname
        self._names = {"max_tokens": "max_completion_tokens"} if host == "api.openai.com" else {}

    def generate(self, request: GenerationRequest) -> Generation:
        """Ask once; a prompt that does not fit the context gives an empty, cut-off reply."""
        deadline = time.monotonic() + request.timeout_s
        body = {
            **sampling(self._spec, request.parameters, self._names),
            "model": self._spec.model,
            "messages": request.messages,
            "stream": False,
        }
        reply = self._client.post("/chat/completions", body, deadline)
        if not reply.ok:
            return self._without_answer(reply)
        generation = self._generation(reply)
        return dataclasses.replace(generation, cost_usd=cost_usd(self._spec, generation))

    def close(self) -> None:
        """Abort what is in flight."""
        self._client.close()

    def _without_answer(self, reply: Reply) -> Generation:
        if overflows_context(reply):
            return cut_off(reply)
        if _filtered(reply):
            return Generation(
                text=text_of(reply.problem),
                finish_reason=FinishReason.REFUSAL,
                seconds=reply.seconds,
                retries=reply.retries,
            )
        raise failure(reply, self._spec)

    def _generation(self, reply: Reply) -> Generation:
        choice = self._choice(reply)
        message = choice["message"]
        usage = _table(reply.json, "usage")
        completion_tokens = _completion_tokens(usage)
        refusal = text_of(message.get("refusal"))
        reasoning = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
        finish = _FINISH.get(str(choice.get("finish_reason")), FinishReason.UNKNOWN)
        return Generation(
            text=refusal or _content(message.get("content")),
            finish_reason=FinishReason.REFUSAL if refusal else finish,
            reasoning=reasoning or None,
            prompt_tokens=count_of(usage, "prompt_tokens"),
            completion_tokens=completion_tokens,
            seconds=reply.seconds,
            tokens_per_s=_rate(reply, completion_tokens),
            cost_usd=_amount(usage.get("cost")),
            retries=reply.retries,
        )

    def _choice(self, reply: Reply) -> dict[str, Any]:
        who = f"model {self._spec.name!r}: {self.server}"
        choices = reply.json.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
            raise BackendError(
                f"{who} answered without 'choices' that hold a 'message'; "
                "is base_url that of an OpenAI-compatible server?"
            )
        if choice.get("error") or choice.get("finish_reason") in _FAILED:
            reason = choice.get("finish_reason")
            raise BackendError(f"{who} broke off the generation (finish_reason {reason!r})")
        return choice


def _filtered(reply: Reply) -> bool:
    """Whether a moderation in front of the model declined: OpenRouter's 403, Azure's 400."""
    if reply.code == 403:
        return "reasons" in _table(_table(reply.json, "error"), "metadata")
    marks = "content_filter", "content_policy_violation"
    return reply.code == 400 and any(mark in reply.problem for mark in marks)


def _content(content: object) -> str:
    """Join the text of a message, which some servers give in parts."""
    if not isinstance(content, list):
        return text_of(content)
    parts = (part for part in content if isinstance(part, dict) and part.get("type") == "text")
    return "".join(text_of(part.get("text")) for part in parts)


def _completion_tokens(usage: dict[str, Any]) -> int | None:
    """Completion tokens, thinking included: some servers count it only in the total."""
    completion = count_of(usage, "completion_tokens")
    thinking = count_of(_table(usage, "completion_tokens_details"), "reasoning_tokens")
    prompt, total = count_of(usage, "prompt_tokens"), count_of(usage, "total_tokens")
    if completion is None or thinking is None or prompt is None:
        return completion
    return completion + thinking if prompt + completion + thinking == total else completion


def _rate(reply: Reply, completion_tokens: int | None) -> float | None:
    """Tokens per second: llama.cpp's own figure, else over the whole exchange."""
    own = _amount(_table(reply.json, "timings").get("predicted_per_second"))
    if own is not None or not completion_tokens:
        return own
    return completion_tokens / reply.seconds


def _amount(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def _table(table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}
