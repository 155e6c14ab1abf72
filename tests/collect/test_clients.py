"""Which client a place gets, and what is said where none can be made."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from sre_lib.collect.clients import closing, endpoint_of, of_account, of_demo
from sre_lib.collect.cloudwatch import fetch
from sre_lib.collect.queries import Metric, MetricRequest, Place
from sre_lib.collect.windows import Window, epoch
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Ledger
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from sre_lib.params_file import CloudWatchSource
from tests.collect.account import opened

NOW = datetime(2026, 10, 5, 7, tzinfo=UTC)
HERE = Place()
TOKYO = CloudWatchSource(type="cloudwatch", region="ap-northeast-1")
PROFILES = """\
[profile batch]
region = eu-west-1
aws_access_key_id = AKIABATCH
aws_secret_access_key = secret
"""


@pytest.fixture
def _profiles(tmp_path, monkeypatch):
    (tmp_path / "config").write_text(PROFILES)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@contextmanager
def of(**settings):
    with closing(of_account(TOKYO.model_copy(update=settings))) as clients:
        yield clients


def request(place):
    window = Window(epoch(NOW) - 3600, epoch(NOW))
    metric = Metric("AWS/ECS", "CPUUtilization", (), region=place.region)
    return MetricRequest(metric, ("Sum",), window, 60, place.profile)


@pytest.mark.usefixtures("_profiles")
def test_each_place_is_asked_with_its_own_credentials_and_region():
    ledger = Ledger()
    places = (HERE, Place("", "us-east-1"), Place("batch", "eu-west-1"))
    with opened(Recorded(), NOW, ledger=ledger) as clients:
        list(fetch(clients, [(request(place),) for place in places]))
    assert sorted(ledger.callers) == [("AKIABATCH", "eu-west-1"), ("test", "ap-northeast-1"), ("test", "us-east-1")]


def test_a_client_is_made_once_for_all_threads():
    with of() as clients, ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: clients.cloudwatch(HERE), range(16)))
        assert len(made) == 1
        assert clients.cloudwatch(Place("", "us-east-1")) not in made
        assert clients.other("ecs", HERE) is clients.other("ecs", HERE)


def test_the_settings_are_those_of_a_patient_reader():
    with of() as clients:
        config = clients.cloudwatch(HERE).meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 8}
    assert (config.connect_timeout, config.read_timeout, config.max_pool_connections) == (10, 30, 4)


@pytest.mark.parametrize(
    ("endpoint", "place", "wanted"),
    [
        (None, HERE, None),
        ("http://127.0.0.1:1", HERE, "http://127.0.0.1:1"),
        ("http://127.0.0.1:1", Place("", "us-east-1"), "http://127.0.0.1:1"),
        ("https://vpce-1.ap-northeast-1.example", HERE, "https://vpce-1.ap-northeast-1.example"),
        ("https://vpce-1.ap-northeast-1.example", Place("batch"), "https://vpce-1.ap-northeast-1.example"),
        ("https://vpce-1.ap-northeast-1.example", Place("", "us-east-1"), None),
    ],
)
def test_an_endpoint_of_one_region_is_that_regions_alone(endpoint, place, wanted):
    assert endpoint_of(TOKYO.model_copy(update={"endpoint": endpoint}), place) == wanted


@pytest.mark.parametrize("service", ["cloudwatch", "ecs"])
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"region": None}, "no AWS region is set; add `region` under `source`"),
        ({"region": "tokyo town"}, "'tokyo town' is no AWS region; correct `region`"),
        ({"profile": "nobody"}, "the AWS profile 'nobody' does not exist; run `aws configure list-profiles`"),
    ],
)
def test_what_is_wrong_with_profile_or_region_is_said(service, settings, sentence):
    with of(**settings) as clients, pytest.raises(SourceError, match=f"^source: {sentence}"):
        clients.other(service, HERE)


def test_an_endpoint_that_is_no_address_is_said():
    with of(endpoint="no address") as clients, pytest.raises(SourceError, match="correct `endpoint` or `region`"):
        clients.cloudwatch(HERE)


def test_the_demos_other_services_are_at_its_endpoint_too():
    with serve(Recorded(), NOW) as url, closing(of_demo(url)) as clients:
        assert clients.other("ecs", HERE).meta.endpoint_url == url
        assert clients.cloudwatch(Place("", "us-east-1")).meta.region_name == "us-east-1"
