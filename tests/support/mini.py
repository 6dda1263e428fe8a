"""A target and a provider that cost no time: for tests of the plugin, inside the pytest under test.

The target `mini` is one Python expression over `x`, which may also `fault("timed_out")` and so on.
The provider `script` answers from `script.json` in the current directory and notes each request in
`requests.jsonl`. A conftest registers both, as any other package would: see `REGISTRATION`.
"""

from __future__ import annotations

import ast
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_llmgen import errors
from pytest_llmgen.errors import BackendError, BuildFailed, LlmgenError, PermanentBackendError
from pytest_llmgen.extraction import CodeForm
from pytest_llmgen.generation import FinishReason, Generation
from pytest_llmgen.targets.target import Example

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.generation import GenerationRequest, SampleKey
    from pytest_llmgen.targets.target import BuildSettings

REGISTRATION = """\
def pytest_llmgen_register_targets(registry):
    registry.add("mini", "support.mini:Mini")
    registry.add("mini2", "support.mini:Mini2")


def pytest_llmgen_register_backends(registry):
    registry.add("script", "support.mini:Script")
"""

UNAVAILABLE = Path("mini-is-unavailable.txt")
"""Where this file is, the target says that it cannot run, in the file's words."""

_BY_VERDICT = {
    kind.verdict.value: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, LlmgenError)
}


def fault(verdict: str) -> None:
    """Fail as a submission does that ends with this verdict.

    Raises:
        LlmgenError: Always.
    """
    raise _BY_VERDICT[verdict](f"the program ends with {verdict}")


class Program:
    """What a build of `mini` gives."""

    def __init__(self, source: str) -> None:
        """Take an expression that compiles."""
        self._code = compile(source.strip(), "source.mini", "eval")
        self.notes: Mapping[str, Any] = {}

    def call(self, x: int) -> Any:
        """The expression's value."""
        return eval(self._code, {"fault": fault, "x": x})

    def close(self) -> None:
        """Do nothing."""


class Mini:
    """Builds one Python expression into a `Program`."""

    name = "mini"
    suffix = ".mini"
    form = CodeForm(
        tags=frozenset({"mini"}),
        plausible=lambda text: bool(text.strip()),
        find_bare=lambda _: None,
    )

    def rules(self, challenge: Challenge, settings: BuildSettings) -> str:
        """What the prompt says after the task."""
        del challenge, settings
        return "Answer with one expression over x in a block tagged mini."

    def unavailable(self) -> str | None:
        """The words of the file that makes it so."""
        return UNAVAILABLE.read_text(encoding="utf-8") if UNAVAILABLE.is_file() else None

    def build(self, source: str, challenge: Challenge, settings: BuildSettings) -> Program:
        """Compile.

        Raises:
            BuildFailed: With Python's words.
        """
        del challenge, settings
        try:
            ast.parse(source.strip(), mode="eval")
        except SyntaxError as error:
            raise BuildFailed(f"source.mini:{error.lineno}: {error.msg}") from error
        return Program(source)

    def close(self) -> None:
        """Do nothing."""


class Mini2(Mini):
    """The same under another name, for challenges with several targets, and with examples."""

    name = "mini2"
    examples = (
        Example(question="Give x itself.", answer="```mini\nx\n```\n"),
        Example(question="Give zero.", answer="```mini\n0 * x\n```\n"),
    )


class Script:
    """Answers from a file, which maps a model to a table of replies.

    A reply is found by `add/s0/2` (challenge's last part, sample, attempt), else `add/s0`, else
    `add`, else `*`. It is a text, which is put into a block, or a table with some of: `text` (as it
    is), `finish_reason`, `error`, `permanent_error`, `sleep_s`, `until` (a file that must exist),
    `prompt_tokens`, `completion_tokens`.
    """

    one_model_at_a_time = False
    default_concurrency = 8

    def __init__(self, spec: ModelSpec) -> None:
        """Read the table of one model."""
        self.server = "script"
        script = json.loads(Path("script.json").read_text(encoding="utf-8"))
        self._replies: dict[str, Any] = script[spec.model]
        self._log = Path("requests.jsonl").resolve()
        self._closed = threading.Event()

    def generate(self, request: GenerationRequest) -> Generation:
        """Answer as the script says.

        Raises:
            BackendError: If the script says so.
        """
        noted = {
            "key": str(request.key),
            "attempt": request.attempt,
            "prompt": request.messages[-1]["content"],
            "messages": len(request.messages),
            "temperature": request.parameters.temperature,
            "max_tokens": request.parameters.max_tokens,
            "seed": request.parameters.seed,
            "timeout_s": request.timeout_s,
        }
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(noted) + "\n")
        reply = self._reply_to(request.key, request.attempt)
        if isinstance(reply, str):
            reply = {"text": f"```mini\n{reply}\n```"}
        if "permanent_error" in reply:
            raise PermanentBackendError(reply["permanent_error"])
        if "error" in reply:
            raise BackendError(reply["error"])
        if self._closed.wait(reply.get("sleep_s", 0.0)):
            raise BackendError("closed while it slept")
        while "until" in reply and not Path(reply["until"]).exists():
            if self._closed.wait(0.02):
                raise BackendError("closed while it waited")
        return Generation(
            text=reply["text"],
            finish_reason=FinishReason(reply.get("finish_reason", "stop")),
            seconds=0.25,
            prompt_tokens=reply.get("prompt_tokens"),
            completion_tokens=reply.get("completion_tokens"),
        )

    def close(self) -> None:
        """Wake those who sleep."""
        self._closed.set()

    def _reply_to(self, key: SampleKey, attempt: int) -> Any:
        name = key.challenge.rpartition("/")[2]
        wanted = (f"{name}/s{key.sample}/{attempt}", f"{name}/s{key.sample}", name, "*")
        return next(self._replies[found] for found in wanted if found in self._replies)
