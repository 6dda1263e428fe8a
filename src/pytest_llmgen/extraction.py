"""The code in a model's reply.

A reply is read line by line: fences are found as CommonMark says (backticks or tildes, in lists and
quotes, nested by length), but a fence may also be indented by any width, share its line with prose,
or be closed at the end of a line of code.

Reasoning goes first: a leading `<think>` to its end tag, everything before an end tag without a
start, and a later pair. Tags inside plausible fenced code are code. A byte order mark is dropped
and all line ends become newlines, without a flag.

Which block:

1. those whose tag names the target; else
2. untagged ones that are plausible; else
3. plausible ones of any other tag; else
4. the other untagged ones; else
5. no block: whatever the target finds in the lines outside fences.

Among those the *last plausible* one is taken, since models restate the full answer at the end, or
the last one if none is plausible: the toolchain's diagnostics say more than "no code". Blocks are
never joined. Repairs are tried on implausible code only and kept only if they make it plausible, so
plausible code in a proper fence comes back as it was written.

What was cut off:

- Under `FinishReason.LENGTH` only a closed block is taken, only if all that compete with it are
  closed on a line of their own, and only if the reply does not end inside a block that could have
  been the answer; all else is `Truncated`.
- Under any other reason, an unclosed block is taken if plausible. If not, it is `Truncated`: the
  server did not say so, but the reply ends in the middle of the code.
- Reasoning that never ends is `Truncated` under every reason.
"""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_llmgen.errors import NoCode, Truncated
from pytest_llmgen.fences import Fence, opening
from pytest_llmgen.generation import FinishReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FLAGS = {
    "reasoning_stripped": "reasoning stood in the reply and was left out",
    "unwrapped": "the block stood inside another fence, such as one tagged markdown",
    "glued_open": "the opening fence shared its line with prose or code",
    "glued_close": "the closing fence shared its line with code, or was indented like code",
    "unclosed_fence": "a fence that could hold the code is never closed",
    "rejoined": "fences inside the code were read as part of it",
    "html_unescaped": "the code was escaped for HTML",
    "dedented": "the whole code was indented",
    "untagged": "the fence names no language",
    "other_tag": "the fence names another language",
    "several_blocks": "several blocks could be meant; the last plausible one was taken",
    "implausible": "the code does not look whole; it was taken all the same",
    "bare": "the code stood outside any fence",
    "cut_after_code": "the reply was cut off after the end of the code",
}
"""What each flag of an `Extraction` says, in the order in which they are listed there."""

MAX_REPAIRED_BLOCKS = 16
"""Blocks of one reply whose fences are doubted; later ones are read strictly, for linear time."""

