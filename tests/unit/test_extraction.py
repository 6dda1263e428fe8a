"""The code in a model's reply: fences, reasoning, choice, truncation."""

from __future__ import annotations

import ast
import html
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_llmgen.errors import NoCode, Truncated
from pytest_llmgen.extraction import FLAGS, CodeForm, Extraction, extract
from pytest_llmgen.generation import FinishReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn

# Two forms: s-expressions, and Python


def end_of_list(text: str, start: int) -> int | None:
    """Index after the list that opens at `start`, or None if it never ends; knows strings."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[()]', text[start:], re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return start + token.end()
    return None


def is_lists(text: str) -> bool:
    """Whether a text is one whole list, not escaped for HTML."""
    text = text.strip()
    return text.startswith("(") and end_of_list(text, 0) == len(text) and "&gt;" not in text


def find_lists(text: str) -> str | None:
    """The first whole list that begins with `(m`."""
    start = text.find("(m")
    end = None if start < 0 else end_of_list(text, start)
    return None if end is None or "&gt;" in text[start:end] else text[start:end]


def is_python(text: str) -> bool:
    """Whether a text is a Python module that is not empty."""
    try:
        return bool(ast.parse(text).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def find_python(text: str) -> str | None:
    """The text from its first definition or import on."""
    found = re.search(r"^(?:import|from|def|class)\b", text, re.MULTILINE)
    code = text[found.start() :] if found else ""
    return code if is_python(code) else None


LISTS = CodeForm(tags=frozenset({"sx", "lisp", "scheme"}), plausible=is_lists, find_bare=find_lists)
PYTHON = CodeForm(tags=frozenset({"python", "py"}), plausible=is_python, find_bare=find_python)
CODE = "(m\n  (f 1))"


def lists(reply: str, finish_reason: FinishReason = FinishReason.STOP) -> Extraction:
    """Extract s-expressions."""
    return extract(reply, LISTS, finish_reason=finish_reason)


# One reply, one repair


@pytest.mark.parametrize(
    ("reply", "flags"),
    [
        pytest.param(f"Sure!\n\n```sx\n{CODE}\n```\nDone.", (), id="plain"),
        pytest.param(f"\ufeff```sx\n{CODE}\n```", (), id="byte-order-mark"),
        pytest.param(f"```sx\n{CODE}\n```\n".replace("\n", "\r\n"), (), id="crlf"),
        pytest.param(f"```sx\n{CODE}\n```\n".replace("\n", "\r"), (), id="cr"),
        pytest.param(f"~~~sx\n{CODE}\n~~~", (), id="tildes"),
        pytest.param(f"~~~ sx `x`\n{CODE}\n~~~", (), id="tildes-with-backticks-in-info"),
        pytest.param(f"````sx\n{CODE}\n````", (), id="four-backticks"),
        pytest.param(f"```sx\n{CODE}\n`````", (), id="longer-close"),
        pytest.param(f"```sx\n{CODE}\n\n\n```", (), id="blank-lines-at-the-end"),
        pytest.param("1. First:\n\n   ```sx\n   (m\n     (f 1))\n   ```\n2. Then.", (), id="list"),
        pytest.param("- ```sx\n  (m\n    (f 1))\n  ```", (), id="first-in-list-item"),
        pytest.param("1. Code:\n   ```sx\n(m\n  (f 1))\n   ```", (), id="list-code-not-indented"),
        pytest.param("> Look:\n> ```sx\n> (m\n>   (f 1))\n> ```\nBye.", (), id="quote"),
        pytest.param("> > ```sx\n> > (m\n> >   (f 1))\n> > ```", (), id="quote-in-quote"),
        pytest.param("> - ```sx\n>   (m\n>     (f 1))\n>   ```", (), id="list-in-quote"),
        pytest.param("Code:\n    ```sx\n    (m\n      (f 1))\n    ```", (), id="indented-by-four"),
        pytest.param("\t```sx\n\t(m\n\t  (f 1))\n\t```", (), id="indented-by-a-tab"),
        pytest.param(f"```sx title=x\n{CODE}\n```", (), id="info-title"),
        pytest.param(f"```{{.sx}}\n{CODE}\n```", (), id="info-class"),
        pytest.param(f"``` {{.language-sx #id}}\n{CODE}\n```", (), id="info-language-class"),
        pytest.param(f"```sx:src/a.sx\n{CODE}\n```", (), id="info-tag-and-path"),
        pytest.param(f"```src/a.sx\n{CODE}\n```", (), id="info-path"),
        pytest.param(f"```sx,linenos\n{CODE}\n```", (), id="info-comma"),
        pytest.param(f"```SX\n{CODE}\n```", (), id="info-upper-case"),
        pytest.param(f"```scheme\n{CODE}\n```", (), id="alias"),
        pytest.param(f"```\n{CODE}\n```", ("untagged",), id="untagged"),
        pytest.param(f"```clojure\n{CODE}\n```", ("other_tag",), id="other-tag"),
        pytest.param(
            f"<think>\nHm (m)\n</think>\n```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="reasoning",
        ),
        pytest.param(
            f"<THINKING>x</Thinking>```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="reasoning-other-case",
        ),
        pytest.param(
            f"[THINK]x[/THINK]\n```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="reasoning-in-brackets",
        ),
        pytest.param(
            f"Hm (m)\n</think>\n\n```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="lone-end-of-reasoning",
        ),
        pytest.param(
            f"<think>a</think>\n<think>b</think>\n```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="reasoning-twice",
        ),
        pytest.param(
            f"<think>a<think>b</think>c</think>```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="reasoning-in-reasoning",
        ),
        pytest.param(
            f"<think>\n```sx\n(m (decoy))\n```\n</think>\n```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="decoy-in-reasoning",
        ),
        pytest.param(
            f"```sx\n{CODE}\n```\n<think>\nOr?\n```sx\n(m (decoy))\n```\nNo.\n</think>\nDone.",
            ("reasoning_stripped",),
            id="reasoning-after-the-code",
        ),
        pytest.param(
            f"Perhaps\n```sx\n(m (decoy))\n```\nno.\n</think>\n```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="decoy-before-lone-end-of-reasoning",
        ),
        pytest.param(
            f"Perhaps\n```sx\n(m (decoy\n</think>\nHere:\n```sx\n{CODE}\n```",
            ("reasoning_stripped",),
            id="unclosed-decoy-before-lone-end-of-reasoning",
        ),
        pytest.param(
            f"Perhaps\n```sx\n(m (decoy\n</think>\nHere:\n```\n{CODE}\n```",
            ("reasoning_stripped", "untagged"),
            id="unclosed-decoy-and-untagged-code",
        ),
        pytest.param(
            f"```sx\n{CODE}\n```\nI left out <think> and </think>.",
            ("reasoning_stripped",),
            id="tags-named-after-the-code",
        ),
        pytest.param(f"Here you are: ```sx\n{CODE}\n```", ("glued_open",), id="open-after-prose"),
        pytest.param(
            f"Use `f` here: ```\n{CODE}\n```", ("glued_open", "untagged"), id="open-after-colon"
        ),
        pytest.param("```sx (m\n  (f 1))\n```", ("glued_open",), id="open-before-code"),
        pytest.param(f"```sx\n{CODE}```\nThat is (all).", ("glued_close",), id="close-after-code"),
        pytest.param(f"```sx\n{CODE}```", ("glued_close",), id="close-after-code-at-the-end"),
        pytest.param(
            f"```sx\n{CODE}\n      ```\nThat is (all).", ("glued_close",), id="close-indented-deep"
        ),
        pytest.param(
            f"```sx\n(m 1)```\nNo, (sorry):\n```sx\n{CODE}\n```",
            ("several_blocks",),
            id="close-after-code-then-another",
        ),
        pytest.param(f"```sx\n{CODE}\n", ("unclosed_fence",), id="unclosed"),
        pytest.param(
            f"```sx\n{CODE}\n```text\n3\n```", ("unclosed_fence",), id="unclosed-then-text"
        ),
        pytest.param(
            f"```sx\n(m 1)\n\nBetter:\n```sx\n{CODE}\n```",
            ("unclosed_fence", "several_blocks"),
            id="unclosed-then-another",
        ),
        pytest.param(
            f"```markdown\n# Answer\n```sx\n{CODE}\n```\nDone.\n```", ("unwrapped",), id="markdown"
        ),
        pytest.param(
            f"````md\n```\n{CODE}\n```\n````", ("unwrapped", "untagged"), id="longer-markdown"
        ),
        pytest.param(f"````\n```sx\n{CODE}\n```\n````", ("unwrapped",), id="fence-in-longer"),
        pytest.param(f"```\n```sx\n{CODE}\n```\n```", ("unwrapped",), id="fence-in-equal"),
        pytest.param(f"```markdown\n{CODE}\n```", ("bare",), id="code-straight-in-markdown"),
        pytest.param(f"Sure: {CODE} and that is all.", ("bare",), id="no-fence"),
        pytest.param(f"{CODE}\n```\nThat is all.", ("bare",), id="close-without-open"),
        pytest.param(f"See ```note:```\n{CODE}", ("bare",), id="inline-code-at-the-end"),
        pytest.param(f"```sx``` is the tag.\n{CODE}", ("bare",), id="inline-code-at-the-start"),
        pytest.param(f"Write ```sx for it.\n{CODE}", ("bare",), id="backticks-in-prose"),
        pytest.param(f"{CODE}```\nThat is all.", ("bare",), id="glued-close-without-open"),
        pytest.param(f"Run this:\n```sh\nsx x\n```\n{CODE}", ("bare",), id="fence-for-other-code"),
    ],
)
def test_the_code_is_found(reply: str, flags: tuple[str, ...]) -> None:
    """The same code, however it is wrapped, and the flags that say how it was."""
    assert lists(reply) == Extraction(source=CODE + "\n", flags=flags)


@pytest.mark.parametrize(
    ("reply", "flags"),
    [
        pytest.param("```sx\n(m &quot;a&quot; &gt;)\n```", ("html_unescaped",), id="in-a-fence"),
        pytest.param("Here: (m &quot;a&quot; &gt;).", ("html_unescaped", "bare"), id="bare"),
    ],
)
def test_code_escaped_for_html_is_unescaped(reply: str, flags: tuple[str, ...]) -> None:
    """Entities are undone where the code as written cannot be code."""
    assert lists(reply) == Extraction(source='(m "a" >)\n', flags=flags)


def test_entities_in_plausible_code_stay() -> None:
    """A program that escapes HTML itself is not rewritten."""
    code = "def escape(s):\n    return s.replace('<', '&lt;')\n"
    assert extract(f"```python\n{code}```", PYTHON) == Extraction(source=code, flags=())


def test_code_indented_as_a_whole_is_dedented() -> None:
    """Python that is indented more than its fence is moved to the margin."""
    found = extract("```python\n    def f():\n        return 1\n```", PYTHON)
    assert found == Extraction(source="def f():\n    return 1\n", flags=("dedented",))


def test_fences_in_a_docstring_are_code() -> None:
    """A fence of the same length in a docstring at the margin does not end the block."""
    code = '"""Use it:\n\n```f``` so\n```python\nf()\n```\n"""\n\n\ndef f():\n    pass\n'
    found = extract(f"```python\n{code}```\nDone.", PYTHON)
    assert found == Extraction(source=code, flags=("rejoined",))


def test_fences_indented_within_the_code_are_code() -> None:
    """A deeper fence, as in the docstring of a function, does not end the block."""
    code = 'def f():\n    """Use it:\n\n    ```\n    f()\n    ```\n    """\n'
    assert extract(f"```python\n{code}```", PYTHON) == Extraction(source=code, flags=())


def test_code_that_ends_a_line_with_a_fence_is_not_cut() -> None:
    """A comment may end with backticks where the block is whole with it."""
    code = "x = 1  # not a fence: ```\ny = 2\n"
    assert extract(f"```python\n{code}```", PYTHON) == Extraction(source=code, flags=())


def test_an_unclosed_block_ends_at_a_fence_glued_to_its_code() -> None:
    """A later fence of another kind does not draw it on, nor does inline code end it."""
    found = extract("```python\nx = 1  # one```\n```text\n1\n```", PYTHON)
    assert found == Extraction(source="x = 1  # one\n", flags=("glued_close",))
    found = extract("```python\nx = 1  # one```\n", PYTHON)
    assert found == Extraction(source="x = 1  # one\n", flags=("glued_close",))
    found = extract("```python\nx = 1  # ```one```\ny = 2", PYTHON)
    assert found == Extraction(source="x = 1  # ```one```\ny = 2\n", flags=("unclosed_fence",))


def test_a_short_fence_in_a_longer_one_is_code() -> None:
    """Four backticks are closed by four."""
    code = 'TEXT = """\n```python\nf()\n```\n"""\n'
    assert extract(f"````python\n{code}````", PYTHON) == Extraction(source=code, flags=())


def test_reasoning_tags_in_the_code_stay() -> None:
    """Code that handles such tags is not taken for reasoning."""
    code = "END = '</think>'\nSTART = '''\n<think>\n'''\n"
    assert extract(f"```python\n{code}```", PYTHON) == Extraction(source=code, flags=())
    found = extract(f"```python\n{code}", PYTHON)
    assert found == Extraction(source=code, flags=("unclosed_fence",))


def test_code_keeps_an_indentation_of_its_own() -> None:
    """Only the quote's mark and one space after it are taken off."""
    assert lists("> ```sx\n>  (m\n>   1)\n> ```").source == " (m\n  1)\n"


