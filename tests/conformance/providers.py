"""Servers that answer in the manner of each provider: well, late, or badly."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from werkzeug import Request

CANARY = "sk-canary-5f1d"


def openai(text: str) -> dict[str, Any]:
    """A chat completion."""
    return {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}


def anthropic(text: str) -> dict[str, Any]:
    """A message of Anthropic's API."""
    return {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}


def gemini(text: str) -> dict[str, Any]:
    """A candidate of Gemini's API."""
    return {"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}]}


def ollama(text: str) -> dict[str, Any]:
    """A message of Ollama's API."""
    return {"message": {"content": text}, "done": True, "done_reason": "stop"}


SPEAKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "anthropic": anthropic,
    "gemini": gemini,
    "ollama": ollama,
    "openai-compatible": openai,
    "openrouter": openai,
}
"""What a provider's server answers."""

FAILURES = ("bad-key", "garbage", "nothing", "other-json", "overloaded", "prose")
"""Paths at which the server fails, in a way each."""


def said(body: dict[str, Any]) -> str:
    """The user's last words, in whichever API."""
    if "contents" in body:
        return str(body["contents"][-1]["parts"][0]["text"])
    return str(body["messages"][-1]["content"])


@pytest.fixture
def provider_server() -> Iterator[HTTPServer]:
    """Answers below /PROVIDER/well with what was said, below /PROVIDER/late after a minute.

    Below /PROVIDER/FAILURE it fails.
    """
    done = threading.Event()

    def answer(request: Request) -> Response:
        _, provider, way, *_ = request.path.split("/")
        if way == "late":
            done.wait(60)
        if way in FAILURES:
            return failed(way)
        text = f"You said: {said(json.loads(request.get_data()))}"
        return Response(json.dumps(SPEAKS[provider](text)), mimetype="application/json")

    server = HTTPServer(threaded=True)
    server.expect_request(re.compile(".*"), method="POST").respond_with_handler(answer)
    server.start()
    yield server
    done.set()
    server.stop()


def failed(way: str) -> Response:
    """One of the failures; most repeat the key."""
    if way == "bad-key":
        error = {"error": {"message": f"Incorrect API key: {CANARY}", "code": 401}}
        return Response(json.dumps(error), 401, mimetype="application/json")
    if way == "overloaded":
        return Response(f"overloaded, {CANARY}", 503, headers={"Retry-After": "7200"})
    body = {
        "garbage": f'{{"a": "{CANARY}',
        "nothing": "",
        "other-json": json.dumps({"hello": CANARY}),
        "prose": f"<html>{CANARY}</html>",
    }
    return Response(body[way], mimetype="application/json")
