"""A server that cannot be reached: who tries whether it is back, when, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_REST_S, LONGEST_REST_S = 0.5, 5.0
"""Before the first try, and after some."""
RESTART_S, START_S = 60.0, 10.0
"""How long a server may take to come back, and one that was never heard of to be there: it may be
just starting, but more often its address is wrong."""


@dataclass(slots=True, kw_only=True)
class Outage:
    """A circuit that is open: one request at a time tries whether it may be closed."""

    problem: str
    began: float
    """On the clock of `time.monotonic`."""
    answered_before: bool
    """Whether the server was heard of in this run, of late by what was asked before the outage."""
    most_s: float
    """No longer than this, whatever the server is."""
    tries: int = 1
    resting: bool = True
    """Until the next try."""
    trying: bool = False
    """Whether what is in flight was asked as such a try, and not before the outage was known."""

    @property
    def rest_s(self) -> float:
        """Before the next try."""
        return min(LONGEST_REST_S, FIRST_REST_S * 2.0 ** (self.tries - 1))

    @property
    def patience_s(self) -> float:
        """How long the server is waited for."""
        return min(self.most_s, RESTART_S if self.answered_before else START_S)

    def is_final(self, now: float) -> bool:
        """Whether the next try would be too late."""
        return now + self.rest_s > self.began + self.patience_s

    @property
    def beginning(self) -> str:
        """What the user is told at once."""
        return f"{self.problem}; trying again for up to {self.patience_s:.0f} s"

    @property
    def end(self) -> str:
        """Why there is no answer, and what to do."""
        hint = (
            "it answered before; see why it stopped, and go on with the same --llm-run"
            if self.answered_before
            else "is the server running, and is base_url right?"
        )
        return f"{self.problem}; tried {self.tries} times; {hint}"
