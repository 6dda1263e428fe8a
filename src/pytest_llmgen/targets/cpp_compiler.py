"""g++ in the sandbox: what it makes of a submission, and its words."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.errors import BuildFailed, HarnessError, SubmissionError
from pytest_llmgen.sandbox import frames
from pytest_llmgen.sandbox.child import words_for
from pytest_llmgen.sandbox.profile import COMPILER
from pytest_llmgen.targets import build_cache
from pytest_llmgen.targets.cpp_shim import MAIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_llmgen.challenge import CppOptions
    from pytest_llmgen.sandbox.sandbox import Finished, Sandbox

COMPILE_S = 60.0
"""Longest time for one run of g++."""
MAX_ERRORS = 5

_COMMON = (
    *("-ffp-contract=off", "-Wall", "-Wextra", f"-fmax-errors={MAX_ERRORS}"),
    "-fconstexpr-ops-limit=4000000",  # the default takes g++ half a minute
)
_LIBRARY = ("-fPIC", "-shared", "-Wl,-z,defs", "-o", "library.so", "shim.cpp")
_SANITIZED = (
    "-g1",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
    "-D_GLIBCXX_ASSERTIONS",
    "-pthread",
    "-o",
    "program",
    "shim.cpp",
    "program.cpp",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What g++ made."""

    binary: bytes
    warnings: str


class CppCompiler:
    """Runs g++ in a sandbox; what it made before comes from the cache."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Take the sandbox to run it in."""
        self._sandbox = sandbox

    def library(self, files: Mapping[str, bytes], options: CppOptions) -> Compiled:
        """Compile a shared library.

        Args:
            files: As `cpp_shim.files` gives them.
            options: How.

        Raises:
            BuildFailed: With the words of g++.
        """
        level = f"-{options.optimization}"
        return self._made(files, (f"-std={options.standard}", level, *_COMMON, *_LIBRARY))

    def sanitized(self, files: Mapping[str, bytes], options: CppOptions) -> bytes:
        """Compile an executable that stops at undefined behaviour.

        Raises:
            HarnessError: If it does not compile, although the library did.
        """
        files = {**files, "program.cpp": MAIN.encode()}
        argv = (f"-std={options.standard}", "-O1", *_COMMON, *_SANITIZED)
        try:
            return self._made(files, argv).binary
        except BuildFailed as error:
            raise HarnessError(f"it does not compile with sanitizers: {error}") from error

    def _made(self, files: Mapping[str, bytes], argv: Sequence[str]) -> Compiled:
        key = _key(self._sandbox.tier, files, argv)
        if (stored := build_cache.load(key)) is not None:
            header, binary = frames.read(io.BytesIO(stored).read)
            return Compiled(binary=binary, warnings=header["warnings"])
        output = argv[argv.index("-o") + 1]
        finished = self._run(argv, files, [output])
        if output not in finished.outputs:
            if not finished.log.strip():
                raise HarnessError(f"g++ {words_for(finished.status)} and said nothing")
            raise BuildFailed(self._why(finished.log, files, argv))
        warnings = tidied(finished.log)
        compiled = Compiled(binary=finished.outputs[output], warnings=warnings)
        build_cache.store(key, frames.encode({"warnings": warnings}, compiled.binary))
        return compiled

    def _why(self, log: str, files: Mapping[str, bytes], argv: Sequence[str]) -> str:
        """The words of g++ on the submission alone, else on how it fits what the task declares."""
        alone = [*argv[: argv.index("-o")], "-fsyntax-only", "submission.cpp"]
        words = tidied(self._run([flag for flag in alone if flag != "-shared"], files, []).log)
        if ": error: " not in words and ": fatal error: " not in words:
            misfit = "shim.cpp:" in log or "undefined reference to" in log
            return f"{NOT_AS_DECLARED}\n{tidied(log)}" if misfit else tidied(log)
        return f"{NO_MAIN}\n{words}" if 'poisoned "main"' in words else words

    def _run(
        self, argv: Sequence[str], files: Mapping[str, bytes], outputs: Sequence[str]
    ) -> Finished:
        try:
            return self._sandbox.run(
                ["g++", *argv], COMPILER, files=files, outputs=outputs, timeout_s=COMPILE_S
            )
        except SubmissionError as error:
            raise BuildFailed(f"g++ could not compile it: {error}") from error


NOT_AS_DECLARED = "a function that the task declares is not defined, or not with exactly its types:"
NO_MAIN = "do not define main:"


@functools.cache
def version() -> str:
    """What g++ says of itself, in one line."""
    done = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=False)  # noqa: S607 - whichever is first in PATH
    return done.stdout.partition("\n")[0]


def _key(tier: str, files: Mapping[str, bytes], argv: Sequence[str]) -> str:
    """What the result depends on; in a lower tier a source can have included what it must not."""
    digest = hashlib.sha256()
    named = (part for pair in sorted(files.items()) for part in pair)
    for part in (version(), tier, *argv, *named):
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


# What g++ says

_FROM = re.compile(
    r"^(?:In file included|  +) +from (?:submission|shim)\.cpp:\d+[,:]\n", re.MULTILINE
)
_PLACES = re.compile(r"/usr/(?:include|lib)/\S*?(?:c\+\+/\d+|/include)/|/usr/include/|/usr/bin/")
_TEMPORARY = re.compile(r"/\S*/cc\w+\.([os])")
_QUOTES = str.maketrans("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}", "''")
_FOREIGN = re.compile(r"^(?:In file included from +| +from +)?(?P<file>/[^\s:]+):\d+", re.MULTILINE)
_OURS = frozenset({"source.cpp", "submission.cpp", "shim.cpp"})
_START = re.compile(
    r"^(?P<file>[^\s:]+):(?:\d+:)*(?:\d+:)? (?P<kind>fatal error|error|warning|note): ",
    re.MULTILINE,
)


def tidied(log: str) -> str:
    """The words of g++ without paths of this machine, and without notes on library headers."""
    log = _PLACES.sub("", _TEMPORARY.sub(r"submission.\1", log.translate(_QUOTES)))
    if foreign := _FOREIGN.search(log):  # its lines would be quoted, and the model shown them
        return f"source.cpp: error: {foreign['file']} is no header of the standard library"
    kept: list[str] = []
    context: list[str] = []
    dropping = False
    for line in _FROM.sub("", log).splitlines():
        found = _START.match(line)
        if found is None and not line.startswith(" "):
            context.append(line)
            continue
        if found is not None:
            # Past a first note on a header come the other candidates that were not meant either.
            dropping = found["kind"] == "note" and (dropping or found["file"] not in _OURS)
            kept += [] if dropping else context
            context = []
        if not dropping:
            (context or kept).append(line)
    return "\n".join(kept + context).strip()
