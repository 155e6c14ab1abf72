"""Events of CSV files, end to end: refused before anything is fetched, and known wherever written ones are."""

from datetime import UTC, datetime, timedelta

import pytest

from sre_lib.document.opening import open_review
from sre_lib.event import Event
from sre_lib.run.fetch import scope
from tests.conftest import sre_review

REVIEW = """\
title: Test shop
timezone: Asia/Tokyo
history_weeks: 1
holidays: []
changes: []
source: {type: demo, seed: 1}
services:
  - {name: worker, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: worker}}
  - {name: web, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}}
events:
  - {start: 2026-10-02T20:00, kind: sale, title: Autumn <b>sale</b>}
events_from:
  - {file: plan/push.csv, kind: push, services: [web]}
"""
NOW = datetime(2026, 10, 5, 0, tzinfo=UTC)
SEND = datetime(2026, 10, 1, 10, tzinfo=UTC)
PUSH = Event(SEND, SEND + timedelta(minutes=45), "push", "Coupon <script>", ("web",), 122_000)
SALE = Event(datetime(2026, 10, 2, 11, tzinfo=UTC), datetime(2026, 10, 2, 11, tzinfo=UTC), "sale", "Autumn <b>sale</b>")
NEXT = Event(datetime(2026, 10, 8, 10, tzinfo=UTC), datetime(2026, 10, 8, 10, tzinfo=UTC), "push", "Next", ("web",))
FILE = """\
start,end,title,audience
2026-10-08T19:00+09:00,,Next,
2026-10-01T19:00+09:00,2026-10-01T19:45+09:00,Coupon <script>,"122,000"
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("params", "plan"):
        (tmp_path / name).mkdir()
    (tmp_path / "params" / "mine.yaml").write_text(REVIEW)
    (tmp_path / "plan" / "push.csv").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_refuses_a_bad_file_in_one_sentence_before_anything_is_fetched(home):
    (home / "plan" / "push.csv").write_text("start,title\n2026-10-01 19:00,Coupon\n")
    done = sre_review("run", "mine", "--week", "2026-W40", cwd=home)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip().splitlines() == [
        "sre-review: events_from: plan/push.csv, line 2: start: got '2026-10-01 19:00', which has no time zone; write "
        "it with its offset, such as 2026-10-01T19:00:00+09:00, or say `timezone: Asia/Tokyo` beside `file` in the "
        "review file"
    ]
    assert not (home / "archive").exists()


@pytest.mark.usefixtures("home")
def test_a_command_and_a_notebook_know_written_events_and_those_of_files():
    assert scope("mine", "2026-W40", NOW).review.events == (PUSH, SALE, NEXT)
    opened = open_review("mine", "2026-W40")
    assert opened.review.events == (PUSH, SALE, NEXT)
    known = {look.service.name: look.service_week.events for look in opened.looks}
    assert known == {"worker": (SALE,), "web": (PUSH, SALE, NEXT)}
