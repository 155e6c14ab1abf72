"""Where the parts of a service are asked for: what they inherit, and what cannot be told apart."""

import pytest

from sre_lib import params
from sre_lib.errors import UserMistakeError
from sre_lib.params_file import CloudWatchSource

REVIEW = """\
title: Shop
source: {type: cloudwatch, region: ap-northeast-1, profile: shop}
services:
"""
ONE = "{name: web, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}"
SAME = "{name: again, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}"
BOTH = SAME.replace("ServiceName: web", "ServiceName: [api, web]")
BALANCER = "{name: alb, kind: alb_target_group, dimensions: {LoadBalancer: app/a/1, TargetGroup: targetgroup/a/1}"
CDN = "{name: cdn, kind: cloudfront_distribution, dimensions: {DistributionId: E1}"


def load(folder, services, review=REVIEW):
    file = folder / "shop.yaml"
    file.write_text(f"{review}{services}\n")
    return params.load(str(file))


def places(folder, services, review=REVIEW):
    """Return region and profile of every part."""
    return {part.name: (part.region, part.profile) for part in load(folder, services, review).services[0].parts}


@pytest.mark.parametrize(
    ("service", "part", "wanted"),
    [
        ("", "", {"web": ("", ""), "alb": ("", "")}),
        (
            ", region: us-west-2, profile: far",
            "",
            {"web": ("us-west-2", "far"), "alb": ("us-west-2", "far")},
        ),
        (
            ", region: us-west-2, profile: far",
            ", region: eu-west-1, profile: other",
            {"web": ("us-west-2", "far"), "alb": ("eu-west-1", "other")},
        ),
        (
            ", region: us-west-2, profile: far",
            ", region: ap-northeast-1, profile: shop",
            {"web": ("us-west-2", "far"), "alb": ("", "")},
        ),
        (", region: ap-northeast-1, profile: shop", "", {"web": ("", ""), "alb": ("", "")}),
    ],
)
def test_a_related_part_is_where_its_service_is_unless_it_says_otherwise(tmp_path, service, part, wanted):
    assert places(tmp_path, f"- {ONE}{service}, related: [{BALANCER}{part}}}]}}") == wanted


@pytest.mark.parametrize(
    ("source", "wanted"), [("region: ap-northeast-1", "us-east-1"), ("region: us-east-1", ""), ("", "us-east-1")]
)
def test_a_kind_that_lives_in_one_region_is_there_whatever_its_service_says(tmp_path, source, wanted):
    review = REVIEW.replace("region: ap-northeast-1, profile: shop", source or "profile: shop")
    text = f"- {ONE}, region: us-west-2, related: [{CDN}}}]}}"
    assert places(tmp_path, text, review)["cdn"] == (wanted, "")


@pytest.mark.parametrize(
    ("services", "same"),
    [
        (f"- {ONE}, related: [{SAME}, profile: other}}]}}", True),
        (f"- {ONE}, profile: other, related: [{SAME}, profile: shop}}]}}", True),
        (
            f"- {ONE}, related: [{BOTH}, profile: other}}]}}",
            True,
        ),
        (f"- {ONE}, related: [{SAME}, profile: shop}}]}}", False),
        (f"- {ONE}, related: [{SAME}, profile: other, region: us-east-1}}]}}", False),
        (f"- {ONE}, related: [{SAME}, profile: other, account: '012345678901'}}]}}", False),
        (f"- {ONE}, related: [{SAME.replace('ServiceName: web', 'ServiceName: api')}, profile: other}}]}}", False),
        (f"- {ONE}}}\n- {SAME}, profile: other}}", False),
    ],
)
def test_one_resource_with_two_profiles_is_refused(tmp_path, services, same):
    if not same:
        assert load(tmp_path, services).services
        return
    with pytest.raises(
        UserMistakeError, match=r"services\[1\]\.related\[1\].*got the resource of 'web' once more"
    ) as caught:
        load(tmp_path, services)
    assert "wants one profile a resource" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("region: tokyo", "got 'tokyo', wants the name of an AWS region, such as ap-northeast-1"),
        ("profile: 7", "got 7, wants text"),
        ("regoin: us-east-1", "did you mean 'region'"),
    ],
)
def test_a_place_that_cannot_be_one_is_refused(tmp_path, written, sentence):
    with pytest.raises(UserMistakeError) as caught:
        load(tmp_path, f"- {ONE}, {written}}}")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("calls_per_second: 0", "got 0, wants greater than or equal to 0.1"),
        ("calls_per_second: 501", "got 501, wants less than or equal to 500"),
        ("datapoints_per_second: .inf", "got inf, wants"),
        ("datapoints_per_second: 1000", "got 1000, wants greater than or equal to 10000"),
    ],
)
def test_a_quota_that_cannot_be_one_is_refused(tmp_path, written, sentence):
    with pytest.raises(UserMistakeError) as caught:
        load(tmp_path, f"- {ONE}}}", REVIEW.replace("profile: shop", written))
    assert sentence in str(caught.value)


def test_the_quotas_of_a_review(tmp_path):
    review = load(tmp_path, f"- {ONE}}}", REVIEW.replace("profile: shop", "calls_per_second: 5"))
    assert isinstance(review.source, CloudWatchSource)
    assert (review.source.calls_per_second, review.source.datapoints_per_second) == (5.0, 300_000.0)
