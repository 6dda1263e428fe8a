"""The controlling process: owns the engine, settles records, shows the scoreboard."""

from __future__ import annotations

import os
import platform
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.runs.directory import RUNS, RunDirectory
from pytest_llmgen.runs.record import CheckResult, Record
from pytest_llmgen.session import Session, usage_error
from pytest_llmgen.verdict import OURS, Verdict

if TYPE_CHECKING:
    from pytest_llmgen.engine.engine import Engine
    from pytest_llmgen.engine.link import EngineServer
    from pytest_llmgen.progress import LiveLine
    from pytest_llmgen.recorder import Recorder
    from pytest_llmgen.reporting.scoreboard import Scoreboard


class Controller:
    """Registered as a plugin in the controlling process, which is the only one without xdist."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        """Prepare; engine and run directory are made when a worker has collected challenges."""
        self._config = config
        self._session = session
        self._server: EngineServer | None = None
        self._recorder: Recorder | None = None
        self._live: LiveLine | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._interrupted = False

    # The engine

    @property
    def address(self) -> str:
        """The engine's socket, opened on first use."""
        if self._server is None:
            from pytest_llmgen.engine.link import EngineServer  # noqa: PLC0415 - on first use

            self._server = EngineServer(self._make_engine, builders=os.cpu_count() or 1)
        return self._server.path

    @cached_property
    def run(self) -> RunDirectory:
        """This run's directory; that of a self-check is thrown away."""
        if self._session.options.self_check:
            self._temporary = tempfile.TemporaryDirectory(prefix="llmgen-self-check-")
            return RunDirectory(Path(self._temporary.name))
        runs = self._session.root / RUNS
        name = self._session.options.run
        if name is None:
            stamp = datetime.now(tz=UTC).strftime("%Y%m%d-%H%M%S")
            name = next(
                candidate
                for number in range(1, 10_000)
                if not (
                    runs / (candidate := stamp if number == 1 else f"{stamp}-{number}")
                ).exists()
            )
        return RunDirectory(runs / name)

    def _make_engine(self) -> Engine:
        from pytest_llmgen.engine.engine import Engine, EngineSettings  # noqa: PLC0415 - on first use
        from pytest_llmgen.models import lane_of  # noqa: PLC0415 - on first use

        session = self._session
        self.run.create(self._description())
        forms = {name: session.targets.load(name)().form for name in session.targets}
        settings = EngineSettings(
            timeout_s=session.options.timeout_s,
            feedback=session.options.feedback,
            forms=forms,
            suffixes=session.suffixes,
        )
        lanes = {
            model.name: lane_of(model, session.options, session.backends)
            for model in session.models
        }
        return Engine(lanes, settings, self.run)

    def _description(self) -> dict[str, Any]:
        """What run.json says: enough to read the records and to repeat the run; no secret."""
        packages = ("pytest-llmgen", "pytest", "pytest-xdist", "numpy", "wasmtime")
        return {
            "format": 1,
            "started": datetime.now(tz=UTC).isoformat(timespec="seconds"),
            "models": [
                {
                    "name": model.name,
                    "size_gb": model.spec.size_gb if model.spec else None,
                    "vram_gb": model.spec.vram_gb if model.spec else None,
                }
                for model in self._session.models
            ],
            "options": asdict(self._session.options),
            "versions": {"python": platform.python_version()}
            | {name: version(name) for name in packages},
            "host": {"system": platform.platform(), "cpus": os.cpu_count()},
            "sandbox": "process",
        }

    # Hooks

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell an xdist worker where the engine is and which inputs this run has."""
        node.workerinput["llmgen_address"] = self.address
        node.workerinput["llmgen_seed"] = self._session.options.seed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a report into its sample's record."""
        self.live.clear()
        recorder = self.recorder
        outcome, when = str(report.outcome), str(report.when)
        if recorder is None or outcome == "rerun" or not recorder.knows(report.nodeid):
            return
        facts = getattr(report, "llmgen", None)
        if facts is not None:
            recorder.take(report.nodeid, _check(facts["check"]), facts["notes"])
        elif when == "???":
            self._take_crash(recorder, report)
        if when in {"teardown", "???"}:
            self._keep(recorder.done(report.nodeid))

    def _take_crash(self, recorder: Recorder, report: pytest.TestReport) -> None:
        """A worker process died: what models write runs in other processes, so this is ours."""
        message = f"the test process died: {report.longreprtext}"
        name = report.nodeid.rpartition("::")[2]
        check = CheckResult(name=name, verdict=Verdict.HARNESS_ERROR, message=message)
        recorder.take(report.nodeid, check, {})

    def _keep(self, record: Record | None) -> None:
        if record is not None:
            self.run.append(record)

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that the user stopped the run."""
        self._interrupted = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Settle what is left, write the reports, and let the scoreboard decide the exit status."""
        self.live.close()
        recorder = self.recorder
        if recorder is not None:
            for record in recorder.interrupt():
                self._keep(record)
        if self._server is not None:
            self._server.close()
        if recorder is None or self._session.options.self_check:
            return
        self._write_reports()
        if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            session.exitstatus = self._exit_status(int(session.exitstatus))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Any:
        """Show the scoreboard below everything else."""
        outcome = yield
        if self.recorder is not None and not self._session.options.self_check:
            self._show(terminalreporter)
        elif self.recorder is not None:
            self._show_self_check(terminalreporter)
        return outcome

    def pytest_unconfigure(self) -> None:
        """Remove what was only for this run."""
        if self._temporary is not None:
            self._temporary.cleanup()

    # Showing

    @cached_property
    def live(self) -> LiveLine:
        """The line that says how generating goes."""
        from pytest_llmgen.progress import LiveLine  # noqa: PLC0415 - on first use

        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        return LiveLine(reporter, lambda: None if self._server is None else self._server.engine)

    @property
    def recorder(self) -> Recorder | None:
        """The recorder, once something was planned."""
        engine = None if self._server is None else self._server.engine
        if engine is None:
            return None
        if self._recorder is None:
            from pytest_llmgen.recorder import Recorder  # noqa: PLC0415 - on first use

            self._recorder = Recorder(
                engine.solution, seed=self._session.options.seed, run_path=self.run.path
            )
            self._recorder.expect(engine.planned())
        return self._recorder

    @cached_property
    def scoreboard(self) -> Scoreboard:
        """This run's records, aggregated."""
        from pytest_llmgen.reporting.scoreboard import ModelFacts, build_scoreboard  # noqa: PLC0415

        facts = [
            ModelFacts(
                name=model.name,
                size_gb=model.spec.size_gb if model.spec else None,
                vram_gb=model.spec.vram_gb if model.spec else None,
            )
            for model in self._session.models
        ]
        assert self._recorder is not None
        return build_scoreboard(self._recorder.records, facts)

    def _show(self, reporter: pytest.TerminalReporter) -> None:
        from pytest_llmgen.reporting.terminal import render  # noqa: PLC0415 - on first use

        reporter.section("scoreboard")
        tw = reporter._tw  # noqa: SLF001 - the only way to its width and colour
        for line in render(self.scoreboard, width=tw.fullwidth, color=tw.hasmarkup).splitlines():
            reporter.write_line(line)
        self._show_run(reporter)

    def _show_run(self, reporter: pytest.TerminalReporter) -> None:
        path = self.run.path
        root = self._session.root
        shown = path.relative_to(root) if path.is_relative_to(root) else path
        reporter.write_line("")
        reporter.write_line(f"run: {shown}  seed: {self._session.options.seed}")
        unfinished = sum(
            record.verdict is Verdict.INTERRUPTED for record in self._recorder_records()
        )
        if unfinished:
            reporter.write_line(
                f"{unfinished} samples are not done; go on with: --llm-run={self.run.name}"
            )

    def _recorder_records(self) -> list[Record]:
        return [] if self._recorder is None else self._recorder.records

    def _show_self_check(self, reporter: pytest.TerminalReporter) -> None:
        records = self._recorder_records()
        failed = [
            record
            for record in records
            if not all(check.verdict is Verdict.PASSED for check in record.checks)
        ]
        challenges = {record.challenge for record in records}
        reporter.write_line(
            f"self-check: {len(records)} solutions of {len(challenges)} challenges, "
            f"{len(records) - len(failed)} judged as they must be, {len(failed)} not"
        )

    def _write_reports(self) -> None:
        for kind, path in self._session.options.reports:
            if kind == "json":
                from pytest_llmgen.reporting.json_report import to_json as write  # noqa: PLC0415
            else:
                from pytest_llmgen.reporting.markdown import to_markdown as write  # noqa: PLC0415
            target = Path(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(write(self.scoreboard), encoding="utf-8")

    def _exit_status(self, present: int) -> int:
        """0 or 1 by `--llm-fail-under`; as pytest has it, without that option."""
        wanted = self._session.options.fail_under
        if wanted is None:
            return present
        records = self._recorder_records()
        if any(record.verdict in OURS - {Verdict.TARGET_UNAVAILABLE} for record in records):
            return int(pytest.ExitCode.TESTS_FAILED)
        rates = [row.correct / row.samples * 100 for row in self.scoreboard.models if row.samples]
        return int(pytest.ExitCode.OK if all(rate >= wanted for rate in rates) else 1)


def check_early(session: Session) -> None:
    """See that all models can be meant, before anything runs.

    Raises:
        pytest.UsageError: In one line.
    """
    from pytest_llmgen.errors import UsageError  # noqa: PLC0415 - as the rest of this function

    try:
        session.models  # noqa: B018 - resolved for its errors
    except UsageError as error:
        raise usage_error(error) from None


def _check(data: dict[str, Any]) -> CheckResult:
    return CheckResult(**{**data, "verdict": Verdict(data["verdict"])})
