"""Which finding is which: over re-runs, versions and weeks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.analyse.identity import Matched, known_of, match
from sre_lib.earlier import direction
from sre_lib.model import Finding

TOKYO = "Asia/Tokyo"
MONDAY = datetime(2026, 9, 28, tzinfo=UTC)
STEP = timedelta(minutes=5)
UP = ("spike", "sustained_high", "saturation")
EVIDENCE = {
    "level_shift": {"before": 20.0, "after": 35.0, "change": 15.0},
    "growth": {"slope_per_day": 3.0},
    "saturation": {"value": 99.0, "maximum": 100.0, "limit": 100.0},
}


def found(view="spike", minutes=0.0, lasts=40.0, **changes):
    """A finding of web's CPU, so many minutes after MONDAY, so many long."""
    start = MONDAY + timedelta(minutes=minutes)
    given = {
        "id": f"{view}-{minutes:g}", "service": "web", "part": "web", "kind": "ecs_service", "resource": "cpu",
        "metric": "cpu", "statistic": "Average", "unit": "Percent", "detector": "any", "view": view, "start": start,
        "end": start + timedelta(minutes=lasts), "score": 0.9, "priority": 0.5, "evidence": EVIDENCE.get(view, {}),
    }  # fmt: skip
    return Finding(**{**given, **changes})


def ids(previous, findings, timezone=TOKYO):
    return match([known_of(each) for each in previous], findings, timezone)


