"""Names of folders: safe, distinct, and readable where they can be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_llmgen.runs.folder_name import MAX_BYTES, folder_name

NAMES = st.text(st.characters() | st.sampled_from("a./+:%~-"), max_size=300)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("reference", "reference"),
        ("ollama/qwen2.5-coder:7b", "ollama+qwen2.5-coder~7b"),
        ("openai/org/model@1=x", "openai+org+model@1=x"),
        ("größe", "größe"),
        ("a b", "a%20b"),
        ("a+b", "a%2Bb"),
        ("a~b", "a%7Eb"),
        ("", "%"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("../../x", "..+..+x"),
        ("a\0b", "a%00b"),
        ("\ud83e", "%ED%A0%BE"),
    ],
)
def test_names_stay_readable(text: str, name: str) -> None:
    """Ordinary names stay, a slash becomes a plus, a colon a tilde, the rest is escaped."""
    assert folder_name(text) == name


@given(NAMES)
@example("x" * 1000)
@example("é" * 150)
def test_name_is_one_folder_right_here(text: str) -> None:
    """No separator, no way up, no more bytes than a file system takes."""
    name = folder_name(text)
    assert Path("runs", name).parts == ("runs", name)
    assert name not in {"", ".", ".."}
    assert len(os.fsencode(name)) <= MAX_BYTES
    assert name.isprintable()
    assert not set(name) & set('"<>|*?:\\')


@given(NAMES, NAMES)
@example("a/b", "a+b")
@example("a%2Bb", "a+b")
@example("", "%")
@example(".", "%2E")
@example("x" * 300, "x" * 301)
def test_different_texts_have_different_names(one: str, other: str) -> None:
    """Two models never share a folder."""
    assert (folder_name(one) == folder_name(other)) == (one == other)
