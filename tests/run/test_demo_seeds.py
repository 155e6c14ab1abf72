"""The demo shop over many seeds: every planted fault is found, no decoy that needs no known cause is discussed."""

from dataclasses import replace

import pytest

from sre_lib import params
from sre_lib.analyse.analyse import analyse
from sre_lib.analyse.findings import LASTING
from sre_lib.analyse.ranking import rank
from sre_lib.analyse.stories import flat
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import collect, service_week
from sre_lib.collect.source import clock, open_source
from sre_lib.demo.shop import answer_key
from sre_lib.params_file import DemoSource
from sre_lib.store import LocalStore
from sre_lib.views import shape_of
from tests.conftest import ROOT

LONG = [pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 21)]


def reviewed(seed: int, folder):
    """Return ranking and answer key of the demo's default week with another seed."""
    review = params.load("demo", ROOT)
    # Load tests follow the calendar, whatever the seed; its other events are left out, so that none is explained away.
    tests = tuple(each for each in review.events if each.kind == "load_test")
    review = replace(review, source=DemoSource(seed=seed), events=tests)
    now = clock(review, "", None)
    week = review.week("", now)
    archive = Archive(LocalStore(folder), "demo")
    with open_source(review, now) as client:
        collect(review, review.services, week, client, archive, now)
    weeks = [service_week(review, service, week, archive) for service in review.services]
    return rank([analyse(each, review.catalog) for each in weeks]), answer_key(seed, week.start, week.end)


def overlaps(finding, planted):
    end = finding.until or finding.end
    return finding.service == planted.service and finding.start < planted.end and end > planted.start


def shows(finding, planted):
    """Tell whether a finding says what was planted: where, when, and what lasts as what it is."""
    shape = shape_of(finding.view)
    lasting = planted.view in LASTING or shape in LASTING
    where = (finding.part, finding.metric) == (planted.part, planted.metric)
    return where and overlaps(finding, planted) and (not lasting or shape == planted.view)


@pytest.mark.parametrize("seed", [2, *LONG])
def test_faults_are_found_and_decoys_left_alone(seed, tmp_path):
    ranking, key = reviewed(seed, tmp_path)
    faults = [planted for planted in key if planted.is_fault]
    decoys = [planted for planted in key if not planted.is_fault and not planted.needs_cause]
    missed = [
        planted.what for planted in faults
        if not planted.echo and not any(shows(finding, planted) for finding in flat(ranking.listed))
    ]  # fmt: skip
    blamed = [
        (finding.part, finding.view, finding.start, decoy.what) for finding in ranking.discuss for decoy in decoys
        if (finding.part, finding.metric) == (decoy.part, decoy.metric) and overlaps(finding, decoy)
        and not any(overlaps(finding, fault) for fault in faults)
    ]  # fmt: skip
    assert (missed, blamed) == ([], [])