def test_a_quote_that_ends_leaves_its_block_unclosed() -> None:
    """What follows a quote is not part of the block that the quote began."""
    found = lists("> ```sx\n> (m\n>   (f 1))\nThat is (all).")
    assert found == Extraction(source=CODE + "\n", flags=("unclosed_fence",))


# Several blocks


@pytest.mark.parametrize(
    ("reply", "source", "flags"),
    [
        pytest.param("```sx\n(m 1)\n```\nor\n```sx\n(m 2)\n```", "(m 2)", (), id="last"),
        pytest.param("```sx\n(m 1)\n```\n```sx\n(m\n```", "(m 1)", (), id="last-is-not-whole"),
        pytest.param("```sx\n(m\n```\n```sx\n)\n```", ")", ("implausible",), id="none-is-whole"),
        pytest.param("```\n(m 1)\n```\n```\n(m 2)\n```", "(m 2)", ("untagged",), id="untagged"),
        pytest.param("```a\n(m 1)\n```\n```b\n(m 2)\n```", "(m 2)", ("other_tag",), id="other"),
    ],
)
def test_the_last_plausible_block_is_taken(reply: str, source: str, flags: tuple[str, ...]) -> None:
    """Models restate the whole answer at the end; the choice is flagged."""
    found = lists(reply)
    assert found.source == source + "\n"
    assert set(found.flags) == {"several_blocks", *flags}


