"""Backend `replay/RUN`: the stored replies of an earlier run, scored again without any server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_llmgen.errors import BackendError

if TYPE_CHECKING:
    from pytest_llmgen.generation import Generation, GenerationRequest, SampleKey
    from pytest_llmgen.runs.directory import RunDirectory


class Replay:
    """Answers each attempt with the reply that the run stored for it."""

    one_model_at_a_time = False
    default_concurrency = 8

    def __init__(self, run: RunDirectory) -> None:
        """Take the run to read from."""
        self._run = run
        self.server = f"replay/{run.name}"

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
        """How many attempts of a sample are stored; 1 if there are none, which then fails."""
        count = 0
        while self._run.stored_generation(key, count + 1) is not None:
            count += 1
        return max(1, count)

    def close(self) -> None:
        """Do nothing: nothing is open."""
