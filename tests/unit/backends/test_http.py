"""Retries, deadlines and secrets, over a real socket."""

from __future__ import annotations

import concurrent.futures
import socket
import threading
import time
import traceback
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Response

from pytest_llmgen.backends import http
from pytest_llmgen.backends.http import JsonClient, connect
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.backends.servers import is_loopback
from pytest_llmgen.backends.waits import retry_after_s
from pytest_llmgen.errors import (
    BackendError,
    OverloadedError,
    PermanentBackendError,
    UnreachableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_httpserver import HTTPServer
    from werkzeug import Request

    from pytest_llmgen.backends.reply import Reply

CANARY = "sk-canary-5f1d"


@pytest.fixture
def client(httpserver: HTTPServer) -> Iterator[JsonClient]:
    """A client of the test's server, with a key."""
    headers = {"authorization": f"Bearer {CANARY}"}
    client = JsonClient(httpserver.url_for("/v1/"), headers, 8, secret=CANARY)
    yield client
    client.close()


def post(client: JsonClient, timeout_s: float = 20.0) -> Reply:
    """Send one small question."""
    return client.post("/chat", {"q": 1}, time.monotonic() + timeout_s)


@pytest.mark.parametrize("status", [408, 500, 502, 504, 524])
def test_a_server_in_trouble_is_asked_again(
    status: int, httpserver: HTTPServer, client: JsonClient
) -> None:
    """The retry is counted, and the seconds are those of the last exchange."""
    httpserver.expect_ordered_request("/v1/chat").respond_with_json(
        {"error": {"message": "busy"}}, status=status, headers={"Retry-After": "0"}
    )
    httpserver.expect_ordered_request("/v1/chat").respond_with_json({"a": 1})
    reply = post(client)
    assert (reply.ok, reply.json, reply.retries) == (True, {"a": 1}, 1)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422])
def test_a_request_at_fault_is_sent_once(
    status: int, httpserver: HTTPServer, client: JsonClient
) -> None:
    """The backend gets the server's words and decides."""
    httpserver.expect_request("/v1/chat").respond_with_json({"error": "no"}, status=status)
    reply = post(client)
    assert (reply.ok, reply.code, reply.problem) == (False, status, "no")
    assert len(httpserver.log) == 1


