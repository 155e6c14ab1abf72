from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sre_lib.collect.cloudwatch import read
from sre_lib.collect.queries import Metric, MetricRequest
from sre_lib.collect.source import clock, open_source
from sre_lib.collect.windows import Window, epoch
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError, UserMistakeError
from sre_lib.model import Status
from sre_lib.params_file import ArchiveSource, CloudWatchSource, DemoSource
from tests.collect.account import opened, review_of

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
    with open_source(review_of(ArchiveSource(type="archive")), NOW) as client:
        assert client is None


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
    with open_source(review_of(DemoSource()), NOW) as client:
        assert client is not None
        answered = read(client, (request,))
    assert answered.series[request]["Average"].status is Status.COMPLETE
    assert answered.datapoints == 60


def test_without_a_region_one_sentence_says_what_to_do():
    with (
        pytest.raises(SourceError, match="add `region` under `source`"),
        open_source(review_of(CloudWatchSource(type="cloudwatch")), NOW),
    ):
        pass


def test_an_unknown_profile_is_said():
    with (
        pytest.raises(
            SourceError, match=r"profile does not exist.*\(The config profile \(nobody\) could not be found\)"
        ),
        open_source(review_of(CLOUDWATCH.model_copy(update={"profile": "nobody"})), NOW),
    ):
        pass


def test_an_endpoint_that_is_no_address_is_said():
    with (
        pytest.raises(SourceError, match="correct `endpoint` or `region`"),
        open_source(review_of(CLOUDWATCH.model_copy(update={"endpoint": "no address"})), NOW),
    ):
        pass


def test_without_credentials_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with opened(Recorded(), NOW) as client, pytest.raises(SourceError, match="no AWS credentials were found; sign in"):
        read(client, (asked(),))


def test_a_source_that_cannot_be_reached_is_said(monkeypatch):
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    dead = CLOUDWATCH.model_copy(update={"endpoint": "http://127.0.0.1:1"})
    sentence = "CloudWatch could not be reached; check the network"
    with open_source(review_of(dead), NOW) as client:
        assert client is not None
        with pytest.raises(SourceError, match=sentence) as caught:
            read(client, (asked(),))
    assert "\n" not in str(caught.value)


def test_the_clients_settings_are_those_of_a_patient_reader():
    with opened(Recorded(), NOW) as client:
        config = client.meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 8}
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (10, 30, 4)
