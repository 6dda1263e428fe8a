"""The checks that prove a target."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.errors import BuildFailed, SubmissionError
from pytest_llmgen.extraction import extract
from pytest_llmgen.targets.target import BuildSettings, Example
from pytest_llmgen.testing.demands import demand, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.targets.target import Artifact, Target

_PROSE = "I am sorry, but I would rather not write this."


def check_target(
    make: Callable[[], Target],
    *,
    right: str,
    wrong: str,
    unbuildable: str,
    challenge: Challenge,
    works: Callable[[Any], bool] | None = None,
    settings: BuildSettings | None = None,
) -> None:
    """Prove that a target keeps its contract; skips if this machine lacks what the target needs.

    Args:
        make: A new target.
        right: A source that builds and solves the challenge.
        wrong: A source that builds and does not solve it.
        unbuildable: A source that the toolchain refuses.
        challenge: What the sources answer.
        works: Whether an artifact solves the challenge: finds builds that share their state. It may
            raise what a submission's fault raises.
        settings: Choices of the run.

    Raises:
        AssertionError: For the first promise that is not kept.
    """
    target, settings = make(), settings or BuildSettings()
    _check_names(target)
    _check_form(target, right, wrong)
    _check_rules(target, right, challenge, settings)
    _check_examples(target, right)
    reason = target.unavailable()
    if reason is not None:
        demand(isinstance(reason, str) and bool(reason), f"unavailable() returned {reason!r}")
        pytest.skip(f"target {target.name!r}: {reason}")
    bench = _Bench(target, challenge, settings, works)
    bench.check_refusal(unbuildable)
    bench.check_builds(right, wrong)
    bench.check_refusal(unbuildable)
    bench.check_examples()
    target.close()
    target.close()


def _check_names(target: Target) -> None:
    demand(
        re.fullmatch(r"[a-z][a-z0-9-]*", target.name) is not None,
        f"name must be of small letters, digits and hyphens, got {target.name!r}",
    )
    demand(
        re.fullmatch(r"\.[a-z0-9]+", target.suffix) is not None,
        f"suffix must be like '.wat', got {target.suffix!r}",
    )
    tags = target.form.tags
    demand(
        bool(tags) and all(tag and tag == tag.lower() and "." not in tag for tag in tags),
        f"form.tags must be small letters without a dot, got {sorted(tags)}",
    )
    demand(
        target.form.is_named_by(target.suffix.removeprefix(".")),
        f"form.tags must hold the suffix {target.suffix!r} without its dot, got {sorted(tags)}",
    )


def _check_form(target: Target, right: str, wrong: str) -> None:
    form = target.form
    for name, source in (("right", right), ("wrong", wrong)):
        demand(form.plausible(source) is True, f"form.plausible must be true of `{name}`")
    for text in ("", _PROSE, "(" * 1000, "\0", "\N{GRINNING FACE}"):
        demand(form.plausible(text) is False, f"form.plausible must be false of {text[:40]!r}")
        found = form.find_bare(text)
        demand(
            found is None or isinstance(found, str),
            f"form.find_bare must return None or a text, got {found!r}",
        )
    demand(form.find_bare(_PROSE) is None, f"form.find_bare must be None of {_PROSE!r}")
    end = "" if right.endswith("\n") else "\n"
    reply = f"{_PROSE}\n\n```{target.suffix.removeprefix('.')}\n{right}{end}```\n"
    source = extract(reply, form).source
    demand(source == right.rstrip("\n") + "\n", f"`right` in a fence is taken out as {source!r}")


def _check_rules(target: Target, right: str, challenge: Challenge, settings: BuildSettings) -> None:
    rules = target.rules(challenge, settings)
    demand(isinstance(rules, str) and bool(rules.strip()), f"rules() must be text, got {rules!r}")
    demand(rules == target.rules(challenge, settings), "rules() must be the same each time")
    demand(right.strip() not in rules, "rules() must not hold the answer")


def _check_examples(target: Target, right: str) -> None:
    """What a target may have to show before a task."""
    for example in _examples_of(target):
        demand(
            isinstance(example, Example), f"examples must be of the class Example, got {example!r}"
        )
        demand(
            bool(example.question.strip() and example.answer.strip()),
            f"an example must have a question and an answer, got {example!r}",
        )
        both = f"{example.question}\n{example.answer}"
        demand(right.strip() not in both, "an example must not hold the answer")


def _examples_of(target: Target) -> tuple[Any, ...]:
    """The examples of a target; it may do without."""
    examples = getattr(target, "examples", ())
    demand(isinstance(examples, tuple), f"examples must be a tuple, got {examples!r}")
    return tuple(examples)


class _Bench:
    """Builds with one target."""

    def __init__(
        self,
        target: Target,
        challenge: Challenge,
        settings: BuildSettings,
        works: Callable[[Any], bool] | None,
    ) -> None:
        self._target = target
        self._challenge = challenge
        self._settings = settings
        self._works = works

    def check_refusal(self, unbuildable: str) -> None:
        """The toolchain's words must come with the error."""
        try:
            self._target.build(unbuildable, self._challenge, self._settings)
        except BuildFailed as error:
            demand(bool(str(error).strip()), "BuildFailed must carry the toolchain's diagnostics")
        except Exception as error:
            raise AssertionError(
                f"build() of `unbuildable` must raise BuildFailed, not {told(error)}"
            ) from error
        else:
            raise AssertionError("build() of `unbuildable` must raise BuildFailed")

    def check_examples(self) -> None:
        """Each answer must build, as one to a challenge whose task is the question."""
        for number, example in enumerate(_examples_of(self._target), start=1):
            task = replace(self._challenge, task=example.question)
            try:
                source = extract(example.answer, self._target.form).source
                self._target.build(source, task, self._settings).close()
            except Exception as error:
                raise AssertionError(
                    f"the answer of example {number} must build: {told(error)}"
                ) from error

    def check_builds(self, right: str, wrong: str) -> None:
        """Three artifacts at once, closed one by one: none may notice the others."""
        first, other, second = (
            self._build("right", right),
            self._build("wrong", wrong),
            self._build("right", right),
        )
        self._demand_works("right", first, works=True)
        self._demand_works("wrong", other, works=False)
        first.close()
        other.close()
        self._demand_works("right", second, works=True)
        second.close()

    def _build(self, name: str, source: str) -> Artifact:
        try:
            artifact = self._target.build(source, self._challenge, self._settings)
        except Exception as error:
            raise AssertionError(f"build() of `{name}` raised {told(error)}") from error
        demand(
            callable(getattr(artifact, "close", None)), f"{artifact!r} must have a method close()"
        )
        self._check_notes(artifact)
        demand(
            not getattr(self._target, "distorts", False)
            or getattr(artifact, "distortion", artifact) is None,
            "with distorts = True, an artifact must have an attribute distortion, None at first",
        )
        return artifact

    def _check_notes(self, artifact: Artifact) -> None:
        notes = getattr(artifact, "notes", None)
        demand(isinstance(notes, Mapping), f"notes must be a mapping, got {notes!r}")
        try:
            json.dumps(dict(artifact.notes))
        except (TypeError, ValueError) as error:
            raise AssertionError(f"notes must be what JSON can say: {error}") from error

    def _demand_works(self, name: str, artifact: Artifact, *, works: bool) -> None:
        if self._works is None:
            return
        try:
            found = self._works(artifact)
        except SubmissionError:
            found = False
        said = "solves" if found else "does not solve"
        demand(found is works, f"the artifact of `{name}` {said} the challenge")
