"""Few-shot examples: which ones a model is shown before a task, by the option `--llm-few-shot`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_llmgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_llmgen.registry import Registry
    from pytest_llmgen.targets.target import Example

OPTION = "--llm-few-shot"


def find_examples(
    wanted: Iterable[tuple[str, int | None]], targets: Registry, *, source: str = OPTION
) -> dict[str, tuple[Example, ...]]:
    """The examples to show, by target.

    Args:
        wanted: Names of targets, and how many of each one's examples; None is all.
        targets: All that there are.
        source: Who wants them, for messages.

    Raises:
        UsageError: In one line, if there is no such target, it has fewer, or it is named twice.
    """
    found: dict[str, tuple[Example, ...]] = {}
    for name, number in wanted:
        if name in found:
            raise UsageError(f"{source}: the target {name!r} is named twice; name it once")
        found[name] = _examples_of(name, number, targets, source)
    return found


def _examples_of(
    name: str, number: int | None, targets: Registry, source: str
) -> tuple[Example, ...]:
    try:
        examples = _all_of(name, targets)
    except UsageError as error:
        raise UsageError(f"{source}: {error}") from None
    if not examples:
        others = ", ".join(_with_examples(targets)) or "no target"
        raise UsageError(f"{source}: the target {name!r} has no examples (has some: {others})")
    if number is not None and number > len(examples):
        raise UsageError(
            f"{source}: {number} examples of the target {name!r} are wanted, "
            f"and it has {len(examples)}; ask for fewer"
        )
    return examples[:number]


def _all_of(name: str, targets: Registry) -> tuple[Example, ...]:
    """Every example of a target: an attribute that a class may have."""
    return tuple(getattr(targets.load(name), "examples", ()))


def _with_examples(targets: Registry) -> list[str]:
    names = []
    for name in targets:
        try:
            examples = _all_of(name, targets)
        except UsageError:  # it cannot be imported here
            continue
        if examples:
            names.append(name)
    return names
