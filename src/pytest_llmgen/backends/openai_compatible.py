"""OpenAI's chat completions, as many servers speak them, and its completions of a text."""

from __future__ import annotations

import dataclasses
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.conversation import stops
from pytest_llmgen.backends.failures import failure, overflows_context, refused_parameter
from pytest_llmgen.backends.http import connect
from pytest_llmgen.backends.models import ModelSpec, cost_usd, sampling
from pytest_llmgen.backends.reply import (
    Reply,
    amount_of,
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
    "stop": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "content_filter": FinishReason.REFUSAL,
    "refusal": FinishReason.REFUSAL,
    "sensitive": FinishReason.REFUSAL,
}
_NAMES = {"mistral": {"seed": "random_seed"}}
"""Parameters that a provider calls otherwise."""

_FILTERED = "content_filter", "content_policy_violation", "Content Exists Risk", "sensitive content"


class OpenAICompatible:
    """One model behind `/chat/completions`: OpenAI, OpenRouter, Mistral, vLLM and others.

    What is one text goes to `/completions`, which fewer of them have.
    """

    completes = True
    one_model_at_a_time = False

    def __init__(self, spec: ModelSpec) -> None:
        """Set up without connecting.

        Raises:
            UsageError: If the key that `spec` names is not set.
        """
        self._spec = spec
        self._client = connect(spec)
        self.server = self._client.server
        self.default_concurrency = usual_concurrency(self.server)
        self._names = dict(_NAMES.get(spec.provider, {}))
        if urllib.parse.urlsplit(self.server).hostname == "api.openai.com":
            self._names["max_tokens"] = "max_completion_tokens"

    def generate(self, request: GenerationRequest) -> Generation:
        """Ask once; a prompt that does not fit the context gives an empty, cut-off reply."""
        deadline = time.monotonic() + request.timeout_s
        chosen = sampling(self._spec, request.parameters, self._names)
        path, asked = _question(request, chosen)
        body = {**chosen, **asked, "model": self._spec.model, "stream": False}
        reply = self._client.post(path, body, deadline)
        if not reply.ok:
            return self._without_answer(reply, chosen, completing=request.completion is not None)
        choice = self._choice(reply, "message" if request.completion is None else "text")
        generation, cached = self._generation(reply, choice)
        cost = cost_usd(self._spec, generation, cached_tokens=cached)
        return dataclasses.replace(generation, cost_usd=cost)

    def close(self) -> None:
        """Abort what is in flight."""
        self._client.close()

    def _without_answer(self, reply: Reply, sent: Iterable[str], *, completing: bool) -> Generation:
        if overflows_context(reply):
            return cut_off(reply)
        if _is_filtered(reply):
            return declined(reply, reply.problem)
        parameter = refused_parameter(reply, sent, self._names)
        raise failure(reply, self._spec, parameter=parameter, completing=completing)

    def _generation(self, reply: Reply, choice: dict[str, Any]) -> tuple[Generation, int]:
        """The reply, and how many tokens of the prompt the server had in its cache."""
        message = choice["message"]
        usage = table_of(reply.json, "usage")
        completion_tokens = _completion_tokens(usage)
        refusal = text_of(message.get("refusal"))
        finish = _FINISH.get(str(choice.get("finish_reason")), FinishReason.UNKNOWN)
        speed = amount_of(table_of(reply.json, "timings"), "predicted_per_second")
        generation = Generation(
            text=refusal or _content(message),
            finish_reason=FinishReason.REFUSAL if refusal else finish,
            reasoning=_reasoning(message) or None,
            prompt_tokens=count_of(usage, "prompt_tokens"),
            completion_tokens=completion_tokens,
            seconds=reply.seconds,
            tokens_per_s=per_second(completion_tokens, reply.seconds) if speed is None else speed,
            cost_usd=_cost(usage),
            retries=reply.retries,
        )
        return generation, _cached_tokens(usage)

    def _choice(self, reply: Reply, holding: str) -> dict[str, Any]:
        """The first choice, its text as a message's content."""
        choice = next(iter(tables_of(reply.json, "choices")), {})
        if not isinstance(choice.get(holding), _KINDS[holding]):
            raise BackendError(
                f"model {self._spec.name!r}: {self.server} answered without 'choices' that hold a "
                f"{holding!r}; is base_url that of an OpenAI-compatible server?"
            )
        return (
            choice if holding == "message" else {**choice, "message": {"content": choice["text"]}}
        )


_KINDS = {"message": dict, "text": str}
"""What a choice holds: of a chat, and of a completion."""


def _question(request: GenerationRequest, chosen: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Where the conversation goes, and as what."""
    if request.completion is None:
        return "/chat/completions", {"messages": request.messages}
    asked = {
        "prompt": request.completion.text,
        "stop": stops(request.completion, chosen.get("stop")),
    }
    return "/completions", asked


def _is_filtered(reply: Reply) -> bool:
    """Whether a moderation in front of the model declined: OpenRouter's 403, others' 400."""
    if reply.code == 403:
        return "reasons" in table_of(reply.error, "metadata")
    return reply.code == 400 and any(mark in reply.problem for mark in _FILTERED)


def _content(message: dict[str, Any]) -> str:
    """The text of a message, which some servers give in parts."""
    parts = (p for p in tables_of(message, "content") if p.get("type") == "text")
    return text_of(message.get("content")) or "".join(text_of(p.get("text")) for p in parts)


def _reasoning(message: dict[str, Any]) -> str:
    """The thinking, in a field of its own or, as Mistral gives it, in parts of the content."""
    own = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
    parts = (p for p in tables_of(message, "content") if p.get("type") == "thinking")
    return own or "".join(
        text_of(part.get("thinking"))
        or "".join(text_of(inner.get("text")) for inner in tables_of(part, "thinking"))
        for part in parts
    )


def _completion_tokens(usage: dict[str, Any]) -> int | None:
    """Completion tokens, thinking included: some servers count it only in the total."""
    completion = count_of(usage, "completion_tokens")
    thinking = count_of(table_of(usage, "completion_tokens_details"), "reasoning_tokens")
    prompt, total = count_of(usage, "prompt_tokens"), count_of(usage, "total_tokens")
    if completion is None or thinking is None or prompt is None:
        return completion
    return completion + thinking if prompt + completion + thinking == total else completion


def _cached_tokens(usage: dict[str, Any]) -> int:
    """Tokens of the prompt that were read from a cache: OpenAI's field, or DeepSeek's."""
    details = count_of(table_of(usage, "prompt_tokens_details"), "cached_tokens")
    return details or count_of(usage, "prompt_cache_hit_tokens") or 0


def _cost(usage: dict[str, Any]) -> float | None:
    """OpenRouter's own figure, with what it says a provider bills to one's own key there."""
    cost = amount_of(usage, "cost")
    if cost is None or usage.get("is_byok") is not True:
        return cost
    return cost + (amount_of(table_of(usage, "cost_details"), "upstream_inference_cost") or 0.0)
