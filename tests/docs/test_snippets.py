"""The documentation does what it says: files are laid out, commands are run, words are compared.

Each page is one reader, in a directory of its own, who takes its blocks from top to bottom. Of what
a command prints, every line shown must come, in that order; a line of `...` stands for any lines,
and `...` in a line for any text. Numbers are not compared, words are.

Where a page asks an Ollama server, it is a façade over a real llama-server, with the scripted model
of `support`, under the name that the page uses.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are a package of their own
from docs.pages import PAGES, ROOT, Block, Command, blocks_of, commands_of, page_id
from support.llama_server import ALIAS
from support.ollama_facade import running_ollama

from pytest_llmgen.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "qwen2.5-coder:7b"
"""The model that pages name."""
SERVER = "http://127.0.0.1:8080"
"""The server that pages name; the test's own stands in for it."""
SEED = "3"
"""Of the stand-in's answers, so that they are the same in each run: one of them is wrong."""
FILES = {"python", "wat", "toml", "ini", "yaml"}
"""Languages of which every block is a file, or says why it is not run."""
MADE = {"benchmarks/RESULTS.md"}
"""Files that a command of the project makes."""

_WITH_BLOCKS = [page for page in PAGES if blocks_of(page)]


@pytest.mark.parametrize("page", _WITH_BLOCKS, ids=page_id)
def test_page_does_what_it_says(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who follows the page sees what it shows."""
    blocks = blocks_of(page)
    if not any("needs" in block.directives for block in blocks):
        _read(blocks, tmp_path, {})
        return
    url = request.getfixturevalue("scripted_server")
    with running_ollama({MODEL: url}) as ollama:
        monkeypatch.setenv("OLLAMA_HOST", ollama.url)
        monkeypatch.setenv("PYTEST_ADDOPTS", f"--llm-seed={SEED}")
        _read(blocks, tmp_path, {SERVER: url, "my-model": ALIAS})


def _read(blocks: list[Block], folder: Path, replaced: dict[str, str]) -> None:
    reader = _Reader(folder)
    for block in blocks:
        if "not run" in block.directives:
            continue
        if block.file is not None:
            reader.write(block, replaced)
        elif block.language == "console":
            reader.run(block)
        elif block.language == "json":
            json.loads(block.text)
        else:
            assert block.language not in FILES, f"{block.place}: name the file, or say 'not run'"


class _Reader:
    """Somebody at a shell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        kept.pop("COVERAGE_PROCESS_START", None)
        self.environment = kept | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "COLUMNS": "80",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_ADDOPTS": f"-p no:cacheprovider {os.environ.get('PYTEST_ADDOPTS', '')}",
        }

    def write(self, block: Block, replaced: dict[str, str]) -> None:
        """Lay a file out; a second block of the same name replaces the first."""
        assert block.file is not None
        text = block.text
        for old, new in replaced.items():
            text = text.replace(old, new)
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if block.language == "yaml":
            assert yaml.safe_load(text)

    def run(self, block: Block) -> None:
        """Type the commands of a block."""
        commands = commands_of(block)
        last_status = int(block.directives.get("exit status", "0"))
        status = 0
        for number, command in enumerate(commands):
            if command.line.startswith("cd "):
                self.folder /= command.line[3:]
                continue
            is_asked = command.line == "echo $?"
            shell = f"(exit {status}); {command.line}" if is_asked else command.line
            done = self._shell(shell)
            status = done.returncode
            wanted = last_status if number == len(commands) - 1 else 0
            followed = commands[number + 1].line if number + 1 < len(commands) else ""
            if followed != "echo $?":
                assert status == wanted, f"{block.place}: {command.line}\n{done.stdout}"
            _compare(block, command, done.stdout)

    def _shell(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )


def _compare(block: Block, command: Command, printed: str) -> None:
    """See that all lines shown are there, one behind another."""
    got = [_words(line) for line in printed.splitlines() if line.strip()]
    place, gap = 0, True
    for line in command.output:
        if not line.strip():
            continue
        if line.strip() == "...":
            gap = True
            continue
        wanted = _words(line)
        found = next((i for i in range(place, len(got)) if _fits(wanted, got[i])), None)
        assert found is not None, f"{block.place}: not printed: {line!r}\n{printed}"
        assert gap or found == place, f"{block.place}: lines are missing before {line!r}\n{printed}"
        place, gap = found + 1, False


def _fits(wanted: str, got: str) -> bool:
    """Whether a line is as shown; `...` in what is shown stands for any text."""
    pieces = map(re.escape, wanted.split("..."))
    return re.fullmatch(".*".join(pieces), got) is not None


def _words(line: str) -> str:
    """A line without what differs from run to run: numbers, and the widths that follow from them.

    Paths of the interpreter and of the reader's directory are not compared either.
    """
    line = re.sub(r"(?<![\w.-])/[\w./-]+", "/PATH", line)
    line = re.sub(r"[-=_]{3,}", "--", line)
    line = re.sub(r"\[ *\d+%\]", "[#]", line)
    line = re.sub(r":\d+(?!\S)", ":#", line)
    return " ".join("#" if _NUMBER.fullmatch(word) else word for word in line.split())


_NUMBER = re.compile(r"[$+-]?\d[\d.,:/%hms-]*k?")


def test_numbers_are_not_compared() -> None:
    """Durations, rates, dates and rulers are the same; words and names of files are not."""
    assert _words("add    3/4  15-85%  0.3s  696") == _words("add 12/20 1-2% 1h05m 1040")
    assert _words(".F. [ 75%]") == _words(".F.   [100%]") != _words("... [100%]")
    assert _words("===== 3 passed in 3.09s =====") == _words("=== 12 passed in 1s ===")
    assert _words("3 passed") != _words("3 failed")
    assert _words("max_i32") != _words("max_i64")


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_options_on_a_page_exist(page: Path) -> None:
    """No page names an option, or an ini key, that there is not."""
    text = page.read_text(encoding="utf-8")
    known = {option.flag_name for option in OPTIONS} | {option.key for option in OPTIONS}
    named = set(re.findall(r"--llm-[a-z]+(?:-[a-z]+)*", text))
    named |= set(re.findall(r"^(llm_\w+) = ", text, re.MULTILINE))
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_python_names_on_a_page_exist(page: Path) -> None:
    """Every `pytest_llmgen.module.Name` in backticks can be imported."""
    import importlib

    text = page.read_text(encoding="utf-8")
    for name in set(re.findall(r"`(pytest_llmgen(?:\.\w+)+)`", text)):
        module, _, attribute = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ImportError:
            assert hasattr(importlib.import_module(module), attribute), name


def _paths_in_backticks() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        pattern = r"`((?:src|tests|tools|benchmarks|docs|challenges)/[\w./-]*)`"
        files = {block.file for block in blocks_of(page)}
        for name in sorted(set(re.findall(pattern, text)) - files):
            yield page_id(page), name


@pytest.mark.parametrize(("page", "name"), list(_paths_in_backticks()))
def test_paths_on_a_page_exist(page: str, name: str) -> None:
    """Every path of the repository that a page names is there."""
    assert name in MADE or (ROOT / name).exists(), f"{page} names {name}"
