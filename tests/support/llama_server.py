"""A real llama-server on this machine, for as long as a test needs it.

The fixtures at the end are for a conftest, or a test module, to import.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.mlir_scenes import MLIR_SCENES
from support.scripted_model import CONTEXT_TOKENS, write_model
from support.wat_scenes import WAT_SCENES

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "0.3.36"
"""Of llama-cpp-python, whose sources tools/build-llama-server.sh builds."""

MISSING = "no llama-server; build it once with: bash tools/build-llama-server.sh"

ALIAS = "scripted"
"""The name under which the session's server offers its model."""

EXACT_SAMPLING = (
    *("--temp", "1.0", "--top-k", "0", "--top-p", "1.0", "--min-p", "0.0"),
    *("--repeat-penalty", "1.0"),
)
"""What a request leaves open must not change the model's odds."""

_READY_WITHIN_S = 60.0
_STOPS_WITHIN_S = 10.0
_LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")


def find_llama_server() -> Path | None:
    """The server to use: LLMGEN_LLAMA_SERVER, else on PATH, else the one built here; or None.

    Raises:
        FileNotFoundError: If LLMGEN_LLAMA_SERVER is set and is no executable.
    """
    if named := os.environ.get("LLMGEN_LLAMA_SERVER"):
        if shutil.which(named) is None:
            raise FileNotFoundError(
                f"LLMGEN_LLAMA_SERVER={named!r} is no executable: unset it or mend it"
            )
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    built = cache / "pytest-llmgen" / f"llama-server-{VERSION}" / "llama-server"
    found = shutil.which("llama-server") or shutil.which(built)
    return Path(found) if found else None


@contextmanager
def running_server(
    model_path: Path, *, alias: str, slots: int = 4, api_key: str | None = None
) -> Iterator[str]:
    """Serve `model_path` as `alias` and give the base URL; skip the test if there is no server.

    Args:
        model_path: A GGUF; the server's log goes to its folder.
        alias: Name of the model in `/v1/models`.
        slots: Requests answered at once, each with the whole context of a scripted model.
        api_key: Bearer token without which requests are answered 401.

    Raises:
        RuntimeError: If the server does not come up, or ends before it is told to.
    """
    binary = find_llama_server()
    if binary is None:
        pytest.skip(MISSING)
    command = _command(binary, model_path, alias=alias, slots=slots, api_key=api_key)
    process, log = _start(command, model_path.parent)
    try:
        yield _url_when_ready(process, log)
        _demand_alive(process, "while it was in use")
    except Exception as error:
        error.add_note(_tail(log))
        raise
    finally:
        _stop(process)


def _command(
    binary: Path, model_path: Path, *, alias: str, slots: int, api_key: str | None
) -> list[str]:
    """The command line: port 0 lets the system choose a free one."""
    return [
        str(binary),
        *("--model", str(model_path), "--alias", alias),
        *("--host", "127.0.0.1", "--port", "0"),
        *("--parallel", str(slots), "--ctx-size", str(slots * CONTEXT_TOKENS)),
        *("--threads", "1", "--no-warmup", "--no-webui", "--offline"),
        *EXACT_SAMPLING,
        *(("--api-key", api_key) if api_key else ()),
    ]


def _start(command: list[str], folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """Start the server, deaf to the user's own LLAMA_* settings, with a log in `folder`."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("LLAMA_")}
    with tempfile.NamedTemporaryFile(
        dir=folder, prefix="llama-server-", suffix=".log", delete=False
    ) as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=settings
        )
    return process, Path(log.name)


def _url_when_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    give_up = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < give_up:
        _demand_alive(process, "before it was ready")
        if (said := _LISTENING.search(log.read_text(errors="replace"))) and _is_healthy(said[1]):
            return said[1]
        time.sleep(0.02)
    raise RuntimeError(f"llama-server was not ready within {_READY_WITHIN_S:g} s")


def _demand_alive(process: subprocess.Popen[bytes], when: str) -> None:
    if process.poll() is not None:
        raise RuntimeError(f"llama-server ended with code {process.returncode} {when}")


def _is_healthy(url: str) -> bool:
    import httpx

    try:
        # verify=False: there is no certificate, and loading the trusted ones takes longest
        return httpx.get(f"{url}/health", timeout=5, trust_env=False, verify=False).is_success
    except httpx.TransportError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return f"{log} ends with:\n{log.read_text(errors='replace')[-2000:]}"


@pytest.fixture(scope="session")
def scripted_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that plays `WAT_SCENES` and `MLIR_SCENES`."""
    path = tmp_path_factory.mktemp("scripted") / "scripted.gguf"
    write_model(path, [*WAT_SCENES, *MLIR_SCENES])
    return path


@pytest.fixture(scope="session")
def scripted_server(scripted_gguf: Path) -> Iterator[str]:
    """Base URL of a llama-server that offers `scripted_gguf` as `ALIAS`."""
    with running_server(scripted_gguf, alias=ALIAS) as url:
        yield url
