"""Stand-ins: the same for the same name, another for another, and AWS' own forms stay readable."""

from hypothesis import given
from hypothesis import strategies as st

from sre_lib.run.share.stand_ins import Shown, StandIns


def test_a_name_has_one_stand_in_in_paths_arns_and_alarms():
    names = StandIns()
    assert names.name("web", "service") == "service-01"
    assert names.name("Web", "service") == "service-02"
    assert names.dimension("ClusterName", "shop") == "cluster-01"
    assert names.dimension("DBClusterIdentifier", "web") == "service-01"
    assert names.text("app/web/0123456789abcdef") == "app/service-01/name-01"
    assert names.text("arn:aws:sns:us-east-1:123456789012:web") == "arn:aws:sns:us-east-1:000000000001:service-01"
    target = "TargetTracking-service/shop/web-AlarmHigh-5c1f0d9e-6a57"
    assert names.alarm(target) == "TargetTracking-service/cluster-01/service-01-AlarmHigh-policy-01"
    arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{target}"
    assert names.text(arn) == f"arn:aws:cloudwatch:us-east-1:000000000001:alarm:{names.alarm(target)}"
    met = {"web", "Web", "shop", "0123456789abcdef", "123456789012", "5c1f0d9e-6a57"}
    assert set(names.originals()) == met


def test_the_key_of_a_metric_is_no_service_of_the_same_name():
    names = StandIns()
    assert (names.name("orders", "service"), names.name("orders", "metric", "metric")) == ("service-01", "metric-01")


def test_aws_own_names_of_dimensions_and_roles_stay():
    shown = Shown()
    assert shown.dimension("AWS/RDS", "DBClusterIdentifier", "shop") == ("DBClusterIdentifier", "db-cluster-01")
    assert shown.dimension("AWS/RDS", "Role", "WRITER") == ("Role", "WRITER")
    assert shown.dimension("Acme/Shop", "Tenant", "acme") == ("dimension-01", "tenant-01")
    assert set(shown.names.originals()) == {"shop", "Tenant", "acme"}


@given(st.lists(st.text(min_size=1, max_size=20), max_size=20))
def test_two_names_never_become_one_and_a_second_time_is_the_first(texts):
    names = StandIns()
    first = [names.name(each) for each in texts]
    assert [names.name(each) for each in texts] == first
    assert len(set(first)) == len(set(texts))
