"""The controlling process: owns the engine, settles records, shows the scoreboard."""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.errors import HarnessError
from pytest_llmgen.junit import add_suite_properties
from pytest_llmgen.options import is_distributed, is_on_command_line
from pytest_llmgen.preloading import Preloading
from pytest_llmgen.runs.directory import RUNS, RunDirectory
from pytest_llmgen.runs.flight import tracked_in
from pytest_llmgen.runs.record import CheckResult, Record
from pytest_llmgen.scout import Scout, send_scout
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.ending import Ending
    from pytest_llmgen.engine.asker import ModelLane
    from pytest_llmgen.engine.budget import Budget
    from pytest_llmgen.engine.engine import Engine
    from pytest_llmgen.engine.link import EngineServer
    from pytest_llmgen.extraction import CodeForm
    from pytest_llmgen.generation import SampleKey
    from pytest_llmgen.progress import LiveLines
    from pytest_llmgen.recorder import Recorder
    from pytest_llmgen.session import Session
    from pytest_llmgen.targets.target import Target

MOST_WAITED_S = 2.0
"""For the scout; then the workers start, and the first that has collected tells the engine."""
SWITCH_S = 0.001
"""Between threads, while the engine runs. Replies arrive together, each is a millisecond's work,
and at Python's usual 5 ms each step of it would wait for the others and for the tests."""


