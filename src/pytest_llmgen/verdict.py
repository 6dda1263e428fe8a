"""How a sample ended: a closed set, in two halves."""

from __future__ import annotations

import enum


class Verdict(enum.StrEnum):
    """The end of one sample.

    The first eleven are the model's doing and count in every rate. The last four are ours: they are
    left out of every rate, and counted where the reader sees them.
    """

    PASSED = "passed"
    WRONG_ANSWER = "wrong_answer"
    BUILD_FAILED = "build_failed"
    NO_CODE = "no_code"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_FLOOD = "output_flood"
    RULE_BROKEN = "rule_broken"

    BACKEND_ERROR = "backend_error"
    TARGET_UNAVAILABLE = "target_unavailable"
    HARNESS_ERROR = "harness_error"
    INTERRUPTED = "interrupted"

    @property
    def counts(self) -> bool:
        """Whether the sample counts for or against the model."""
        return self not in OURS


OURS = frozenset(
    {
        Verdict.BACKEND_ERROR,
        Verdict.TARGET_UNAVAILABLE,
        Verdict.HARNESS_ERROR,
        Verdict.INTERRUPTED,
    }
)
"""Verdicts that say nothing about the model."""

UNBUILT = frozenset({Verdict.BUILD_FAILED, Verdict.NO_CODE, Verdict.TRUNCATED, Verdict.REFUSED})
"""The model's verdicts under which there was nothing to run."""
