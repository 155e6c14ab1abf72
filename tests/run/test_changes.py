from dataclasses import replace

from sre_lib import weeks
from sre_lib.collect.changes.gather import ChangesCollected
from sre_lib.model import Part, Service
from sre_lib.params_file import CloudWatchSource
from sre_lib.run.changes import changes_of_week, changes_row
from tests.collect.account import archive_in, review_of, signed_in

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
NOW = weeks.morning_after(WEEK)
CACHE = Service("cache", (Part("cache", "elasticache_node", {"CacheClusterId": "c-001", "CacheNodeId": "0001"}),))
REVIEW = review_of(CloudWatchSource(type="cloudwatch", region="ap-northeast-1"), (CACHE,))


def test_a_source_that_cannot_be_reached_is_one_sentence_and_a_row(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL_ELASTICACHE", "http://127.0.0.1:1")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    got = changes_of_week(replace(REVIEW, changes=("cache_events",)), WEEK, archive_in(tmp_path), NOW)
    (problem,) = got.problems
    assert str(problem).startswith(
        "cache: changes (cache_events): elasticache:DescribeEvents failed (Could not connect"
    )
    assert "\n" not in str(problem)
    row = {"source": "cache_events", "services": ("cache",), "message": problem.message}
    assert changes_row(got) == {"calls": 1, "problems": [row]}


def test_without_the_key_nothing_is_opened(tmp_path):
    assert changes_of_week(REVIEW, WEEK, archive_in(tmp_path), NOW) == ChangesCollected()
