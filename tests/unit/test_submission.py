"""What a check gets of a sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.challenge import Challenge
from pytest_llmgen.engine.plan import Failure, Solution
from pytest_llmgen.errors import (
    BackendError,
    BuildFailed,
    HarnessError,
    NoCode,
    RuleBroken,
    SubmissionError,
    TimedOut,
    WorkerError,
)
from pytest_llmgen.generation import SampleKey
from pytest_llmgen.submission import Submission, error_of
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.extraction import CodeForm

TASK = Challenge(id="toy/add", folder=Path("toy"), task="Add.", targets=("toy",), tier="basic")
KEY = SampleKey(model="m", challenge="toy/add", target="toy", sample=3)


class _Artifact:
    """Says of itself what a test wants."""

    def __init__(
        self, notes: Mapping[str, Any] | None = None, fault: SubmissionError | None = None
    ) -> None:
        self.notes = notes or {}
        self.closed = 0
        self._fault = fault

    def final_fault(self) -> SubmissionError | None:
        return self._fault

    def close(self) -> None:
        self.closed += 1


class _Target:
    """Gives the artifacts of a list one by one, or raises what is in it."""

    name = "toy"
    suffix = ".toy"
    form: CodeForm

    def __init__(self, *built: _Artifact | BaseException) -> None:
        self._built = list(built)
        self.sources: list[str] = []

    def rules(self, _challenge: Challenge, _settings: BuildSettings) -> str:
        return ""

    def unavailable(self) -> str | None:
        return None

    def build(self, source: str, _challenge: Challenge, _settings: BuildSettings) -> _Artifact:
        self.sources.append(source)
        found = self._built.pop(0)
        if isinstance(found, BaseException):
            raise found
        return found

    def close(self) -> None:
        pass


def _submission(*built: _Artifact | BaseException, **solution: Any) -> Submission[_Artifact]:
    values: dict[str, Any] = {
        "key": KEY,
        "source": "a + b",
        "failure": None,
        "attempts": (),
        "folder": "/runs/x/s3",
    }
    return Submission(
        solution=Solution(**(values | solution)),
        challenge=TASK,
        target=_Target(*built),
        settings=BuildSettings(),
    )


def test_submission_says_whose_it_is() -> None:
    """Model, sample, target, source, and where the evidence lies."""
    submission = _submission()
    assert (submission.model, submission.sample, submission.target) == ("m", 3, "toy")
    assert (submission.source, submission.folder) == ("a + b", Path("/runs/x/s3"))


def test_every_build_is_an_artifact_of_its_own() -> None:
    """All are freed at the end, once."""
    first, second = _Artifact(), _Artifact()
    submission = _submission(first, second)
    assert [submission.build(), submission.build()] == [first, second]
    submission.close()
    submission.close()
    assert (first.closed, second.closed) == (1, 1)


def test_notes_of_all_artifacts_are_merged() -> None:
    """The latest holds."""
    submission = _submission(_Artifact({"a": 1, "b": 1}), _Artifact({"b": 2}))
    assert submission.notes == {}
    submission.build()
    submission.build()
    assert submission.notes == {"a": 1, "b": 2}


def test_first_fault_that_an_artifact_saw_is_final() -> None:
    """Whatever the checks say; none if none saw any."""
    fault = RuleBroken("wrote outside its arrays")
    submission = _submission(_Artifact(), _Artifact(fault=fault))
    submission.build()
    assert submission.final_fault() is None
    submission.build()
    assert submission.final_fault() is fault


def test_failed_solution_raises_its_error_at_the_build() -> None:
    """The source may still be read."""
    failure = Failure(verdict=Verdict.BUILD_FAILED, message="line 1: c is not known")
    submission = _submission(failure=failure)
    assert submission.source == "a + b"
    with pytest.raises(BuildFailed, match=r"^line 1: c is not known$"):
        submission.build()


def test_solution_without_code_raises_where_code_is_wanted() -> None:
    """Both for the source and for the build."""
    failure = Failure(verdict=Verdict.NO_CODE, message="prose only")
    submission = _submission(source=None, failure=failure)
    with pytest.raises(NoCode):
        submission.build()
    with pytest.raises(NoCode):
        _ = submission.source


@pytest.mark.parametrize("error", [BuildFailed("no"), TimedOut("no")])
def test_source_that_does_not_build_again_is_our_fault(error: SubmissionError) -> None:
    """It was built before: the model did nothing since."""
    with pytest.raises(HarnessError, match=r"^it was built before, and now it is not: no$") as told:
        _submission(error).build()
    assert told.value.verdict is Verdict.HARNESS_ERROR


def test_our_errors_in_a_build_pass_as_they_are() -> None:
    """Their words say more."""
    with pytest.raises(WorkerError, match=r"^did not start$"):
        _submission(WorkerError("did not start")).build()


@pytest.mark.parametrize(
    "verdict", [verdict for verdict in Verdict if verdict is not Verdict.PASSED]
)
def test_error_of_a_failure_counts_as_the_failure_does(verdict: Verdict) -> None:
    """Same words, same verdict."""
    error = error_of(Failure(verdict=verdict, message="why"))
    assert str(error) == "why"
    assert error.verdict is verdict


def test_server_that_gave_no_answer_is_a_backend_error() -> None:
    """The plain kind, of the two that have that verdict."""
    failure = Failure(verdict=Verdict.BACKEND_ERROR, message="overloaded")
    assert type(error_of(failure)) is BackendError
