"""The demo's alarms, collected over HTTP and read from the archive, are what the simulator made."""

from sre_lib import params, weeks
from sre_lib.collect.alarms.gather import collect_alarms
from sre_lib.collect.alarms.reading import alarms_of
from sre_lib.collect.archive import Archive
from sre_lib.collect.source import clock, open_source
from sre_lib.demo.alarms.catalogue import ALARMS
from sre_lib.demo.alarms.history import changes
from sre_lib.demo.schedule import DEMO_WEEK
from sre_lib.store import LocalStore


def test_states_definitions_and_edits_of_the_demo(tmp_path):
    review = params.load("demo")
    week, now = weeks.named("2026-W40", review.timezone), clock(review, "2026-W40", None)
    archive = Archive(LocalStore(tmp_path), "demo")
    with open_source(review, now) as clients:
        got = collect_alarms(review, week, clients, archive, now)
    assert got.problems == ()
    kept = alarms_of(archive, review, week)
    assert {each.name for each in kept.alarms} == {alarm.name for alarm in ALARMS}
    for alarm in ALARMS:
        told = [(each.at.timestamp(), each.old, each.new) for each in kept.transitions if each.id.name == alarm.name]
        made = [(round(each.at, 3), each.old, each.new) for each in changes(1, alarm, DEMO_WEEK)]
        assert [(round(at, 3), *states) for at, *states in told] == made
    (reader,) = {each.id for each in kept.definitions if each.id.name == "orders-db-reader-cpu-high"}
    versions = [each for each in kept.definitions if each.id == reader]
    assert [each.raw["Threshold"] for each in versions] == [39.0, 40.0]
    assert versions[0].until == versions[1].since
    assert versions[1].until is None
    assert [(each.kind, each.id.name) for each in kept.updates] == [
        ("Update", "orders-db-reader-cpu-high"),
        ("Create", "api-memory-high"),
    ]
    assert kept.unreadable == ()
    assert {each.status for each in kept.looks} == {"complete"}
