"""Notes of an attempt: what there is room for, and how they are read."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.runs.notes import LIMIT_BYTES, read_notes, within_limit

if TYPE_CHECKING:
    from pathlib import Path

NOTES = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=40)
)


def test_notes_of_usual_size_are_kept_as_they_are() -> None:
    """Several flights with their tracks are a tenth of the limit."""
    track = [[float(i), 1000.25, -30.75] for i in range(60)]
    notes = {"body": True, "flights": [{"name": "std300", "track": track}] * 7}
    assert within_limit(notes) == notes


def test_a_note_that_is_too_large_is_named_and_left_out() -> None:
    """The others stay, those after it too."""
    notes = {"first": 1, "huge": "x" * LIMIT_BYTES, "last": [2]}
    assert within_limit(notes) == {"first": 1, "last": [2], "left_out": ["huge"]}


@given(NOTES, st.integers(0, 400))
def test_no_more_is_kept_than_there_is_room_for(notes: dict[str, Any], limit_bytes: int) -> None:
    """And what is not left out is as it was."""
    notes.pop("left_out", None)
    kept = within_limit(notes, limit_bytes)
    left_out = kept.pop("left_out", [])
    assert sorted([*kept, *left_out]) == sorted(notes)
    assert all(notes[name] == note for name, note in kept.items())
    assert sum(len(json.dumps({name: note})) for name, note in kept.items()) <= limit_bytes


@pytest.mark.parametrize("note", [math.nan, {1, 2}, object()])
def test_notes_that_json_cannot_say_are_refused(note: object) -> None:
    """It is the target's mistake, and not the model's."""
    with pytest.raises((TypeError, ValueError)):
        within_limit({"note": note})


@pytest.mark.parametrize("text", [None, "", "{", "[1]", "[" * 100_000])
def test_damaged_or_missing_notes_are_none(tmp_path: Path, text: str | None) -> None:
    """A run of an earlier version has none."""
    if text is not None:
        (tmp_path / "notes.json").write_text(text)
    assert read_notes(tmp_path) == {}


def test_notes_are_read(tmp_path: Path) -> None:
    """As they were stored."""
    (tmp_path / "notes.json").write_text('{"flights": []}\n')
    assert read_notes(tmp_path) == {"flights": []}
