"""The stages of a load test that nobody wrote down."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.events.plateaus import plateaus
from sre_lib.event import Stage

BEGAN = datetime(2026, 9, 30, 1, tzinfo=UTC)


def minutes(*values: float) -> pd.Series:
    """Return requests a minute."""
    return pd.Series(values, index=pd.date_range(BEGAN, periods=len(values), freq="min"), dtype=np.float64)


def stage(first: int, last: int, load: float) -> Stage:
    """Return a stage of some minutes."""
    return Stage(BEGAN + timedelta(minutes=first), BEGAN + timedelta(minutes=last), load)


def test_steps_are_found_with_their_ends_and_loads() -> None:
    steps = minutes(600, 600, 606, 900, 1200, 1200, 1194, 1800, 1800, 1800, 1806)
    assert plateaus(steps) == (stage(0, 3, 10.0), stage(4, 7, 20.0), stage(7, 11, 30.0))


@pytest.mark.parametrize(
    "values",
    [
        [],
        [600.0],
        [600.0] * 30,
        [600.0] * 10 + [1200.0] * 10,
        [float("nan")] * 30,
        [0.0] * 30,
        list(np.linspace(100, 3000, 60)),
        [600.0, 1200, 1800] * 10,
    ],
    ids=["none", "one", "one step", "two steps", "no datapoints", "no requests", "ramp", "never still"],
)
def test_fewer_than_three_plateaus_are_no_stages(values: list[float]) -> None:
    assert plateaus(minutes(*values)) == ()


def test_a_missing_datapoint_ends_a_plateau() -> None:
    nan = float("nan")
    found = plateaus(minutes(600, 600, 600, nan, 600, 600, 600, 1200, 1200, 1200, 1800, 1800, 1800))
    assert found == (stage(0, 3, 10.0), stage(4, 7, 10.0), stage(7, 10, 20.0), stage(10, 13, 30.0))


@pytest.mark.parametrize("seed", range(10))
def test_noisy_steps_are_told_from_a_noisy_ramp(seed: int) -> None:
    noise = 1 + 0.02 * np.random.default_rng(seed).normal(size=60)
    steps = np.repeat([2000.0, 4000, 6000, 8000, 10_000, 12_000], 10)
    assert [round((each.load or 0) * 60 / 2000) for each in plateaus(minutes(*steps * noise))] == [1, 2, 3, 4, 5, 6]
    assert plateaus(minutes(*np.linspace(1000, 12_000, 60) * noise)) == ()
