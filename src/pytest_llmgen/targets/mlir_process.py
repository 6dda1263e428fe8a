"""The sandboxed process in which one MLIR submission is built and lives, seen from the parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import (
    BuildFailed,
    Crashed,
    OutOfMemory,
    RuleBroken,
    SubmissionError,
    TimedOut,
)
from pytest_llmgen.targets.mlir_diagnostics import Refused, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.challenge import Limits
    from pytest_llmgen.sandbox.child import Child
    from pytest_llmgen.sandbox.sandbox import Sandbox
    from pytest_llmgen.targets.mlir_signature import Function
    from pytest_llmgen.targets.mlir_toolchain import Toolchain

BUILD_S = 10.0
"""Longest time for parsing, verifying, lowering and compiling: usually they take 20 ms."""
RUNNER = "pytest_llmgen.targets.mlir_runner"


class MlirProcess:
    """A child that has the source built; after a failure a new one is made for the next call."""

    def __init__(
        self,
        sandbox: Sandbox,
        toolchain: Toolchain,
        source: str,
        functions: Sequence[Function],
        limits: Limits,
    ) -> None:
        """Keep what it takes to build; nothing starts yet."""
        self._sandbox = sandbox
        self._toolchain = toolchain
        self._source = source
        self._functions = functions
        self._limits = limits
        self._child: Child | None = None
        self._prepared: bytes | None = None

    def start(self) -> None:
        """Build, unless a process lives that has done it.

        Raises:
            BuildFailed: With the words of MLIR.
            RuleBroken: If the module holds what it may not.
            Crashed: If the source kills the parser, the verifier or the compiler.
            TimedOut: If it keeps one of them busy for too long.
        """
        if self._child is not None:
            return
        try:
            answer = self._built()
        except Refused as refused:
            raise self._refusal(refused.verdict, refused.diagnostics) from None
        except TimedOut:
            self.close()
            raise TimedOut(f"MLIR did not compile it within {BUILD_S:g} s") from None
        except Crashed as error:
            self.close()
            raise Crashed(f"MLIR broke down over it, maybe for its nesting: {error}") from None
        except SubmissionError:
            self.close()
            raise
        if "built" not in answer:
            self.close()
            raise self._refusal(answer.get("verdict"), answer.get("diagnostics"))

    def _built(self) -> dict[str, Any]:
        """What the child says of its build."""
        if self._prepared is None:
            self._prepared = self._toolchain.prepare(self._sandbox, self._source, self._functions)
        self._child = self._sandbox.open(self._toolchain.profile, RUNNER)
        header = {
            "adapter": self._toolchain.adapter,
            "declarations": "\n".join(f"`{one.declaration}`" for one in self._functions),
            "memory_bytes": self._limits.memory_bytes,
        }
        answer, _ = self._child.request(header, self._prepared, timeout_s=BUILD_S)
        return answer

    def call(self, function: int, arguments: bytes) -> bytes:
        """Outputs of one call, as `mlir_runner` lays them out.

        Raises:
            SubmissionError: If it does not return.
        """
        _, outputs = self.request({"function": function}, arguments)
        return outputs

    def request(self, header: dict[str, Any], blob: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Have the child do something within the time of one call.

        Raises:
            SubmissionError: If it does not.
        """
        self.start()
        assert self._child is not None
        try:
            answer, data = self._child.request(header, blob, timeout_s=self._limits.wall_s)
        except Crashed as error:
            self.close()
            raise Crashed(_explained(str(error))) from None
        except SubmissionError:
            self.close()
            raise
        if "verdict" in answer:
            self.close()
            raise _fault(answer)
        return answer, data

    def close(self) -> None:
        """End the process, if it runs."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _refusal(self, verdict: Any, diagnostics: Any) -> SubmissionError:
        """What the child or the toolchain has against the source."""
        kinds = {"build_failed": BuildFailed, "rule_broken": RuleBroken}
        if verdict not in kinds:
            return Crashed("MLIR gave no valid answer")
        return kinds[verdict](render(diagnostics, self._source))


_HINTS = {
    "SIGSEGV": "it reached outside its memrefs, or its calls nest too deep",
    "SIGBUS": "it reached outside its memrefs",
    "SIGFPE": "it divided an integer by zero, or the least one by -1",
    "SIGILL": "it came to code that cannot be reached",
}
"""What compiled MLIR does when it dies of a signal."""


def _explained(words: str) -> str:
    name = words.rpartition(" died of ")[2]
    return f"{words}: {_HINTS[name]}" if name in _HINTS else words


def _fault(answer: dict[str, Any]) -> SubmissionError:
    """What the child says of a call that went wrong; it might be forged, and is then no better."""
    kind = OutOfMemory if answer["verdict"] == "out_of_memory" else Crashed
    return kind(" ".join(str(answer.get("message", "")).split())[:500])
