"""The documentation's pages, cut into what can be checked.

A page is Markdown. What surrounds a fenced block says what becomes of it:

- a first line such as `# conftest.py` or `;; solutions/reference.wat`, or a line above the block
  that is nothing but a name in backticks and a colon, makes it that file;
- a `console` block is commands (`$ `) and what they print;
- `<!-- not run: why -->` above it keeps it from being run;
- `<!-- exit status: 1 -->` above it is how its last command ends, if not with 0;
- `<!-- needs: ollama -->` above it needs a model server (see `test_snippets`).

Text between `<!-- generated: NAME -->` and `<!-- end of NAME -->` is made from the source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)
"""All pages that may hold snippets."""

_FENCE = re.compile(r"(`{3,})(\w*)$")
_DIRECTIVE = re.compile(r"<!-- (not run|exit status|needs): (.+) -->$")
_CAPTION = re.compile(r"`(?P<name>[\w./-]+\.\w+)`:$")
_NAMED = re.compile(r"(?:#|;;) (?P<name>[\w./-]+\.\w+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block."""

    page: str
    line: int
    """Of its opening fence, from 1."""
    language: str
    text: str
    directives: dict[str, str]
    caption: str | None

    @property
    def place(self) -> str:
        """For messages."""
        return f"{self.page}:{self.line}"

    @property
    def file(self) -> str | None:
        """The file that it is, if it is one."""
        if self.caption is not None:
            return self.caption
        named = _NAMED.match(self.text.partition("\n")[0])
        return named["name"] if named else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line that a reader types, and what it prints."""

    line: str
    output: tuple[str, ...]


def page_id(path: Path) -> str:
    """A page's name in test ids."""
    return path.relative_to(ROOT).as_posix()


def blocks_of(path: Path) -> list[Block]:
    """All fenced blocks of a page."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(_blocks(page_id(path), lines))


def _blocks(page: str, lines: list[str]) -> Iterator[Block]:
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        end = lines.index(opening[1], number + 1)
        above = _lines_above(lines, number)
        caption = next((match["name"] for text in above if (match := _CAPTION.match(text))), None)
        found = [match for text in above if (match := _DIRECTIVE.match(text)) is not None]
        directives = {match[1]: match[2] for match in found}
        yield Block(
            page=page,
            line=number + 1,
            language=opening[2],
            text="\n".join(lines[number + 1 : end]) + "\n",
            directives=directives,
            caption=caption,
        )
        number = end + 1


def _lines_above(lines: list[str], number: int) -> list[str]:
    """The comments and the caption right above a line, nearest first; blank lines do not part."""
    above = []
    for text in reversed(lines[:number]):
        if not text.strip():
            continue
        if not (_DIRECTIVE.match(text) or _CAPTION.match(text)):
            break
        above.append(text)
    return above


def commands_of(block: Block) -> list[Command]:
    """The commands of a `console` block; a line that ends with a backslash goes on."""
    commands: list[Command] = []
    text = block.text.replace("\\\n", "")
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(Command(line=line[2:], output=()))
        elif commands:
            last = commands[-1]
            commands[-1] = Command(line=last.line, output=(*last.output, line))
        else:
            raise ValueError(f"{block.place}: a console block starts with '$ ', got {line!r}")
    return commands


def generated_parts(text: str) -> dict[str, str]:
    """What stands between the marks of each generated part of a page."""
    pattern = r"<!-- generated: ([\w-]+) -->\n(.*?)<!-- end of \1 -->"
    return {match[1]: match[2] for match in re.finditer(pattern, text, re.DOTALL)}


def with_generated_part(text: str, name: str, content: str) -> str:
    """The page with another generated part."""
    start, end = f"<!-- generated: {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = text.partition(start)
    return before + start + content + end + rest.partition(end)[2]
