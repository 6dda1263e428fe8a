"""Target `python`: a module of Python and NumPy, run by a sandboxed process."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_llmgen.errors import BuildFailed
from pytest_llmgen.extraction import CodeForm
from pytest_llmgen.sandbox import shared
from pytest_llmgen.sandbox.profile import PYTHON
from pytest_llmgen.targets.brackets import all_close
from pytest_llmgen.targets.python_declarations import parse_declarations
from pytest_llmgen.targets.python_imports import PYTHON_IMPORTS

if TYPE_CHECKING:
    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.sandbox.profile import Profile
    from pytest_llmgen.sandbox.sandbox import Sandbox
    from pytest_llmgen.targets.python_module import PythonModule
    from pytest_llmgen.targets.target import BuildSettings

MAX_SOURCE_BYTES = 1024 * 1024
_RUNNER = "pytest_llmgen.targets.python_runner"

RULES = """\
Write one complete module for Python 3.11, in a single fenced block that starts with ```python.
Define every function and class under exactly the name given in the task; it is called with
positional arguments. Return exactly the types that the task asks for: plain Python values or NumPy
arrays, no instances of subclasses or of classes of your own. Where a plain number is asked for, a
NumPy scalar of its kind is equally fine. Change arguments only where the task says so. There are no
files, threads, other processes, network or input. What is printed does not count. Each call has
{wall_s:g} s, and the module has {memory} MiB of memory beyond what NumPy needs.
{imports}"""


class Python:
    """Builds Python source into a `PythonModule`."""

    name = "python"
    suffix = ".py"
    distorts = True

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        """Build in a sandbox: the one that all share, if none is given."""
        self.form = PYTHON_FORM
        self._sandbox = sandbox

    def rules(self, challenge: Challenge, settings: BuildSettings) -> str:
        """What every prompt for this target says after the task.

        Raises:
            UsageError: If the task declares nothing.
        """
        del settings
        parse_declarations(challenge.task)
        limits = challenge.limits
        return RULES.format(
            imports=_import_rule(_imports(challenge)),
            wall_s=limits.wall_s,
            memory=limits.memory_bytes // 2**20,
        )

    def unavailable(self) -> str | None:
        """Never: the interpreter and NumPy are there.

        Raises:
            HarnessError: If there is no sandbox.
        """
        self._guard()
        return None

    def warm(self) -> None:
        """Have NumPy loaded where submissions will run."""
        self._guard().open(_profile(self._guard()), _RUNNER).close()

    def _guard(self) -> Sandbox:
        return shared.sandbox() if self._sandbox is None else self._sandbox

    def build(self, source: str, challenge: Challenge, settings: BuildSettings) -> PythonModule:
        """Check syntax and imports in a process of its own, where the module then lives.

        Raises:
            BuildFailed: With Python's words.
            RuleBroken: If it imports what it may not.
        """
        # Every run loads every target's module, and these load numpy.
        from pytest_llmgen.targets.python_module import PythonModule  # noqa: PLC0415 - see above
        from pytest_llmgen.targets.python_process import PythonProcess  # noqa: PLC0415

        del settings
        _see_that_it_is_text(source)
        sandbox = self._guard()
        profile = replace(_profile(sandbox), memory_bytes=challenge.limits.memory_bytes)
        process = PythonProcess(
            sandbox.open(profile, _RUNNER),
            source,
            declarations=parse_declarations(challenge.task),
            imports=_imports(challenge),
            limits=challenge.limits,
        )
        try:
            process.check()
        except BaseException:
            process.close()
            raise
        return PythonModule(process)

    def close(self) -> None:
        """Stop the sandbox that was given."""
        if self._sandbox is not None:
            self._sandbox.close()


def _see_that_it_is_text(source: str) -> None:
    try:
        length = len(source.encode())
    except UnicodeEncodeError:
        raise BuildFailed("the source holds half a surrogate pair, which is no character") from None
    if length > MAX_SOURCE_BYTES:
        raise BuildFailed(f"the source is longer than {MAX_SOURCE_BYTES} bytes")


def _imports(challenge: Challenge) -> tuple[str, ...]:
    return PYTHON_IMPORTS if challenge.imports is None else challenge.imports


def _profile(sandbox: Sandbox) -> Profile:
    if sandbox.children_can_import:
        return PYTHON
    return replace(PYTHON, packages=(*PYTHON.packages, "pytest_llmgen.targets.python_rare"))


def _import_rule(imports: tuple[str, ...]) -> str:
    rule = f"Import nothing but: {', '.join(imports)}." if imports else "Import nothing."
    return textwrap.fill(rule, width=100)


# How Python looks in a reply

_LEXEME = re.compile(
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''(?:\\.|[^\\])*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'"
    r"|#[^\n]*"
    r"|&(?:lt|gt|amp|quot|#\d+);"
    r"|[()\[\]{}\"']",
    re.DOTALL,
)
_DEFINES = re.compile(
    r"^(?:async\s+)?def\s+(?!test_|main\b)\w+\s*[(\[]"
    r"|^class\s+(?!Test)\w+\s*[:(\[]"
    r"|^\w+\s*(?::[^=\n]+)?=\s*lambda\b",
    re.MULTILINE,
)
"""Replies often end with a block that tries the solution out: that defines nothing, or tests."""
_STARTS = re.compile(
    r"(?:from\s+[\w.]+\s+import\s|import\s+\w|@\w|def\s+\w+\s*\(|class\s+\w+\s*[:(])"
)
_GOES_ON = re.compile(
    r"\s|$|[#@)\]}\"']"
    r"|(?:async|def|class|from|import|if|elif|else|for|while|with|try|except|finally|assert)\b"
    r"|[\w.]+(?:[(\[]|\s*[-+*/|&]?=|\s*:[^=]+=)"
)


def _plausible(text: str) -> bool:
    """Whether it defines something and ends where a statement may: brackets and strings close."""
    if _DEFINES.search(text) is None:
        return False
    code = re.sub(r"#[^\n]*$", "", text.rstrip().rpartition("\n")[2]).rstrip()
    return all_close(_LEXEME.findall(text)) and not code.endswith((":", "\\", ","))


def _find_bare(text: str) -> str | None:
    """From the first line that begins a module to the last before prose goes on."""
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if _STARTS.match(line)), None)
    if start is None:
        return None
    end = next((i for i in range(start, len(lines)) if not _GOES_ON.match(lines[i])), len(lines))
    found = "\n".join(lines[start:end]).rstrip()
    return found if _plausible(found) else None


PYTHON_FORM = CodeForm(
    tags=frozenset({"python", "py", "python3", "py3", "numpy"}),
    plausible=_plausible,
    find_bare=_find_bare,
)
