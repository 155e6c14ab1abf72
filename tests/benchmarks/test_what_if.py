"""How long a what-if of 200 variants over six weeks of minutes takes, against 200 single replays in the same run."""

from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest

from sre_lib.alarms.grid import combinations
from sre_lib.alarms.outcome import Incident
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.replay import Replay, replay
from sre_lib.alarms.what_if import WhatIf, what_if
from sre_lib.collect.windows import moment
from tests.benchmarks.test_replay import alarm_and_points, best, minutes

MOST_OF_REPLAYS = 2.0
"""A what-if also tells of incidents, nights and what is efficient, and yet costs no more than so many times the bare
replays, which are quick themselves (measured: 0.7 to 0.9 times)."""


@pytest.mark.benchmark
def test_a_what_if_costs_no_more_than_the_replays_of_its_variants(capsys):
    alarm, points = alarm_and_points(minutes(2))
    incidents = [Incident(moment(86_400 * day), moment(86_400 * day) + timedelta(hours=1)) for day in (5, 20, 33)]
    what_s, found = best(lambda: what_if(alarm, points, incidents, lambda at: at.hour < 7), 3)
    assert isinstance(found, WhatIf)
    tried = combinations(alarm, points)
    assert not isinstance(tried, NotReplayable)
    assert len(tried) == found.tried == 200
    started = process_time()
    single = [
        replay(replace(alarm, threshold=each.threshold, m=each.m, n=each.n, statistic=each.statistic,
                       missing=each.missing), points)
        for each in tried
    ]  # fmt: skip
    replays_s = process_time() - started
    firings = {each.combination: each.firings for each in found.rows}
    for one, run in zip(tried, single, strict=True):
        assert isinstance(run, Replay)
        assert run.run.firings / found.weeks == firings.get(one, run.run.firings / found.weeks)
    with capsys.disabled():
        print(  # noqa: T201  the figures are what a benchmark is for
            f"\n{found.tried} variants over {found.weeks:.0f} weeks of minutes: what-if {what_s:.2f} s, "
            f"single replays {replays_s:.2f} s ({what_s / replays_s:.1f} of it), {len(found.rows)} rows"
        )
    assert what_s <= MOST_OF_REPLAYS * replays_s
