"""Ollama's `/api/chat`, and its `/api/generate` without a template."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.conversation import stops
from pytest_llmgen.backends.failures import failure, overflows_context, refused_parameter
from pytest_llmgen.backends.http import connect
from pytest_llmgen.backends.models import ModelSpec, cost_usd, sampling
from pytest_llmgen.backends.reply import Reply, count_of, cut_off, text_of
from pytest_llmgen.errors import BackendError, PermanentBackendError
from pytest_llmgen.generation import FinishReason, Generation, GenerationRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

_FINISH = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH}
_NAMES = {"max_tokens": "num_predict"}
_TOP_LEVEL = frozenset(
    {"format", "keep_alive", "logprobs", "shift", "think", "tools", "top_logprobs", "truncate"}
)
"""Parameters beside `options`; every other one, such as `num_ctx` or `top_p`, goes inside it."""


class Ollama:
    """One model of an Ollama server, which holds one model in memory at a time."""

    completes = True
    one_model_at_a_time = True
    default_concurrency = 4

    def __init__(self, spec: ModelSpec) -> None:
        """Set up without connecting.

        Raises:
            UsageError: If the key that `spec` names is not set.
        """
        self._spec = spec
        self._client = connect(spec)
        self.server = self._client.server

    def generate(self, request: GenerationRequest) -> Generation:
        """Ask once; a prompt that does not fit the context gives an empty, cut-off reply."""
        deadline = time.monotonic() + request.timeout_s
        chosen = sampling(self._spec, request.parameters, _NAMES)
        completing = request.completion is not None
        path = "/api/generate" if completing else "/api/chat"
        reply = self._client.post(path, self._body(request, chosen), deadline)
        if not reply.ok:
            return self._without_answer(reply, chosen, completing=completing)
        generation = self._generation(reply, completing=completing)
        return dataclasses.replace(generation, cost_usd=cost_usd(self._spec, generation))

    def close(self) -> None:
        """Abort what is in flight."""
        self._client.close()

    def _body(self, request: GenerationRequest, chosen: dict[str, Any]) -> dict[str, Any]:
        """Build the request; unless told so, Ollama cuts long prompts without a word."""
        options = {
            **{k: v for k, v in chosen.items() if k not in _TOP_LEVEL | {"options"}},
            **chosen.get("options", {}),
        }
        asked: dict[str, Any] = {"messages": request.messages}
        if request.completion is not None:
            asked = {"prompt": request.completion.text, "raw": True}
            options["stop"] = stops(request.completion, options.get("stop"))
        return {
            "truncate": False,
            "shift": False,
            **{k: v for k, v in chosen.items() if k in _TOP_LEVEL},
            "model": self._spec.model,
            **asked,
            "stream": False,
            "options": options,
        }

    def _without_answer(self, reply: Reply, sent: Iterable[str], *, completing: bool) -> Generation:
        if overflows_context(reply):
            return cut_off(reply)
        if reply.code == 404 and "model" in reply.problem:
            model = self._spec.model
            raise PermanentBackendError(
                f"ollama does not have model {model!r}; run: ollama pull {model}"
            )
        raise failure(reply, self._spec, parameter=_refused(reply, sent), completing=completing)

    def _generation(self, reply: Reply, *, completing: bool) -> Generation:
        answer = reply.json
        message = _message(answer, completing=completing)
        if message is None:
            raise BackendError(
                f"model {self._spec.name!r}: {self.server} answered without a "
                f"{'response' if completing else 'message'!r}; is it an Ollama server?"
            )
        tokens, nanoseconds = count_of(answer, "eval_count"), count_of(answer, "eval_duration")
        return Generation(
            text=text_of(message.get("content")),
            finish_reason=_finish(answer),
            reasoning=text_of(message.get("thinking")) or None,
            prompt_tokens=count_of(answer, "prompt_eval_count"),
            completion_tokens=tokens,
            seconds=reply.seconds,
            tokens_per_s=tokens / nanoseconds * 1e9 if tokens and nanoseconds else None,
            retries=reply.retries,
        )


def _message(answer: dict[str, Any], *, completing: bool) -> dict[str, Any] | None:
    """The model's turn; a completion has its parts at the top."""
    if completing:
        text = answer.get("response")
        return {**answer, "content": text} if isinstance(text, str) else None
    message = answer.get("message")
    return message if isinstance(message, dict) else None


def _finish(answer: dict[str, Any]) -> FinishReason:
    """Map `done_reason`; an answer that is not done was given up because it repeated itself."""
    if answer.get("done") is False:
        return FinishReason.LENGTH
    return _FINISH.get(str(answer.get("done_reason")), FinishReason.UNKNOWN)


def _refused(reply: Reply, sent: Iterable[str]) -> str | None:
    """The parameter that the model cannot take; Ollama says `does not support thinking`."""
    sent = set(sent)
    if "think" in sent and "support thinking" in reply.problem:
        return "think"
    return refused_parameter(reply, sent, _NAMES)
