"""The boto3 clients of one run: one a service and place, made when first needed, shared by all threads."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sre_lib.collect import client_errors, datapoints
from sre_lib.collect.cloudwatch import THREADS
from sre_lib.collect.queries import Place
from sre_lib.errors import SourceError
from sre_lib.params_file import CloudWatchSource

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_CLOUDWATCH = "cloudwatch"
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 8},
    connect_timeout=10,
    read_timeout=30,
    max_pool_connections=THREADS,
)
_NO_FILE = (None, None, os.devnull, None)
_EMPTY_SESSION = {"profile": (None, None, None, None), "config_file": _NO_FILE, "credentials_file": _NO_FILE}

Make = Callable[[str, Place], Any]
"""Makes the client of a service at a place."""


class Clients(Protocol):
    """Where calls go: the clients of a review's source."""

    def cloudwatch(self, place: Place) -> "CloudWatchClient":
        """Return CloudWatch at a place, reading datapoints the fast way; SourceError where it cannot be made."""

    def other(self, service: str, place: Place) -> Any:  # noqa: ANN401  # boto3 makes its clients' types as it runs
        """Return another service at a place by boto3's name, such as `ecs`; SourceError where it cannot be made."""


@dataclass
class SharedClients:
    """Clients made at first use and kept, so that each connection and credential is made once. Thread-safe."""

    make: Make
    _made: dict[tuple[str, Place], Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def cloudwatch(self, place: Place) -> "CloudWatchClient":
        """Return CloudWatch at a place; SourceError where it cannot be made."""
        client: CloudWatchClient = self.other(_CLOUDWATCH, place)
        return client

    def other(self, service: str, place: Place) -> Any:  # noqa: ANN401  # boto3 makes its clients' types as it runs
        """Return a service at a place; SourceError where its client cannot be made."""
        # boto3's sessions are not thread-safe, its clients are.
        with self._lock:
            if (service, place) not in self._made:
                self._made[service, place] = self._new(service, place)
            return self._made[service, place]

    def close(self) -> None:
        """Close the connections of all clients."""
        with self._lock:
            for client in self._made.values():
                client.close()
            self._made.clear()

    def _new(self, service: str, place: Place) -> Any:  # noqa: ANN401  # as `other`
        """Make a client."""
        try:
            client = self.make(service, place)
        except (BotoCoreError, ClientError) as error:
            # Some credentials (an assumed role's, a partial pair) are already looked for here.
            raise SourceError(f"source: {client_errors.meaning(error).sentence}") from error
        except ValueError as error:
            # botocore's answer to an address that is none.
            raise SourceError(f"source: {error}; correct `endpoint` or `region` in the review file") from error
        if service == _CLOUDWATCH:
            datapoints.install(client)
        return client


@contextmanager
def closing(clients: SharedClients) -> Iterator[SharedClients]:
    """Yield clients and close their connections afterwards."""
    try:
        yield clients
    finally:
        clients.close()


def of_account(source: CloudWatchSource, others: str | None = None) -> SharedClients:
    """Return the clients for the account, profile and region that a review file names, and for the places beside.

    `others` is the address of all other services where that is not AWS'.
    """
    sessions: dict[str | None, Any] = {}

    def make(service: str, place: Place) -> Any:  # noqa: ANN401  # as `Clients.other`
        profile, region = place.profile or source.profile, place.region or source.region
        if profile not in sessions:
            sessions[profile] = boto3.session.Session(profile_name=profile)
        endpoint = endpoint_of(source, place) if service == _CLOUDWATCH else others
        return sessions[profile].client(service, region_name=region, endpoint_url=endpoint, config=_CONFIG)

    return SharedClients(make)


def endpoint_of(source: CloudWatchSource, place: Place) -> str | None:
    """Return the address that the review file names for CloudWatch, where it holds for a place.

    One that contains the name of the review's own region is that region's alone.
    """
    elsewhere = bool(place.region) and place.region != source.region
    if elsewhere and source.endpoint and source.region and source.region in source.endpoint:
        return None
    return source.endpoint


def of_demo(url: str) -> SharedClients:
    """Return clients of the embedded endpoint: no profile, file, proxy or endpoint of the user's is looked at."""
    session = boto3.session.Session(
        aws_access_key_id="demo",
        aws_secret_access_key="demo",  # noqa: S106  # not a secret: the embedded endpoint looks at no signature
        region_name="ap-northeast-1",
        botocore_session=botocore.session.Session(session_vars=_EMPTY_SESSION),
    )
    config = _CONFIG.merge(Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False))

    def make(service: str, place: Place) -> Any:  # noqa: ANN401  # as `Clients.other`
        return session.client(service, region_name=place.region or None, endpoint_url=url, config=config)

    return SharedClients(make)
