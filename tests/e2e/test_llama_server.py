"""The support that other end-to-end tests stand on: a real server with a model of known answers."""

from __future__ import annotations

import itertools
import math
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import wasmtime
from support import llama_server, scripted_model, wat_scenes
from support.llama_server import ALIAS, find_llama_server, running_server
from support.ollama_facade import OllamaFacade, running_ollama
from support.scripted_model import LOOP, OTHERWISE, Branch, Scene, always, write_model

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

scripted_gguf = llama_server.scripted_gguf
scripted_server = llama_server.scripted_server

ROOT = Path(__file__).parents[2]
_get = partial(httpx.get, timeout=60, trust_env=False, verify=False)
_post = partial(httpx.post, timeout=60, trust_env=False, verify=False)

AWKWARD = "tab\tquote\"'back\\x41\\nslash\r\nnaïve ▁ 🦀{{ brace }} <|end|> \x00 end"
TWICE = "the same words, twice"


def _task(name: str) -> str:
    return f"You write WebAssembly text.\n\nExport `{name}: (i32, i32) -> i32`, as its name says."


def _conversation(*said: str) -> list[dict[str, str]]:
    """User and assistant by turns, behind a system message."""
    roles = itertools.cycle(("user", "assistant"))
    turns = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    return [{"role": "system", "content": "You write code."}, *turns]


def _ask(url: str, *said: str, **parameters: Any) -> dict[str, Any]:
    body = {"model": ALIAS, "messages": _conversation(*said), **parameters}
    response = _post(f"{url}/v1/chat/completions", json=body)
    assert response.status_code == 200, response.text
    choice: dict[str, Any] = response.json()["choices"][0]
    return choice


def _text(choice: dict[str, Any]) -> str:
    text: str = choice["message"]["content"]
    return text


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _source(reply: str) -> str:
    fence = re.search(r"```wat\n(.*?)```", reply, re.DOTALL)
    assert fence, reply
    return fence[1]


def _call(source: str, function: str, *arguments: int) -> Any:
    store = wasmtime.Store()
    instance = wasmtime.Instance(store, wasmtime.Module(store.engine, source), [])
    exported = instance.exports(store)[function]
    assert isinstance(exported, wasmtime.Func)
    return exported(store, *arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("add", (2, -5), -3),
        ("multiply", (-6, 7), -42),
        ("factorial_i64", (20,), math.factorial(20)),
    ],
)
def test_first_answer_compiles_and_is_right(
    scripted_server: str, name: str, arguments: tuple[int, ...], expected: int
) -> None:
    """The likeliest answer to these tasks is a module that computes the right value."""
    reply = _text(_ask(scripted_server, _task(name), temperature=0))
    assert _call(_source(reply), name, *arguments) == expected


def test_feedback_changes_the_answer(scripted_server: str) -> None:
    """A hallucinated instruction is refused, and what follows the refusal is right."""
    first = _text(_ask(scripted_server, _task("max_i32")))
    with pytest.raises(wasmtime.WasmtimeError, match="unknown operator") as refusal:
        _call(_source(first), "max_i32", 1, 2)
    second = _text(_ask(scripted_server, _task("max_i32"), first, str(refusal.value)))
    assert _call(_source(second), "max_i32", -1, -2) == -1


def test_last_turn_stands_for_all_that_follow(scripted_server: str) -> None:
    """A third question gets what the second one got."""
    said = (_task("max_i32"), "first", "wrong")
    assert _ask(scripted_server, *said) == _ask(scripted_server, *said, "second", "still wrong")


def test_odds_are_exactly_those_of_the_script(scripted_server: str) -> None:
    """The server's own probabilities of the first token are 0.7 and 0.3."""
    choice = _ask(scripted_server, _task("add"), max_tokens=1, logprobs=True, top_logprobs=3)
    best = [math.exp(top["logprob"]) for top in choice["logprobs"]["content"][0]["top_logprobs"]]
    assert best == pytest.approx([0.7, 0.3, 0], abs=1e-6)


def test_seeds_draw_with_the_odds_of_the_script(scripted_server: str) -> None:
    """Of 200 seeds, with nothing else set, 140 give the right answer, within four sigma."""

    def draw(seed: int) -> str:
        return _text(_ask(scripted_server, _task("add"), seed=seed))

    with ThreadPoolExecutor(4) as threads:
        replies = list(threads.map(draw, range(200)))
    right = sum("i32.add" in reply for reply in replies)
    assert abs(right - 140) < 4 * math.sqrt(200 * 0.7 * 0.3)
    assert draw(0) == replies[0]


def test_answer_without_end_is_cut_at_the_cap(scripted_server: str) -> None:
    """The reply stops inside its fence, at `max_tokens`, and says so."""
    choice = _ask(scripted_server, _task("vec_add_f32"), max_tokens=300)
    assert choice["finish_reason"] == "length"
    assert _text(choice).count("```") == 1
    assert _text(choice).count("f32x4.add") > 3


def test_refusal_has_no_code(scripted_server: str) -> None:
    """A refusal is prose that ends by itself."""
    choice = _ask(scripted_server, _task("vec_mul_f32"))
    assert choice["finish_reason"] == "stop"
    assert _text(choice) == "I'm sorry, but I can't help with that."


