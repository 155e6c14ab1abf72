"""The estimate counts the very calls that a collection makes."""

from sre_lib.collect.estimate import estimate
from sre_lib.collect.queries import Metric, MetricRequest, Place
from sre_lib.collect.quota import Limits
from sre_lib.collect.usage import Usage
from sre_lib.collect.windows import Window

NOW_S = 10_000_000


def call(count: int, region: str = "", account: str = "") -> tuple[MetricRequest, ...]:
    return tuple(
        MetricRequest(
            Metric("AWS/EC2", "CPUUtilization", (("InstanceId", f"i-{number}"),), account, region),
            ("Sum", "SampleCount", "Minimum", "Maximum", "p50", "p99"),
            Window(0, 36_000),
            300,
        )
        for number in range(count)
    )


def test_each_place_and_account_has_its_own_line_and_both_bounds():
    calls = [call(2), call(1), call(1, "us-east-1"), call(1, "us-east-1", "123456789012")]
    assert estimate(calls, None, NOW_S) == (
        Usage(Place(), "", calls=2, datapoints=2160, billed_low=6, billed_high=18),
        Usage(Place("", "us-east-1"), "", calls=1, datapoints=720, billed_low=2, billed_high=6),
        Usage(Place("", "us-east-1"), "123456789012", calls=1, datapoints=720, billed_low=2, billed_high=6),
    )
    assert estimate([], None, NOW_S) == ()


def test_the_time_is_that_of_the_scarcer_limit():
    seconds = [
        estimate([call(2), call(1)], limits, NOW_S)[0].seconds
        for limits in (None, Limits(10, 1_000_000), Limits(1000, 1080))
    ]
    assert seconds == [0.0, 0.2, 2.0]


def test_what_does_not_fit_one_page_takes_another_which_may_be_billed_again():
    (one,) = call(1)
    days = one._replace(statistics=one.statistics[:5], window=Window(0, 15 * 86_400), period_s=60)
    assert estimate([(days,)], None, NOW_S) == (
        Usage(Place(), "", calls=2, datapoints=108_000, billed_low=1, billed_high=10),
    )
