"""The child's side of the target `python`: runs what a model wrote, confined by the sandbox.

Requests come one at a time. `check` parses the source and looks at its imports, before anything of
it runs; `load` runs it and looks for what the task asks for; `call` calls a function, a method or a
class. From `load` on the submission shares this process, so whatever goes back may be forged: it is
a value for the parent to compare, or a fault, and nothing here decides anything.
"""

from __future__ import annotations

import builtins
import contextlib
import dis
import importlib
import inspect
import itertools
import socket
import sys
import traceback
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_llmgen.sandbox import frames
from pytest_llmgen.sandbox.channel import TOKEN, Channel
from pytest_llmgen.sandbox.values import UnsupportedValue, decode, encode
from pytest_llmgen.targets.python_imports import FILE, PYTHON_IMPORTS, is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_llmgen.sandbox.channel import Message

MAX_FRAMES = 8
MAX_TEXT = 4000
REHEARSALS = 20
_IMPORT_NAME = dis.opmap["IMPORT_NAME"]

_NUMPY = ("fft", "lib.stride_tricks", "linalg", "random", "typing")
_ENCODINGS = ("ascii", "cp1252", "latin_1", "utf_16", "utf_32", "utf_8_sig")
_LATER = ("_strptime", "secrets")
"""What those that may be imported import when they are used."""
_RARE = frozenset({"html"})
"""See `python_rare`."""

# The zygote imports it once, for all children.
for _name in (
    *(name for name in PYTHON_IMPORTS if name not in _RARE),
    *_LATER,
    *(f"numpy.{_part}" for _part in _NUMPY),
    *(f"encodings.{_part}" for _part in _ENCODINGS),
):
    importlib.import_module(_name)

_BUILTINS = dict(vars(builtins))
"""Those of the submission. They are copied here once, not by each child."""


def serve(channel: Channel) -> None:
    """Answer requests until the parent hangs up."""
    runner = _Runner(channel)
    while True:
        channel.send(*runner.answer(*channel.receive()))


def rehearse() -> None:
    """Serve a made-up submission: what the interpreter learns by that, no child learns again.

    It adapts code to the types that it meets, and writes that into the code. A child that does so
    copies every page that it writes to.
    """
    form, blob = encode([np.zeros((2, 3)), 1, 2.0, [True], "text"])
    asked = [{"name": "f", "text": "f()", "arity": {"least": 5, "most": 5}, "methods": None}]
    call = {"op": "call", "arguments": form, "callbacks": (), "object": None, "name": "f"}
    call |= {"take": None, "in_place": False, "keep": False}
    source = b"import numpy as np\ndef f(*items):\n    return list(items)\n"
    requests = (
        frames.encode({"op": "check", "imports": ["numpy"], TOKEN: ""}, source),
        frames.encode({"op": "load", "imports": ["numpy"], "asked": asked, TOKEN: ""}),
        *(frames.encode({**call, TOKEN: ""}, blob) for _ in range(3)),
    )
    for _ in range(REHEARSALS):
        parent, child = socket.socketpair()
        with parent, child, contextlib.suppress(EOFError):
            parent.sendall(b"".join(requests))
            parent.shutdown(socket.SHUT_WR)
            serve(Channel(child))
    del sys.modules["submission"]


