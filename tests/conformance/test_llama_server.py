"""A real llama-server, in both APIs that it speaks: OpenAI's chat and Anthropic's messages."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support import llama_server
from support.llama_server import ALIAS, running_server
from support.wat_scenes import FACTORIAL_DECOY, FACTORIAL_I64, MAX_I32, MULTIPLY

from pytest_llmgen.backends.anthropic import Anthropic
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.backends.openai_compatible import OpenAICompatible
from pytest_llmgen.errors import BackendError, PermanentBackendError
from pytest_llmgen.extraction import extract
from pytest_llmgen.generation import FinishReason, SamplingParameters
from pytest_llmgen.targets.wat import WAT_FORM
from pytest_llmgen.testing import check_backend, question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_llmgen.backends.backend import Backend
    from pytest_llmgen.generation import Generation, GenerationRequest, Message

    Make = Callable[..., Backend]

CANARY = "sk-canary-5f1d"


@pytest.fixture(params=["openai", "anthropic"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Make a backend of a llama-server, given its URL without a path."""
    opened: list[Backend] = []

    def build(url: str, **spec: Any) -> Backend:
        anthropic = request.param == "anthropic"
        values: dict[str, Any] = {
            "name": "mine",
            "provider": "anthropic" if anthropic else "llamacpp",
            "model": ALIAS,
            "base_url": url if anthropic else f"{url}/v1",
        }
        backend = Anthropic if anthropic else OpenAICompatible
        opened.append(backend(ModelSpec(**(values | spec))))
        return opened[-1]

    yield build
    for backend in opened:
        backend.close()


def about(function: str, number: int = 0, **parameters: Any) -> GenerationRequest:
    """Ask for one of the scripted functions."""
    parameters = {"max_tokens": 2000, "seed": number} | parameters
    return replace(
        question(number),
        messages=({"role": "user", "content": f"Export `{function}: ...`, please."},),
        parameters=SamplingParameters(**parameters),
    )


def source_of(generation: Generation) -> str:
    """The code in an answer."""
    return extract(generation.text, WAT_FORM, finish_reason=generation.finish_reason).source


def test_it_answers(make: Make, scripted_server: str) -> None:
    """With the text, the reason to stop, and its tokens."""
    generation = make(scripted_server).generate(about("multiply"))
    assert source_of(generation) == MULTIPLY
    assert generation.finish_reason is FinishReason.STOP
    assert generation.prompt_tokens
    assert generation.completion_tokens
    assert generation.tokens_per_s
    assert generation.reasoning is None


def test_it_conforms(make: Make, scripted_server: str) -> None:
    """Eight threads ask at once, and each is answered."""
    check_backend(
        lambda: make(scripted_server),
        ask=lambda number: about("multiply", number),
        fits=lambda _request, reply: source_of(reply) == MULTIPLY,
    )


def test_a_repair_is_a_conversation(make: Make, scripted_server: str) -> None:
    """The second answer follows from the first, and from what went wrong with it."""
    backend = make(scripted_server)
    request = about("max_i32")
    first = backend.generate(request)
    repair: tuple[Message, ...] = (
        *request.messages,
        {"role": "assistant", "content": first.text},
        {"role": "user", "content": "unknown operator i32.max"},
    )
    assert source_of(backend.generate(replace(request, messages=repair))) == MAX_I32


def test_a_turn_without_words_does_not_end_a_conversation(make: Make, scripted_server: str) -> None:
    """A reply may have been nothing but reasoning."""
    request = about("max_i32")
    repair: tuple[Message, ...] = (
        *request.messages,
        {"role": "assistant", "content": ""},
        {"role": "user", "content": "There is no code."},
    )
    assert source_of(make(scripted_server).generate(replace(request, messages=repair))) == MAX_I32


