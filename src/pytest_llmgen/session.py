"""What one pytest process knows: options, models, targets, and its link to the engine."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import threading
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_llmgen.collection import CheckParameter, parameter_of
from pytest_llmgen.errors import HarnessError, LlmgenError, RuleBroken, SubmissionError, UsageError
from pytest_llmgen.options import Options, configured_models, given_names
from pytest_llmgen.registry import Registry
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy as np
    import pytest

    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.engine.link import Builder, EngineClient
    from pytest_llmgen.engine.plan import BuildOutcome, SamplePlan, Solution
    from pytest_llmgen.generation import Message, SampleKey
    from pytest_llmgen.models import RunModel
    from pytest_llmgen.sandbox.tier import Tier
    from pytest_llmgen.targets.target import BuildSettings, Example, Target


class Session:
    """State of one pytest process, with or without xdist. Heavy parts are made on first use."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        """Keep what is known so far."""
        self.options = options
        self.backends = Registry("provider")
        self.targets = Registry("target")
        config.hook.pytest_llmgen_register_backends.call_historic(
            kwargs={"registry": self.backends}
        )
        config.hook.pytest_llmgen_register_targets.call_historic(kwargs={"registry": self.targets})
        self._config = config
        self._parameters: dict[SampleKey, CheckParameter] = {}
        self._running: dict[str, Target] = {}
        self._building: dict[str, Target] = {}
        self._client: EngineClient | None = None
        self._builder: Builder | None = None
        self._unconnected = "nothing was planned"
        """Why there is no client."""
        self._folders: dict[str, Path] = {}
        self._examples: dict[
            tuple[tuple[str, int | None], ...], dict[str, tuple[Example, ...]]
        ] = {}
        self.unguarded = ""
        """Why there is no sandbox."""
        self._uses_tier = False
        self.needs_tier = False
        """Whether it will surely be used in this run."""
        self.only_plans = False
        """Whether this process is gone once it has told the engine what is wanted."""
        self._trying: threading.Thread | None = None

    @property
    def root(self) -> Path:
        """Pytest's root directory."""
        return self._config.rootpath

    @cached_property
    def models(self) -> list[RunModel]:
        """The models of this run.

        Raises:
            UsageError: If one cannot be meant.
        """
        from pytest_llmgen.models import resolve_models  # noqa: PLC0415 - see the class

        return resolve_models(
            self.options, configured_models(self._config), self.backends, self.root
        )

    @cached_property
    def target_classes(self) -> Mapping[str, type[Target]]:
        """Every target that can be imported: one that cannot stops only its own challenges."""
        found: dict[str, type[Target]] = {}
        for name in self.targets:
            with contextlib.suppress(UsageError):
                found[name] = self.targets.load(name)
        return found

    @cached_property
    def suffixes(self) -> Mapping[str, str]:
        """The file suffix of every target's sources."""
        return {name: kind.suffix for name, kind in self.target_classes.items()}

    @cached_property
    def settings(self) -> BuildSettings:
        """What targets are told about the run."""
        from pytest_llmgen.targets.target import BuildSettings  # noqa: PLC0415 - see the class

        return BuildSettings(shader_length=self._judged_by("shader-length"))

    def examples(self, model: RunModel) -> Mapping[str, tuple[Example, ...]]:
        """What a model is shown before a task, by target.

        Raises:
            UsageError: If some target has no such examples.
        """
        if model.few_shot not in self._examples:
            from pytest_llmgen.few_shot import find_examples  # noqa: PLC0415 - see the class

            self._examples[model.few_shot] = find_examples(
                model.few_shot, self.targets, source=model.few_shot_source
            )
        return self._examples[model.few_shot]

    @cached_property
    def feedback(self) -> str:
        """What a model is shown before its next attempt."""
        return self._judged_by("feedback")

    def _judged_by(self, name: str) -> str:
        """An option that decides how replies are judged: of a replay, as in its run by default."""
        key = name.replace("-", "_")
        value: str = getattr(self.options, key)
        replay = next((model.replay for model in self.models if model.replay), None)
        if replay is None or name in given_names(self._config):
            return value
        return str(replay.options.get(key, value))

    def rng(self, challenge: Challenge, check: str) -> np.random.Generator:
        """The source of a check's inputs: the same for all models and samples of a run."""
        import numpy as np  # noqa: PLC0415 - see the class

        text = f"{self.options.seed} {challenge.id} {check}"
        return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()))

    def claim(self, challenge: Challenge, file: Path) -> None:
        """Note which file declares a challenge.

        Raises:
            UsageError: If another file has declared one of the same id.
        """
        first = self._folders.setdefault(challenge.id, file)
        if first != file:
            raise UsageError(
                f"{file}: {first} declares the challenge {challenge.id!r} already; "
                "give each a folder of its own"
            )

    # The sandbox

    @cached_property
    def tier(self) -> Tier | None:
        """The sandbox's tier in this run; None if none can be set up: `unguarded` says why.

        The controlling process tries it out on first use, and tells its workers.

        Raises:
            UsageError: If it is not to be had and the user insists on it.
        """
        from pytest_llmgen.sandbox.tier import Tier, probe  # noqa: PLC0415 - see the class

        if self._trying is not None:
            self._trying.join()
        wanted = None if self.options.sandbox == "auto" else Tier(self.options.sandbox)
        try:
            return probe(wanted)
        except HarnessError as error:
            if wanted is not None:
                raise UsageError(f"--llm-sandbox={wanted}: {error}") from None
            self.unguarded = str(error)
            return None

    @property
    def guard(self) -> str:
        """The tier as a person reads it; nothing as long as it has not been tried out."""
        if self.options.sandbox == "off":
            return "OFF (what models write runs unguarded)"
        if "tier" not in vars(self) and not self.needs_tier:
            return ""
        return self.tier or "none (it cannot be set up)"

    def try_tiers_out(self) -> None:
        """Find the tier on a thread while pytest collects, unless it is known."""
        if "tier" not in vars(self) and self._trying is None:
            self._trying = threading.Thread(target=_try_tiers_out, name="llmgen-tier", daemon=True)
            self._trying.start()

    def use_tier(self) -> None:
        """Have every sandbox of this process be of the run's tier, or fail if there is none.

        Raises:
            UsageError: As `tier`.
        """
        if not self._uses_tier:
            from pytest_llmgen.sandbox import shared  # noqa: PLC0415 - see the class

            shared.choose(self.tier, self.unguarded)
            self._uses_tier = True

    # Targets: one instance for the tests and one for the builder, each with its own process, so
    # that a compiler bomb in a build cannot take down a test that is running.

    def target(self, name: str) -> Target:
        """The instance for tests."""
        return self._instance(self._running, name)

    def _instance(self, instances: dict[str, Target], name: str) -> Target:
        if name not in instances:
            instances[name] = self.targets.load(name)()
        return instances[name]

    # The engine

    def connect(self, path: str, items: list[pytest.Item]) -> None:
        """Tell the engine what was collected and offer to build.

        Raises:
            HarnessError: If there can be no engine; every `solve` will say so too.
        """
        self._note(items)
        if not self._parameters:
            return
        try:
            self._connect(path, items)
        except HarnessError as error:
            self._unconnected = str(error)
            raise

    def _connect(self, path: str, items: list[pytest.Item]) -> None:
        from pytest_llmgen.engine.link import Builder, EngineClient  # noqa: PLC0415 - see the class

        client = EngineClient(path)
        try:
            self._take_tier(client.welcome())
            client.plan(lambda: self.plans(items), checks=_digest_of_checks(items))
        except HarnessError:
            client.close()
            raise
        if self.only_plans:
            client.close()
            return
        self._client = client
        self._builder = Builder(path, self._build)
        targets: list[Target] = []
        for name in {key.target for key in self._parameters}:
            with contextlib.suppress(Exception):  # its checks will say so
                targets.append(self.target(name))
        threading.Thread(target=_warm_up, args=(targets,), name="llmgen-warm", daemon=True).start()
        gc.freeze()  # all that was collected stays: looking for garbage in it costs more than it is

    def _take_tier(self, told: Mapping[str, Any]) -> None:
        from pytest_llmgen.sandbox.tier import Tier  # noqa: PLC0415 - see the class

        self.tier = None if told["tier"] is None else Tier(told["tier"])
        self.unguarded = told["unguarded"]
        self.use_tier()

    def solve(self, key: SampleKey) -> Solution:
        """Wait for a sample's solution."""
        if self._client is None:
            raise HarnessError(self._unconnected)
        return self._client.solve(key)

    def close(self) -> None:
        """Hang up and stop helper processes."""
        if self._client is not None:
            self._client.close()
        if self._builder is not None:
            self._builder.close()
        for target in (*self._running.values(), *self._building.values()):
            target.close()
        if self._trying is not None:
            self._trying.join()
        if self._uses_tier:
            from pytest_llmgen.sandbox import shared  # noqa: PLC0415 - see the class

            shared.close()

    def _note(self, items: list[pytest.Item]) -> None:
        for item in items:
            if (parameter := parameter_of(item)) is not None:
                self._parameters.setdefault(parameter.key, parameter)

    def plans(self, items: list[pytest.Item]) -> list[SamplePlan]:
        """The samples that these tests check, in their order.

        Raises:
            HarnessError: If a target fails.
        """
        self._note(items)
        self.use_tier()
        try:
            return self._plans(items)
        except LlmgenError:
            raise
        except Exception as error:  # a target by a third party may raise anything
            raise HarnessError(f"a target failed: {type(error).__name__}: {error}") from error

    def _plans(self, items: list[pytest.Item]) -> list[SamplePlan]:
        from pytest_llmgen.engine.plan import SamplePlan  # noqa: PLC0415 - see the class

        checks: dict[SampleKey, list[str]] = {}
        for item in items:
            if (parameter := parameter_of(item)) is not None:
                checks.setdefault(parameter.key, []).append(item.nodeid)
        models = {model.name: model for model in self.models}
        plans = []
        for key, nodeids in checks.items():
            parameter, model = self._parameters[key], models[key.model]
            unavailable, is_error = self._unavailable(key.target)
            attempts = self.options.attempts
            if model.replay is not None:
                attempts = model.replay.attempts(key)
            elif model.solutions is not None:
                attempts = 1
            file = parameter.solution_file
            plans.append(
                SamplePlan(
                    key=key,
                    tier=parameter.challenge.tier,
                    messages=() if is_error else self._prompt(parameter.challenge, key, model),
                    attempts=attempts,
                    checks=tuple(nodeids),
                    solution_file=None if file is None else str(file),
                    unavailable=unavailable,
                    is_error=is_error,
                )
            )
        return plans

    def _prompt(self, challenge: Challenge, key: SampleKey, model: RunModel) -> tuple[Message, ...]:
        from pytest_llmgen.prompt import first_prompt  # noqa: PLC0415 - see the class

        examples = self.examples(model).get(key.target, ())
        return first_prompt(challenge, self.target(key.target), self.settings, examples)

    def _unavailable(self, target: str) -> tuple[str | None, bool]:
        """Why a target cannot run here, if so: no model is asked. And whether that is an error."""
        try:
            return self.target(target).unavailable(), False
        except UsageError:
            raise
        except LlmgenError as error:
            return str(error), True

    def _build(self, key: SampleKey, source: str) -> BuildOutcome:
        """Build a source, and try it out if the run wants that. Runs on the builder's thread."""
        from pytest_llmgen.engine.plan import BuildOutcome, Failure  # noqa: PLC0415 - see the class

        try:
            return self._build_and_try(key, source)
        except RuleBroken as error:
            return BuildOutcome(failure=Failure.of(error))
        except SubmissionError as error:
            return BuildOutcome(failure=Failure(verdict=Verdict.BUILD_FAILED, message=str(error)))
        except LlmgenError as error:
            return BuildOutcome(failure=Failure.of(error))
        except Exception as error:  # a target or a trial by a third party may raise anything
            message = f"building failed on our side: {type(error).__name__}: {error}"
            return BuildOutcome(failure=Failure(verdict=Verdict.HARNESS_ERROR, message=message))

    def _build_and_try(self, key: SampleKey, source: str) -> BuildOutcome:
        from pytest_llmgen.engine.plan import BuildOutcome  # noqa: PLC0415 - see the class
        from pytest_llmgen.runs.notes import within_limit  # noqa: PLC0415 - see the class

        challenge = self._parameters[key].challenge
        artifact = self._instance(self._building, key.target).build(
            source, challenge, self.settings
        )
        try:
            getattr(artifact, "load", _nothing_to_load)()
            told = None
            if challenge.trial is not None and self.feedback == "trial":
                told = _outcome_of_trial(challenge, artifact)
            return BuildOutcome(trial=told, notes=within_limit(artifact.notes))
        finally:
            artifact.close()


