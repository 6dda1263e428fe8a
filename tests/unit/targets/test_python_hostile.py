"""Submissions that try to pass without solving anything: each ends as what it is.

A submission shares its process with the runner, so it can send whatever it likes. What it sends is
only ever a value, which the parent compares, or no valid result. The next sample is unharmed.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pytest_llmgen import Callback
from pytest_llmgen.comparison import compare
from pytest_llmgen.errors import BuildFailed, Crashed, SubmissionError, WrongAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.python_samples import PythonSamples

GIVEN = np.linspace(-1.0, 2.0, 12).reshape(3, 4)
EXPECTED = GIVEN**2 + 1.0
RIGHT = "import numpy as np\n\ndef f(x):\n    return x ** 2 + 1.0\n"

TOOLS = """\
import json, struct, sys
import numpy as np

os = sys.modules["os"]

def write(data):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, data)
        except OSError:
            pass

def frame(header, blob=b""):
    text = json.dumps(header).encode()
    return struct.pack("<II", len(text), len(blob)) + text + blob

def request():
    at = sys._getframe()
    while "channel" not in at.f_locals:
        at = at.f_back
    return at.f_locals["channel"]._token

ZEROS = {"value": {"array": ["<f8", 3, 4]}}
HUGE = {"value": {"array": ["<f8", 2**40]}}
"""


def run(build: PythonSamples, source: str) -> None:
    """What a check does: call and compare, within the tolerance of the task."""
    module = build(textwrap.dedent(source))
    compare(module.call("f", GIVEN), EXPECTED, tolerance=1e-9)


@pytest.fixture(autouse=True)
def _next_sample(build: PythonSamples) -> Iterator[None]:
    """After each sample, a right one passes."""
    yield
    run(build, RIGHT)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return np.zeros_like(x)", "12 of 12 elements are wrong"),
        ("return np.full_like(x, np.nan)", "12 of 12 elements are wrong"),
        ("return x", "12 of 12 elements are wrong"),
        ("return np.float64(1.5)", "shape (), expected (3, 4)"),
        ("return (x ** 2 + 1)[:, :1]", "shape (3, 1), expected (3, 4)"),
        ("return (x ** 2 + 1).astype('f4')", "dtype float32, expected float64"),
        ("return (x ** 2 + 1).tolist()", "list [["),
        ("return None", "the result: None, expected an array of float64"),
        (
            "return np.ma.masked_array(x, mask=True)",
            "f returned an object of type numpy.ma.MaskedArray",
        ),
        ("return np.asmatrix(x ** 2 + 1)", "f returned an object of type numpy.matrix"),
        ("return (x ** 2 + 1).view(Mine)", "f returned an object of type Mine"),
        ("return (x ** 2 + 1).astype(object)", "f returned an array of dtype object"),
        ("return Equal()", "f returned an object of type Equal"),
        ("return [Equal()]", "f returned an object of type Equal"),
        ("return Real(2)", "f returned an object of type Real"),
        ("x[:] = 0\n    return x", "12 of 12 elements are wrong"),
        ("return (np.allclose, 1)[1] * x", "12 of 12 elements are wrong"),
        ("print('passed')\n    return x", "12 of 12 elements are wrong"),
    ],
)
def test_a_wrong_value_is_a_wrong_answer(build: PythonSamples, body: str, words: str) -> None:
    """However it is dressed up; its class, its masks and its `__eq__` do not come along."""
    source = f"""\
import numpy as np

np.allclose = np.array_equal = np.testing = lambda *_, **__: True

class Mine(np.ndarray):
    __eq__ = __lt__ = __le__ = lambda *_: True

class Equal:
    __eq__ = lambda *_: True
    __array__ = lambda *_: np.zeros((3, 4))

class Real(float):
    __eq__ = lambda *_: True

def f(x):
    {body}
"""
    with pytest.raises(WrongAnswer) as raised:
        run(build, source)
    assert words in str(raised.value)


def test_poisoned_numpy_does_not_make_a_right_answer_wrong(build: PythonSamples) -> None:
    """It is the child's own; the parent compares with its own."""
    run(build, f"{RIGHT}\nnp.abs = np.max = np.isfinite = np.array_equal = None")


