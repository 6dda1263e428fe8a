"""A submission in C++ as checks see it: its functions, called in a guarded process."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from pytest_llmgen.errors import Crashed, OutOfMemory, RuleBroken, SubmissionError
from pytest_llmgen.sandbox.profile import NATIVE, PROGRAM
from pytest_llmgen.targets.cpp_values import (
    DecodeError,
    decode_arguments,
    decode_outputs,
    encode_arguments,
    shorten_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pytest_llmgen.challenge import Limits
    from pytest_llmgen.sandbox.child import Child
    from pytest_llmgen.sandbox.sandbox import Sandbox
    from pytest_llmgen.targets.cpp_signature import Function, Interface
    from pytest_llmgen.targets.distortion import Distortion

SANITIZED_SLOWDOWN = 3.0
"""All calls of a sanitized run together may take this many times the seconds of one call."""

RUNNER = "pytest_llmgen.targets.native_runner"
_CPU_S = 24 * 3600
"""Of a process that serves many calls: the deadline of each is what limits it."""
_NO_RESULT = "it ended without a valid result"


class Runner(Protocol):
    """What calls a function of a submission."""

    def start(self) -> None:
        """Get ready.

        Raises:
            SubmissionError: By what the submission does when it is loaded.
        """

    def rows(self, function: int, rows: Sequence[bytes]) -> Iterator[bytes]:
        """Outputs of one call per row of encoded arguments, until one fails.

        Raises:
            SubmissionError: By the call that fails.
        """

    def close(self) -> None:
        """End its process."""


class CppLibrary:
    """One build of a submission. Its calls share a process until one of them fails."""

    def __init__(
        self,
        interface: Interface,
        runner: Runner,
        *,
        warnings: str,
        notes: dict[str, Any],
        sanitize: Callable[[], Runner],
    ) -> None:
        """Prepare; the process starts with the first call."""
        self._interface = interface
        self._runner = runner
        self._sanitize = sanitize
        self._family: list[CppLibrary] = []
        self.warnings = warnings
        """What g++ says with -Wall and -Wextra of a source that it takes; empty if nothing."""
        self.notes = notes
        """Facts for the record."""
        self.distortion: Distortion | None = None
        """See `Artifact`."""

    def load(self) -> None:
        """Load it and run the initializers of its globals; the first call does so too.

        Raises:
            SubmissionError: By one that fails.
        """
        self._runner.start()

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a function that the task declares.

        Args:
            name: The function.
            arguments: One per parameter, those passed by reference too: bool, int, float, str of
                one character for `char`; str or bytes for `std::string`; any sequence, or an array
                of exactly the declared dtype, for `std::vector`; a tuple or a dict for a struct.

        Returns:
            The result, and after it what the function left in each parameter passed by `&`: None if
            there is nothing of these, the value if it is one, else a tuple. A vector of numbers is
            an array, any other vector a list, a struct a named tuple, and a string a str in which
            bytes that are no UTF-8 are lone surrogates.

        Raises:
            Crashed: It threw, died of a signal or called exit.
            TimedOut: It used up its time.
            OutOfMemory: It asked for more memory than its limit.
            UsageError: An argument is not of the declared type.
        """
        return self.call_rows(name, [arguments])[0]

    def call_rows(self, name: str, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """Call a function once per row of arguments, each with its own time; see `call`."""
        index = self._interface.index(name)
        function = self._interface.functions[index]
        rows = list(rows)
        encoded = [encode_arguments(function, row) for row in rows]
        results: list[Any] = []
        try:
            for data in self._runner.rows(index, encoded):
                results.append(decode_outputs(function, data))  # noqa: PERF401 - keeps those before a failure
        except (SubmissionError, DecodeError) as error:
            fault = error if isinstance(error, SubmissionError) else Crashed(_NO_RESULT)
            place = f"call {len(results) + 1} of {len(rows)}: " if len(rows) > 1 else ""
            arguments = ", ".join(map(shorten_value, rows[len(results)]))
            fault.add_note(f"in {place}{name}({arguments})")
            raise fault from None
        if self.distortion is None:
            return results
        return [
            _distorted(self.distortion, function, result, decode_arguments(function, data))
            for result, data in zip(results, encoded, strict=True)
        ]

    def sanitized(self) -> CppLibrary:
        """The same functions, compiled to stop at undefined behaviour.

        Each `call` or `call_rows` of it runs in a process of its own under AddressSanitizer,
        UndefinedBehaviorSanitizer and the assertions of libstdc++. What one of them finds raises
        `RuleBroken`: the result may have been right.
        """
        library = CppLibrary(
            self._interface,
            self._sanitize(),
            warnings=self.warnings,
            notes=self.notes,
            sanitize=self._sanitize,
        )
        library.distortion = self.distortion
        self._family.append(library)
        return library

    def close(self) -> None:
        """End the process."""
        self._runner.close()
        while self._family:
            self._family.pop().close()


def _distorted(
    distortion: Distortion, function: Function, outputs: Any, arguments: list[Any]
) -> Any:
    """What stands for the outputs of a call, in the form of `decode_outputs`."""
    count = len(function.outputs)
    if count == 0:
        return None
    values = [outputs] if count == 1 else list(outputs)
    returned = [] if function.result is None else [distortion.result(values.pop(0), arguments)]
    before = [
        argument
        for parameter, argument in zip(function.parameters, arguments, strict=True)
        if parameter.passing == "&"
    ]
    distorted = (*returned, *map(distortion.contents, values, before))
    return distorted[0] if count == 1 else distorted


class InChild:
    """Loads a shared library into a forked child, and again into a new one after a failure."""

    def __init__(self, sandbox: Sandbox, binary: bytes, limits: Limits) -> None:
        """Keep the library; nothing starts yet."""
        self._sandbox = sandbox
        self._binary = binary
        self._limits = limits
        self._profile = replace(
            NATIVE, scratch=False, cpu_s=_CPU_S, memory_bytes=limits.memory_bytes
        )
        self._child: Child | None = None

    def start(self) -> None:
        """See `Runner`."""
        if self._child is None:
            self._child = self._sandbox.open(self._profile, RUNNER)
            self._request(self._child, {}, self._binary)

    def rows(self, function: int, rows: Sequence[bytes]) -> Iterator[bytes]:
        """See `Runner`."""
        for row in rows:
            self.start()
            assert self._child is not None
            header, data = self._request(self._child, {"function": function}, row)
            yield _returned(header.get("outcome"), data)

    def close(self) -> None:
        """See `Runner`."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _request(
        self, child: Child, header: dict[str, Any], blob: bytes
    ) -> tuple[dict[str, Any], bytes]:
        try:
            return child.request(header, blob, timeout_s=self._limits.wall_s)
        except SubmissionError as error:
            log = child.log.strip()
            if isinstance(error, Crashed) and log:
                # What the library of C or C++ says before it aborts, or the submission itself.
                words = " ".join(" ".join(log.splitlines()[-2:]).split())
                error.add_note(f"the last that it printed: {words[:500]}")
            self.close()
            raise


class InProgram:
    """Runs an executable once for all rows."""

    def __init__(self, sandbox: Sandbox, binary: bytes, limits: Limits) -> None:
        """Keep the executable; nothing starts yet."""
        self._sandbox = sandbox
        self._binary = binary
        self._limits = limits

    def start(self) -> None:
        """See `Runner`; each run starts anew."""

    def rows(self, function: int, rows: Sequence[bytes]) -> Iterator[bytes]:
        """See `Runner`."""
        finished = self._sandbox.run(
            ["./program"],
            replace(PROGRAM, cpu_s=_CPU_S),
            files={
                "program": self._binary,
                "rows": b"".join(_PAIR.pack(function, len(row)) + row for row in rows),
            },
            outputs=["results"],
            timeout_s=SANITIZED_SLOWDOWN * self._limits.wall_s,
        )
        results = finished.outputs.get("results", b"")
        at = 0
        for _ in rows:
            if len(results) - at < _PAIR.size:
                raise _report(finished.log)
            outcome, length = _PAIR.unpack_from(results, at)
            at += _PAIR.size + length
            yield _returned(outcome, results[at - length : at])

    def close(self) -> None:
        """See `Runner`."""


_PAIR = struct.Struct("<QQ")


def _returned(outcome: Any, data: bytes) -> bytes:
    """The outputs of a call that returned.

    Raises:
        SubmissionError: If it did not.
    """
    if outcome == 0:
        return data
    if outcome == 1:
        raise Crashed(f"it threw {data[:500].decode('utf-8', 'replace')}")
    if outcome == 2:
        raise OutOfMemory("it threw std::bad_alloc: it asked for more memory than there is")
    raise Crashed(_NO_RESULT)


_FINDING = re.compile(
    r"^(?P<where>\S+:\d+:\d+: runtime error: .*)$"
    r"|: (?P<assertion>Assertion '.*' failed)\.$"
    r"|ERROR: (?P<error>AddressSanitizer: .*?)(?: on .*| \(.*)?$",
    re.MULTILINE,
)
_FRAME = re.compile(r"^ +#\d+ \w+ in .* \S*(?P<place>source\.cpp:\d+)", re.MULTILINE)


def _report(log: str) -> SubmissionError:
    """The first finding of a sanitizer, with its line; without any, the process just died."""
    found = _FINDING.search(log)
    if found is None:
        return Crashed(_NO_RESULT)
    words = found["where"] or found["assertion"] or found["error"]
    frame = None if found["where"] else _FRAME.search(log, found.end())
    return RuleBroken(words if frame is None else f"{words} at {frame['place']}")
