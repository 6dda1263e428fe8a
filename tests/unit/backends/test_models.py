"""From what the user wrote to a model."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_llmgen.backends import register_builtin
from pytest_llmgen.backends.models import ModelSpec, resolve_model, sampling
from pytest_llmgen.errors import UsageError
from pytest_llmgen.generation import SamplingParameters
from pytest_llmgen.registry import Registry

CANARY = "sk-canary-5f1d"


def resolve(
    text: str, configured: dict[str, dict[str, Any]] | None = None, **environ: str
) -> ModelSpec:
    """Resolve with the providers of this package."""
    registry = Registry("provider")
    register_builtin(registry)
    return resolve_model(text, configured or {}, registry, environ)


def test_a_provider_and_a_name_suffice() -> None:
    """Everything after the first slash is the server's name for the model."""
    assert resolve("ollama/hf.co/org/model:q4") == ModelSpec(
        name="ollama/hf.co/org/model:q4",
        provider="ollama",
        model="hf.co/org/model:q4",
        base_url="http://127.0.0.1:11434",
    )


@pytest.mark.parametrize("name", ["reference", "accepts", "rejects"])
def test_a_builtin_model_needs_no_provider(name: str) -> None:
    """The models that read solutions are named by one word."""
    assert resolve(name) == ModelSpec(name=name, provider=name, model=name)


def test_a_configured_model_takes_all_its_settings() -> None:
    """Each key of the table ends in the spec, with the name that the user typed."""
    table = {
        "model": "openai-compatible/org/big",
        "base_url": "https://host:8000/v1/",
        "api_key_env": "BIG_KEY",
        "parameters": {"temperature": 0.1, "top_p": 0.9},
        "omit": ["seed"],
        "vram_gb": 24,
        "size_gb": 13.5,
        "usd_per_million_input": 1,
        "usd_per_million_output": 2.5,
        "max_concurrency": 3,
    }
    assert resolve("big", {"big": table}, BIG_KEY=CANARY) == ModelSpec(
        name="big",
        provider="openai-compatible",
        model="org/big",
        base_url="https://host:8000/v1",
        api_key_env="BIG_KEY",
        parameters={"temperature": 0.1, "top_p": 0.9},
        omit=("seed",),
        vram_gb=24,
        size_gb=13.5,
        usd_per_million_input=1,
        usd_per_million_output=2.5,
        max_concurrency=3,
    )


@pytest.mark.parametrize(
    "command",
    ["agent --model 'a b' -p {prompt_file}", ["agent", "--model", "a b", "-p", "{prompt_file}"]],
)
def test_a_program_is_configured_by_its_words(command: object) -> None:
    """As a list, or as one would type it."""
    table = {"model": "command/agent", "command": command, "pass_env": ["MY_KEY"]}
    assert resolve("mine", {"mine": table}, MY_KEY=CANARY) == ModelSpec(
        name="mine",
        provider="command",
        model="agent",
        command=("agent", "--model", "a b", "-p", "{prompt_file}"),
        pass_env=("MY_KEY",),
    )


def test_a_table_may_carry_the_full_name() -> None:
    """Prices can be given for `provider/name` itself, without naming it twice."""
    spec = resolve("ollama/x", {"ollama/x": {"vram_gb": 8.0}})
    assert (spec.provider, spec.model, spec.vram_gb) == ("ollama", "x", 8.0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("gpu-box", "http://gpu-box:11434"),
        ("gpu-box:99/ollama", "http://gpu-box:99/ollama"),
        ("::1", "http://[::1]:11434"),
        ("[::]:99", "http://[::1]:99"),
        ("https://gpu-box/", "https://gpu-box"),
        ("http://gpu-box:1234", "http://gpu-box:1234"),
    ],
)
def test_ollama_host_is_read_as_ollama_reads_it(host: str, url: str) -> None:
    """Scheme and port may be missing, and an address to listen on becomes one to connect to."""
    assert resolve("ollama/x", OLLAMA_HOST=host).base_url == url


def test_a_configured_server_wins_over_the_environment() -> None:
    """What is written for one model is more specific than what holds for all."""
    configured = {"x": {"model": "ollama/x", "base_url": "http://a:1"}}
    assert resolve("x", configured, OLLAMA_HOST="b:2").base_url == "http://a:1"