@pytest.mark.parametrize(
    ("reply", "flags"),
    [
        pytest.param("```sx\n(m)\n```\nUse:\n```js\nrun(1)\n```", (), id="usage-example"),
        pytest.param("```sx\n(m)\n```\nPrints:\n```\n(3)\n```", (), id="output-after"),
        pytest.param("```\n(m)\n```\n```js\n(run)\n```", ("untagged",), id="untagged-first"),
        pytest.param("```clj\n(m)\n```\n```\n3\n```", ("other_tag",), id="output-is-not-code"),
        pytest.param("```sx\n(m)\n```\n```sx\n\n```", (), id="empty-block"),
    ],
)
def test_blocks_of_another_kind_do_not_compete(reply: str, flags: tuple[str, ...]) -> None:
    """A usage example, an output or an empty block is not the answer, nor a doubt."""
    assert lists(reply) == Extraction(source="(m)\n", flags=flags)


def test_broken_code_is_left_to_the_toolchain() -> None:
    """Tagged code that is not whole is taken: the build's diagnostics say why it fails."""
    found = lists("```sx\n(m (f 1)\n```\nRun it:\n```sh\n(sx)\n```")
    assert found == Extraction(source="(m (f 1)\n", flags=("implausible",))


def test_fences_past_the_doubted_ones_are_read_strictly() -> None:
    """A reply of very many blocks is read in linear time, without repairs of its fences."""
    reply = "```sx\n(m 1)\n```\n" * 100 + "```sx\n(m 2)```\n"
    assert lists(reply).source == "(m 1)\n"