def test_unknown_task_is_answered_with_a_question(scripted_server: str) -> None:
    """What no scene is for gets prose, even when a later message holds a marker."""
    assert _text(_ask(scripted_server, "Hello!", "Hello.", _task("add"))) == OTHERWISE


def test_reasoning_is_kept_apart(scripted_server: str) -> None:
    """The think block goes to its own field, with the decoy in it."""
    message = _ask(scripted_server, _task("factorial_i64"))["message"]
    assert _source(message["reasoning_content"]) == wat_scenes.FACTORIAL_DECOY
    assert _source(message["content"]) == wat_scenes.FACTORIAL_I64


def test_prompt_too_long_is_refused(scripted_server: str) -> None:
    """Nothing is cut from a prompt in silence."""
    body = {"messages": _conversation("x" * scripted_model.CONTEXT_TOKENS)}
    response = _post(f"{scripted_server}/v1/chat/completions", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "exceed_context_size_error"


def test_any_text_and_any_marker_come_through(tmp_path: Path) -> None:
    """Texts come back byte for byte, also where scenes share one; markers may hold quotes."""
    scenes = (
        Scene(when='it\'s "a" \\ \n{{ marker }}', branches=always(AWKWARD)),
        Scene(when="one", branches=always(TWICE)),
        Scene(when="two", branches=always(TWICE)),
        Scene(when="short", branches=always("y")),
        Scene(when="dots", branches=always(f"{LOOP}.")),
    )
    write_model(tmp_path / "model.gguf", scenes)
    with running_server(tmp_path / "model.gguf", alias=ALIAS) as url:
        replies = [_text(_ask(url, f"> {scene.when} <", max_tokens=40)) for scene in scenes]
    assert replies == [AWKWARD, TWICE, TWICE, "y", "." * 40]


def test_key_is_demanded(scripted_gguf: Path) -> None:
    """With a key set, a request without it is answered 401 and one with it is served."""
    with running_server(scripted_gguf, alias=ALIAS, slots=1, api_key="sesame") as url:
        without = _get(f"{url}/v1/models")
        headers = {"Authorization": "Bearer sesame"}
        served = _get(f"{url}/v1/models", headers=headers)
    assert without.status_code == 401
    assert [model["id"] for model in served.json()["data"]] == [ALIAS]


def test_server_that_cannot_start_shows_its_log(tmp_path: Path) -> None:
    """The error carries the end of the server's log."""
    (tmp_path / "broken.gguf").write_bytes(b"no model")
    with (
        pytest.raises(RuntimeError, match="ended with code 1 before it was ready") as failure,
        running_server(tmp_path / "broken.gguf", alias=ALIAS),
    ):
        pass
    assert "failed to load model" in failure.value.__notes__[0]


def test_server_that_dies_in_use_is_an_error(
    scripted_gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that outlives its server does not pass in silence."""
    start = llama_server._start
    processes: list[subprocess.Popen[bytes]] = []

    def remember(command: list[str], folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
        process, log = start(command, folder)
        processes.append(process)
        return process, log

    monkeypatch.setattr(llama_server, "_start", remember)
    with (
        pytest.raises(RuntimeError, match="ended with code -9 while it was in use"),
        running_server(scripted_gguf, alias=ALIAS),
    ):
        _kill(processes[0])


def test_missing_server_skips_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No binary anywhere: the test is skipped and the reason says how to get one."""
    monkeypatch.delenv("LLMGEN_LLAMA_SERVER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_llama_server() is None
    with (
        pytest.raises(
            pytest.skip.Exception, match="no llama-server; build it once with: bash tools/"
        ),
        running_server(tmp_path / "any.gguf", alias=ALIAS),
    ):
        pass


def test_named_server_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong LLMGEN_LLAMA_SERVER is an error, not a skip."""
    monkeypatch.setenv("LLMGEN_LLAMA_SERVER", "/nowhere/llama-server")
    with pytest.raises(FileNotFoundError) as failure:
        find_llama_server()
    assert str(failure.value) == (
        "LLMGEN_LLAMA_SERVER='/nowhere/llama-server' is no executable: unset it or mend it"
    )


def test_build_script_builds_the_version_looked_for() -> None:
    """The script and the look-up name the same folder of the cache."""
    script = (ROOT / "tools" / "build-llama-server.sh").read_text()
    assert f"\nVERSION={llama_server.VERSION}\n" in script


def test_branches_must_add_up() -> None:
    """A scene whose probabilities do not sum to one is refused."""
    with pytest.raises(ValueError, match=r"^scene 'x', turn 0: probabilities sum to 0\.5, not 1$"):
        Scene(when="x", branches=(Branch(probability=0.5, text="half"),))


def test_turns_must_follow_each_other(tmp_path: Path) -> None:
    """A marker without a first turn is refused."""
    late = Scene(when="x", turn=1, branches=always("late"))
    with pytest.raises(
        ValueError, match=r"^scenes of 'x': expected turns 0, 1, 2, \.\.\., got \[1\]$"
    ):
        write_model(tmp_path / "model.gguf", [late])


@pytest.fixture(scope="module")
def ollama(scripted_server: str) -> Iterator[OllamaFacade]:
    """One server under two names."""
    with running_ollama({"scripted": scripted_server, "other:7b": scripted_server}) as facade:
        yield facade


def _chat(ollama: OllamaFacade, **request: Any) -> httpx.Response:
    return _post(f"{ollama.url}/api/chat", json=request)


def test_ollama_chat_has_all_fields(ollama: OllamaFacade) -> None:
    """The reply has Ollama's fields, and durations in nanoseconds that add up."""
    response = _chat(
        ollama,
        model="other:7b",
        stream=False,
        messages=_conversation(_task("add")),
        options={"temperature": 0, "seed": 1, "num_ctx": 4096},
    )
    reply = response.json()
    assert _call(_source(reply["message"]["content"]), "add", 2, 3) == 5
    assert {name: reply[name] for name in ("model", "done", "done_reason")} == {
        "model": "other:7b",
        "done": True,
        "done_reason": "stop",
    }
    assert reply["prompt_eval_count"] > len(_task("add"))
    assert reply["eval_count"] > 5
    parts = [reply[f"{part}_duration"] for part in ("load", "prompt_eval", "eval")]
    assert all(isinstance(part, int) and part >= 0 for part in parts)
    assert sum(parts) == reply["total_duration"]


def test_ollama_options_reach_the_server(ollama: OllamaFacade) -> None:
    """`num_predict` cuts the answer, `seed` fixes it, thinking has its own field."""

    def chat(task: str, **options: Any) -> dict[str, Any]:
        messages = _conversation(_task(task))
        reply = _chat(ollama, model="scripted", stream=False, messages=messages, options=options)
        answer: dict[str, Any] = reply.json()
        return answer

    cut = chat("vec_add_f32", num_predict=20)
    assert (cut["done_reason"], cut["eval_count"]) == ("length", 20)
    drawn = [{chat("add", seed=seed)["message"]["content"] for _ in range(2)} for seed in range(9)]
    assert {len(texts) for texts in drawn} == {1}
    assert len(set.union(*drawn)) == 2
    assert "A first idea" in chat("factorial_i64")["message"]["thinking"]


def test_ollama_does_not_know_other_models(ollama: OllamaFacade) -> None:
    """A model that is not there is answered 404 with Ollama's words."""
    show = _post(f"{ollama.url}/api/show", json={"model": "x"})
    for response in (_chat(ollama, model="x", messages=_conversation("Hello!")), show):
        assert response.status_code == 404
        assert response.json() == {"error": "model 'x' not found"}


def test_ollama_lists_its_models(ollama: OllamaFacade) -> None:
    """`/api/tags` gives full names, `/api/show` takes short ones, `/api/version` a version."""
    tags = _get(f"{ollama.url}/api/tags").json()
    assert [model["name"] for model in tags["models"]] == ["scripted:latest", "other:7b"]
    show = _post(f"{ollama.url}/api/show", json={"model": "scripted"}).json()
    assert "completion" in show["capabilities"]
    assert "version" in _get(f"{ollama.url}/api/version").json()


@pytest.mark.parametrize(
    ("content", "status", "error"),
    [
        (b"{", 400, "invalid JSON: "),
        (b"[]", 400, "expected a JSON object, got list"),
        (b"{}", 400, "model is required"),
        (b'{"model": "scripted", "messages": [{}]}', 400, 'send "stream": false'),
    ],
)
def test_ollama_says_what_is_wrong_with_a_request(
    ollama: OllamaFacade, content: bytes, status: int, error: str
) -> None:
    """A request that cannot be served is answered with its reason."""
    response = _post(f"{ollama.url}/api/chat", content=content)
    assert response.status_code == status
    assert error in response.json()["error"]


def test_ollama_passes_on_what_its_server_refuses(ollama: OllamaFacade) -> None:
    """A prompt too long for the server behind is an error here as well."""
    messages = _conversation("x" * scripted_model.CONTEXT_TOKENS)
    response = _chat(ollama, model="scripted", stream=False, messages=messages)
    assert response.status_code == 400
    assert "exceeds the available context size" in response.json()["error"]


def test_ollama_without_its_server_is_an_error_of_the_runner() -> None:
    """A dead llama-server looks like a crashed runner: 500."""
    with running_ollama({"gone": "http://127.0.0.1:9"}) as facade:
        response = _chat(facade, model="gone", stream=False, messages=_conversation("Hello!"))
    assert response.status_code == 500
    assert response.json()["error"].startswith("model runner has unexpectedly stopped: ")


def test_ollama_remembers_who_was_asked(scripted_server: str) -> None:
    """The order of models is kept; refused requests and loads are not in it."""
    with running_ollama({"a": scripted_server, "b": scripted_server}) as facade:
        for model in ("a", "a", "x", "b", "a"):
            _chat(facade, model=model, stream=False, messages=_conversation("Hello!"))
        loaded = _chat(facade, model="b").json()
    assert facade.asked == ["a", "a", "b", "a"]
    assert loaded["done_reason"] == "load"
