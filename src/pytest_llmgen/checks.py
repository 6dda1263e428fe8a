"""What becomes of a check: its verdict, its short failure, and the reverse of a self-check."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import (  # what pytest's reports are made of: nothing public makes them
    ReprEntryNative,
    ReprExceptionInfo,
    ReprFileLocation,
    ReprTraceback,
)

from pytest_llmgen.collection import DEGENERATE, CheckParameter, is_whole, parameter_of
from pytest_llmgen.errors import STOPPED, HarnessError, LlmgenError, SubmissionError
from pytest_llmgen.generation import SampleKey, fields_of
from pytest_llmgen.junit import PREFIX, breaks_schema, sample_properties
from pytest_llmgen.models import SELF_CHECK
from pytest_llmgen.prompt import shorten
from pytest_llmgen.runs.record import CheckResult
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_llmgen.engine.plan import Solution
    from pytest_llmgen.session import Session
    from pytest_llmgen.submission import Submission
    from pytest_llmgen.targets.distortion import Distortion

_SKIPPED = frozenset({Verdict.TARGET_UNAVAILABLE, Verdict.INTERRUPTED})
SUBMISSION = pytest.StashKey["Submission[Any]"]()
"""The submission of a running check."""
_FIXED = pytest.StashKey[bool]()
"""Whether the check passed but for a fault that the host could mend."""
_REJECTED = pytest.StashKey[bool]()
"""Whether a subtest failed a wrong solution as it must."""
_OUTCOME = pytest.StashKey[str]()
"""How a degenerate solution ended in a check: `failed`, `passed`, or `untouched`."""
_FAILED = pytest.StashKey[set[SampleKey]]()
"""Degenerate solutions that a check of this process has failed: the others need not run."""
_NOT_REJECTED = pytest.StashKey[BaseException]()
"""The failure of a self-check: a wrong solution did not fail as it must."""


@contextlib.contextmanager
def open_submission(
    item: pytest.Item, parameter: CheckParameter, session: Session
) -> Iterator[Submission[Any]]:
    """Wait for a sample's solution and hand it to a check.

    The check is skipped where the target cannot run, or nothing was asked any more.

    Raises:
        HarnessError: If solving failed through no fault of the model.
    """
    from pytest_llmgen.submission import Submission, error_of  # noqa: PLC0415 - numpy-free start

    solution = _solve(session, parameter)
    item.user_properties.extend(sample_properties(solution, parameter.challenge.tier))
    failure = solution.failure
    if failure is not None and failure.verdict in _SKIPPED:
        pytest.skip(failure.message)
    if failure is not None and not failure.verdict.counts:
        raise error_of(failure)
    if parameter.key in item.config.stash.get(_FAILED, set()):
        solution = _failed_before(solution)
    submission = Submission[Any](
        solution=solution,
        challenge=parameter.challenge,
        target=session.target(parameter.key.target),
        settings=session.settings,
        distortion=_distortion(parameter.degenerate),
    )
    item.stash[SUBMISSION] = submission
    try:
        yield submission
    finally:
        submission.close()


def _solve(session: Session, parameter: CheckParameter) -> Solution:
    """Wait for a sample's solution; skip the check if the run is stopped meanwhile."""
    try:
        return session.solve(parameter.key)
    except HarnessError as error:
        if str(error).startswith(STOPPED):
            pytest.skip(STOPPED)
        raise


def _failed_before(solution: Solution) -> Solution:
    """One that ends a check where it would build it."""
    from pytest_llmgen.engine.plan import Failure  # noqa: PLC0415 - numpy-free start

    message = "another check has failed this degenerate solution"
    return replace(solution, failure=Failure(verdict=Verdict.WRONG_ANSWER, message=message))


def _distortion(kind: str | None) -> Distortion | None:
    if kind is None:
        return None
    from pytest_llmgen.targets.distortion import Distortion  # noqa: PLC0415 - numpy-free start

    return Distortion(kind)


