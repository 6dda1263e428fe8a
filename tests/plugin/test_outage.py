"""A server that is down, or goes down: told once, and nothing is lost if it comes back."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from support.lab import scoreboard
from support.streams import read_until

if TYPE_CHECKING:
    from support.lab import Lab

ANSWER = {
    "choices": [{"message": {"content": "```mini\n2 * x\n```"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1},
}
WAIT_S = 60.0
"""Longer than any of these runs should take."""


class Server(ThreadingHTTPServer):
    """Answers rightly on a port of its own, and can stop listening after some answers."""

    daemon_threads = True

    def __init__(self, port: int, *, answers: int = 1_000_000) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.left = threading.Semaphore(answers)
        self.gone = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let go of the port."""
        self.shutdown()
        self.server_close()
        self.gone.set()


class Handler(BaseHTTPRequestHandler):
    """Closes each connection, and the server with it when no answer is left."""

    server: Server

    def do_POST(self) -> None:
        """Answer, or go down."""
        self.rfile.read(int(self.headers["content-length"]))
        if not self.server.left.acquire(blocking=False):
            self.server.stop()
            return
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def configure(lab: Lab, port: int) -> None:
    """Two checks, and a model `m` at that port."""
    lab.challenge()
    lab.write(
        "pyproject.toml",
        f'[tool.llmgen.models.m]\nmodel = "openai-compatible/m"\n'
        f'base_url = "http://127.0.0.1:{port}/v1"\n',
    )


@pytest.mark.parametrize("verbose", [(), ("-v",), ("-q",)], ids=["", "verbose", "quiet"])
def test_a_server_that_is_down_is_told_once(
    lab: Lab, workers: tuple[str, ...], verbose: tuple[str, ...]
) -> None:
    """At once, when it is given up, and in the end; not for each of its 80 checks."""
    port = free_port()
    configure(lab, port)
    result = lab.run(
        "--llm-model=m", "--llm-samples=40", "--llm-timeout=1", "--llm-run=r", *workers, *verbose
    )
    result.assert_outcomes(errors=80)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert lab.verdicts() == ["backend_error"] * 40
    refused = f"http://127.0.0.1:{port}/v1: cannot connect: [Errno 111] Connection refused"
    end = f"{refused}; tried 2 times; is the server running, and is base_url right?"
    text = result.stdout.str()
    assert [line for line in text.splitlines() if "refused" in line] == [
        f"llmgen: m: {refused}; trying again for up to 1 s",
        f"llmgen: m is asked no more: {end}",
        f"m: 40 samples (80 checks): {end}",
    ]
    assert "m: 40 backend_error" in scoreboard(text)
    assert "40 samples not done; go on with: --llm-run=r\n" in text
    assert "ERRORS" not in text
    assert "short test summary" not in text


def test_one_error_alone_is_shown_as_any_other(lab: Lab, workers: tuple[str, ...]) -> None:
    """With the check that it ended, while what many met is told once."""
    lab.challenge(checks="def test_it(submission):\n    assert submission.build()\n")
    lab.script(a={"double/s0": {"error": "503"}, "*": {"error": "on fire"}})
    result = lab.run("--llm-model=script/a", "--llm-samples=4", *workers)
    result.assert_outcomes(errors=4)
    text = result.stdout.str()
    assert text.count("::test_it[script/a-s0] - backend_error: 503") == 1
    assert [line for line in text.splitlines() if "on fire" in line] == [
        "script/a: 3 samples (3 checks): on fire"
    ]


def test_a_sample_that_got_no_answer_is_named(lab: Lab) -> None:
    """Its two checks met the same."""
    lab.challenge()
    lab.script(a={"double/s1": {"error": "503"}, "*": "2 * x"})
    result = lab.run("--llm-model=script/a", "--llm-samples=3")
    result.assert_outcomes(passed=4, errors=2)
    assert "\nscript/a mini/basic/double mini s1 (2 checks): 503\n" in result.stdout.str()


def test_many_different_errors_do_not_flood_the_end(lab: Lab) -> None:
    """The first twenty are told, and how many samples met others."""
    lab.challenge()
    lab.script(a={f"double/s{sample}": {"error": f"fault {sample}"} for sample in range(25)})
    result = lab.run("--llm-model=script/a", "--llm-samples=25")
    result.assert_outcomes(errors=50)
    text = result.stdout.str()
    assert len([line for line in text.splitlines() if "fault" in line]) == 20
    assert "\nand 5 samples with other errors\n" in text


def test_a_server_that_starts_late_is_waited_for(lab: Lab, workers: tuple[str, ...]) -> None:
    """It is started once the run has said that it is not there."""
    port = free_port()
    configure(lab, port)
    process = lab.start("--llm-model=m", "--llm-samples=5", "--llm-run=r", *workers)
    read_until(process, "trying again for up to 10 s", WAIT_S)
    server = Server(port)
    rest, _ = process.communicate(timeout=WAIT_S)
    server.stop()
    assert b"llmgen: m: its server is back\n" in rest
    assert lab.verdicts("r") == ["passed"] * 5
    assert process.returncode == pytest.ExitCode.OK


def test_a_server_that_restarts_in_the_middle_loses_no_sample(
    lab: Lab, workers: tuple[str, ...]
) -> None:
    """Between its third answer and the next start nobody listens."""
    port = free_port()
    configure(lab, port)
    first = Server(port, answers=3)
    process = lab.start("--llm-model=m", "--llm-samples=20", "--llm-run=r", *workers)
    read_until(process, "; trying again for up to ", WAIT_S)
    assert first.gone.wait(WAIT_S)
    second = Server(port)
    process.communicate(timeout=WAIT_S)
    second.stop()
    assert lab.verdicts("r") == ["passed"] * 20
    assert process.returncode == pytest.ExitCode.OK
