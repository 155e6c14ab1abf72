from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sre_lib.collect.cloudwatch import fetch
from sre_lib.collect.queries import Metric, MetricRequest
from sre_lib.collect.source import clock, open_source
from sre_lib.collect.windows import Window, epoch
from sre_lib.errors import UserMistakeError
from sre_lib.model import Status
from sre_lib.params_file import ArchiveSource, CloudWatchSource, DemoSource
from tests.collect.account import review_of

NOW = datetime(2026, 10, 5, 7, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
CLOUDWATCH = CloudWatchSource(type="cloudwatch", region="ap-northeast-1")


def asked(*dimensions):
    window = Window(epoch(NOW) - 3600, epoch(NOW))
    return MetricRequest(Metric("AWS/ECS", "CPUUtilization", dimensions), ("Average",), window, 60)


def test_the_demos_clock_stands_on_the_morning_after_its_week():
    demo = review_of(DemoSource())
    assert clock(demo, "", None) == datetime(2026, 10, 5, 7, tzinfo=TOKYO)
    assert clock(demo, "2025-W01", None) == datetime(2025, 1, 6, 7, tzinfo=TOKYO)
    assert clock(demo, "2025-W01", NOW) == NOW
    with pytest.raises(UserMistakeError, match="2025-W54"):
        clock(demo, "2025-W54", None)


def test_elsewhere_the_clock_is_the_systems():
    before = datetime.now(UTC)
    assert before <= clock(review_of(CLOUDWATCH), "2025-W01", None) <= before + timedelta(minutes=1)
    assert clock(review_of(CLOUDWATCH), "2025-W01", NOW) == NOW


def test_an_archive_has_no_client():
    with open_source(review_of(ArchiveSource(type="archive")), NOW) as clients:
        assert clients is None


@pytest.mark.parametrize(
    "setting",
    [
        {"AWS_PROFILE": "nobody"},
        {"AWS_CONFIG_FILE": "/nowhere/config", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials"},
        {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_CLOUDWATCH": "http://127.0.0.1:1"},
        {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_REGION": "nowhere-1"},
    ],
)
def test_the_demo_needs_and_heeds_no_setting_of_aws(monkeypatch, setting):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    request = asked(("ClusterName", "shop"), ("ServiceName", "web"))
    with open_source(review_of(DemoSource()), NOW) as clients:
        assert clients is not None
        (answered,) = fetch(clients, [(request,)])
    assert answered.series[request]["Average"].status is Status.COMPLETE
    assert answered.datapoints == 60


def test_no_client_is_made_before_it_is_needed():
    with open_source(review_of(CLOUDWATCH.model_copy(update={"profile": "nobody"})), NOW) as clients:
        assert clients is not None
