"""`sre-review iam-policy --bucket`: the least policy for an archive and pages in buckets, on their prefixes alone."""

from collections.abc import Iterator, Sequence

from sre_lib.address import Address, S3Address
from sre_lib.collect.permissions import Permission
from sre_lib.errors import UserMistakeError
from sre_lib.run.iam_policy import Policy, Statement

_OBJECTS = (
    ("s3:GetObject", "to read archive, notebooks and minutes, and what a condition of a write looks at"),
    ("s3:PutObject", "to write them, and the leases that keep two runs apart"),
    ("s3:DeleteObject", "to remove pages of services that are gone, damaged files, and what a finished write left"),
)
_ARNS = ("{bucket}/{prefix}/*",)
_LIST = ("s3:ListBucket", "to find weeks, and to tell what is not there from what is denied")


def policy_of_buckets(places: Sequence[Address]) -> Policy:
    """Return the policy for some prefixes of buckets; UserMistakeError where one is a folder."""
    buckets = [place for place in dict.fromkeys(places) if isinstance(place, S3Address)]
    for place in places:
        if not isinstance(place, S3Address):
            raise UserMistakeError(f"--bucket: got the folder {place}, wants s3://bucket or s3://bucket/prefix")
    notes = (
        "for whom sre-review runs as (boto3's own chain, AWS_PROFILE), not for `profile` in the review file",
        "with a key of KMS on the bucket: kms:GenerateDataKey and kms:Decrypt on the key too",
    )
    named = ", ".join(map(str, buckets))
    return Policy(named, tuple(_statements(buckets)), notes, writes=True)


def _statements(places: Sequence[S3Address]) -> Iterator[Statement]:
    """Yield a statement for the objects, and one for the list of each prefix."""
    objects = tuple(Permission(action, "bucket", why, _ARNS) for action, why in _OBJECTS)
    yield Statement("Objects", objects, tuple(f"{_arn(place)}/*" for place in places))
    lists = (Permission(_LIST[0], "bucket", _LIST[1], _ARNS),)
    for number, place in enumerate(places, 1):
        below = (f"{_literal(place.prefix)}/*",) if place.prefix else ()
        yield Statement(f"List{number if len(places) > 1 else ''}", lists, (f"arn:aws:s3:::{place.bucket}",), below)


def _arn(place: S3Address) -> str:
    """Return the ARN of a place."""
    return f"arn:aws:s3:::{place.bucket}{'/' * bool(place.prefix)}{_literal(place.prefix)}"


def _literal(prefix: str) -> str:
    """Return a prefix as a policy means it (IAM User Guide, "Policy variables": special characters)."""
    return "".join({"*": "${*}", "?": "${?}", "$": "${$}"}.get(sign, sign) for sign in prefix)
