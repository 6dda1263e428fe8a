"""Models that answer with a challenge's own solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_llmgen.backends import register_builtin
from pytest_llmgen.backends.builtin import Accepts, Reference, Rejects
from pytest_llmgen.backends.models import ModelSpec
from pytest_llmgen.errors import BackendError
from pytest_llmgen.generation import FinishReason
from pytest_llmgen.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_llmgen.generation import GenerationRequest

REFERENCE = ModelSpec(name="reference", provider="reference", model="reference")


def test_every_builtin_provider_can_be_loaded() -> None:
    """Each name leads to a class whose instances have all that a backend needs."""
    registry = Registry("provider")
    register_builtin(registry)
    assert len([*registry]) == 17
    for name in registry:
        spec = ModelSpec(
            name=name,
            provider=name,
            model="m",
            base_url="http://127.0.0.1:1",
            command=("true",),
        )
        backend = registry.load(name)(spec)
        assert backend.default_concurrency >= 1
        assert backend.one_model_at_a_time is (name == "ollama")
        assert backend.server in {name, f"{name}/m", "http://127.0.0.1:1"}
        backend.close()


@pytest.mark.parametrize("backend", [Reference, Accepts, Rejects])
def test_the_reply_is_the_file_in_a_fence(
    backend: type[Reference], request_of: Callable[..., GenerationRequest], tmp_path: Path
) -> None:
    """The text comes back whole, with its first comment, and as a finished reply."""
    path = tmp_path / "reject_unsigned.wat"
    path.write_bytes(b";; reject: test_signs, compares unsigned\r\n(module)\n")
    generation = backend(REFERENCE).generate(request_of(solution_file=str(path)))
    assert generation.text == (
        "```wat\n;; reject: test_signs, compares unsigned\r\n(module)\n```\n"
    )
    assert generation.finish_reason is FinishReason.STOP
    assert generation.seconds == 0.0
    assert generation.completion_tokens is None


def test_a_missing_line_end_is_added(
    request_of: Callable[..., GenerationRequest], tmp_path: Path
) -> None:
    """The closing fence never sticks to the last line."""
    path = tmp_path / "reference.py"
    path.write_text("x = 1")
    generation = Reference(REFERENCE).generate(request_of(solution_file=str(path)))
    assert generation.text == "```py\nx = 1\n```\n"


def test_a_fence_in_the_solution_gets_a_longer_one_around(
    request_of: Callable[..., GenerationRequest], tmp_path: Path
) -> None:
    """Code that holds a fence itself is not cut short."""
    path = tmp_path / "reference.py"
    path.write_text('"""\n````\n"""\n')
    generation = Reference(REFERENCE).generate(request_of(solution_file=str(path)))
    assert generation.text.startswith("`````py\n")
    assert generation.text.endswith("\n`````\n")


def test_a_challenge_without_solution_says_what_to_add(
    request_of: Callable[..., GenerationRequest],
) -> None:
    """The message names challenge, target and remedy."""
    with pytest.raises(BackendError) as raised:
        Reference(REFERENCE).generate(request_of())
    assert str(raised.value) == (
        "model 'reference' has no solution of challenge 'wat/add' for target 'wat'; "
        "add one to the challenge's solutions/"
    )


def test_a_file_that_cannot_be_read_is_named(
    request_of: Callable[..., GenerationRequest], tmp_path: Path
) -> None:
    """A file that vanished and a file that is no text are errors of ours."""
    binary = tmp_path / "reference.wat"
    binary.write_bytes(b"\xff\xfe\xfa")
    for path in (binary, tmp_path / "gone.wat"):
        with pytest.raises(BackendError, match=f"cannot read {path}: "):
            Reference(REFERENCE).generate(request_of(solution_file=str(path)))
