"""`llmgen`: lays out challenges, shows runs again, and says what this machine can do."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_llmgen.errors import LlmgenError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.reporting.scoreboard import ModelFacts
    from pytest_llmgen.runs.directory import RunDirectory
    from pytest_llmgen.runs.record import Record

CONFIGURATION = """\
[pytest]
addopts = --import-mode=importlib
testpaths = challenges
norecursedirs = .* solutions

# Options have ini keys too, for example:
# llm_model = ollama/qwen2.5-coder:7b
# llm_samples = 10
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit status: 0, or 2 with one line on standard error; 1 if `doctor` finds that no run
        would work.
    """
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options) or 0
    except LlmgenError as error:
        print(f"llmgen: {error}", file=sys.stderr)  # noqa: T201 - a command's output
        return 2
    except BrokenPipeError:  # `llmgen report RUN | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="llmgen",
        description="Lay out challenges for language models, show runs again, and see what this "
        "machine can do.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    init = commands.add_parser(
        "init",
        help="lay out the challenges in a new directory",
        description="Copy the challenges that come with this package into DIR/challenges, with a "
        "pytest.ini beside them, ready to run and to extend.",
    )
    init.add_argument("directory", metavar="DIR", type=Path)
    init.add_argument(
        "--suite", action="append", metavar="NAME", help="only this suite (may be repeated)"
    )
    init.set_defaults(run=_init)
    report = commands.add_parser(
        "report",
        help="print a run's scoreboard",
        description="Print the scoreboard of a run from its records; nothing is run again. What "
        "was flown in the challenges of mlir/healing can be drawn too.",
    )
    report.add_argument("run_name", metavar="RUN", help="a name below .llmgen/runs, or a directory")
    report.add_argument(
        "--format", choices=("terminal", "markdown", "json"), default="terminal", dest="form"
    )
    report.add_argument(
        "--flights",
        metavar="DIR",
        type=Path,
        help="also draw the flights of every sample, as DIR/MODEL/CHALLENGE,TARGET,sN.png and "
        ".svg: altitude and velocity over time, a line for each attempt; needs "
        'pip install "pytest-llmgen[pictures]"',
    )
    report.set_defaults(run=_report)
    doctor = commands.add_parser(
        "doctor",
        help="say what this machine can do",
        description="Say which targets, which tier of the sandbox and which servers work on this "
        "machine, and the command for what it lacks. The exit status is 0 if a run would work with "
        "at least one target, else 1.",
    )
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.set_defaults(run=_doctor)
    return parser


def shipped_challenges() -> Path:
    """Where the challenges are: inside an installed package, or beside its source.

    Raises:
        UsageError: If they are missing.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "challenges", here.parents[1] / "challenges"):
        if folder.is_dir():
            return folder
    raise UsageError(f"the challenges are missing from {here}; install pytest-llmgen again")


def _init(options: argparse.Namespace) -> None:
    source = shipped_challenges()
    suites = sorted(folder.name for folder in source.iterdir() if folder.is_dir())
    chosen: list[str] = options.suite or suites
    for name in chosen:
        if name not in suites:
            raise UsageError(f"there is no suite {name!r} (there are: {', '.join(suites)})")
    target: Path = options.directory
    if (target / "challenges").exists():
        raise UsageError(f"{target / 'challenges'} exists already; choose another directory")
    ignore = shutil.ignore_patterns("__pycache__")
    for name in chosen:
        shutil.copytree(source / name, target / "challenges" / name, ignore=ignore)
    configuration = target / "pytest.ini"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION, encoding="utf-8")
    count = sum(1 for _ in (target / "challenges").rglob("test_*.py"))
    _print(f"{count} challenges in {target / 'challenges'}; try: cd {target} && pytest -n 2")


def _report(options: argparse.Namespace) -> None:
    from pytest_llmgen.reporting.scoreboard import build_scoreboard  # noqa: PLC0415 - only here
    from pytest_llmgen.runs.directory import find_run  # noqa: PLC0415 - only here

    run = find_run(Path.cwd(), options.run_name)
    records = run.records()
    if options.flights is not None:
        _draw_flights(run, records, options.flights)
    scoreboard = build_scoreboard(records, _facts(run.describe()))
    if options.form == "json":
        from pytest_llmgen.reporting.json_report import to_json as show  # noqa: PLC0415
    elif options.form == "markdown":
        from pytest_llmgen.reporting.markdown import to_markdown as show  # noqa: PLC0415
    else:
        from pytest_llmgen.reporting.terminal import render  # noqa: PLC0415

        width = shutil.get_terminal_size().columns
        _print(render(scoreboard, width=width, color=sys.stdout.isatty()))
        return
    _print(show(scoreboard))


def _draw_flights(run: RunDirectory, records: Sequence[Record], folder: Path) -> None:
    from pytest_llmgen.reporting.flight_picture import (  # noqa: PLC0415 - only here
        require_matplotlib,
        write_pictures,
    )
    from pytest_llmgen.reporting.flight_tracks import read_stories  # noqa: PLC0415 - only here
    from pytest_llmgen.reporting.quantities import plural  # noqa: PLC0415 - only here

    require_matplotlib()
    stories = read_stories(run.path, records)
    if not stories:
        raise UsageError(
            f"the run {run.name!r} holds no flights to draw; "
            "challenges of mlir/healing fly what models write"
        )
    files = write_pictures(stories, folder)
    said = f"flights: {len(files)} pictures of {plural(len(stories), 'sample')} in {folder}"
    print(said, file=sys.stderr)  # noqa: T201 - beside the report, which may be JSON


def _doctor(options: argparse.Namespace) -> int:
    from pytest_llmgen.reporting.doctor import diagnose, render, to_json  # noqa: PLC0415 - only here

    found = diagnose()
    width = shutil.get_terminal_size().columns
    _print(to_json(found) if options.json else render(found, width=width))
    return 0 if found.works else 1


def _facts(description: dict[str, object]) -> list[ModelFacts]:
    from pytest_llmgen.reporting.scoreboard import ModelFacts  # noqa: PLC0415 - only here

    models = description.get("models")
    if not isinstance(models, list):
        return []
    shown = {field.name for field in fields(ModelFacts)}
    return [
        ModelFacts(**{key: value for key, value in table.items() if key in shown})
        for table in models
    ]


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    sys.exit(main())
