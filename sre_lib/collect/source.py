"""Where a review's metrics and its clock come from: the only place that chooses demo, CloudWatch or archive."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sre_lib import weeks
from sre_lib.collect.clients import SharedClients, closing, of_account, of_demo
from sre_lib.demo.alarms.shop import AlarmedShop
from sre_lib.demo.endpoint import serve
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource, DemoSource

DEMO_WEEK = "2026-W40"
"""The demo's week where none is named."""


def clock(review: Review, week_name: str, now: datetime | None) -> datetime:
    """Return the moment at which the review is made, in UTC or as given.

    `now` where it is given; for the demo the Monday morning after the named week (2026-W40 where none is named);
    else the system's clock, which nothing else reads. Raises UserMistakeError for a week that does not exist.
    """
    if now is not None:
        return now
    if isinstance(review.source, DemoSource):
        named = weeks.named(week_name or DEMO_WEEK, review.timezone, review.week_start, review.history_weeks)
        return weeks.morning_after(named)
    return datetime.now(UTC)


@contextmanager
def open_source(review: Review, now: datetime) -> Iterator[SharedClients | None]:
    """Open the source of a review; yield its clients (safe to use from several threads), or None for an archive.

    The demo serves its shop in this process as long as the context lasts, and looks at no setting of the user's AWS.
    No client is made before it is needed, so that what is wrong with a profile or region is said by the first call.
    """
    if isinstance(review.source, DemoSource):
        with serve(AlarmedShop(review.source.seed), now) as url, closing(of_demo(url)) as clients:
            yield clients
    elif isinstance(review.source, CloudWatchSource):
        with closing(of_account(review.source)) as clients:
            yield clients
    else:
        yield None
