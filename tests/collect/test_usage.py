"""What reading takes, by place: sums, and the two bounds of what is billed."""

import numpy as np
import pytest

from sre_lib.collect.cloudwatch import Answered, Fetched
from sre_lib.collect.queries import Metric, MetricRequest, Place
from sre_lib.collect.usage import Usage, billed_at_least, by_place, total, used
from sre_lib.collect.windows import Window
from sre_lib.model import Status

HOME, AWAY = Place(), Place("audit", "us-east-1")


def request(*statistics: str, place: Place = HOME, account: str = "") -> MetricRequest:
    metric = Metric("AWS/EC2", "CPUUtilization", (("InstanceId", "i-1"),), account, place.region)
    return MetricRequest(metric, statistics, Window(0, 3600), 300, place.profile)


def test_up_to_five_statistics_of_a_metric_are_billed_as_one():
    assert [billed_at_least([request(*"abcdefghijk"[:count])]) for count in (1, 5, 6, 10, 11)] == [1, 1, 2, 2, 3]


def test_an_answer_says_where_it_came_from_and_both_bounds():
    asked = request("Sum", "Minimum", place=AWAY, account="123456789012")
    series = {asked: {name: Fetched(np.zeros(12), Status.COMPLETE) for name in asked.statistics}}
    answered = Answered(series, pages=2, datapoints=24, queries=4)
    assert used(answered, 1.5) == Usage(
        AWAY, "123456789012", calls=2, datapoints=24, billed_low=1, billed_high=4, seconds=1.5
    )


def test_what_was_refused_is_not_billed():
    refused = Answered({request("Sum"): {"Sum": Fetched(np.zeros(12), Status.DENIED)}}, refused=1)
    assert used(refused, 1.0) == Usage(refused=1, seconds=1.0)


def test_usages_add_up_by_place_and_account():
    one = Usage(HOME, "", calls=1, datapoints=10, billed_low=2, billed_high=8, seconds=1.0)
    two = Usage(AWAY, "1", calls=2, refused=1, retried=3, seconds=4.0)
    assert by_place([two, one, one]) == (
        Usage(HOME, "", calls=2, datapoints=20, billed_low=4, billed_high=16, seconds=1.0),
        two,
    )
    assert total([one, two]) == Usage(
        calls=3, datapoints=10, billed_low=2, billed_high=8, refused=1, retried=3, seconds=4.0
    )
    assert (by_place([]), total([])) == ((), Usage())


def test_the_cost_is_that_of_the_billed_metrics():
    usage = Usage(billed_low=1000, billed_high=2000)
    assert [usage.cost_low, usage.cost_high] == pytest.approx([0.01, 0.02])