def test_a_server_that_says_not_to_retry_is_believed(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    """`x-should-retry: false` ends it, whatever the status."""
    httpserver.expect_request("/v1/chat").respond_with_json(
        {"error": "no"}, status=500, headers={"x-should-retry": "false"}
    )
    assert post(client).code == 500
    assert len(httpserver.log) == 1


def test_an_error_inside_a_200_is_an_error(httpserver: HTTPServer, client: JsonClient) -> None:
    """It is retried like any other, and its own code counts."""
    httpserver.expect_ordered_request("/v1/chat").respond_with_json({"error": "upstream died"})
    httpserver.expect_ordered_request("/v1/chat").respond_with_json(
        {"error": {"code": 402, "message": "no credit"}}
    )
    reply = post(client)
    assert (reply.status, reply.code, reply.problem, reply.retries) == (200, 402, "no credit", 1)
    assert not reply.ok


def test_json_that_is_none_is_asked_for_again(httpserver: HTTPServer, client: JsonClient) -> None:
    """Cut-off, missing and misplaced JSON are all passing troubles."""
    for body in ('{"a": ', "", "[1]"):
        httpserver.expect_ordered_request("/v1/chat").respond_with_data(body)
    httpserver.expect_ordered_request("/v1/chat").respond_with_json({"a": 1})
    reply = post(client)
    assert (reply.json, reply.retries) == ({"a": 1}, 3)


def test_a_server_that_stays_broken_is_given_up(httpserver: HTTPServer, client: JsonClient) -> None:
    """After a few retries the sample fails; the model is not written off."""
    httpserver.expect_request("/v1/chat").respond_with_data("<html>oops</html>")
    with pytest.raises(BackendError) as raised:
        post(client)
    assert str(raised.value) == (
        f"{client.server}: an answer that is no JSON object: <html>oops</html>; "
        "gave up after 4 retries"
    )
    assert not isinstance(raised.value, PermanentBackendError)
    assert len(httpserver.log) == 5


def test_the_last_word_of_a_broken_server_is_handed_on(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    """A 500 that persists comes back as a reply with its explanation."""
    httpserver.expect_request("/v1/chat").respond_with_data("oops", status=500)
    reply = post(client)
    assert (reply.code, reply.problem, reply.retries) == (500, "oops", 4)


@pytest.mark.parametrize("status", [429, 503, 529])
@pytest.mark.parametrize(("wait", "seconds"), [("2.5", 2.5), ("0", None), ("soon", None)])
def test_a_busy_server_is_handed_to_whoever_counts_what_is_in_flight(
    status: int, wait: str, seconds: float | None, httpserver: HTTPServer, client: JsonClient
) -> None:
    """At once, since to wait here would hold a place; with the delay that it names, if any."""
    httpserver.expect_request("/v1/chat").respond_with_json(
        {"error": "slow down"}, status=status, headers={"Retry-After": wait}
    )
    with pytest.raises(OverloadedError) as raised:
        post(client)
    assert str(raised.value) == f"{client.server}: {status}: slow down"
    assert raised.value.retry_after_s == seconds
    assert len(httpserver.log) == 1


def test_a_server_that_says_to_retry_is_believed(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    """`x-should-retry: true` makes a passing trouble of any status."""
    httpserver.expect_ordered_request("/v1/chat").respond_with_json(
        {"error": "locked"}, status=409, headers={"x-should-retry": "true"}
    )
    httpserver.expect_ordered_request("/v1/chat").respond_with_json({"a": 1})
    assert post(client).retries == 1


def test_a_wait_beyond_the_deadline_is_not_begun(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    """The message says how long the server wants and how long there is."""
    httpserver.expect_request("/v1/chat").respond_with_json(
        {"error": "upstream down"}, status=502, headers={"Retry-After": "3600"}
    )
    with pytest.raises(
        BackendError, match=r"502: upstream down; asks to wait 3600 s, but only \d+ s"
    ):
        post(client)


def test_a_body_that_drips_cannot_outlast_the_deadline(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    """Each byte resets the time-out of a read, but not the deadline."""

    def drip(_: Request) -> Response:
        def body() -> Iterator[bytes]:
            for _ in range(100):
                time.sleep(0.1)
                yield b" "
            yield b'{"a": 1}'

        return Response(body(), mimetype="application/json")

    httpserver.expect_request("/v1/chat").respond_with_handler(drip)
    with pytest.raises(BackendError, match=r"no complete answer within 0\.5 s"):
        post(client, 0.5)


def test_a_body_that_stalls_cannot_outlast_the_deadline(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    """A read that began before the deadline ends with it, though its own time-out does not."""

    def stall(_: Request) -> Response:
        def body() -> Iterator[bytes]:
            time.sleep(0.3)
            yield b" "
            time.sleep(0.4)
            yield b'{"a": 1}'

        return Response(body(), mimetype="application/json")

    httpserver.expect_request("/v1/chat").respond_with_handler(stall)
    with pytest.raises(BackendError, match=r"no complete answer within 0\.5 s"):
        post(client, 0.5)


def test_a_server_that_says_nothing_meets_the_deadline(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    """Silence before the first byte is not retried: there is no time left."""
    release = threading.Event()

    def wait(_: Request) -> Response:
        release.wait(10)
        return Response("{}")

    httpserver.expect_request("/v1/chat").respond_with_handler(wait)
    with pytest.raises(BackendError) as raised:
        post(client, 0.3)
    release.set()
    assert str(raised.value) == (
        f"{client.server}: no complete answer within 0.3 s; "
        "allow the generation more time, or fewer tokens"
    )


def test_an_endless_body_is_given_up(
    httpserver: HTTPServer, client: JsonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded, whatever the server sends."""
    monkeypatch.setattr(http, "MAX_BODY_BYTES", 1 << 20)
    httpserver.expect_request("/v1/chat").respond_with_data(b" " * ((1 << 20) + 1))
    with pytest.raises(BackendError, match="an answer of more than 1 MB, given up"):
        post(client)


def test_a_connection_that_breaks_is_replaced() -> None:
    """A server that hangs up in the middle is asked again on a new connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        head = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n"
        answers = [b"", head, head + b'{"a": 1}']

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        server = threading.Thread(target=serve)
        server.start()
        client = JsonClient(f"http://127.0.0.1:{listener.getsockname()[1]}", {}, 8)
        reply = post(client)
        client.close()
        server.join()
    assert (reply.json, reply.retries) == ({"a": 1}, 2)


def test_a_server_that_is_not_there_is_handed_to_whoever_knows_the_other_requests() -> None:
    """At once: not each of them is to try again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = JsonClient(f"http://127.0.0.1:{port}", {}, 8)
    with pytest.raises(UnreachableError) as raised:
        post(client)
    client.close()
    assert str(raised.value) == (
        f"http://127.0.0.1:{port}: cannot connect: [Errno 111] Connection refused"
    )


def test_a_redirect_is_named_and_not_followed(httpserver: HTTPServer, client: JsonClient) -> None:
    """The key is not carried to another server."""
    httpserver.expect_request("/v1/chat").respond_with_data(
        "", status=308, headers={"Location": "https://elsewhere/v1"}
    )
    reply = post(client)
    assert (reply.code, reply.problem) == (308, "redirects to https://elsewhere/v1")


def test_closing_aborts_what_is_in_flight(httpserver: HTTPServer, client: JsonClient) -> None:
    """A thread that waits for a slow model comes back at once, with an error."""
    arrived, release = threading.Event(), threading.Event()

    def wait(_: Request) -> Response:
        arrived.set()
        release.wait(60)
        return Response("{}")

    httpserver.expect_request("/v1/chat").respond_with_handler(wait)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        flight = pool.submit(post, client, 60.0)
        assert arrived.wait(30)
        client.close()
        with pytest.raises(BackendError, match="closed while a request was in flight"):
            flight.result(30)
        release.set()


def test_a_closed_client_sends_nothing(httpserver: HTTPServer, client: JsonClient) -> None:
    """Asking after the end is an error, not a new connection."""
    client.close()
    with pytest.raises(BackendError, match="closed while a request was in flight"):
        post(client)
    assert not httpserver.log


def test_many_threads_share_a_client() -> None:
    """No answer goes astray, and connections are reused."""
    connections: list[socket.socket] = []

    def talk(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            while line := lines.readline():
                length = 0
                while (line := lines.readline()) not in {b"\r\n", b""}:
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                body = lines.read(length)
                head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body)
                connection.sendall(head + body)

    def accept(listener: socket.socket) -> None:
        while True:
            try:
                connections.append(listener.accept()[0])
            except OSError:
                return
            threading.Thread(target=talk, args=connections[-1:], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        client = JsonClient(f"http://127.0.0.1:{listener.getsockname()[1]}", {}, 16)

        def echo(number: int) -> Any:
            return client.post("/", {"n": number}, time.monotonic() + 60).json["n"]

        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            assert list(pool.map(echo, range(500))) == list(range(500))
        client.close()
        listener.shutdown(socket.SHUT_RDWR)
    assert 1 <= len(connections) <= 16


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (f"bad key {CANARY}", 401),
        (f'{{"error": {{"message": "bad key {CANARY}"}}}}', 401),
        ("x" * 395 + CANARY, 401),
        ("x" * 3995 + CANARY, 401),
        (f'{{"error": "bad key {CANARY}"}}', 200),
        (f"bad key {CANARY}", 200),
        (f"bad key {CANARY}", 503),
    ],
)
def test_the_key_is_in_no_error(
    body: str, status: int, httpserver: HTTPServer, client: JsonClient
) -> None:
    """Not where the server repeats it, nor in part, nor in a traceback."""
    httpserver.expect_request("/v1/chat").respond_with_data(body, status=status)
    try:
        told = repr(post(client, 0.5))
    except BackendError as error:
        told = "".join(traceback.format_exception(error))
    assert "canary" not in told
    assert "sk-c" not in told
    assert "canary" not in repr(client)


@pytest.mark.parametrize("key", [f"{CANARY} x", f"{CANARY}\x00", f"{CANARY}ß"])
def test_a_key_that_no_header_can_carry_is_not_repeated(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable alone."""
    if "\x00" not in key:
        monkeypatch.setenv("MY_KEY", key)
    spec = ModelSpec(
        name="m", provider="x", model="m", base_url="http://127.0.0.1:1", api_key_env="MY_KEY"
    )
    with pytest.raises(UsageError, match=r"^model 'm': environment variable MY_KEY ") as raised:
        connect(spec)
    assert CANARY not in str(raised.value)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "9", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "9", "retry-after-ms": "x"}, 9.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_the_wait_is_the_one_that_the_server_asks_for(
    headers: dict[str, str], seconds: float
) -> None:
    """Milliseconds win over seconds, and nonsense asks for nothing."""
    assert retry_after_s(headers) == seconds


def test_a_wait_may_be_given_as_a_date() -> None:
    """HTTP allows the date on which to come back."""
    date = formatdate(time.time() + 1000, usegmt=True)
    assert retry_after_s({"retry-after": date}) == pytest.approx(1000, abs=60)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://localhost", True),
        ("http://[::1]:1", True),
        ("http://10.0.0.1", False),
        ("https://api.openai.com/v1", False),
        ("http://localhost.example.com", False),
    ],
)
def test_this_machine_is_told_from_others(url: str, loopback: bool) -> None:
    """It decides on proxies and on how much is sent at once."""
    assert is_loopback(url) is loopback
