"""Engines that a test scripts, stopped when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.fake_backend import Bench, FakeBackend, engine_over, lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def bench_of(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Make an engine over one backend `m`, or over a table of lanes, with one builder."""
    benches: list[Bench] = []

    def make(
        models: Any = None, *, builders: int = 1, path: Path = tmp_path / "run", **settings: Any
    ) -> Bench:
        if models is None or isinstance(models, FakeBackend):
            models = {"m": lane(models or FakeBackend())}
        bench = Bench(engine_over(path, models, **settings))
        benches.append(bench)
        bench.start_builders(builders)
        return bench

    yield make
    for bench in benches:
        bench.close()
