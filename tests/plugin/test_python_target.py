"""A challenge for the target `python`, from its text to the verdicts of right and wrong answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.lab import Lab

CHALLENGE = '''\
"""Three parts of a small toolbox.

`def bisect(f, low: int, high: int) -> int` returns the smallest n in low..high (both included) for
which f(n) is true. f is false up to some n, and true from there to high. Call f at most 40 times,
and only with integers from low to high.

`def halve(values: numpy.ndarray) -> None` halves every element of an array of float64, in place.

```python
class Window:
    def __init__(self, size: int) -> None: ...
    def add(self, value: int) -> list[int]: ...
```

`Window.add` returns the last `size` values that were added, the oldest first.
"""

import numpy as np
import pytest

from pytest_llmgen import (
    Callback, Limits, PythonModule, Raised, Submission, challenge, compare,
)

pytestmark = challenge(
    target="python", tier="tools", limits=Limits(wall_s=2.0, memory_bytes=64 * 2**20)
)


def test_bisect(submission: Submission[PythonModule]) -> None:
    """Ends of the range, a long one, and a range of one; the contract of f is kept."""
    module = submission.build()
    for low, high, wanted in [(0, 9, 4), (0, 9, 0), (-5, 10**9, 10**9), (7, 7, 7)]:
        asked = Callback(
            lambda n, wanted=wanted: n >= wanted,
            limit=40,
            check=lambda n, low=low, high=high: type(n) is int and low <= n <= high,
        )
        assert module.call("bisect", asked, low, high) == wanted


def test_halve(submission: Submission[PythonModule], rng: np.random.Generator) -> None:
    """The array that was passed holds the result; an empty one is fine."""
    module = submission.build()
    for size in (0, 1, 1001):
        values = rng.normal(size=size)
        _, (after,) = module.call_in_place("halve", values)
        compare(after, values / 2, what=f"{size} elements")


def test_window(submission: Submission[PythonModule]) -> None:
    """Two windows at once."""
    module = submission.build()
    wide, narrow = module.create("Window", 3), module.create("Window", 1)
    for n in range(6):
        compare(wide.call("add", n), list(range(max(0, n - 2), n + 1)))
        compare(narrow.call("add", n), [n])
'''

REFERENCE = """\
from collections import deque


def bisect(f, low, high):
    while low < high:
        middle = (low + high) // 2
        if f(middle):
            high = middle
        else:
            low = middle + 1
    return low


def halve(values):
    values /= 2


class Window:
    def __init__(self, size):
        self.values = deque(maxlen=size)

    def add(self, value):
        self.values.append(value)
        return list(self.values)
