"""What is asked, what is stored, and what is never asked for twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_backend import FakeBackend, key_of, lane, plan_of, reply

from pytest_llmgen.engine.asker import Answer, Asker, ModelLane, derived_seed
from pytest_llmgen.errors import HarnessError
from pytest_llmgen.generation import SamplingParameters
from pytest_llmgen.runs.directory import RunDirectory

if TYPE_CHECKING:
    from pathlib import Path


def _ask(path: Path, model: ModelLane, *, attempt: int = 1, **plan: Any) -> Answer:
    """Ask in a new process, so to say: nothing is known but what is on disk."""
    planned = plan_of(**plan)
    asker = Asker({"m": model}, RunDirectory(path))
    return asker.ask(planned, planned.messages, attempt, timeout_s=10)


def test_stored_reply_is_not_asked_for_again(tmp_path: Path) -> None:
    """The second time the answer comes from disk, whole."""
    first = FakeBackend([reply("right;", reasoning="hm", completion_tokens=5, cost_usd=0.5)])
    second = FakeBackend()
    asked, found = (_ask(tmp_path, lane(backend)) for backend in (first, second))
    assert (asked.reused, found.reused) == (False, True)
    assert found.generation == asked.generation
    assert found.cost_usd == 0.5
    assert second.requests == []


PARAMETERS = SamplingParameters(temperature=0.5, max_tokens=100, extra={"top_p": 0.9})


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": replace(PARAMETERS, temperature=0.6)},
        {"parameters": replace(PARAMETERS, temperature=None)},
        {"parameters": replace(PARAMETERS, max_tokens=101)},
        {"parameters": replace(PARAMETERS, extra={"top_p": 0.8})},
        {"parameters": replace(PARAMETERS, extra={})},
        {"seed": 1},
        {"seed": 2},
        {"identity": '{"model": "another"}'},
    ],
)
def test_whatever_decides_a_reply_asks_anew(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Every sampling parameter, the seed, and the server's name for the model."""
    backend = FakeBackend()
    _ask(tmp_path, lane(backend, parameters=PARAMETERS))
    assert not _ask(tmp_path, lane(backend, **{"parameters": PARAMETERS, **changes})).reused
    assert len(backend.requests) == 2


def test_another_prompt_asks_anew(tmp_path: Path) -> None:
    """An edited task, or other target rules, are another question."""
    backend = FakeBackend()
    _ask(tmp_path, lane(backend))
    other = ({"role": "user", "content": "Solve it otherwise."},)
    assert not _ask(tmp_path, lane(backend), messages=other).reused


def test_samples_and_attempts_never_share_a_reply(tmp_path: Path) -> None:
    """Twenty samples of one prompt are twenty draws."""
    backend = FakeBackend()
    for sample in range(20):
        _ask(tmp_path, lane(backend), key=key_of(sample))
    _ask(tmp_path, lane(backend), attempt=2)
    assert len(backend.requests) == 21


def test_time_limit_does_not_ask_anew(tmp_path: Path) -> None:
    """More patience does not change what was said."""
    backend, plan = FakeBackend(), plan_of()
    for timeout_s in (10, 20):
        asker = Asker({"m": lane(backend)}, RunDirectory(tmp_path))
        asker.ask(plan, plan.messages, 1, timeout_s=timeout_s)
    assert len(backend.requests) == 1


def test_built_in_models_are_read_anew(tmp_path: Path) -> None:
    """Their solutions may have been edited since."""
    backend = FakeBackend()
    for _ in range(2):
        _ask(tmp_path, lane(backend), solution_file="solutions/reference.toy")
    assert len(backend.requests) == 2


def test_every_request_has_a_seed_of_its_own(tmp_path: Path) -> None:
    """Drawn from the run's seed, the key and the attempt; none where the run sends none."""
    backend = FakeBackend()
    for sample in range(10):
        for attempt in (1, 2):
            _ask(tmp_path, lane(backend, seed=7), key=key_of(sample), attempt=attempt)
    seeds = [request.parameters.seed for request in backend.requests]
    assert len(set(seeds)) == 20
    assert all(seed is not None and 0 <= seed < 2**31 for seed in seeds)
    _ask(tmp_path, lane(backend))
    assert backend.requests[-1].parameters.seed is None


def test_derived_seeds_stay_as_they_are() -> None:
    """A stored run finds its replies by them."""
    assert derived_seed(7, key_of(3), 2) == 1_469_404_571


def test_question_is_stored_before_it_is_asked(tmp_path: Path) -> None:
    """Who looks into the folder while a model thinks sees what it was asked."""
    folder = tmp_path / "samples/m/toy/basic/add/toy/s0/attempt-1"
    seen: list[Any] = []

    def answer(_request: object) -> str:
        seen.append(json.loads((folder / "request.json").read_text()))
        assert not (folder / "response.json").exists()
        return "right;"

    asked = _ask(tmp_path, lane(FakeBackend(answer)))
    stored = json.loads((folder / "response.json").read_text())
    assert seen[0]["messages"] == [{"role": "user", "content": "Solve toy/basic/add."}]
    assert seen[0]["digest"] == stored["digest"] == asked.request.digest()
    assert sorted(path.name for path in folder.iterdir()) == ["request.json", "response.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", '{"digest": "x"}'])
def test_damaged_reply_is_asked_for_again(tmp_path: Path, text: str) -> None:
    """What cannot be read counts as not there."""
    backend = FakeBackend()
    _ask(tmp_path, lane(backend))
    path = tmp_path / "samples/m/toy/basic/add/toy/s0/attempt-1/response.json"
    path.write_text(text)
    assert not _ask(tmp_path, lane(backend)).reused
    assert _ask(tmp_path, lane(backend)).reused


def test_nothing_is_asked_after_the_end(tmp_path: Path) -> None:
    """What is stored is still found."""
    backend, plan = FakeBackend(), plan_of()
    _ask(tmp_path, lane(backend))
    asker = Asker({"m": lane(backend)}, RunDirectory(tmp_path))
    asker.close()
    assert asker.ask(plan, plan.messages, 1, timeout_s=10).reused
    with pytest.raises(HarnessError, match=r"^the run was stopped$"):
        asker.ask(plan, plan.messages, 2, timeout_s=10)