def test_the_stack_and_the_heap_hold_no_answer(build: PythonSamples) -> None:
    """Whatever the parent knows stays there: no array but the input is found."""
    source = """
import numpy as np
import sys

def f(x):
    found = [o for o in sys.modules["gc"].get_objects() if type(o) is np.ndarray]
    at = sys._getframe()
    while at is not None:
        found += [v for v in at.f_locals.values() if type(v) is np.ndarray]
        at = at.f_back
    other = [o for o in found if o.shape == x.shape and not np.array_equal(o, x)]
    return other[0] if other else np.zeros_like(x)
"""
    with pytest.raises(WrongAnswer, match=r"got 0\.0, expected 2\.0"):
        run(build, source)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        # An answer that cannot know the token of the request
        ("write(frame(ZEROS, bytes(96)))\n    os._exit(0)", "it answers another request"),
        (
            "write(frame(dict(ZEROS, token='0' * 16), bytes(96)))\n    os._exit(0)",
            "it answers another request",
        ),
        # Answers with the right token, and no value in them
        ("write(frame({'token': request()}))\n    os._exit(0)", "valid result: 'value'"),
        (
            "write(frame({'token': request(), 'value': {'pickle': 'gASV'}}))\n    os._exit(0)",
            "a value of no known kind",
        ),
        (
            "write(frame({'token': request(), **HUGE}))\n    os._exit(0)",
            "fewer bytes than it says",
        ),
        (
            "write(frame({'token': request(), **ZEROS}, bytes(97)))\n    os._exit(0)",
            "1 bytes too many",
        ),
        (
            "write(frame({'token': request(), 'raised': 1}))\n    os._exit(0)",
            "a report of no exception",
        ),
        (
            "write(frame({'token': request(), 'callback': True, 'function': 0}))\n    os._exit(0)",
            "a call of no function",
        ),
        # No answer, or no frame
        ("os._exit(0)", "ended with status 0"),
        ("write(struct.pack('<II', 2 ** 31, 0))\n    os._exit(0)", "no valid result"),
        ("write(frame(ZEROS)[:9])\n    os._exit(0)", "ended with status 0"),
        ("write(b'\\x80\\x04' * 50)\n    os._exit(0)", "no valid result"),
        # Two answers
        (
            "write(2 * frame({'token': request(), **ZEROS}, bytes(96)))\n    os._exit(0)",
            "no valid result",
        ),
    ],
)
def test_a_forged_answer_is_no_valid_result(build: PythonSamples, body: str, words: str) -> None:
    """The exit status counts for nothing."""
    with pytest.raises(Crashed) as raised:
        run(build, f"{TOOLS}\ndef f(x):\n    {body}\n")
    assert words in str(raised.value)


def test_a_forged_call_of_a_function_is_no_valid_result(build: PythonSamples) -> None:
    """It must carry the token of the request that waits for it."""
    body = "write(frame({'token': '0' * 16, 'callback': True, 'function': 0, 'arguments': [1]}))"
    module = build(f"{TOOLS}\ndef f(x):\n    {body}\n")
    asked = Callback(abs)
    with pytest.raises(Crashed, match="it answers another request"):
        module.call("f", asked)
    assert asked.calls == 0


def test_a_well_forged_answer_is_only_a_value(build: PythonSamples) -> None:
    """It is compared like any other."""
    body = "write(frame({'token': request(), **ZEROS}, bytes(96)))\n    os._exit(0)"
    with pytest.raises(WrongAnswer, match=r"got 0\.0, expected 2\.0"):
        run(build, f"{TOOLS}\ndef f(x):\n    {body}\n")


def test_an_answer_ahead_of_the_request_is_no_valid_result(build: PythonSamples) -> None:
    """The token of the next request cannot be known, and nobody may speak without being asked."""
    source = f"{TOOLS}\ndef f(x):\n    write(frame({{'token': request(), **ZEROS}}, bytes(96)))\n"
    module = build(source)
    with pytest.raises(Crashed):
        module.call_rows("f", [(GIVEN,), (GIVEN,)])


