"""Every error of this package, in two branches.

LlmgenError
├── HarnessError            our side: never counts against a model
│   ├── UsageError          an option, a model's name, a key or a challenge is wrong
│   ├── BackendError        the model's server did not give an answer
│   │   ├── OverloadedError          but will, later or to fewer at a time
│   │   ├── UnreachableError         since nothing listens there, at present or at all
│   │   ├── BrokenServerError        since what listens there has nobody to ask behind it
│   │   └── PermanentBackendError    and will not give one to any other sample either
│   ├── StoppedError         the run was stopped before this was done
│   ├── TargetUnavailable   this machine lacks what the target needs
│   └── WorkerError         a helper process could not be started or spoken to
└── SubmissionError         the model's side: becomes a verdict
    ├── NoCode
    ├── Truncated
    ├── Refused
    ├── BuildFailed
    ├── WrongAnswer
    ├── Crashed
    ├── TimedOut
    ├── OutOfMemory
    ├── OutputFlood
    └── RuleBroken
"""

from __future__ import annotations

from typing import ClassVar

from pytest_llmgen.verdict import Verdict


class LlmgenError(Exception):
    """Anything this package raises on purpose."""

    verdict: ClassVar[Verdict] = Verdict.HARNESS_ERROR


class HarnessError(LlmgenError):
    """Our side failed; the sample says nothing about the model."""


class UsageError(HarnessError):
    """What the user or a challenge's author wrote cannot be followed."""


class BackendError(HarnessError):
    """The model's server gave no answer: unreachable, overloaded, out of quota, crashed."""

    verdict = Verdict.BACKEND_ERROR


class OverloadedError(BackendError):
    """The server takes no more at present (429, 503, 529): ask again, with fewer in flight."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        """Keep how long the server asks to wait, if it says so."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UnreachableError(BackendError):
    """There is no connection to the model's server: no other sample would get one either.

    The question is asked again when the server is back, if that is soon.
    """


class BrokenServerError(BackendError):
    """A gateway answers that the server behind it does not (502, 504, 520 to 524).

    That may be for one question, and where it is for one after another, the server is down.
    """


class PermanentBackendError(BackendError):
    """Every other sample of this model would meet it too: an unknown model, a bad key, no quota."""


STOPPED = "the run was stopped"
"""Begins the words of every `StoppedError`, by which tests know that they are to be skipped."""


class StoppedError(HarnessError):
    """The run was stopped before this was done: going on with it does it."""

    verdict = Verdict.INTERRUPTED


class TargetUnavailable(HarnessError):  # noqa: N818 - reads as what it is
    """This machine lacks what the target needs; the message ends with the remedy."""

    verdict = Verdict.TARGET_UNAVAILABLE


class WorkerError(HarnessError):
    """A helper process could not be started or spoken to."""


class SubmissionError(LlmgenError):
    """What the model wrote is at fault; `str()` is the diagnostics it may be shown."""


class NoCode(SubmissionError):  # noqa: N818
    """The reply holds no code for this target."""

    verdict = Verdict.NO_CODE


class Truncated(SubmissionError):  # noqa: N818
    """The reply was cut off before the code ended."""

    verdict = Verdict.TRUNCATED


class Refused(SubmissionError):  # noqa: N818
    """The model declined to answer."""

    verdict = Verdict.REFUSED


class BuildFailed(SubmissionError):  # noqa: N818
    """The toolchain refused the source."""

    verdict = Verdict.BUILD_FAILED


class WrongAnswer(SubmissionError):  # noqa: N818
    """It ran, and the result is not the right one."""

    verdict = Verdict.WRONG_ANSWER


class Crashed(SubmissionError):  # noqa: N818
    """It trapped, or took its process down."""

    verdict = Verdict.CRASHED


class TimedOut(SubmissionError):  # noqa: N818
    """It used up its time or its fuel."""

    verdict = Verdict.TIMED_OUT


class OutOfMemory(SubmissionError):  # noqa: N818
    """It asked for more memory than its limit."""

    verdict = Verdict.OUT_OF_MEMORY


class OutputFlood(SubmissionError):  # noqa: N818
    """It wrote more than its limit."""

    verdict = Verdict.OUTPUT_FLOOD


class RuleBroken(SubmissionError):  # noqa: N818
    """It may be right, but not in the way the task demands."""

    verdict = Verdict.RULE_BROKEN
