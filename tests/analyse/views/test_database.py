"""Databases: seen where an expert would, and only there."""

import numpy as np
import pytest

from sre_lib.change import Change
from sre_lib.model import Part
from tests.analyse.views.shop import DAY, INDEX, REVIEWED, looked, seen, service_week, wave

RDS = Part(
    "db", "rds_instance_detail", {"DBInstanceIdentifier": "shop"}, limits={"ram_bytes": 16e9, "connections": 500}
)
WRITER = Part(
    "writer", "aurora_role_detail", {"DBClusterIdentifier": "shop", "Role": "WRITER"}, limits={"ram_bytes": 1e11}
)
READER = Part("reader", "aurora_role_detail", {"DBClusterIdentifier": "shop", "Role": "READER"})
CPU, FREE = ("db", "cpu", "Average"), ("db", "freeable_memory", "Minimum")
CONNECTIONS, SWAP = ("db", "connections", "Maximum"), ("db", "swap", "Maximum")
CREDITS = ("db", "cpu_credits", "Minimum")
AT = REVIEWED + DAY + 120
"""Tuesday morning of the reviewed week."""

SLOT = np.arange(len(INDEX))
AGE = np.maximum(SLOT - AT, 0) / DAY
GB = 1e9


def db_week(values, changes=()):
    return service_week((RDS,), values, changes=changes)


def with_added(values, first, last, by):
    changed = values.copy()
    changed[first:last] += by
    return changed


def test_cpu_above_90_percent_for_two_hours_is_seen():
    (found,) = seen(db_week({CPU: with_added(wave(40, 10), AT, AT + 24, 47)}), "database_cpu_full")
    assert found.evidence["minutes"] == 120
    assert found.evidence["value"] > 90


@pytest.mark.parametrize(
    "cpu",
    [
        pytest.param(with_added(wave(40, 10), AT, AT + 3, 55), id="a quarter of an hour"),
        pytest.param(wave(40) + 54 * (SLOT % DAY < 24), id="each night"),
    ],
)
def test_a_short_or_nightly_peak_is_not(cpu):
    assert seen(db_week({CPU: cpu}), "database_cpu_full") == []


def dearer(factor):
    return wave(25, 12, noise=0.8) * np.where(SLOT >= AT, factor, 1)


def test_cpu_that_doubles_with_the_same_connections_is_a_jump_with_before_and_after():
    (found,) = seen(db_week({CPU: dearer(2), CONNECTIONS: wave(80, 10, seed=4)}), "writer_jump")
    assert found.evidence["before"] == pytest.approx(100, abs=8)
    assert found.evidence["after"] == pytest.approx(200, abs=16)
    assert abs(found.evidence["others_change_percent"]) < 5


@pytest.mark.parametrize(
    ("factor", "connections"),
    [
        pytest.param(2, wave(80, 10, seed=4) * np.where(SLOT >= AT, 2, 1), id="connections double, too"),
        pytest.param(1, wave(80, 10, seed=4), id="as ever"),
    ],
)
def test_cpu_that_follows_its_connections_is_not(factor, connections):
    assert seen(db_week({CPU: dearer(factor), CONNECTIONS: connections}), "writer_jump") == []


def two(moved):
    reads = wave(15, 8, noise=0.5, seed=2)
    to_writer = moved * reads * (SLOT >= AT)
    writes = wave(25, 10, noise=0.5, seed=3)
    cpu = {"writer": writes + to_writer, "reader": reads - to_writer + 1}
    return service_week((WRITER, READER), {(part, "cpu", "Average"): values for part, values in cpu.items()})


def test_a_reader_whose_reads_go_to_the_writer_is_seen_at_the_writer():
    (found,) = seen(two(0.95), "reader_idle")
    assert found.part == "writer"
    assert found.evidence["before"] == pytest.approx(61, abs=4)
    assert found.evidence["after"] > 90
    assert found.evidence["others_change_percent"] < -70


def test_a_reader_that_works_as_ever_is_not():
    assert seen(two(0), "reader_idle") == []


def filling(settles, swap=0.0):
    """A restart on Tuesday gives 6 GB back, which go again within a day and a half."""
    free = wave(4, noise=0.03, seed=5) + (SLOT >= AT) * (settles - 4 + (10 - settles) * np.exp(-AGE * 24 / 9))
    return {FREE: free * GB, SWAP: wave(2e7, noise=1e5, seed=6) + swap * AGE}


