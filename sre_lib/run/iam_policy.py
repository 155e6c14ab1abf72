"""`sre-review iam-policy`: the least read-only IAM policy for what a review asks AWS for, and why it holds each action.

A managed policy takes 6,144 characters without white space (IAM User Guide, "IAM and AWS STS quotas").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from sre_lib import params
from sre_lib.alarms.hcl import comment, value
from sre_lib.collect.discover.permissions import LOOKS, TRIES
from sre_lib.collect.permissions import EVERYWHERE, Need, Permission, needs, profiles_of
from sre_lib.errors import UserMistakeError
from sre_lib.params_yaml import nearest

LONGEST = 6144
_VERSION = "2012-10-17"
_LIKE, _PREFIX = "StringLike", "s3:prefix"
_OF_CLUSTER = re.compile(r"(:(?:service|service-deployment|service-revision)/[^/]+)/.*$")


@dataclass(frozen=True)
class Statement:
    """One statement: its Sid, what it allows and on what; `below`: only lists of keys that look like one of these."""

    sid: str
    permissions: tuple[Permission, ...]
    resources: tuple[str, ...]
    below: tuple[str, ...] = ()

    @property
    def actions(self) -> list[str]:
        """Return the actions."""
        return [each.action for each in self.permissions]


@dataclass(frozen=True)
class Policy:
    """What one profile of a review must be allowed, and what a reader should know of it.

    `writes`: not only to read.
    """

    review: str
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()
    writes: bool = False

    @property
    def document(self) -> dict[str, Any]:
        """Return the policy as IAM takes it."""
        return {
            "Version": _VERSION,
            "Statement": [
                {"Sid": each.sid, "Effect": "Allow", "Action": each.actions, "Resource": list(each.resources)}
                | ({"Condition": {_LIKE: {_PREFIX: list(each.below)}}} if each.below else {})
                for each in self.statements
            ],
        }


def policy_of(name: str, profile: str | None = None) -> Policy:
    """Return the policy for whom a review asks as: its own profile, or another one that it names.

    Services stand in it by name, or where that is longer than IAM takes by cluster. Raises UserMistakeError where the
    review is not valid, asks AWS for nothing, or has no such profile.
    """
    review = params.load(name)
    known = profiles_of(review)
    if not known:
        raise UserMistakeError(
            f"source: {review.name} is of type {review.source.type}, which asks AWS for nothing and needs no policy; "
            "name a review of `type: cloudwatch`"
        )
    if profile is not None and profile not in known:
        raise UserMistakeError(f"--profile: got {profile!r}, {nearest(profile, [each for each in known if each])}")
    chosen = known[0] if profile is None else profile
    wanted = needs(review, chosen)
    policy = Policy(review.name, tuple(_statements(wanted)), tuple(_others(known, chosen)))
    if len(orjson.dumps(policy.document)) <= LONGEST:
        return policy
    note = f"with each ECS service by name it is longer than the {LONGEST:,} characters that IAM takes: by cluster"
    return Policy(review.name, tuple(_statements([_by_cluster(each) for each in wanted])), (*policy.notes, note))


def policy_of_init() -> Policy:
    """Return the policy for looking into an account with `sre-review init`, and for the calls of changes it tries."""
    needed = (Need(each, EVERYWHERE) for each in (*LOOKS, *TRIES))
    notes = (
        "each action is optional: what is refused init says, and takes from metrics",
        "a review needs less, and GetMetricData: `sre-review iam-policy REVIEW` once there is one",
    )
    return Policy("init", tuple(_statements(tuple(needed))), notes)


def to_json(policy: Policy) -> str:
    """Return the policy as JSON for `aws iam create-policy --policy-document`."""
    return orjson.dumps(policy.document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def to_terraform(policy: Policy) -> str:
    """Return the policy as a data block of Terraform, each action with its reason."""
    reads = "" if policy.writes else "Read-only: "
    lines = [*comment(f"{reads}what sre-review asks AWS for {policy.review}.")]
    lines += [line for note in policy.notes for line in comment(note)]
    lines.append('data "aws_iam_policy_document" "sre_review" {')
    for number, each in enumerate(policy.statements):
        lines += [""] * bool(number) + ["  statement {", f"    sid    = {value(each.sid)}", '    effect = "Allow"']
        lines += ["    actions = ["]
        lines += [f"      {value(one.action)}, # {one.why}" for one in each.permissions]
        lines += ["    ]", *_terraform_resources(each), *_terraform_condition(each), "  }"]
    return "\n".join([*lines, "}", ""])


def reasons(policy: Policy) -> Iterator[str]:
    """Yield for people why each action is there (JSON has no comments), and what else they should know."""
    for statement in policy.statements:
        for each in statement.permissions:
            yield f"{statement.sid}: {each.action}: {each.why}{'' if each.arns else ' (on nothing narrower than *)'}"
    yield from policy.notes


def _terraform_resources(statement: Statement) -> list[str]:
    """Return the resources of a statement; `*` says that nothing narrower would do."""
    if statement.resources == EVERYWHERE:
        return ['    resources = ["*"] # nothing narrower would do for these']
    return ["    resources = [", *(f"      {value(_for_terraform(arn))}," for arn in statement.resources), "    ]"]


def _for_terraform(text: str) -> str:
    """Return a text with Terraform's own sign for IAM's variables, so that they are not read as its templates."""
    return text.replace("${", "&{")


def _terraform_condition(statement: Statement) -> list[str]:
    """Return the condition of a statement; none where it has none."""
    if not statement.below:
        return []
    keys = ", ".join(value(_for_terraform(each)) for each in statement.below)
    return ["    condition {", f"      test     = {value(_LIKE)}", f"      variable = {value(_PREFIX)}",
            f"      values   = [{keys}]", "    }"]  # fmt: skip


def _statements(wanted: Sequence[Need]) -> Iterator[Statement]:
    """Yield a statement for each thing that needs permissions; what can be limited to resources has its own."""
    groups: dict[tuple[str, bool], list[Need]] = {}
    for each in wanted:
        groups.setdefault((each.permission.feature, each.resources == EVERYWHERE), []).append(each)
    for (feature, everywhere), some in groups.items():
        narrower = everywhere and (feature, False) in groups
        sid = "".join(word.capitalize() for word in feature.split("_")) + "Everywhere" * narrower
        resources = dict.fromkeys(arn for each in some for arn in each.resources)
        yield Statement(sid, tuple(each.permission for each in some), tuple(resources))


def _by_cluster(need: Need) -> Need:
    """Return a permission on all services of each cluster instead of on single ones."""
    wider = dict.fromkeys(_OF_CLUSTER.sub(r"\1/*", arn) for arn in need.resources)
    return need._replace(resources=tuple(wider))


def _others(known: Sequence[str], chosen: str) -> Iterator[str]:
    """Yield that other profiles need a policy of their own."""
    for each in known:
        if each != chosen:
            whom, how = (f"profile {each}", f"--profile {each}") if each else ("no profile", "leave --profile out")
            yield f"what is asked with {whom} needs a policy of its own: {how}"
