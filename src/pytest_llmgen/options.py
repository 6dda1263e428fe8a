"""The options `--llm-*`, their ini keys, and the frozen `Options` that the rest reads."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pytest

from pytest_llmgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FEEDBACK = ("build", "trial", "none")
PROMPT = ("chat", "chatml")
SHADER_LENGTH = ("strict", "check", "host")
REPORT_FORMATS = ("json", "markdown")
SANDBOX = ("auto", "A", "B", "C", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option: `--llm-NAME` on the command line, `llm_NAME` in an ini file."""

    name: str
    help: str
    default: str | None = None
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    """May be repeated and may hold comma lists."""
    flag: bool = False
    parse: Callable[[str], Any] = str
    wants: str = "a text"
    """What `parse` takes, for messages."""
    ini_type: Literal["string", "int", "float"] = "string"
    """Of the ini key: in TOML, `llm_samples = 5` is a number."""

    @property
    def flag_name(self) -> str:
        """As written on the command line."""
        return f"--llm-{self.name}"

    @property
    def key(self) -> str:
        """As written in an ini file, and the name of the parsed value."""
        return "llm_" + self.name.replace("-", "_")


def _positive_int(text: str) -> int:
    return int(_within(int(text), 1, math.inf))


def _positive_float(text: str) -> float:
    return _within(float(text), 1e-9, 1e9)


def _temperature(text: str) -> float:
    return _within(float(text), 0, 1e9)


def _dollars(text: str) -> float:
    return _positive_float(text.removeprefix("$"))


def _percentage(text: str) -> float:
    return _within(float(text.removesuffix("%")), 0, 100)


def _directory_name(text: str) -> str:
    if not text.strip(".") or "/" in text or "\0" in text:
        raise ValueError
    return text


def _report(text: str) -> tuple[str, str]:
    kind, _, path = text.partition(":")
    if kind not in REPORT_FORMATS or not path:
        raise ValueError
    return kind, path


def _few_shot(text: str) -> tuple[str, int | None]:
    target, colon, number = text.partition(":")
    if not target:
        raise ValueError
    return target, _positive_int(number) if colon else None


