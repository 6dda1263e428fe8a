"""The sandboxed process in which one Python submission lives, seen from the parent.

What arrives from there may be forged: values are decoded as plain data, words are cut short.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import (
    BuildFailed,
    Crashed,
    OutOfMemory,
    RuleBroken,
    SubmissionError,
    UsageError,
    WrongAnswer,
)
from pytest_llmgen.sandbox.values import MalformedValue, UnsupportedValue, decode, encode
from pytest_llmgen.targets.python_callback import Callback, call_text
from pytest_llmgen.targets.python_imports import FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.challenge import Limits
    from pytest_llmgen.sandbox.child import Child
    from pytest_llmgen.targets.distortion import Distortion
    from pytest_llmgen.targets.python_declarations import Declaration

MAX_CHARS = 500
"""Of an exception's text, a name or a line of source."""
MAX_LINES = 20
"""Of what is lacking, of a traceback, of a class's bases."""
_NOT_ALLOWED = "not one of the modules that it may import"


class Raised(Crashed):
    """The submission raised an exception, which may be what the task asks for."""

    def __init__(self, message: str, kinds: tuple[str, ...] = ()) -> None:
        """Keep the names of the exception's classes beside its text."""
        super().__init__(message)
        self.kinds = kinds
        """Of its class and of all classes that this derives from, nearest first."""


