"""Ollama's API in front of real llama-servers, one for each model.

Ollama is itself a front over llama-server. This one answers what the tests ask for: `/api/chat` and
a raw `/api/generate` without streaming, `/api/tags`, `/api/show` and `/api/version`. It differs in
that a prompt too long is always an error (Ollama's `truncate:false`), and that every model is in
memory all the time.

Source: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx

    _Route = Callable[["_Server", Mapping[str, Any]], dict[str, Any]]

VERSION = "0.13.0"
"""What `/api/version` claims."""

_OPTION_NAMES = {
    "num_predict": "max_tokens",
    **{name: name for name in ("temperature", "seed", "top_k", "top_p", "min_p", "stop")},
}
_DETAILS = {
    "parent_model": "",
    "format": "gguf",
    "family": "llama",
    "families": ["llama"],
    "parameter_size": "",
    "quantization_level": "F32",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaFacade:
    """A running façade."""

    url: str
    asked: list[str]
    """The model of every question so far, in order of arrival; it grows while the façade runs."""


@contextmanager
def running_ollama(
    servers: Mapping[str, str], answers: int | None = None
) -> Iterator[OllamaFacade]:
    """Answer as Ollama for the models in `servers`: name, as a client gives it, to base URL.

    Chats after the first `answers` of them wait for an answer as long as the façade runs.
    """
    import httpx

    with (
        httpx.Client(timeout=None, trust_env=False, verify=False) as upstream,
        _Server({_tagged(name): url for name, url in servers.items()}, upstream, answers) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield OllamaFacade(url=f"http://127.0.0.1:{server.server_port}", asked=server.asked)
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


class _RefusedError(Exception):
    """Becomes an answer with this status and `{"error": message}`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, models: Mapping[str, str], upstream: httpx.Client, answers: int | None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.models = models
        self.upstream = upstream
        self.asked: list[str] = []
        self.closing = threading.Event()
        self._answers = itertools.count() if answers is None else iter(range(answers))

    def answers_next(self) -> bool:
        """Whether one more chat is answered."""
        return next(self._answers, None) is not None

    def server_for(self, model: object) -> str:
        """The base URL that serves `model`."""
        if not isinstance(model, str) or not model:
            raise _RefusedError(400, "model is required")
        if _tagged(model) not in self.models:
            raise _RefusedError(404, f"model '{model}' not found")
        return self.models[_tagged(model)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes
    server: _Server

    def do_GET(self) -> None:
        self._answer(_GET)

    def do_POST(self) -> None:
        self._answer(_POST)

    def _answer(self, routes: Mapping[str, _Route]) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            route = routes.get(self.path, _page_not_found)
            self._send(200, route(self.server, _json_object(body)))
        except _RefusedError as error:
            self._send(error.status, {"error": str(error)})

    def _send(self, status: int, answer: Mapping[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent: the tests look at `asked`."""


def _chat(server: _Server, request: Mapping[str, Any]) -> dict[str, Any]:
    url = server.server_for(request.get("model"))
    if not request.get("messages"):
        return _reply(request, _message({"content": ""}), "load")
    answer, total_ns = _ask(server, f"{url}/v1/chat/completions", request, "messages")
    said = answer["choices"][0]["message"]
    message = {"content": said["content"]}
    if thinking := said.get("reasoning_content"):
        message["thinking"] = thinking
    return _as_ollama(request, _message(message), answer, total_ns)


def _generate(server: _Server, request: Mapping[str, Any]) -> dict[str, Any]:
    url = server.server_for(request.get("model"))
    if not request.get("prompt"):
        return _reply(request, {"response": ""}, "load")
    if not request.get("raw"):
        raise _RefusedError(400, 'this server knows no template: send "raw": true')
    answer, total_ns = _ask(server, f"{url}/v1/completions", request, "prompt")
    return _as_ollama(request, {"response": answer["choices"][0]["text"]}, answer, total_ns)


def _ask(
    server: _Server, url: str, request: Mapping[str, Any], what: str
) -> tuple[dict[str, Any], int]:
    """The answer of the llama-server behind, and the nanoseconds that it took."""
    if request.get("stream", True):
        raise _RefusedError(400, 'this server does not stream: send "stream": false')
    server.asked.append(request["model"])
    if not server.answers_next():
        server.closing.wait()
        raise _RefusedError(503, "the server is closing")
    started_ns = time.perf_counter_ns()
    answer = _complete(server.upstream, url, _as_openai(request, what))
    return answer, time.perf_counter_ns() - started_ns


def _complete(upstream: httpx.Client, url: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the llama-server behind, and pass on its refusal."""
    import httpx

    try:
        response = upstream.post(url, json=body)
        answer: dict[str, Any] = response.json()
    except (httpx.TransportError, ValueError) as error:
        raise _RefusedError(500, f"model runner has unexpectedly stopped: {error}") from error
    if not response.is_success:
        raise _RefusedError(response.status_code, answer["error"]["message"])
    return answer


def _as_openai(request: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Translate a question; as in Ollama, an option that nobody knows is ignored."""
    options = request.get("options") or {}
    known = {_OPTION_NAMES[name]: value for name, value in options.items() if name in _OPTION_NAMES}
    return {"model": request["model"], what: request[what], **known}


def _as_ollama(
    request: Mapping[str, Any], said: Mapping[str, Any], answer: Mapping[str, Any], total_ns: int
) -> dict[str, Any]:
    """Translate an answer; durations are nanoseconds, and the three parts add up to the total."""
    choice, usage, timings = answer["choices"][0], answer["usage"], answer["timings"]
    prompt_ns, eval_ns = (round(timings[f"{part}_ms"] * 1e6) for part in ("prompt", "predicted"))
    return _reply(request, said, choice["finish_reason"]) | {
        "total_duration": total_ns,
        "load_duration": max(0, total_ns - prompt_ns - eval_ns),
        "prompt_eval_count": usage["prompt_tokens"],
        "prompt_eval_duration": prompt_ns,
        "eval_count": usage["completion_tokens"],
        "eval_duration": eval_ns,
    }


def _message(parts: Mapping[str, str]) -> dict[str, Any]:
    return {"message": {"role": "assistant", **parts}}


def _reply(request: Mapping[str, Any], said: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return {
        "model": request["model"],
        "created_at": _now(),
        **said,
        "done": True,
        "done_reason": reason,
    }


def _tags(server: _Server, _request: Mapping[str, Any]) -> dict[str, Any]:
    return {"models": [_model_entry(name) for name in server.models]}


def _model_entry(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "model": name,
        "modified_at": _now(),
        "size": 0,
        "digest": "0" * 64,
        "details": _DETAILS,
    }


def _show(server: _Server, request: Mapping[str, Any]) -> dict[str, Any]:
    server.server_for(request.get("model"))
    return {
        "modelfile": "",
        "parameters": "",
        "template": "",
        "details": _DETAILS,
        "model_info": {"general.architecture": "llama"},
        "capabilities": ["completion", "thinking"],
        "modified_at": _now(),
    }


def _version(_server: _Server, _request: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": VERSION}


def _page_not_found(_server: _Server, _request: Mapping[str, Any]) -> dict[str, Any]:
    raise _RefusedError(404, "404 page not found")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError as error:
        raise _RefusedError(400, f"invalid JSON: {error}") from error
    if not isinstance(request, dict):
        raise _RefusedError(400, f"expected a JSON object, got {type(request).__name__}")
    return request


def _tagged(model: str) -> str:
    """Ollama's full name: `name` is short for `name:latest`."""
    return model if ":" in model else f"{model}:latest"


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


_GET: dict[str, _Route] = {"/api/tags": _tags, "/api/version": _version}
_POST: dict[str, _Route] = {"/api/chat": _chat, "/api/generate": _generate, "/api/show": _show}
