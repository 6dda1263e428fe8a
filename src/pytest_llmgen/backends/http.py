"""JSON over HTTP with retries and one total deadline: the only module that uses httpx."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import random
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.deadlines import Deadlines
from pytest_llmgen.backends.failures import asks_to_come_back, is_worth_repeating
from pytest_llmgen.backends.reply import Reply, code_of, error_of, words_of
from pytest_llmgen.backends.servers import is_loopback, read_key
from pytest_llmgen.backends.waits import asked_wait_s
from pytest_llmgen.errors import (
    BackendError,
    OverloadedError,
    PermanentBackendError,
    UnreachableError,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator, Mapping

    import httpx

    from pytest_llmgen.backends.models import ModelSpec

MAX_BODY_BYTES = 32 << 20
MAX_CONNECTIONS = 128
MAX_RETRIES = 4
"""After a lost connection or a broken answer."""

_CONNECT_S = 10.0
_BACKOFF_S = (0.5, 20.0)
_KEEPALIVE_S = 30.0
_WORDS = 400
"""Characters of a server's own words that an error repeats."""


_loading = threading.Lock()


def load_httpx() -> None:
    """Import httpx, which most pytest runs need not, without its command line.

    That one loads rich and click where they are installed, and takes longer than all the rest.
    """
    command_line = "httpx._main"
    with _loading:
        if "httpx" in sys.modules:
            return
        sys.modules[command_line] = None  # type: ignore[assignment]  # to import it is an error
        try:
            import httpx  # noqa: F401, PLC0415 - see above
        finally:
            del sys.modules[command_line]
        # What the first request would import.
        import encodings.idna  # noqa: F401, PLC0415

        import httpcore  # noqa: F401, PLC0415


