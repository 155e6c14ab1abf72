"""Where a review's metrics and its clock come from: the only place that chooses demo, CloudWatch or archive."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from sre_lib import weeks
from sre_lib.collect import client_errors, datapoints
from sre_lib.collect.cloudwatch import THREADS
from sre_lib.demo.endpoint import serve
from sre_lib.demo.shop import Shop
from sre_lib.errors import SourceError
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource, DemoSource

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

DEMO_WEEK = "2026-W40"
"""The demo's week where none is named."""

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 8},
    connect_timeout=10,
    read_timeout=30,
    max_pool_connections=THREADS,
)
_NO_FILE = (None, None, os.devnull, None)
_EMPTY_SESSION = {"profile": (None, None, None, None), "config_file": _NO_FILE, "credentials_file": _NO_FILE}


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
def open_source(review: Review, now: datetime) -> Iterator["CloudWatchClient | None"]:
    """Open the source of a review; yield its client (safe to use from several threads), or None for an archive.

    The demo serves its shop in this process as long as the context lasts, and looks at no setting of the user's AWS.
    Raises SourceError where no client can be made: no region, no such profile.
    """
    if isinstance(review.source, DemoSource):
        with serve(Shop(review.source.seed), now) as url, _closing(_demo_client(url)) as client:
            yield client
    elif isinstance(review.source, CloudWatchSource):
        with _closing(_client(review.source)) as client:
            yield client
    else:
        yield None


@contextmanager
def _closing(client: "CloudWatchClient") -> Iterator["CloudWatchClient"]:
    """Yield a client that reads datapoints the fast way, and close its connections afterwards."""
    datapoints.install(client)
    try:
        yield client
    finally:
        client.close()


def _client(source: CloudWatchSource) -> "CloudWatchClient":
    """Return a client for the account that the review file names."""
    try:
        session = boto3.session.Session(profile_name=source.profile, region_name=source.region)
        client: CloudWatchClient = session.client("cloudwatch", endpoint_url=source.endpoint, config=_CONFIG)
    except BotoCoreError as error:
        fatal = client_errors.nothing_readable(error)
        raise fatal or SourceError(f"source: no AWS client could be made ({error}); check `source`") from error
    except ValueError as error:
        # botocore's answer to an address that is none.
        raise SourceError(f"source: {error}; correct `endpoint` or `region` in the review file") from error
    return client


def _demo_client(url: str) -> "CloudWatchClient":
    """Return a client for the embedded endpoint: no profile, file, proxy or endpoint of the user's is looked at."""
    session = boto3.session.Session(
        aws_access_key_id="demo",
        aws_secret_access_key="demo",  # noqa: S106  # not a secret: the embedded endpoint looks at no signature
        region_name="ap-northeast-1",
        botocore_session=botocore.session.Session(session_vars=_EMPTY_SESSION),
    )
    config = _CONFIG.merge(Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False))
    client: CloudWatchClient = session.client("cloudwatch", endpoint_url=url, config=config)
    return client
