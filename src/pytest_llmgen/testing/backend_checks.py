"""The checks that prove a backend."""

from __future__ import annotations

import logging
import math
import threading
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_llmgen.errors import BackendError
from pytest_llmgen.generation import (
    FinishReason,
    Generation,
    GenerationRequest,
    SampleKey,
    SamplingParameters,
)
from pytest_llmgen.testing.demands import demand, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from pytest_llmgen.backends.backend import Backend

THREADS = 8
"""How many threads ask at once."""

_SHORT_S = 1.0
_IN_FLIGHT_S = 0.3


def question(number: int) -> GenerationRequest:
    """A question to a backend; each number gives another sample, with its own words."""
    return GenerationRequest(
        key=SampleKey(model="checked", challenge="check/backend", target="text", sample=number),
        attempt=1,
        messages=({"role": "user", "content": f"Write the number {number}."},),
        parameters=SamplingParameters(max_tokens=256),
        timeout_s=60.0,
    )


def check_backend(
    make: Callable[[], Backend],
    *,
    ask: Callable[[int], GenerationRequest] = question,
    fits: Callable[[GenerationRequest, Generation], bool] | None = None,
    slow: Callable[[], Backend] | None = None,
    failing: Iterable[Callable[[], Backend]] = (),
    secret: str | None = None,
    patience_s: float = 30.0,
) -> None:
    """Prove that a backend keeps its contract, by asking it about twenty questions.

    Args:
        make: A new backend whose server answers.
        ask: The questions, by a number from 0.
        fits: Whether a reply is one to this question: finds answers that went to another thread.
        slow: A new backend whose server takes a minute or more: proves the deadline and `close()`.
        failing: New backends whose servers fail, each in its own way.
        secret: The key, which must appear nowhere.
        patience_s: How long after its deadline a call may go on before it counts as hanging.

    Raises:
        AssertionError: For the first promise that is not kept.
    """
    with _Ears(secret) as ears:
        backend = make()
        _check_description(backend, ears)
        _check_reply(backend, ask(0), fits, ears, patience_s)
        _check_threads(backend, ask, fits, ears, patience_s)
        _check_closing(backend)
        for make_failing in failing:
            _check_failure(make_failing(), ask(0), ears, patience_s)
        if slow is not None:
            _check_deadline(slow(), ask(0), ears, patience_s)
            _check_abort(slow(), ask(0), ears, patience_s)


def _check_description(backend: Backend, ears: _Ears) -> None:
    demand(
        isinstance(backend.server, str) and bool(backend.server),
        f"server must say who answers, got {backend.server!r}",
    )
    demand(
        isinstance(backend.one_model_at_a_time, bool),
        f"one_model_at_a_time must be a bool, got {backend.one_model_at_a_time!r}",
    )
    demand(
        type(backend.default_concurrency) is int and backend.default_concurrency >= 1,
        f"default_concurrency must be an int of 1 or more, got {backend.default_concurrency!r}",
    )
    ears.hear("repr() of the backend", f"{backend!r} {backend.server}")


def _check_reply(
    backend: Backend,
    request: GenerationRequest,
    fits: Callable[[GenerationRequest, Generation], bool] | None,
    ears: _Ears,
    patience_s: float,
) -> None:
    before = repr(request)
    reply = _Flight(backend, request).land(request.timeout_s + patience_s)
    _demand_reply(request, reply, fits, ears)
    demand(repr(request) == before, "generate() changed the request that it was given")


def _check_threads(
    backend: Backend,
    ask: Callable[[int], GenerationRequest],
    fits: Callable[[GenerationRequest, Generation], bool] | None,
    ears: _Ears,
    patience_s: float,
) -> None:
    requests = [ask(number) for number in range(THREADS)]
    flights = [_Flight(backend, request) for request in requests]
    for request, flight in zip(requests, flights, strict=True):
        reply = flight.land(request.timeout_s + patience_s)
        _demand_reply(request, reply, fits, ears)