def _within(value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise ValueError
    return value


OPTIONS = (
    Option(
        name="model",
        metavar="MODEL",
        many=True,
        help="Model to ask, as provider/name (ollama/qwen2.5-coder:7b, openai/gpt-4.1), a name "
        "from [tool.llmgen.models] in pyproject.toml, replay/RUN, or a built-in: reference, "
        "accepts, rejects. May be repeated and may hold a comma list. Default: reference.",
    ),
    Option(
        name="samples",
        metavar="N",
        default="1",
        parse=_positive_int,
        ini_type="int",
        wants="a whole number from 1",
        help="Independent draws per model and challenge. Default: 1.",
    ),
    Option(
        name="attempts",
        metavar="N",
        default="3",
        parse=_positive_int,
        ini_type="int",
        wants="a whole number from 1",
        help="Tries inside one sample: after a failed build the model sees the diagnostics and "
        "answers again. Default: 3.",
    ),
    Option(
        name="feedback",
        choices=FEEDBACK,
        default="build",
        help="What a model is shown before its next attempt: build diagnostics, also the outcome "
        "of the challenge's public trial, or none (then it is asked once). Default: build.",
    ),
    Option(
        name="prompt",
        choices=PROMPT,
        default="chat",
        help="How a conversation is sent: as messages, which the server puts into the model's own "
        "template, or as one text in ChatML to the server's completion endpoint. A model's table "
        "may say otherwise. Default: chat.",
    ),
    Option(
        name="few-shot",
        metavar="TARGET[:N]",
        many=True,
        parse=_few_shot,
        wants="TARGET or TARGET:N with a whole number N from 1",
        help="Show a model the target's first N examples, or all, before each task for that target "
        "(mlir, mlir:2). May be repeated and may hold a comma list. Default: none.",
    ),
    Option(
        name="temperature",
        metavar="T",
        parse=_temperature,
        ini_type="float",
        wants="a number from 0",
        help="Sampling temperature. Default: not sent, the server decides.",
    ),
    Option(
        name="max-tokens",
        metavar="N",
        default="4096",
        parse=_positive_int,
        ini_type="int",
        wants="a whole number from 1",
        help="Most tokens of one reply. Default: 4096.",
    ),
    Option(
        name="timeout",
        metavar="SECONDS",
        default="300",
        parse=_positive_float,
        ini_type="float",
        wants="a number above 0",
        help="Total deadline of one generation, retries included. Default: 300.",
    ),
    Option(
        name="concurrency",
        metavar="N",
        parse=_positive_int,
        ini_type="int",
        wants="a whole number from 1",
        help="Most generations in flight per model, whatever -n is. Default: the provider's.",
    ),
    Option(
        name="max-cost",
        metavar="USD",
        parse=_dollars,
        ini_type="float",
        wants="an amount above 0",
        help="Most dollars that the run may spend, over all of its starts: then nothing more is "
        "asked. What is in flight is stored and judged, the rest ends as interrupted, and the exit "
        "status is 2. Default: no limit.",
    ),
    Option(
        name="max-tokens-total",
        metavar="N",
        parse=_positive_int,
        ini_type="int",
        wants="a whole number from 1",
        help="Most tokens that the run may take, questions and replies together, likewise. "
        "Default: no limit.",
    ),
    Option(
        name="seed",
        metavar="N",
        parse=int,
        ini_type="int",
        wants="a whole number",
        help="Repeats the inputs of an earlier run; also sent to models that take a seed. Default: "
        "fresh inputs in every run, recorded, and no seed is sent.",
    ),
    Option(
        name="run",
        metavar="NAME",
        parse=_directory_name,
        wants="a plain directory name",
        help="Name of the run's directory below .llmgen/runs. A name that exists goes on with that "
        "run: stored generations are not asked for again. Default: date and time.",
    ),
    Option(
        name="target",
        metavar="TARGET",
        many=True,
        help="Run only challenges for this target (wat, wgsl, ...). May be repeated.",
    ),
    Option(
        name="sandbox",
        choices=SANDBOX,
        default="auto",
        help="What guards this machine from what models write: A (namespaces by bubblewrap, "
        "Landlock, seccomp, limits), B (without namespaces), C (without Landlock too: files can be "
        "read), or auto, the best of these that works here; a letter insists. off guards nothing, "
        "at your own risk. To see what works here: llmgen doctor. Default: auto.",
    ),
    Option(
        name="dry-run",
        flag=True,
        wants="true or false",
        help="Ask nobody and run no test: show what would be asked (requests, about how many "
        "tokens, what they may cost), and one prompt.",
    ),
    Option(
        name="fail-under",
        metavar="PCT",
        parse=_percentage,
        ini_type="float",
        wants="a percentage from 0 to 100",
        help="The exit status follows the scoreboard, not single tests: 0 if every model has at "
        "least PCT percent of its samples correct and nothing failed on our side, else 1.",
    ),
    Option(
        name="report",
        metavar="FORMAT:PATH",
        many=True,
        parse=_report,
        wants=" or ".join(f"{name}:PATH" for name in REPORT_FORMATS),
        help="Also write the scoreboard to a file: json:PATH or markdown:PATH. May be repeated.",
    ),
    Option(
        name="shader-length",
        choices=SHADER_LENGTH,
        default="strict",
        help="What becomes of a wrong WGSL byte length: judge it strictly at run time, check it "
        "when building and show the model, or have the host find the text's end. Default: strict.",
    ),
    Option(
        name="self-check",
        flag=True,
        wants="true or false",
        help="Test the challenges instead of a model: the reference and every accept_* solution "
        "must pass, every reject_* must fail on the check that it names, and so must, on any "
        "check, what returns only zeros, NaN, its input or a constant.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for, parsed and checked."""

    models: tuple[str, ...]
    samples: int
    attempts: int
    feedback: str
    """`build`, `trial` or `none`."""
    prompt: str
    """`chat` or `chatml`."""
    few_shot: tuple[tuple[str, int | None], ...]
    """Of which targets how many examples are shown; None is all."""
    temperature: float | None
    max_tokens: int
    timeout_s: float
    concurrency: int | None
    max_cost_usd: float | None
    max_tokens_total: int | None
    seed: int
    """Of the inputs: the user's, else drawn for this run."""
    seed_given: bool
    run: str | None
    targets: tuple[str, ...]
    dry_run: bool
    fail_under: float | None
    """Percent."""
    reports: tuple[tuple[str, str], ...]
    shader_length: str
    """`strict`, `check` or `host`."""
    sandbox: str
    """`auto`, `A`, `B`, `C` or `off`."""
    self_check: bool


def add_options(parser: pytest.Parser) -> None:
    """Declare the command-line options and the ini keys."""
    group = parser.getgroup("llmgen", "language models that write code (pytest-llmgen)")
    for option in OPTIONS:
        if option.flag:
            group.addoption(
                option.flag_name,
                action="store_true",
                default=None,
                dest=option.key,
                help=option.help,
            )
            parser.addini(option.key, option.help, type="bool", default=False)
            continue
        group.addoption(
            option.flag_name,
            action="append" if option.many else "store",
            dest=option.key,
            default=None,
            metavar=option.metavar or "|".join(option.choices),
            help=option.help,
        )
        if option.many:
            parser.addini(option.key, option.help, type="args", default=None)
        else:
            parser.addini(option.key, option.help, type=option.ini_type, default=None)


def read_options(config: pytest.Config) -> Options:
    """Parse and check: the command line first, then the ini file, then the defaults.

    Raises:
        UsageError: Naming the option and the value that cannot be used.
    """
    values = {option.name: _value(config, option) for option in OPTIONS}
    seed = values["seed"]
    return Options(
        models=values["model"] or ("reference",),
        samples=values["samples"],
        attempts=1 if values["feedback"] == "none" else values["attempts"],
        feedback=values["feedback"],
        prompt=values["prompt"],
        few_shot=values["few-shot"],
        temperature=values["temperature"],
        max_tokens=values["max-tokens"],
        timeout_s=values["timeout"],
        concurrency=values["concurrency"],
        max_cost_usd=values["max-cost"],
        max_tokens_total=values["max-tokens-total"],
        seed=secrets.randbits(63) if seed is None else seed,
        seed_given=seed is not None,
        run=values["run"],
        targets=values["target"],
        dry_run=bool(values["dry-run"]),
        fail_under=values["fail-under"],
        reports=values["report"],
        shader_length=values["shader-length"],
        sandbox=values["sandbox"],
        self_check=bool(values["self-check"]),
    )


def _value(config: pytest.Config, option: Option) -> Any:
    given = config.getoption(option.key)
    source = option.flag_name
    if given is None:
        given = _ini_value(config, option)
        source = option.key
    if option.flag:
        return given
    if option.many:
        parts = [part.strip() for text in given or () for part in text.split(",")]
        return tuple(_parse(option, source, part) for part in parts if part)
    text = option.default if given is None else given
    return None if text is None else _parse(option, source, str(text))


def _ini_value(config: pytest.Config, option: Option) -> Any:
    """The value in the ini file; None if there is none, or an empty one.

    Raises:
        UsageError: If pytest cannot read it.
    """
    try:
        value = config.getini(option.key)
    except (TypeError, ValueError, pytest.UsageError) as error:
        raise UsageError(f"{option.key}: not {option.wants}: {error}") from error
    return None if value is False or value in ("", []) else value


def _parse(option: Option, source: str, text: str) -> Any:
    if option.choices and text not in option.choices:
        raise UsageError(f"{source}: {text!r} is not one of {', '.join(option.choices)}")
    try:
        return option.parse(text)
    except ValueError:
        raise UsageError(f"{source}: {text!r} is not {option.wants}") from None


def is_given(config: pytest.Config) -> bool:
    """Whether the user set any of these options, or configured models."""
    path = config.rootpath / "pyproject.toml"
    if path.is_file() and b"[tool.llmgen" in path.read_bytes():
        return True
    return bool(given_names(config))


def is_on_command_line(config: pytest.Config) -> bool:
    """Whether the user set any of these options for this very run."""
    return any(config.getoption(option.key) is not None for option in OPTIONS)


def is_distributed(config: pytest.Config) -> bool:
    """Whether xdist runs the tests in workers, and none in this process."""
    return bool(getattr(config.option, "dist", "no") != "no")


def is_dry_run(config: pytest.Config) -> bool:
    """Whether nobody is to be asked; cheaper than all options, and before they are checked."""
    given = config.getoption("llm_dry_run", default=None)
    return bool(config.getini("llm_dry_run") if given is None else given)


def given_names(config: pytest.Config) -> frozenset[str]:
    """Names of the options that the user set, such as `shader-length`."""
    return frozenset(
        option.name
        for option in OPTIONS
        if config.getoption(option.key) is not None or _ini_value(config, option) is not None
    )


def configured_models(config: pytest.Config) -> Mapping[str, Mapping[str, object]]:
    """The tables `[tool.llmgen.models.NAME]` of the pyproject.toml in the root directory.

    Raises:
        UsageError: If the file cannot be parsed or holds something else there.
    """
    path = config.rootpath / "pyproject.toml"
    if not path.is_file():
        return {}
    import tomllib  # noqa: PLC0415 - read only when a run has challenges

    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from error
    models = tables.get("tool", {}).get("llmgen", {}).get("models", {})
    if not isinstance(models, dict) or not all(
        isinstance(table, dict) for table in models.values()
    ):
        raise UsageError(f"{path}: [tool.llmgen.models] must hold one table per model")
    return models
