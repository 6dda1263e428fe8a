"""Pytest's way into this package: hooks and fixtures, nothing else.

Every pytest run of an environment loads this module, so it imports what is light, and the rest on
first use.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen import backends, hookspecs, targets
from pytest_llmgen.errors import HarnessError, UsageError
from pytest_llmgen.options import (
    add_options,
    is_distributed,
    is_dry_run,
    is_given,
    read_options,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    import numpy as np

    from pytest_llmgen.registry import Registry
    from pytest_llmgen.session import Session
    from pytest_llmgen.submission import Submission


# Start and end


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks that others may implement."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--llm-*` and the ini keys."""
    add_options(parser)


def pytest_llmgen_register_backends(registry: Registry) -> None:
    """Add the built-in providers."""
    backends.register_builtin(registry)


def pytest_llmgen_register_targets(registry: Registry) -> None:
    """Add the built-in targets."""
    targets.register_builtin(registry)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Under `--llm-dry-run` nothing is distributed: as with `-n 0`, before xdist reads it."""
    if hasattr(config.option, "numprocesses") and is_dry_run(config):
        config.option.numprocesses = 0
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and refuse options that cannot be followed before anything runs."""
    config.addinivalue_line("markers", "challenge(target, tier, ...): a task for a language model")
    config.addinivalue_line("markers", "graded: a check that lowers the score, never correctness")
    if any(getattr(config.option, key, None) for key in ("help", "version", "markers")):
        return
    try:
        if not is_worker(config) and _asked_for(config):
            _controller(config)
    except UsageError as error:
        raise pytest.UsageError(f"llmgen: {error}") from None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Hang up and stop helper processes."""
    if (session := _known_session(config)) is not None:
        session.close()


# Collection


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Turn a check into one test per model, target and sample."""
    if "submission" not in metafunc.fixturenames:
        return
    from pytest_llmgen import collection  # noqa: PLC0415 - see the module

    if not collection.is_check(metafunc):
        return
    try:
        found = collection.parameters_for(metafunc, get_session(metafunc.config))
    except HarnessError as error:
        raise collection.collect_error(error) from None
    collection.parametrize(metafunc, found)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out checks that nobody answers here, and order the others model by model."""
    if (session := _known_session(config)) is not None:
        from pytest_llmgen import collection  # noqa: PLC0415 - see the module

        collection.deselect_unanswered(config, items)
        collection.sort_by_model(items, [model.name for model in session.models])


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """A self-check cannot judge a sample by some of its checks."""
    if items and _known_session(items[0].config) is not None:
        from pytest_llmgen import collection  # noqa: PLC0415 - see the module

        collection.note_deselected(items)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the engine what is wanted, so that it starts at once, and before xdist's tests do."""
    config = session.config
    known = _known_session(config)
    if known is None or known.options.dry_run or not _will_run(session):
        return
    try:
        known.connect(_address(config), session.items)
    except HarnessError as error:
        if not is_worker(config):  # in a worker every check says so, if the run gets that far
            raise pytest.UsageError(f"llmgen: {error}") from None


# Running


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Iterator[Submission[Any]]:
    """The code that a model submitted for this challenge; `submission.build()` builds it."""
    from pytest_llmgen import checks  # noqa: PLC0415 - see the module

    session = get_session(request.config)
    with checks.open_submission(request.node, request.param, session) as opened:
        yield opened


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The source of a check's inputs: fresh in every run, equal for all models and samples."""
    from pytest_llmgen.collection import parameter_of  # noqa: PLC0415 - see the module

    parameter = parameter_of(request.node)
    if parameter is None:
        raise UsageError("the fixture rng needs a test that also asks for a submission")
    return get_session(request.config).rng(parameter.challenge, request.node.originalname)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Let a fault that was seen while a check ran, or a self-check, decide how it ends."""
    __tracebackhide__ = True
    error: BaseException | None = None
    outcome: object = None
    try:
        outcome = yield
    except (Exception, pytest.fail.Exception) as raised:
        error = raised
    if _known_session(pyfuncitem.config) is not None:
        from pytest_llmgen import checks  # noqa: PLC0415 - see the module

        error = checks.after_check(pyfuncitem, error)
    if error is not None:
        raise error
    return outcome if outcome is not None else True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shorten a check's failure and attach what its record needs."""
    report = yield
    if _known_session(item.config) is not None:
        from pytest_llmgen import checks  # noqa: PLC0415 - see the module

        checks.settle_report(item, call, report)
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Show a check that failed through our fault as an error."""
    if str(report.when) not in {"call", "???"} or not hasattr(report, "llmgen"):
        return None
    from pytest_llmgen import checks  # noqa: PLC0415 - see the module

    return ("error", "E", "ERROR") if checks.is_ours(report) else None


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name the models, where the user set anything of ours."""
    session = _known_session(config)
    if session is None or is_worker(config) or not is_given(config):
        return None
    names = ", ".join(model.name for model in session.models)
    guard = f"; sandbox {session.guard}" if session.guard else ""
    return f"llmgen: models {names}; seed {session.options.seed}{guard}"


# State of this process


def _will_run(session: pytest.Session) -> bool:
    """Whether tests follow: after an error of collection pytest stops, though xdist does not."""
    option = session.config.option
    if option.collectonly or option.setupplan:
        return False
    stops = session.testsfailed and not option.continue_on_collection_errors
    return is_worker(session.config) or not stops


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is an xdist worker."""
    return hasattr(config, "workerinput")


def _worker_input(config: pytest.Config) -> dict[str, Any]:
    """What the controlling process sent to this xdist worker."""
    found: dict[str, Any] = config.workerinput  # type: ignore[attr-defined]  # set by xdist
    return found


def get_session(config: pytest.Config) -> Session:
    """This process's session, made on first use."""
    found = _known_session(config)
    if found is None:
        found = _make_session(config)
        if not is_worker(config):
            _controller(config)
    return found


_SESSION = pytest.StashKey["Session"]()
_CONTROLLER = pytest.StashKey[Any]()


def _known_session(config: pytest.Config) -> Session | None:
    return config.stash.get(_SESSION, None)


def _make_session(config: pytest.Config) -> Session:
    from pytest_llmgen.session import Session, with_seed_of_run  # noqa: PLC0415 - see the module

    options = read_options(config)
    if is_worker(config):
        options = replace(options, seed=_worker_input(config)["llmgen_seed"])
    else:
        options = with_seed_of_run(options, config.rootpath)
    session = config.stash[_SESSION] = Session(config, options)
    return session


def _asked_for(config: pytest.Config) -> bool:
    """Whether the user set something of ours, or xdist distributes tests that may be ours."""
    return is_distributed(config) or is_given(config)


def _controller(config: pytest.Config) -> Any:
    """The controlling process's state, registered as a plugin on first use."""
    if config.stash.get(_CONTROLLER, None) is None:
        from pytest_llmgen.controller import Controller  # noqa: PLC0415 - see the module
        from pytest_llmgen.preflight import check_early  # noqa: PLC0415 - see the module

        session = _known_session(config) or _make_session(config)
        check_early(config, session)
        if session.options.dry_run:
            from pytest_llmgen.dry_run import DryRun  # noqa: PLC0415 - rarely asked for

            controller: Any = DryRun(session)
        else:
            controller = Controller(config, session)
        config.stash[_CONTROLLER] = controller
        config.pluginmanager.register(controller, "llmgen-controller")
    return config.stash[_CONTROLLER]


def _address(config: pytest.Config) -> str:
    if is_worker(config):
        return str(_worker_input(config)["llmgen_address"])
    return str(_controller(config).address)
