"""How flights are drawn: colours, dashes and marks, and what the legend says of them."""

from __future__ import annotations

import re
import textwrap
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.lander import SOFT_M_PER_S, Outcome
from pytest_llmgen.reporting.flights import compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.lines import Line2D

    from pytest_llmgen.reporting.flight_tracks import FlownAttempt, FlownStory

STYLES: tuple[tuple[str, Any], ...] = (
    ("#c1272d", (0, (1.2, 1.4))),
    ("#e69f00", (0, (5, 1.8))),
    ("#0072b2", "solid"),
    ("#009e73", (0, (5, 1.5, 1.2, 1.5))),
    ("#8e5aa8", (0, (8, 2.5))),
    ("#56b4e9", (0, (3, 1.2, 1.2, 1.2, 1.2, 1.2))),
)
"""Colour and dashes of the attempts, told apart also by who sees no colours; more begin anew."""
MARKS = {
    Outcome.SOFT: "o",
    Outcome.HARD: "s",
    Outcome.CRASH: "X",
    Outcome.TIMEOUT: ">",
    Outcome.INVALID: "D",
}
INK, FAINT, SAFE = "#333333", "#d9d9d9", "#3a9d5d"
_RC: dict[Any, Any] = {
    "axes.edgecolor": INK,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "legend.fontsize": 8.5,
    "figure.constrained_layout.h_pad": 0.06,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "pytest-llmgen",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "xtick.labelsize": 7.5,
    "ytick.color": INK,
    "ytick.labelsize": 7.5,
}
LABEL = 27
"""Characters of a legend's line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLine:
    """One attempt as it is drawn."""

    attempt: FlownAttempt
    label: str
    style: dict[str, Any]


@contextmanager
def settings() -> Iterator[None]:
    """The same whatever the user has set; letters that the font lacks are drawn as boxes."""
    import matplotlib as mpl  # noqa: PLC0415 - heavy, and not always there

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        yield


def legend_of(story: FlownStory, lines: Sequence[AttemptLine]) -> list[Line2D]:
    """What every line and mark stands for, and the attempts that have none."""
    return [*_attempt_handles(lines), *_mark_handles(story), _limit_handle()]


def line_of(attempt: FlownAttempt) -> AttemptLine:
    """An attempt in its colour and dashes, with its name in the legend."""
    words, fastest = _ending(attempt)
    color, dashes = STYLES[(attempt.number - 1) % len(STYLES)]
    return AttemptLine(
        attempt=attempt,
        label="\n".join([*_wrapped(f"attempt {attempt.number}: {words}"), *fastest]),
        style={"color": color, "linestyle": dashes},
    )


def _wrapped(label: str) -> list[str]:
    """Lines of a legend; a count stays with its noun."""
    together = re.sub(r"(\d) ", "\\1\N{NO-BREAK SPACE}", label)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in textwrap.wrap(together, LABEL)]


def _ending(attempt: FlownAttempt) -> tuple[str, list[str]]:
    """How its flights ended, or why it has not flown; and the fastest touchdown, if any."""
    if not attempt.tracks:
        return attempt.outcome, []
    counts = Counter(track.result.outcome for track in attempt.tracks)
    speeds = [track.result.touchdown_m_per_s for track in attempt.tracks]
    fastest = max((speed for speed in speeds if speed is not None), default=None)
    words = compact({outcome: counts[outcome] for outcome in Outcome if outcome in counts})
    return words, [] if fastest is None else [f"touchdown up to {fastest:.1f} m/s"]


def _attempt_handles(lines: Sequence[AttemptLine]) -> list[Line2D]:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - heavy, and not always there

    return [
        Line2D(
            [],
            [],
            label=line.label,
            linewidth=1.7,
            **(line.style if line.attempt.tracks else {"linestyle": "none"}),
        )
        for line in lines
    ]


def _mark_handles(story: FlownStory) -> list[Line2D]:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - heavy, and not always there

    met = {track.result.outcome for attempt in story.attempts for track in attempt.tracks}
    return [
        Line2D([], [], label=outcome, marker=mark, color=INK, linestyle="none", markersize=6)
        for outcome, mark in MARKS.items()
        if outcome in met
    ]


def _limit_handle() -> Line2D:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - heavy, and not always there

    return Line2D([], [], label=f"soft up to {SOFT_M_PER_S:g} m/s", color=SAFE, linewidth=0.9)