_MARKDOWN = frozenset({"markdown", "md"})
_REASONING_NAMES = "(?P<name>think|thinking|thought|reasoning|seed:think)"
_REASONING = re.compile(rf"[<\[](?P<end>/?){_REASONING_NAMES}[>\]]", re.IGNORECASE)
_LEADING_REASONING = re.compile(rf"\s*[<\[]{_REASONING_NAMES}[>\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeForm:
    """How a target's code looks in a reply.

    The two functions see newlines as the only line ends, must not raise, and should take time
    linear in the length of the text.
    """

    tags: frozenset[str]
    """Fence tags and file suffixes that name it, lower case, without a dot."""
    plausible: Callable[[str], bool]
    """Whether a text can be this code, whole; better false for code that is escaped for HTML."""
    find_bare: Callable[[str], str | None]
    """The code in a text without fences, or None."""

    def is_named_by(self, tag: str) -> bool:
        """Whether a fence's tag, such as `wat` or `src/a.wat`, names this code."""
        return tag in self.tags or tag.rpartition(".")[2] in self.tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The code taken out of a reply."""

    source: str
    """Code to build; ends with one newline."""
    flags: tuple[str, ...]
    """Each repair and each doubt, keys of `FLAGS` in its order."""


def extract(
    reply: str, form: CodeForm, *, finish_reason: FinishReason = FinishReason.STOP
) -> Extraction:
    """Take the code out of a reply; the module's docstring says which.

    Raises:
        NoCode: If there is none.
        Truncated: If the reply was cut off before the code ended.
    """
    text = reply.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    answer = _without_reasoning(text, form)
    flags = {"reasoning_stripped"} if answer != text else set()
    blocks, outside = _scan(answer, form)
    candidates = _candidates(blocks, form)
    if finish_reason is FinishReason.LENGTH:
        _refuse_cut(blocks, candidates, form)
        flags.add("cut_after_code")
    chosen = _chosen(candidates)
    if chosen is None or not (chosen.closed or chosen.plausible):
        return _bare(outside, form, flags, blocks, chosen)
    if len(candidates) > 1:
        flags.add("several_blocks")
    if not all(block.closed for block in candidates):
        flags.add("unclosed_fence")
    return _extraction(chosen.code, flags | chosen.doubts(form))


def _extraction(code: str, flags: set[str]) -> Extraction:
    """Order the flags, and end the code with one newline."""
    return Extraction(
        source=code.rstrip("\n") + "\n", flags=tuple(flag for flag in FLAGS if flag in flags)
    )


# Blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One fenced block."""

    fence: Fence
    code: str
    start: int
    """Index of the line of the opening fence."""
    end: int
    """Index of the line after the block."""
    closed: bool
    plausible: bool
    flags: frozenset[str]

    def doubts(self, form: CodeForm) -> set[str]:
        """Its own flags, and those that its tag and its code give it."""
        found = set(self.flags)
        if not self.fence.tag:
            found.add("untagged")
        elif not form.is_named_by(self.fence.tag):
            found.add("other_tag")
        if not self.plausible:
            found.add("implausible")
        return found


def _scan(text: str, form: CodeForm) -> tuple[list[_Block], str]:
    """Split a text into its blocks, mended, and its lines outside fences."""
    lines = text.split("\n")
    blocks: list[_Block] = []
    outside: list[str] = []
    wrappers: list[Fence] = []
    at = 0
    while at < len(lines):
        fence = opening(lines[at])
        if fence is None:
            outside.append(lines[at])
        elif wrappers and wrappers[-1].is_closed_by(wrappers[-1].inside(lines[at]) or ""):
            wrappers.pop()
        elif _is_wrapper(fence, lines, at, form):
            wrappers.append(fence)
        else:
            block = _block(fence, lines, at, form, doubt=len(blocks) < MAX_REPAIRED_BLOCKS)
            flags = block.flags | {"unwrapped"} if wrappers else block.flags
            blocks.append(_mended(replace(block, flags=flags), form))
            at = block.end
            continue
        at += 1
    return blocks, "\n".join(outside)


def _is_wrapper(fence: Fence, lines: list[str], at: int, form: CodeForm) -> bool:
    """Whether a fence holds markdown, or another fence as its first line."""
    if fence.tag in _MARKDOWN and fence.tag not in form.tags:
        return True
    first = next((lines[i] for i in range(at + 1, len(lines)) if lines[i].strip()), "")
    return fence.is_reopened_by(fence.inside(first) or "", shorter=True)


def _block(fence: Fence, lines: list[str], at: int, form: CodeForm, *, doubt: bool) -> _Block:
    """Read the block that opens at a line; with doubt, read again what its fences leave unclear."""
    strict = _strict(fence, lines, at, form)
    if not doubt:
        return strict
    body = strict.code.split("\n")
    inner = next((i for i, text in enumerate(body) if fence.is_reopened_by(text)), None)
    glued = next(_glued_closes(strict, body[:inner], form), None)
    sound = strict.closed and strict.plausible
    if glued is not None and glued.plausible and not (sound and inner is None):
        return glued
    if inner is None:
        return strict
    cut = _part(strict, body[:inner], form, end=at + 1 + inner)
    if cut.plausible:
        return cut
    nested = strict if sound else _strict(fence, lines, at, form, nested=True)
    if nested.closed and nested.plausible:
        return nested
    reopened = opening(body[inner])
    return cut if reopened is not None and form.is_named_by(reopened.tag) else strict


def _strict(
    fence: Fence, lines: list[str], at: int, form: CodeForm, *, nested: bool = False
) -> _Block:
    """Read the block up to its closing fence; nested pairs of fences are code where asked."""
    body: list[str] = []
    depth, end = 1, at + 1
    while end < len(lines) and (text := fence.inside(lines[end])) is not None:
        end += 1
        if fence.is_closed_by(text):
            depth -= 1
        elif nested and fence.is_reopened_by(text):
            depth += 1
        if depth == 0:
            break
        body.append(text)
    code = "\n".join(fence.outdented(body))
    flags = {"glued_open": fence.glued, "rejoined": nested}
    return _Block(
        fence=fence,
        code=code,
        start=at,
        end=end,
        closed=depth == 0,
        plausible=form.plausible(code),
        flags=frozenset(flag for flag, holds in flags.items() if holds),
    )


def _part(whole: _Block, body: list[str], form: CodeForm, *, end: int) -> _Block:
    """The first lines of a block, up to where its closing fence is missing."""
    code = "\n".join(body)
    return replace(whole, code=code, end=end, closed=False, plausible=form.plausible(code))


def _glued_closes(whole: _Block, body: list[str], form: CodeForm) -> Iterator[_Block]:
    """The block, ended by each line of code that carries a closing fence."""
    for i, text in enumerate(body):
        last = whole.fence.before_glued_close(text)
        if last is not None:
            part = _part(whole, [*body[:i], last], form, end=whole.start + 2 + i)
            yield replace(part, closed=True, flags=whole.flags | {"glued_close"})


def _mended(block: _Block, form: CodeForm) -> _Block:
    """Undo what was done to the code, if that makes it plausible."""
    if block.plausible:
        return block
    mends = (
        ("html_unescaped", html.unescape(block.code)),
        ("dedented", textwrap.dedent(block.code)),
        ("glued_open", f"{block.fence.code_in_info}\n{block.code}"),
    )
    for flag, code in mends:
        if code != block.code and form.plausible(code):
            return replace(block, code=code, plausible=True, flags=block.flags | {flag})
    return block


# Choice


def _candidates(blocks: list[_Block], form: CodeForm) -> list[_Block]:
    """The blocks of the first kind that the reply has, of those in the module's docstring."""
    filled = [block for block in blocks if block.code.strip()]
    plausible = [block for block in filled if block.plausible]
    return (
        [block for block in filled if form.is_named_by(block.fence.tag)]
        or [block for block in plausible if not block.fence.tag]
        or plausible
        or [block for block in filled if not block.fence.tag]
    )


def _chosen(candidates: list[_Block]) -> _Block | None:
    """The last plausible one, else the last one."""
    plausible = [block for block in candidates if block.plausible]
    return next(reversed(plausible or candidates), None)


def _refuse_cut(blocks: list[_Block], candidates: list[_Block], form: CodeForm) -> None:
    """Raise Truncated unless a reply that was cut off has its code whole.

    All candidates must be properly closed: a repair might be a guess at what was cut. The reply
    must not end inside a block of the target, nor inside any block where no candidate is tagged as
    the target's.
    """
    if candidates and all(
        block.closed and "glued_close" not in block.flags for block in candidates
    ):
        last = blocks[-1]
        named = form.is_named_by(candidates[-1].fence.tag)
        if last.closed or (named and not form.is_named_by(last.fence.tag)):
            return
    raise Truncated(
        "the reply was cut off at the limit of its length before the code ended; "
        f"say less around the code, and answer with {_wanted(form)}"
    )


def _bare(
    outside: str, form: CodeForm, flags: set[str], blocks: list[_Block], unclosed: _Block | None
) -> Extraction:
    """Take the code from outside the fences.

    Args:
        outside: The lines outside fences.
        form: What to look for.
        flags: Those found so far.
        blocks: All blocks, for the message.
        unclosed: The implausible block in which the reply ends, if it is a candidate.

    Raises:
        NoCode: If there is none.
        Truncated: If there is none and the reply ends inside a block.
    """
    if unclosed is None or not unclosed.fence.tag:
        for text, more in (
            (outside, {"bare"}),
            (html.unescape(outside), {"bare", "html_unescaped"}),
        ):
            code = form.find_bare(text)
            if code is not None and code.strip():
                return _extraction(code, flags | more)
    if unclosed is not None:
        raise Truncated(
            "the reply ends inside a code fence that is never closed, and the code in it is not "
            f"whole; answer with {_wanted(form)}"
        )
    tags = sorted({block.fence.tag[:20] for block in blocks if block.fence.tag})
    found = f" (only blocks tagged {', '.join(tags[:5])})" if tags else ""
    raise NoCode(f"the reply holds no code that can be built{found}; answer with {_wanted(form)}")


def _wanted(form: CodeForm) -> str:
    return (
        "the whole code in one block, between a line ```TAG and a line ```, "
        f"where TAG is one of: {', '.join(sorted(form.tags))}"
    )


# Reasoning


def _without_reasoning(text: str, form: CodeForm) -> str:
    """Drop the model's thinking.

    Raises:
        Truncated: If it never ends.
    """
    if _REASONING.search(text) is None:
        return text
    at = 0
    while tag := _LEADING_REASONING.match(text, at):
        end = re.compile(rf"[<\[]/{tag['name']}[>\]]", re.IGNORECASE).search(text, tag.end())
        if end is None:
            raise Truncated(
                f"the reply ends inside its reasoning: {tag[0].strip()} is never closed; "
                f"think less, and answer with {_wanted(form)}"
            )
        at = end.end()
    return _without_later_reasoning(text[at:], form)


def _without_later_reasoning(text: str, form: CodeForm) -> str:
    """Drop what stands before an end tag without a start, and between a start tag and its end."""
    kept: list[str] = []
    at = 0
    start: int | None = None
    for tag in _reasoning_tags(text, form):
        if not tag["end"]:
            start = tag.start() if start is None else start
            continue
        kept = [] if start is None else [*kept, text[at:start]]
        at, start = tag.end(), None
    return "".join([*kept, text[at:]])


def _reasoning_tags(text: str, form: CodeForm) -> Iterator[re.Match[str]]:
    """Start and end tags outside plausible code."""
    if _REASONING.search(text) is None:
        return
    blocks, _ = _scan(text, form)
    code = {i for block in blocks if block.plausible for i in range(block.start + 1, block.end)}
    line = at = 0
    for tag in _REASONING.finditer(text):
        line += text.count("\n", at, tag.start())
        at = tag.start()
        if line not in code:
            yield tag
