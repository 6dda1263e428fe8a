"""The backends of this package keep the contract that third parties are held to."""

from __future__ import annotations

import socket
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from conformance.providers import CANARY, FAILURES, SPEAKS

from pytest_llmgen.backends import register_builtin
from pytest_llmgen.backends.builtin import Reference
from pytest_llmgen.backends.command import Command
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.backends.replay import Replay
from pytest_llmgen.generation import FinishReason, Generation
from pytest_llmgen.registry import Registry
from pytest_llmgen.runs.directory import RunDirectory
from pytest_llmgen.testing import THREADS, check_backend, question

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.backends.backend import Backend
    from pytest_llmgen.generation import GenerationRequest


def says_it_back(request: GenerationRequest, generation: Generation) -> bool:
    """Whether a reply repeats the question."""
    return generation.text == f"You said: {request.messages[-1]['content']}"


def unused_url() -> str:
    """Where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("provider", SPEAKS)
def test_backends_of_model_servers_conform(
    provider: str, provider_server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over real sockets, with a key that their servers repeat."""
    monkeypatch.setenv("MY_KEY", CANARY)
    registry = Registry("provider")
    register_builtin(registry)
    backend = registry.load(provider)

    def at(way: str, url: str | None = None) -> Callable[[], Backend]:
        spec = ModelSpec(
            name="mine",
            provider=provider,
            model="tiny",
            base_url=url or provider_server.url_for(f"/{provider}/{way}"),
            api_key_env="MY_KEY",
        )
        return lambda: backend(spec)

    check_backend(
        at("well"),
        fits=says_it_back,
        slow=at("late"),
        failing=[*map(at, FAILURES), at("", url=unused_url())],
        secret=CANARY,
    )


def test_commands_conform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs of each kind: well-behaved, slow, failing with the key on stderr, and dying."""
    monkeypatch.setenv("MY_KEY", CANARY)

    def running(script: str) -> Callable[[], Backend]:
        spec = ModelSpec(
            name="mine",
            provider="command",
            model="x",
            command=(sys.executable, "-c", f"import os, sys, time; {script}"),
            pass_env=("MY_KEY",),
        )
        return lambda: Command(spec)

    check_backend(
        running("print('You said:', sys.stdin.read(), end='')"),
        fits=says_it_back,
        slow=running("time.sleep(600)"),
        failing=[
            running("sys.exit('my key is ' + os.environ['MY_KEY'])"),
            running("os.kill(os.getpid(), 9)"),
        ],
        secret=CANARY,
    )


def test_the_reference_conforms(tmp_path: Path) -> None:
    """It answers with a file, and fails where there is none."""
    solution = tmp_path / "reference.wat"
    solution.write_text("(module)\n")
    spec = ModelSpec(name="reference", provider="reference", model="reference")

    def ask(number: int) -> GenerationRequest:
        return replace(question(number), solution_file=str(solution))

    check_backend(lambda: Reference(spec), ask=ask)
    solution.unlink()
    with pytest.raises(AssertionError, match=r"generate\(\) raised BackendError: .* cannot read"):
        check_backend(lambda: Reference(spec), ask=ask)


def test_replays_conform(tmp_path: Path) -> None:
    """Each sample gets the reply that was stored for it; a run without any fails."""
    stored, empty = RunDirectory(tmp_path / "stored"), RunDirectory(tmp_path / "empty")
    for number in range(THREADS):
        request = question(number)
        stored.save_request(request)
        stored.save_generation(request, reply_to(request))
    check_backend(
        lambda: Replay(stored, attempts=1),
        fits=says_it_back,
        failing=[lambda: Replay(empty, attempts=1)],
    )


def reply_to(request: GenerationRequest, **changes: Any) -> Generation:
    """What says the question back."""
    text = f"You said: {request.messages[-1]['content']}"
    return Generation(text=text, finish_reason=FinishReason.STOP, seconds=0.5, **changes)
