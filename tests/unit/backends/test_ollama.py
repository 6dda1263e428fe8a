"""Ollama's API, as recorded from its documentation and source, over a real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends.ollama import Ollama
from pytest_llmgen.errors import BackendError, PermanentBackendError
from pytest_llmgen.generation import FinishReason, Generation

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.generation import GenerationRequest

    Ask = Callable[..., Generation]

ANSWER: dict[str, Any] = {
    "model": "tiny",
    "message": {"role": "assistant", "content": "(module)", "thinking": "Hm."},
    "done": True,
    "done_reason": "stop",
    "total_duration": 9_000_000_000,
    "load_duration": 7_000_000_000,
    "prompt_eval_count": 26,
    "eval_count": 300,
    "eval_duration": 1_500_000_000,
}


def serve(server: HTTPServer, answer: dict[str, Any], status: int = 200) -> None:
    """Answer every chat request so."""
    server.expect_request("/api/chat", method="POST").respond_with_json(answer, status=status)


def test_the_fields_of_an_answer_are_mapped(httpserver: HTTPServer, ask: Ask) -> None:
    """Text, thinking, tokens and the server's own speed, which leaves loading out."""
    serve(httpserver, ANSWER)
    generation = ask(Ollama, usd_per_million_input=1.0, usd_per_million_output=10.0)
    assert generation == Generation(
        text="(module)",
        finish_reason=FinishReason.STOP,
        reasoning="Hm.",
        prompt_tokens=26,
        completion_tokens=300,
        seconds=generation.seconds,
        tokens_per_s=200.0,
        cost_usd=0.003026,
    )
    assert generation.seconds > 0


def test_a_request_never_lets_the_prompt_be_cut(
    httpserver: HTTPServer,
    spec_of: Callable[..., ModelSpec],
    request_of: Callable[..., GenerationRequest],
) -> None:
    """Truncating and shifting are off, and each parameter stands where Ollama looks for it."""
    serve(httpserver, ANSWER)
    backend = Ollama(spec_of(parameters={"num_ctx": 8192, "think": False}))
    backend.generate(request_of(temperature=0.5, max_tokens=99, seed=7, extra={"top_p": 0.9}))
    backend.close()
    assert httpserver.log[0][0].json == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "?"},
        ],
        "stream": False,
        "truncate": False,
        "shift": False,
        "think": False,
        "options": {
            "temperature": 0.5,
            "num_predict": 99,
            "seed": 7,
            "num_ctx": 8192,
            "top_p": 0.9,
        },
    }


@pytest.mark.parametrize(
    ("change", "finish"),
    [
        ({"done_reason": "length"}, FinishReason.LENGTH),
        ({"done": False, "done_reason": None}, FinishReason.LENGTH),
        ({"done_reason": "unload"}, FinishReason.UNKNOWN),
    ],
)
def test_the_reason_to_stop_is_mapped(
    change: dict[str, Any], finish: FinishReason, httpserver: HTTPServer, ask: Ask
) -> None:
    """Not done means that the server broke off a repetition: the reply is cut off."""
    serve(httpserver, ANSWER | change)
    assert ask(Ollama).finish_reason is finish


def test_counts_that_are_missing_stay_unknown(httpserver: HTTPServer, ask: Ask) -> None:
    """No number is made up for a server that gives none."""
    serve(httpserver, {"message": {"content": "x"}, "done": True, "eval_count": "many"})
    generation = ask(Ollama)
    assert (generation.prompt_tokens, generation.completion_tokens) == (None, None)
    assert (generation.tokens_per_s, generation.cost_usd, generation.reasoning) == (None,) * 3


def test_an_unknown_model_says_how_to_get_it(httpserver: HTTPServer, ask: Ask) -> None:
    """Asking again is pointless, and the command that helps is in the message."""
    serve(httpserver, {"error": "model 'tiny' not found"}, 404)
    with pytest.raises(PermanentBackendError) as raised:
        ask(Ollama)
    assert str(raised.value) == "ollama does not have model 'tiny'; run: ollama pull tiny"
    assert len(httpserver.log) == 1


def test_a_wrong_path_is_no_unknown_model(httpserver: HTTPServer, ask: Ask) -> None:
    """A 404 of some other server points at base_url."""
    httpserver.expect_request("/api/chat").respond_with_data("404 page not found", status=404)
    with pytest.raises(PermanentBackendError) as raised:
        ask(Ollama)
    url = httpserver.url_for("").rstrip("/")
    assert str(raised.value) == (
        f"model 'mine': {url} does not know the model or the path (404: 404 page not found); "
        "check the model's name 'tiny' and base_url"
    )


def test_a_prompt_beyond_the_context_is_a_cut_off_reply(httpserver: HTTPServer, ask: Ask) -> None:
    """It is the model's limit, not the server's fault."""
    serve(httpserver, {"error": "the input length exceeds the context length"}, 400)
    generation = ask(Ollama)
    assert (generation.text, generation.finish_reason) == ("", FinishReason.LENGTH)


def test_a_parameter_that_the_model_refuses_can_be_omitted(
    httpserver: HTTPServer, ask: Ask
) -> None:
    """The message points at `omit`, and the model is not asked again."""
    serve(httpserver, {"error": '"tiny" does not support thinking'}, 400)
    with pytest.raises(PermanentBackendError, match=r"name a parameter that it refuses in 'omit'"):
        ask(Ollama)


def test_a_crash_of_the_runner_is_retried(httpserver: HTTPServer, ask: Ask) -> None:
    """Ollama starts the runner anew for the next request."""
    crash = {"error": "model runner has unexpectedly stopped"}
    httpserver.expect_ordered_request("/api/chat").respond_with_json(crash, status=500)
    httpserver.expect_ordered_request("/api/chat").respond_with_json(crash)
    httpserver.expect_ordered_request("/api/chat").respond_with_json(ANSWER)
    generation = ask(Ollama)
    assert (generation.text, generation.retries) == ("(module)", 2)


def test_an_answer_of_something_else_is_refused(httpserver: HTTPServer, ask: Ask) -> None:
    """JSON without a message comes from no Ollama."""
    serve(httpserver, {"hello": "world"})
    with pytest.raises(BackendError, match=r"answered without a 'message'; is it an Ollama server"):
        ask(Ollama)
