"""Users that children become: each is one child's alone."""

from __future__ import annotations

import pytest

from pytest_llmgen.errors import WorkerError
from pytest_llmgen.sandbox import users
from pytest_llmgen.sandbox.users import Users


def test_no_two_have_the_same_user() -> None:
    """Within a process and across processes, which hold the names in the kernel."""
    ours, theirs = Users(), Users()
    taken = [ours.take(), theirs.take(), ours.take(), theirs.take()]
    assert len(set(taken)) == 4
    assert all(users.FIRST <= uid <= users.LAST for uid in taken)
    ours.close()
    theirs.close()


def test_user_is_taken_again_when_its_child_is_gone() -> None:
    """Given back, it is the next; closed, it is free for others."""
    ours, theirs = Users(), Users()
    first = ours.take()
    ours.give_back(first)
    assert ours.take() == first
    ours.close()
    assert theirs.take() == first
    theirs.close()


def test_all_users_taken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As our fault."""
    taken = Users()
    first = taken.take()
    monkeypatch.setattr(users, "FIRST", first)
    monkeypatch.setattr(users, "LAST", first)
    other = Users()
    with pytest.raises(WorkerError, match=rf"^the users {first} to {first} are all in use"):
        other.take()
    taken.close()
