"""What a run may spend, over all of its starts, and what it has spent."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_llmgen.runs.folder_name import folder_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.engine.asker import ModelLane
    from pytest_llmgen.generation import Generation, Message
    from pytest_llmgen.runs.directory import RunDirectory

CHARS_PER_TOKEN = 4
"""Of a text whose tokens the server does not count."""


@dataclass(slots=True)
class Spent:
    """On some replies."""

    replies: int = 0
    cost_usd: float = 0.0
    tokens: int = 0
    """Of questions and replies."""

    def add(self, cost_usd: float, tokens: int) -> None:
        """Add one reply."""
        self.replies += 1
        self.cost_usd += cost_usd
        self.tokens += tokens


class Budget:
    """Counts replies against limits. Not thread-safe: the engine holds its lock around every call.

    What is in flight cannot be called back. So no more is put in flight than will fit if each reply
    costs what those of its model did on average, and a model's first reply is waited for alone.
    """

    def __init__(
        self,
        models: Mapping[str, ModelLane],
        *,
        max_cost_usd: float | None = None,
        max_tokens: int | None = None,
    ) -> None:
        """Start with nothing spent; None is no limit."""
        self._models = {name: model for name, model in models.items() if model.metered}
        self._max_cost_usd = math.inf if max_cost_usd is None else max_cost_usd
        self._max_tokens = math.inf if max_tokens is None else max_tokens
        self._by_model: defaultdict[str, Spent] = defaultdict(Spent)
        self.spent = Spent()

    @property
    def used_up(self) -> str | None:
        """The option whose limit is reached, as the user writes it; None if something is left."""
        if self.spent.cost_usd >= self._max_cost_usd:
            return f"--llm-max-cost={self._max_cost_usd:g}"
        if self.spent.tokens >= self._max_tokens:
            return f"--llm-max-tokens-total={self._max_tokens}"
        return None

    def add(self, model: str, generation: Generation, messages: Sequence[Message] = ()) -> None:
        """Count a reply, and the question, whose tokens the server may not have counted."""
        if model not in self._models:
            return
        counted = _with_tokens(generation, messages)
        cost_usd = self._models[model].cost_usd(generation)
        if cost_usd is None:
            cost_usd = self._models[model].cost_usd(counted)
        self._add(model, counted, cost_usd)

    def add_stored(self, run: RunDirectory) -> None:
        """Count all replies of a run, also those of models that are not asked now."""
        names = {folder_name(name): name for name in self._models}
        for folder, generation in run.replies():
            if folder in names:
                self.add(names[folder], generation)
            else:
                self._add(folder, generation, generation.cost_usd)

    def room(self, model: str, in_flight: Mapping[str, int]) -> float:
        """How many requests of a model may be in flight: above 2 means 3.

        Args:
            model: Which is asked.
            in_flight: How many there are of each model.
        """
        if model not in self._models or self.used_up is not None:
            return math.inf  # nothing is spent, or nothing is asked any more
        own = self._by_model[model]
        if not own.replies:
            return 1.0
        others = [
            (number, self._by_model[name]) for name, number in in_flight.items() if name != model
        ]
        left_usd = self._max_cost_usd - self.spent.cost_usd
        left_usd -= sum(number * _mean(of.cost_usd, of) for number, of in others)
        left_tokens = self._max_tokens - self.spent.tokens
        left_tokens -= sum(number * _mean(of.tokens, of) for number, of in others)
        return min(
            _fitting(left_usd, _mean(own.cost_usd, own)),
            _fitting(left_tokens, _mean(own.tokens, own)),
        )

    def _add(self, model: str, generation: Generation, cost_usd: float | None) -> None:
        tokens = (generation.prompt_tokens or 0) + (generation.completion_tokens or 0)
        self.spent.add(cost_usd or 0.0, tokens)
        self._by_model[model].add(cost_usd or 0.0, tokens)


def _mean(total: float, of: Spent) -> float:
    return total / of.replies if of.replies else 0.0


def _fitting(left: float, each: float) -> float:
    return left / each if each else math.inf


def _with_tokens(generation: Generation, messages: Sequence[Message]) -> Generation:
    """Estimate the tokens that a server does not count, so that a budget can be kept."""
    prompt, completion = generation.prompt_tokens, generation.completion_tokens
    if prompt is None:
        prompt = sum(len(message["content"]) for message in messages) // CHARS_PER_TOKEN
    if completion is None:
        text = generation.text + (generation.reasoning or "")
        completion = len(text) // CHARS_PER_TOKEN
    return replace(generation, prompt_tokens=prompt, completion_tokens=completion)