class PythonProcess:
    """Checks, loads and calls one submission."""

    def __init__(
        self,
        child: Child,
        source: str,
        *,
        declarations: Sequence[Declaration],
        imports: Sequence[str],
        limits: Limits,
    ) -> None:
        """Take a fresh child that runs `python_runner`."""
        self._child = child
        self._source = source
        self._declarations = declarations
        self._imports = list(imports)
        self._limits = limits
        self._callbacks: list[Callback] = []
        self._loaded = False
        self.distortion: Distortion | None = None
        self.fault: SubmissionError | None = None
        """A breach of the rules, which decides the sample whatever the checks say."""

    def check(self) -> None:
        """Parse the source and look at its imports; nothing of it runs.

        Raises:
            BuildFailed: If it is no Python.
            RuleBroken: If it imports what it may not.
        """
        header = {"op": "check", "imports": self._imports}
        answer, _ = self._request(header, self._source.encode())
        if "syntax" in answer:
            raise BuildFailed(_syntax_error(answer["syntax"], self._source))
        if answer["imports"]:
            found = ", ".join(f"{name} in line {line}" for line, name in answer["imports"])
            raise RuleBroken(f"it imports {found}, {_NOT_ALLOWED}")

    def load(self) -> None:
        """Run the top level and look for what the task asks for, unless that is done.

        Raises:
            BuildFailed: If it raises an exception, or lacks something.
        """
        if self._loaded:
            return
        asked = [asdict(declaration) for declaration in self._declarations]
        header = {"op": "load", "imports": self._imports, "asked": asked}
        answer, _ = self._request(header)
        if "raised" in answer:
            raise BuildFailed(_Report(answer["raised"], self._source).traceback)
        lacking = answer.get("lacking")
        if type(lacking) is not list:
            raise self.invalid("it does not say what it lacks")
        if lacking:
            raise BuildFailed("\n".join(map(_text, lacking[:MAX_LINES])))
        self._loaded = True

    def call(
        self, header: dict[str, Any], arguments: Sequence[Any], *, timeout_s: float | None = None
    ) -> Any:
        """Call what `header` names; the value that is returned, or the number of an object.

        Raises:
            UsageError: If an argument cannot be passed.
        """
        self.load()
        plain = [None if isinstance(one, Callback) else one for one in arguments]
        try:
            form, blob = encode(plain)
        except UnsupportedValue as error:
            raise UsageError(f"{error} cannot be passed to a submission") from None
        header = {
            **header,
            "op": "call",
            "arguments": form,
            "callbacks": [
                [position, self._number_of(one)]
                for position, one in enumerate(arguments)
                if isinstance(one, Callback)
            ],
        }
        answer, blob = self._request(header, blob, timeout_s=timeout_s)
        if "refused" in answer:
            raise WrongAnswer(f"{header['name']} returned {_text(answer['refused'])}")
        if "raised" in answer:
            raise _Report(answer["raised"], self._source).error
        if header["keep"]:
            if type(answer.get("object")) is not int:
                raise self.invalid("an object without a number")
            return answer["object"]
        try:
            return decode(answer["value"], blob)
        except (KeyError, MalformedValue) as error:
            raise self.invalid(str(error)) from None

    def invalid(self, reason: str) -> Crashed:
        """End the process, which sent something that makes no sense; what is to be raised."""
        self.close()
        return Crashed(f"it ended without a valid result: {_text(reason)}")

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def _request(
        self, header: dict[str, Any], blob: bytes = b"", *, timeout_s: float | None = None
    ) -> tuple[dict[str, Any], bytes]:
        answer, blob = self._child.request(
            header, blob, timeout_s=timeout_s or self._limits.wall_s, answer=self._serve
        )
        if "broken" in answer:
            self.fault = RuleBroken(
                f"it imports {_text(answer['broken'])} while it runs, {_NOT_ALLOWED}"
            )
            raise self.fault
        return answer, blob

    # Functions of the challenge

    def _number_of(self, callback: Callback) -> int:
        if callback not in self._callbacks:
            self._callbacks.append(callback)
        return self._callbacks.index(callback)

    def _serve(self, header: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
        """Answer a call of the submission while a request of ours waits."""
        try:
            callback = self._callbacks[header["function"]]
            arguments = list(decode(header["arguments"], blob))
        except (LookupError, TypeError, MalformedValue) as error:
            raise self.invalid(f"a call of no function, {error}") from None
        try:
            form, out = encode(callback.answer(arguments))
        except SubmissionError as error:
            self.fault = error
            raise
        except UnsupportedValue as error:
            raise UsageError(f"a Callback returned {error}, which cannot be passed") from None
        except Exception as error:
            raise UsageError(
                f"{call_text(str(callback), arguments)} of the challenge failed: "
                f"{type(error).__name__}: {error}"
            ) from error
        return {"value": form}, out


def _syntax_error(words: dict[str, Any], source: str) -> str:
    """Python's words with line and caret; of a long line, the part around the caret."""
    message, line, column = words["message"], words["line"], words["column"]
    if line is None:
        return f"{FILE}: {message}"
    text = "".join(source.split("\n")[line - 1 : line])
    start = max(0, column - 80)
    marked = f"\n  {text[start : start + 100]}\n  {' ' * (column - 1 - start)}^" if column else ""
    return f"{FILE}:{line}: {message}{marked}"


class _Report:
    """What a submission's process says of an exception; it may be forged."""

    def __init__(self, report: Any, source: str) -> None:
        lines = source.split("\n")
        try:
            self._kinds = tuple(map(_text, report["kinds"][:MAX_LINES]))
            self._message = f"{self._kinds[0]}: {_text(report['message'])}".removesuffix(": ")
            self._frames = [
                (line, _text(name), _text(lines[line - 1].strip()))
                for line, name in report["frames"][-MAX_LINES:]
            ]
        except (LookupError, TypeError, ValueError):
            raise Crashed("it ended without a valid result: a report of no exception") from None

    @property
    def traceback(self) -> str:
        """In Python's words, only as far as it runs through the submission."""
        frames = [
            f'  File "{FILE}", line {line}, in {name}\n    {text}\n'
            for line, name, text in self._frames
        ]
        return f"Traceback (most recent call last):\n{''.join(frames)}{self._message}"

    @property
    def error(self) -> SubmissionError:
        """As it is raised in a check."""
        place = "".join(
            f"\nat {FILE}:{line} in {name}: {text}" for line, name, text in self._frames[-1:]
        )
        if "MemoryError" in self._kinds:
            return OutOfMemory(self._message + place)
        return Raised(self._message + place, self._kinds)


def _text(words: Any) -> str:
    """Words from the submission's side, of a bounded length, without halves of surrogate pairs."""
    if type(words) is not str:
        return "?"
    return words[:MAX_CHARS].encode(errors="replace").decode()