class Controller:
    """Registered as a plugin in the controlling process, which is the only one without xdist."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        """Prepare; engine and run directory are made when a worker has collected challenges."""
        self._config = config
        self._session = session
        self._server: EngineServer | None = None
        self._recorder: Recorder | None = None
        self._live: LiveLines | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._unusable: str | None = None
        """Why there can be no engine."""
        self._budget: Budget | None = None
        self._hung_up = False
        self._preloading = Preloading()
        self._scout: Scout | None = None
        self._begun = False
        """Whether the session has."""
        self._switch_s = sys.getswitchinterval()
        self._failures = 0
        self._others_failed = False
        """Whether something failed that is no check of a challenge."""

    # The engine

    @property
    def address(self) -> str:
        """The engine's socket, opened on first use."""
        server = self._server
        if server is None:
            server = self._new_server()
            server.start()
        return server.path

    def _new_server(self) -> EngineServer:
        from pytest_llmgen.engine.link import EngineServer  # noqa: PLC0415 - on first use

        self._server = EngineServer(
            self._make_engine, builders=os.cpu_count() or 1, welcome=self._welcome
        )
        return self._server

    def _welcome(self) -> dict[str, Any]:
        """On the engine server's thread, when the first worker has collected challenges."""
        try:
            return {"tier": self._session.tier, "unguarded": self._session.unguarded}
        except HarnessError as error:
            self._unusable = str(error)
            raise

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
        """On the engine server's thread, when the first plan arrives."""
        try:
            return self._new_engine()
        except HarnessError as error:
            self._unusable = str(error)
            raise

    def _new_engine(self) -> Engine:
        from pytest_llmgen.engine.engine import Engine  # noqa: PLC0415 - on first use
        from pytest_llmgen.engine.sample import EngineSettings  # noqa: PLC0415 - on first use
        from pytest_llmgen.models import lane_of  # noqa: PLC0415 - on first use
        from pytest_llmgen.progress import LiveLines  # noqa: PLC0415 - on first use

        session = self._session
        session.use_tier()
        self.run.create(self._description())
        settings = EngineSettings(
            timeout_s=session.options.timeout_s,
            feedback=session.feedback,
            forms=_forms(session.target_classes),
            suffixes=session.suffixes,
        )
        lanes = {
            model.name: lane_of(model, session.options, session.backends)
            for model in session.models
        }
        self._budget = self._new_budget(lanes)
        engine = Engine(lanes, settings, self.run, budget=self._budget, tell=self._tell)
        self._switch_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        self._preloading.start_reports()
        self._live = LiveLines(self._config.pluginmanager.get_plugin("terminalreporter"), engine)
        return engine

    def _new_budget(self, lanes: Mapping[str, ModelLane]) -> Budget | None:
        """What the user allows, less what earlier starts of the run have spent."""
        options = self._session.options
        if options.max_cost_usd is None and options.max_tokens_total is None:
            return None
        from pytest_llmgen.engine.budget import Budget  # noqa: PLC0415 - on first use

        budget = Budget(
            lanes, max_cost_usd=options.max_cost_usd, max_tokens=options.max_tokens_total
        )
        budget.add_stored(self.run)
        return budget

    def _tell(self, line: str) -> None:
        """Show the user a line at once."""
        if self._live is not None:
            self._live.say(line)

    def _description(self) -> dict[str, Any]:
        """What run.json says: enough to read the records and to repeat the run; no secret."""
        packages = ("pytest-llmgen", "pytest", "pytest-xdist", "numpy", "wasmtime")
        return {
            "format": 1,
            "started": datetime.now(tz=UTC).isoformat(timespec="seconds"),
            "models": self._described_models(),
            "options": asdict(self._session.options),
            "versions": {"python": platform.python_version()}
            | {name: version(name) for name in packages},
            "host": {"system": platform.platform(), "cpus": os.cpu_count()},
            "sandbox": self._session.tier,
        }

    def _described_models(self) -> list[dict[str, Any]]:
        return [
            {
                "name": model.name,
                "size_gb": model.spec.size_gb if model.spec else None,
                "vram_gb": model.spec.vram_gb if model.spec else None,
                "prompt": model.prompt,
                "few_shot": {
                    target: len(shown) for target, shown in self._session.examples(model).items()
                },
            }
            for model in self._session.models
        ]

    # Hooks

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: Sequence[Any]) -> None:
        """Before xdist starts its workers, see what they will want, if models are to be asked.

        Raises:
            pytest.UsageError: In one line, if there can be no engine.
        """
        if not is_on_command_line(self._config):
            return
        server = self._new_server()
        if self._asks and all(spec.popen for spec in specs):
            told = self._told_to_workers(server.path) | {"workercount": len(specs)}
            self._scout = send_scout(self._config, self._session, told)
        server.start()
        self._session.try_tiers_out()
        self._preloading.start_engine(self._session)
        if self._scout is not None:
            self._scout.wait(MOST_WAITED_S)
            self._scout.close()  # a late word of it would replace that of a worker
        self._refuse_if_unusable()

    @property
    def _asks(self) -> bool:
        """Whether some model takes its time to answer."""
        return any(model.spec and model.solutions is None for model in self._session.models)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell an xdist worker where the engine is and which inputs this run has."""
        node.workerinput.update(self._told_to_workers(self.address))

    def _told_to_workers(self, address: str) -> dict[str, Any]:
        return {"llmgen_address": address, "llmgen_seed": self._session.options.seed}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self) -> None:
        """Stop before any worker runs a test if there can be no engine.

        Raises:
            pytest.UsageError: In one line.
        """
        self._refuse_if_unusable()

    def _refuse_if_unusable(self) -> None:
        if self._unusable is not None:
            raise pytest.UsageError(f"llmgen: {self._unusable}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Take note that the session has begun: from now on, its end is told."""
        self._begun = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected."""
        self._others_failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a report into its sample's record, before pytest counts and shows it."""
        self._judge_degenerate(report)
        self._stop_at_most_failures(report)
        recorder = self.recorder
        outcome, when = str(report.outcome), str(report.when)
        if recorder is None or not recorder.knows(report.nodeid):
            self._others_failed |= report.failed
            return
        if outcome == "rerun":
            return
        facts = getattr(report, "llmgen", None)
        if facts is not None and (when == "call" or not report.passed):
            recorder.take(report.nodeid, _check(facts["check"]), facts["notes"])
            self._keep_tracks(recorder.sample_of(report.nodeid), facts["notes"])
        elif when == "???":
            self._take_crash(recorder, report)
        if when in {"teardown", "???"}:
            self._keep(recorder.done(report.nodeid))

    def _judge_degenerate(self, report: pytest.TestReport) -> None:
        """The last check of a degenerate solution fails if none before it did, nor itself."""
        facts = getattr(report, "llmgen", {})
        recorder = self.recorder if "degenerate" in facts else None
        if recorder is not None and recorder.praises(report.nodeid, facts["degenerate"]):
            from pytest_llmgen.checks import fail_degenerate  # noqa: PLC0415 - rarely needed

            fail_degenerate(report, facts["praise"])

    def _stop_at_most_failures(self, report: pytest.TestReport) -> None:
        """After `-x` or `--maxfail`, no other worker is to wait for its model any longer."""
        self._failures += report.failed
        most = self._config.getoption("maxfail", 0)
        if most and self._failures >= most:
            self._hang_up()

    def _take_crash(self, recorder: Recorder, report: pytest.TestReport) -> None:
        """A worker process died: what models write runs in other processes, so this is ours."""
        message = f"the test process died: {report.longrepr}"
        name = report.nodeid.partition("[")[0].rpartition("::")[2]
        check = CheckResult(name=name, verdict=Verdict.HARNESS_ERROR, message=message)
        report.llmgen = {"check": asdict(check), "notes": {}}  # type: ignore[attr-defined]  # see checks.settle_report
        recorder.take(report.nodeid, check, {})

    def _keep_tracks(self, key: SampleKey | None, notes: Mapping[str, Any]) -> None:
        """Store the public flights of a check, for pictures: a trial may not have flown them."""
        tracked = tracked_in(notes)
        if tracked and key is not None:
            self.run.save_flights(key, tracked)

    def _keep(self, record: Record | None) -> None:
        if record is not None:
            self.run.append(record)

    @pytest.hookimpl(trylast=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ask no more, and wait for what is in flight, which is paid for; until another Ctrl-C."""
        engine = self._engine
        if engine is None or self._hung_up or not excinfo.errisinstance(KeyboardInterrupt):
            return
        from pytest_llmgen.reporting.quantities import plural  # noqa: PLC0415 - on first use

        with contextlib.suppress(KeyboardInterrupt):
            if in_flight := engine.drain():
                what = f"{plural(in_flight, 'answer')} in flight, to store"
                self._tell(f"waiting for {what}; Ctrl-C again to stop at once")
            engine.wait_for_answers()
        if not self._begun:  # then pytest shows no summary
            self._tell(f"no test had begun; go on with: --llm-run={self.run.name}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Settle what is left, write the reports, and let the scoreboard decide the exit status."""
        recorder = self.recorder
        if recorder is not None:
            for record in recorder.interrupt():
                self._keep(record)
        self._hang_up()
        if recorder is None or self._session.options.self_check:
            return
        ending = self._ending
        add_suite_properties(self._config, ending.scoreboard, recorder.records)
        ending.write_reports()
        if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            session.exitstatus = ending.exit_status(
                int(session.exitstatus), others_failed=self._others_failed
            )

    def _hang_up(self) -> None:
        """Stop the engine; called twice, since a run may end before its session does."""
        if self._scout is not None:
            self._scout.close()
        if self._live is not None:
            self._live.close()
        if self._server is not None and not self._hung_up:
            self._hung_up = True
            sys.setswitchinterval(self._switch_s)
            self._server.close()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Any:
        """Show the scoreboard below everything else."""
        recorder = self.recorder
        if recorder is None:
            return (yield)
        from pytest_llmgen.reporting.unanswered import told_once  # noqa: PLC0415 - on first use

        with told_once(terminalreporter, recorder.sample_of):
            outcome = yield
        if self._session.options.self_check:
            self._ending.show_self_check(terminalreporter)
        else:
            self._ending.show(terminalreporter, why_missed=self._config.get_verbosity() > 0)
        return outcome

    def pytest_unconfigure(self) -> None:
        """Remove what was only for this run."""
        self._hang_up()
        self._preloading.close()
        if is_distributed(self._config):  # pytest looks for garbage of tests, and none ran here
            gc.freeze()
        if self._temporary is not None:
            self._temporary.cleanup()

    @property
    def _engine(self) -> Engine | None:
        """The engine, once something was planned."""
        return None if self._server is None else self._server.engine

    @property
    def recorder(self) -> Recorder | None:
        """The recorder, once something was planned."""
        engine = self._engine
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
    def _ending(self) -> Ending:
        """What becomes of the records; only once all are there."""
        from pytest_llmgen.ending import Ending  # noqa: PLC0415 - on first use

        assert self._recorder is not None
        return Ending(self._session, self.run, self._recorder, self._budget)


def _forms(targets: Mapping[str, type[Target]]) -> dict[str, CodeForm]:
    """How code for each target looks in a reply; nobody is asked for one that fails at once."""
    forms: dict[str, CodeForm] = {}
    for name, kind in targets.items():
        with contextlib.suppress(HarnessError):
            forms[name] = kind().form
    return forms


def _check(data: dict[str, Any]) -> CheckResult:
    return CheckResult(**{**data, "verdict": Verdict(data["verdict"])})
