"""Target `python`: diagnostics, imports, calls, objects, callbacks, limits."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import numpy as np
import pytest
from support.python_samples import PythonSamples, challenge

from pytest_llmgen import PYTHON_IMPORTS, Callback, Raised
from pytest_llmgen.errors import (
    BuildFailed,
    Crashed,
    OutOfMemory,
    OutputFlood,
    RuleBroken,
    TimedOut,
    UsageError,
    WrongAnswer,
)
from pytest_llmgen.extraction import extract
from pytest_llmgen.sandbox.sandbox import Sandbox
from pytest_llmgen.sandbox.tier import Tier, failure
from pytest_llmgen.sandbox.values import DTYPES
from pytest_llmgen.targets.python import PYTHON_FORM, Python
from pytest_llmgen.targets.target import BuildSettings

SETTINGS = BuildSettings()
IDENTITY = "def f(x):\n    return x\n"


def _refused(build: PythonSamples, source: str, task: str = "`def f(x)`") -> str:
    """The diagnostics of a source that does not build or load."""
    with pytest.raises(BuildFailed) as raised:
        build(source, task).load()
    return str(raised.value)


# Building


def test_a_syntax_error_comes_with_line_and_caret(build: PythonSamples) -> None:
    """In Python's own words."""
    message = _refused(build, "x = 1\ndef f(x:\n    pass\n")
    assert message == ("solution.py:2: SyntaxError: '(' was never closed\n  def f(x:\n       ^")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("return 1", "solution.py:1: SyntaxError: 'return' outside function"),
        ("def f(x):\nreturn x", "IndentationError: expected an indented block"),
        ("-" * 200_000 + "1", "solution.py: the code is nested too deeply"),
        ("x = \0", "source code string cannot contain null bytes"),
        ("x = '\ud800'", "the source holds half a surrogate pair, which is no character"),
        ("#" * 1_100_000, "the source is longer than 1048576 bytes"),
    ],
)
def test_what_is_no_python_does_not_build(build: PythonSamples, source: str, words: str) -> None:
    """Whatever a model writes; deep nesting is known to crash the parser."""
    assert words in _refused(build, source)


def test_the_caret_of_a_long_line_is_shown(build: PythonSamples) -> None:
    """Without all that stands before and after."""
    line = f"x = {'1 + ' * 1000}$ {'+ 1' * 1000}"
    words, text, caret = _refused(build, line).split("\n")
    assert words == "solution.py:1: SyntaxError: invalid syntax"
    assert len(text) <= 102
    assert text[caret.index("^")] == "$"


def test_an_exception_at_the_top_level_is_told_with_its_traceback(build: PythonSamples) -> None:
    """As far as it runs through the submission."""
    source = "def f(x):\n    return [][x]\n\nTABLE = [f(n) for n in range(3)]\n"
    assert _refused(build, source).replace("<listcomp>", "<module>") == textwrap.dedent("""\
        Traceback (most recent call last):
          File "solution.py", line 4, in <module>
            TABLE = [f(n) for n in range(3)]
          File "solution.py", line 4, in <module>
            TABLE = [f(n) for n in range(3)]
          File "solution.py", line 2, in f
            return [][x]
        IndexError: list index out of range""")


STACK = (
    "```python\nclass Stack:\n    def __init__(self, limit): ...\n    def push(self, x): ...\n```"
)


