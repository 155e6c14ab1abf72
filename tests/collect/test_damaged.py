"""What `archive verify` sets aside comes back from CloudWatch, as far as it is still there; nothing is ever deleted."""

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.collect.archive import ROUNDING
from sre_lib.collect.archive_file import decode
from sre_lib.collect.damaged import set_aside
from sre_lib.collect.journal import noted
from sre_lib.collect.verify import verify
from sre_lib.errors import LaterVersionError
from tests.collect.account import SERVICE, archive_in, collected, steady
from tests.collect.test_verify import OTHER, REVIEW

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=3)
NOW = weeks.morning_after(WEEK)
KEYS = [f"shop/metrics/service=web/week=2026-W{week}/{period_s}.parquet" for week, period_s in ((38, 300), (40, 60))]


@pytest.fixture
def archive(tmp_path):
    archive = archive_in(tmp_path)
    collected(REVIEW, WEEK, archive, steady(WEEK), NOW)
    return archive


def content(archive):
    return {key: archive.store.read(key) for key in archive.store.keys("shop/metrics/")}


def test_damaged_files_are_set_aside_and_the_next_run_fetches_them_again(archive):
    before = content(archive)
    for key in KEYS:
        archive.store.write(key, before[key][:100])
    assert verify(archive, (SERVICE, OTHER)).damaged == tuple(KEYS)
    moved = set_aside(archive, KEYS)
    assert moved == {key: key.replace("shop/", "shop/damaged/") for key in KEYS}
    assert [archive.store.read(to) for to in moved.values()] == [before[key][:100] for key in KEYS]
    assert {key for key in before if archive.store.read(key) is None} == set(KEYS)
    collected(REVIEW, WEEK, archive, steady(WEEK), NOW)
    after = content(archive)
    assert {key for key in before if after[key] != before[key]} <= {KEYS[0]}
    for key in KEYS:
        old, new = (decode(files[key], key) for files in (before, after))
        for each, values in old.values.items():
            known = ~np.isnan(values)
            # A percentile is interpolated in another order each time.
            np.testing.assert_allclose(new.values[each][known], values[known], rtol=ROUNDING, err_msg=str(each))
    assert verify(archive, (SERVICE, OTHER)).problems == ()


def test_what_cloudwatch_has_forgotten_stays_away(archive):
    later = weeks.named("2026-W43", "Asia/Tokyo", history_weeks=3)
    set_aside(archive, [archive.key(SERVICE, WEEK, 60)])
    collected(REVIEW, later, archive, steady(later), weeks.morning_after(later))
    assert archive.read(SERVICE, WEEK, 60) is None
    assert verify(archive, (SERVICE, OTHER)).problems == ()


def test_a_second_damaged_file_of_the_same_name_lies_beside_the_first(archive):
    for number in (1, 2, 3):
        archive.store.write(KEYS[0], b"%d" % number)
        set_aside(archive, [KEYS[0], "shop/not/there"])
    aside = archive.store.keys("shop/damaged/")
    assert [archive.store.read(key) for key in aside] == [b"1", b"2", b"3"]


def test_a_file_of_a_later_version_is_whole_and_stays(archive):
    key = "shop/collections/2026-W40.json"
    archive.store.write(key, b'{"format": 99, "collections": "as they will be then"}')
    with pytest.raises(LaterVersionError, match="has format 99, this version reads 1; install a newer version"):
        noted(archive, WEEK)
    found = verify(archive, (SERVICE, OTHER))
    assert (len(found.problems), found.damaged) == (1, ())


def test_other_files_are_left_where_they_are(archive):
    archive.store.write("shop/copy of metrics.zip", b"?")
    assert verify(archive, (SERVICE, OTHER)).damaged == ()
    assert archive.store.read("shop/copy of metrics.zip") == b"?"
