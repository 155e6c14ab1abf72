"""Fetch a week into the archive and stop, or only say what that would take."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sre_lib import params, weeks
from sre_lib.address import Address
from sre_lib.analyse.registry import check as check_views
from sre_lib.collect.alarms.elsewhere import other_alarms
from sre_lib.collect.archive import Archive
from sre_lib.collect.estimate import estimate
from sre_lib.collect.events.from_files import with_events
from sre_lib.collect.gather import Collected, collect, planned
from sre_lib.collect.history import weeks_held
from sre_lib.collect.quota import limits_of, seconds_needed
from sre_lib.collect.source import clock, open_source
from sre_lib.collect.usage import Usage, by_place, total
from sre_lib.collect.windows import epoch
from sre_lib.errors import UserMistakeError
from sre_lib.model import Service, Week
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource
from sre_lib.run import answers, problems
from sre_lib.run.alarms import alarms_of_week
from sre_lib.run.changes import changes_of_week
from sre_lib.run.progress import METRICS, Advance, Progress
from sre_lib.run.upkeep import upkeep_of_week
from sre_lib.store import file_name
from sre_lib.stores import store_of


@dataclass(frozen=True)
class Scope:
    """What a command is about: a review, a week and a clock."""

    review: Review
    week: Week
    now: datetime

    @property
    def archive_folder(self) -> Address:
        """Folder of the review in the archive."""
        return self.review.archive / file_name(self.review.name)

    @property
    def archive(self) -> Archive:
        """The archive of the review."""
        return Archive(store_of(self.review.archive), self.review.name)


@dataclass(frozen=True)
class DryRun:
    """What a collection would take by place and account, how long at least, and what already stands against it."""

    scope: Scope
    usages: tuple[Usage, ...]
    seconds: float
    problems: tuple[str, ...]

    @property
    def usage(self) -> Usage:
        """Return what it would take over all places."""
        return total(self.usages)


def scope(name: str, week: str, now: datetime | None, language: str = "") -> Scope:
    """Return the scope of a command; UserMistakeError where the review or the week cannot be used."""
    review = with_events(params.load(name).in_language(language))
    check_views(review.views, review.file)
    other_alarms(review)
    moment = clock(review, week, now)
    return Scope(review, weeks.must_have_ended(review.week(week, moment), moment), moment)


def to_fetch(name: str, week: str, now: datetime | None) -> Scope:
    """Return the scope of a command that only fetches; UserMistakeError also where there is nothing to fetch from."""
    found = scope(name, week, now)
    if found.review.source.type == "archive":
        raise UserMistakeError(
            f"source: {found.review.name} reads its archive alone, so nothing can be fetched; "
            "name `type: cloudwatch` in the review file, or use `sre-review run`"
        )
    return found


def collect_week(found: Scope, bar: Advance, ready: Callable[[Service], None] = lambda _service: None) -> Collected:
    """Fetch into the archive what the week lacks; `ready` as `collect` has it.

    Raises SourceError where nothing can be read.
    """
    review = found.review
    with open_source(review, found.now) as client:
        told = partial(bar, METRICS)
        return collect(review, review.services, found.week, client, found.archive, found.now, told, ready)


def fetch_week(found: Scope, tell: Callable[[str], None], progress: Progress) -> tuple[str, ...]:
    """Fetch into the archive what the week, its changes and alarms lack; tell what it cost, return what went wrong.

    Raises SourceError where nothing can be read.
    """
    with progress(found.week.name) as bar:
        collected = collect_week(found, bar)
    changes = changes_of_week(found.review, found.week, found.archive, found.now)
    upkeep = upkeep_of_week(found.review, found.week, found.archive, found.now)
    tell(problems.cost_sentence(collected))
    alarms = alarms_of_week(found.review, found.week, found.archive, found.now, tell)
    return (
        *problems.of_collection(collected.problems),
        *map(str, (*changes.problems, *alarms.problems, *upkeep.problems)),
    )


def dry_run(found: Scope) -> DryRun:
    """Return what `collect_week` would take; nothing is written."""
    with open_source(found.review, found.now) as client:
        would = planned(found.review, found.review.services, found.week, client, found.archive, found.now)
    # The demo has no limits of its own: said is what as much would take at CloudWatch.
    limits = limits_of(found.review.source) or limits_of(CloudWatchSource(type="cloudwatch"))
    now_s = epoch(found.now)
    seconds = seconds_needed(would.calls, limits, now_s) if limits else 0.0
    usages = by_place([*would.looked_up, *estimate(would.calls, limits, now_s)])
    return DryRun(found, usages, seconds, problems.of_collection(would.problems))


def held_sentence(found: Scope, folder: Address) -> str:
    """Return what the archive in `folder` holds of the week and of the weeks before it, for the worst-off service."""
    held = weeks_held(found.review.services, found.week, found.archive)
    history = [each.name for each in weeks.history(found.week)]
    there = sum(found.week.name in names for names in held.values())
    before = min(len(names.intersection(history)) for names in held.values())
    return (
        f"{folder}: {found.week.name} of {there} of {len(held)} services, "
        f"with at least {before} of the {len(history)} weeks before it"
    )


def dry_run_lines(dry: DryRun) -> list[str]:
    """Return what a collection would take, for people: all places, then each where there are several."""
    what = f"{dry.scope.review.name} {dry.scope.week.name}"
    if not dry.usages:
        return [f"{what}: nothing would be asked; the archive has it all."]
    lines = [f"{what}: {_expected(dry.usage, dry.seconds)}."]
    if len(dry.usages) > 1:
        lines += [f"  {_name(each)}: {_expected(each, each.seconds)}" for each in dry.usages]
    return [*lines, "Nothing was fetched and nothing was written."]


def dry_run_json(dry: DryRun) -> str:
    """Return what a collection would take, for programs."""
    content = {
        "review": dry.scope.review.name,
        "week": dry.scope.week.name,
        **answers.usage_row(dry.usage),
        "seconds": round(dry.seconds, 2),
        "places": answers.place_rows(dry.usages),
        "problems": list(dry.problems),
    }
    return answers.document(content).decode()


def _expected(usage: Usage, seconds: float) -> str:
    """Return what some calls take."""
    return (
        f"{usage.calls:,} calls, at most {usage.datapoints:,} datapoints, {problems.billed(usage)}, "
        f"at least {seconds:.1f} s at the limits of CloudWatch"
    )


def _name(usage: Usage) -> str:
    """Return where a place is."""
    named = {"profile": usage.place.profile, "region": usage.place.region, "account": usage.account}
    return ", ".join(f"{key} {value}" for key, value in named.items() if value) or "the review's own"
