"""Target `mlir`: functions in MLIR, verified, lowered and compiled in a guarded process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_llmgen.errors import BuildFailed
from pytest_llmgen.extraction import CodeForm
from pytest_llmgen.sandbox import shared
from pytest_llmgen.targets import mlir_toolchain
from pytest_llmgen.targets.brackets import all_close
from pytest_llmgen.targets.mlir_examples import EXAMPLES
from pytest_llmgen.targets.mlir_policy import DIALECTS, MEMORY_DIALECTS
from pytest_llmgen.targets.mlir_process import RUNNER, MlirProcess
from pytest_llmgen.targets.mlir_signature import parse_functions

if TYPE_CHECKING:
    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.targets.mlir_module import MlirModule
    from pytest_llmgen.targets.target import BuildSettings

MAX_SOURCE_BYTES = 1024 * 1024

RULES = """\
Write one complete MLIR module, in the syntax of LLVM 22 or later, in a single fenced block that
starts with ```mlir. Define every function that the task declares as a func.func of exactly that
name and type, directly in the module; parameters may have other names. You may define further
functions, each with a body: there are no external functions and no attributes of functions. Use
the dialects {dialects}, and no others.
MLIR itself parses and verifies the module, lowers it to LLVM and compiles it with optimization.
Values are typed: operands have exactly the type that the operation names, f32, i32, i64 and index
are converted to each other by operations only, and a number is a value after arith.constant only.
A region of an scf operation with results ends with scf.yield, a function with return. The larger
and smaller of two floats are arith.maximumf and arith.minimumf.{memory}
Each call has {wall_s:g} s.

Example: a third of x where x is positive, else x.
```mlir
func.func @third(%x: f32) -> f32 {{
  %zero = arith.constant 0.0 : f32
  %three = arith.constant 3.0 : f32
  %positive = arith.cmpf ogt, %x, %zero : f32
  %result = scf.if %positive -> (f32) {{
    %third = arith.divf %x, %three : f32
    scf.yield %third : f32
  }} else {{
    scf.yield %x : f32
  }}
  return %result : f32
}}
```"""

MEMORY_RULE = """
A memref parameter is an array in row-major order without gaps, and memref.dim gives its sizes.
Access what is inside it only: past its end the process dies, and a write before its beginning is
found. What it holds when the function returns is part of the result: leave inputs as they are. All
that you allocate may together take {memory} MiB; it does not begin as zeros."""


class Mlir:
    """Builds MLIR into an `MlirModule`."""

    name = "mlir"
    suffix = ".mlir"
    distorts = True
    examples = EXAMPLES

    def __init__(self) -> None:
        """Build in the sandbox that all targets share."""
        self.form = MLIR_FORM
        self._toolchain = mlir_toolchain.choose()
        self.means = self._toolchain.name
        """What it builds with."""

    def rules(self, challenge: Challenge, settings: BuildSettings) -> str:
        """What every prompt for this target says after the task.

        Raises:
            UsageError: If the task declares nothing, or what cannot be passed.
        """
        del settings
        memory = any(one.memrefs for one in parse_functions(challenge.task))
        limit = challenge.limits.memory_bytes // 2**20
        return RULES.format(
            dialects=", ".join((*DIALECTS, *MEMORY_DIALECTS) if memory else DIALECTS),
            memory=MEMORY_RULE.format(memory=limit) if memory else "",
            wall_s=challenge.limits.wall_s,
        )

    def unavailable(self) -> str | None:
        """What MLIR's toolchain lacks here."""
        return self._toolchain.unavailable()

    def warm(self) -> None:
        """Have MLIR loaded where submissions will be built."""
        if self._toolchain.unavailable() is None:
            shared.sandbox().open(self._toolchain.profile, RUNNER).close()

    def build(self, source: str, challenge: Challenge, settings: BuildSettings) -> MlirModule:
        """Parse, verify, check and compile in a process of its own, where the module then lives.

        Raises:
            BuildFailed: With MLIR's words.
            RuleBroken: If it holds operations that it may not.
        """
        # Every run loads every target's module, and this one loads numpy.
        from pytest_llmgen.targets.mlir_module import MlirModule  # noqa: PLC0415 - see above

        del settings
        _see_that_it_is_text(source)
        functions = parse_functions(challenge.task)
        process = MlirProcess(
            shared.sandbox(), self._toolchain, source, functions, challenge.limits
        )
        try:
            process.start()
        except BaseException:
            process.close()
            raise
        return MlirModule(functions, process)

    def close(self) -> None:
        """Nothing to stop: modules end their own processes."""


def _see_that_it_is_text(source: str) -> None:
    try:
        length = len(source.encode())
    except UnicodeEncodeError:
        raise BuildFailed("the source holds half a surrogate pair, which is no character") from None
    if "\0" in source:
        raise BuildFailed("the source holds a NUL character")
    if length > MAX_SOURCE_BYTES:
        raise BuildFailed(f"the source is longer than {MAX_SOURCE_BYTES} bytes")


# How MLIR looks in a reply

_LEXEME = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|&(?:lt|gt|amp|quot);|->|[()\[\]{}<>"]')
_HEAD = re.compile(
    r"^[ \t]*(?:(?:builtin\.)?module\b[^\n]*\{|(?:func\.)?func\b[^\n]*@"
    r"|\"(?:builtin\.module|func\.func)\"\(\)|[#!][\w.]+ *= |memref\.global\b)",
    re.MULTILINE,
)
_DEFINES = re.compile(r"\bfunc(?:\.func)?\b[^\n@]*@[\w$.-]+\s*\(|\"func\.func\"\(\)")


def _plausible(text: str) -> bool:
    """Whether it defines a function and all brackets close."""
    return _DEFINES.search(text) is not None and all_close(_LEXEME.findall(text))


def _find_bare(text: str) -> str | None:
    """From the first line that begins a definition to the last that ends one."""
    head = _HEAD.search(text)
    if head is None:
        return None
    end = max(text.rfind("\n}"), text.rfind("\n  }"))
    line = text.find("\n", end + 1) if end >= 0 else -1
    found = text[head.start() :] if line < 0 else text[head.start() : line]
    return found if _plausible(found) else None


MLIR_FORM = CodeForm(
    tags=frozenset({"mlir"}),
    plausible=_plausible,
    find_bare=_find_bare,
)
