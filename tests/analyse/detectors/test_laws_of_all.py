"""Laws of every registered detector, used as a review does: whatever comes, a sound answer, no warning, no change."""

import warnings
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.candidate import Candidate
from sre_lib.analyse.registry import ALL, SEEN, Meaning, seen_detector, series_detector
from sre_lib.analyse.seen import Beside, Seen
from sre_lib.change import Change
from sre_lib.event import Event
from sre_lib.model import Part, Service, Week
from sre_lib.views import View, builtin_views
from tests.analyse.series import noise

PART = Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"})
MOST_SLOTS = 9000
BESIDE = sorted({name for view in builtin_views().values() for name in (*view.needs, *view.beside)})

VALUES = {
    "constant": lambda at: np.full(len(at), 42.0),
    "zero": lambda at: np.zeros(len(at)),
    "nothing": lambda at: np.full(len(at), np.nan),
    "one datapoint": lambda at: np.where(np.arange(len(at)) == len(at) // 2, 7.0, np.nan),
    "two datapoints": lambda at: np.where(np.arange(len(at)) % max(1, len(at) - 1) == 0, 7.0, np.nan),
    "rhythm": lambda at: 40 + 20 * np.sin(at * 2 * np.pi / 86_400) + noise(len(at)),
    "negative": lambda at: -1000 + 20 * np.sin(at * 2 * np.pi / 86_400) + noise(len(at)),
    "above 100 %": lambda at: 150 + 90 * np.sin(at * 2 * np.pi / 86_400),
    "growing": lambda at: at / 40_000 + noise(len(at)),
    "steps": lambda at: 10.0 * (at // 400_000) + noise(len(at)) / 100,
    "whole numbers": lambda at: np.round(3 + noise(len(at))),
    "swinging": lambda at: 50 + 40 * np.sign(np.sin(at * 2 * np.pi / 2_400)),
    # The largest and the smallest that CloudWatch takes (API reference, MetricDatum: 2 to the power of 360).
    "huge": lambda at: 1e108 * (1 + noise(len(at)) / 100),
    "tiny": lambda at: 1e-108 * (2 + noise(len(at)) / 10),
    "infinities": lambda at: np.where(np.arange(len(at)) % 97 == 5, np.inf, 40 + noise(len(at))),
    "minus infinity": lambda at: np.where(np.arange(len(at)) % 50 == 49, -np.inf, 40 + noise(len(at))),
    "infinite": lambda at: np.full(len(at), np.inf),
}
"""Series by their seconds since the first slot."""


@dataclass(frozen=True)
class Case:
    """A series as it may come: what its values are like, how often and for how long, where, from when, and its gaps."""

    values: str
    beside: str | None = "rhythm"
    period_s: int = 300
    days: float = 15.0
    timezone: str = "UTC"
    start: datetime = datetime(2026, 3, 2, tzinfo=UTC)
    holes: float = 0.0
    limit: float | None = 100.0

    def series(self, values: str, seed: int = 0) -> pd.Series:
        """Return a series on the case's grid, with gaps."""
        slots = int(min(max(2, self.days * 86_400 / self.period_s), MOST_SLOTS))
        index = pd.date_range(self.start, periods=slots, freq=f"{self.period_s}s", unit="s")
        made = np.asarray(VALUES[values](np.arange(slots) * float(self.period_s)), dtype=np.float64)
        generator = np.random.default_rng(seed)
        gone = generator.random(slots) < self.holes
        # Some gaps of hours besides the single datapoints.
        for first in generator.integers(0, slots, 3 if self.holes else 0):
            gone[first : first + int(20_000 / self.period_s)] = True
        # As the analysis hands them to the detectors.
        return robust.finite(pd.Series(np.where(gone, np.nan, made), index))

    def seen(self) -> Seen:
        """Return all that a detector may look at; under each name that a view knows stands one series beside."""
        series = self.series(self.values)
        step = series.index[1] - series.index[0]
        end = (series.index[-1] + step).to_pydatetime()
        start = max(end - timedelta(days=7), series.index[len(series) // 2].to_pydatetime())
        week = Week("2026-W10", start, end, series.index[0].to_pydatetime(), self.timezone)
        near = {}
        if self.beside is not None:
            other = self.series(self.beside, 1)
            band = Baseline().band(other, self.timezone)
            near = {name: Beside("db", other, band, self.limit) for name in BESIDE}
        deployed = Change("d", start, start + timedelta(minutes=10), "deployment", "web", "web:2")
        pushed = Event(start, start + timedelta(minutes=30), "push", "push", ("web",))
        return Seen(
            series, Baseline().band(series, self.timezone), PART, Service("web", (PART,)), week, self.limit, 0.0, near,
            (pushed,), (deployed,),
        )  # fmt: skip


CASES = st.builds(
    Case,
    values=st.sampled_from(sorted(VALUES)),
    beside=st.sampled_from([None, *sorted(VALUES)]),
    period_s=st.sampled_from([1, 10, 60, 300, 900, 3600]),
    days=st.sampled_from([0.001, 0.3, 0.99, 1.0, 4.0, 10.0, 30.0]),
    timezone=st.sampled_from(["UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    # Around the changes to and from daylight-saving time of 2026, and at odd times of the day.
    start=st.sampled_from(
        [
            datetime(2026, 3, 2, tzinfo=UTC),
            datetime(2026, 3, 7, 5, tzinfo=UTC),
            datetime(2026, 3, 28, 23, 55, tzinfo=UTC),
            datetime(2026, 10, 20, 17, 0, 7, tzinfo=UTC),
        ]
    ),
    holes=st.sampled_from([0.0, 0.05, 0.7]),
    limit=st.sampled_from([None, 0.0, 100.0]),
)
YEAR = Case("rhythm", "growing", 3600, 365.0, "Europe/Berlin", holes=0.05)


@lru_cache(16)
def seen_of(case: Case) -> Seen:
    """Return what a case has to show; the same examples come for every detector."""
    return case.seen()


def candidates(name: str, seen: Seen) -> list[Candidate]:
    """Return what a detector finds with the settings of each view that uses it."""
    views = [view for view in builtin_views().values() if view.detector == name]
    settings = {str(sorted(view.settings.items())): view for view in views}
    made = settings or {"": View(title=name, detector=name, like="spike")}
    found: list[Candidate] = []
    for view in made.values():
        if name in SEEN:
            detector = seen_detector(view)
            assert detector is not None
            found += detector.look(seen)
        else:
            one = series_detector(view, Meaning(hurts="up", limit=seen.limit))
            found += () if one is None else one.detect(seen.series, seen.band)
    return found


def content(seen: Seen) -> list[bytes]:
    """Return every number that a detector is given."""
    bands = [seen.band, *(each.band for each in seen.beside.values())]
    given = [seen.series, *(each.series for each in seen.beside.values())]
    given += [getattr(band, name) for band in bands for name in ("expected", "lower", "upper", "scale", "shape")]
    return [each.to_numpy().tobytes() for each in {id(each): each for each in given}.values()]


@pytest.mark.parametrize("name", sorted(ALL))
@given(case=CASES)
@example(case=YEAR)
@example(case=Case("rhythm", "rhythm"))
@example(case=Case("infinities", "infinities"))
@example(case=Case("infinite", "minus infinity"))
@example(case=replace(YEAR, values="steps", days=60.0, start=datetime(2026, 9, 1, tzinfo=UTC)))
@settings(max_examples=settings().max_examples // 8)
def test_whatever_comes_the_answer_is_sound_without_a_warning_and_nothing_changes(name, case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = seen_of(case)
        before = content(seen)
        found = candidates(name, seen)
        again = candidates(name, seen)
    first, end = seen.series.index[0].to_pydatetime(), seen.week.end
    for each in found:
        assert first <= each.start < each.end <= each.last <= end
        assert 0 <= each.score <= 1
        assert each.direction in {-1, 1}
        assert np.isfinite(list(each.evidence.values())).all(), each.evidence
    assert found == again
    assert content(seen) == before


def test_every_registered_detector_is_used_by_a_view():
    assert {view.detector for view in builtin_views().values()} == set(ALL)