@pytest.mark.parametrize(
    ("source", "task", "message"),
    [
        ("def g(x): pass", "`def f(x)`", "the task asks for `def f(x)`, and there is no f"),
        ("f = 3", "`def f(x)`", "the task asks for `def f(x)`, but f is no function"),
        (
            "def f(): pass",
            "`def f(x)`",
            "the task asks for `def f(x)`, but f() cannot be called with 1 argument",
        ),
        (
            "def f(x, y, z): pass",
            "`def f(x, y=0)`",
            "the task asks for `def f(x, y=0)`, but f(x, y, z) cannot be called with 1 argument",
        ),
        (
            "def f(x): pass",
            "`def f(x, y=0)`",
            "the task asks for `def f(x, y=0)`, but f(x) cannot be called with 2 arguments",
        ),
        (
            "def Stack(limit): pass",
            STACK,
            "the task asks for `class Stack`, but Stack is no class",
        ),
        (
            "class Stack: pass",
            STACK,
            "the task asks for `class Stack`, but Stack() cannot be called with 1 argument",
        ),
        (
            "class Stack:\n    def __init__(self, n): pass",
            STACK,
            "class Stack: the task asks for `def push(self, x)`, and there is none",
        ),
        (
            "class Stack:\n    def __init__(self, n): pass\n    def push(self): pass",
            STACK,
            (
                "class Stack: the task asks for `def push(self, x)`, but push(self) "
                "cannot be called with 1 argument"
            ),
        ),
    ],
)
def test_what_the_task_asks_for_must_be_there(
    build: PythonSamples, source: str, task: str, message: str
) -> None:
    """By its name, and with its number of parameters."""
    assert _refused(build, source, task) == message


@pytest.mark.parametrize(
    ("source", "task"),
    [
        ("f = lambda *items: items", "`def f(x, y=0)`"),
        ("def f(x, y=1, *, z=2): pass", "`def f(x)`"),
        ("f = max", "`def f(x)`"),
        ("from functools import partial\nf = partial(pow, 2)", "`def f(x)`"),
        (
            (
                "from dataclasses import dataclass\n@dataclass\nclass Stack:\n    limit: int\n"
                "    @staticmethod\n    def push(x): pass"
            ),
            STACK,
        ),
        (
            (
                "class Base:\n    def push(self, x, y=0): pass\nclass Stack(Base):\n"
                "    def __init__(self, *a): pass"
            ),
            STACK,
        ),
    ],
)
def test_it_may_be_written_in_any_way(build: PythonSamples, source: str, task: str) -> None:
    """What can be called as the task says is what it asks for."""
    build(source, task).load()


def test_the_source_is_compiled_as_if_it_stood_alone(build: PythonSamples) -> None:
    """No `from __future__` of ours; its name is not that of a program, and it is found by it."""
    source = """\
    import sys

    def f(x: int):
        return [f.__annotations__["x"] is int, __name__, sys.modules[__name__].f is f]
    """
    assert build(textwrap.dedent(source)).call("f", 1) == [True, "submission", True]


def test_a_module_of_another_sample_is_not_seen(build: PythonSamples) -> None:
    """Each build has a process of its own, and nothing in it from another."""
    first = build("import math\nmath.pi = 3\ndef f(x):\n    return math.pi * x")
    second = build("import math\ndef f(x):\n    return math.pi * x")
    assert (first.call("f", 1), second.call("f", 1)) == (3, math.pi)


# Imports


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import math, os.path",
        "from os import path",
        "def f(x):\n    try:\n        import os\n    except ImportError:\n        pass",
    ],
)
def test_an_import_that_is_not_allowed_breaks_the_rules(build: PythonSamples, source: str) -> None:
    """Wherever in the source; nothing of it has run then."""
    with pytest.raises(RuleBroken) as raised:
        build(source)
    assert str(raised.value).startswith("it imports os")


def test_imports_are_told_with_their_lines(build: PythonSamples) -> None:
    """All of them at once."""
    source = "import os\n\nfrom . import x\nfrom subprocess import run\n"
    with pytest.raises(RuleBroken) as raised:
        build(source, imports=("math",))
    assert str(raised.value) == (
        "it imports os in line 1, . in line 3, subprocess in line 4, "
        "not one of the modules that it may import"
    )


def test_a_challenge_may_allow_other_modules(build: PythonSamples) -> None:
    """More than by default, or less; what a package holds goes with it."""
    source = "import os.path\ndef f(x):\n    return os.path.basename(x)"
    module = build(source, imports=(*PYTHON_IMPORTS, "os.path"))
    assert module.call("f", "a/b") == "b"
    with pytest.raises(RuleBroken, match=r"^it imports math in line 1, "):
        build("import math", imports=())


