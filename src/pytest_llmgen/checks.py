"""What becomes of a check: its verdict, its short failure, and the reverse of a self-check."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.collection import CheckParameter, parameter_of
from pytest_llmgen.errors import LlmgenError, SubmissionError
from pytest_llmgen.junit import sample_properties
from pytest_llmgen.runs.record import CheckResult
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_llmgen.session import Session
    from pytest_llmgen.submission import Submission

SUBMISSION = pytest.StashKey["Submission[Any]"]()
"""The submission of a running check."""
_FIXED = pytest.StashKey[bool]()
"""Whether the check passed but for a fault that the host could mend."""
_REJECTED = pytest.StashKey[bool]()
"""Whether a subtest failed a wrong solution as it must."""


@contextlib.contextmanager
def open_submission(
    item: pytest.Item, parameter: CheckParameter, session: Session
) -> Iterator[Submission[Any]]:
    """Wait for a sample's solution and hand it to a check; skip it where the target cannot run.

    Raises:
        HarnessError: If solving failed through no fault of the model.
    """
    from pytest_llmgen.submission import Submission, error_of  # noqa: PLC0415 - numpy-free start

    solution = session.solve(parameter.key)
    item.user_properties.extend(sample_properties(solution, parameter.challenge.tier))
    failure = solution.failure
    if failure is not None and failure.verdict is Verdict.TARGET_UNAVAILABLE:
        pytest.skip(failure.message)
    if failure is not None and not failure.verdict.counts:
        raise error_of(failure)
    submission = Submission[Any](
        solution=solution,
        challenge=parameter.challenge,
        target=session.target(parameter.key.target),
        settings=session.settings,
    )
    item.stash[SUBMISSION] = submission
    try:
        yield submission
    finally:
        submission.close()


def verdict_of(error: BaseException) -> Verdict:
    """What an exception in a check means for its sample."""
    if isinstance(error, LlmgenError):
        return error.verdict
    if isinstance(error, pytest.skip.Exception):
        return Verdict.TARGET_UNAVAILABLE
    if isinstance(error, pytest.fail.Exception):
        by_timeout = "pytest-timeout" in str(error)  # our own deadlines hold the model's code
        return Verdict.HARNESS_ERROR if by_timeout else Verdict.WRONG_ANSWER
    if isinstance(error, AssertionError):
        return Verdict.WRONG_ANSWER
    if isinstance(error, KeyboardInterrupt):
        return Verdict.INTERRUPTED
    return Verdict.HARNESS_ERROR


def after_check(item: pytest.Function, error: BaseException | None) -> BaseException | None:
    """The exception with which a check really ends, given the one with which it ended by itself."""
    parameter = parameter_of(item)
    if parameter is None:
        return error
    submission = item.stash.get(SUBMISSION, None)
    fault = None if submission is None else submission.final_fault()
    if fault is not None:
        item.stash[_FIXED] = error is None
        error = fault if error is None or isinstance(error, SubmissionError) else error
    if parameter.expectation is not None:
        return _self_check(item, parameter, error)
    return error


def _self_check(
    item: pytest.Function, parameter: CheckParameter, error: BaseException | None
) -> BaseException | None:
    """A wrong solution must fail here, and with the verdict that it names."""
    expectation = parameter.expectation
    assert expectation is not None
    assert parameter.solution_file is not None
    if error is None and item.stash.get(_REJECTED, False):
        return None
    got = Verdict.PASSED if error is None else verdict_of(error)
    if got.value == expectation.verdict:
        return None
    said = f": {error}" if error is not None else ""
    message = (
        f"{parameter.solution_file.name} must fail {expectation.check} with "
        f"{expectation.verdict} ({expectation.why}), but it ends with {got}{said}"
    )
    return pytest.fail.Exception(message, pytrace=False)


def settle_report(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Shorten a failure and attach what the record needs; plain JSON, so that it passes xdist."""
    parameter = parameter_of(item)
    if parameter is None:
        return
    error = None if call.excinfo is None else call.excinfo.value
    if _is_expected_in_subtest(parameter, call, error):
        item.stash[_REJECTED] = True
        report.outcome = "passed"
        report.longrepr = None
        return
    verdict = Verdict.PASSED if error is None else verdict_of(error)
    message = "" if error is None else _message(item, call)
    submission = item.stash.get(SUBMISSION, None)
    if report.failed:
        report.longrepr = _short(item, parameter, verdict, message, submission)
    result = CheckResult(
        name=getattr(item, "originalname", item.name),
        verdict=verdict,
        graded=item.get_closest_marker("graded") is not None,
        message=message,
        seconds=report.duration,
        passed_with_fixup=item.stash.get(_FIXED, None),
    )
    notes = {} if submission is None else dict(submission.notes)
    facts = {"check": asdict(result), "notes": notes}
    report.llmgen = json.loads(json.dumps(facts))  # type: ignore[attr-defined]  # reports take extra attributes; xdist carries only plain values
    if report.when == "call" or (report.when == "setup" and not report.passed):
        item.user_properties.append(("llm_verdict", verdict.value))
        report.user_properties = list(item.user_properties)


def _is_expected_in_subtest(
    parameter: CheckParameter, call: pytest.CallInfo[None], error: BaseException | None
) -> bool:
    """Whether this is the failing subtest of a wrong solution.

    A whole check that failed as it must does not come here: `after_check` has taken its exception.
    """
    return (
        parameter.expectation is not None
        and call.when == "call"
        and error is not None
        and verdict_of(error).value == parameter.expectation.verdict
    )


def is_ours(report: pytest.TestReport) -> bool:
    """Whether a check failed through no fault of the model: pytest's ERROR, not FAILED."""
    facts = getattr(report, "llmgen", None)
    return bool(facts and report.failed and Verdict(facts["check"]["verdict"]) in OURS)


def _message(item: pytest.Item, call: pytest.CallInfo[None]) -> str:
    """The words of an exception and where in the challenge it arose."""
    assert call.excinfo is not None
    error = call.excinfo.value
    if isinstance(error, LlmgenError):
        words = str(error)
    elif isinstance(error, pytest.fail.Exception | pytest.skip.Exception):
        words = error.msg or ""
    else:
        words = call.excinfo.exconly(tryshort=True)
    lines = [words, *getattr(error, "__notes__", [])]
    for entry in reversed(call.excinfo.traceback):
        if Path(entry.path) == item.path:
            lines.append(f"at {item.path.name}:{entry.lineno + 1}: {str(entry.statement).strip()}")
            break
    return "\n".join(line for line in lines if line)


def _short(
    item: pytest.Item,
    parameter: CheckParameter,
    verdict: Verdict,
    message: str,
    submission: Submission[Any] | None,
) -> str:
    """Verdict, words, place of the evidence; never a traceback through this package."""
    if parameter.expectation is not None or submission is None:
        where = "" if parameter.solution_file is None else f"\nsolution: {parameter.solution_file}"
    else:
        folder = submission.folder
        root = item.config.rootpath
        shown = folder.relative_to(root) if folder.is_relative_to(root) else folder
        where = f"\nsample: {shown}"
    return f"{verdict}: {message}{where}"
