"""`command/NAME`: any program that answers a prompt, such as a coding agent."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_llmgen.backends import processes
from pytest_llmgen.backends.left_files import left_files
from pytest_llmgen.errors import BackendError, PermanentBackendError, UsageError
from pytest_llmgen.fences import opening
from pytest_llmgen.generation import FinishReason, Generation, GenerationRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.backends.models import ModelSpec
    from pytest_llmgen.generation import Message

MAX_OUTPUT_BYTES = 4 << 20
"""Of a reply; a program that writes more is stopped, and its reply counts as cut off."""

_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")
_PLACEHOLDER = re.compile(r"\{(prompt_file|directory|cwd)\}")
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
_WORDS = 400
"""Characters of a program's own words that an error repeats."""


class Command:
    """Runs a program for each reply, in a fresh directory of its own."""

    one_model_at_a_time = False
    default_concurrency = 4

    def __init__(self, spec: ModelSpec) -> None:
        """Look for the program; `{cwd}` in its words is the present directory.

        Raises:
            UsageError: If there is no such program.
        """
        self._name = spec.name
        self._cwd = Path.cwd()
        self._environment = _environment(spec.pass_env)
        program, *arguments = spec.command
        self._words = (self._find(program.replace("{cwd}", str(self._cwd))), *arguments)
        self._secrets = [os.environ[name] for name in spec.pass_env if _SECRET_NAME.search(name)]
        self._closed = threading.Event()
        self.server = f"command/{spec.model}"

    def generate(self, request: GenerationRequest) -> Generation:
        """Run the program once; files that it leaves are the reply where stdout has no fence."""
        deadline = time.monotonic() + request.timeout_s
        try:
            with tempfile.TemporaryDirectory(
                prefix="llmgen-command-", ignore_cleanup_errors=True
            ) as folder:
                return self._answer(Path(folder), request, deadline)
        except OSError as error:
            raise BackendError(
                f"model {self._name!r}: cannot prepare a directory to run it in: {error}"
            ) from error

    def close(self) -> None:
        """Kill what runs, and start no more."""
        self._closed.set()

    def _answer(self, root: Path, request: GenerationRequest, deadline: float) -> Generation:
        folder, prompt_file = root / "work", root / "prompt.txt"
        folder.mkdir()
        prompt_file.write_text(prompt(request.messages), encoding="utf-8")
        started = time.monotonic()
        outcome = self._run(folder, prompt_file, request.timeout_s, deadline)
        seconds = time.monotonic() - started
        if outcome.code != 0 and not outcome.flooded:
            raise BackendError(f"model {self._name!r}: {self._how_it_failed(outcome)}")
        said = self._clean(outcome.stdout.decode(errors="replace"))
        files = "" if _has_fence(said) else self._clean(left_files(folder))
        return Generation(
            text=files or said,
            finish_reason=FinishReason.LENGTH if outcome.flooded else FinishReason.STOP,
            reasoning=said if files and said.strip() else None,
            seconds=seconds,
        )

    def _run(
        self, folder: Path, prompt_file: Path, timeout_s: float, deadline: float
    ) -> processes.Outcome:
        values = {"prompt_file": prompt_file, "directory": folder, "cwd": self._cwd}
        words = [
            _PLACEHOLDER.sub(lambda found: str(values[found[1]]), word) for word in self._words
        ]
        by_file = any("{prompt_file}" in word for word in self._words)
        if self._closed.is_set():
            raise BackendError(f"model {self._name!r}: closed")
        try:
            return processes.run(
                words,
                folder=folder,
                stdin=Path(os.devnull) if by_file else prompt_file,
                environment=self._environment,
                deadline=deadline,
                max_bytes=MAX_OUTPUT_BYTES,
                closed=self._closed,
            )
        except TimeoutError:
            raise BackendError(
                f"model {self._name!r}: {self._words[0]} was not done within {timeout_s:g} s; "
                "allow the generation more time"
            ) from None
        except processes.AbortedError:
            raise BackendError(f"model {self._name!r}: closed while its program ran") from None
        except OSError as error:
            raise PermanentBackendError(
                f"model {self._name!r}: cannot run {self._words[0]}: {error.strerror}"
            ) from None

    def _find(self, program: str) -> str:
        path = str(self._cwd / program) if "/" in program else program
        found = shutil.which(path, path=self._environment["PATH"])
        if found is None:
            raise UsageError(
                f"model {self._name!r}: there is no program {program!r}; "
                "give its full path in command, or one below the present directory"
            )
        return found

    def _how_it_failed(self, outcome: processes.Outcome) -> str:
        lines = self._clean(outcome.stderr.decode(errors="replace")).split("\n")
        last = " | ".join(line.strip() for line in lines if line.strip())
        end = (
            f"died of {signal.Signals(-outcome.code).name}"
            if outcome.code < 0
            else f"ended with code {outcome.code}"
        )
        return f"{self._words[0]} {end}: {last[-_WORDS:] or 'nothing on stderr'}"

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[key]") if secret else text
        return text


def prompt(messages: Sequence[Message]) -> str:
    """A conversation as one text; a single question is given as it is."""
    if len(messages) == 1:
        return messages[0]["content"]
    return "\n\n".join(f"[{message['role']}]\n{message['content']}" for message in messages)


def _environment(pass_env: Sequence[str]) -> dict[str, str]:
    """What the program may see: no key but those that the user hands on by name."""
    names = (*_PASSED_ON, *pass_env)
    return {"PATH": os.defpath} | {n: os.environ[n] for n in names if n in os.environ}


def _has_fence(text: str) -> bool:
    return any(opening(line) is not None for line in text.splitlines())