# No code


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        pytest.param("", "", id="empty"),
        pytest.param(" \n\n", "", id="blank"),
        pytest.param("I would rather write prose (really).", "", id="prose"),
        pytest.param("```sx\n\n```", " (only blocks tagged sx)", id="empty-block"),
        pytest.param("```sh\nls\n```\n~~~js\nx\n~~~", " (only blocks tagged js, sh)", id="other"),
        pytest.param("<think>```sx\n(m)\n```</think>", "", id="only-reasoning"),
    ],
)
def test_a_reply_without_code_says_what_was_expected(reply: str, found: str) -> None:
    """The message is feedback that a model can act on."""
    with pytest.raises(NoCode) as caught:
        lists(reply)
    assert str(caught.value) == (
        f"the reply holds no code that can be built{found}; answer with the whole code in one "
        "block, between a line ```TAG and a line ```, where TAG is one of: lisp, scheme, sx"
    )


# Truncation


@pytest.mark.parametrize("finish_reason", FinishReason)
def test_reasoning_without_an_end_is_truncated(finish_reason: FinishReason) -> None:
    """Code inside unfinished reasoning is never the answer."""
    with pytest.raises(Truncated) as caught:
        lists(f"<think>\n```sx\n{CODE}\n```\nHm", finish_reason)
    assert str(caught.value) == (
        "the reply ends inside its reasoning: <think> is never closed; think less, and answer with "
        "the whole code in one block, between a line ```TAG and a line ```, "
        "where TAG is one of: lisp, scheme, sx"
    )


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("", id="empty"),
        pytest.param("Let me think about", id="prose"),
        pytest.param(f"```sx\n{CODE}\n", id="unclosed-though-whole"),
        pytest.param(f"```sx\n{CODE}\n``", id="close-is-cut"),
        pytest.param(f"{CODE}\n\nThis", id="bare"),
        pytest.param("```sx\n(m 1)\n```\nBetter:\n```sx\n(m 2", id="restated-and-cut"),
        pytest.param("```sx\n(m 1)\n```\nBetter:\n```sx\n", id="restated-and-cut-at-once"),
        pytest.param("```\n(m 1)\n```\nBetter:\n```\n(m 2", id="untagged-restated-and-cut"),
        pytest.param("```clj\n(m 1)\n```\nBetter:\n```\n(m 2", id="other-restated-and-cut"),
        pytest.param("````markdown\n# Title", id="markdown"),
        pytest.param("```sx\n(m 1)\n```sx\n\n```", id="unclosed-before-an-empty-one"),
    ],
)
def test_a_reply_cut_before_the_end_of_its_code_is_truncated(reply: str) -> None:
    """Where the length ran out, code that merely looks whole is not taken."""
    with pytest.raises(Truncated) as caught:
        lists(reply, FinishReason.LENGTH)
    assert str(caught.value) == (
        "the reply was cut off at the limit of its length before the code ended; say less around "
        "the code, and answer with the whole code in one block, between a line ```TAG and a line "
        "```, where TAG is one of: lisp, scheme, sx"
    )


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("```python\nx = 1  # see ```\ny = (", id="comment-that-looks-like-a-close"),
        pytest.param('```python\n"""Use:\n```python\nf()\n```\n"""\ndef f(', id="docstring"),
    ],
)
def test_fences_in_cut_code_are_not_taken_for_its_end(reply: str) -> None:
    """A repair that serves a whole reply would be a guess at one that was cut."""
    with pytest.raises(Truncated, match="cut off at the limit of its length"):
        extract(reply, PYTHON, finish_reason=FinishReason.LENGTH)