def test_an_import_while_it_runs_breaks_the_rules_for_good(build: PythonSamples) -> None:
    """Even where the submission goes on without it."""
    source = """\
    def f(x):
        try:
            return __import__("os").getpid()
        except ImportError:
            return x
    """
    module = build(textwrap.dedent(source))
    assert module.final_fault() is None
    with pytest.raises(RuleBroken, match=r"^it imports os while it runs, not one of"):
        module.call("f", 1)
    assert isinstance(module.final_fault(), RuleBroken)


@pytest.mark.parametrize("tier", [Tier.A, Tier.B])
def test_every_allowed_module_can_be_imported(tier: Tier) -> None:
    """Also where files are out of reach; C code imports on its caller's behalf."""
    if reason := failure(tier):
        pytest.skip(f"tier {tier}: {reason}")
    lines = [f"import {name}" for name in PYTHON_IMPORTS]
    source = "\n".join(
        [
            *lines,
            "import numpy.linalg, collections.abc",
            "def f(x):",
            "    numpy.random.default_rng(0), numpy.fft.fft([1.0]), numpy.linalg.eigh([[1.0]])",
            "    decimal.Decimal(2).sqrt(), json.loads('[1]'), hashlib.sha256(b'').hexdigest()",
            "    'x'.encode('utf-16'), 'x'.encode('idna'), html.unescape('&lt;'), copy.copy([x])",
            "    numpy.polynomial.Polynomial([1.0]).roots(), numpy.ma.masked_array([1.0]).sum()",
            "    return datetime.datetime.strptime(x, '%Y-%m-%d').day",
        ]
    )
    target = Python(Sandbox(tier))
    build = PythonSamples(target)
    try:
        module = build(f"from __future__ import annotations\n{source}")
        assert module.call("f", "2024-02-29") == 29
    finally:
        build.close()
        target.close()


# Calling


def test_values_of_every_kind_go_there_and_back(build: PythonSamples) -> None:
    """With exactly their types."""
    module = build(IDENTITY)
    values: list[Any] = [None, True, -(2**100), 0.1, -0.0, math.inf, 1j, "é\n", b"\x00"]
    values += [[1, [2.5]], (1,), {1: "a", (2,): [None]}, {1, 2}, frozenset()]
    for value in values:
        got = module.call("f", value)
        assert (type(got), repr(got)) == (type(value), repr(value))
    for dtype in DTYPES.values():
        array = np.arange(6).astype(dtype).reshape(2, 3)
        got = module.call("f", array.T)
        assert (got.dtype, got.tolist()) == (dtype, array.T.tolist())
        assert type(module.call("f", dtype.type(1))) is dtype.type


def test_argument_that_cannot_be_passed_is_a_mistake_of_ours(
    build: PythonSamples,
) -> None:
    """It says nothing about the model."""
    with pytest.raises(UsageError, match=r"^an object of type object cannot be passed to a "):
        build(IDENTITY).call("f", object())


def test_what_the_submission_does_to_an_argument_stays_there(build: PythonSamples) -> None:
    """The parent's copy is the parent's."""
    given = np.arange(3)
    source = "def f(x):\n    x[:] = 7\n    return x\n"
    assert build(source).call("f", given).tolist() == [7, 7, 7]
    assert given.tolist() == [0, 1, 2]


def test_arguments_come_back_as_the_call_left_them(build: PythonSamples) -> None:
    """For functions that work in place; what was passed is untouched."""
    array, items = np.arange(3.0), [3, 1, 2]
    source = "def f(x, items, n):\n    x *= n\n    items.sort()\n    return len(items)\n"
    module = build(source, "`def f(x, items, n)`")
    result, arguments = module.call_in_place("f", array, items, 2)
    assert result == 3
    assert arguments[0].tolist() == [0.0, 2.0, 4.0]
    assert arguments[1:] == [[1, 2, 3], 2]
    assert (array.tolist(), items) == ([0.0, 1.0, 2.0], [3, 1, 2])


