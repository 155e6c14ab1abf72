"""What collections took is kept with the data: added up, and one sentence where the note is damaged."""

import pytest

from sre_lib import weeks
from sre_lib.collect.journal import Entry, note, noted, taken
from sre_lib.collect.queries import Place
from sre_lib.collect.usage import Usage
from sre_lib.errors import ArchiveError
from tests.collect.account import archive_in

WEEK = weeks.named("2026-W40", "UTC")
ONE = Entry(100, (Usage(Place("audit", "us-east-1"), "123456789012", calls=2, billed_low=3, billed_high=9),))
TWO = Entry(200, (Usage(calls=1, refused=4),))


def test_collections_of_a_week_add_up(tmp_path):
    archive = archive_in(tmp_path)
    assert (noted(archive, WEEK), taken(archive, WEEK)) == ((), Usage())
    for entry in (ONE, TWO):
        note(archive, WEEK, entry)
    assert noted(archive, WEEK) == (ONE, TWO)
    assert taken(archive, WEEK) == Usage(calls=3, billed_low=3, billed_high=9, refused=4)
    assert noted(archive, weeks.previous(WEEK)) == ()


def test_a_collection_that_asked_for_nothing_is_none(tmp_path):
    note(archive_in(tmp_path), WEEK, Entry(100, ()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{}", b'{"collections": [{"at": 1, "usages": [{"plaice": []}]}]}', b"[1]"])
def test_a_damaged_note_is_one_sentence(tmp_path, content):
    archive = archive_in(tmp_path)
    note(archive, WEEK, ONE)
    archive.store.write("shop/collections/2026-W40.json", content)
    with pytest.raises(ArchiveError, match=r"shop/collections/2026-W40\.json is damaged \(.*set it aside"):
        noted(archive, WEEK)