def test_openai_takes_its_server_from_the_environment() -> None:
    """OPENAI_BASE_URL moves the provider, which still needs its key."""
    spec = resolve("openai/x", OPENAI_API_KEY=CANARY, OPENAI_BASE_URL="http://proxy/v1/")
    assert (spec.base_url, spec.api_key_env) == ("http://proxy/v1", "OPENAI_API_KEY")


def test_a_server_of_ones_own_needs_no_key() -> None:
    """With base_url configured, only a key that is named is sent."""
    spec = resolve("x", {"x": {"model": "openai/x", "base_url": "http://127.0.0.1:1/v1"}})
    assert spec.api_key_env is None


def test_the_key_is_not_in_the_spec() -> None:
    """The spec names the variable and never holds its value."""
    spec = resolve("openai/x", OPENAI_API_KEY=CANARY)
    assert spec.api_key_env == "OPENAI_API_KEY"
    assert CANARY not in repr(spec)


OLLAMA = {"model": "ollama/x"}
COMMAND = {"model": "command/agent", "command": "agent --fast"}
PROVIDERS = "accepts, command, ollama, openai, openai-compatible, reference, rejects"
KEYS = (
    "model, base_url, api_key_env, parameters, omit, prompt, command, pass_env, vram_gb, "
    "size_gb, usd_per_million_input, usd_per_million_output, max_concurrency"
)


@pytest.mark.parametrize(
    ("text", "table", "message"),
    [
        (
            "fst",
            OLLAMA,
            (
                "model 'fst' is not configured; did you mean 'fast'? Write provider/name, "
                "such as 'ollama/fst', or a configured name (configured: fast)"
            ),
        ),
        (
            "refrence",
            None,
            (
                "model 'refrence' is not configured; did you mean 'reference'? Write "
                "provider/name, such as 'ollama/refrence', or a configured name (configured: none)"
            ),
        ),
        ("ollama", None, "model 'ollama': 'ollama' is a provider; write 'ollama/NAME'"),
        ("ollama/", None, "model 'ollama/': the name after the slash is missing"),
        ("reference/x", None, "model 'reference/x': reference takes no name; write 'reference'"),
        (
            "olama/x",
            None,
            (
                f"model 'olama/x': provider 'olama' is not registered; did you mean 'ollama'? "
                f"(registered: {PROVIDERS})"
            ),
        ),
        (
            "fast",
            {"model": "qwen"},
            "model 'fast': model must be 'provider/name', got 'qwen'",
        ),
        (
            "fast",
            OLLAMA | {"vram": 8},
            f"model 'fast': unknown key 'vram'; did you mean 'vram_gb'? (known: {KEYS})",
        ),
        (
            "fast",
            OLLAMA | {"temperature": 0},
            "model 'fast': unknown key 'temperature'; did you mean 'parameters.temperature'?",
        ),
        (
            "fast",
            OLLAMA | {"vram_gb": "8"},
            "model 'fast': vram_gb must be a number of 0 or more, got '8'",
        ),
        (
            "fast",
            OLLAMA | {"size_gb": True},
            "model 'fast': size_gb must be a number of 0 or more, got True",
        ),
        (
            "fast",
            OLLAMA | {"max_concurrency": 0},
            "model 'fast': max_concurrency must be a whole number of 1 or more, got 0",
        ),
        (
            "fast",
            OLLAMA | {"omit": "seed"},
            "model 'fast': omit must be a list of names, got 'seed'",
        ),
        (
            "fast",
            OLLAMA | {"prompt": "ChatML"},
            "model 'fast': prompt must be 'chat' or 'chatml', got 'ChatML'",
        ),
        (
            "fast",
            OLLAMA | {"parameters": {"x": float("inf")}},
            "model 'fast': parameters must be a table of what JSON can say, got {'x': inf}",
        ),
        ("fast", {"model": 3}, "model 'fast': model must be a text that is not empty, got 3"),
        (
            "fast",
            {"model": "command/agent"},
            (
                "model 'fast': which program? Set command = ['PROGRAM', ...] in "
                "[tool.llmgen.models.NAME], with model = 'command/NAME'"
            ),
        ),
        (
            "command/agent",
            None,
            (
                "model 'command/agent': which program? Set command = ['PROGRAM', ...] in "
                "[tool.llmgen.models.NAME], with model = 'command/NAME'"
            ),
        ),
        (
            "fast",
            COMMAND | {"command": "agent 'x"},
            (
                "model 'fast': command must be a command line or a list of its words, "
                'got "agent \'x"'
            ),
        ),
        (
            "fast",
            COMMAND | {"command": []},
            "model 'fast': command must be a command line or a list of its words, got []",
        ),
        (
            "fast",
            COMMAND | {"pass_env": "MY_KEY"},
            "model 'fast': pass_env must be a list of names, got 'MY_KEY'",
        ),
        (
            "fast",
            COMMAND | {"pass_env": ["MY_KEY"]},
            (
                "model 'fast': environment variable MY_KEY is not set; "
                "set it, or take it out of pass_env"
            ),
        ),
        (
            "fast",
            COMMAND | {"parameters": {"temperature": 0}},
            "model 'fast': a program takes no parameters; put it into command",
        ),
        (
            "fast",
            OLLAMA | {"pass_env": ["PATH"]},
            (
                "model 'fast': pass_env is for programs, with model = 'command/NAME'; "
                "this one is of provider 'ollama'"
            ),
        ),
        (
            "fast",
            OLLAMA | {"base_url": "host:99"},
            "model 'fast': base_url must be like 'http://host:port/v1', got 'host:99'",
        ),
        (
            "fast",
            OLLAMA | {"base_url": "http://host:port"},
            "model 'fast': base_url is not a URL with a valid port",
        ),
        (
            "fast",
            OLLAMA | {"base_url": f"http://me:{CANARY}@host"},
            (
                "model 'fast': base_url holds a user name or password; put the secret into an "
                "environment variable and name that in api_key_env"
            ),
        ),
        (
            "fast",
            OLLAMA | {"api_key": CANARY},
            (
                "model 'fast': api_key does not belong in a file; put the key into an environment "
                "variable and name that in api_key_env"
            ),
        ),
        (
            "fast",
            OLLAMA | {"api_key_env": "MY_KEY"},
            (
                "model 'fast': environment variable MY_KEY is not set; "
                "set it, or name another with api_key_env"
            ),
        ),
        (
            "fast",
            OLLAMA | {"usd_per_million_output": 1},
            "model 'fast': usd_per_million_input is missing; a cost needs both prices",
        ),
        (
            "openai/x",
            None,
            (
                "model 'openai/x': environment variable OPENAI_API_KEY is not set; "
                "set it, or name another with api_key_env"
            ),
        ),
        (
            "openai-compatible/x",
            None,
            (
                "model 'openai-compatible/x': openai-compatible needs to know its server; "
                "set base_url in [tool.llmgen.models.NAME], with model = 'openai-compatible/NAME'"
            ),
        ),
    ],
)
def test_each_mistake_has_its_message(
    text: str, table: dict[str, Any] | None, message: str
) -> None:
    """One line says what is wrong, with which value, and what to write; never a secret."""
    registry = Registry("provider")
    for name in PROVIDERS.split(", "):
        registry.add(name, "module:Class")
    with pytest.raises(UsageError) as raised:
        resolve_model(text, {"fast": table} if table else {}, registry, {})
    assert str(raised.value) == message


