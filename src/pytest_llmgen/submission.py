"""What a check gets: the code that a model submitted, and the way to build it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pytest_llmgen import errors
from pytest_llmgen.errors import HarnessError, LlmgenError, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.engine.plan import Failure, Solution
    from pytest_llmgen.targets.distortion import Distortion
    from pytest_llmgen.targets.target import Artifact, BuildSettings, Target

A = TypeVar("A")


class Submission(Generic[A]):
    """One sample's code. `Submission[WasmModule]` says what `build()` gives."""

    def __init__(
        self,
        *,
        solution: Solution,
        challenge: Challenge,
        target: Target,
        settings: BuildSettings,
        distortion: Distortion | None = None,
    ) -> None:
        """Wrap how solving ended; nothing is built yet."""
        self._solution = solution
        self._challenge = challenge
        self._target = target
        self._settings = settings
        self.distortion = distortion
        """What a self-check makes of its results."""
        self._artifacts: list[Artifact] = []

    @property
    def model(self) -> str:
        """Who wrote it."""
        return self._solution.key.model

    @property
    def sample(self) -> int:
        """Which independent draw this is, from 0."""
        return self._solution.key.sample

    @property
    def target(self) -> str:
        """What it is written in and run on."""
        return self._solution.key.target

    @property
    def folder(self) -> Path:
        """Where all that led to it is stored."""
        return Path(self._solution.folder)

    @property
    def source(self) -> str:
        """The code.

        Raises:
            SubmissionError: If no attempt held any.
        """
        if self._solution.source is None:
            raise self._failure()
        return self._solution.source

    def build(self) -> A:
        """Build the code; every call gives an artifact of its own, as if newly loaded.

        Raises:
            SubmissionError: If solving ended without a source that builds.
            HarnessError: If a source that was built before does not build now.
        """
        if self._solution.failure is not None:
            raise self._failure()
        try:
            artifact = self._target.build(self.source, self._challenge, self._settings)
        except SubmissionError as error:
            raise HarnessError(f"it was built before, and now it is not: {error}") from error
        if self.distortion is not None:
            artifact.distortion = self.distortion  # type: ignore[attr-defined]  # see Target
        self._artifacts.append(artifact)
        return cast("A", artifact)

    def final_fault(self) -> SubmissionError | None:
        """A fault seen while it ran that decides the sample whatever the checks say."""
        for artifact in self._artifacts:
            seen: SubmissionError | None = getattr(artifact, "final_fault", lambda: None)()
            if seen is not None:
                return seen
        return None

    @property
    def notes(self) -> Mapping[str, Any]:
        """What its artifacts noted for the record."""
        merged: dict[str, Any] = {}
        for artifact in self._artifacts:
            merged.update(artifact.notes)
        return merged

    def close(self) -> None:
        """Free what was built."""
        while self._artifacts:
            self._artifacts.pop().close()

    def _failure(self) -> LlmgenError:
        assert self._solution.failure is not None
        return error_of(self._solution.failure)


_BY_VERDICT = {
    kind.verdict: kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, LlmgenError)
    and kind not in {LlmgenError, SubmissionError}
    and "verdict" in vars(kind)
}


def error_of(failure: Failure) -> LlmgenError:
    """The exception that stands for a failure."""
    return _BY_VERDICT.get(failure.verdict, HarnessError)(failure.message)
