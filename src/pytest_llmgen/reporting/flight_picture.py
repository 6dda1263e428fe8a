"""Pictures of flights: altitude and velocity over time, one line per attempt. Needs matplotlib."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import UsageError
from pytest_llmgen.lander import SOFT_M_PER_S
from pytest_llmgen.reporting.flight_style import (
    INK,
    MARKS,
    SAFE,
    AttemptLine,
    legend_of,
    line_of,
    settings,
)
from pytest_llmgen.reporting.flights import printable
from pytest_llmgen.reporting.layout import shorten
from pytest_llmgen.reporting.slim_svg import slim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from pytest_llmgen.reporting.flight_tracks import FlownStory, Track
    from pytest_llmgen.runs.flight import FlightResult

FORMATS = ("png", "svg")
MISSING = (
    "pictures of flights are drawn by matplotlib, which is not installed; to get it: "
    'pip install "pytest-llmgen[pictures]"'
)

MOST_COLUMNS = 4
PANEL_IN = (2.5, 1.55)
"""Width and height of one panel."""
LEAST_IN = 5.2
"""Least width of a picture: of a title and a legend."""
HEAD_IN, LEGEND_IN = 0.4, 0.3
MINUS = "\N{MINUS SIGN}"
USUAL_KG = 1000.0
"""The mass that is not told."""
MOST_TITLE = 90
"""Characters of a model's name."""


def require_matplotlib() -> None:
    """See that pictures can be drawn.

    Raises:
        UsageError: If not; with the command that helps.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - heavy, and not always there
    except ImportError as error:
        raise UsageError(MISSING) from error
    del mpl


def write_pictures(stories: Sequence[FlownStory], folder: Path) -> list[Path]:
    """Draw each story as a PNG and an SVG; the same stories give the same bytes.

    Raises:
        UsageError: If a file cannot be written.
    """
    written = []
    for story in stories:
        for form, data in draw(story).items():
            path = folder / f"{story.file_stem}.{form}"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            except OSError as error:
                raise UsageError(f"cannot write the picture {path}: {error}") from error
            written.append(path)
    return written


def draw(story: FlownStory) -> dict[str, bytes]:
    """The picture of a story, by format.

    Each flight of an attempt is two lines, whose ids in the SVG are `attempt-1-std300-altitude` and
    `attempt-1-std300-velocity`.
    """
    with settings():
        figure = _figure(story)
        metadata: dict[str, dict[str, Any]] = {
            "png": {"Software": None},
            "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
        }
        found = {}
        for form in FORMATS:
            buffer = io.BytesIO()
            figure.savefig(buffer, format=form, dpi=200, metadata=metadata[form])
            found[form] = buffer.getvalue()
    found["svg"] = slim(found["svg"].decode()).encode()
    return found


def _figure(story: FlownStory) -> Figure:
    """Bands of scenarios side by side, each with its altitude above its velocity."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and not always there

    scenarios = _scenarios(story)
    columns = min(len(scenarios), MOST_COLUMNS)
    bands = -(-len(scenarios) // columns)
    lines = [line_of(attempt) for attempt in story.attempts]
    handles = legend_of(story, lines)
    has_room = bands * columns > len(scenarios)
    legend_columns = max(columns, 2)
    below_in = 0.0 if has_room else LEGEND_IN * -(-len(handles) // legend_columns)
    size = max(PANEL_IN[0] * columns, LEAST_IN), PANEL_IN[1] * 2 * bands + HEAD_IN + below_in
    figure = Figure(figsize=size, layout="constrained")
    figure.suptitle(_title(story), fontsize=11.5, fontweight="bold")
    grid = figure.subplots(2 * bands, columns, squeeze=False)
    for number, name in enumerate(scenarios):
        band, column = divmod(number, columns)
        _draw_scenario(grid[2 * band, column], grid[2 * band + 1, column], name, lines)
    for axes in grid[::2, 0]:
        axes.set_ylabel("altitude (m)")
    for axes in grid[1::2, 0]:
        axes.set_ylabel("velocity (m/s)")
    figure.align_ylabels(list(grid[:, 0]))
    for axes in grid[-2:, len(scenarios) - bands * columns :].flat if has_room else ():
        axes.set_axis_off()
    _draw_legend(figure, grid[-2, -1] if has_room else None, handles, legend_columns)
    return figure


def _draw_legend(
    figure: Figure, room: Axes | None, handles: Sequence[Line2D], columns: int
) -> None:
    """In the room of a scenario that the last band lacks, else below all."""
    if room is None:
        figure.legend(handles=handles, loc="outside lower center", ncols=columns)
        return
    legend = room.legend(handles=handles, loc="upper left", borderaxespad=0, labelspacing=0.8)
    legend.set_in_layout(False)


def _draw_scenario(above: Axes, below: Axes, name: str, lines: Sequence[AttemptLine]) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - heavy, and not always there

    start = None
    for number, line in enumerate(lines):
        for track in line.attempt.tracks:
            if track.result.scenario == name:
                start = track.result
                _draw_flight(above, below, track, line, order=3 + number)
    assert start is not None
    below.axhspan(-SOFT_M_PER_S, 0, color=SAFE, alpha=0.13, linewidth=0)
    below.axhline(-SOFT_M_PER_S, color=SAFE, linewidth=0.9, gid=f"soft-limit-{_id(name)}")
    above.set_title(printable(name), loc="left", fontweight="bold")
    above.set_title(_start(start), loc="right", fontsize=7.5)
    below.set_xlabel("time (s)")
    for axes in (above, below):
        axes.axhline(0, color=INK, linewidth=0.7)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    above.tick_params(axis="x", labelbottom=False)
    above.set_ylim(bottom=-0.045 * above.get_ylim()[1])


def _start(result: FlightResult) -> str:
    """From where, in few characters."""
    mass = "" if result.mass_kg == USUAL_KG else f", {result.mass_kg:g} kg"
    velocity = f"{result.velocity_m_per_s:g}".replace("-", MINUS)
    return f"{result.altitude_m:g} m, {velocity} m/s{mass}"


def _draw_flight(above: Axes, below: Axes, track: Track, line: AttemptLine, *, order: int) -> None:
    times, altitudes, velocities = zip(*track.moments, strict=True)
    name = f"attempt-{line.attempt.number}-{_id(track.result.scenario)}"
    for axes, values, kind in ((above, altitudes, "altitude"), (below, velocities, "velocity")):
        axes.plot(times, values, linewidth=1.7, zorder=order, gid=f"{name}-{kind}", **line.style)
        axes.plot(
            times[-1:],
            values[-1:],
            marker=MARKS[track.result.outcome],
            markersize=6.5,
            markeredgecolor="white",
            markeredgewidth=0.7,
            color=line.style["color"],
            linestyle="none",
            clip_on=False,
            zorder=order + 20,
            gid=f"{name}-{kind}-end",
        )


def _scenarios(story: FlownStory) -> list[str]:
    """All that some attempt has flown, in their order."""
    names = (track.result.scenario for a in story.attempts for track in a.tracks)
    return list(dict.fromkeys(names))


def _title(story: FlownStory) -> str:
    sample = f", sample {story.sample}" if story.repeated else ""
    model = shorten(printable(story.model), MOST_TITLE)
    return f"{model}: {printable(story.challenge)}{sample}"


def _id(scenario: str) -> str:
    """A part of an id in the SVG."""
    return re.sub(r"[^\w-]", "_", scenario, flags=re.ASCII)
