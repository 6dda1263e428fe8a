"""`check_backend` finds what is wrong with a backend, and says so."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from pytest_llmgen.errors import BackendError
from pytest_llmgen.generation import FinishReason, Generation
from pytest_llmgen.testing import check_backend

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.generation import GenerationRequest

CANARY = "sk-canary-5f1d"
GOOD = Generation(text="fine", finish_reason=FinishReason.STOP, seconds=0.1)


class Toy:
    """A backend that keeps its contract until a test changes a part of it."""

    server: Any = "toy"
    one_model_at_a_time: Any = False
    default_concurrency: Any = 2

    def __init__(self) -> None:
        """Be open."""
        self._closed = threading.Event()

    def generate(self, request: GenerationRequest) -> Any:
        """Answer at once."""
        return replace(GOOD, text=request.messages[-1]["content"])

    def wait(self, request: GenerationRequest) -> Generation:
        """Answer never."""
        self._closed.wait(request.timeout_s)
        raise BackendError("no answer")

    def close(self) -> None:
        """End what waits."""
        self._closed.set()


class Slow(Toy):
    """A backend whose server says nothing."""

    def generate(self, request: GenerationRequest) -> Any:
        """Wait."""
        return self.wait(request)


class Failing(Toy):
    """A backend that fails as it should."""

    def generate(self, request: GenerationRequest) -> Any:
        """Fail."""
        raise BackendError(f"no answer to {request.messages!r}")


def that_returns(**changes: Any) -> type[Toy]:
    """A toy with a reply that is changed in some field."""

    class Changed(Toy):
        def generate(self, request: GenerationRequest) -> Any:
            return replace(super().generate(request), **changes)

    return Changed


def that_does(act: Callable[[Toy, GenerationRequest], Any]) -> type[Toy]:
    """A toy that does something else."""

    class Other(Toy):
        def generate(self, request: GenerationRequest) -> Any:
            return act(self, request)

    return Other


def that_is(**attributes: Any) -> type[Toy]:
    """A toy with other attributes."""
    return type("Named", (Toy,), attributes)


def leak(toy: Toy, _request: GenerationRequest) -> Generation:
    """Answer, and log the key."""
    logging.getLogger("toy").debug("sent %s", CANARY)
    return GOOD


def raise_unknown(_toy: Toy, _request: GenerationRequest) -> Generation:
    """Let an exception of the server's library through."""
    raise ConnectionError("reset by peer")


def tamper(_toy: Toy, request: GenerationRequest) -> Generation:
    """Change what was given."""
    request.parameters.extra["top_p"] = 1
    return GOOD


def fail_when_closed_twice(toy: Toy) -> None:
    """Close once only."""
    if toy._closed.is_set():
        raise ValueError("already closed")
    toy._closed.set()


def _refuse(key: str) -> NoReturn:
    raise ValueError(key)


def tell_the_key(_toy: Toy, _request: GenerationRequest) -> Generation:
    """Fail with the key in a cause of the error."""
    try:
        _refuse(CANARY)
    except ValueError as error:
        raise BackendError("no answer") from error


def test_a_good_backend_passes() -> None:
    """All checks hold."""
    check_backend(Toy, slow=Slow, failing=[Failing], secret=CANARY)


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        (that_is(server=""), "server must say who answers, got ''"),
        (that_is(one_model_at_a_time=1), "one_model_at_a_time must be a bool, got 1"),
        (that_is(default_concurrency=0), "default_concurrency must be an int of 1 or more, got 0"),
        (that_is(__repr__=lambda _self: CANARY), "the secret is in repr() of the backend"),
        (that_does(lambda *_: "fine"), "generate() must return a Generation, got 'fine'"),
        (that_does(raise_unknown), "generate() raised ConnectionError: reset by peer"),
        (that_does(tamper), "generate() changed the request that it was given"),
        (that_does(leak), "the secret is in the log"),
        (that_returns(text=""), "text is empty, though the server answers"),
        (that_returns(text=None), "text must be a str, got None"),
        (that_returns(text="\ud83d"), r"text cannot be written as UTF-8: '\ud83d'"),
        (that_returns(text=CANARY), "the secret is in a reply"),
        (that_returns(finish_reason=None), "finish_reason must be a FinishReason, got None"),
        (that_returns(seconds=float("nan")), "seconds must be 0 or more, got nan"),
        (that_returns(cost_usd=-1), "cost_usd must be 0 or more, got -1"),
        (that_returns(prompt_tokens=1.5), "prompt_tokens must be an int of 0 or more, got 1.5"),
        (that_returns(retries=None), "retries must be an int of 0 or more, got None"),
        (
            that_is(close=fail_when_closed_twice),
            "close(), also a second time, raised ValueError: already closed",
        ),
    ],
)
def test_each_broken_promise_is_named(backend: type[Toy], message: str) -> None:
    """The message says what was found and what is expected."""
    with pytest.raises(AssertionError) as raised:
        check_backend(backend, secret=CANARY)
    assert str(raised.value) == message


def test_answers_that_go_astray_are_found() -> None:
    """A backend that keeps the question in a field of its own mixes up its threads."""
    meet = threading.Barrier(8)
    alone = threading.Event()

    class Forgetful(Toy):
        def generate(self, request: GenerationRequest) -> Any:
            self.request = request
            if alone.is_set():
                meet.wait(30)
            alone.set()
            return super().generate(self.request)

    with pytest.raises(AssertionError, match=r"the reply 'Write .*' is not one to "):
        check_backend(
            Forgetful,
            fits=lambda request, reply: reply.text == request.messages[0]["content"],
        )


@pytest.mark.parametrize(
    ("failing", "message"),
    [
        (
            that_does(raise_unknown),
            (
                "a backend of `failing` must raise a BackendError, "
                "not ConnectionError: reset by peer"
            ),
        ),
        (that_does(tell_the_key), "the secret is in an error"),
        (that_does(lambda *_: "x"), "a backend of `failing` must raise a BackendError, but it"),
    ],
)
def test_failures_of_another_kind_are_found(failing: type[Toy], message: str) -> None:
    """Only a BackendError says that a server failed, and it never tells the key."""
    with pytest.raises(AssertionError, match=f"^{re.escape(message)}"):
        check_backend(Toy, failing=[failing], secret=CANARY)


def test_a_backend_that_outlasts_its_deadline_is_found() -> None:
    """It does not hang the check."""
    released = threading.Event()
    stubborn = that_does(lambda *_: released.wait(60))
    with pytest.raises(AssertionError) as raised:
        check_backend(Toy, slow=stubborn, patience_s=0.2)
    released.set()
    assert str(raised.value) == (
        "generate() did not return within 1.2 s after its timeout_s of 1 was over"
    )


def test_a_close_that_leaves_requests_in_flight_is_found() -> None:
    """The thread that asks would wait for an hour."""
    leftover: list[Toy] = []

    class Deaf(Slow):
        def __init__(self) -> None:
            super().__init__()
            leftover.append(self)

        def close(self) -> None:
            pass

    with pytest.raises(AssertionError, match=r"did not return within 1 s after close\(\) was call"):
        check_backend(Toy, slow=Deaf, patience_s=1.0)
    for toy in leftover:
        toy._closed.set()
