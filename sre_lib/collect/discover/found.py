"""What looking into an account finds: resources that a review can look at, and what could not be told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sre_lib.collect.changes.asking import Asking, NotAnsweredError

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One resource: its kind in the catalogue, the values of its dimensions, and what AWS tells of it.

    `name` is AWS' own; `arns` are what others refer to it by; `limits` are in the units of the catalogue; `notes` are
    sentences for people. `behind`: the ARNs of target groups that its tasks are registered in. `members`: names of
    single instances that it stands for. `related`: what AWS itself says to belong to it, each with the reason.
    `account`: the linked account that owns it (empty: the account that is looked into).
    """

    kind: str
    name: str
    dimensions: Mapping[str, Texts]
    arns: Texts = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    notes: Texts = ()
    behind: Texts = ()
    members: Texts = ()
    related: tuple["Related", ...] = ()
    account: str = ""


@dataclass(frozen=True)
class Related:
    """A resource that belongs to another one, and why."""

    found: Found
    reason: str


@dataclass(frozen=True)
class Look:
    """What one source told: what was found, what could not be listed, what of it is not known, what no review reads."""

    source: str
    found: tuple[Found, ...] = ()
    unlisted: Texts = ()
    unknown: Texts = ()
    left_out: Texts = ()


@dataclass
class Looking:
    """One look at a source: it asks, and keeps what was refused instead of failing."""

    asking: Asking
    unlisted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def entries(
        self, service: str, operation: str, key: str, token: tuple[str, str], /, **arguments: object
    ) -> list[Any]:
        """Return the entries of all pages that came; why others did not is kept."""
        found: list[Any] = []
        try:
            for each in self.asking.items(service, operation, key, token, **arguments):
                found.append(each)  # noqa: PERF402  what came before a refusal counts
        except NotAnsweredError as error:
            self.unlisted.append(error.message)
        return found

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """Do without something that only adds to what is listed; why it is not known is kept."""
        try:
            yield
        except NotAnsweredError as error:
            self.unknown.append(f"{what}: {error.message}")

    def look(self, source: str, found: tuple[Found, ...]) -> Look:
        """Return what the source told; each reason once."""
        lists = (self.unlisted, self.unknown, self.left_out)
        unlisted, unknown, left_out = (tuple(dict.fromkeys(each)) for each in lists)
        return Look(source, found, unlisted, unknown, left_out)


def tags_of(pairs: object, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return tags, which AWS answers as a list of pairs, by key."""
    return {str(each[key]): str(each.get(value, "")) for each in pairs} if isinstance(pairs, list) else {}


def last_part(arn: str, behind: str) -> str:
    """Return what stands behind the first `behind` in an ARN; empty where it does not stand there."""
    return arn.partition(behind)[2]
