"""The functions and classes that a task asks for, read from its text.

A task writes each in backticks, `` `def merge(a: list[int], b: list[int]) -> list[int]` `` or
`` `class Stack` ``, or several with their methods as stubs in a block fenced as ```python. What
stands at the top level of such stubs is asked for.
"""

from __future__ import annotations

import ast
import functools
import re
from dataclasses import dataclass

from pytest_llmgen.errors import UsageError

_FENCED = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`((?:def|class)\s[^`]+)`(?!`)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arity:
    """How many positional arguments a call may have."""

    least: int
    most: int | None
    """None for any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A function, a class or a method that a submission must provide."""

    name: str
    text: str
    """As the task writes it, without its body."""
    arity: Arity | None = None
    """Without `self`; of a class, that of its constructor; None if the task does not say."""
    methods: tuple[Declaration, ...] | None = None
    """Of a class, but for its constructor; None for a function."""


@functools.cache
def parse_declarations(task: str) -> tuple[Declaration, ...]:
    """Find what a task asks for: what is fenced first, then what stands in the text.

    Raises:
        UsageError: If there is nothing, a name comes twice, or what looks like a declaration is
            none.
    """
    stubs = [match[1] for match in _FENCED.finditer(task)]
    heads = [" ".join(match[1].split()) for match in _INLINE.finditer(_FENCED.sub("", task))]
    found: dict[str, Declaration] = {}
    for text in (*stubs, *(f"{head}: ..." for head in heads)):
        for declaration in _declarations(text):
            if found.setdefault(declaration.name, declaration) is not declaration:
                raise UsageError(f"the task declares {declaration.name!r} twice")
    if not found:
        raise UsageError(
            "the task declares no function or class; write each in backticks, such as "
            "`def merge(a: list[int], b: list[int]) -> list[int]`, or as stubs after ```python"
        )
    return tuple(found.values())


def _declarations(text: str) -> list[Declaration]:
    try:
        statements = ast.parse(text).body
    except SyntaxError as error:
        raise UsageError(f"{text.strip()!r} is no Python declaration: {error.msg}") from None
    return [
        _class(statement) if isinstance(statement, ast.ClassDef) else _function(statement)
        for statement in statements
        if isinstance(statement, ast.ClassDef | ast.FunctionDef)
    ]


def _class(stub: ast.ClassDef) -> Declaration:
    methods = {
        method.name: _function(method, bound=1)
        for method in stub.body
        if isinstance(method, ast.FunctionDef)
    }
    constructor = methods.pop("__init__", None)
    return Declaration(
        name=stub.name,
        text=f"class {stub.name}",
        arity=None if constructor is None else constructor.arity,
        methods=tuple(methods.values()),
    )


def _function(stub: ast.FunctionDef, *, bound: int = 0) -> Declaration:
    """Read a function, or a method that is called with its first argument bound."""
    arguments = stub.args
    if arguments.kwonlyargs or arguments.kwarg:
        raise UsageError(
            f"{stub.name!r} is declared with keyword-only arguments, but is called with "
            "positional ones"
        )
    most = len(arguments.posonlyargs) + len(arguments.args) - bound
    arity = Arity(least=most - len(arguments.defaults), most=None if arguments.vararg else most)
    returns = "" if stub.returns is None else f" -> {ast.unparse(stub.returns)}"
    text = f"def {stub.name}({ast.unparse(arguments)}){returns}"
    return Declaration(name=stub.name, text=text, arity=arity)
