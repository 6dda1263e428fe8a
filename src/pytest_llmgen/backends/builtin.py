"""Models that need no server: their replies are the solutions beside a challenge."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_llmgen.errors import BackendError
from pytest_llmgen.generation import FinishReason, Generation, GenerationRequest

if TYPE_CHECKING:
    from pytest_llmgen.backends.models import ModelSpec


class _Solutions:
    """Reads the reply from the file that the request names."""

    one_model_at_a_time = False
    default_concurrency = 8

    def __init__(self, spec: ModelSpec) -> None:
        self.server = spec.provider

    def generate(self, request: GenerationRequest) -> Generation:
        """Return the file as it is, in a code fence tagged with its suffix."""
        if request.solution_file is None:
            raise BackendError(
                f"model {self.server!r} has no solution of challenge {request.key.challenge!r} "
                f"for target {request.key.target!r}; add one to the challenge's solutions/"
            )
        path = Path(request.solution_file)
        try:
            source = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise BackendError(f"model {self.server!r} cannot read {path}: {error}") from error
        return Generation(
            text=fenced(source, path.suffix.removeprefix(".")),
            finish_reason=FinishReason.STOP,
            seconds=0.0,
        )

    def close(self) -> None:
        """Do nothing: nothing is open."""


class Reference(_Solutions):
    """Answers with `solutions/reference.*`."""


class Accepts(_Solutions):
    """Answers with one of `solutions/accept_*`, which must pass too."""


class Rejects(_Solutions):
    """Answers with one of `solutions/reject_*`, which must fail."""


def fenced(source: str, tag: str) -> str:
    """Put a fence around `source` that is longer than any inside it, tagged `tag`."""
    longest = max(map(len, re.findall(r"`{3,}", source)), default=2)
    fence = "`" * (longest + 1)
    end = "" if source.endswith("\n") else "\n"
    return f"{fence}{tag}\n{source}{end}{fence}\n"
