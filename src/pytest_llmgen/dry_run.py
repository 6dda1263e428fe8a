"""`--llm-dry-run`: what would be asked, and what it may cost; nobody is asked."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.errors import HarnessError
from pytest_llmgen.estimate import CHARS_PER_TOKEN, estimate, find_history
from pytest_llmgen.models import lane_of
from pytest_llmgen.prompt import completion_of
from pytest_llmgen.reporting.layout import lay_out
from pytest_llmgen.reporting.quantities import NOTHING, count, dollars, plural, ratio
from pytest_llmgen.reporting.table import Cell, Column, Table
from pytest_llmgen.runs.directory import RUNS, RunDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_llmgen.engine.plan import SamplePlan
    from pytest_llmgen.estimate import Estimate, Tokens
    from pytest_llmgen.models import RunModel
    from pytest_llmgen.options import Options
    from pytest_llmgen.session import Session


class DryRun:
    """Registered as a plugin in the place of the controller."""

    def __init__(self, session: Session) -> None:
        """Prepare; the plans are made once all is collected."""
        self._session = session
        self._plans: list[SamplePlan] | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run no test; errors of collection are pytest's.

        Raises:
            pytest.UsageError: If the plans cannot be made.
        """
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            return None
        try:
            self._plans = self._session.plans(session.items)
        except HarnessError as error:
            raise pytest.UsageError(f"llmgen: {error}") from None
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show what would be asked, and one prompt."""
        if self._plans is None:
            return
        terminalreporter.section("dry run")
        width: int = terminalreporter._tw.fullwidth  # noqa: SLF001 - the only way to it
        for line in self._lines(self._plans, width, why=terminalreporter.verbosity > 0):
            terminalreporter.write_line(line)

    def _lines(self, plans: Sequence[SamplePlan], width: int, *, why: bool) -> Iterator[str]:
        if not plans:
            yield "No challenge was selected: nobody would be asked."
            return
        yield "Nobody was asked, and no test ran."
        yield ""
        models = [model for model in self._session.models if _is_asked(model)]
        name = self._session.options.run
        run = RunDirectory(self._session.root / RUNS / name) if name else None
        estimates = [self._estimate(model, plans, run) for model in models]
        if estimates:
            yield from lay_out(_table(estimates), width, lambda text, _: text)
            yield ""
            yield from _wrapped(_KEY, width)
        notes = [
            *(line for one in estimates for line in _expected(one)),
            *_answered_without_a_server(self._session.models, plans),
            *_left_out(plans),
            *(run.missed.lines(why=why) if run else ()),
        ]
        for note in notes:
            yield from _wrapped(note, width)
        yield ""
        styles = {model.name: model.prompt for model in self._session.models}
        yield from _first_prompt(plans[0], styles[plans[0].key.model])

    def _estimate(
        self, model: RunModel, plans: Sequence[SamplePlan], run: RunDirectory | None
    ) -> Estimate:
        options = self._session.options
        lane = lane_of(model, options, self._session.backends)
        lane.backend.close()
        return estimate(
            model.name,
            lane,
            [plan for plan in plans if plan.key.model == model.name],
            run,
            reply_tokens=_reply_tokens(model, options),
            history=find_history(self._session.root, model.name),
        )


_KEY = (
    "Requests: from one for each sample that has no stored reply, if every answer builds, to all "
    f"attempts. Prompt tokens: about one for {CHARS_PER_TOKEN} characters; with all attempts, each "
    "repair repeats the longest replies and diagnostics. Reply tokens: as many as are allowed. "
    "Cost: from the first prompts alone to the most of everything; - where no price is known."
)


def _is_asked(model: RunModel) -> bool:
    return model.solutions is None and model.replay is None


def _reply_tokens(model: RunModel, options: Options) -> int | None:
    """The limit that is sent, under whatever name; None if none is."""
    spec = model.spec
    if spec is None or spec.provider == "command":
        return None
    named = [spec.parameters[name] for name in _LIMITS if name in spec.parameters]
    if named:
        return int(named[0])
    return None if "max_tokens" in spec.omit else options.max_tokens


_LIMITS = ("max_tokens", "max_completion_tokens", "maxOutputTokens", "num_predict")
"""What providers call the most tokens of one reply."""


def _table(estimates: Sequence[Estimate]) -> Table:
    columns: list[tuple[str, Callable[[Estimate], str]]] = [
        ("Samples", lambda one: count(one.samples)),
        ("Stored", lambda one: count(one.stored)),
        ("Requests", lambda one: _range(*map(count, one.requests))),
        ("Prompt tokens", lambda one: _range(*(count(end.prompt) for end in _ends(one)))),
        ("Reply tokens", lambda one: f"up to {count(one.most.completion)}" if one.most else "any"),
        ("Cost", lambda one: _range(*(dollars(end.cost_usd) for end in _ends(one)))),
    ]
    return Table(
        heading="Model",
        names=tuple(one.model for one in estimates),
        columns=tuple(
            Column(title=title, cells=tuple(Cell(text(one)) for one in estimates))
            for title, text in columns
        ),
    )


def _ends(one: Estimate) -> list[Tokens]:
    return [one.least] if one.most is None else [one.least, one.most]


def _range(least: str, most: str | None = None) -> str:
    """Both ends, or what there is of them."""
    if least in {NOTHING, most}:
        return least
    return f"from {least}" if most is None else f"{least}-{most}"


def _expected(one: Estimate) -> Iterator[str]:
    """What an earlier run lets expect."""
    if one.history is None or one.expected is None:
        return
    cost = one.expected.cost_usd
    parts = (
        f"about {plural(one.expected_requests, 'request')}",
        f"{count(one.expected.prompt)} prompt tokens",
        f"{count(one.expected.completion)} reply tokens",
        *([] if cost is None else [dollars(cost)]),
    )
    yield (
        f"{one.model}, if it goes as in the run {one.history.run} "
        f"({ratio(one.history.requests)} requests a sample, "
        f"{one.history.completion_tokens:.0f} tokens a reply): {', '.join(parts)}."
    )


def _answered_without_a_server(
    models: Sequence[RunModel], plans: Sequence[SamplePlan]
) -> Iterator[str]:
    samples = Counter(plan.key.model for plan in plans)
    for model in models:
        if not _is_asked(model):
            source = "stored replies" if model.replay else "the challenges' own solutions"
            answered = plural(samples[model.name], "sample")
            yield f"{model.name}: no request; {answered} from {source}."


def _left_out(plans: Sequence[SamplePlan]) -> Iterator[str]:
    reasons = Counter(plan.unavailable for plan in plans if plan.unavailable is not None)
    for reason, number in reasons.items():
        yield f"{plural(number, 'sample')} not asked for, since they could not run here: {reason}"


def _first_prompt(plan: SamplePlan, style: str) -> Iterator[str]:
    """The prompt of the first sample, whole and as it would be sent."""
    completion = completion_of(style, plan.messages)
    parts: list[tuple[str, str]]
    if completion is None:
        parts = [(message["role"], message["content"]) for message in plan.messages]
    else:
        parts = [(style, completion.text)]
    characters = sum(len(text) for _, text in parts)
    tokens = count(round(characters / CHARS_PER_TOKEN))
    yield f"The first prompt: {plan.key}, {characters} characters, about {tokens} tokens"
    for title, text in parts:
        yield f"---- {title}"
        yield from text.rstrip("\n").split("\n")
    yield "----"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, min(width, 100))