"""

ACCEPT = REFERENCE.replace("values /= 2", "values[:] = values * 0.5").replace(
    "return low", "import numpy as np\n    return np.int64(low)"
)


def _reject(check: str, verdict: str, old: str, new: str) -> str:
    """The reference with a mistake."""
    assert old in REFERENCE
    return f"# reject: {check} {verdict} - for the test\n{REFERENCE.replace(old, new)}"


REJECTS = {
    "wrong_answer": _reject("test_window", "wrong_answer", "maxlen=size", "maxlen=3"),
    "not_in_place": _reject("test_halve", "wrong_answer", "values /= 2", "return values / 2"),
    "strange_object": _reject(
        "test_window", "wrong_answer", "list(self.values)", "iter(self.values)"
    ),
    "crashed": _reject("test_window", "crashed", "self.values.append", "self.items.append"),
    "exits": _reject(
        "test_halve", "crashed", "values /= 2", "import sys; sys.modules['os']._exit(0)"
    ),
    "timed_out": _reject(
        "test_bisect", "timed_out", "low = middle + 1", "low = middle\n            while True: pass"
    ),
    "out_of_memory": _reject("test_halve", "out_of_memory", "values /= 2", "bytearray(10**10)"),
    "output_flood": _reject(
        "test_halve", "output_flood", "values /= 2", "while True: print('x' * 9999)"
    ),
    "too_many_calls": _reject(
        "test_bisect", "rule_broken", "(low + high) // 2", "min(low + 1000, high)"
    ),
    "outside": _reject("test_bisect", "rule_broken", "if f(middle)", "if f(high + 1)"),
    "import": _reject(
        "test_bisect", "rule_broken", "from collections", "import os\nfrom collections"
    ),
    "late_import": _reject("test_halve", "rule_broken", "values /= 2", "__import__('os')"),
    "syntax": _reject("test_bisect", "build_failed", "if f(middle):", "if f(middle)"),
    "signature": _reject("test_bisect", "build_failed", "def halve(values)", "def halve()"),
    "top_level": _reject("test_bisect", "build_failed", "class Window:", "1 / 0\nclass Window:"),
    "endless_top_level": _reject(
        "test_bisect", "build_failed", "class Window:", "while True: pass\nclass Window:"
    ),
}


def _lay_out(lab: Lab, **solutions: str) -> None:
    folder = "challenges/python/tools/toolbox"
    lab.write(f"{folder}/test_toolbox.py", CHALLENGE)
    for name, source in solutions.items():
        lab.write(f"{folder}/solutions/{name}.py", source)


def test_a_whole_challenge_proves_itself(lab: Lab, workers: tuple[str, ...]) -> None:
    """Right answers pass every check, and each wrong one fails with the verdict that it names."""
    rejects = {f"reject_{name}": source for name, source in REJECTS.items()}
    _lay_out(lab, reference=REFERENCE, accept_otherwise=ACCEPT, **rejects)
    result = lab.run("--llm-self-check", *workers)
    checks, degenerate = 3, 4
    result.assert_outcomes(passed=checks * (2 + degenerate) + len(REJECTS))
    result.stdout.fnmatch_lines(
        [f"self-check: {2 + degenerate + len(REJECTS)} solutions of 1 challenge, *, 0 not"]
    )


def test_samples_end_with_their_verdicts(lab: Lab) -> None:
    """In the record, and with words that say what went wrong and where."""
    names = ("crashed", "import", "too_many_calls", "top_level")
    _lay_out(lab, **{f"reject_{name}": REJECTS[name] for name in names})
    lab.run("--llm-model=rejects")
    assert [record["verdict"] for record in lab.records()] == [
        "crashed",
        "rule_broken",
        "rule_broken",
        "build_failed",
    ]
    crashed, imports, too_many, broken = (
        record["message"].splitlines() for record in lab.records()
    )
    assert crashed[:3] == [
        "AttributeError: 'Window' object has no attribute 'items'",
        "at solution.py:24 in add: self.items.append(value)",
        "in Window.add(0)",
    ]
    assert imports == ["it imports os in line 2, not one of the modules that it may import"]
    assert broken == [
        "Traceback (most recent call last):",
        '  File "solution.py", line 19, in <module>',
        "    1 / 0",
        "ZeroDivisionError: division by zero",
    ]
    assert too_many[:2] == [
        "it calls <lambda> more than 40 times",
        "in bisect(<lambda>, 0, 9)",
    ]


def test_a_model_is_told_of_its_traceback_and_repairs(lab: Lab) -> None:
    """Diagnostics of the build reach the next attempt's prompt."""
    _lay_out(lab)
    replies = {
        f"toolbox/s0/{attempt}": {"text": f"```python\n{REJECTS[name]}```"}
        for attempt, name in enumerate(("syntax", "import", "top_level"), start=1)
    }
    replies["toolbox/s0/4"] = {"text": f"<think>Hm.</think>\n```py\n{REFERENCE}```"}
    lab.script(m=replies)
    result = lab.run("--llm-model=script/m", "--llm-attempts=4")
    assert result.ret == 0, result.stdout.str()
    assert lab.verdicts() == ["passed"]
    first, *later = [request["prompt"] for request in lab.requests()]
    assert "Import nothing but: numpy, abc," in first
    for prompt, words in zip(
        later,
        (
            "solution.py:8: SyntaxError: expected ':'\n          if f(middle)\n",
            "it imports os in line 2, not one of the modules that it may import",
            'File "solution.py", line 19, in <module>\n    1 / 0\nZeroDivisionError',
        ),
        strict=True,
    ):
        assert words in prompt
