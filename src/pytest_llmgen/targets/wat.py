"""Target `wat`: WebAssembly text, compiled and run by wasmtime in another process."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from pytest_llmgen.challenge import Challenge, Signature
from pytest_llmgen.errors import BuildFailed, SubmissionError
from pytest_llmgen.extraction import CodeForm
from pytest_llmgen.sandbox.profile import COMPILER, WASM
from pytest_llmgen.sandbox.worker import Worker
from pytest_llmgen.targets.wasm_binary import WasmBinary, decode
from pytest_llmgen.targets.wasm_module import WasmModule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.sandbox.sandbox import Sandbox
    from pytest_llmgen.targets.target import BuildSettings

MAX_SOURCE_BYTES = 1024 * 1024
_HOST = "pytest_llmgen.targets.wasm_host"
_WABT_S = 10.0

RULES = """\
Write one complete WebAssembly module in the text format (WAT), in a single fenced block that
starts with ```wat. It is assembled and validated by wasmtime with SIMD enabled, without imports.
Export every function under exactly the name and with exactly the type given in the task.
Instructions are limited: a loop that does not end fails."""

MEMORY_RULES = """\
Export the module's linear memory as "memory", with at least 1 page and without a maximum: the
caller grows it. Addresses below 65536 belong to your module. The caller places arrays at or above
65536 and passes their addresses in bytes; elements lie one after another, little endian. Addresses
may be unaligned. Write nothing outside the arrays that the task tells you to write."""


class Wat:
    """Builds WebAssembly text into a `WasmModule`."""

    name = "wat"
    suffix = ".wat"
    distorts = True
    profile = WASM
    """What the process that runs its modules may use."""

    def __init__(self) -> None:
        """Prepare a worker process; it starts with the first build."""
        self.form = WAT_FORM
        self._worker = Worker(_HOST, self.profile)

    def rules(self, challenge: Challenge, settings: BuildSettings) -> str:
        """What every prompt for this target says after the task."""
        del settings
        return f"{RULES}\n{MEMORY_RULES}" if challenge.memory else RULES

    def unavailable(self) -> str | None:
        """Never: wasmtime comes with this package.

        Raises:
            HarnessError: If there is no sandbox.
        """
        _ = self._worker.sandbox
        return None

    def warm(self) -> None:
        """Start the worker process, which takes longer than a first reply may."""
        self._worker.start()

    def build(self, source: str, challenge: Challenge, settings: BuildSettings) -> WasmModule:
        """Assemble, validate and check imports and exports.

        Raises:
            BuildFailed: With the assembler's or the validator's words.
        """
        del settings
        binary = self.assemble(source, challenge)
        decoded = decoded_or_refused(binary)
        if decoded.imports:
            first = decoded.imports[0]
            raise BuildFailed(
                f'the module must import nothing, but imports "{first.module}" "{first.name}"'
            )
        check_exports(decoded, challenge)
        return WasmModule(self._worker, binary, challenge.limits)

    def close(self) -> None:
        """Stop the worker process."""
        self._worker.stop()

    def assemble(self, source: str, challenge: Challenge) -> bytes:
        """Text to a binary that validates.

        Raises:
            BuildFailed: With line and column where they can be had.
        """
        if source in _ASSEMBLED:
            return _ASSEMBLED[source]
        text = source.encode()
        if len(text) > MAX_SOURCE_BYTES:
            raise BuildFailed(f"the source is longer than {MAX_SOURCE_BYTES} bytes")
        answer, binary = self._worker.request(
            {"op": "assemble"}, text, timeout_s=challenge.limits.wall_s
        )
        if "fault" in answer and not binary:
            raise BuildFailed(answer["fault"].replace("<anon>", "source.wat"))
        if "fault" in answer:
            message = validation_message(answer["fault"], source, binary, self._worker.sandbox)
            raise BuildFailed(message)
        _keep(source, binary)
        return binary


_ASSEMBLED: dict[str, bytes] = {}
"""Binaries of sources that assemble: a sample is built ahead of its checks, and by each of them."""
_KEPT = 1024
_KEPT_CHARS = 20_000


def _keep(source: str, binary: bytes) -> None:
    if len(source) <= _KEPT_CHARS:
        _ASSEMBLED[source] = binary
        while len(_ASSEMBLED) > _KEPT:
            _ASSEMBLED.pop(next(iter(_ASSEMBLED)), None)


def decoded_or_refused(binary: bytes) -> WasmBinary:
    """The structure of a binary that validates.

    Raises:
        BuildFailed: If it uses a feature beyond what this package knows.
    """
    try:
        return decode(binary)
    except ValueError as error:
        raise BuildFailed(f"the module uses a feature that is not supported: {error}") from None


def check_exports(binary: WasmBinary, challenge: Challenge) -> None:
    """Compare a module's exports with what the task asks for.

    Raises:
        BuildFailed: If a function is missing or of another type, or the memory is not as needed.
    """
    for wanted in challenge.signatures:
        found = _exported_type(binary, wanted.name)
        if found != (wanted.parameters, wanted.results):
            raise BuildFailed(
                f"the module must export the function {wanted}; {_what_it_is(found, wanted)}"
            )
    if challenge.memory:
        _check_memory(binary)


def _exported_type(binary: WasmBinary, name: str) -> tuple[Sequence[str], Sequence[str]] | None:
    kind, _index = binary.exports.get(name, ("", -1))
    if kind != "func":
        return None
    function = binary.function_type(name)
    return function.params, function.results


def _what_it_is(found: tuple[Sequence[str], Sequence[str]] | None, wanted: Signature) -> str:
    if found is None:
        return "there is no exported function of that name"
    actual = Signature(name=wanted.name, parameters=tuple(found[0]), results=tuple(found[1]))
    return f"it is {actual}"


def _check_memory(binary: WasmBinary) -> None:
    kind, index = binary.exports.get("memory", ("", -1))
    if kind != "memory":
        raise BuildFailed('the module must export its memory as "memory"')
    memory = binary.memories[index]
    if memory.maximum is not None:
        raise BuildFailed(
            f"the memory is declared with a maximum of {memory.maximum} pages: leave that out"
        )
    if memory.minimum < 1:
        raise BuildFailed("the memory must have at least 1 page")


def validation_message(message: str, source: str, binary: bytes, sandbox: Sandbox) -> str:
    """The validator's words, with the place as closely as it can be had.

    Wasmtime names only an offset in the binary. The function and the instruction there are looked
    up; Debian's `wabt`, where it is installed, adds line and column.
    """
    lines = [f"the module does not validate: {message.strip()}"]
    if match := re.search(r"at offset (0x[0-9a-f]+)", message):
        lines += _place(binary, int(match[1], 16))
    return "\n".join(lines + second_opinion(source, sandbox))


def _place(binary: bytes, offset: int) -> list[str]:
    try:
        decoded = decode(binary)
    except ValueError:
        return []
    names = {index: name for name, (kind, index) in decoded.exports.items() if kind == "func"}
    for function in decoded.functions:
        for position, instruction in enumerate(function.body):
            if instruction.offset == offset:
                exported = (
                    f' (exported as "{names[function.index]}")' if function.index in names else ""
                )
                place = f"function {function.index}{exported}, instruction {position + 1}"
                return [f"in {place} of its body: {instruction.opcode}"]
    return []


def second_opinion(source: str, sandbox: Sandbox) -> list[str]:
    """Diagnostics with line and column from wabt's assembler, if it is installed and objects."""
    if shutil.which("wat2wasm") is None:
        return []
    command = ["wat2wasm", "--enable-all", "-", "--output=/dev/null"]
    try:
        done = sandbox.run(command, COMPILER, stdin=source.encode(), timeout_s=_WABT_S)
    except SubmissionError:  # it has no opinion: wasmtime's stands
        return []
    text = done.log[:4000]
    return [text.replace("-:", "source.wat:").strip()] if "error:" in text else []


# How WAT looks in a reply

_LEXEME = re.compile(r'"(?:\\.|[^"\\])*"|;;[^\n]*|\(;|;\)|[()]')


def _balanced_end(text: str, start: int) -> int | None:
    """Index past the bracket that closes the one at `start`; strings and comments are skipped."""
    depth = comment = 0
    for match in _LEXEME.finditer(text, start):
        lexeme = match[0]
        if lexeme == "(;":
            comment += 1
        elif lexeme == ";)":
            comment = max(0, comment - 1)
        elif comment:
            continue
        elif lexeme == "(":
            depth += 1
        elif lexeme == ")":
            depth -= 1
            if depth == 0:
                return match.end()
    return None


def _plausible(text: str) -> bool:
    start = text.find("(module")
    if start < 0:
        start = text.find("(func")
    return start >= 0 and _balanced_end(text, start) is not None


def _find_bare(text: str) -> str | None:
    start = text.rfind("(module\n")
    if start < 0:
        start = text.rfind("(module")
    end = None if start < 0 else _balanced_end(text, start)
    return None if end is None else text[start:end]


WAT_FORM = CodeForm(
    tags=frozenset({"wat", "wasm", "wast", "webassembly", "lisp", "clojure", "scheme"}),
    plausible=_plausible,
    find_bare=_find_bare,
)