DAY = 1440.0
SAME = {
    "its start moves by three datapoints": (found(), found(minutes=15)),
    "a moment of one datapoint moves by three": (found(lasts=5), found(minutes=-15, lasts=5)),
    "another view of the same hours": (found(lasts=130), found("sustained_high", minutes=5, lasts=115)),
    "at its limit": (found(), found("saturation", minutes=10, lasts=30)),
    "the statistic differs": (found(), found(statistic="Maximum")),
    "growth instead of a step": (found("level_shift", lasts=5 * DAY), found("growth", minutes=-DAY, lasts=6 * DAY)),
    "growth of a week more": (found("growth", lasts=9 * DAY), found("growth", minutes=2 * DAY, lasts=14 * DAY)),
    "it falls into a longer one of its family": (found(minutes=60), found("sustained_high", lasts=300)),
    "another metric of the resource": (found(), found(metric="engine_cpu")),
}
OTHER = {
    "an hour after it": (found(), found(minutes=100)),
    "a spike within a growth": (found(minutes=3 * DAY, lasts=20), found("growth", lasts=7 * DAY)),
    "a spike within days at the limit": (found(minutes=DAY, lasts=20), found("saturation", lasts=4 * DAY)),
    "the other direction": (found(), found("dip")),
    "a level down": (found("level_shift", lasts=DAY), found("level_shift", lasts=DAY, evidence={"change": -9.0})),
    "another part": (found(), found(part="alb")),
    "another service": (found(), found(service="api")),
    "another resource": (found(), found(resource="memory", metric="memory")),
    "another metric that is only context": (
        found(resource="context", metric="requests"), found(resource="context", metric="latency")
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now"), SAME.values(), ids=SAME)
def test_the_same_occurrence_keeps_its_id(before, now):
    [matched] = ids([replace(before, id="kept")], [now])
    assert (matched.id, matched.same) == ("kept", "kept")


@pytest.mark.parametrize(("before", "now"), OTHER.values(), ids=OTHER)
def test_another_occurrence_has_an_id_of_its_own(before, now):
    [matched] = ids([replace(before, id="kept")], [replace(now, id="own")])
    assert (matched.id, matched.same) == ("own", "")


def test_of_two_metrics_of_a_resource_each_keeps_its_own():
    before = [found(id="a"), found(id="b", metric="engine_cpu", lasts=60)]
    now = [found(id="x", metric="engine_cpu", minutes=5), found(id="y", lasts=60)]
    assert [each.same for each in ids(before, now)] == ["b", "a"]


def test_a_good_pair_is_not_given_up_for_two_poor_ones():
    before = [found(id="a", lasts=60), found(id="b", minutes=40, lasts=60)]
    assert [each.same for each in ids(before, [found(id="x", minutes=40, lasts=60)])] == ["b"]


def test_of_two_that_are_as_near_the_choice_does_not_depend_on_order():
    before = [found(id="a", minutes=-10), found(id="b", minutes=10)]
    now = [found(id="x")]
    assert ids(before, now) == ids(before[::-1], now)


def test_a_new_finding_never_takes_the_id_of_another_occurrence():
    before = [found(id="a", minutes=0)]
    [moved] = ids(before, [found(id="a", minutes=600)])
    assert moved.same == ""
    assert moved.id != "a"


def test_people_say_neither_view_nor_direction_and_are_known_all_the_same():
    seen = replace(known_of(found(view="seen", minutes=10)), id="theirs")
    assert match([seen], [found("dip")], TOKYO)[0].same == "theirs"


WEEKS = 7 * DAY
SUBJECT = {
    "the same hour of another night": (found(), found(minutes=3 * DAY + 55), True),
    "the same hour as another view": (found(), found("saturation", minutes=WEEKS, lasts=90), True),
    "around midnight": (found(minutes=14 * 60 + 50), found(minutes=WEEKS + 15 * 60 + 20), True),
    "another hour": (found(), found(minutes=WEEKS + 65), False),
    "the other direction": (found(), found("dip", minutes=WEEKS), False),
    "five hours, then seven": (
        found("sustained_high", lasts=350), found("sustained_high", minutes=WEEKS, lasts=400), True
    ),
    "a level again": (
        found("level_shift", lasts=3 * DAY), found("level_shift", minutes=3 * WEEKS + 500, lasts=DAY), True
    ),
    "a level, down": (
        found("level_shift", lasts=DAY), found("level_shift", minutes=WEEKS, lasts=DAY, evidence={"change": -1.0}),
        False,
    ),
    "growth after a step": (found("level_shift", lasts=DAY), found("growth", minutes=WEEKS, lasts=5 * DAY), True),
    "days at the limit after a growth": (
        found("growth", lasts=5 * DAY), found("saturation", minutes=WEEKS, lasts=3 * DAY), True
    ),
    "a spike after a growth": (found("growth", lasts=5 * DAY), found(minutes=WEEKS), False),
    "another part": (found(), found(minutes=WEEKS, part="alb"), False),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "one"), SUBJECT.values(), ids=SUBJECT)
def test_the_same_subject_is_known_over_the_weeks(before, now, one):
    assert ids([replace(before, id="first")], [replace(now, id="own")]) == (Matched("own", "", "first" if one else ""),)


def test_the_latest_of_a_subject_counts_and_never_the_occurrence_itself():
    before = [found(id=f"w{week}", minutes=week * WEEKS) for week in (1, 0, 2)]
    assert ids(before, [found(minutes=2 * WEEKS + 10)]) == (Matched("w2", "w2", "w1"),)


def test_the_time_of_day_is_that_of_people_over_daylight_saving():
    zone = ZoneInfo("Europe/Berlin")
    summer, winter = (datetime(2026, 10, day, 3, 30, tzinfo=zone).astimezone(UTC) for day in (22, 29))
    nightly = [found(id="s", start=summer, end=summer + STEP * 6)]
    late = winter + timedelta(minutes=50)
    now = [found(id="w", start=late, end=late + STEP * 6)]
    assert ids(nightly, now, "Europe/Berlin")[0].subject == "s"
    assert ids(nightly, now, TOKYO)[0].subject == ""


@pytest.mark.parametrize(
    ("view", "evidence", "side"),
    [
        ("spike", {}, 1), ("sustained_low", {}, -1), ("level_shift", {"change": -2.0}, -1),
        ("growth", {"slope_per_day": 0.5}, 1), ("saturation", EVIDENCE["saturation"], 1),
        ("saturation", {"value": 5.0, "maximum": 1.0, "limit": 0.0}, -1),
        ("saturation", {"value": 0.0, "maximum": 0.0, "limit": 0.0}, -1), ("seen", {}, 0),
    ],
)  # fmt: skip
def test_the_direction_is_that_of_view_or_evidence(view, evidence, side):
    assert direction(view, evidence) == side


@st.composite
def weeks_of_findings(draw):
    """Findings of a week: short ones of one series at least two hours apart, and at most one lasting change."""
    made = []
    for service in draw(st.lists(st.sampled_from(["web", "api", "db"]), unique=True, min_size=1)):
        slots = draw(st.lists(st.integers(0, 26), unique=True, max_size=6))
        for slot in slots:
            lasts = draw(st.integers(1, 24))
            made.append(found(draw(st.sampled_from([*UP, "dip"])), slot * 360, lasts * 5, service=service))
        if draw(st.booleans()):
            made.append(found(draw(st.sampled_from(["growth", "level_shift"])), 0, 6 * DAY, service=service))
    return [replace(each, id=f"f{at}") for at, each in enumerate(made)]


def renamed(findings):
    return [replace(each, id=f"new-{each.id}") for each in findings]


@given(weeks_of_findings())
def test_a_week_matches_itself(findings):
    assert [each.same for each in ids(findings, findings)] == [each.id for each in findings]


@given(weeks_of_findings(), st.integers(-3, 3), st.data())
def test_all_keep_their_ids_when_starts_move_a_little(findings, by, data):
    moved = [
        replace(each, start=each.start + by * STEP, end=each.end + data.draw(st.integers(by, by + 2)) * STEP)
        for each in renamed(findings)
    ]
    assert [each.id for each in ids(findings, moved)] == [each.id for each in findings]


@given(weeks_of_findings(), weeks_of_findings(), st.randoms(use_true_random=False))
def test_no_order_matters_and_no_id_is_given_twice(before, now, random):
    now = renamed(now)
    expected = dict(zip([each.id for each in now], ids(before, now), strict=True))
    mixed, shuffled = random.sample(before, len(before)), random.sample(now, len(now))
    assert dict(zip([each.id for each in shuffled], ids(mixed, shuffled), strict=True)) == expected
    assert len({each.id for each in expected.values()}) == len(now)


@given(weeks_of_findings(), weeks_of_findings(), weeks_of_findings())
def test_what_is_elsewhere_changes_nothing(before, now, elsewhere):
    now = renamed(now)
    other = [replace(each, id=f"o-{each.id}", service=f"other-{each.service}") for each in elsewhere]
    assert ids([*other, *before], [*now, *renamed(other)])[: len(now)] == ids(before, now)


@given(st.integers(0, 287), st.integers(1, 40), st.integers(-12, 12), st.sampled_from(UP))
@settings(max_examples=50)
def test_a_nightly_spike_keeps_its_subject_over_a_week(slot, lasts, late, view):
    before = found(minutes=slot * 5, lasts=lasts * 5, id="first")
    now = found(view, WEEKS + (slot + late) * 5, lasts * 5)
    assert ids([before], [now])[0].subject == "first"
