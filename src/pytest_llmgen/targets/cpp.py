"""Target `cpp`: C++ functions, compiled by g++ and called in a guarded process."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from pytest_llmgen.errors import BuildFailed, UsageError
from pytest_llmgen.extraction import CodeForm
from pytest_llmgen.sandbox import shared
from pytest_llmgen.targets import cpp_shim
from pytest_llmgen.targets.cpp_signature import parse_interface

if TYPE_CHECKING:
    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.targets.cpp_library import CppLibrary
    from pytest_llmgen.targets.target import BuildSettings

MAX_SOURCE_BYTES = 1024 * 1024

RULES = """\
Write {standard} for g++ on 64-bit Linux, in a single fenced block that starts with ```cpp. Define
every function that the task declares under exactly its name and with exactly its types, outside
any namespace, and whatever else you need.{body} Your code is compiled right after these lines,
which you need not repeat:
```cpp
{prelude}```
Include what you need beyond that; there is only the standard library. Do not define main. Read no
input and print nothing; there are no files, threads or other processes. What a parameter passed by
non-const reference holds when the function returns is part of its result. An exception that
leaves a function fails; undefined behaviour is looked for, and lowers the score.
Each call has {wall_s:g} s and {memory} MiB of memory."""

BODY_RULE = """ You may also
write just the body: what stands between the braces of the function."""


class Cpp:
    """Builds C++ into a `CppLibrary`."""

    name = "cpp"
    suffix = ".cpp"
    distorts = True

    def __init__(self) -> None:
        """Build in the sandbox that all targets share."""
        self.form = CPP_FORM

    def rules(self, challenge: Challenge, settings: BuildSettings) -> str:
        """What every prompt for this target says after the task.

        Raises:
            UsageError: If the task declares nothing, or what cannot be passed.
        """
        del settings
        interface = parse_interface(challenge.task)
        options = challenge.cpp
        if options.body and len(interface.functions) != 1:
            raise UsageError(
                f"{challenge.id}: body=True needs a task that declares one function, and it "
                f"declares {len(interface.functions)}"
            )
        return RULES.format(
            standard=options.standard.upper(),
            body=BODY_RULE if options.body else "",
            prelude=cpp_shim.prelude(interface),
            wall_s=challenge.limits.wall_s,
            memory=challenge.limits.memory_bytes // 2**20,
        )

    def unavailable(self) -> str | None:
        """Whether g++ is missing."""
        if shutil.which("g++") is None:
            return "g++ is not installed; to get it: sudo apt-get install g++"
        return None

    def build(self, source: str, challenge: Challenge, settings: BuildSettings) -> CppLibrary:
        """Compile, with every function that the task declares.

        Raises:
            BuildFailed: With the words of g++.
        """
        # Every run loads every target's module, and these load numpy.
        from pytest_llmgen.targets.cpp_compiler import CppCompiler  # noqa: PLC0415 - see above
        from pytest_llmgen.targets.cpp_library import (  # noqa: PLC0415 - see above
            CppLibrary,
            InChild,
            InProgram,
        )

        del settings
        if len(source.encode("utf-8", "replace")) > MAX_SOURCE_BYTES:
            raise BuildFailed(f"the source is longer than {MAX_SOURCE_BYTES} bytes")
        interface = parse_interface(challenge.task)
        options, limits = challenge.cpp, challenge.limits
        body = options.body and cpp_shim.is_body(source, interface.functions[0])
        files = cpp_shim.files(interface, source, body=body)
        sandbox = shared.sandbox()
        compiler = CppCompiler(sandbox)
        compiled = compiler.library(files, options)
        return CppLibrary(
            interface,
            InChild(sandbox, compiled.binary, limits),
            warnings=compiled.warnings,
            notes={"body": True} if body else {},
            sanitize=lambda: InProgram(sandbox, compiler.sanitized(files, options), limits),
        )

    def close(self) -> None:
        """Nothing to stop: libraries end their own children."""


# How C++ looks in a reply

_BRACKETS = {")": "(", "]": "[", "}": "{"}
_HEAD = re.compile(
    r"^(?:#include\b|using\b|namespace\b|template\b|(?:struct|class)\s+\w+"
    r"|[A-Za-z_][\w:<>,&* ]*[ >&*]\w+\([^;{}]*\)[\w ]*\{?$)",
    re.MULTILINE,
)


def _plausible(text: str) -> bool:
    """Whether all brackets close, but for one more brace that may end the asked function."""
    code = cpp_shim.masked(text)
    if re.search(r"[;}]\s*$", code) is None or re.search(r"&(?:lt|gt|amp|quot);", code):
        return False
    opened: list[str] = []
    extra = 0
    for bracket in re.findall(r"[()\[\]{}]", code):
        if bracket not in _BRACKETS:
            opened.append(bracket)
        elif opened and opened[-1] == _BRACKETS[bracket]:
            opened.pop()
        elif bracket == "}" and not opened:
            extra += 1
        else:
            return False
    return not opened and extra <= 1


def _find_bare(text: str) -> str | None:
    """From the first line that begins a definition to the last that ends one."""
    head = _HEAD.search(text)
    if head is None:
        return None
    end = max(text.rfind("\n}"), text.rfind("\n};"))
    line = text.find("\n", end + 1) if end >= 0 else -1
    found = text[head.start() :] if line < 0 else text[head.start() : line]
    return found if _plausible(found) else None


CPP_FORM = CodeForm(
    tags=frozenset({"cpp", "c++", "cc", "cxx", "c", "hpp"}),
    plausible=_plausible,
    find_bare=_find_bare,
)
