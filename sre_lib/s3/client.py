"""The boto3 client of S3: credentials and region by boto3's own chain, one client a process."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 6},
    connect_timeout=10,
    read_timeout=30,
    max_pool_connections=16,
)


def client() -> "S3Client":
    """Return this process's client; one that a parent made is not used, since a fork would share its connections.

    Raises botocore's errors where the credentials' profile or the region cannot be used.
    """
    named = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))
    return _made(os.getpid(), named)


@lru_cache(maxsize=2)
def _made(_process: int, _environment: tuple[tuple[str, str], ...]) -> "S3Client":
    """Make a client: it costs about as much as ten calls, and its connections stay open."""
    made: S3Client = boto3.session.Session().client("s3", config=_CONFIG)
    return made