def _digest_of_checks(items: Iterable[pytest.Item]) -> str:
    """Equal for equal sets of checks."""
    checks = sorted(item.nodeid for item in items if parameter_of(item) is not None)
    return hashlib.sha256("\0".join(checks).encode(errors="surrogatepass")).hexdigest()


def _try_tiers_out() -> None:
    """What is tried out is remembered; who asks again meets the same error."""
    from pytest_llmgen.sandbox.tier import probe  # noqa: PLC0415 - see the class

    with contextlib.suppress(HarnessError):
        probe()


def _warm_up(targets: Iterable[Target]) -> None:
    """Start what the tests will need while the models are asked; what fails will fail again."""
    for target in targets:
        with contextlib.suppress(Exception):
            getattr(target, "warm", lambda: None)()


def _nothing_to_load() -> None:
    """The artifact is whole as it was built."""


def _outcome_of_trial(challenge: Challenge, artifact: Any) -> str | None:
    """What a model is told of its trial; None if all went well."""
    assert challenge.trial is not None
    try:
        told = challenge.trial(artifact)
    except SubmissionError as error:
        return str(error)
    except AssertionError as error:
        return str(error) or "the public trial gave a wrong result"
    fault = getattr(artifact, "final_fault", lambda: None)()
    return told if fault is None else str(fault)


def with_seed_of_run(options: Options, root: Path) -> Options:
    """A run that goes on keeps its seed, and whether its models were given one.

    All of its samples then meet the same inputs, and what it has stored is found again.

    Raises:
        UsageError: If the run's description is damaged.
    """
    if options.run is None or options.seed_given:
        return options
    from pytest_llmgen.runs.directory import RUNS, RunDirectory  # noqa: PLC0415 - as in the class

    before = RunDirectory(root / RUNS / options.run).describe().get("options", {})
    seed = before.get("seed")
    if not isinstance(seed, int):
        return options
    return replace(options, seed=seed, seed_given=before.get("seed_given") is True)
