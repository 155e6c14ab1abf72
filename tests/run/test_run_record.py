"""What run.json says after its run, and what the pages take from it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from sre_lib.document.data_end import end_text
from sre_lib.errors import SourceError
from sre_lib.run.run_record import FailedRun, RunRecord, note_failed, note_told, record_of, stale_text
from sre_lib.wording import wording
from tests.run.stubbed import room

AT = datetime(2026, 10, 13, 22, tzinfo=UTC)
NEXT = "2026-W41"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    return room(tmp_path, monkeypatch, pages=True)


def run_json(shop):
    return json.loads((shop.folder / "run.json").read_text())


def test_a_failed_run_and_who_was_told_are_added_and_all_else_stays(shop):
    shop.run()
    before = run_json(shop)
    note_failed(shop.plan.desk, SourceError("denied"), "denied", AT)
    rows: list[Mapping[str, str]] = [{"channel": "notify[1].slack", "status": "sent", "message": ""}]
    note_told(shop.plan.desk, rows)
    failed = {"at": "2026-10-13T22:00:00Z", "exit_code": 3, "why": "denied"}
    assert run_json(shop) == {**before, "failed_run": failed, "notices": rows}
    record = record_of(shop.plan.desk, shop.week)
    assert record.failed_run == FailedRun(at=AT, exit_code=3, why="denied")
    assert stale_text(shop.plan.desk, shop.week, wording("ja")) == (
        "2026年10月14日(水) 07:00 の実行は失敗しました。このページは以前の実行のものです。"
    )


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"format": 2}', b'{"failed_run": 3}', b"\xff"])
def test_one_that_cannot_be_read_says_nothing_and_stays_as_it_is(shop, content):
    file = shop.folder / "run.json"
    if content is not None:
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
    assert record_of(shop.plan.desk, shop.week) == RunRecord()
    note_told(shop.plan.desk, [])
    assert (file.read_bytes() if file.exists() else None) == content


def test_the_history_page_says_up_to_when_the_newest_week_has_data_whichever_week_is_published(shop):
    shop.run()
    shop.week = NEXT
    shop.run(replace(shop.plan, now=AT))
    history = shop.home / "reviews/shop/history.html"
    newest = shop.plan
    record = record_of(newest.desk, NEXT)
    until = end_text(record.data_until[""], newest.week, wording("en"))
    assert until in unescape(history.read_text())
    note_failed(newest.desk, SourceError("denied"), "denied", AT)
    shop.week = "2026-W40"
    shop.publish()
    assert until in unescape(history.read_text())
    assert "The run of 2026-10-14 (Wed) 07:00 failed" in history.read_text()
    assert "The run of 2026-10-14" not in (shop.folder / "index.html").read_text()