@pytest.mark.parametrize(
    "line",
    [
        "os._exit(0)",
        "sys.exit(0)",
        "print('1 passed')\nsys.exit()",
        "write(frame({}))",
        "write(frame({'token': request()}))\nos._exit(0)",
        "write(frame({'token': request(), 'lacking': 5}))\nos._exit(0)",
        "write(frame({'token': request(), 'lacking': [[5]]}))\nos._exit(0)",
        "write(frame({'token': request(), 'raised': {'kinds': [], 'frames': []}}))\nos._exit(0)",
    ],
)
def test_what_ends_or_speaks_as_it_is_loaded_does_not_build(
    build: PythonSamples, line: str
) -> None:
    """The builder makes `build_failed` of it, whatever it raises."""
    module = build(f"{TOOLS}\ndef f(x):\n    return x ** 2 + 1.0\n{line}\n")
    with pytest.raises(SubmissionError):
        module.load()


@pytest.mark.parametrize(
    "report",
    [
        "{'kinds': ['A'], 'message': [[]], 'frames': [[10**9, 'f']]}",
        "{'kinds': ['A'], 'message': 'x', 'frames': [['1', 'f']]}",
        "{'kinds': ['A'], 'message': 'x', 'frames': {}}",
        "{'kinds': {}, 'message': 'x', 'frames': []}",
        "{'kinds': [['A']] * 10**5, 'message': 'x' * 10**6, 'frames': [[1, 'f']] * 10**5}",
        "'kinds'",
    ],
)
def test_a_forged_report_is_a_crash_of_few_words(build: PythonSamples, report: str) -> None:
    """What it says is shown to people and to models."""
    body = f"write(frame({{'token': request(), 'raised': {report}}}))\n    os._exit(0)"
    with pytest.raises(Crashed) as raised:
        run(build, f"{TOOLS}\ndef f(x):\n    {body}\n")
    assert len(str(raised.value)) < 2000


@pytest.mark.parametrize("said", ["'value': {'array': ['<f8', 0]}", "'object': 'x'"])
def test_a_forged_object_is_no_valid_result(build: PythonSamples, said: str) -> None:
    """Objects are numbered; nothing else names one."""
    body = f"write(frame({{'token': request(), {said}}}))\n    os._exit(0)"
    with pytest.raises(Crashed, match="an object without a number"):
        build(f"{TOOLS}\ndef f(x):\n    {body}\n").create("f", 1)


@pytest.mark.parametrize("both", ["[1, 2]", "[1, []]", "[1, [1, 2]]"])
def test_a_forged_list_of_arguments_is_no_valid_result(build: PythonSamples, both: str) -> None:
    """A call in place brings back what was returned, and the arguments, as many as went in."""
    body = f"write(frame({{'token': request(), 'value': {both}}}))\n    os._exit(0)"
    with pytest.raises(Crashed, match="the arguments did not come back"):
        build(f"{TOOLS}\ndef f(x):\n    {body}\n").call_in_place("f", 1)


def test_exit_in_a_call_is_a_crash(build: PythonSamples) -> None:
    """With any status."""
    with pytest.raises(Crashed, match="SystemExit: 0"):
        run(build, "import sys\ndef f(x):\n    sys.exit(0)\n")


def test_an_exception_that_lies_of_itself_is_a_crash(build: PythonSamples) -> None:
    """Its text is asked for in the child."""
    source = """
class Odd(Exception):
    def __str__(self):
        raise SystemExit(0)

def f(x):
    raise Odd
"""
    with pytest.raises(Crashed, match="Odd: its text cannot be had: SystemExit"):
        run(build, source)


def test_classes_that_lie_of_themselves_do_not_build(build: PythonSamples) -> None:
    """What the runner asks of a submission runs the submission's code."""
    source = (
        "class Lie:\n    def __getattr__(self, name):\n        raise SystemExit(name)\nf = Lie()"
    )
    with pytest.raises(BuildFailed, match="but f is no function"):
        build(source).load()