@pytest.mark.parametrize(
    "after", ["", "\n\nThis works by", "\nUse it:\n```js\nrun(", "\nPrints:\n```\n3"]
)
def test_a_reply_cut_after_its_code_counts(after: str) -> None:
    """A closed block is whole, whatever was cut off behind it."""
    found = lists(f"```sx\n{CODE}\n```{after}", FinishReason.LENGTH)
    assert found == Extraction(source=CODE + "\n", flags=("cut_after_code",))


@pytest.mark.parametrize("finish_reason", [FinishReason.STOP, FinishReason.UNKNOWN])
@pytest.mark.parametrize(
    "reply", ["```sx\n(m (f 1", "As (m 1):\n```sx\n(m (f 1", "Sure:\n```\n(m (f 1"]
)
def test_an_unclosed_block_of_broken_code_is_truncated(
    reply: str, finish_reason: FinishReason
) -> None:
    """A server that does not say that it ran out of length is not believed."""
    with pytest.raises(Truncated) as caught:
        lists(reply, finish_reason)
    assert str(caught.value) == (
        "the reply ends inside a code fence that is never closed, and the code in it is not whole; "
        "answer with the whole code in one block, between a line ```TAG and a line ```, "
        "where TAG is one of: lisp, scheme, sx"
    )