class JsonClient:
    """Connections to one server, for many threads at once.

    Each has an httpx client of its own: a pool of httpx looks through all its connections for each
    request, which at 64 of them takes three times the CPU time of the request itself.
    """

    def __init__(
        self, base_url: str, headers: Mapping[str, str], max_connections: int, *, secret: str = ""
    ) -> None:
        """Set up without connecting; `secret` is blotted out of every error's text."""
        load_httpx()
        self.server = base_url.rstrip("/")
        self._headers = {
            "accept-encoding": "identity",
            "content-type": "application/json",
            "user-agent": "pytest-llmgen",
            **headers,
        }
        self._secret = secret
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(max_connections)
        self._opened: list[httpx.Client] = []
        self._idle: list[httpx.Client] = []
        self._ssl: ssl.SSLContext | None = None
        self._deadlines = Deadlines()

    def post(self, path: str, body: Mapping[str, Any], deadline: float) -> Reply:
        """Send `body` until there is an answer not worth repeating, and return that.

        Args:
            path: Below the base URL, from its slash on.
            body: What `json.dumps` takes.
            deadline: On the clock of `time.monotonic()`; covers all retries and waits.

        Raises:
            BackendError: If there is no such answer: no connection, no JSON, no time left.
            OverloadedError: If the server is too busy; whoever counts what is in flight asks again.
            UnreachableError: If there is no connection; whoever knows of the other requests asks
                again, so that not each of them tries.
        """
        content = json.dumps(body).encode()
        limit_s = deadline - time.monotonic()
        problem, retries = "", 0
        while not self._deadlines.closed.is_set():
            if time.monotonic() >= deadline:
                raise BackendError(self._late(limit_s, problem))
            wait_s = 0.0
            try:
                reply = self._exchange(path, content, deadline, retries)
            except _LostError as lost:
                if time.monotonic() >= deadline:
                    continue  # what was lost then was cut by the deadline itself
                problem = self._clean(str(lost)) or problem
                if retries == MAX_RETRIES:
                    raise BackendError(
                        f"{self.server}: {problem}; gave up after {MAX_RETRIES} retries"
                    ) from None
            else:
                if not is_worth_repeating(reply):
                    return reply
                problem, wait_s = f"{reply.code}: {reply.problem}", asked_wait_s(reply)
                if asks_to_come_back(reply):
                    raise OverloadedError(f"{self.server}: {problem}", retry_after_s=wait_s or None)
                if retries == MAX_RETRIES:
                    return reply
            self._pause(retries, wait_s, deadline, problem)
            retries += 1
        raise BackendError(f"{self.server}: closed while a request was in flight")

    def close(self) -> None:
        """Cut every connection; requests in flight end with a BackendError."""
        self._deadlines.close()
        with self._lock:
            for client in self._opened:
                client.close()

    def _exchange(self, path: str, content: bytes, deadline: float, retries: int) -> Reply:
        """Send once; raises _LostError for whatever another try may heal."""
        import httpx  # noqa: PLC0415 - see load_httpx

        left = max(deadline - time.monotonic(), 0.001)
        extensions = {
            "timeout": {
                "connect": min(left, _CONNECT_S),
                "read": left,
                "write": left,
                "pool": left,
            },
            "trace": functools.partial(self._deadlines.connected, deadline),
        }
        try:
            with self._lease(left) as client:
                sent = time.monotonic()
                with client.stream(
                    "POST", self.server + path, content=content, extensions=extensions
                ) as response:
                    stream = response.extensions["network_stream"]
                    self._deadlines.guard(stream, deadline)
                    raw = self._body(response.iter_bytes())
                    self._deadlines.guard(stream, math.inf)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if self._deadlines.closed.is_set():
                raise _LostError("closed") from None
            text = self._clean(f"cannot connect: {_told(error)}")
            raise UnreachableError(f"{self.server}: {text}") from None
        except httpx.TimeoutException:
            raise _LostError("") from None  # the deadline speaks for itself
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
            text = self._clean(f"cannot send the request: {_told(error)}")
            raise PermanentBackendError(f"{self.server}: {text}") from None
        except httpx.RequestError as error:
            raise _LostError(f"lost the connection: {_told(error)}") from None
        except RuntimeError:
            if not self._deadlines.closed.is_set():
                raise
            raise _LostError("closed") from None
        return self._reply(response, raw, time.monotonic() - sent, retries)

    @contextlib.contextmanager
    def _lease(self, timeout_s: float) -> Iterator[httpx.Client]:
        """Lend a client with one connection, the one used last if there is any."""
        if not self._free.acquire(timeout=timeout_s):
            raise _LostError("")
        try:
            with self._lock:
                client = self._idle.pop() if self._idle else self._open()
            try:
                yield client
            finally:
                self._idle.append(client)
        finally:
            self._free.release()

    def _open(self) -> httpx.Client:
        """Make one more client; to be called under the lock."""
        import httpx  # noqa: PLC0415 - see load_httpx

        if self._deadlines.closed.is_set():
            raise _LostError("closed")
        try:
            if not self._opened:
                self._deadlines.start()
                if self.server.startswith("https:"):
                    self._ssl = httpx.create_ssl_context()
            client = httpx.Client(
                headers=self._headers,
                limits=httpx.Limits(max_connections=1, keepalive_expiry=_KEEPALIVE_S),
                trust_env=not is_loopback(self.server),
                verify=self._ssl or False,
            )
        except (ImportError, OSError, ValueError) as error:
            text = self._clean(f"cannot use the proxy or the certificates: {_told(error)}")
            raise PermanentBackendError(f"{self.server}: {text}") from None
        self._opened.append(client)
        return client

    def _body(self, chunks: Iterable[bytes]) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise BackendError(
                    f"{self.server}: an answer of more than {MAX_BODY_BYTES >> 20} MB, given up"
                )
        return bytes(body)

    def _reply(self, response: httpx.Response, raw: bytes, seconds: float, retries: int) -> Reply:
        raw, answer = self._parsed(raw)
        code, problem = response.status_code, ""
        if response.is_redirect:
            problem = f"redirects to {response.headers['location']}"
        elif not response.is_success:
            problem = words_of(answer, raw)
        elif not isinstance(answer, dict):
            raise _LostError(f"an answer that is no JSON object: {words_of(None, raw)}")
        elif (error := error_of(answer)) is not None:
            problem, code = words_of(error, raw), code_of(error)
            answer = {**answer, "error": error}
        return Reply(
            status=response.status_code,
            code=code,
            json=answer if isinstance(answer, dict) else {},
            headers=response.headers,
            seconds=seconds,
            retries=retries,
            problem=self._clean(problem),
        )

    def _parsed(self, raw: bytes) -> tuple[bytes, Any]:
        """Parse a body, None if it is no JSON; the secret is blotted out, however it is spelt."""
        secret = self._secret.encode()
        raw = raw.replace(secret, b"[key]") if secret else raw
        try:
            answer = json.loads(raw)
            if secret and (b"\\u" in raw or b"\\/" in raw):
                text = json.dumps(answer, ensure_ascii=False)
                spelt = json.dumps(self._secret)[1:-1]
                answer = json.loads(text.replace(spelt, "[key]")) if spelt in text else answer
        except (ValueError, RecursionError):
            answer = None
        return raw, answer

    def _pause(self, retries: int, wait_s: float, deadline: float, problem: str) -> None:
        """Wait as long as the server asks, and a random while more so that callers spread out."""
        first, most = _BACKOFF_S
        left = deadline - time.monotonic()
        if wait_s > 0 and wait_s >= left:
            raise BackendError(
                f"{self.server}: {problem}; asks to wait {wait_s:.0f} s, "
                f"but only {max(left, 0):.0f} s of the generation's time are left"
            )
        jitter = random.uniform(0, min(most, first * 2.0 ** min(retries, 9)))  # noqa: S311 - no secret
        self._deadlines.closed.wait(max(0.0, min(wait_s + jitter, left)))

    def _late(self, limit_s: float, problem: str) -> str:
        last = f" (last: {problem})" if problem else ""
        return (
            f"{self.server}: no complete answer within {round(limit_s, 1):g} s{last}; "
            "allow the generation more time, or fewer tokens"
        )

    def _clean(self, text: str) -> str:
        """Make it one line of moderate length, without the secret."""
        if self._secret:
            text = text.replace(self._secret, "[key]")
        return " ".join(text.split())[:_WORDS]


def connect(
    spec: ModelSpec,
    *,
    key_header: str = "authorization",
    headers: Mapping[str, str] | None = None,
) -> JsonClient:
    """Make a client for the model's server.

    Args:
        spec: The model.
        key_header: Takes the key, if any; `authorization` takes it as a bearer token.
        headers: Further headers of every request.

    Raises:
        UsageError: If the key that `spec` names is not set.
    """
    key = read_key(spec.name, spec.api_key_env) if spec.api_key_env else ""
    value = f"Bearer {key}" if key_header == "authorization" else key
    return JsonClient(
        str(spec.base_url),
        {**(headers or {}), **({key_header: value} if key else {})},
        spec.max_concurrency or MAX_CONNECTIONS,
        secret=key,
    )


class _LostError(Exception):
    """This exchange gave nothing to work with; another one may."""


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
