"""Real series through the endpoint and the collection: every datapoint bit-equal in the bucket of its time."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from math import ceil

import numpy as np
import pytest

from sre_lib import params, weeks
from sre_lib.collect.frame import service_week
from sre_lib.demo.recorded import Recorded
from sre_lib.model import Column
from tests import labelled
from tests.collect.account import archive_in, collected

PERIOD_S = 300
EPSILON = Fraction(1, 2**53)
SERIES = 14
"""Ten of the Numenta Anomaly Benchmark, and the memory of four servers."""


@cache
def all_series():
    """Return the real series."""
    memory = [one for one in labelled.series("smd") if one.name.endswith(".mem_u")]
    found = (*labelled.series("nab"), *memory)
    assert (len(found) - len(memory), len(memory), len(found)) == (10, 4, SERIES)
    return found


def cut(one):
    """Return a series with gaps: a tenth of its datapoints at random, and half a day in one piece."""
    generator, size = np.random.default_rng(len(one.times)), len(one.times)
    kept = generator.uniform(size=size) > 0.1
    kept[size // 2 : size // 2 + 144] = False
    at = np.flatnonzero(kept)
    return replace(one, times=tuple(one.times[each] for each in at), values=tuple(one.values[each] for each in at))


def through_the_collection(one, folder):
    """Return the series' Average at 300 s as a review of its last week sees it, NaN without a datapoint."""
    (folder / "params").mkdir()
    (folder / "params" / "real.yaml").write_text(labelled.review_text([one], "http://127.0.0.1:1"))
    review = params.load("real", folder)
    year, number, _ = one.times[-1].isocalendar()
    alone = weeks.named(f"{year}-W{number:02}", "UTC", history_weeks=0)
    before = max(0, ceil((alone.start - one.times[0]) / timedelta(weeks=1)))
    week = weeks.named(alone.name, "UTC", history_weeks=before)
    account, archive = Recorded(), archive_in(folder)
    one.put_into(account)
    got, _ = collected(review, week, archive, account, weeks.morning_after(week))
    assert got.problems == ()
    (service,) = review.services
    frame = service_week(review, service, week, archive).frame
    kind = review.catalog[one.kind]
    (name,) = (name for name, spec in kind.metrics.items() if spec.name == one.metric)
    return frame.series(Column(one.name, name, "Average"))


def buckets(one):
    """Return the datapoints of each bucket, exact, by the bucket's start in seconds."""
    found: dict[int, list[Fraction]] = defaultdict(list)
    for moment, value in zip(one.times, one.values, strict=True):
        found[int(moment.timestamp()) // PERIOD_S * PERIOD_S].append(Fraction(value))
    return found


@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
@pytest.mark.parametrize("number", range(SERIES))
def test_every_datapoint_comes_back_in_its_bucket_and_nothing_else(tmp_path, number, gaps):
    one = cut(all_series()[number]) if gaps else all_series()[number]
    average = through_the_collection(one, tmp_path)
    there = average.dropna()
    got = dict(zip(there.index.as_unit("s").asi8.tolist(), there.tolist(), strict=True))
    wanted = buckets(one)
    assert got.keys() == wanted.keys()
    for start, samples in wanted.items():
        exact = sum(samples, Fraction()) / len(samples)
        if len(samples) <= 2:
            assert got[start].hex() == float(exact).hex(), start
        else:
            # A sum of n floats above zero is off by n - 1 roundings at most; some series hold a burst of samples.
            assert abs(Fraction(got[start]) - exact) <= exact * len(samples) * EPSILON, start
