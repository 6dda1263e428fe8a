"""The models of a run, and how the engine is to ask them."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from pytest_llmgen.backends import register_builtin
from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import FinishReason, Generation, SampleKey
from pytest_llmgen.models import SELF_CHECK, RunModel, lane_of, resolve_models
from pytest_llmgen.options import Options
from pytest_llmgen.registry import Registry
from pytest_llmgen.runs.directory import RUNS, RunDirectory
from pytest_llmgen.runs.record import Record
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def registry() -> Registry:
    """The providers of this package."""
    made = Registry("provider")
    register_builtin(made)
    return made


def _options(**changes: Any) -> Options:
    values: dict[str, Any] = {field.name: None for field in fields(Options)}
    values |= {"models": ("reference",), "samples": 2, "attempts": 3, "seed": 7, "max_tokens": 50}
    values |= {"seed_given": False, "self_check": False, "prompt": "chat", "few_shot": ()}
    return Options(**(values | changes))


def _resolve(
    root: Path, registry: Registry, *names: str, configured: Any = None, **options: Any
) -> list[RunModel]:
    return resolve_models(_options(models=names, **options), configured or {}, registry, root)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[RunDirectory]:
    """A run `old` of two models, two samples and two attempts."""
    run = RunDirectory(tmp_path / RUNS / "old")
    run.create(
        {
            "format": 1,
            "models": [{"name": "ollama/q:7b"}, {"name": "accepts"}],
            "options": {"samples": 2, "attempts": 2},
        }
    )
    yield run
    run.close()


def _settled(run: RunDirectory, key: SampleKey, verdict: Verdict) -> None:
    run.append(
        Record(
            model=key.model,
            challenge=key.challenge,
            target=key.target,
            tier="basic",
            sample=key.sample,
            verdict=verdict,
            built=True,
            score=0.0,
        )
    )


def test_models_are_those_named_each_once(tmp_path: Path, registry: Registry) -> None:
    """In the order of their first naming, with the run's number of samples."""
    models = _resolve(tmp_path, registry, "reference", "ollama/q:7b", "reference")
    assert [(model.name, model.samples) for model in models] == [
        ("reference", 2),
        ("ollama/q:7b", 2),
    ]
    assert [model.solutions for model in models] == ["reference", None]


def test_a_model_is_asked_as_its_table_says_else_as_the_run(
    tmp_path: Path, registry: Registry
) -> None:
    """The lane of each has its style; a built-in model reads no prompt."""
    tables = {
        "kept": {"model": "ollama/q:7b", "prompt": "chat"},
        "other": {"model": "ollama/q:7b", "prompt": "chatml"},
    }
    names = ("kept", "other", "ollama/q:7b", "reference")
    styles = {}
    for style in ("chat", "chatml"):
        options = _options(models=names, prompt=style)
        models = resolve_models(options, tables, registry, tmp_path)
        styles[style] = [lane_of(model, options, registry).prompt for model in models]
    assert styles == {
        "chat": ["chat", "chatml", "chat", "chat"],
        "chatml": ["chat", "chatml", "chatml", "chat"],
    }


def test_self_check_has_one_model(tmp_path: Path, registry: Registry) -> None:
    """Whatever models are named."""
    [model] = _resolve(tmp_path, registry, "ollama/q:7b", self_check=True)
    assert (model.name, model.samples, model.solutions) == (SELF_CHECK, 1, "reference")


def test_replay_stands_for_the_models_of_its_run(
    tmp_path: Path, registry: Registry, stored: RunDirectory
) -> None:
    """Under their own names; a built-in one has as many samples as it had solutions."""
    for sample in range(3):
        key = SampleKey(model="accepts", challenge="c", target="t", sample=sample)
        _settled(stored, key, Verdict.PASSED)
    models = _resolve(tmp_path, registry, "replay/old", samples=9)
    assert [(model.name, model.samples) for model in models] == [("ollama/q:7b", 2), ("accepts", 3)]
    assert all(model.spec is None and model.solutions is None for model in models)


def test_replay_is_asked_as_its_run_was(tmp_path: Path, registry: Registry) -> None:
    """Whatever this run's options say; a run of an earlier version sent messages."""
    run = RunDirectory(tmp_path / RUNS / "told")
    tables = [{"name": "m", "prompt": "chatml", "few_shot": {"mlir": 2}}, {"name": "old"}]
    run.create({"format": 1, "models": tables, "options": {"samples": 1, "attempts": 1}})
    run.close()
    options = _options(models=("replay/told",), few_shot=(("wat", 1),))
    new, old = resolve_models(options, {}, registry, tmp_path)
    assert (new.prompt, new.few_shot, new.few_shot_source) == (
        "chatml",
        (("mlir", 2),),
        "replay/told",
    )
    assert (old.prompt, old.few_shot) == ("chat", ())
    assert lane_of(new, options, registry).prompt == "chatml"


@pytest.mark.parametrize(
    "table", [{"prompt": "telepathy"}, {"few_shot": ["mlir"]}, {"few_shot": {"mlir": "many"}}]
)
def test_damaged_description_of_how_a_run_asked_is_one_line(
    tmp_path: Path, registry: Registry, table: dict[str, Any]
) -> None:
    """With the path of the file."""
    run = RunDirectory(tmp_path / RUNS / "told")
    models = [{"name": "m"} | table]
    run.create({"format": 1, "models": models, "options": {"samples": 1, "attempts": 1}})
    run.close()
    with pytest.raises(UsageError, match=r"told/run\.json: its models or options are damaged \("):
        _resolve(tmp_path, registry, "replay/told")


