"""What the engine keeps: of the run, of a model, of a sample on its way."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.engine.plan import SamplePlan, Solution
    from pytest_llmgen.extraction import CodeForm
    from pytest_llmgen.generation import Message, SampleKey
    from pytest_llmgen.runs.record import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Choices of the run."""

    timeout_s: float
    feedback: str
    forms: Mapping[str, CodeForm]
    """How each target's code looks in a reply."""
    suffixes: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Progress:
    """Counts of one model, for the live line."""

    cap: int
    """Most that may be in flight at present."""
    samples: int = 0
    solved: int = 0
    restored: int = 0
    """Samples solved for which nothing was asked in this run."""
    generated: int = 0
    reused: int = 0
    in_flight: int = 0
    waiting: int = 0
    failed: int = 0
    """Samples without an answer through the server's fault."""
    retries: int = 0
    """Requests that went out again, after a refusal of a busy server or a fault of it."""
    tokens: int = 0
    """Of the replies that were generated, as are the dollars."""
    cost_usd: float | None = None
    """None until the cost of some reply is known."""


class Sample:
    """A sample on its way."""

    def __init__(self, plan: SamplePlan) -> None:
        self.plan = plan
        self.messages: tuple[Message, ...] = plan.messages
        self.attempts: list[Attempt] = []
        self.source: str | None = None
        self.reply = ""
        self.deadline: float | None = None
        """Of the present attempt, once it has been asked for, on the clock of `time.monotonic`."""
        self.refusals = 0
        """How often the server was too busy in the present attempt."""
        self.reused = 0
        """How many of the attempts were answered by stored replies."""
        self.future: Future[Solution] = Future()


@dataclass(frozen=True, slots=True, eq=False)
class BuildJob:
    """A source that a builder is to build."""

    sample: Sample
    source: str
    tries: int = 1

    @property
    def key(self) -> SampleKey:
        """Of the sample."""
        return self.sample.plan.key
