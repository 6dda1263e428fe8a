"""Reads a module as `mlir-opt` prints it in generic form, with a location for every operation.

Each operation begins on a line of its own, and what it holds stands between `({` at the end of that
line and `})` as far to the left; strings hold neither quotes nor line ends that are not escaped.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pytest_llmgen.targets.mlir_policy import CHECKED, Finding

OPTIONS = (
    "--mlir-print-op-generic",
    "--mlir-print-debuginfo",
    "--mlir-print-local-scope",
)
"""What makes `mlir-opt` print so."""

_OPERATION = re.compile(r'(?P<indent> *)(?:%\S+ = )?"(?P<name>[^"]+)"\(')
_PLACE = re.compile(r'loc\("[^"]*source\.mlir":(\d+):(\d+)\)$')
_PROPERTIES = re.compile(r"<\{(?P<inside>.*?)\}> ?(?:\(\{|:)")
_DISCARDABLE = re.compile(r"\) \{(?P<inside>.*)\} : ")
_LEXEME = re.compile(r'"[^"]*"|->|[<({\[]|[>)}\]]|,')


def findings(text: str) -> list[Finding]:
    """Every function, global and module, and the first of each other kind of operation."""
    found: list[Finding] = []
    seen: set[str] = set()
    for one in _operations(text):
        if one.operation not in seen:
            found.append(one)
            if one.operation not in CHECKED:
                seen.add(one.operation)
    return found


def left(text: str) -> list[tuple[str, tuple[int, int]]]:
    """Operations that are not of LLVM's dialect, and their places."""
    return [
        (one.operation, one.place)
        for one in _operations(text)
        if not one.top and not one.operation.startswith("llvm.")
    ]


def _operations(text: str) -> list[Finding]:
    """All operations, in the order in which they begin."""
    found: list[Finding] = []
    opened: list[tuple[str, int]] = []
    """Indents and numbers of operations whose regions are being read."""
    for line in text.split("\n"):
        indent, number = opened[-1] if opened else (None, -1)
        if indent is not None and line.startswith(f"{indent}}}) "):
            opened.pop()
            attributes = (*found[number].attributes, *_discardable(line))
            found[number] = replace(found[number], place=_place(line), attributes=attributes)
            continue
        if indent is not None and line.startswith(f"{indent} "):
            found[number] = replace(found[number], has_body=True)
        begins = _OPERATION.match(line)
        if begins is not None:
            found.append(_finding(begins["name"], line, depth=len(opened)))
            if line.endswith("({"):
                opened.append((begins["indent"], len(found) - 1))
    return found


def _finding(name: str, line: str, *, depth: int) -> Finding:
    inside = _PROPERTIES.search(line) if name in CHECKED else None
    attributes = {} if inside is None else _attributes(inside["inside"])
    symbol = attributes.get("sym_name")
    return Finding(
        operation=name,
        place=_place(line),
        attributes=(*attributes, *_discardable(line)),
        symbol=None if symbol is None else symbol.strip('"'),
        type=attributes.get("function_type"),
        top=depth == 0,
        outer=depth == 1,
        has_body="initial_value" in attributes,
    )


def _discardable(line: str) -> tuple[str, ...]:
    found = _DISCARDABLE.search(line)
    return () if found is None else tuple(_attributes(found["inside"]))


def _place(line: str) -> tuple[int, int]:
    found = _PLACE.search(line)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _attributes(inside: str) -> dict[str, str]:
    """Names and values of a dictionary, split at the commas that lie in no bracket."""
    parts, depth, start = [], 0, 0
    for lexeme in _LEXEME.finditer(inside):
        if lexeme[0] in "<({[":
            depth += 1
        elif lexeme[0] in ">)}]":
            depth -= 1
        elif lexeme[0] == "," and depth == 0:
            parts.append(inside[start : lexeme.start()])
            start = lexeme.end()
    parts.append(inside[start:])
    split = (part.strip().partition(" = ") for part in parts)
    return {name: value for name, _, value in split if name}
