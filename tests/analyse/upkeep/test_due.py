"""What is due when: days across time zones, what became of it, what was accepted, versions that nobody knows."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sre_lib.analyse.upkeep.accepted import Accepted, Unclear, unclear
from sre_lib.analyse.upkeep.due import NOW_DAYS, due_of, gone_since
from sre_lib.analyse.upkeep.naming import label, meant, short_id
from sre_lib.analyse.upkeep.priority import priority
from sre_lib.analyse.upkeep.support import builtin_table, support_of
from sre_lib.errors import UserMistakeError
from sre_lib.params import load
from sre_lib.params_upkeep import SupportEntry
from sre_lib.upkeep import UPKEEP_SOURCES, UpkeepItem, UpkeepLook

NOW = datetime(2026, 10, 4, 20, tzinfo=UTC)


def review(folder, more="", zone="Asia/Tokyo"):
    (folder / "r.yaml").write_text(
        f"title: R\ntimezone: {zone}\nsource: demo\nservices:\n"
        "  - {name: web, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}}\n" + more
    )
    return load(str(folder / "r.yaml"))


def certificate(due, name="c", *, managed=False):
    return UpkeepItem(name, "certificates", "certificate", name, due, managed=managed)


def look(*items, status="complete"):
    return UpkeepLook("certificates", "", NOW, status, "", items)


@pytest.mark.parametrize(
    ("zone", "day", "days"), [("Asia/Tokyo", date(2026, 10, 18), 13), ("America/New_York", date(2026, 10, 17), 13),
                              ("UTC", date(2026, 10, 17), 13), ("Pacific/Kiritimati", date(2026, 10, 18), 13)],
)  # fmt: skip
def test_days_are_counted_where_the_people_live(tmp_path, zone, day, days):
    (found,) = due_of(
        review(tmp_path, zone=zone), [look(certificate(datetime(2026, 10, 17, 23, 59, tzinfo=UTC)))], (), NOW
    )
    assert (found.day, found.days, found.urgency) == (day, days, "now")


@pytest.mark.parametrize(
    ("before", "since"),
    [(None, "first"), (look(), "new"), (look(status="denied"), "first"),
     (look(certificate(datetime(2026, 10, 17, tzinfo=UTC))), "still"),
     (look(certificate(datetime(2026, 9, 1, tzinfo=UTC))), "moved")],
)  # fmt: skip
def test_what_became_of_it_since_the_week_before(tmp_path, before, since):
    now = look(certificate(datetime(2026, 10, 17, tzinfo=UTC)))
    (found,) = due_of(review(tmp_path), [now], [before] if before else [], NOW)
    assert found.since == since


def test_what_is_gone_is_said_only_where_all_was_told():
    before = look(certificate(NOW))
    assert [each.id for each in gone_since([look()], [before])] == ["c"]
    assert list(gone_since([look(status="partial")], [before])) == []


@pytest.mark.parametrize(("until", "open_"), [("2026-10-05", False), ("2026-10-04", True)])
def test_accepted_until_the_end_of_a_day(tmp_path, until, open_):
    more = f"upkeep_accepted:\n  - {{name: c, until: {until}, reason: the shop moves}}\n"
    (found,) = due_of(review(tmp_path, more), [look(certificate(NOW))], (), NOW)
    assert found.open == open_


def test_one_that_acm_renews_is_urgent_only_where_that_is_late(tmp_path):
    due = datetime(2026, 11, 17, tzinfo=UTC)
    items = certificate(due, "own"), certificate(due, "managed", managed=True)
    found = due_of(review(tmp_path), [look(*items)], (), NOW)
    assert {each.item.name: each.urgency for each in found} == {"own": "soon", "managed": "now"}


@pytest.mark.parametrize(
    ("engine", "version", "ends"),
    [
        ("aurora-mysql", "8.0.mysql_aurora.3.04.1", date(2026, 10, 31)),
        ("aurora-mysql", "8.0.mysql_aurora.3.10.0", date(2028, 4, 30)),
        ("postgres", "14.9", date(2027, 2, 28)),
        ("redis", "5.0.6", date(2026, 1, 31)), ("redis", "7.1.0", None), ("valkey", "8.0", None),
        ("postgres", "1", None), ("postgres", "140.1", None), ("oracle-ee", "19", None), ("", "", None),
    ],
)  # fmt: skip
def test_the_longest_version_that_fits_wins_and_what_is_not_there_is_unknown(engine, version, ends):
    assert support_of(engine, version).ends == ends


def test_the_review_file_comes_before_the_table():
    own = SupportEntry(engine="postgres", version="14", ends=date(2027, 3, 31))
    assert support_of("postgres", "14.9", [own]) == (date(2027, 3, 31), "")
    assert support_of("postgres", "15.2", [own]).ends == date(2028, 2, 29)


def test_every_engine_of_the_table_has_a_source_and_the_table_its_day():
    table = builtin_table()
    assert table.as_of < date(2026, 11, 23)
    assert all(each.source and each.ends for each in table.engines.values())


@pytest.mark.parametrize(
    ("written", "sources"),
    [("all", UPKEEP_SOURCES), ("[caches, caches]", ("caches",)), ("[]", ())],
)  # fmt: skip
def test_the_sources_that_a_review_names(tmp_path, written, sources):
    assert review(tmp_path, f"upkeep: {written}\n").upkeep == sources


@pytest.mark.parametrize(
    ("written", "said"),
    [("every", r"got 'every', wants a list such as \[certificates\], or all"), ("[cachs]", r"got 'cachs'.*'caches'")],
)
def test_a_source_that_nobody_knows_is_one_sentence(tmp_path, written, said):
    with pytest.raises(UserMistakeError, match=said):
        review(tmp_path, f"upkeep: {written}\n")


def test_a_day_that_is_none_is_one_sentence(tmp_path):
    with pytest.raises(UserMistakeError, match=r"wants a day such as 2026-12-31"):
        review(tmp_path, "upkeep_accepted:\n  - {name: c, until: soon, reason: r}\n")


def in_region(region, name="shop", kind="engine"):
    return UpkeepItem(
        f"arn:aws:rds:{region}:1:db:{name}", "databases", kind, name, NOW, engine="postgres", version="13.9"
    )  # fmt: skip


def test_two_of_one_name_in_two_regions_or_kinds_are_two_and_never_share_what_was_accepted(tmp_path):
    items = in_region("a"), in_region("b"), in_region("a", kind="maintenance")
    looks = [UpkeepLook("databases", place, NOW, "complete", "", found) for place, found in
             (("a", (items[0], items[2])), ("b", (items[1],)))]  # fmt: skip
    assert len({short_id(each) for each in items}) == 3
    one = Accepted(label(items[1]), date(2026, 12, 31), "r")
    found = due_of(review(tmp_path), looks, (), NOW, [one])
    assert {each.item: each.accepted for each in found} == {items[0]: None, items[1]: one, items[2]: None}
    for_all = [Accepted("shop", date(2026, 12, 31), "r")]
    assert {each.accepted for each in due_of(review(tmp_path), looks, (), NOW, for_all)} == {None}
    (said,) = unclear(for_all, items, date(2026, 10, 5))
    assert said == Unclear("shop", items)


def test_new_is_said_where_that_place_was_looked_at_before(tmp_path):
    before = [UpkeepLook("databases", "a", NOW, "complete"), UpkeepLook("databases", "b", NOW, "denied")]
    looks = [UpkeepLook("databases", place, NOW, "complete", "", (in_region(place),)) for place in "ab"]
    found = due_of(review(tmp_path), looks, before, NOW)
    assert {each.item.id: each.since for each in found} == {
        in_region("a").id: "new", in_region("b").id: "first",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [("certificate", 0, 1.0), ("certificate", -9, 1.0), ("certificate", 30, 0.5), ("engine", 90, 0.4),
     ("maintenance", 14, 0.3), ("engine", None, None)],
)  # fmt: skip
def test_priority_is_one_at_the_end_and_half_where_the_meeting_begins_to_talk_of_it(kind, days, expected):
    assert priority(in_region("a", kind=kind), days, NOW_DAYS[kind]) == expected


@given(st.integers(-400, 4000), st.integers(-400, 4000))
def test_what_is_nearer_never_matters_less(one, other):
    near, far = sorted([one, other])
    item = certificate(NOW)
    assert (priority(item, near, 30) or 0) >= (priority(item, far, 30) or 0)


@given(st.text(max_size=40), st.sampled_from(["certificate", "engine", "maintenance"]))
def test_a_label_names_its_item_alone(name, kind):
    one, other = in_region("a", name, kind), in_region("b", name, kind)
    assert meant(label(one), (one, other)) == (one,)


@given(st.from_regex(r"[a-z0-9][a-z0-9.-]{0,30}", fullmatch=True))
def test_a_label_is_a_plain_scalar_of_yaml(name):
    named = label(in_region("a", name))
    assert YAML(typ="safe").load(f"{{name: {named}, until: 2026-12-31}}")["name"] == named
