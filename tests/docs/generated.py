"""Parts of the documentation that are made from the source, so that they cannot be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs.pages import ROOT

from pytest_llmgen.backends.servers import _PROVIDERS, _Provider
from pytest_llmgen.challenge import Challenge
from pytest_llmgen.extraction import FLAGS
from pytest_llmgen.options import OPTIONS, Option
from pytest_llmgen.targets.cpp import Cpp
from pytest_llmgen.targets.mlir import Mlir
from pytest_llmgen.targets.python import Python
from pytest_llmgen.targets.target import BuildSettings
from pytest_llmgen.targets.wat import Wat
from pytest_llmgen.targets.wgsl import Wgsl

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.targets.target import Target


def options() -> str:
    """A section for each option."""
    return "".join(_option(option) for option in OPTIONS) + "\n"


def _option(option: Option) -> str:
    value = "" if option.flag else f"={option.metavar or '|'.join(option.choices)}"
    return (
        f"\n## `{option.flag_name}{value}`\n\n{option.help}\n\n"
        f"Ini key: `{option.key}`, {_kind(option)}.\n"
    )


def _kind(option: Option) -> str:
    """What the ini key holds."""
    if option.flag:
        return "true or false"
    if option.many:
        return "a list, one a line"
    return "a text" if option.ini_type == "string" else "a number"


def providers() -> str:
    """A table of the providers that are asked over HTTP."""
    rows = "".join(
        f"| `{name}/NAME` | {_server(known)} | {_key(known)} |\n"
        for name, known in sorted(_PROVIDERS.items())
    )
    return f"\n| model | server | key |\n|---|---|---|\n{rows}\n"


def _server(known: _Provider) -> str:
    own = f"`{known.base_url}`" if known.base_url else "`base_url` of its table"
    return f"`{known.base_url_env}`, else {own}" if known.base_url_env else own


def _key(known: _Provider) -> str:
    if known.api_key_env is None:
        return "none"
    return f"`{known.api_key_env}`" + (", if set" if known.key_optional else "")


def flags() -> str:
    """A table of what extraction says of a reply."""
    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in FLAGS.items())
    return f"\n| flag | what it says |\n|---|---|\n{rows}\n"


def wat_rules() -> str:
    """What every prompt for the target `wat` says after the task."""
    return _rules(Wat())


def wgsl_rules() -> str:
    """What every prompt for the target `wgsl` says after the task."""
    return _rules(Wgsl())


def python_rules() -> str:
    """What every prompt for the target `python` says after the task."""
    return _rules(Python(), "`def f()`")


def cpp_rules() -> str:
    """What every prompt for the target `cpp` says after the task."""
    declared = "`struct Sample { int64_t time; double value; };` `double f(const Sample& sample)`"
    return _rules(Cpp(), declared)


def mlir_rules() -> str:
    """What every prompt for the target `mlir` says after the task."""
    return _rules(Mlir(), "`func.func @f(%m: memref<?xf32>)`")


def _rules(target: Target, task: str = "") -> str:
    challenge = Challenge(
        id="", folder=ROOT, task=task, targets=(target.name,), tier="", memory=True
    )
    try:
        return f"\n````text\n{target.rules(challenge, BuildSettings())}\n````\n\n"
    finally:
        target.close()


PARTS: dict[str, Callable[[], str]] = {
    "options": options,
    "providers": providers,
    "flags": flags,
    "python-rules": python_rules,
    "wat-rules": wat_rules,
    "wgsl-rules": wgsl_rules,
    "cpp-rules": cpp_rules,
    "mlir-rules": mlir_rules,
}