def verdict_of(error: BaseException) -> Verdict:
    """What an exception in a check means for its sample."""
    if isinstance(error, LlmgenError):
        return error.verdict
    if isinstance(error, pytest.skip.Exception):
        stopped = (error.msg or "").startswith(STOPPED)
        return Verdict.INTERRUPTED if stopped else Verdict.TARGET_UNAVAILABLE
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
    if parameter.degenerate is not None:
        return _check_degenerate(item, parameter, error)
    return error


def _check_degenerate(
    item: pytest.Function, parameter: CheckParameter, error: BaseException | None
) -> BaseException | None:
    """A degenerate solution may pass a check or not; that some check fails it is seen at the end.

    It must not make a check itself fall over.
    """
    if error is not None and not verdict_of(error).counts:
        return error
    distortion = item.stash[SUBMISSION].distortion
    failed = error is not None or item.stash.get(_REJECTED, False)
    if distortion is None or not distortion.applied:
        item.stash[_OUTCOME] = "untouched"
    elif failed:
        item.stash[_OUTCOME] = "failed"
        item.config.stash.setdefault(_FAILED, set()).add(parameter.key)
    else:
        item.stash[_OUTCOME] = "passed"
    return None


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
    item.stash[_NOT_REJECTED] = pytest.fail.Exception(message, pytrace=False)
    return item.stash[_NOT_REJECTED]


