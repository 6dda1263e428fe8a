"""The end of a run: what is shown and written of its records, and its exit status."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.reporting.quantities import count, dollars, plural
from pytest_llmgen.reporting.scoreboard import ModelFacts, Scoreboard, build_scoreboard
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from pytest_llmgen.engine.budget import Budget
    from pytest_llmgen.recorder import Recorder
    from pytest_llmgen.runs.directory import RunDirectory
    from pytest_llmgen.runs.record import Record
    from pytest_llmgen.session import Session


class Ending:
    """See the module. It is made when all records are there."""

    def __init__(
        self, session: Session, run: RunDirectory, recorder: Recorder, budget: Budget | None
    ) -> None:
        """Take what the run has left."""
        self._session = session
        self._run = run
        self._recorder = recorder
        self._records = recorder.records
        self._budget = budget
        self._unwritten: list[str] = []
        """Why reports could not be written."""

    @cached_property
    def scoreboard(self) -> Scoreboard:
        """The records, aggregated."""
        facts = [
            ModelFacts(
                name=model.name,
                size_gb=model.spec.size_gb if model.spec else None,
                vram_gb=model.spec.vram_gb if model.spec else None,
            )
            for model in self._session.models
        ]
        return build_scoreboard(self._records, facts)

    def write_reports(self) -> None:
        """Write what `--llm-report` asks for; what cannot be written is told by `show`."""
        for kind, path in self._session.options.reports:
            self._write_report(kind, Path(path))

    def _write_report(self, kind: str, path: Path) -> None:
        if kind == "json":
            from pytest_llmgen.reporting.json_report import to_json as write  # noqa: PLC0415
        else:
            from pytest_llmgen.reporting.markdown import to_markdown as write  # noqa: PLC0415
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(write(self.scoreboard), encoding="utf-8")
        except OSError as error:
            self._unwritten.append(f"the report {kind}:{path} was not written: {error}")

    def exit_status(self, present: int, *, others_failed: bool) -> int:
        """0 or 1 by `--llm-fail-under`; as pytest has it, without that option.

        A run that its budget has cut short was interrupted, whatever its tests say.

        Args:
            present: As pytest has it.
            others_failed: Whether something failed that is no check of a challenge.
        """
        if self._used_up and self._ended_with(Verdict.INTERRUPTED):
            return int(pytest.ExitCode.INTERRUPTED)
        if self._unwritten:
            return int(pytest.ExitCode.TESTS_FAILED)
        wanted = self._session.options.fail_under
        if wanted is None:
            return present
        ours = self._ended_with(*OURS - {Verdict.TARGET_UNAVAILABLE})
        rates = [row.correct / row.samples * 100 for row in self.scoreboard.models if row.samples]
        fails = others_failed or ours or any(rate < wanted for rate in rates)
        return int(pytest.ExitCode.TESTS_FAILED if fails else pytest.ExitCode.OK)

    def show(self, reporter: pytest.TerminalReporter, *, why_missed: bool) -> None:
        """Show the scoreboard, where the run is, and how it can go on.

        Args:
            reporter: Writes.
            why_missed: Whether to say why stored replies were not used.
        """
        from pytest_llmgen.reporting.terminal import render  # noqa: PLC0415 - on first use

        reporter.section("scoreboard")
        tw = reporter._tw  # noqa: SLF001 - the only way to its width and colour
        for line in render(self.scoreboard, width=tw.fullwidth, color=tw.hasmarkup).splitlines():
            reporter.write_line(line)
        reporter.write_line("")
        reporter.write_line(self._place())
        for line in self._run.missed.lines(why=why_missed):
            reporter.write_line(line)
        if self._budget is not None:
            spent = self._budget.spent
            end = f"; {self._used_up} is used up" if self._used_up else ""
            reporter.write_line(
                f"spent: {dollars(spent.cost_usd)}, {count(spent.tokens)} tokens{end}"
            )
        if unfinished := self._ended_with(Verdict.INTERRUPTED, Verdict.BACKEND_ERROR):
            larger = f" and a larger {self._used_up.partition('=')[0]}" if self._used_up else ""
            reporter.write_line(
                f"{plural(unfinished, 'sample')} not done; "
                f"go on with: --llm-run={self._run.name}{larger}"
            )
        for line in self._unwritten:
            reporter.write_line(f"llmgen: {line}", red=True)

    def _place(self) -> str:
        path, root = self._run.path, self._session.root
        shown = path.relative_to(root) if path.is_relative_to(root) else path
        guard = "" if self._session.tier == "A" else f"  sandbox: {self._session.guard}"
        return f"run: {shown}  seed: {self._session.options.seed}{guard}"

    def show_self_check(self, reporter: pytest.TerminalReporter) -> None:
        """Show how many solutions were judged as they must be."""
        degenerates = self._recorder.degenerates
        records = [
            record
            for record in self._records
            if record.verdict in OURS or not degenerates.is_none(record.key)
        ]
        judged = [
            record
            for record in records
            if _was_judged(record)
            and not (record.verdict is Verdict.PASSED and degenerates.passes(record.key))
        ]
        right = sum(
            all(check.verdict is Verdict.PASSED for check in record.checks) for record in judged
        )
        challenges = {record.challenge for record in records}
        line = (
            f"self-check: {plural(len(records), 'solution')} of "
            f"{plural(len(challenges), 'challenge')}, "
            f"{right} judged as they must be, {len(judged) - right} not"
        )
        left_out = len(records) - len(judged)
        reporter.write_line(f"{line}, {left_out} left out" if left_out else line)

    @property
    def _used_up(self) -> str | None:
        """The option whose budget is used up, with its value."""
        return None if self._budget is None else self._budget.used_up

    def _ended_with(self, *verdicts: Verdict) -> int:
        return sum(record.verdict in verdicts for record in self._records)


def _was_judged(record: Record) -> bool:
    """Whether a self-check got as far as a judgement of a solution."""
    left_out = {Verdict.TARGET_UNAVAILABLE, Verdict.INTERRUPTED}
    return record.verdict not in left_out