def test_an_exception_says_what_and_where(build: PythonSamples) -> None:
    """With its classes, so that a check can ask for it."""
    source = """\
    class Odd(ValueError):
        pass

    def f(x):
        raise Odd("no " + x)
    """
    with pytest.raises(Raised) as raised:
        build(textwrap.dedent(source)).call("f", "luck")
    assert str(raised.value) == 'Odd: no luck\nat solution.py:5 in f: raise Odd("no " + x)'
    assert raised.value.kinds == ("Odd", "ValueError", "Exception", "BaseException")
    assert raised.value.__notes__ == ["in f('luck')"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return f(x)", "RecursionError: maximum recursion depth exceeded"),
        ("raise KeyError", "KeyError\nat"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise ValueError('\\ud800' + 'x' * 10**6)", "ValueError: ?xxx"),
    ],
)
def test_any_exception_is_a_crash(build: PythonSamples, body: str, words: str) -> None:
    """And its process goes on."""
    module = build(f"def f(x):\n    {body}\ndef g():\n    return 1\n")
    with pytest.raises(Raised) as raised:
        module.call("f", 1)
    assert str(raised.value).startswith(words)
    assert len(str(raised.value)) < 1200
    assert module.call("g") == 1


def test_rows_say_which_call_failed(build: PythonSamples) -> None:
    """Of how many, and with which arguments."""
    module = build("def f(x):\n    return 12 // x\n")
    assert module.call_rows("f", [(1,), [2], (3,)]) == [12, 6, 4]
    with pytest.raises(Raised) as raised:
        module.call_rows("f", [(1,), (0,), (3,)])
    assert raised.value.__notes__ == ["in f(0)", "call 2 of 3"]


def test_items_of_a_generator_are_taken(build: PythonSamples) -> None:
    """As many as asked for, also of one that does not end; a list has items too."""
    source = "def f(x):\n    while True:\n        yield x\n        x += 1\ndef g():\n    return [1]"
    module = build(source)
    assert module.call("f", 5, take=3) == [5, 6, 7]
    assert module.call("g", take=3) == [1]
    with pytest.raises(WrongAnswer, match=r"^f returned an object of type generator\n"):
        module.call("f", 5)
    with pytest.raises(WrongAnswer, match=r"^h returned an object of type int, which has no items"):
        build("def f(x): pass\ndef h():\n    return 1").call("h", take=3)


# Objects


COUNTER = """\
class Counter:
    made = 0

    def __init__(self, start):
        self.n = start
        Counter.made += 1

    def add(self, k):
        self.n += k
        return self.n

    def digits(self):
        yield from str(self.n)

    def copy(self):
        return Counter(self.n)

    def __len__(self):
        return self.n
"""


def test_objects_live_over_several_calls(build: PythonSamples) -> None:
    """Several of them, apart from each other; methods may make more."""
    module = build(COUNTER, "`class Counter`")
    one, two = module.create("Counter", 1), module.create("Counter", 10)
    assert [one.call("add", 1), two.call("add", 1), one.call("add", 1)] == [2, 11, 3]
    copy = one.create("copy")
    assert copy.call_rows("add", [(5,), (5,)]) == [8, 13]
    assert (one.call("__len__"), two.call("digits", take=9)) == (3, ["1", "1"])
    with pytest.raises(Raised) as raised:
        one.call("add", "x")
    assert raised.value.__notes__ == ["in Counter.add('x')"]


def test_objects_of_another_build_are_new(build: PythonSamples) -> None:
    """What is kept in the module or its classes is not shared either."""
    for _ in range(2):
        module = build(f"{COUNTER}\ndef made():\n    return Counter.made\n", "`def made()`")
        module.create("Counter", 1)
        assert module.call("made") == 1


# Callbacks


SUM = "def f(x, g):\n    return sum(g(n) for n in range(x))\n"


def test_a_function_of_the_challenge_runs_here(build: PythonSamples) -> None:
    """With values that were rebuilt, and it counts its calls over all functions that get it."""
    seen: list[Any] = []

    def square(n: int) -> int:
        seen.append(n)
        return n * n

    callback = Callback(square)
    module = build(SUM, "`def f(x, g)`")
    assert module.call("f", 4, callback) == 14
    assert module.call("f", 2, callback) == 1
    assert seen == [0, 1, 2, 3, 0, 1]
    assert callback.calls == 6


