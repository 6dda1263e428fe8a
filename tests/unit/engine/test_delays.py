"""Actions for later: each runs once, whatever the others do."""

from __future__ import annotations

import threading

import pytest
from support.fake_backend import WAIT_S

from pytest_llmgen.engine.delays import Delays


def test_action_that_raises_does_not_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown as any thread's exception."""
    shown: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda hook: shown.append(hook.exc_value))
    delays, done, error = Delays(), threading.Event(), ValueError("a mistake")

    def fail() -> None:
        raise error

    delays.after(0, fail)
    delays.after(0.01, done.set)
    assert done.wait(WAIT_S)
    delays.close()
    assert shown == [error]


def test_machine_that_has_threads_again_runs_later_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """One failure to start is told to its caller and does not stay for ever."""
    delays, done = Delays(), threading.Event()

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            delays.after(0, pytest.fail)
    delays.after(0, done.set)
    assert done.wait(WAIT_S)
    delays.close()


def test_closed_delays_leave_no_thread_and_run_nothing() -> None:
    """What was still to come is forgotten."""
    before = set(threading.enumerate())
    delays, ran = Delays(), threading.Event()
    delays.after(3600, ran.set)
    delays.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(WAIT_S)
        assert not thread.is_alive()
    delays.after(0, ran.set)
    assert not ran.is_set()
