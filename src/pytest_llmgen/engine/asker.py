"""Asks a model one question; what the run has stored is never asked for again."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Protocol

from pytest_llmgen.errors import (
    STOPPED,
    BackendError,
    HarnessError,
    LlmgenError,
    StoppedError,
)
from pytest_llmgen.generation import (
    CHAT,
    Generation,
    GenerationRequest,
    SampleKey,
    SamplingParameters,
)
from pytest_llmgen.prompt import completion_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_llmgen.engine.plan import SamplePlan
    from pytest_llmgen.generation import Message
    from pytest_llmgen.runs.directory import RunDirectory


class Generates(Protocol):
    """What the engine needs of a backend."""

    def generate(self, request: GenerationRequest) -> Generation:
        """Answer one question."""

    def close(self) -> None:
        """Abort what is in flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLane:
    """How one model is asked."""

    backend: Generates
    cap: int
    server: str
    exclusive: bool
    parameters: SamplingParameters
    seed: int | None
    """From which each request's own seed is drawn; None sends no seed."""
    cost_usd: Callable[[Generation], float | None]
    identity: str = ""
    """Part of what a stored reply is found by: see `GenerationRequest`."""
    prompt: str = CHAT
    """One of `PROMPT_STYLES`."""
    metered: bool = True
    """Whether its replies count against a budget: those of solutions and replays do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply and what it replies to."""

    request: GenerationRequest
    generation: Generation
    reused: bool
    """Whether it was stored before."""
    cost_usd: float | None


class Asker:
    """Asks on the caller's thread; many threads may do so at once."""

    def __init__(self, models: Mapping[str, ModelLane], run: RunDirectory) -> None:
        """Prepare; nothing is asked yet."""
        self._models = models
        self._run = run
        self._given_up: dict[str, str] = {}
        self._refusal: str | None = None

    def ask(
        self,
        plan: SamplePlan,
        messages: tuple[Message, ...],
        attempt: int,
        *,
        timeout_s: float,
        arrived: Callable[[Generation], None] = lambda _generation: None,
    ) -> Answer:
        """The stored answer, or a new one, which is stored before anyone reads it.

        Built-in models are read anew, since their solutions may have been edited. `arrived` is told
        of a new answer as soon as it is there.

        Raises:
            OverloadedError: If the server takes no more at present.
            UnreachableError: If there is no connection to it.
            StoppedError: If nobody is to be asked any more.
            BackendError: If the model gives no answer, whatever its backend raises.
            HarnessError: If it cannot be stored.
        """
        model = self._models[plan.key.model]
        request = request_of(plan, messages, attempt, model, timeout_s=timeout_s)
        stored = None if plan.solution_file else self._run.find_generation(request)
        generation = stored or self._new(request, model, arrived)
        return Answer(
            request=request,
            generation=generation,
            reused=stored is not None,
            cost_usd=model.cost_usd(generation),
        )

    def refuse(self, why: str) -> None:
        """Ask nobody any more; what is in flight goes on, and stored replies are still answers."""
        self._refusal = self._refusal or why

    def give_up(self, model: str, why: str) -> bool:
        """Ask one model no more; False if that was known."""
        if model in self._given_up:
            return False
        self._given_up[model] = why
        return True

    def has_given_up(self, model: str) -> bool:
        """Whether a model is asked no more."""
        return model in self._given_up

    def close(self) -> None:
        """Ask no more, and abort what is in flight.

        Replies that have come are still stored.
        """
        self.refuse(STOPPED)
        for model in self._models.values():
            try:
                model.backend.close()
            except Exception:  # noqa: S112 - by a third party; the others must be closed too
                continue

    def _new(
        self,
        request: GenerationRequest,
        model: ModelLane,
        arrived: Callable[[Generation], None],
    ) -> Generation:
        """Ask the model, unless it has said that it will answer nobody."""
        name = request.key.model
        if self._refusal is not None:
            raise StoppedError(self._refusal)
        if name in self._given_up:
            raise BackendError(self._given_up[name])
        try:
            self._run.save_request(request)
        except OSError as error:
            raise HarnessError(f"not asked, since it could not be stored: {error}") from error
        generation = _generate(model.backend, request)
        arrived(generation)
        try:
            self._run.save_generation(request, generation)
        except OSError as error:
            raise HarnessError(f"the reply came but could not be stored: {error}") from error
        return generation


def request_of(
    plan: SamplePlan,
    messages: tuple[Message, ...],
    attempt: int,
    model: ModelLane,
    *,
    timeout_s: float,
) -> GenerationRequest:
    """What a model is asked in one attempt of a sample."""
    parameters = model.parameters
    if model.seed is not None:
        parameters = replace(parameters, seed=derived_seed(model.seed, plan.key, attempt))
    return GenerationRequest(
        key=plan.key,
        attempt=attempt,
        messages=messages,
        completion=completion_of(model.prompt, messages),
        parameters=parameters,
        timeout_s=timeout_s,
        identity=model.identity,
        solution_file=plan.solution_file,
    )


def _generate(backend: Generates, request: GenerationRequest) -> Generation:
    """Ask once; a backend by a third party may raise anything, and return anything."""
    try:
        generation: object = backend.generate(request)
    except LlmgenError:
        raise
    except BaseException as error:
        raise BackendError(f"{type(error).__name__}: {error}") from error
    if not isinstance(generation, Generation):
        raise BackendError(
            f"{type(backend).__name__}.generate returned {type(generation).__name__}, "
            "not a Generation"
        )
    return generation


def derived_seed(seed: int, key: SampleKey, attempt: int) -> int:
    """A seed of its own for every request, in [0, 2**31): equal seeds would give equal draws."""
    text = f"{seed} {asdict(key)} {attempt}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
