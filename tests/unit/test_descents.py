"""What the healing challenges fly."""

from __future__ import annotations

import numpy as np

from pytest_llmgen.descents import FASTEST_M_PER_S, MASSES_KG, PUBLIC, fastest_m_per_s, hidden

SEEDS = range(300)


def test_public_descents_have_names_of_their_own() -> None:
    """The task and the trial name them."""
    assert len({start.name for start in PUBLIC}) == len(PUBLIC) == 7


def test_hidden_descents_are_within_the_ranges_that_a_task_states() -> None:
    """50 to 500 m, at most a tenth of that per second and 30 m/s, 850 to 1150 kg."""
    for seed in SEEDS:
        for start in hidden(np.random.default_rng(seed)):
            assert 50 <= start.altitude_m <= 500
            assert -30 <= start.velocity_m_per_s <= 0
            assert -start.velocity_m_per_s <= start.altitude_m / 10 + 1e-9
            assert 850 <= start.mass_kg <= 1150


def test_corners_are_among_them_in_every_run() -> None:
    """Lowest and highest, at rest and fastest, lightest and heaviest."""
    starts = hidden(np.random.default_rng(0), count=0)
    found = {(start.altitude_m, start.velocity_m_per_s, start.mass_kg) for start in starts}
    assert len(found) == len(starts) == 10
    for mass in MASSES_KG:
        assert {(50.0, 0.0, mass), (500.0, 0.0, mass), (50.0, -5.0, mass)} <= found
        assert {(500.0, -FASTEST_M_PER_S, mass), (300.0, -FASTEST_M_PER_S, mass)} <= found
    assert fastest_m_per_s(300.0) == fastest_m_per_s(500.0) == FASTEST_M_PER_S


def test_fresh_descents_are_the_seed_s() -> None:
    """One seed, one set; others have others; none is public."""
    first, again, other = (hidden(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    fresh = {(start.altitude_m, start.velocity_m_per_s) for start in first[10:]}
    assert len(fresh) == 12
    assert not fresh & {(start.altitude_m, start.velocity_m_per_s) for start in other[10:]}
    assert not fresh & {(start.altitude_m, start.velocity_m_per_s) for start in PUBLIC}
