"""The keys of a table `[tool.llmgen.models.NAME]`, and what each may hold."""

from __future__ import annotations

import difflib
import json
import math
import shlex
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import PROMPT_STYLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that is closest; empty if none is close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def check_table(text: str, table: Mapping[str, object]) -> None:
    """Check the names and the values of all keys.

    Raises:
        UsageError: In one line, for the first that is wrong.
    """
    for key, value in table.items():
        if key == "api_key":
            raise UsageError(
                f"model {text!r}: api_key does not belong in a file; "
                "put the key into an environment variable and name that in api_key_env"
            )
        if key in {"temperature", "max_tokens", "seed"}:
            raise UsageError(
                f"model {text!r}: unknown key {key!r}; did you mean 'parameters.{key}'?"
            )
        if key not in _KEYS:
            raise UsageError(
                f"model {text!r}: unknown key {key!r}{did_you_mean(key, _KEYS)} "
                f"(known: {', '.join(_KEYS)})"
            )
        wanted, fits = _KEYS[key]
        if not fits(value):
            raise UsageError(f"model {text!r}: {key} must be {wanted}, got {value!r}")
    prices = {"usd_per_million_input", "usd_per_million_output"} - table.keys()
    if len(prices) == 1:
        raise UsageError(f"model {text!r}: {prices.pop()} is missing; a cost needs both prices")


def check_command(
    text: str, provider: str, table: Mapping[str, object], environ: Mapping[str, str]
) -> None:
    """Check that a command has its words, that what it takes is set, and that nothing else has.

    Raises:
        UsageError: In one line, for the first that is wrong.
    """
    if provider != "command":
        for key in _OF_COMMANDS & table.keys():
            raise UsageError(
                f"model {text!r}: {key} is for programs, with model = 'command/NAME'; "
                f"this one is of provider {provider!r}"
            )
        return
    if "command" not in table:
        raise UsageError(
            f"model {text!r}: which program? Set command = ['PROGRAM', ...] in "
            "[tool.llmgen.models.NAME], with model = 'command/NAME'"
        )
    for key in table:
        if key in _NOT_OF_COMMANDS:
            raise UsageError(f"model {text!r}: a program takes no {key}; put it into command")
    names = table.get("pass_env", ())
    for name in names if isinstance(names, list) else ():
        if name not in environ:
            raise UsageError(
                f"model {text!r}: environment variable {name} is not set; "
                "set it, or take it out of pass_env"
            )


def words_of_command(value: object) -> tuple[str, ...]:
    """The words of a command: a list as it is, a text split like a shell does it, without one.

    Raises:
        ValueError: If a quote is not closed, or it is neither.
    """
    if isinstance(value, str):
        return tuple(shlex.split(value))
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise ValueError(f"neither a text nor a list of texts: {value!r}")


_OF_COMMANDS = frozenset({"command", "pass_env"})
_NOT_OF_COMMANDS = frozenset({"base_url", "api_key_env", "parameters", "omit"})


def _is_command(value: object) -> bool:
    try:
        words = words_of_command(value)
    except ValueError:
        return False
    return bool(words) and bool(words[0]) and not any("\0" in word for word in words)


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


def _is_json_table(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return isinstance(value, dict)


_TEXT: tuple[str, Callable[[Any], bool]] = (
    "a text that is not empty",
    lambda value: isinstance(value, str) and bool(value.strip()),
)
_NAMES: tuple[str, Callable[[Any], bool]] = (
    "a list of names",
    lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
)
_NUMBER = "a number of 0 or more", _is_number
_KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "model": _TEXT,
    "base_url": _TEXT,
    "api_key_env": _TEXT,
    "parameters": ("a table of what JSON can say", _is_json_table),
    "omit": _NAMES,
    "prompt": (" or ".join(map(repr, PROMPT_STYLES)), lambda value: value in PROMPT_STYLES),
    "command": ("a command line or a list of its words", _is_command),
    "pass_env": _NAMES,
    "vram_gb": _NUMBER,
    "size_gb": _NUMBER,
    "usd_per_million_input": _NUMBER,
    "usd_per_million_output": _NUMBER,
    "max_concurrency": (
        "a whole number of 1 or more",
        lambda value: type(value) is int and value > 0,
    ),
}
