"""Where a store is: a folder of this machine, or a prefix of an S3 bucket."""

import re
from dataclasses import dataclass
from pathlib import Path

_SCHEME = "s3://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
WANTS = "wants a folder, or a bucket as s3://bucket or s3://bucket/prefix"


@dataclass(frozen=True)
class S3Address:
    """A place in an S3 bucket (no `prefix`: the bucket itself); joined with `/` as paths are."""

    bucket: str
    prefix: str = ""

    def __truediv__(self, name: str) -> "S3Address":
        """Return the place below this one; nothing of what is joined is looked at."""
        return S3Address(self.bucket, "/".join(part for part in (self.prefix, name.strip("/")) if part))

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}{'/' * bool(self.prefix)}{self.prefix}"

    @property
    def name(self) -> str:
        """The last part, as a path has one."""
        return self.prefix.rpartition("/")[2] or self.bucket


Address = Path | S3Address


def address_of(text: str, near: Path) -> Address:
    """Return the place that a text names, a folder as seen from `near`; ValueError says what it got and wants."""
    if text[: len(_SCHEME)].casefold() != _SCHEME:
        if "://" in text:
            raise ValueError(f"got {text!r}, {WANTS}")
        return near / text
    bucket, _, prefix = text[len(_SCHEME) :].partition("/")
    parts = prefix.rstrip("/").split("/") if prefix.rstrip("/") else []
    if not _BUCKET.fullmatch(bucket) or any(part in {"", ".", ".."} or not part.isprintable() for part in parts):
        raise ValueError(f"got {text!r}, {WANTS}")
    return S3Address(bucket, "/".join(parts))