SPEC = ModelSpec(name="m", provider="ollama", model="m")


def test_unset_parameters_are_not_sent() -> None:
    """None leaves the choice to the server."""
    assert sampling(SPEC, SamplingParameters(), {}) == {}
    assert sampling(SPEC, SamplingParameters(temperature=0.0, seed=0), {}) == {
        "temperature": 0.0,
        "seed": 0,
    }


def test_the_models_parameters_win_over_the_runs_and_extra_over_both() -> None:
    """From general to specific, under the provider's own names."""
    spec = ModelSpec(
        name="m", provider="x", model="m", parameters={"max_tokens": 5, "top_p": 0.5, "k": 1}
    )
    run = SamplingParameters(temperature=0.2, max_tokens=9, extra={"k": 2, "max_tokens": 7})
    assert sampling(spec, run, {"max_tokens": "num_predict"}) == {
        "temperature": 0.2,
        "num_predict": 5,
        "top_p": 0.5,
        "k": 2,
        "max_tokens": 7,
    }


def test_omitted_parameters_are_sent_by_nobody() -> None:
    """Neither the run, nor the model, nor the request's extra brings them back."""
    spec = ModelSpec(
        name="m", provider="x", model="m", parameters={"seed": 1}, omit=("temperature", "seed", "k")
    )
    run = SamplingParameters(temperature=0.2, max_tokens=9, seed=3, extra={"k": 2})
    assert sampling(spec, run, {}) == {"max_tokens": 9}
