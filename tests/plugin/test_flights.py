"""Flights of submissions: in records, in the scoreboard, and drawn; servers that die among them."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from support.lab import scoreboard

from pytest_llmgen.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer
    from support.lab import Lab

HEAL = '''\
from pytest_llmgen.lander import fly
from pytest_llmgen.flight_log import debrief
from support.flights import HIDDEN, PUBLIC, note, proportional


def flights(program, scenarios, public=False):
    """Fly, and note it as the target mlir does."""
    flown = [fly(proportional(program.call(1)), scenario) for scenario in scenarios]
    program.notes = {"flights": [note(flight, keep_track=public) for flight in flown]}
    return debrief(flown)


def tries(program):
    """The public flights."""
    return flights(program, PUBLIC, public=True)


pytestmark = challenge(target="mini", tier="healing", trial=tries)


def test_public(submission):
    """Those that the task shows."""
    assert tries(submission.build()) is None


def test_hidden(submission):
    """Those that it keeps back."""
    assert flights(submission.build(), HIDDEN) is None


@graded
def test_gentle(submission):
    """What is graded decides nothing."""
    flights(submission.build(), HIDDEN)
    assert submission.build().call(1) > 3000
'''
"""A challenge whose answer is the gain of a controller."""
ANSWER = {
    "choices": [{"message": {"content": "```mini\n600 *\n```"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1},
}


@pytest.fixture
def healing(lab: Lab) -> Lab:
    """A challenge that flies."""
    path = lab.challenge("mini/healing/gain", checks="", solutions={"reference.mini": "4000"})
    path.write_text(path.read_text().partition("pytestmark")[0] + HEAL)
    return lab


def flights_in(report: str) -> str:
    """The sections of a report that are about flights."""
    start = report.index("Flights\n")
    ends = [report.find(f"\n\n{title}", start) for title in ("Left out of", "Notes")]
    return report[start : min(end for end in [*ends, len(report)] if end > 0)].rstrip()


def reported(lab: Lab, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `llmgen report` prints of the run `r`."""
    capsys.readouterr()
    assert main(["report", str(lab.path / ".llmgen" / "runs" / "r"), *arguments]) == 0
    return capsys.readouterr().out


def test_a_run_shows_its_flights(healing: Lab, workers: tuple[str, ...]) -> None:
    """How each attempt ended, and the flights that the task keeps back; a report says the same."""
    lab = healing
    lab.script(a={"gain/s0/1": "600 *", "gain/s0/2": "600", "*": "4000"})
    result = lab.run(
        *workers, "--llm-model=script/a", "--llm-run=r", "--llm-feedback=trial", "--llm-attempts=3"
    )
    result.assert_outcomes(passed=3)
    assert flights_in(scoreboard(result.stdout.str())) == (
        "Flights\n"
        "Model     Latency  Verified  Landed    Worst  Flights\n"
        "--------  -------  --------  ------  -------  -------\n"
        "script/a     0.2s       1/1     1/1  0.9 m/s  2 soft\n"
        "Latency: of one answer, in the mean. Verified: the last attempt's source. Landed: passed, "
        "every flight soft. Worst: the\n"
        "  fastest touchdown. Flights are those of the last attempt, from the starts that the task "
        "keeps back.\n"
        "\n"
        "Flights of script/a\n"
        "Challenge          Verified  Tries    Worst  Flights\n"
        "-----------------  --------  -----  -------  -------\n"
        "mini/healing/gain       yes      3  0.9 m/s  2 soft\n"
        "mini/healing/gain, attempt 1: does not verify: source.mini:1: invalid syntax\n"
        "mini/healing/gain, attempt 2: 2 of 2 flights did not end in a soft landing"
    )
    [record] = lab.records("r")
    assert [(f["scenario"], f["outcome"], f["public"]) for f in record["flights"]] == [
        ("std300", "soft", True),
        ("heavy300", "soft", True),
        ("corner1", "soft", False),
        ("fresh1", "soft", False),
    ]