class _Runner:
    """One submission and the objects that it has made."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._code: types.CodeType | None = None
        self._module = types.ModuleType("submission")
        self._objects: list[Any] = []
        self._broken: str | None = None

    def answer(self, header: dict[str, Any], blob: bytes) -> Message:
        """Do what a request asks for; what goes wrong is an answer too."""
        try:
            answer = {"check": self._check, "load": self._load, "call": self._call}[header["op"]](
                header, blob
            )
        except UnsupportedValue as error:
            answer = {"refused": str(error)}, b""
        except BaseException as error:
            answer = {"raised": _report(error)}, b""
        return answer if self._broken is None else ({"broken": self._broken}, b"")

    def _check(self, header: dict[str, Any], blob: bytes) -> Message:
        source = blob.decode()
        try:
            self._code = compile(source, FILE, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return {"syntax": _syntax_report(error)}, b""
        imports = sorted(
            [line, name]
            for line, name in _imports(self._code)
            if not is_allowed(name, header["imports"])
        )
        return {"imports": imports}, b""

    def _load(self, header: dict[str, Any], _blob: bytes) -> Message:
        assert self._code is not None
        sys.modules[self._module.__name__] = self._module
        vars(self._module).update(
            {"__file__": FILE, "__builtins__": self._builtins(header["imports"])}
        )
        exec(self._code, vars(self._module))  # noqa: S102 - what this process is for
        lacking = [
            text for asked in header["asked"] if (text := _lack(self._module, asked)) is not None
        ]
        return {"lacking": lacking}, b""

    def _builtins(self, allowed: Sequence[str]) -> dict[str, Any]:
        """Python's, but for imports by the submission's own code."""

        def guarded(
            name: str,
            globals: Mapping[str, Any] | None = None,  # noqa: A002 - as Python calls it
            locals: Mapping[str, Any] | None = None,  # noqa: A002
            fromlist: Sequence[str] | None = (),
            level: int = 0,
        ) -> Any:
            # Python's own C code, such as strptime's, imports on behalf of its caller; it passes
            # a list, which no import statement does.
            if type(fromlist) is not list and not is_allowed(name, allowed):
                self._broken = name
                raise ImportError(f"{name} may not be imported")
            return builtins.__import__(name, globals, locals, fromlist or (), level)

        _BUILTINS["__import__"] = guarded
        return _BUILTINS

    def _call(self, header: dict[str, Any], blob: bytes) -> Message:
        arguments = decode(header["arguments"], blob)
        callbacks = dict(header["callbacks"])
        for position, number in callbacks.items():
            arguments[position] = self._callback(number)
        owner = self._module if header["object"] is None else self._objects[header["object"]]
        result = getattr(owner, header["name"])(*arguments)
        if header["keep"]:
            self._objects.append(result)
            return {"object": len(self._objects) - 1}, b""
        if header["take"] is not None:
            result = list(itertools.islice(_iterator(result), header["take"]))
        if header["in_place"]:
            for position in callbacks:
                arguments[position] = None
            result = [result, arguments]
        form, out = encode(result)
        return {"value": form}, out

    def _callback(self, number: int) -> Callable[..., Any]:
        """A function whose calls run in the parent."""

        def callback(*arguments: Any) -> Any:
            try:
                form, blob = encode(list(arguments))
            except UnsupportedValue as error:
                raise TypeError(f"{error} cannot be passed to this function") from None
            header, blob = self._channel.call_back({"function": number, "arguments": form}, blob)
            return decode(header["value"], blob)

        return callback


def _syntax_report(error: Exception) -> dict[str, Any]:
    """What the parser says, and where."""
    words = str(error) or "the code is nested too deeply"
    line = column = None
    if isinstance(error, SyntaxError):
        words, line, column = f"{type(error).__name__}: {error.msg}", error.lineno, error.offset
    return {"message": words[:MAX_TEXT], "line": line, "column": column}


def _imports(code: types.CodeType) -> Iterator[tuple[int, str]]:
    """Line and name of every module that import statements name.

    They are read off the compiled code: a syntax tree would cost a child as much again.
    """
    if _IMPORT_NAME in code.co_code[::2]:
        last: list[Any] = [0, 0]  # how far up a relative import goes, and the names to be taken
        for instruction in dis.get_instructions(code):
            if instruction.opname == "IMPORT_NAME" and instruction.positions is not None:
                yield instruction.positions.lineno or 0, "." * last[0] + instruction.argval
            last = [last[1], instruction.argval]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _imports(constant)


def _iterator(value: Any) -> Iterator[Any]:
    try:
        return iter(value)
    except TypeError:
        kind = type(value).__qualname__
        raise UnsupportedValue(f"an object of type {kind}, which has no items to take") from None


# What the task asks for


def _lack(module: types.ModuleType, asked: dict[str, Any]) -> str | None:
    """Why a module does not provide what is asked, in words; None if it does."""
    wanted, name = f"the task asks for `{asked['text']}`", asked["name"]
    if not hasattr(module, name):
        return f"{wanted}, and there is no {name}"
    found, methods = getattr(module, name), asked["methods"]
    if methods is None:
        if not callable(found):
            return f"{wanted}, but {name} is no function"
        return _miscount(found, asked, bound=0)
    if not isinstance(found, type):
        return f"{wanted}, but {name} is no class"
    lacks = (_lacking_method(found, method) for method in methods)
    return _miscount(found, asked, bound=0) or next(filter(None, lacks), None)


def _lacking_method(kind: type, asked: dict[str, Any]) -> str | None:
    missing = object()
    found = inspect.getattr_static(kind, asked["name"], missing)
    if found is missing:
        return f"class {kind.__name__}: the task asks for `{asked['text']}`, and there is none"
    bound = 0 if isinstance(found, staticmethod | classmethod) else 1
    text = _miscount(getattr(kind, asked["name"]), asked, bound=bound)
    return None if text is None else f"class {kind.__name__}: {text}"


def _miscount(function: Any, asked: dict[str, Any], *, bound: int) -> str | None:
    """Why a function cannot be called as it is asked to be."""
    if asked["arity"] is None:
        return None
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some of Python's own have none
        return None
    least, most = asked["arity"]["least"], asked["arity"]["most"]
    for count in (least, least if most is None else most):
        try:
            signature.bind(*[None] * (bound + count))
        except TypeError:
            return (
                f"the task asks for `{asked['text']}`, but {asked['name']}{signature} "
                f"cannot be called with {count} argument{'s' * (count != 1)}"
            )
    return None


def _report(error: BaseException) -> dict[str, Any]:
    """An exception, and where in the submission it arose."""
    frames = [
        [line, frame.f_code.co_name]
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == FILE
    ]
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException as worse:
        message = f"its text cannot be had: {type(worse).__name__}"
    return {
        "kinds": [kind.__name__ for kind in type(error).__mro__[:-1]],
        "message": message,
        "frames": frames[-MAX_FRAMES:],
    }
