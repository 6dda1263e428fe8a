"""What a task asks for in MLIR: functions, declared in backticks in MLIR's own syntax.

The types are few, so that every value has one meaning in Python: integers, floats and index, and
memrefs of these with the identity layout.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from pytest_llmgen.errors import UsageError

SCALARS = {
    "i1": "?",
    "i8": "b",
    "i16": "h",
    "i32": "i",
    "i64": "q",
    "index": "Q",
    "f32": "f",
    "f64": "d",
}
"""Scalar types and their letters in `struct`; an index counts and is not negative."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number or a truth value."""

    name: str

    @property
    def code(self) -> str:
        """Its letter in `struct`."""
        return SCALARS[self.name]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Memref:
    """An array that a function is given, elements one after another."""

    shape: tuple[int | None, ...]
    """Sizes; None where the task leaves one open."""
    element: Scalar

    def __str__(self) -> str:
        sizes = "".join(f"{'?' if size is None else size}x" for size in self.shape)
        return f"memref<{sizes}{self.element}>"


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a submission must define."""

    name: str
    parameters: tuple[tuple[str, Scalar | Memref], ...]
    """Names and types."""
    results: tuple[Scalar, ...]
    declaration: str
    """As the task has it, on one line."""

    @property
    def type(self) -> str:
        """As MLIR prints it, such as `(f32, f32) -> f32`."""
        inputs = ", ".join(str(kind) for _, kind in self.parameters)
        outputs = ", ".join(map(str, self.results))
        return f"({inputs}) -> {outputs if len(self.results) == 1 else f'({outputs})'}"

    @property
    def memrefs(self) -> tuple[Memref, ...]:
        """The types of its parameters that are arrays."""
        return tuple(kind for _, kind in self.parameters if isinstance(kind, Memref))

    @property
    def result_format(self) -> str:
        """The results in `struct`, laid out as in memory."""
        return "@" + "".join(result.code for result in self.results)


_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")
_FUNCTION = re.compile(
    r"func\.func @(?P<name>[A-Za-z_]\w*) ?\((?P<parameters>[^()]*)\)"
    r"(?: ?-> ?(?P<results>\([^()]*\)|[^() ]+))?"
)
_PARAMETER = re.compile(r"%(?P<name>[A-Za-z_]\w*) ?: ?(?P<type>\S.*)")
_MEMREF = re.compile(r"memref< ?(?P<sizes>(?:(?:\?|\d+) ?x ?)*)(?P<element>[a-z]\w*) ?>")


@functools.lru_cache(maxsize=256)
def parse_functions(task: str) -> tuple[Function, ...]:
    """Find what a task declares, each function in backticks of its own.

    Raises:
        UsageError: If it declares nothing, or what cannot be passed.
    """
    functions: dict[str, Function] = {}
    for span in _SPAN.findall(_FENCED.sub("", task)):
        text = " ".join(span.split())
        if not text.startswith("func.func @"):
            continue
        try:
            _add(functions, _function(text))
        except UsageError as error:
            raise UsageError(f"`{text}`: {error}") from None
    if not functions:
        raise UsageError(
            "a task for the target 'mlir' declares its functions in backticks, such as "
            "`func.func @larger(%a: f32, %b: f32) -> f32`, and there is none"
        )
    return tuple(functions.values())


def _add(known: dict[str, Function], found: Function) -> None:
    if known.setdefault(found.name, found) != found:
        raise UsageError(f"@{found.name} is declared before, in another way")


def _function(text: str) -> Function:
    found = _FUNCTION.fullmatch(text)
    if found is None:
        raise UsageError("write it like `func.func @larger(%a: f32, %b: f32) -> f32`")
    results = tuple(_type(part) for part in _parts((found["results"] or "").strip("()")))
    scalars = tuple(kind for kind in results if isinstance(kind, Scalar))
    if scalars != results:
        raise UsageError("no memref can be returned; let the function fill one that it is given")
    return Function(
        name=found["name"],
        parameters=tuple(map(_parameter, _parts(found["parameters"]))),
        results=scalars,
        declaration=text,
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")] if text.strip() else []


def _parameter(text: str) -> tuple[str, Scalar | Memref]:
    found = _PARAMETER.fullmatch(text)
    if found is None:
        raise UsageError(f"expected a parameter like `%a: f32`, got {text!r}")
    return found["name"], _type(found["type"])


def _type(text: str) -> Scalar | Memref:
    if text in SCALARS:
        return Scalar(text)
    found = _MEMREF.fullmatch(text)
    if found is not None and found["element"] in SCALARS:
        sizes = re.findall(r"\?|\d+", found["sizes"])
        shape = tuple(None if size == "?" else int(size) for size in sizes)
        return Memref(shape, Scalar(found["element"]))
    raise UsageError(
        f"{text!r} is no type that the target 'mlir' can pass: use {', '.join(SCALARS)}, or a "
        "memref of these such as memref<4x?xf32>"
    )
