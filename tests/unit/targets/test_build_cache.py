"""What compilers made, kept on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.targets import build_cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(build_cache, "_memory", {})
    return tmp_path / "pytest-llmgen" / "builds"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another process knows: only the disk."""
    monkeypatch.setattr(build_cache, "_memory", {})


def test_another_process_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its key alone."""
    build_cache.store("key", b"data")
    forget(monkeypatch)
    assert build_cache.load("key") == b"data"
    assert build_cache.load("other") is None


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 32 + b"data"])
def test_a_damaged_entry_is_not_believed(
    place: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    """It counts as missing, and is written anew."""
    build_cache.store("key", b"data")
    (place / "key").write_bytes(damage)
    forget(monkeypatch)
    assert build_cache.load("key") is None
    build_cache.store("key", b"data")
    forget(monkeypatch)
    assert build_cache.load("key") == b"data"


def test_a_place_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory still holds it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    build_cache.store("key", b"data")
    assert build_cache.load("key") == b"data"


def test_there_is_a_place_without_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the home directory, as is usual."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(build_cache.folder()) == "/home/someone/.cache/pytest-llmgen/builds"


def test_it_does_not_grow_for_ever(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest quarter goes, on disk; in memory the oldest."""
    monkeypatch.setattr(build_cache, "KEPT_ON_DISK", 8)
    monkeypatch.setattr(build_cache, "KEPT_IN_MEMORY", 3)
    for number in range(9):
        build_cache.store(str(number), b"data")
        if number < 8:
            os.utime(place / str(number), (number, number))
    assert sorted(path.name for path in place.iterdir()) == ["2", "3", "4", "5", "6", "7", "8"]
    assert list(build_cache._memory) == ["6", "7", "8"]