# Properties

untimed = settings(deadline=None)

PROSE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="`~<["))
"""Text that can hold neither a fence nor a tag of reasoning."""
SCRAPS = st.sampled_from(
    [
        "`",
        "```",
        "````",
        "~~~",
        "sx",
        "markdown",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "> ",
        "- ",
        "1. ",
        ":",
        "(m",
        "(",
        ")",
        '"',
        "&gt;",
        "<think>",
        "</think>",
        "[THINK]",
        "\r\n",
        "\ufeff",
        "x y",
        "def",
    ]
)
REPLIES = st.lists(SCRAPS | st.text(max_size=5), max_size=40).map("".join)
FORMS = st.sampled_from([LISTS, PYTHON])
FINISHES = st.sampled_from(FinishReason)


@st.composite
def list_code(draw: DrawFn) -> str:
    """A whole list, with fences, tags and entities in its strings."""
    inside = st.text(alphabet="ab \n`~<>&;()", max_size=8) | st.sampled_from(["</think>", "&lt;"])
    string = inside.map(lambda text: f'"{text}"')
    gap = st.sampled_from([" ", "\n", "\n  ", "\n    ", "\n\n"])
    items = draw(st.lists(st.tuples(gap, string | st.sampled_from(["(f)", "1"])), max_size=6))
    return "(m" + "".join(gap + item for gap, item in items) + ")"


@st.composite
def python_code(draw: DrawFn) -> str:
    """A Python module with fences in its comments and strings."""
    text = st.text(alphabet="ab `~<>&;\\'", max_size=12)
    lines = st.one_of(
        text.map(lambda value: f"x = {value!r}"),
        text.map(lambda value: f"# {value}"),
        st.sampled_from(['"""\n```python\nf()\n```\n"""', "def f():\n    pass\n", "</think>"]),
    )
    code = "\n".join(draw(st.lists(lines, max_size=6)))
    return code if is_python(code) else "x = 1"


CODES = st.tuples(st.just(LISTS), list_code()) | st.tuples(st.just(PYTHON), python_code())


def fenced(code: str, info: str, char: str = "`", more: int = 0) -> str:
    """Code in a fence longer than any run in it."""
    runs = re.findall(f"{char}+", code)
    fence = char * (max([2, *map(len, runs)]) + 1 + more)
    return f"{fence}{info}\n{code}\n{fence}"


@st.composite
def fenced_code(draw: DrawFn, prefix: Callable[[str], str] = str) -> tuple[CodeForm, str, str]:
    """A form, code of it, and the code in a fence."""
    form, code = draw(CODES)
    tag = draw(st.sampled_from([*sorted(form.tags), ""]))
    info = draw(st.sampled_from([tag, f" {tag.upper()} x=1" if tag else "", f"{{.{tag}}}"]))
    block = fenced(code, info, draw(st.sampled_from("`~")), draw(st.integers(0, 2)))
    return form, code, prefix(block)


@untimed
@given(fenced_code(), PROSE, PROSE)
def test_fenced_code_comes_back_unchanged(
    made: tuple[CodeForm, str, str], before: str, after: str
) -> None:
    """Whatever the code and the prose around it, nothing is added, dropped or repaired."""
    form, code, block = made
    found = extract(f"{before}\n{block}\n{after}", form)
    assert found.source == code.rstrip("\n") + "\n"
    assert set(found.flags) <= {"untagged"}


