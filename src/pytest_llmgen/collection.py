"""From collected tests to samples: parameters, order, and the plan that the engine gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.challenge import Challenge, Expectation, from_module, read_expectation
from pytest_llmgen.errors import HarnessError, UsageError
from pytest_llmgen.generation import SampleKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_llmgen.models import RunModel
    from pytest_llmgen.session import Session

FIXTURE = "submission"
"""A test that asks for this fixture is a check."""
DEGENERATE = {
    "zeros": "only zeros",
    "nan": "only NaN",
    "input": "its input",
    "constant": "a constant",
}
"""What degenerate solutions return, by their kind."""
_PARTIAL = pytest.StashKey[set[SampleKey]]()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckParameter:
    """What one test item checks: one sample of one model."""

    key: SampleKey
    challenge: Challenge
    label: str
    """The item's id between its brackets."""
    solution_file: Path | None = None
    expectation: Expectation | None = None
    """Under `--llm-self-check`: how this wrong solution must fail here."""
    degenerate: str | None = None
    """Under `--llm-self-check`: the kind of results that replace those of the solution."""


PARAMETER = pytest.StashKey[CheckParameter]()


def parameter_of(item: pytest.Item) -> CheckParameter | None:
    """The parameter of a check; None for any other test."""
    found = item.stash.get(PARAMETER, None)
    if found is None and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        candidate = item.callspec.params.get(FIXTURE)
        if isinstance(candidate, CheckParameter):
            found = item.stash[PARAMETER] = candidate
    return found


def read_challenge(metafunc: pytest.Metafunc, root: Path) -> Challenge | None:
    """The challenge that a test belongs to, if its module declares one.

    Raises:
        UsageError: If the declaration is not complete, or holds something unknown.
    """
    mark = metafunc.definition.get_closest_marker("challenge")
    if mark is None:
        return None
    path = metafunc.definition.path
    try:
        return from_module(docstring=metafunc.module.__doc__, mark=mark, path=path, root=root)
    except TypeError as error:  # pytest.mark.challenge takes anything
        raise UsageError(f"{path}: its mark challenge(...) cannot be read: {error}") from error


def parameters_for(metafunc: pytest.Metafunc, session: Session) -> list[CheckParameter]:
    """The parameters of a check: one per model, target and sample, model by model.

    Raises:
        UsageError: If the test belongs to no challenge, or the challenge is not complete.
    """
    challenge = read_challenge(metafunc, session.root)
    if challenge is None:
        raise UsageError(
            f"{metafunc.definition.nodeid} asks for a submission, but its module has no "
            "pytestmark = challenge(target=..., tier=...)"
        )
    session.claim(challenge, metafunc.definition.path)
    for target in challenge.targets:
        session.targets.load(target)
    check: str = metafunc.definition.originalname
    if session.options.self_check:
        checks = {name for name in vars(metafunc.module) if name.startswith("test_")}
        _validate_rejects(challenge, checks, session)
    is_graded = metafunc.definition.get_closest_marker("graded") is not None
    return [
        parameter
        for parameter in _parameters(challenge, check, session)
        if parameter.degenerate is None or not is_graded
    ]


def _parameters(challenge: Challenge, check: str, session: Session) -> Iterator[CheckParameter]:
    options = session.options
    for model in session.models:
        for target in challenge.targets:
            if options.targets and target not in options.targets:
                continue
            prefix = f"{target}-" if len(challenge.targets) > 1 else ""
            samples = _samples(challenge, model, target, session)
            for index, (label, file, degenerate) in enumerate(samples):
                expectation = _expectation(file) if options.self_check and file else None
                if expectation is not None and expectation.check != check:
                    continue
                key = SampleKey(
                    model=model.name, challenge=challenge.id, target=target, sample=index
                )
                if model.replay is not None and not model.replay.holds(key):
                    continue
                yield CheckParameter(
                    key=key,
                    challenge=challenge,
                    label=prefix + label,
                    solution_file=file,
                    expectation=expectation,
                    degenerate=degenerate,
                )


