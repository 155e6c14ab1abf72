"""Laws of the detectors that look at what stands beside a series: whatever comes, a sound answer and no change."""

import warnings
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.after_deployment import AfterDeployment, AfterPeak
from sre_lib.analyse.detectors.idle import Idle
from sre_lib.analyse.detectors.imbalance import Imbalance
from sre_lib.analyse.detectors.oscillation import Oscillation
from sre_lib.analyse.detectors.persistent import Persistent
from sre_lib.analyse.detectors.plateau import Plateau
from sre_lib.analyse.detectors.relation import WithoutLoad, WithoutTraffic
from sre_lib.analyse.detectors.sawtooth import Sawtooth
from sre_lib.analyse.detectors.tasks_missing import CrashLoop, TasksMissing, Wanted
from sre_lib.analyse.detectors.weekly_floor import WeeklyFloor
from sre_lib.analyse.seen import Beside, Seen
from sre_lib.change import Change
from sre_lib.model import Part, Service, Week
from tests.analyse.series import START, index, noise

DETECTORS = (
    Imbalance(),
    Imbalance(suspected=True),
    Plateau(),
    Sawtooth(),
    AfterPeak(),
    AfterDeployment(),
    WeeklyFloor(),
    WithoutTraffic(),
    WithoutLoad(),
    TasksMissing(),
    CrashLoop(),
    Oscillation(),
    Idle(),
)
BESIDE = ("cpu", "requests", "latency", "running_tasks", "desired_tasks", "restarts", "deployments")
PART = Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"})
every = pytest.mark.parametrize(
    "detector", DETECTORS, ids=lambda one: f"{type(one).__name__}{getattr(one, 'suspected', '')}"
)


def seen_of(series: pd.Series, beside: pd.Series | None, limit: float | None = 100.0) -> Seen:
    """Everything that a detector may look at, with one series beside under every name (None: nothing beside)."""
    end = (series.index[-1] + (series.index[1] - series.index[0])).to_pydatetime()
    start = end - (end - series.index[0].to_pydatetime()) / 4
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        band = Baseline().band(series)
        near = (
            {} if beside is None else {name: Beside("web", beside, Baseline().band(beside), limit) for name in BESIDE}
        )
    deployed = Change("d", start, start + timedelta(minutes=10), "deployment", "web", "web:2")
    week = Week("2026-W10", start, end, START, "UTC")
    return Seen(series, band, PART, Service("web", (PART,)), week, limit, 4.0, near, (), (deployed,))


SHAPES: dict[str, Callable[[int], np.ndarray]] = {
    "flat": lambda size: np.full(size, 3.0),
    "zero": np.zeros,
    "noise": lambda size: 30 + 5 * noise(size),
    "full": lambda size: np.minimum(90 + 10 * noise(size), 100),
    "negative": lambda size: -30 + noise(size),
    "saw": lambda size: 40 + 20 * (np.arange(size) % 700) / 700,
    "nothing": lambda size: np.full(size, np.nan),
    "one": lambda size: np.where(np.arange(size) == size // 2, 5.0, np.nan),
    "huge": lambda size: 1e15 * (2 + noise(size)),
}


@every
@given(
    shape=st.sampled_from(sorted(SHAPES)),
    beside=st.sampled_from([None, *sorted(SHAPES)]),
    days=st.sampled_from([0.01, 0.5, 3, 10, 30]),
    period_s=st.sampled_from([300, 3600]),
    gap=st.floats(0, 1),
    limit=st.sampled_from([None, 100.0]),
)
@settings(max_examples=12, deadline=None)
def test_whatever_comes_the_answer_is_sound_and_nothing_changes(detector, shape, beside, days, period_s, gap, limit):
    at = index(max(days, 2 * period_s / 86_400), period_s)
    values = SHAPES[shape](len(at))
    values[int(gap * len(at)) : int(gap * len(at)) + len(at) // 5] = np.nan
    series = pd.Series(values, at)
    near = None if beside is None else pd.Series(SHAPES[beside](len(at)), at)
    seen = seen_of(series, near, limit)
    before = series.copy()
    for each in detector.look(seen):
        assert 0 <= each.score <= 1
        assert each.start < each.end
        assert all(np.isfinite(value) for value in each.evidence.values()), each.evidence
    pd.testing.assert_series_equal(series, before)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Imbalance(points=0), "points"),
        (lambda: Persistent(least_min=0), "least_min"),
        (lambda: Plateau(ceiling=-1), "ceiling"),
        (lambda: Sawtooth(fall=0), "fall"),
        (lambda: AfterPeak(rare_percent=0), "rare_percent"),
        (lambda: AfterDeployment(within_min=0), "within_min"),
        (lambda: WeeklyFloor(weeks=0), "weeks"),
        (lambda: WithoutTraffic(same=0), "same"),
        (lambda: WithoutLoad(factor=0), "factor"),
        (lambda: TasksMissing(least_min=0), "least_min"),
        (lambda: CrashLoop(least=0), "least"),
        (lambda: Wanted(deploy_min=0), "deploy_min"),
        (lambda: Oscillation(enter=0), "enter"),
        (lambda: Oscillation(most_min=400), "most_min"),
        (lambda: Idle(threshold=0), "threshold"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(make, name):
    with pytest.raises(ValueError, match=f"^{name}: got"):
        make()
