"""A key that is planted like a canary comes out nowhere."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from typing import TYPE_CHECKING

import pytest
from conformance.providers import CANARY, SPEAKS
from werkzeug import Response

from pytest_llmgen.backends import register_builtin, servers
from pytest_llmgen.backends.command import Command
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.errors import BackendError
from pytest_llmgen.registry import Registry
from pytest_llmgen.runs.directory import RunDirectory
from pytest_llmgen.sandbox.environment import clean_environment
from pytest_llmgen.testing import question

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pytest_httpserver import HTTPServer
    from werkzeug import Request

    from pytest_llmgen.backends.backend import Backend

ESCAPED = CANARY.replace("-", r"\u002d")
"""The same text in another spelling of JSON."""


@pytest.fixture(autouse=True)
def _keys_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable that a provider reads holds the canary."""
    for variable in key_variables():
        monkeypatch.setenv(variable, CANARY)


def key_variables() -> list[str]:
    """All that providers read keys from."""
    known = (provider.api_key_env for provider in servers._PROVIDERS.values())
    return [name for name in known if name is not None]


def backend_of(provider: str, url: str) -> Backend:
    """A backend with the canary as its key."""
    registry = Registry("provider")
    register_builtin(registry)
    spec = ModelSpec(
        name="mine", provider=provider, model="tiny", base_url=url, api_key_env="OPENAI_API_KEY"
    )
    assert CANARY not in repr(spec)
    backend: Backend = registry.load(provider)(spec)
    return backend


def sent_key(request: Request) -> bool:
    """Whether a request carries the key in some header, and nowhere else."""
    assert CANARY not in request.url
    assert CANARY.encode() not in request.get_data()
    return any(CANARY in value for _name, value in request.headers)


@pytest.mark.parametrize("provider", SPEAKS)
@pytest.mark.parametrize("key", [CANARY, ESCAPED])
def test_no_record_holds_the_key(
    provider: str, key: str, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """Though the model's answer repeats it, in either spelling."""

    def answer(request: Request) -> Response:
        assert sent_key(request)
        body = json.dumps(SPEAKS[provider](f"Your key is {CANARY}."))
        return Response(body.replace(CANARY, key), mimetype="application/json")

    httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
    backend, request = backend_of(provider, httpserver.url_for("")), question(0)
    generation = backend.generate(request)
    backend.close()
    assert generation.text == "Your key is [key]."
    run = RunDirectory(tmp_path / "run")
    run.save_request(request)
    run.save_generation(request, generation)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(CANARY in path.read_text() for path in files)


@pytest.mark.parametrize("provider", SPEAKS)
def test_no_log_holds_the_key(
    provider: str, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    """With everything logged that httpx and its transport have to say."""

    def answer(request: Request) -> Response:
        assert sent_key(request)
        return Response(json.dumps(SPEAKS[provider]("x")), mimetype="application/json")

    httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
    with caplog.at_level(logging.DEBUG):
        backend = backend_of(provider, httpserver.url_for(""))
        backend.generate(question(0))
        backend.close()
    loggers = {record.name.partition(".")[0] for record in caplog.records}
    assert {"httpx", "httpcore"} <= loggers
    assert CANARY not in caplog.text


@pytest.mark.parametrize("provider", SPEAKS)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 429, 500])
@pytest.mark.parametrize("key", [CANARY, ESCAPED])
def test_no_error_holds_the_key(
    provider: str, status: int, key: str, httpserver: HTTPServer
) -> None:
    """Nor does its traceback, with all causes, nor a backend's repr()."""
    body = f'{{"error": {{"message": "bad key {key}", "code": 401, "type": "{key}"}}}}'
    httpserver.expect_request(re.compile(".*")).respond_with_data(
        body,
        status=status,
        headers={"Location": f"/elsewhere?key={CANARY}", "Retry-After": "7200"},
    )
    backend = backend_of(provider, httpserver.url_for(""))
    with pytest.raises(BackendError) as raised:
        backend.generate(question(0))
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(backend)
    backend.close()
    assert "[key]" in told
    assert CANARY not in told
    assert ESCAPED not in told


def test_no_command_line_holds_a_key(httpserver: HTTPServer) -> None:
    """Where every user of the machine can read it."""
    httpserver.expect_request(re.compile(".*")).respond_with_json(SPEAKS["openai-compatible"]("x"))
    backend = backend_of("openai-compatible", httpserver.url_for(""))
    backend.generate(question(0))
    script = (
        "import pathlib; print([p.read_bytes() for p in pathlib.Path('/proc').glob('*/cmdline')])"
    )
    lines = command(script).generate(question(0)).text
    backend.close()
    assert "import pathlib" in lines
    assert not any(CANARY in line for line in [lines, *sys.argv])


SHOW_PROCESSES = """
import contextlib, pathlib
for path in pathlib.Path("/proc").glob("*/cmdline"):
    with contextlib.suppress(OSError):
        print(path.read_bytes())
"""


def command(script: str, pass_env: Iterable[str] = ()) -> Command:
    """A program in Python."""
    words = (sys.executable, "-c", script)
    return Command(
        ModelSpec(
            name="mine", provider="command", model="x", command=words, pass_env=tuple(pass_env)
        )
    )


def test_no_child_gets_a_key() -> None:
    """Neither a program that is asked, nor a process that runs what a model wrote."""
    variables = set(key_variables())
    assert len(variables) >= 10
    environment = command("import os; print(*os.environ)").generate(question(0)).text.split()
    assert "PATH" in environment
    assert not variables & set(environment)
    assert not variables & clean_environment().keys()
    assert CANARY not in clean_environment().values()


def test_a_key_that_is_handed_on_is_not_repeated() -> None:
    """A program that needs a key of its own gets it by name; what it says of it is blotted out."""
    show = "import os, sys; print(os.environ['OPENAI_API_KEY'], file=sys.{}); sys.exit({})"
    handed = ["OPENAI_API_KEY"]
    generation = command(show.format("stdout", 0), handed).generate(question(0))
    assert generation.text == "[key]\n"
    with pytest.raises(BackendError, match=r"ended with code 3: \[key\]$"):
        command(show.format("stderr", 3), handed).generate(question(0))
    write = "import os, pathlib; pathlib.Path('a').write_text(os.environ['OPENAI_API_KEY'])"
    assert command(write, handed).generate(question(0)).text == "a\n\n```a\n[key]\n```\n"


def test_a_setting_that_is_handed_on_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is named like a secret is one."""
    monkeypatch.setenv("MY_MODE", "add")
    backend = command("import os; print(os.environ['MY_MODE'])", ["MY_MODE"])
    assert backend.generate(question(0)).text == "add\n"
    assert "MY_MODE" in os.environ
