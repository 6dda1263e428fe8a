"""Matplotlib's SVG at half its size: the same picture, small enough for a page."""

from __future__ import annotations

import re
from collections import Counter

OFTEN = 4
"""A style that occurs so many times becomes a class."""

_STYLE = re.compile(r' style="([^"]*)"')
_NUMBERED = re.compile(r' id="[a-z0-9.]+_[0-9]+"')
"""Matplotlib's own ids, to which nothing refers."""
_IDLE = re.compile(r' transform="rotate\(-0 [^)]*\)"')
_GEOMETRY = re.compile(r' (?:d|x|y|transform)="[^"]*"')
_WRAPPED = re.compile(r"<g>\n((?:<[^g/][^\n]*>\n)*)</g>\n")
"""A group that says nothing, around elements of one line."""


def slim(svg: str) -> str:
    """Round to tenths of a point, name repeated styles, leave idle marks and spaces out."""
    for idle in (_NUMBERED, _IDLE):
        svg = idle.sub("", svg)
    svg = _GEOMETRY.sub(lambda found: _rounded(found[0]), svg)
    svg = re.sub(r"\n +<", "\n<", _with_classes(svg))
    while (unwrapped := _WRAPPED.sub(r"\1", svg)) != svg:
        svg = unwrapped
    return svg


def _rounded(attribute: str) -> str:
    short = re.sub(r"\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", attribute)
    return re.sub(r" ?\n", "", short) if attribute.startswith(" d=") else short


def _with_classes(svg: str) -> str:
    often = [style for style, count in Counter(_STYLE.findall(svg)).most_common() if count >= OFTEN]
    names = {style: f"s{number}" for number, style in enumerate(often)}
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())

    def named(found: re.Match[str]) -> str:
        return f' class="{names[found[1]]}"' if found[1] in names else found[0]

    return _STYLE.sub(named, svg).replace("</style>", f"{rules}</style>", 1)
