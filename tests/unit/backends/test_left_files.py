"""Files as a reply."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_llmgen.backends import left_files as module
from pytest_llmgen.backends.left_files import left_files

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_file_that_was_written_last_comes_last(tmp_path: Path) -> None:
    """A reader of several takes the last one for the answer."""
    for moment, name in enumerate(("c.wat", "a.wat", "b.wat")):
        (tmp_path / name).write_text(f"({name})\n")
        os.utime(tmp_path / name, ns=(moment, moment))
    assert left_files(tmp_path) == (
        "c.wat\n\n```c.wat\n(c.wat)\n```\n\n"
        "a.wat\n\n```a.wat\n(a.wat)\n```\n\n"
        "b.wat\n\n```b.wat\n(b.wat)\n```\n"
    )


def test_of_many_files_the_last_ones_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program may have unpacked all the world."""
    monkeypatch.setattr(module, "MAX_FILES", 2)
    for moment in range(4):
        (tmp_path / f"{moment}").write_text("x")
        os.utime(tmp_path / f"{moment}", ns=(moment, moment))
    assert left_files(tmp_path).count("```") == 4
    assert "```2\n" in left_files(tmp_path)
    assert "```3\n" in left_files(tmp_path)


def test_an_empty_folder_is_no_reply(tmp_path: Path) -> None:
    """Nor are folders in it."""
    (tmp_path / "src").mkdir()
    assert not left_files(tmp_path)
