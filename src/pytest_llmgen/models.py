"""The models of one run: what the user named, and how each is asked."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_llmgen.backends.models import BUILTIN_MODELS, ModelSpec, cost_usd, resolve_model
from pytest_llmgen.backends.replay import Replay
from pytest_llmgen.engine.engine import ModelLane
from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import SamplingParameters
from pytest_llmgen.runs.directory import find_run

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
    replay: Replay | None = None

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
    models: dict[str, RunModel] = {}
    for text in options.models:
        provider, _, rest = text.partition("/")
        if provider == "replay" and text not in configured:
            found = _replayed(rest, root)
        else:
            spec = resolve_model(text, configured, registry, os.environ)
            found = [RunModel(name=text, spec=spec, samples=options.samples)]
        for model in found:
            models.setdefault(model.name, model)
    return list(models.values())


def _replayed(name: str, root: Path) -> list[RunModel]:
    run = find_run(root, name)
    description = run.describe()
    try:
        names, samples = description["models"], description["options"]["samples"]
    except KeyError as error:
        raise UsageError(f"{run.path}/run.json: there is no {error}") from error
    replay = Replay(run)
    return [
        RunModel(name=table["name"], spec=None, samples=samples, replay=replay) for table in names
    ]


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
        )
    backend = registry.load(spec.provider)(spec)
    decides = {"model": spec.model, "parameters": spec.parameters, "omit": spec.omit}
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
    )
