"""The contract between this package and a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.extraction import CodeForm


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """Choices of the run that a target may heed."""

    shader_length: str = "strict"
    """`strict`, `check` or `host`: see the target `wgsl`."""


class Artifact(Protocol):
    """What a build gives: the thing that checks call.

    Where using it runs code of the submission that may fail before any check calls it, such as the
    top level of a module, it may have a method `load()` that runs it and raises a SubmissionError:
    then a source that does not load has not built, and the model is told. Checks do without it.

    It may have an attribute `distortion`, None at first. Where a self-check sets it, each result of
    a call becomes `distortion.result(value, arguments)`, and what a call may have changed in place
    `distortion.contents(value, before)`, before a check sees it: see `distorts` of `Target`.
    """

    @property
    def notes(self) -> Mapping[str, Any]:
        """JSON-like facts for the record, gathered while it ran."""

    def close(self) -> None:
        """Free what it holds; the artifact is not used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question and its answer that a model may be shown before a task (`--llm-few-shot`)."""

    question: str
    """A task, in the words that a challenge would use."""
    answer: str
    """The whole reply, its code in a fence, as the target's rules want it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticArtifact:
    """An artifact with nothing to free, for targets whose builds are plain values."""

    value: Any
    notes: Mapping[str, Any] = field(default_factory=dict)

    def close(self) -> None:
        """Do nothing."""


class Target(Protocol):
    """A language and the machinery that builds and runs it. One instance serves one process.

    A class attribute `distorts = True` says that its artifacts have the attribute `distortion`:
    then a self-check tries degenerate solutions out.

    A class attribute `examples`, a tuple of `Example`, is what `--llm-few-shot` shows a model
    before a task, the first ones first. None may solve a challenge.
    """

    name: str
    suffix: str
    """Of source files, such as `.wat`."""
    form: CodeForm
    """How its code looks in a reply."""

    def rules(self, challenge: Challenge, settings: BuildSettings) -> str:
        """What every prompt for this target says after the task."""

    def unavailable(self) -> str | None:
        """None if this machine has all that is needed, else why not and the command that helps.

        What it raises is an error of every check; a reason that it returns skips them. It may be
        called in a fork that is gone soon, so a device is best looked at in a process of its own.
        """

    def build(self, source: str, challenge: Challenge, settings: BuildSettings) -> Artifact:
        """Build a submission, as often as asked.

        Raises:
            BuildFailed: With the toolchain's diagnostics, if the source is at fault.
        """

    def close(self) -> None:
        """Stop helper processes."""
