"""Backend `replay/RUN`: the stored replies of an earlier run, scored again without any server."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pytest_llmgen.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.generation import Generation, GenerationRequest, SampleKey
    from pytest_llmgen.runs.directory import RunDirectory
    from pytest_llmgen.runs.record import Record


class Replay:
    """Answers each attempt with the reply that the run stored for it."""

    one_model_at_a_time = False
    default_concurrency = 8

    def __init__(self, run: RunDirectory, *, attempts: int) -> None:
        """Take the run to read from, and the most attempts that its samples had."""
        self._run = run
        self._most_attempts = attempts
        self.server = f"replay/{run.name}"

    @cached_property
    def options(self) -> Mapping[str, object]:
        """The options of the run that is replayed."""
        found: Mapping[str, object] = self._run.describe().get("options", {})
        return found

    def generate(self, request: GenerationRequest) -> Generation:
        """The stored reply of the same attempt.

        Raises:
            BackendError: If the run has none.
        """
        generation = self._run.stored_generation(request.key, request.attempt)
        if generation is None:
            raise BackendError(
                f"the run {self._run.name!r} holds no reply for {request.key}, "
                f"attempt {request.attempt}"
            )
        return generation

    def attempts(self, key: SampleKey) -> int:
        """How many attempts a sample has here.

        A sample that was judged ends with its last stored reply, also where that fails today. One
        that was cut off may ask for one more, which fails: it says nothing about the model.
        """
        stored = 0
        while self._run.stored_generation(key, stored + 1) is not None:
            stored += 1
        record = self._records.get(key)
        if stored and record is not None and record.counts:
            return stored
        return min(stored + 1, self._most_attempts)

    def samples(self, model: str) -> int:
        """How many samples of a model were settled on the challenge that has most; 0 if none."""
        return max((key.sample + 1 for key in self._records if key.model == model), default=0)

    def holds(self, key: SampleKey) -> bool:
        """Whether the run settled a sample, or stored a reply for it."""
        return key in self._records or self._run.stored_generation(key, 1) is not None

    def close(self) -> None:
        """Do nothing: nothing is open."""

    @cached_property
    def _records(self) -> Mapping[SampleKey, Record]:
        return {record.key: record for record in self._run.records()}