def _demand_reply(
    request: GenerationRequest,
    reply: object,
    fits: Callable[[GenerationRequest, Generation], bool] | None,
    ears: _Ears,
) -> None:
    """Check one reply field by field."""
    if isinstance(reply, BaseException):
        raise AssertionError(f"generate() raised {told(reply)}") from reply  # noqa: TRY004 - a check
    if not isinstance(reply, Generation):
        raise AssertionError(f"generate() must return a Generation, got {reply!r}")  # noqa: TRY004 - a check
    demand(
        isinstance(reply.finish_reason, FinishReason),
        f"finish_reason must be a FinishReason, got {reply.finish_reason!r}",
    )
    demand(isinstance(reply.text, str), f"text must be a str, got {reply.text!r}")
    demand(bool(reply.text), "text is empty, though the server answers")
    demand(_is_encodable(reply.text), f"text cannot be written as UTF-8: {reply.text!r}")
    demand(_is_amount(reply.seconds), f"seconds must be 0 or more, got {reply.seconds!r}")
    for name in ("tokens_per_s", "cost_usd"):
        value = getattr(reply, name)
        demand(value is None or _is_amount(value), f"{name} must be 0 or more, got {value!r}")
    for name in ("prompt_tokens", "completion_tokens", "retries"):
        value = getattr(reply, name)
        unknown = value is None and name != "retries"
        demand(unknown or _is_count(value), f"{name} must be an int of 0 or more, got {value!r}")
    if fits is not None:
        demand(fits(request, reply), f"the reply {reply.text!r} is not one to {request.messages!r}")
    ears.hear("a reply", repr(reply))


def _check_closing(backend: Backend) -> None:
    for _again in range(2):
        try:
            backend.close()
        except Exception as error:
            raise AssertionError(f"close(), also a second time, raised {told(error)}") from error


def _check_failure(
    backend: Backend, request: GenerationRequest, ears: _Ears, patience_s: float
) -> None:
    """Whatever a server does, callers see one kind of error."""
    ears.hear("repr() of a backend that fails", repr(backend))
    outcome = _Flight(backend, request).land(request.timeout_s + patience_s)
    _demand_backend_error(outcome, "a backend of `failing`", ears)
    _check_closing(backend)


def _check_deadline(
    backend: Backend, request: GenerationRequest, ears: _Ears, patience_s: float
) -> None:
    flight = _Flight(backend, replace(request, timeout_s=_SHORT_S))
    outcome = flight.land(_SHORT_S + patience_s, f"its timeout_s of {_SHORT_S:g} was over")
    _demand_backend_error(outcome, "a backend of `slow`, at its deadline,", ears)
    _check_closing(backend)


def _check_abort(
    backend: Backend, request: GenerationRequest, ears: _Ears, patience_s: float
) -> None:
    flight = _Flight(backend, replace(request, timeout_s=3600.0))
    time.sleep(_IN_FLIGHT_S)
    _check_closing(backend)
    outcome = flight.land(patience_s, "close() was called")
    _demand_backend_error(outcome, "a backend of `slow`, closed in flight,", ears)
    late = _Flight(backend, replace(request, timeout_s=_SHORT_S))
    _demand_backend_error(late.land(_SHORT_S + patience_s), "a closed backend of `slow`", ears)


def _demand_backend_error(outcome: object, who: str, ears: _Ears) -> None:
    if not isinstance(outcome, BaseException):
        raise AssertionError(f"{who} must raise a BackendError, but it answered {outcome!r}")  # noqa: TRY004 - a check
    ears.hear("an error", "".join(traceback.format_exception(outcome)))
    if not isinstance(outcome, BackendError):
        raise AssertionError(  # noqa: TRY004 - a check
            f"{who} must raise a BackendError, not {told(outcome)}"
        ) from outcome
    demand(bool(str(outcome).strip()), f"{who} must say what is wrong: the BackendError is empty")


class _Flight:
    """One question on a thread of its own, so that a backend that hangs does not hang the test."""

    def __init__(self, backend: Backend, request: GenerationRequest) -> None:
        self._backend = backend
        self._request = request
        self._outcome: object = None
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        try:
            self._outcome = self._backend.generate(self._request)
        except BaseException as error:
            self._outcome = error

    def land(self, within_s: float, since: str = "it was called") -> object:
        """What it returned, or the exception that it raised."""
        self._thread.join(within_s)
        demand(
            not self._thread.is_alive(),
            f"generate() did not return within {within_s:g} s after {since}",
        )
        return self._outcome


class _Ears:
    """Hears all that is logged, and complains when it is the secret."""

    def __init__(self, secret: str | None) -> None:
        self._secret = secret
        self._logged = _Logged()

    def __enter__(self) -> _Ears:  # noqa: PYI034 - is not for subclasses
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self._logged)
        root.setLevel(logging.DEBUG)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        root = logging.getLogger()
        root.removeHandler(self._logged)
        root.setLevel(self._level)
        if error is None:
            self.hear("the log", "\n".join(self._logged.lines))

    def hear(self, where: str, text: str) -> None:
        """Complain if a text holds the secret."""
        demand(not self._secret or self._secret not in text, f"the secret is in {where}")


class _Logged(logging.Handler):
    """Keeps what is logged, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def _is_amount(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value >= 0  # type: ignore[arg-type,operator] # is one


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
