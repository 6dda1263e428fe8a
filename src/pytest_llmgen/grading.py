"""The mark of checks that grade.

A module of its own, since `pytest_llmgen.challenge` is also imported where submissions run: there,
pytest would be half of the time that it takes to start.
"""

from __future__ import annotations

import pytest

graded = pytest.mark.graded
"""Marks a check that lowers the score but never decides correctness."""