def test_a_capped_answer_is_cut_off(make: Make, scripted_server: str) -> None:
    """A cap by the request, and by the server's own limit in an answer without end."""
    backend = make(scripted_server)
    capped = backend.generate(about("multiply", max_tokens=5))
    assert (capped.finish_reason, capped.completion_tokens) == (FinishReason.LENGTH, 5)
    endless = backend.generate(about("vec_add_f32", max_tokens=500))
    assert (endless.finish_reason, endless.completion_tokens) == (FinishReason.LENGTH, 500)


def test_reasoning_is_kept_apart(make: Make, scripted_server: str) -> None:
    """The decoy in it is no answer."""
    generation = make(scripted_server).generate(about("factorial_i64"))
    assert source_of(generation) == FACTORIAL_I64
    assert generation.reasoning is not None
    assert FACTORIAL_DECOY in generation.reasoning


def test_a_refusal_in_words_is_an_answer_without_code(make: Make, scripted_server: str) -> None:
    """This server marks none: what the text says is for the extraction to find out."""
    generation = make(scripted_server).generate(about("vec_mul_f32"))
    assert generation.text == "I'm sorry, but I can't help with that."
    assert generation.finish_reason is FinishReason.STOP


def test_a_prompt_beyond_the_context_is_a_cut_off_reply(make: Make, scripted_server: str) -> None:
    """It is the model's limit, and it is said at once."""
    request = about("multiply " + "x" * 20_000)
    generation = make(scripted_server).generate(request)
    assert (generation.text, generation.finish_reason) == ("", FinishReason.LENGTH)
    assert generation.retries == 0


def test_a_parameter_that_it_cannot_take_is_named(make: Make, scripted_server: str) -> None:
    """In the server's own words, and with what to do."""
    backend = make(scripted_server, parameters={"temperature": "hot"})
    with pytest.raises(PermanentBackendError) as raised:
        backend.generate(about("multiply"))
    assert "refuses the parameter 'temperature' (400: " in str(raised.value)
    assert str(raised.value).endswith('add omit = ["temperature"] to [tool.llmgen.models."mine"]')


def test_a_key_opens_it_and_a_wrong_one_is_said_once(
    make: Make, scripted_gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each API sends it in a header of its own."""
    monkeypatch.setenv("RIGHT_KEY", CANARY)
    monkeypatch.setenv("WRONG_KEY", f"{CANARY}-not")
    with running_server(scripted_gguf, alias=ALIAS, api_key=CANARY) as url:
        right = make(url, api_key_env="RIGHT_KEY").generate(about("multiply"))
        with pytest.raises(PermanentBackendError) as raised:
            make(url, api_key_env="WRONG_KEY").generate(about("multiply"))
        with pytest.raises(PermanentBackendError, match="check whether it needs a key"):
            make(url).generate(about("multiply"))
    assert source_of(right) == MULTIPLY
    assert "denies access (401: " in str(raised.value)
    assert str(raised.value).endswith("check the key in WRONG_KEY")
    assert CANARY not in str(raised.value)


def test_a_server_that_dies_fails_the_sample_in_flight(make: Make, scripted_gguf: Path) -> None:
    """It is killed with the request in its hands; the model is not blamed, nor written off."""
    binary = llama_server.find_llama_server()
    if binary is None:
        pytest.skip(llama_server.MISSING)
    command = llama_server._command(binary, scripted_gguf, alias=ALIAS, slots=1, api_key=None)
    process, log = llama_server._start(command, scripted_gguf.parent)
    try:
        backend = make(llama_server._url_when_ready(process, log))
        assert source_of(backend.generate(about("multiply"))) == MULTIPLY
        process.send_signal(signal.SIGSTOP)
        outcome: list[BaseException] = []

        def ask() -> None:
            with pytest.raises(BackendError) as raised:
                backend.generate(about("multiply", 1))
            outcome.append(raised.value)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        assert thread.is_alive()
    finally:
        process.kill()
        process.wait()
    thread.join(60)
    assert not isinstance(outcome[0], PermanentBackendError)
    assert "cannot connect" in str(outcome[0])