def test_an_object_keeps_the_function_that_it_was_made_with(build: PythonSamples) -> None:
    """A decoder gets its step once and calls it later; arrays pass both ways."""
    source = """\
    class Decoder:
        def __init__(self, step):
            self.step = step

        def decode(self, x):
            return self.step(x) + 1
    """
    module = build(textwrap.dedent(source), "`class Decoder`")
    decoder = module.create("Decoder", Callback(lambda x: 2 * x))
    assert decoder.call("decode", np.arange(3)).tolist() == [1, 3, 5]


def _contract(n: int) -> None:
    assert n < 3, f"{n} is too large"


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (Callback(lambda n: n, limit=3), "it calls <lambda> more than 3 times"),
        (Callback(lambda: 1), "it calls <lambda>(0): too many positional arguments"),
        (
            Callback(lambda n: n, check=lambda n: n < 2),
            "it calls <lambda>(2): the task rules that out",
        ),
        (Callback(abs, check=_contract), "it calls abs(3): 3 is too large"),
        (
            Callback(abs, check=lambda n: n.shape == ()),
            "it calls abs(0): 'int' object has no attribute 'shape'",
        ),
    ],
)
def test_a_call_that_breaks_the_contract_decides_the_sample(
    build: PythonSamples, callback: Callback, message: str
) -> None:
    """Too many calls, wrong arguments, or what the check of the challenge refuses."""
    module = build(SUM, "`def f(x, g)`")
    with pytest.raises(RuleBroken) as raised:
        module.call("f", 9, callback)
    assert str(raised.value) == message
    assert module.final_fault() is raised.value


def test_a_function_may_refuse_by_itself(build: PythonSamples) -> None:
    """What it raises of ours ends the call, and the submission cannot catch it."""

    def refuse(n: int) -> int:
        raise RuleBroken(f"{n} was asked before")

    source = (
        "def f(x, g):\n    try:\n        return g(x)\n    except BaseException:\n        return 0"
    )
    module = build(source, "`def f(x, g)`")
    with pytest.raises(RuleBroken, match=r"^7 was asked before\n"):
        module.call("f", 7, Callback(refuse))


