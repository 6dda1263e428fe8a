"""A challenge: one task, one folder, one pytest file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from pytest_llmgen.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

Trial = Callable[[Any], str | None]
"""A public try-out of a built artifact: None, or a text that the model is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a submission may use.

    Args:
        wall_s: Seconds for one call into the submission.
        fuel: WebAssembly instructions for one call into the submission.
        memory_bytes: Most linear memory of a WebAssembly module, or memory of a Python process
            beyond what it starts with.
    """

    wall_s: float = 10.0
    fuel: int = 200_000_000
    memory_bytes: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        for name in ("wall_s", "fuel", "memory_bytes"):
            if getattr(self, name) <= 0:
                raise UsageError(f"Limits: {name} must be positive, got {getattr(self, name)!r}")


CppStandard = Literal["c++17", "c++20", "c++23"]
CppOptimization = Literal["O0", "O1", "O2", "O3"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CppOptions:
    """How submissions in C++ are read and compiled.

    Args:
        standard: The language, as g++ names it.
        optimization: The level of the optimizer.
        body: Whether the body alone of the one declared function is an answer too.
    """

    standard: CppStandard = "c++20"
    optimization: CppOptimization = "O2"
    body: bool = False

    def __post_init__(self) -> None:
        for name, known in (("standard", CppStandard), ("optimization", CppOptimization)):
            if (value := getattr(self, name)) not in get_args(known):
                raise UsageError(
                    f"CppOptions: {name} must be one of {', '.join(get_args(known))}, got {value!r}"
                )


def challenge(
    *,
    target: str | tuple[str, ...],
    tier: str,
    memory: bool = False,
    limits: Limits | None = None,
    trial: Trial | None = None,
    cpp: CppOptions | None = None,
    imports: tuple[str, ...] | None = None,
) -> pytest.MarkDecorator:
    """The mark that makes a test module a challenge; assign it to `pytestmark`.

    Args:
        target: What the code is written in and run on, or several such.
        tier: The group under which results are shown, such as `scalar`.
        memory: Whether a WebAssembly module must export its linear memory as `memory`.
        limits: What a submission may use; the defaults suit most challenges.
        trial: A public try-out of the artifact whose outcome the model may be shown.
        cpp: How submissions in C++ are read and compiled.
        imports: Modules that a submission in Python may import; NumPy and the parts of the standard
            library that only compute, if left out.
    """
    import pytest  # noqa: PLC0415 - where submissions run, this module is imported without it

    return pytest.mark.challenge(
        target=target,
        tier=tier,
        memory=memory,
        limits=limits or Limits(),
        trial=trial,
        cpp=cpp or CppOptions(),
        imports=imports,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A function that a submission must provide: its name and WebAssembly types."""

    name: str
    parameters: tuple[str, ...]
    results: tuple[str, ...]

    def __str__(self) -> str:
        results = self.results[0] if len(self.results) == 1 else f"({', '.join(self.results)})"
        return f"{self.name}: ({', '.join(self.parameters)}) -> {results}"


_EXPORT = re.compile(
    r"`(?P<name>\w+):\s*\((?P<parameters>[^()`]*)\)\s*->\s*(?P<results>\w+|\([^()`]*\))`"
)
_TYPES = frozenset({"i32", "i64", "f32", "f64", "v128"})


def parse_signatures(task: str) -> tuple[Signature, ...]:
    """Find the functions that a task asks for, each written as `` `name: (i32, i32) -> i32` ``.

    A parameter may carry a name, `a: i32`; no result is `()`, several are `(i32, i32)`.
    """
    return tuple(
        Signature(
            name=match["name"],
            parameters=_types(match["parameters"], match[0]),
            results=_types(match["results"].strip("()"), match[0]),
        )
        for match in _EXPORT.finditer(" ".join(task.split()))
    )


def _types(text: str, where: str) -> tuple[str, ...]:
    found = tuple(part.rpartition(":")[2].strip() for part in text.split(",") if part.strip())
    for word in found:
        if word not in _TYPES:
            raise UsageError(
                f"{where}: {word!r} is no WebAssembly type ({', '.join(sorted(_TYPES))})"
            )
    return found


@dataclass(frozen=True)
class Challenge:
    """What one test module's mark, docstring and folder say."""

    id: str
    """Its folder below `challenges/`, such as `wat/scalar/max_i32`."""
    folder: Path
    task: str
    """The module docstring, word for word."""
    targets: tuple[str, ...]
    tier: str
    memory: bool = False
    limits: Limits = field(default_factory=Limits)
    trial: Trial | None = None
    cpp: CppOptions = field(default_factory=CppOptions)
    imports: tuple[str, ...] | None = None

    @cached_property
    def signatures(self) -> tuple[Signature, ...]:
        """The functions that the task asks for."""
        return parse_signatures(self.task)

    def solutions(self, kind: str, suffix: str) -> list[Path]:
        """Solution files of a kind (`reference`, `accept`, `reject`), in a stable order."""
        return sorted((self.folder / "solutions").glob(f"{kind}*{suffix}"))


def challenge_id(folder: Path, root: Path) -> str:
    """The folder below the nearest `challenges` directory above it, else below `root`."""
    parts = folder.parts
    if "challenges" in parts[:-1]:
        last = len(parts) - 1 - parts[::-1].index("challenges")
        return "/".join(parts[last + 1 :])
    below = folder.is_relative_to(root) and folder != root
    return folder.relative_to(root).as_posix() if below else folder.name


def from_module(*, docstring: str | None, mark: pytest.Mark, path: Path, root: Path) -> Challenge:
    """Read the challenge that a test module declares.

    Raises:
        UsageError: If it has no docstring or its mark is not complete.
    """
    task = (docstring or "").strip()
    if not task:
        raise UsageError(f"{path}: a challenge's module docstring is its task, and there is none")
    if mark.args or not {"target", "tier"} <= mark.kwargs.keys():
        raise UsageError(f"{path}: write pytestmark = challenge(target=..., tier=...)")
    known = dict(mark.kwargs)
    target = known.pop("target")
    return Challenge(
        id=challenge_id(path.parent, root),
        folder=path.parent,
        task=task,
        targets=(target,) if isinstance(target, str) else tuple(target),
        **known,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a wrong solution says of itself: the check that must fail it, and how."""

    check: str
    verdict: str
    why: str


_REJECT = re.compile(r"reject:\s*(?P<check>test_\w+)\s+(?P<verdict>\w+)\s*[-:]\s*(?P<why>.+)")


def read_expectation(path: Path) -> Expectation:
    """Read the first line of a `reject_*` file.

    Raises:
        UsageError: If the line does not name a check, a verdict and a reason.
    """
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    match = _REJECT.search(first)
    if match is None:
        raise UsageError(
            f"{path}: the first line must be a comment "
            f"'reject: test_name verdict - reason', got {first!r}"
        )
    return Expectation(check=match["check"], verdict=match["verdict"], why=match["why"].strip())
