"""Objects below a place of a bucket, by key: read, put on a condition, listed with their ETags."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError, ResponseStreamingError

from sre_lib.address import S3Address
from sre_lib.s3.client import client
from sre_lib.s3.errors import code_of, said, status_of

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

ABSENT = ""
"""The ETag of what is not there: it is put only where nothing is."""

_PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6)
_BROKEN_OFF = (IncompleteReadError, ResponseStreamingError, HTTPClientError)
_CONFLICT, _FAILED, _GONE = 409, 412, 404
_MARK = "write"
_TYPES = {
    ".html": "text/html; charset=utf-8", ".json": "application/json", ".ipynb": "application/x-ipynb+json",
    ".yaml": "application/yaml", ".md": "text/markdown; charset=utf-8", ".csv": "text/csv; charset=utf-8",
    ".tf": "text/plain; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".zip": "application/zip",
    ".parquet": "application/vnd.apache.parquet",
}  # fmt: skip


class Held(NamedTuple):
    """An object as it is: its bytes, its ETag, and for how long it has been so by the bucket's own clock."""

    content: bytes
    etag: str
    age_s: float


class Objects:
    """The objects below an address. Raises StoreError, and StoreAddressError where the user has to mend something."""

    def __init__(self, root: S3Address) -> None:
        self.root = root

    def read(self, key: str) -> Held | None:
        """Return an object; None where there is none."""
        place = self.root / key
        with said(place):
            return _patiently(lambda: _read(place))

    def put(self, key: str, content: bytes, before: str | None = None) -> str:
        """Put an object and return its ETag; `before` is the ETag that it must have, and nothing is put otherwise.

        An empty text is returned then. Where the answer to a put that was done is lost it is asked again, and the
        condition holds no longer: a mark on the object tells that the write was this one.
        """
        place, mark = self.root / key, uuid4().hex
        condition = {} if before is None else {"IfMatch": before} if before else {"IfNoneMatch": "*"}
        arguments: dict[str, Any] = {
            "Body": content, "Metadata": {_MARK: mark}, "CacheControl": "no-cache",
            "ContentType": _TYPES.get(PurePosixPath(key).suffix, "application/octet-stream"), **condition,
        }  # fmt: skip
        with said(place):
            for pause in (*_PAUSES_S, None):
                try:
                    return client().put_object(Bucket=place.bucket, Key=place.prefix, **arguments)["ETag"]
                except ClientError as error:
                    if before is None or not _refused(error, pause is None):
                        raise
                    if status_of(error) != _CONFLICT:
                        return _etag_of_mine(place, mark)
                    time.sleep(pause or 0.0)
        raise AssertionError("the last turn returns or raises")

    def etags(self, prefix: str = "") -> dict[str, str]:
        """Return the keys that start with a prefix, with their ETags, sorted."""
        below = f"{self.root.prefix}/" if self.root.prefix else ""
        with said(self.root):
            pages = client().get_paginator("list_objects_v2").paginate(Bucket=self.root.bucket, Prefix=below + prefix)
            found = {each["Key"][len(below) :]: each["ETag"] for page in pages for each in page.get("Contents", ())}
        # A key that ends in a slash is what consoles call a folder.
        return {key: found[key] for key in sorted(found) if not key.endswith("/")}

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens where there is none."""
        place = self.root / key
        with said(place):
            client().delete_object(Bucket=place.bucket, Key=place.prefix)


def _read(place: S3Address) -> Held | None:
    """Return what is at a place."""
    try:
        answer = client().get_object(Bucket=place.bucket, Key=place.prefix)
    except ClientError as error:
        if code_of(error) == "NoSuchKey":
            return None
        raise
    return Held(answer["Body"].read(), answer["ETag"], _age_s(answer))


def _age_s(answer: "GetObjectOutputTypeDef") -> float:
    """Return how long ago an object was put; both times are the server's, so that no clock here matters."""
    now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    return (now - answer["LastModified"]).total_seconds()


def _patiently(read: Callable[[], Held | None]) -> Held | None:
    """Read again where the connection broke off inside the body, which botocore leaves to its caller."""
    for pause in _PAUSES_S[:3]:
        try:
            return read()
        except _BROKEN_OFF:
            time.sleep(pause)
    return read()


def _refused(error: ClientError, last: bool) -> bool:
    """Tell whether a condition did not hold, or met another write at that moment, which is worth another try."""
    status = status_of(error)
    return status == _FAILED or (status == _CONFLICT and not last) or code_of(error) == "NoSuchKey"


def _etag_of_mine(place: S3Address, mark: str) -> str:
    """Return the ETag of an object where the write with a mark made it."""
    try:
        there = client().head_object(Bucket=place.bucket, Key=place.prefix)
    except ClientError as error:
        if status_of(error) == _GONE:
            return ABSENT
        raise
    return there["ETag"] if there["Metadata"].get(_MARK) == mark else ABSENT
