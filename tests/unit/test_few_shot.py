"""Which examples are shown, and what cannot be shown."""

from __future__ import annotations

import pytest

from pytest_llmgen.errors import UsageError
from pytest_llmgen.few_shot import find_examples
from pytest_llmgen.registry import Registry
from pytest_llmgen.targets.target import Example

ONE, TWO = (Example(question=f"q{n}", answer=f"a{n}") for n in (1, 2))


class Taught:
    """A target with examples."""

    examples = (ONE, TWO)


class Untaught:
    """A target without."""


@pytest.fixture
def targets() -> Registry:
    """One target of each kind, and one that cannot be imported."""
    registry = Registry("target")
    registry.add("taught", f"{__name__}:Taught")
    registry.add("untaught", f"{__name__}:Untaught")
    registry.add("broken", "no_such_package:Target")
    return registry


def test_the_first_ones_or_all_are_shown(targets: Registry) -> None:
    """By target; nothing is shown unless it is asked for."""
    assert find_examples([("taught", None)], targets) == {"taught": (ONE, TWO)}
    assert find_examples([("taught", 1)], targets) == {"taught": (ONE,)}
    assert find_examples([], targets) == {}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            [("tought", 1)],
            (
                "target 'tought' is not registered; did you mean 'taught'? "
                "(registered: broken, taught, untaught)"
            ),
        ),
        ([("untaught", 1)], "the target 'untaught' has no examples (has some: taught)"),
        (
            [("taught", 3)],
            "3 examples of the target 'taught' are wanted, and it has 2; ask for fewer",
        ),
        ([("taught", 1), ("taught", 2)], "the target 'taught' is named twice; name it once"),
        (
            [("broken", None)],
            (
                "target 'broken' is registered as 'no_such_package:Target', "
                "which cannot be imported: No module named 'no_such_package'"
            ),
        ),
    ],
)
def test_what_cannot_be_shown_is_one_line(
    targets: Registry, wanted: list[tuple[str, int | None]], message: str
) -> None:
    """It says who wants it, what is wrong, and what would do."""
    with pytest.raises(UsageError) as raised:
        find_examples(wanted, targets)
    assert str(raised.value) == f"--llm-few-shot: {message}"
    with pytest.raises(UsageError, match=r"^replay/r: "):
        find_examples(wanted, targets, source="replay/r")
