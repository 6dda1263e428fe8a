"""Fixtures of the conformance tests."""

from __future__ import annotations

import pytest
from conformance.providers import provider_server

from pytest_llmgen.backends import http

__all__ = ["provider_server"]


@pytest.fixture(autouse=True)
def _no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry at once: what a wait is made of is tested apart."""
    monkeypatch.setattr(http, "_BACKOFF_S", (0.0, 0.0))
