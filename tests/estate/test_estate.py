"""Estates: the machinery on small ones, the goals of the review on large ones."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.model import Finding
from tests.estate.__main__ import measured, totals
from tests.estate.account import estate, unplanted
from tests.estate.clock import Clock
from tests.estate.decoys import DECOYS
from tests.estate.faults_fleet import FAULTS as FLEET_FAULTS
from tests.estate.faults_stores import FAULTS as STORE_FAULTS
from tests.estate.judge import hits, reviewed

SMALL = {"services": 6, "faults": 2, "decoys": 2}


@pytest.fixture(scope="module")
def small():
    return reviewed(estate(1, **SMALL))


def finding(fault, **other):
    part, metric = min(fault.signs)
    usual = Finding(
        "id", fault.service, part, "", "cpu", metric, "Average", "", "", "spike", fault.start, fault.end, 1, 1, {}
    )
    return replace(usual, **other)


def test_an_estate_is_a_pure_function_of_its_seed(small):
    again, other = estate(1, **SMALL), estate(2, **SMALL)
    assert again.key == small.estate.key != other.key
    for one, two in zip(again.services, small.estate.services, strict=True):
        pd.testing.assert_frame_equal(one.frame.values, two.frame.values)


def test_what_a_service_draws_does_not_depend_on_what_is_planted_elsewhere():
    with_faults, without = estate(3, **SMALL), estate(3, services=6, faults=0, decoys=0)
    ill = {planted.service for planted in with_faults.key}
    same = [(one, two) for one, two in zip(with_faults.services, without.services, strict=True)]
    for one, two in same:
        assert one.frame.values.equals(two.frame.values) == (one.service.name not in ill)


def test_each_fault_and_decoy_is_in_a_service_of_its_own_and_in_the_week(small):
    names = [planted.service for planted in small.estate.key]
    week = small.estate.clock.week
    assert len(set(names)) == len(names) == 4
    assert all(planted.start < week.end and planted.end > week.start for planted in small.estate.key)
    assert len(small.estate.faults) == 2


@pytest.fixture(scope="module")
def unspoilt():
    """The causes of all services of an estate, nothing planted."""
    return unplanted(1, Clock.drawn(np.random.default_rng(1)), 40)


@pytest.mark.parametrize("kind", [*FLEET_FAULTS, *STORE_FAULTS, *DECOYS], ids=lambda kind: kind.name)
def test_every_kind_has_services_that_it_fits(kind, unspoilt):
    assert kind.plant.__doc__
    assert any(kind.fits(cause) for cause in unspoilt)


def test_values_are_such_as_cloudwatch_has(small):
    for each in small.estate.services:
        values = each.frame.values
        for column in values.columns:
            seen = values[column].dropna()
            assert np.isfinite(seen).all()
            assert (seen >= 0).all(), column
        if (each.service.name, "cpu", "Average") in values:
            average, highest = (values[each.service.name, "cpu", name].dropna() for name in ("Average", "Maximum"))
            assert (highest >= average - 1e-3).all()
            assert highest.max() <= 100


def test_a_finding_shows_a_fault_by_service_time_and_metric(small):
    fault = next(each for each in small.estate.faults)
    assert hits(finding(fault), fault)
    assert not hits(finding(fault, service="another"), fault)
    assert not hits(finding(fault, metric="another"), fault)
    away = timedelta(days=60)
    assert not hits(finding(fault, start=fault.start - away, end=fault.end - away), fault)
    assert hits(finding(fault, metric="another", members=(finding(fault),)), fault)


def test_something_of_a_small_estate_is_found_and_not_everything_is_false(small):
    assert len(small.found) + len(small.missed) == 2
    assert small.found
    assert len(small.false) <= 2 * small.clean


@pytest.mark.long
def test_the_review_reaches_its_goals(capsys):
    """Goals: all 6 faults in the first 10, at most 0.1 false findings per clean service, 2 in a quiet week."""
    figures = {}
    for name, faults, decoys in (("faults", 6, 7), ("quiet", 0, 7), ("silent", 0, 0)):
        summaries = [measured(seed, faults, decoys)[0] for seed in range(1, 21)]
        with capsys.disabled():
            print(f"\n{name}: " + "\n".join(totals(summaries)))  # noqa: T201  figures are what this test is for
        figures[name] = summaries
    each_seed = figures["faults"]
    quiet = [*figures["quiet"], *figures["silent"]]
    assert sum(each.found for each in each_seed) == 6 * 20
    assert sum(each.false for each in each_seed) <= 0.1 * sum(each.clean for each in each_seed)
    assert sum(each.false for each in quiet) <= 2 * len(quiet)
