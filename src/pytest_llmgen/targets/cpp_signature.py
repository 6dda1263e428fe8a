"""What a task asks for in C++: functions and the structs that they take, declared in backticks.

The types are few, so that every value has one meaning in Python: scalars, `std::string`,
`std::vector` of any of these, and structs whose fields are any of these. They nest.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALARS = {
    "bool": "?",
    "char": "c",
    "signed char": "b",
    "unsigned char": "B",
    "short": "h",
    "unsigned short": "H",
    "int": "i",
    "unsigned": "I",
    "unsigned int": "I",
    "long": "q",
    "unsigned long": "Q",
    "long long": "q",
    "unsigned long long": "Q",
    "int8_t": "b",
    "int16_t": "h",
    "int32_t": "i",
    "int64_t": "q",
    "uint8_t": "B",
    "uint16_t": "H",
    "uint32_t": "I",
    "uint64_t": "Q",
    "size_t": "Q",
    "ptrdiff_t": "q",
    "float": "f",
    "double": "d",
}
"""Scalar types and their letters in `struct`, which NumPy shares."""

_KEYWORDS = frozenset(" ".join(name for name in SCALARS if "_t" not in name).split())


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, a truth value or a `char`."""

    name: str

    @property
    def code(self) -> str:
        """Its letter in `struct`."""
        return SCALARS[self.name]

    def __str__(self) -> str:
        return f"::std::{self.name}" if self.name.endswith("_t") else self.name


@dataclass(frozen=True, slots=True)
class Text:
    """`std::string`."""

    def __str__(self) -> str:
        return "::std::string"


