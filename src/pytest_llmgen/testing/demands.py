"""What every check is made of."""

from __future__ import annotations


def demand(holds: bool, message: str) -> None:
    """Fail a check unless something holds."""
    if not holds:
        raise AssertionError(message)


def told(error: BaseException) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {error}"