def _samples(
    challenge: Challenge, model: RunModel, target: str, session: Session
) -> list[tuple[str, Path | None, str | None]]:
    """Labels and solution files of a model's samples, and the kind of those that are degenerate."""
    suffix = session.suffixes[target]
    if session.options.self_check:
        kinds = ("reference", "accept", "reject")
        files = [file for kind in kinds for file in challenge.solutions(kind, suffix)]
        distorts = getattr(session.targets.load(target), "distorts", False)
        return [(file.stem, file, None) for file in files] + [
            (f"degenerate_{kind}", file, kind)
            for file in challenge.solutions("reference", suffix)[:1]
            for kind in (DEGENERATE if distorts else ())
        ]
    if model.solutions is not None:
        kind = model.solutions.removesuffix("s")
        found = challenge.solutions(kind, suffix)
        return [(f"{model.name}-s{index}", file, None) for index, file in enumerate(found)]
    return [(f"{model.name}-s{index}", None, None) for index in range(model.samples)]


def _expectation(file: Path) -> Expectation | None:
    return read_expectation(file) if file.name.startswith("reject") else None


def _validate_rejects(challenge: Challenge, checks: set[str], session: Session) -> None:
    """See that every wrong solution names a check that there is.

    Raises:
        UsageError: Naming the file.
    """
    for target in challenge.targets:
        for file in challenge.solutions("reject", session.suffixes[target]):
            named = read_expectation(file).check
            if named not in checks:
                raise UsageError(
                    f"{file}: it names the check {named}, but there are {', '.join(sorted(checks))}"
                )


def sort_by_model(items: list[pytest.Item], models: list[str]) -> None:
    """Model by model, so that a local server loads each once; else the order stays as it is."""
    rank = {name: index for index, name in enumerate(models)}

    def place(item: pytest.Item) -> int:
        parameter = parameter_of(item)
        return -1 if parameter is None else rank.get(parameter.key.model, len(rank))

    items.sort(key=place)


def is_check(metafunc: pytest.Metafunc) -> bool:
    """Whether a test asks for a submission: for ours, not for a project's own of that name."""
    found = metafunc._arg2fixturedefs.get(FIXTURE, ())  # noqa: SLF001 - nothing public tells
    return bool(found) and found[-1].func.__module__ == "pytest_llmgen.plugin"


def parametrize(metafunc: pytest.Metafunc, found: list[CheckParameter]) -> None:
    """Make a test of each parameter; without any, one that `deselect_unanswered` takes out."""
    if found:
        metafunc.parametrize(FIXTURE, found, ids=[one.label for one in found], indirect=True)
    else:
        metafunc.parametrize(FIXTURE, [_NOBODY], ids=["unanswered"], indirect=True)


def note_deselected(items: Sequence[pytest.Item]) -> None:
    """Keep in mind of which samples not every check will run."""
    for item in items:
        if (parameter := parameter_of(item)) is not None:
            item.config.stash.setdefault(_PARTIAL, set()).add(parameter.key)


def is_whole(item: pytest.Item, key: SampleKey) -> bool:
    """Whether every check of a sample will run; naming single tests runs some of them."""
    named = any("::" in argument for argument in item.config.args)
    return not named and key not in item.config.stash.get(_PARTIAL, set())


_NOBODY = "nobody answers"


def deselect_unanswered(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out checks of challenges for which no model of the run has an answer."""
    unanswered = [item for item in items if _is_unanswered(item)]
    if unanswered:
        items[:] = [item for item in items if not _is_unanswered(item)]
        config.hook.pytest_deselected(items=unanswered)


def _is_unanswered(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get(FIXTURE) is _NOBODY


def collect_error(error: HarnessError) -> pytest.Collector.CollectError:
    """A usage error as pytest shows it for a file: one line, no traceback."""
    return pytest.Collector.CollectError(f"llmgen: {error}")
