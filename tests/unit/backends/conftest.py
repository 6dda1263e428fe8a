"""A server on a real socket, a model behind it, and a question to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends import http, servers
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.generation import (
    Completion,
    GenerationRequest,
    SampleKey,
    SamplingParameters,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_httpserver import HTTPServer

    from pytest_llmgen.backends.backend import Backend
    from pytest_llmgen.generation import Generation, Message

MESSAGES: tuple[Message, ...] = (
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "?"},
)


@pytest.fixture(autouse=True)
def _no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry at once: what a wait is made of is tested apart."""
    monkeypatch.setattr(http, "_BACKOFF_S", (0.0, 0.0))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the keys and servers of whoever runs the tests."""
    for known in servers._PROVIDERS.values():
        for name in (known.api_key_env, known.base_url_env):
            if name is not None:
                monkeypatch.delenv(name, raising=False)


@pytest.fixture
def request_of() -> Callable[..., GenerationRequest]:
    """Make a question; keywords go to its parameters, save those named here."""

    def make(
        *,
        timeout_s: float = 20.0,
        solution_file: str | None = None,
        messages: tuple[Message, ...] = MESSAGES,
        completion: Completion | None = None,
        **parameters: Any,
    ) -> GenerationRequest:
        return GenerationRequest(
            key=SampleKey(model="m", challenge="wat/add", target="wat", sample=0),
            attempt=1,
            messages=messages,
            completion=completion,
            parameters=SamplingParameters(**parameters),
            timeout_s=timeout_s,
            solution_file=solution_file,
        )

    return make


@pytest.fixture
def spec_of(httpserver: HTTPServer) -> Callable[..., ModelSpec]:
    """Make a model behind the test's server."""

    def make(**changes: Any) -> ModelSpec:
        values: dict[str, Any] = {
            "name": "mine",
            "provider": "openai-compatible",
            "model": "tiny",
            "base_url": httpserver.url_for("").rstrip("/"),
        }
        return ModelSpec(**(values | changes))

    return make


@pytest.fixture
def ask(
    request_of: Callable[..., GenerationRequest], spec_of: Callable[..., ModelSpec]
) -> Iterator[Callable[..., Generation]]:
    """Ask one question and close the backend after the test."""
    opened: list[Backend] = []

    def send(
        backend: Callable[[ModelSpec], Backend],
        *,
        timeout_s: float = 20.0,
        completion: Completion | None = None,
        **spec: Any,
    ) -> Generation:
        opened.append(backend(spec_of(**spec)))
        return opened[-1].generate(request_of(timeout_s=timeout_s, completion=completion))

    yield send
    for backend in opened:
        backend.close()