@pytest.mark.parametrize(
    ("verdict", "replies", "attempts"),
    [
        (Verdict.BUILD_FAILED, 1, 1),
        (Verdict.PASSED, 2, 2),
        (Verdict.BACKEND_ERROR, 1, 2),
        (Verdict.INTERRUPTED, 2, 2),
        (None, 0, 1),
        (None, 1, 2),
    ],
)
def test_replayed_sample_has_as_many_attempts_as_it_had(
    tmp_path: Path,
    registry: Registry,
    stored: RunDirectory,
    verdict: Verdict | None,
    replies: int,
    attempts: int,
) -> None:
    """One that was cut off may ask for one more, and is then told that there is none."""
    key = SampleKey(model="ollama/q:7b", challenge="c", target="t", sample=0)
    for attempt in range(1, replies + 1):
        folder = stored.attempt_folder(key, attempt)
        folder.mkdir(parents=True)
        reply = {"digest": "", "text": "", "finish_reason": "stop", "seconds": 0}
        (folder / "response.json").write_text(json.dumps(reply))
    if verdict is not None:
        _settled(stored, key, verdict)
    replay = _resolve(tmp_path, registry, "replay/old")[0].replay
    assert replay is not None
    assert replay.attempts(key) == attempts


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (("replay/x",), {}, "there is no run 'x' below {root} (there: old)"),
        (
            ("replay/old",),
            {"run": "old"},
            "replay/old cannot be stored into itself: choose another --llm-run",
        ),
        (
            ("ollama/q:7b", "replay/old"),
            {},
            "ollama/q:7b and replay/old both hold the model 'ollama/q:7b': run them apart",
        ),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    tmp_path: Path,
    registry: Registry,
    stored: RunDirectory,
    names: tuple[str, ...],
    options: dict[str, Any],
    message: str,
) -> None:
    """Before anything runs."""
    assert stored.describe()
    with pytest.raises(UsageError) as told:
        _resolve(tmp_path, registry, *names, **options)
    assert str(told.value) == message.format(root=tmp_path / RUNS)


@pytest.mark.parametrize(
    "damage", [{"models": 5}, {"models": [{}]}, {"options": {}}, {"options": {"samples": "many"}}]
)
def test_replay_of_a_damaged_run_is_one_line(
    tmp_path: Path, registry: Registry, stored: RunDirectory, damage: dict[str, Any]
) -> None:
    """It names the file."""
    path = stored.path / "run.json"
    path.write_text(json.dumps(stored.describe() | damage))
    with pytest.raises(
        UsageError, match=r"run\.json: its models or options are damaged \("
    ) as told:
        _resolve(tmp_path, registry, "replay/old")
    assert str(told.value).startswith(str(path))


# How each is asked


def test_lane_follows_options_and_table(tmp_path: Path, registry: Registry) -> None:
    """The command line's concurrency holds over the table's, and that over the provider's."""
    table = {
        "model": "ollama/q:7b",
        "base_url": "http://127.0.0.1:1/",
        "max_concurrency": 3,
        "usd_per_million_input": 1.0,
        "usd_per_million_output": 2.0,
    }
    [model] = _resolve(tmp_path, registry, "mine", configured={"mine": table})
    lane = lane_of(model, _options(temperature=0.5), registry)
    assert (lane.cap, lane.exclusive, lane.server) == (3, True, "http://127.0.0.1:1")
    assert (lane.parameters.temperature, lane.parameters.max_tokens, lane.seed) == (0.5, 50, None)
    generation = Generation(
        text="",
        finish_reason=FinishReason.STOP,
        seconds=1,
        prompt_tokens=1_000_000,
        completion_tokens=500_000,
    )
    assert lane.cost_usd(generation) == 2.0
    assert lane_of(model, _options(concurrency=5), registry).cap == 5


def test_seed_is_sent_only_if_the_user_gave_one(tmp_path: Path, registry: Registry) -> None:
    """A seed that was drawn for the inputs is not; built-in models take none."""
    remote, builtin = _resolve(tmp_path, registry, "ollama/q:7b", "reference")
    given = _options(seed_given=True)
    assert lane_of(remote, given, registry).seed == 7
    assert lane_of(remote, _options(), registry).seed is None
    assert lane_of(builtin, given, registry).seed is None


def test_identity_tells_models_of_one_name_apart(tmp_path: Path, registry: Registry) -> None:
    """A table that was edited between two goes of a run asks anew; its prices do not matter."""
    tables: list[dict[str, Any]] = [
        {"model": "ollama/q:7b"},
        {"model": "ollama/q:14b"},
        {"model": "openai/q:7b", "base_url": "http://127.0.0.1:1"},
        {"model": "ollama/q:7b", "parameters": {"top_p": 0.5}},
        {"model": "ollama/q:7b", "omit": ["temperature"]},
    ]
    same = {"model": "ollama/q:7b", "usd_per_million_input": 1, "usd_per_million_output": 1}

    def identity(table: dict[str, Any]) -> str:
        [model] = _resolve(tmp_path, registry, "mine", configured={"mine": table})
        return lane_of(model, _options(), registry).identity

    assert len(set(map(identity, tables))) == len(tables)
    assert identity(same) == identity(tables[0])


def test_replayed_model_needs_no_server(
    tmp_path: Path, registry: Registry, stored: RunDirectory
) -> None:
    """Its lane belongs to the run, and costs what it cost."""
    model = _resolve(tmp_path, registry, "replay/old")[0]
    lane = lane_of(model, _options(seed_given=True), registry)
    assert (lane.server, lane.exclusive, lane.seed) == (f"replay/{stored.name}", False, None)
    generation = Generation(text="", finish_reason=FinishReason.STOP, seconds=1, cost_usd=0.5)
    assert lane.cost_usd(generation) == 0.5