@pytest.mark.parametrize("function", [lambda _n: 1 // 0, lambda _n: object()])
def test_function_that_fails_is_a_mistake_of_ours(build: PythonSamples, function: Any) -> None:
    """A timeout of its own must not look like the model's."""
    with pytest.raises(UsageError):
        build(SUM, "`def f(x, g)`").call("f", 2, Callback(function))


def test_what_cannot_be_passed_is_refused_on_the_spot(build: PythonSamples) -> None:
    """The submission sees an ordinary exception."""
    source = """\
    def f(x, g):
        try:
            g(object())
        except TypeError as error:
            return str(error)
    """
    module = build(textwrap.dedent(source), "`def f(x, g)`")
    got = module.call("f", 1, Callback(abs))
    assert got == "an object of type object cannot be passed to this function"


# Limits


def test_an_endless_call_is_stopped(build: PythonSamples) -> None:
    """By the limit of the challenge or that of the call, and the next build is not harmed."""
    source = "def f(x):\n    while x:\n        pass\n    return x\n"
    with pytest.raises(TimedOut, match="within 1 s"):
        build(source, wall_s=1).call("f", 1)
    with pytest.raises(TimedOut, match=r"within 0\.1 s"):
        build(source).call("f", 1, timeout_s=0.1)
    assert build(source).call("f", 0) == 0


@pytest.mark.parametrize(
    "body",
    [
        "return numpy.ones(10**12)",
        "items = []\n    while True:\n        items.append(bytearray(10**7))",
        "return [None] * 10**10",
    ],
)
def test_too_much_memory_is_told_as_such(build: PythonSamples, body: str) -> None:
    """Beyond what the process starts with."""
    with pytest.raises(OutOfMemory, match="MemoryError"):
        build(f"import numpy\ndef f(x):\n    {body}\n").call("f", 1)


def test_printing_without_end_is_a_flood(build: PythonSamples) -> None:
    """A little of it counts for nothing."""
    source = (
        "def f(x):\n    while x:\n        print('y' * 100_000)\n    print('passed')\n    return x"
    )
    assert build(source).call("f", 0) == 0
    with pytest.raises(OutputFlood):
        build(source).call("f", 1)


def test_a_segmentation_fault_is_a_crash(build: PythonSamples) -> None:
    """It costs one sample."""
    source = (
        "from numpy.lib.stride_tricks import as_strided\nimport numpy\n"
        "def f(x):\n    return as_strided(numpy.zeros(1), (10**9,), (8,)).sum()\n"
    )
    module = build(source)
    with pytest.raises(Crashed, match="SIGSEGV"):
        module.call("f", 1)
    with pytest.raises(Crashed):
        module.call("f", 1)
    assert build(IDENTITY).call("f", 1) == 1


# The prompt and the reply


def test_rules_name_the_modules_and_the_limits(python: Python) -> None:
    """As the challenge has them."""
    rules = python.rules(challenge(imports=("math", "re"), wall_s=3), SETTINGS)
    assert "Import nothing but: math, re." in rules
    assert "Each call has 3 s" in " ".join(rules.split())
    assert "256 MiB" in rules
    assert "Import nothing but: numpy, abc," in python.rules(challenge(), SETTINGS)
    with pytest.raises(UsageError, match="the task declares no function or class"):
        python.rules(challenge("Sort the list."), SETTINGS)


@pytest.mark.parametrize(
    ("text", "plausible"),
    [
        ("def f(x):\n    return x", True),
        ("import math\n\nclass A:\n    pass", True),
        ("f = lambda x: x", True),
        ('def f(x):\n    """A ( bracket."""\n    return "}" + \'[\'  # {', True),
        ("def f(x): return x  # (", True),
        ("def f(x):", False),
        ("def f(x):\n    return (x", False),
        ("def f(x):\n    return x)", False),
        ('def f(x):\n    """Unfinished', False),
        ("def f(x):\n    return x &lt; 1", False),
        ("    def f(x):\n        return x", False),
        ("print(1)", False),
        ("define (it)", False),
        ("", False),
    ],
)
def test_what_looks_like_python(text: str, *, plausible: bool) -> None:
    """It defines something, is whole, and stands at the margin."""
    assert PYTHON_FORM.plausible(text) is plausible


@pytest.mark.parametrize(
    "usage",
    [
        "from solution import f\n\nprint(f(1))",
        "def main():\n    print(f(1))\n\nmain()",
        "class TestF:\n    def test_one(self):\n        assert f(1) == 1",
        "def test_f():\n    assert f(1) == 1",
    ],
)
def test_a_block_that_tries_the_solution_out_is_not_the_solution(usage: str) -> None:
    """Models like to end their replies so."""
    reply = f"Here:\n```python\n{IDENTITY}```\nExample:\n```python\n{usage}\n```\n"
    assert extract(reply, PYTHON_FORM).source == IDENTITY


@pytest.mark.parametrize("tag", ["python", "py", "python3", "numpy", "Python", ""])
def test_fences_of_python_have_many_names(tag: str) -> None:
    """Or none; code that is indented as a whole is mended."""
    indented = textwrap.indent(IDENTITY, "    ")
    for code in (IDENTITY, indented):
        assert extract(f"Sure!\n```{tag}\n{code}```\n", PYTHON_FORM).source == IDENTITY


def test_python_is_found_between_prose() -> None:
    """A reply without a fence."""
    code = "import math\n\ndef f(x):\n    return x\n\nLIMIT = 3\nclass A:\n    x: int = 1"
    reply = f"Here is the function you want:\n\n{code}\n\nIt returns x."
    assert PYTHON_FORM.find_bare(reply) == code
    assert PYTHON_FORM.find_bare("I would import it from elsewhere.") is None
