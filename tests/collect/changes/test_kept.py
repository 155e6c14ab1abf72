from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib import weeks
from sre_lib.change import Change, Looked
from sre_lib.collect.changes.kept import Kept, Limits, changes_of, decode, encode, key_of, merged, put, with_look
from sre_lib.errors import ArchiveError
from tests.collect.account import SERVICE, archive_in

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
AT = datetime(2026, 9, 29, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHANGE = Change("d-1", AT, AT + HOUR, "deployment", "web", "web 2", {"image web": ("web:1", "web:2")})


def look(first: int, last: int, status: str = "complete", message: str = "") -> Looked:
    return Looked("deployments", "ecs_service:shop/web", AT + first * HOUR, AT + last * HOUR, AT, status, message)  # type: ignore[arg-type]  # literals


def test_what_is_kept_comes_back_from_history_and_week(tmp_path):
    archive = archive_in(tmp_path)
    before = replace(CHANGE, id="d-0", start=AT - timedelta(weeks=1), end=AT - timedelta(weeks=1))
    first = Kept((CHANGE,), (look(0, 2),), (Limits("ecs_service:shop/web", AT, {"minimum": "4"}),))
    put(archive, SERVICE, weeks.previous(WEEK), Kept((before,)))
    put(archive, SERVICE, WEEK, first)
    content = archive.store.read(key_of(archive, SERVICE, WEEK))
    put(archive, SERVICE, WEEK, first)
    assert archive.store.read(key_of(archive, SERVICE, WEEK)) == content
    assert changes_of(archive, SERVICE, WEEK) == replace(first, changes=(before, CHANGE))


def test_the_newer_reading_of_a_change_stays():
    done = replace(CHANGE, end=AT + 2 * HOUR)
    other = replace(CHANGE, part="web-2")
    assert merged(Kept((CHANGE,)), Kept((done, other))).changes == (done, other)


@pytest.mark.parametrize(
    ("known", "new", "together"),
    [
        ([look(0, 2)], look(1, 4), [look(0, 4)]),
        ([look(0, 2)], look(3, 4), [look(0, 2), look(3, 4)]),
        ([look(0, 4)], look(1, 2), [look(0, 4)]),
        ([look(0, 4)], look(1, 2, "denied", "no"), [look(0, 4)]),
        ([look(0, 2, "denied", "no")], look(0, 2), [look(0, 2)]),
        ([look(0, 2, "denied", "no")], look(0, 2, "partial", "late"), [look(0, 2, "partial", "late")]),
        ([look(0, 2)], look(1, 4, "denied", "no"), [look(0, 2), look(1, 4, "denied", "no")]),
        ([look(0, 2, "gone")], look(2, 4), [look(0, 2, "gone"), look(2, 4)]),
    ],
)
def test_looks_join_where_they_touch_and_a_whole_one_goes_before_a_failed(known, new, together):
    assert sorted(with_look(tuple(known), new), key=lambda each: each.start) == together


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=8))
def test_whole_looks_cover_just_what_was_looked_at(spans):
    looks: tuple[Looked, ...] = ()
    for first, hours in spans:
        looks = with_look(looks, look(first, first + hours))
    covered = {hour for each in looks for hour in range((each.start - AT) // HOUR, (each.end - AT) // HOUR)}
    assert covered == {hour for first, hours in spans for hour in range(first, first + hours)}
    assert len(looks) == len({(each.start, each.end) for each in looks})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is damaged"),
        (b'{"format": 2}', "has format 2, this version reads 1"),
        (b'{"format": 1, "changes": [{"id": 1}]}', "is damaged"),
        (encode(Kept((CHANGE,))).replace(b"2026-09-29T05:00:00Z", b"2026-09-29T05:00:00"), "a time has no offset"),
        (encode(Kept((CHANGE,))).replace(b"2026-09-29T06:00:00Z", b"2026-09-28T06:00:00Z"), "an end lies before"),
        (encode(Kept((CHANGE,))).replace(b'"deployment"', b'"holiday"'), "is damaged"),
    ],
)
def test_a_damaged_file_is_named(content, said):
    with pytest.raises(ArchiveError, match=r"archive: a\.json") as caught:
        decode(content, "a.json")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_reading_what_is_written_gives_it_back():
    kept = Kept((CHANGE,), (look(0, 1),), ())
    assert decode(encode(kept), "a.json") == kept
