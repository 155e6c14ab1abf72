"""The review file that `sre-review init` proposes: commented, valid, and from then on the people's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sre_lib.change import ChangeSource
from sre_lib.collect.discover.account import Account
from sre_lib.collect.discover.guess import Proposal
from sre_lib.run.init_yaml import comment, line, own_lines, own_service_lines, service_lines
from sre_lib.upkeep import UPKEEP_SOURCES

_TIMEZONES = {"ap-northeast-1": "Asia/Tokyo", "ap-northeast-3": "Asia/Tokyo"}
_MOST_NAMES = 20


@dataclass(frozen=True)
class Place:
    """Where was looked: region, and the profile and endpoint that were named (empty: none)."""

    region: str
    profile: str = ""
    endpoint: str = ""


@dataclass(frozen=True)
class Proposed:
    """All that a proposed review file is made of; `changes` are the sources that were tried, with why not (empty: yes).

    `changes` is None where none was tried.
    """

    name: str
    place: Place
    account: Account
    services: tuple[Proposal, ...]
    changes: Mapping[ChangeSource, str] | None
    left_out: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """Return what could not be told, each reason once."""
        refused = (f"changes, {source}: {why}" for source, why in (self.changes or {}).items() if why)
        return (*self.account.lacks, *refused)


def review_text(proposed: Proposed, today: date) -> str:
    """Return the whole review file."""
    zone = _TIMEZONES.get(proposed.place.region)
    lines = [
        *_opening(proposed, today),
        "",
        line("title", proposed.name),
        *comment("Where your people sit: days and weeks begin at midnight there." + (" Put in yours." * (not zone))),
        line("timezone", zone or "UTC"),
        "language: en  # or ja",
        "",
        *_source(proposed.place),
        "",
        *_changes(proposed.changes),
        "",
        *_upkeep(),
        "",
        *own_lines(proposed.account.own),
        "services:",
        *(text for each in proposed.services for text in (*service_lines(each), "")),
        *own_service_lines(proposed.account.own),
    ]
    return "\n".join([*lines, *_closing(proposed)]) + "\n"


def names(found: Sequence[str]) -> str:
    """Return names as a list for people: the first ones, and how many more."""
    more = f" and {len(found) - _MOST_NAMES} more" if len(found) > _MOST_NAMES else ""
    return ", ".join(found[:_MOST_NAMES]) + more


def _opening(proposed: Proposed, today: date) -> Iterator[str]:
    """Yield what this file is, and what of the account it does not show."""
    account = f"account {proposed.account.number}, " if proposed.account.number else ""
    yield from comment(
        f"Proposed by `sre-review init` on {today.isoformat()} from {account}{proposed.place.region}. It is yours now: "
        "init never changes it; called again, it shows what is new and what is gone."
    )
    yield from comment(
        "Read it once: rename services as your people call them, delete those that nobody would talk about, move what "
        "is guessed wrong. `owner` and `runbook` of a service help most. A comment above an entry says why it is there."
    )
    yield from comment(
        f"Then: sre-review check {proposed.name} (is all there, what does it cost), sre-review run {proposed.name}."
    )
    for each in proposed.lacks:
        yield from comment(f"NG {each}")


def _source(place: Place) -> Iterator[str]:
    """Yield where the metrics come from."""
    named = {"type": "cloudwatch", "region": place.region, "profile": place.profile, "endpoint": place.endpoint}
    yield line("source", {key: value for key, value in named.items() if value})


def _changes(tried: Mapping[ChangeSource, str] | None) -> Iterator[str]:
    """Yield the sources of changes that answered."""
    yield from comment("What changed, for the charts and for `What changed this week` (read-only; each is optional).")
    if tried is None:
        yield from comment(
            "Not tried: `endpoint` holds for CloudWatch alone. Where AWS_ENDPOINT_URL leads the other services there, "
            "too, take away the `#`."
        )
        yield "# changes: [deployments, scaling, database_events, cache_events, cloudtrail]"
        return
    for source, why in tried.items():
        yield from comment(f"{source}: {why}") if why else ()
    yield line("changes", [source for source, why in tried.items() if not why])


def _upkeep() -> Iterator[str]:
    """Yield what could be asked about upkeep, commented: it needs permissions that init has not tried."""
    yield from comment(
        "What expires or runs out of support, once a week (read-only; each is optional). Take away the `#`, then "
        "`sre-review iam-policy` and `sre-review check` say what it needs; `all` is every source."
    )
    yield f"# upkeep: [{', '.join(UPKEEP_SOURCES)}]"


def _closing(proposed: Proposed) -> Iterator[str]:
    """Yield what was seen and is not proposed."""
    quiet = [each.name for each in proposed.account.quiet]
    if quiet:
        yield from comment(f"Without a datapoint in two weeks, so not proposed: {names(quiet)}")
    for each in dict.fromkeys(
        (*proposed.left_out, *(text for look in proposed.account.looks for text in look.left_out))
    ):
        yield from comment(f"Not proposed: {each}")
