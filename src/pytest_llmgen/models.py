"""The models of one run: what the user named, and how each is asked."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_llmgen.backends.models import BUILTIN_MODELS, ModelSpec, cost_usd, resolve_model
from pytest_llmgen.backends.replay import Replay
from pytest_llmgen.engine.asker import ModelLane
from pytest_llmgen.errors import UsageError
from pytest_llmgen.few_shot import OPTION
from pytest_llmgen.generation import CHAT, PROMPT_STYLES, SamplingParameters
from pytest_llmgen.runs.directory import RUNS, find_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_llmgen.options import Options
    from pytest_llmgen.registry import Registry

SELF_CHECK = "self-check"
"""Stands for the challenges' own solutions under `--llm-self-check`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunModel:
    """One model of a run."""

    name: str
    """As shown everywhere; of a replay, the name in the run that is replayed."""
    spec: ModelSpec | None
    """None for a model that is replayed."""
    samples: int
    prompt: str = CHAT
    """One of `PROMPT_STYLES`; of a replay, as the replies were asked for."""
    few_shot: tuple[tuple[str, int | None], ...] = ()
    """Of which targets how many examples it is shown, likewise."""
    replay: Replay | None = None

    @property
    def few_shot_source(self) -> str:
        """Who wants the examples."""
        return OPTION if self.replay is None else self.replay.server

    @property
    def solutions(self) -> str | None:
        """Which of a challenge's own solutions it answers with, if it does."""
        if self.spec is None or self.spec.provider not in BUILTIN_MODELS:
            return None
        return self.spec.provider


def resolve_models(
    options: Options,
    configured: Mapping[str, Mapping[str, object]],
    registry: Registry,
    root: Path,
) -> list[RunModel]:
    """Find out which models the user means, each once.

    Raises:
        UsageError: In one line, for the first that cannot be meant.
    """
    if options.self_check:
        spec = ModelSpec(name=SELF_CHECK, provider="reference", model="reference")
        return [RunModel(name=SELF_CHECK, spec=spec, samples=1)]
    models: dict[str, tuple[str, RunModel]] = {}
    for text in dict.fromkeys(options.models):
        provider, _, rest = text.partition("/")
        if provider == "replay" and text not in configured:
            found = _replayed(rest, root, options.run)
        else:
            spec = resolve_model(text, configured, registry, os.environ)
            found = [_asked(spec, options)]
        for model in found:
            other, _ = models.setdefault(model.name, (text, model))
            if other != text:
                raise UsageError(
                    f"{other} and {text} both hold the model {model.name!r}: run them apart"
                )
    return [model for _, model in models.values()]


def _asked(spec: ModelSpec, options: Options) -> RunModel:
    """A model of this run; built-in ones read no prompt, so none is too much for them."""
    builtin = spec.provider in BUILTIN_MODELS
    return RunModel(
        name=spec.name,
        spec=spec,
        samples=options.samples,
        prompt=CHAT if builtin else spec.prompt or options.prompt,
        few_shot=options.few_shot,
    )


def _replayed(name: str, root: Path, present: str | None) -> list[RunModel]:
    """The models of a stored run."""
    run = find_run(root, name)
    if present is not None and (root / RUNS / present).resolve() == run.path.resolve():
        raise UsageError(f"replay/{name} cannot be stored into itself: choose another --llm-run")
    description = run.describe()
    try:
        found = {str(table["name"]): _prompting(table) for table in description["models"]}
        samples = int(description["options"]["samples"])
        replay = Replay(run, attempts=int(description["options"]["attempts"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{run.path}/run.json: its models or options are damaged ({error!r})"
        ) from error
    return [
        RunModel(
            name=name,
            spec=None,
            samples=_samples(replay, name, samples),
            prompt=prompt,
            few_shot=few_shot,
            replay=replay,
        )
        for name, (prompt, few_shot) in found.items()
    ]


def _prompting(table: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, int], ...]]:
    """How a model of a stored run was asked; runs of earlier versions knew only one way."""
    prompt = str(table.get("prompt", CHAT))
    if prompt not in PROMPT_STYLES:
        raise ValueError(prompt)
    shown = dict(table.get("few_shot", {}))
    return prompt, tuple((str(target), int(number)) for target, number in shown.items())


def _samples(replay: Replay, name: str, wanted: int) -> int:
    """Of a built-in model, as many as it had solutions; of another, those still owed too."""
    settled = replay.samples(name)
    return settled or wanted if name in BUILTIN_MODELS else max(settled, wanted)


def lane_of(model: RunModel, options: Options, registry: Registry) -> ModelLane:
    """How the engine asks a model."""
    spec = model.spec
    if spec is None:
        assert model.replay is not None
        return ModelLane(
            backend=model.replay,
            cap=model.replay.default_concurrency,
            server=model.replay.server,
            exclusive=False,
            parameters=SamplingParameters(),
            seed=None,
            cost_usd=lambda generation: generation.cost_usd,
            prompt=model.prompt,
            metered=False,
        )
    backend = registry.load(spec.provider)(spec)
    decides = {
        "provider": spec.provider,
        "model": spec.model,
        "command": spec.command,
        "parameters": spec.parameters,
        "omit": spec.omit,
    }
    return ModelLane(
        backend=backend,
        cap=options.concurrency or spec.max_concurrency or backend.default_concurrency,
        server=backend.server,
        exclusive=backend.one_model_at_a_time,
        parameters=SamplingParameters(
            temperature=options.temperature, max_tokens=options.max_tokens
        ),
        seed=options.seed if options.seed_given and model.solutions is None else None,
        cost_usd=lambda generation: cost_usd(spec, generation),
        identity=json.dumps(decides, sort_keys=True, default=str),
        prompt=model.prompt,
        metered=model.solutions is None,
    )
