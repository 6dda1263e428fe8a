"""A fault of the guest, raised in the process that runs it and told to the parent."""

from __future__ import annotations


class GuestFault(Exception):  # noqa: N818 - reads as what it is
    """The module is at fault; `verdict` is the value of one of the model's verdicts."""

    def __init__(self, verdict: str, message: str) -> None:
        """Keep the verdict beside the message."""
        super().__init__(message)
        self.verdict = verdict