@untimed
@given(fenced_code(), st.sampled_from(["> ", "> > ", "  ", "     "]))
def test_fenced_code_in_a_container_comes_back_unchanged(
    made: tuple[CodeForm, str, str], prefix: str
) -> None:
    """A quote or an indentation of all its lines is taken off."""
    form, code, block = made
    quoted = "\n".join(prefix + line for line in block.split("\n"))
    assert extract(quoted, form).source == code.rstrip("\n") + "\n"


@untimed
@given(fenced_code(), PROSE, PROSE, st.data())
def test_a_cut_reply_gives_the_whole_code_or_none(
    made: tuple[CodeForm, str, str], before: str, after: str, data: st.DataObject
) -> None:
    """Wherever the length ran out, a part of the code is never taken for the code."""
    form, code, block = made
    reply = f"{before}\n{block}\n{after}"
    cut = reply[: data.draw(st.integers(0, len(reply)))]
    try:
        found = extract(cut, form, finish_reason=FinishReason.LENGTH)
    except Truncated:
        assert len(cut) < len(f"{before}\n{block}")
    else:
        assert found.source == code.rstrip("\n") + "\n"
        assert "cut_after_code" in found.flags


@untimed
@given(fenced_code(), PROSE)
def test_reasoning_before_the_code_leaves_it_unchanged(
    made: tuple[CodeForm, str, str], thought: str
) -> None:
    """A thought in front, with a decoy in it, changes the flags alone."""
    form, code, block = made
    found = extract(f"<think>{thought}\n```\n(m decoy)\n</think>\n{block}", form)
    assert found.source == code.rstrip("\n") + "\n"
    assert found.flags[0] == "reasoning_stripped"


@untimed
@given(list_code())
def test_escaped_code_is_unescaped(code: str) -> None:
    """Escaping for HTML is undone where it shows."""
    code = code.replace('"', "").replace("&", "") + " "
    code = f"(m > {code.count('(')})"
    assert lists(fenced(html.escape(code), "sx")).source == code + "\n"


@untimed
@given(REPLIES, FORMS, FINISHES)
def test_any_text_gives_code_or_one_of_two_errors(
    reply: str, form: CodeForm, finish_reason: FinishReason
) -> None:
    """Nothing else is ever raised, and what is returned keeps its contract."""
    try:
        found = extract(reply, form, finish_reason=finish_reason)
    except (NoCode, Truncated):
        return
    assert found.source.strip()
    assert found.source.endswith("\n")
    assert not found.source.endswith("\n\n")
    assert found.flags == tuple(flag for flag in FLAGS if flag in found.flags)
    assert ("cut_after_code" in found.flags) == (finish_reason is FinishReason.LENGTH)


@untimed
@given(REPLIES, FORMS)
def test_extracting_again_changes_nothing(reply: str, form: CodeForm) -> None:
    """Code that was found whole is found again, with no flag, in a plain fence."""
    try:
        found = extract(reply, form)
    except (NoCode, Truncated):
        return
    if "implausible" not in found.flags:
        again = extract(fenced(found.source.removesuffix("\n"), max(form.tags)), form)
        assert again == Extraction(source=found.source, flags=())


@pytest.mark.parametrize("start", ["", "```sx\n"])
@pytest.mark.parametrize(
    "unit",
    [
        "`",
        "~",
        "<think>",
        "</think>",
        "<think></think>",
        "\n<think>\n</think>",
        "```\n",
        "```sx\n",
        "```sx\nx```\n",
        "a ```sx\n",
        "> ",
        "- ",
        "1. ",
        " ",
        "\t",
        "\n",
        "```markdown\n",
        "`a",
        "``` ",
        "```a\n\n",
        "&lt;",
        "(m",
        "```sx\n(m\n",
        "````\n```a\n",
        "\r",
    ],
)
def test_repetition_without_end_returns(start: str, unit: str) -> None:
    """A degenerate model repeats itself: no such text takes more than linear time."""
    reply = start + unit * (200_000 // len(unit))
    with pytest.raises((NoCode, Truncated)):
        lists(reply)