def test_pictures_are_drawn_of_a_run_without_trials(
    healing: Lab, workers: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The checks fly, too."""
    healing.run(*workers, "--llm-model=reference", "--llm-run=r")
    pictures = healing.path / "pictures"
    reported(healing, capsys, "--flights", str(pictures))
    assert names(pictures) == [
        "reference/mini+healing+gain,mini,s0.png",
        "reference/mini+healing+gain,mini,s0.svg",
    ]
    svg = (pictures / "reference" / "mini+healing+gain,mini,s0.svg").read_text()
    assert "attempt 1: 2 soft" in svg
    assert 'id="attempt-1-heavy300-velocity"' in svg


def names(folder: Path) -> list[str]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


# `llmgen report --flights`


def test_a_report_in_json_stays_json_beside_pictures(
    healing: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was drawn is told on standard error."""
    healing.run("--llm-model=reference", "--llm-run=r")
    run = str(healing.path / ".llmgen" / "runs" / "r")
    pictures = healing.path / "pictures"
    capsys.readouterr()
    assert main(["report", run, "--format", "json", "--flights", str(pictures)]) == 0
    printed = capsys.readouterr()
    [row] = json.loads(printed.out)["flights"]
    assert (row["model"], row["outcomes"]) == ("reference", {"soft": 2})
    assert printed.err == f"flights: 2 pictures of 1 sample in {pictures}\n"


def test_a_run_without_flights_cannot_be_drawn(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line."""
    lab.challenge()
    lab.run("--llm-model=reference", "--llm-run=r")
    capsys.readouterr()
    assert main(["report", str(lab.path / ".llmgen" / "runs" / "r"), "--flights", "x"]) == 2
    assert capsys.readouterr().err == (
        "llmgen: the run 'r' holds no flights to draw; "
        "challenges of mlir/healing fly what models write\n"
    )


# Servers that die


class DyingServer:
    """Answers over a real socket until it dies; then nobody listens there."""

    def __init__(self, *, loading: int, answers: int) -> None:
        """Say so many times that the model is loading, then answer so many requests.

        It dies in the next one: while the model is loading, or when half an answer is sent.
        """
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self._loading, self._answers = loading, answers
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        loading = {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}
        for _ in range(self._loading):
            self._exchange(503, loading)
        for _ in range(self._answers):
            self._exchange(200, ANSWER)
        self._exchange(200, ANSWER, half=self._answers > 0, nothing=self._answers == 0)
        self._listener.close()

    def _exchange(
        self, status: int, said: object, *, half: bool = False, nothing: bool = False
    ) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as sent:
            length = 0
            while line := sent.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            sent.read(length)
            body = json.dumps(said).encode()
            head = (
                f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            if not nothing:
                connection.sendall(head.encode() + body[: len(body) // 2 if half else None])

    def close(self) -> None:
        """Let go of the port, if it still listens."""
        self._listener.close()


@pytest.fixture
def dying(healing: Lab, httpserver: HTTPServer) -> Iterator[Lab]:
    """Three models whose server dies: as Ollama tells it, while it loads, while it generates."""
    died = {"error": "llama runner process has terminated: signal: killed"}
    httpserver.expect_request("/api/chat").respond_with_json(died, status=500)
    httpserver.expect_request("/api/show").respond_with_json({})
    loads = DyingServer(loading=1, answers=0)
    writes = DyingServer(loading=0, answers=1)
    tables = {
        "runner": ("ollama/q", httpserver.url_for("").rstrip("/")),
        "loads": ("openai-compatible/q", loads.url),
        "writes": ("openai-compatible/q", writes.url),
    }
    healing.write(
        "pyproject.toml",
        "".join(
            f'[tool.llmgen.models.{name}]\nmodel = "{model}"\nbase_url = "{url}"\nsize_gb = 19.1\n'
            for name, (model, url) in tables.items()
        ),
    )
    yield healing
    loads.close()
    writes.close()


def test_models_whose_server_dies_are_not_shown_as_wrong(
    dying: Lab, workers: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Shown as what it is, with why; left out of every rate, also after an answer that was bad."""
    lab = dying
    result = lab.run(
        *workers,
        "--llm-model=reference,runner,loads,writes",
        "--llm-run=r",
        "--llm-timeout=2",
        "--llm-attempts=2",
        "--llm-report=json:board.json",
    )
    result.assert_outcomes(passed=3, errors=9)
    assert lab.verdicts("r") == ["backend_error", "passed", "backend_error", "backend_error"]
    text = flights_in(scoreboard(result.stdout.str()))
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines()[3:7]}
    for model in ("runner", "loads"):
        assert rows[model] == ["19.1", "GB", "-", "-", "backend_error", "-", "-", "-"]
    assert rows["writes"][:2] == ["19.1", "GB"]
    assert rows["writes"][-4:] == ["backend_error", "-", "-", "-"]
    assert rows["reference"][-6:] == ["1/1", "1/1", "0.9", "m/s", "2", "soft"]
    told = [line for line in text.splitlines() if "not judged" in line]
    assert [line.partition(", not judged: ")[0] for line in sorted(told)] == [
        f"{model}: 1 backend_error" for model in ("loads", "runner", "writes")
    ]
    assert "llama runner process has terminated: signal: killed" in " ".join(text.split())
    for model in ("runner", "loads", "writes"):
        assert f"Flights of {model}" not in text
    board = json.loads((lab.path / "board.json").read_text())
    for row in board["models"]:
        if row["model"] != "reference":
            assert (row["samples"], row["ours"]) == (0, {"backend_error": 1})
            assert (row["correct_percent"], row["score_percent"]) == (None, None)
    assert text in reported(lab, capsys)
