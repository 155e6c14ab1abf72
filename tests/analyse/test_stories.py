"""Findings of one moment and cause are one story; nothing gets lost on the way."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sre_lib.analyse.stories import flat, joined, stories, weighed
from tests.analyse.test_known_causes import SEND, SPIKE

VIEWS = ("spike", "dip", "sustained_high", "level_shift", "growth", "saturation", "same_minute")


def one(name, metric="cpu", priority=0.5, minutes=0, **changes):
    start = SEND + timedelta(minutes=minutes)
    context = metric in {"requests", "latency", "errors_5xx"}
    made = replace(SPIKE, resource="context") if context else SPIKE
    end = start + timedelta(minutes=30)
    return replace(made, id=name, metric=metric, priority=priority, start=start, end=end, **changes)


def test_a_rush_is_one_story_led_by_cpu():
    rush = [one("r", "requests", 0.9, 0), one("c", "cpu", 0.5, 5), one("l", "latency", 0.6, 10)]
    (story,) = stories(rush)
    assert (story.id, [each.id for each in story.members]) == ("c", ["r", "l"])


def test_what_happens_at_another_time_is_another_story():
    assert [each.id for each in stories([one("a"), one("b", minutes=200, priority=0.4)])] == ["a", "b"]


def test_services_are_joined_only_across_and_only_where_they_begin_together():
    near = [
        one("a"),
        one("b", service="api", minutes=10, priority=0.4),
        one("c", service="db", minutes=29, priority=0.3),
    ]
    assert [each.id for each in stories(near)] == ["a", "b", "c"]
    assert [(each.id, len(each.members)) for each in stories(near, across=True)] == [("a", 1), ("c", 0)]


def test_a_lasting_change_and_a_moment_in_it_are_two():
    shift = one("s", view="level_shift", detector="level_shift")
    assert len(stories([shift, one("m")])) == 2


def test_what_someone_wrote_on_is_never_told_under_another():
    assert {each.id for each in stories([one("a"), one("b", "latency")], apart={"b"})} == {"b"}
    assert {each.id for each in stories([one("a"), one("b", "latency")], apart={"a", "b"})} == {"a", "b"}


def test_what_customers_felt_raises_a_story():
    story = replace(one("a", priority=0.4), members=(one("e", "errors_5xx", score=0.8),))
    assert weighed(story).priority == 0.4 + 0.6 * 0.5 * 0.8
    assert weighed(one("a")).priority == 0.5


@given(st.lists(st.tuples(st.sampled_from(VIEWS), st.sampled_from(("cpu", "requests", "latency")), st.integers(0, 900),
                          st.sampled_from(("web", "api")), st.floats(0.01, 1)), max_size=8), st.booleans())  # fmt: skip
def test_every_finding_is_told_once_and_the_order_does_not_matter(rows, across):
    found = [
        one(f"f{at}", metric, priority, minutes, service=service, view=view)
        for at, (view, metric, minutes, service, priority) in enumerate(rows)
    ]
    told = stories(found, across)
    assert sorted(each.id for each in flat(told)) == sorted(each.id for each in found)
    assert told == stories(found[::-1], across)
    assert list(told) == sorted(told, key=lambda each: (-each.priority, each.start, each.id))


def test_what_is_too_weak_alone_is_evidence_of_a_story_of_any_service():
    story, weak, other = one("a"), one("w", service="api", minutes=5, score=0.6), one("o", minutes=300, score=0.6)
    told, left = joined([story], [weak, other])
    assert ([each.id for each in told[0].members], [each.id for each in left]) == (["w"], ["o"])