RESTART = Change("1", INDEX[AT].to_pydatetime(), INDEX[AT].to_pydatetime(), "database", "db", "DB instance restarted")


@pytest.mark.parametrize("changes", [(), (RESTART,)], ids=["the jump alone", "with the event"])
def test_a_buffer_pool_that_fills_is_known_and_nothing_of_free_memory_is_listed(changes):
    found = looked(db_week(filling(4), changes))
    told = [each for each in found.known if each.view == "buffer_pool"]
    assert len(told) == 1
    assert told[0].evidence["expected"] == pytest.approx(4 * GB, rel=0.05)
    assert {each.because for each in found.known} == {"buffer_pool"}
    assert [each for each in found.findings if each.metric == "freeable_memory"] == []


@pytest.mark.parametrize(
    "values", [filling(2.5), filling(4, swap=2e8)], ids=["far below its level before", "swap rises with it"]
)
def test_memory_that_falls_further_or_swaps_is_no_buffer_pool(values):
    assert [each.view for each in looked(db_week(values)).known] == []


def test_free_memory_below_a_quarter_of_ram_since_tuesday_is_seen():
    free = wave(6, noise=0.05, seed=7) - 3.5 * (SLOT >= AT)
    (found,) = seen(db_week({FREE: free * GB}), "memory_short")
    assert found.evidence["value"] == pytest.approx(100 * 2.5 / 16, abs=1)
    assert found.evidence["expected"] == pytest.approx(100 * 6 / 16, abs=1)


def test_free_memory_that_was_always_there_is_not():
    assert seen(db_week({FREE: wave(3, noise=0.05, seed=7) * GB}), "memory_short") == []


@pytest.mark.parametrize(("free", "number"), [(3, 1), (20, 0)], ids=["3 % of RAM", "20 % of RAM"])
def test_aurora_is_short_of_memory_only_under_a_twentieth(free, number):
    values = {("writer", "freeable_memory", "Minimum"): np.where(SLOT >= AT, free, 28) * GB + wave(0, noise=0.1) * GB}
    assert len(seen(service_week((WRITER,), values), "memory_short_aurora")) == number


@pytest.mark.parametrize(("falls", "number"), [(0.3, 1), (0, 0)], ids=["free memory falls", "free memory stays"])
def test_swap_is_pressure_only_when_free_memory_falls_with_it(falls, number):
    age = np.maximum(SLOT - REVIEWED + 3 * DAY, 0) / DAY
    values = {FREE: (wave(6, noise=0.03, seed=8) - falls * age) * GB, SWAP: wave(2e7, noise=1e5) + 1e8 * age}
    assert len(seen(db_week(values), "swapping")) == number


def stairs(back):
    steps = np.minimum((SLOT - REVIEWED) // 144 + 1, 14) * (SLOT >= REVIEWED)
    held = 12 * steps if not back else 12 * (steps % 2)
    return wave(80, 15, noise=2, seed=9) + held


def test_connections_that_are_never_given_back_are_a_staircase():
    (found,) = seen(db_week({CONNECTIONS: stairs(back=False)}), "connections_staircase")
    assert found.evidence["steps_count"] >= 8
    assert found.evidence["value"] - found.evidence["from_value"] == pytest.approx(12 * 14, rel=0.2)
    assert found.evidence["days_to_limit"] == pytest.approx((500 - found.evidence["value"]) / 24, rel=0.3)


@pytest.mark.parametrize("values", [stairs(back=True), wave(80, 15, noise=2)], ids=["up and down", "as ever"])
def test_connections_that_come_back_are_not(values):
    assert seen(db_week({CONNECTIONS: values}), "connections_staircase") == []


def test_credits_that_run_out_for_good_are_seen():
    left = np.maximum(wave(576, noise=0.5) - 300 * AGE, 0)
    (found,) = seen(db_week({CREDITS: left}), "credits_out")
    assert found.evidence["maximum"] == pytest.approx(0, abs=0.1)


def test_credits_that_a_job_takes_each_night_are_not():
    assert seen(db_week({CREDITS: wave(576, noise=0.5) - 500 * (SLOT % DAY < 24)}), "credits_out") == []
