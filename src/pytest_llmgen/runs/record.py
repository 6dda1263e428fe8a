"""One JSON line per sample: how it ended and what led there. Every report reads only these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pytest_llmgen.generation import SampleKey, fields_of
from pytest_llmgen.runs.flight import FlightResult, result_from_json
from pytest_llmgen.verdict import OURS, Verdict

FORMAT = 1
"""Version of the line; a reader refuses later ones and still reads earlier ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try inside a sample: what it cost and how far it came."""

    outcome: str
    """`built`, `trial_failed`, or the verdict that stopped it, such as `build_failed`."""
    seconds: float | None = None
    """Of the generation; None if there was none."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    tokens_per_s: float | None = None
    finish_reason: str | None = None
    cost_usd: float | None = None
    retries: int = 0
    flags: tuple[str, ...] = ()
    """Repairs and doubts of the extraction."""
    message: str = ""
    """What the model was told, or would have been."""
    prompt_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check of one sample."""

    name: str
    verdict: Verdict
    graded: bool = False
    """A graded check lowers the score and never decides correctness."""
    message: str = ""
    seconds: float = 0.0
    passed_with_fixup: bool | None = None
    """Whether it passed but for a wrong shader length, where that was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthError:
    """A WGSL text whose byte length was passed wrongly."""

    passed: int
    actual: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How one sample ended."""

    model: str
    challenge: str
    target: str
    tier: str
    sample: int
    verdict: Verdict
    built: bool
    """Whether some attempt's source was accepted by the toolchain."""
    score: float
    """0 if not correct; else from 1 down to 1 / (1 + graded checks) as those fail."""
    checks: tuple[CheckResult, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    length_error: LengthError | None = None
    correct_with_fixup: bool = False
    """Whether it is correct once the host mends the shader's length; true if it is correct."""
    message: str = ""
    seed: int = 0
    """Of the run's inputs."""
    source_sha256: str | None = None
    folder: str = ""
    """Of the sample, below the run's directory."""
    flights: tuple[FlightResult, ...] = ()
    """Of its hard checks, in order; see `pytest_llmgen.lander`."""

    @property
    def key(self) -> SampleKey:
        """Which sample this is."""
        return SampleKey(
            model=self.model, challenge=self.challenge, target=self.target, sample=self.sample
        )

    @property
    def correct(self) -> bool:
        """Whether all hard checks passed."""
        return self.verdict is Verdict.PASSED

    @property
    def counts(self) -> bool:
        """Whether the sample counts for or against the model."""
        return self.verdict not in OURS


def to_json(record: Record) -> str:
    """One line without its newline."""
    return json_line({"format": FORMAT, **fields_of(record)})


def json_line(data: Any) -> str:
    """JSON that stays readable, and that UTF-8 can hold: half a surrogate pair is escaped."""
    text = json.dumps(data, ensure_ascii=False, default=fields_of)
    encodable = text.isascii() or _is_encodable(text)
    return text if encodable else json.dumps(data, default=fields_of)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def from_json(line: str | bytes) -> Record:
    """Read a line back.

    Raises:
        ValueError: If it is no record, or one of a later format.
    """
    data: dict[str, Any] = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError(f"expected an object, got {line[:40]!r}")  # noqa: TRY004 - of its contents
    version = data.pop("format", None)
    if version != FORMAT:
        raise ValueError(f"a record of format {version!r}; this version reads up to {FORMAT}")
    try:
        return _record(data)
    except KeyError as error:
        raise ValueError(f"the field {error} is missing") from error
    except (TypeError, AttributeError) as error:
        raise ValueError(f"not a record: {error}") from error


def _record(data: dict[str, Any]) -> Record:
    data["verdict"] = Verdict(data["verdict"])
    data["checks"] = tuple(
        CheckResult(**{**check, "verdict": Verdict(check["verdict"])}) for check in data["checks"]
    )
    data["attempts"] = tuple(
        Attempt(**{**attempt, "flags": tuple(attempt["flags"])}) for attempt in data["attempts"]
    )
    if data["length_error"] is not None:
        data["length_error"] = LengthError(**data["length_error"])
    data["flights"] = tuple(map(result_from_json, data.get("flights", ())))
    return Record(**data)