def settle_report(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Shorten a failure and attach what the record needs; plain JSON, so that it passes xdist."""
    parameter = parameter_of(item)
    if parameter is None:
        return
    error = None if call.excinfo is None else call.excinfo.value
    if _is_expected_in_subtest(item, parameter, call, error):
        item.stash[_REJECTED] = True
        report.outcome = "passed"
        report.longrepr = None
        return
    if report.passed and report.when != "call":
        _keep_schema(item, report)
        return
    verdict = Verdict.PASSED if error is None else verdict_of(error)
    message = "" if error is None else _message(item, call)
    submission = item.stash.get(SUBMISSION, None)
    if report.failed:
        of_self_check = error is item.stash.get(_NOT_REJECTED, None)
        text = message if of_self_check else f"{verdict}: {message}"
        report.longrepr = _failure(item.location, text, _evidence(item, parameter, submission))
    result = CheckResult(
        name=getattr(item, "originalname", item.name),
        verdict=verdict,
        graded=item.get_closest_marker("graded") is not None,
        message=message,
        seconds=report.duration if report.when == "call" else 0.0,
        passed_with_fixup=item.stash.get(_FIXED, None),
    )
    notes = {} if submission is None else dict(submission.notes)
    facts: dict[str, Any] = {"check": result, "notes": notes}
    if (outcome := item.stash.get(_OUTCOME, None)) is not None and report.when == "call":
        facts["degenerate"] = {"outcome": outcome, "whole": is_whole(item, parameter.key)}
        facts["praise"] = _praise(parameter) + _evidence(item, parameter, submission)
    report.llmgen = json.loads(json.dumps(facts, default=fields_of))  # type: ignore[attr-defined]  # reports take extra attributes; xdist carries only plain values
    if report.when == "call" or (report.when == "setup" and not report.passed):
        _set_verdict(item, verdict)
        report.user_properties = list(item.user_properties)
    _keep_schema(item, report)


def _praise(parameter: CheckParameter) -> str:
    """What is wrong if no check fails a degenerate solution."""
    assert parameter.degenerate is not None
    return (
        f"{parameter.label}: a submission that returns {DEGENERATE[parameter.degenerate]} passes "
        f"every check of {parameter.challenge.id}"
    )


def fail_degenerate(report: pytest.TestReport, failure: str) -> None:
    """Turn the report of a degenerate solution's last check into that no check fails it."""
    report.outcome = "failed"
    report.longrepr = _failure(report.location, failure, "")
    check = report.llmgen["check"]
    check |= {"verdict": Verdict.WRONG_ANSWER.value, "message": failure}


def _keep_schema(item: pytest.Item, report: pytest.TestReport) -> None:
    """Take our properties from the report that JUnit reads, if its schema forbids them."""
    if report.when == "teardown" and breaks_schema(item.config):
        report.user_properties = [
            (name, value) for name, value in item.user_properties if not name.startswith(PREFIX)
        ]


def _set_verdict(item: pytest.Item, verdict: Verdict) -> None:
    """Note a check's verdict among its properties; that of its first failed subtest stays."""
    name = f"{PREFIX}verdict"
    known = dict(item.user_properties).get(name, Verdict.PASSED.value)
    if known == Verdict.PASSED.value:
        others = [found for found in item.user_properties if found[0] != name]
        item.user_properties[:] = [*others, (name, verdict.value)]


def _is_expected_in_subtest(
    item: pytest.Item,
    parameter: CheckParameter,
    call: pytest.CallInfo[None],
    error: BaseException | None,
) -> bool:
    """Whether this is the failing subtest of a wrong solution.

    A whole check that failed as it must does not come here: `after_check` has taken its exception.
    """
    if call.when != "call" or error is None or error is item.stash.get(_NOT_REJECTED, None):
        return False
    verdict = verdict_of(error)
    if parameter.expectation is not None:
        return verdict.value == parameter.expectation.verdict
    return parameter.degenerate is not None and verdict.counts


def is_ours(report: pytest.TestReport) -> bool:
    """Whether a check failed through no fault of the model: pytest's ERROR, not FAILED."""
    facts = getattr(report, "llmgen", None)
    return bool(facts and report.failed and Verdict(facts["check"]["verdict"]) in OURS)


def _message(item: pytest.Item, call: pytest.CallInfo[None]) -> str:
    """The words of an exception and where in the challenge it arose."""
    assert call.excinfo is not None
    error = call.excinfo.value
    if isinstance(error, pytest.skip.Exception):
        return _printable(error.msg or "")
    if isinstance(error, LlmgenError):
        words = str(error)
    elif isinstance(error, pytest.fail.Exception):
        words = error.msg or ""
    else:
        words = call.excinfo.exconly(tryshort=True).removeprefix("AssertionError: ")
    lines = [words, *getattr(error, "__notes__", [])]
    for entry in reversed(call.excinfo.traceback):
        if Path(entry.path) == item.path:
            lines.append(f"at {item.path.name}:{entry.lineno + 1}: {str(entry.statement).strip()}")
            break
    return _printable(shorten("\n".join(line for line in lines if line)))


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _printable(text: str) -> str:
    """A model's or a server's text must not steer the terminal that shows it."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def _evidence(
    item: pytest.Item, parameter: CheckParameter, submission: Submission[Any] | None
) -> str:
    """Where to look further, as lines; the folders of a self-check are gone when it ends."""
    root = item.config.rootpath
    lines = ""
    if parameter.solution_file is not None:
        lines += f"\nsolution: {_below(parameter.solution_file, root)}"
    if submission is not None and parameter.key.model != SELF_CHECK:
        lines += f"\nsample: {_below(submission.folder, root)}"
    return lines


def _below(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path


def _failure(location: tuple[str, int | None, str], text: str, evidence: str) -> ReprExceptionInfo:
    """What pytest shows: verdict, words, place of the evidence; never a traceback through us.

    Pytest's own types, so that summaries, xdist and JUnit find the first line by itself.
    """
    path, line, _ = location
    return ReprExceptionInfo(
        reprtraceback=ReprTraceback(
            reprentries=[ReprEntryNative([f"{text}{evidence}\n"])], extraline=None, style="native"
        ),
        reprcrash=ReprFileLocation(path=path, lineno=(line or 0) + 1, message=text),
    )
