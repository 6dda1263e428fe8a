"""What a task asks for: functions, classes, methods, and how each is called."""

from __future__ import annotations

import pytest

from pytest_llmgen.errors import UsageError
from pytest_llmgen.targets.python_declarations import Arity, Declaration, parse_declarations

STACK = """\
Write a stack, and `def is_balanced(text: str,
    brackets: str = "()") -> bool`. The function `max` may be used, as may `a_b`.

```python
class Stack:
    def __init__(self, limit: int) -> None: ...

    def push(self, *items: int) -> None:
        \"\"\"Put items on top.\"\"\"

    size: int

def helper(): ...
```

```text
def no_python(x): ...
```
"""


def test_functions_and_classes_are_found_in_text_and_stubs() -> None:
    """A declaration in the text may be broken over lines; other blocks and backticks are prose."""
    stack, helper, balanced = parse_declarations(STACK)
    assert stack == Declaration(
        name="Stack",
        text="class Stack",
        arity=Arity(least=1, most=1),
        methods=(
            Declaration(
                name="push",
                text="def push(self, *items: int) -> None",
                arity=Arity(least=0, most=None),
            ),
        ),
    )
    assert helper == Declaration(name="helper", text="def helper()", arity=Arity(least=0, most=0))
    assert balanced == Declaration(
        name="is_balanced",
        text="def is_balanced(text: str, brackets: str='()') -> bool",
        arity=Arity(least=1, most=2),
    )


def test_a_class_without_a_constructor_may_be_made_in_any_way() -> None:
    """A class that is only named is only looked for."""
    (found,) = parse_declarations("Write `class Stack`.")
    assert found == Declaration(name="Stack", text="class Stack", methods=())


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            "Merge two lists.",
            (
                "the task declares no function or class; write each in backticks, such as "
                "`def merge(a: list[int], b: list[int]) -> list[int]`, or as stubs after ```python"
            ),
        ),
        ("`def f(x)` and `def f(y)`", "the task declares 'f' twice"),
        ("`def f(x`", "'def f(x: ...' is no Python declaration: '(' was never closed"),
        (
            "`def f(*, x)`",
            "'f' is declared with keyword-only arguments, but is called with positional ones",
        ),
    ],
)
def test_a_task_that_does_not_say_it_is_refused(task: str, message: str) -> None:
    """A mistake of the challenge's author, told as such."""
    with pytest.raises(UsageError) as refused:
        parse_declarations(task)
    assert str(refused.value) == message
