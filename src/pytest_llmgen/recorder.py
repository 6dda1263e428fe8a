"""Settles one verdict per sample from the reports of its checks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen.generation import SampleKey
from pytest_llmgen.runs.flight import FlightResult, results_in
from pytest_llmgen.runs.record import CheckResult, LengthError, Record
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_llmgen.engine.plan import SamplePlan, Solution


@dataclass(slots=True)
class _Open:
    """A sample whose checks are not all done."""

    plan: SamplePlan
    left: set[str]
    checks: dict[str, CheckResult] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    flights: dict[str, tuple[FlightResult, ...]] = field(default_factory=dict)
    """By check."""


class Recorder:
    """Takes reports in any order and hands out a record as soon as a sample's last check is done.

    A check is done at its teardown report: only then is it certain that no subtest of it failed.
    """

    def __init__(
        self,
        solution_of: Callable[[SampleKey], Solution | None],
        *,
        seed: int,
        run_path: Path,
    ) -> None:
        """Start with no samples; `solution_of` tells how a sample was solved."""
        self._solution_of = solution_of
        self._seed = seed
        self._run_path = run_path
        self._open: dict[SampleKey, _Open] = {}
        self._by_check: dict[str, SampleKey] = {}
        self.records: list[Record] = []
        self.degenerates = Degenerates()

    def expect(self, plans: Iterable[SamplePlan]) -> None:
        """Take note of samples and their checks; those known already are passed over."""
        for plan in plans:
            if plan.checks[0] not in self._by_check:
                self._open[plan.key] = _Open(plan, set(plan.checks))
                self._by_check.update(dict.fromkeys(plan.checks, plan.key))

    def knows(self, nodeid: str) -> bool:
        """Whether a test is a check of an expected sample."""
        return nodeid in self._by_check

    def sample_of(self, nodeid: str) -> SampleKey | None:
        """The sample that a test checks; None if it is no check of an expected one."""
        return self._by_check.get(nodeid)

    def praises(self, nodeid: str, ending: Mapping[str, Any]) -> bool:
        """Take how a check of a degenerate solution ended: see `Degenerates.take`."""
        sample = self._open.get(self._by_check.get(nodeid, _NOBODY))
        return sample is not None and self.degenerates.take(sample.plan, nodeid, **ending)

    def take(self, nodeid: str, check: CheckResult | None, notes: dict[str, Any]) -> None:
        """Take the call of a check, one of its subtests, or a failure before or after these.

        A failure is never taken back.
        """
        sample = self._open.get(self._by_check.get(nodeid, _NOBODY))
        if sample is None or check is None:
            return
        sample.notes.update(notes)
        sample.flights[nodeid] = results_in(notes) or sample.flights.get(nodeid, ())
        known = sample.checks.get(nodeid)
        if known is None or known.verdict is Verdict.PASSED:
            seconds = 0.0 if known is None else known.seconds
            sample.checks[nodeid] = replace(check, seconds=max(seconds, check.seconds))

    def done(self, nodeid: str) -> Record | None:
        """Take the end of a check; the record if that settles its sample."""
        sample = self._open.get(self._by_check.get(nodeid, _NOBODY))
        if sample is None:
            return None
        sample.left.discard(nodeid)
        return None if sample.left else self._settle(sample)

    def interrupt(self) -> list[Record]:
        """Settle what is left when the run ends early."""
        return [self._settle(sample) for sample in list(self._open.values())]

    def _settle(self, sample: _Open) -> Record:
        del self._open[sample.plan.key]
        record = self._record(sample)
        self.records.append(record)
        return record

    def _record(self, sample: _Open) -> Record:
        plan, key = sample.plan, sample.plan.key
        solution = self._solution_of(key)
        checks = tuple(sample.checks[node] for node in plan.checks if node in sample.checks)
        complete = not sample.left and len(checks) == len(plan.checks)
        verdict, message = _verdict(solution, checks, complete=complete)
        length_error = sample.notes.get("length_error")
        source = None if solution is None else solution.source
        return Record(
            model=key.model,
            challenge=key.challenge,
            target=key.target,
            tier=plan.tier,
            sample=key.sample,
            verdict=verdict,
            built=solution is not None and solution.built,
            score=_score(verdict, checks),
            checks=checks,
            attempts=() if solution is None else solution.attempts,
            length_error=None if length_error is None else LengthError(**length_error),
            correct_with_fixup=verdict is Verdict.PASSED or _passes_with_fixup(checks, sample),
            message=message,
            seed=self._seed,
            source_sha256=None if source is None else hashlib.sha256(source.encode()).hexdigest(),
            folder=self._folder(solution),
            flights=_flights(sample),
        )

    def _folder(self, solution: Solution | None) -> str:
        if solution is None:
            return ""
        folder = Path(solution.folder)
        inside = folder.is_relative_to(self._run_path)
        return (folder.relative_to(self._run_path) if inside else folder).as_posix()


class Degenerates:
    """Sees whether some check fails each degenerate solution of a self-check."""

    def __init__(self) -> None:
        """Start with no outcome."""
        self._outcomes: dict[SampleKey, dict[str, str]] = {}

    def take(self, plan: SamplePlan, nodeid: str, *, outcome: str, whole: bool) -> bool:
        """Take how one of its checks ended; whether that was the last, and none has failed it.

        Args:
            plan: The sample and those of its checks that run.
            nodeid: The check.
            outcome: `failed`; `passed`; `untouched` if there was nothing to be replaced.
            whole: Whether all checks of the challenge run.
        """
        outcomes = self._outcomes.setdefault(plan.key, {})
        outcomes[nodeid] = outcome
        return whole and len(outcomes) == len(plan.checks) and self.passes(plan.key)

    def passes(self, sample: SampleKey) -> bool:
        """Whether no check has failed it so far, though some could have."""
        found = self._found(sample)
        return "passed" in found and "failed" not in found

    def is_none(self, sample: SampleKey) -> bool:
        """Whether there is no such solution: nothing could be replaced."""
        return self._found(sample) == {"untouched"}

    def _found(self, sample: SampleKey) -> set[str]:
        return set(self._outcomes.get(sample, {}).values())


_NOBODY = SampleKey(model="", challenge="", target="", sample=-1)


def _verdict(
    solution: Solution | None, checks: tuple[CheckResult, ...], *, complete: bool
) -> tuple[Verdict, str]:
    """Ours first: a sample that we could not judge fully does not count, for or against."""
    hard = [check for check in checks if not check.graded]
    for check in checks:
        if not check.verdict.counts:
            return check.verdict, check.message
    if solution is not None and solution.failure is not None:
        return solution.failure.verdict, solution.failure.message
    if not complete or solution is None:
        return Verdict.INTERRUPTED, "the run ended before all its checks were done"
    for check in hard:
        if check.verdict is not Verdict.PASSED:
            return check.verdict, check.message
    return Verdict.PASSED, ""


def _score(verdict: Verdict, checks: tuple[CheckResult, ...]) -> float:
    if verdict is not Verdict.PASSED:
        return 0.0
    graded = [check for check in checks if check.graded]
    passed = sum(check.verdict is Verdict.PASSED for check in graded)
    return (1 + passed) / (1 + len(graded))


def _flights(sample: _Open) -> tuple[FlightResult, ...]:
    """Those that decide: graded checks fly for the score alone."""
    return tuple(
        flight
        for node in sample.plan.checks
        if node in sample.checks and not sample.checks[node].graded
        for flight in sample.flights.get(node, ())
    )


def _passes_with_fixup(checks: tuple[CheckResult, ...], sample: _Open) -> bool:
    """Whether nothing but a wrong shader length was wrong."""
    hard = [check for check in checks if not check.graded]
    return (
        bool(hard)
        and not sample.left
        and all(check.verdict is Verdict.PASSED or check.passed_with_fixup for check in hard)
    )