@dataclass(frozen=True, slots=True)
class Vector:
    """`std::vector`."""

    element: CppType

    def __str__(self) -> str:
        return f"::std::vector<{self.element}>"


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct of named fields, in order."""

    name: str
    fields: tuple[tuple[str, CppType], ...]
    definition: str
    """As the task has it, on one line."""

    def __str__(self) -> str:
        return f"::{self.name}"


CppType = Scalar | Text | Vector | Struct
"""A type; `str()` of it is C++ that no `using namespace` makes ambiguous."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function."""

    name: str
    type: CppType
    passing: str
    """`value`, `const&`, or `&`: what the function leaves in the last comes back."""

    def __str__(self) -> str:
        return {"value": f"{self.type}", "const&": f"const {self.type}&", "&": f"{self.type}&"}[
            self.passing
        ]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a submission must define."""

    name: str
    result: CppType | None
    parameters: tuple[Parameter, ...]
    declaration: str
    """As the task has it, on one line, without a semicolon."""

    @property
    def outputs(self) -> tuple[CppType, ...]:
        """The types of what comes back: the result, then each parameter passed by `&`."""
        changed = tuple(p.type for p in self.parameters if p.passing == "&")
        return changed if self.result is None else (self.result, *changed)


@dataclass(frozen=True, slots=True)
class Interface:
    """All that a task declares."""

    structs: tuple[Struct, ...]
    functions: tuple[Function, ...]

    def index(self, name: str) -> int:
        """The position of a function.

        Raises:
            UsageError: If the task does not declare it.
        """
        names = [function.name for function in self.functions]
        if name not in names:
            raise UsageError(f"the task declares no function {name!r} ({', '.join(names)})")
        return names.index(name)


_FENCED = re.compile(r"^\s*(`{3,}|~{3,}).*?^\s*\1", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`]+)`")
_COMMENT = re.compile(r"//[^\n]*")
_STRUCT = re.compile(r"struct (?P<name>\w+) ?\{(?P<fields>[^{}]*)\} ?;?")
_FUNCTION = re.compile(
    r"(?P<result>[A-Za-z_][\w:<>, ]*[ >&*]+)(?P<name>[A-Za-z_]\w*)\((?P<parameters>[^()]*)\) ?;?"
)
_TOKEN = re.compile(r"[A-Za-z_][\w:]*|\S")


@functools.cache
def parse_interface(task: str) -> Interface:
    """Find the declarations in a task: `` `double norm(const Point& p)` `` and structs likewise.

    Fenced blocks are examples and declare nothing. A struct stands before what uses it.

    Raises:
        UsageError: If there is no function, or something declared cannot be passed.
    """
    structs: dict[str, Struct] = {}
    functions: dict[str, Function] = {}
    for span in _SPAN.findall(_FENCED.sub("", task)):
        text = " ".join(_COMMENT.sub("", span).split())
        try:
            if found := _STRUCT.fullmatch(text):
                _add(structs, _struct(found, structs))
            elif found := _FUNCTION.fullmatch(text):
                _add(functions, _function(found, structs))
        except UsageError as error:
            raise UsageError(f"`{text}`: {error}") from None
    if not functions:
        raise UsageError(
            "a task for the target 'cpp' declares its functions in backticks, such as "
            "`double mean(const std::vector<double>& values)`, and there is none"
        )
    return Interface(structs=tuple(structs.values()), functions=tuple(functions.values()))


def _add(known: dict[str, Struct] | dict[str, Function], found: Struct | Function) -> None:
    if known.setdefault(found.name, found) != found:  # type: ignore[arg-type]  # each with its like
        raise UsageError(f"{found.name} is declared before, in another way")


def _struct(found: re.Match[str], structs: dict[str, Struct]) -> Struct:
    fields: list[tuple[str, CppType]] = []
    for line in found["fields"].split(";"):
        if line.strip():
            tokens = _Tokens(line, structs)
            kind = tokens.type()
            fields.append((tokens.name(), kind))
            while tokens.skip(","):
                fields.append((tokens.name(), kind))
            tokens.end()
    if not fields:
        raise UsageError("a struct needs a field")
    return Struct(found["name"], tuple(fields), f"struct {found['name']} {{{found['fields']}}};")


def _function(found: re.Match[str], structs: dict[str, Struct]) -> Function:
    tokens = _Tokens(found["result"], structs)
    result = None if tokens.skip("void") else tokens.type()
    tokens.end()
    if found["name"] == "main":
        raise UsageError("main is not for a submission to define")
    parameters: list[Parameter] = []
    tokens = _Tokens(found["parameters"], structs)
    while not tokens.empty:
        parameters.append(tokens.parameter())
        if not tokens.empty:
            tokens.expect(",")
    return Function(found["name"], result, tuple(parameters), found[0].rstrip("; "))


class _Tokens:
    """Reads a declaration from left to right."""

    def __init__(self, text: str, structs: dict[str, Struct]) -> None:
        self._left: Iterator[str] = iter(_TOKEN.findall(text))
        self._structs = structs
        self._next = next(self._left, "")

    @property
    def empty(self) -> bool:
        return not self._next

    def take(self) -> str:
        taken, self._next = self._next, next(self._left, "")
        return taken

    def skip(self, wanted: str) -> bool:
        """Take a token if it is the one that is wanted."""
        return self._next == wanted and bool(self.take())

    def expect(self, wanted: str) -> None:
        if not self.skip(wanted):
            raise UsageError(f"expected {wanted!r} before {self._next or 'the end'!r}")

    def end(self) -> None:
        if self._next:
            raise UsageError(f"{self._next!r} is not expected there")

    def name(self) -> str:
        name = self.take()
        if not re.fullmatch(r"[A-Za-z]\w*", name):
            raise UsageError(f"expected a name that begins with a letter, got {name!r}")
        return name

    def parameter(self) -> Parameter:
        constant = self.skip("const")
        kind = self.type()
        reference = self.skip("&")
        passing = ("const&" if constant else "&") if reference else "value"
        return Parameter(self.name(), kind, passing)

    def type(self) -> CppType:
        words = [self.take()]
        while words[-1] in _KEYWORDS and self._next in _KEYWORDS:
            words.append(self.take())
        name = " ".join(words)
        if name == "std::string":
            return Text()
        if name == "std::vector":
            self.expect("<")
            element = self.type()
            self.expect(">")
            return Vector(element)
        if name in self._structs:
            return self._structs[name]
        if name.removeprefix("std::") in SCALARS:
            return Scalar(name.removeprefix("std::"))
        raise UsageError(
            f"{name!r} is no type that the target 'cpp' can pass: use a scalar, std::string, "
            "std::vector, or a struct that the task declares before"
        )
