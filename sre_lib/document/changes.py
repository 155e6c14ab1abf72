"""What changed in the week: one line a change, scaling in one sentence, and where nobody could look."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sre_lib.change import Change, ChangeSource, Looked
from sre_lib.collect.changes.resources import SOURCES, Resource, resource_of
from sre_lib.document.display import Fragment, fragment
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened
from sre_lib.event import Event
from sre_lib.wording import N_, Wording
from sre_lib.wording.changes import change_details, change_title, outcome, source_name

TOGETHER = timedelta(minutes=10)
"""A call so near to another change of the same part is the one that made it."""

GONE = N_("AWS no longer keeps it")
NEVER = N_("never asked for")
_TASKS = frozenset({"AWS/ECS", "ECS/ContainerInsights"})
_KINDS = {"database": "other", "cache": "other", "api_call": "deployment"}


@dataclass(frozen=True)
class Line:
    """One change of a service: when, where (empty: the service itself), what, before and after, how it ended."""

    when: str
    where: str
    title: str
    details: tuple[str, ...]
    ended: str

    @property
    def plain(self) -> str:
        """Return the line as text."""
        place = f"{self.where}: " if self.where else ""
        return f"{self.when} {place}{'; '.join(filter(None, (self.title, *self.details, self.ended)))}"


@dataclass(frozen=True)
class Changed:
    """What changed in a service: its lines, one sentence a part that scaled."""

    service: str
    lines: tuple[Line, ...]
    scaled: tuple[str, ...]


def changes_section(opened: Opened, looks: Sequence[Look]) -> Fragment | None:
    """Return what changed in the week of some services; None where nobody asked for changes."""
    wanted = [(look, wanted_of(opened, look)) for look in looks]
    if not any(sources for _, sources in wanted):
        return None
    say = opened.say
    rows = [changed for look, _ in wanted if (changed := changed_of(look)).lines or changed.scaled]
    lacking = _lacking(wanted, say)
    busy, unseen = {row.service for row in rows}, {name for _, names in lacking for name in names}
    quiet = [look.service.name for look, sources in wanted if sources]
    quiet = [name for name in quiet if name not in busy | unseen]
    notes = [say("Nothing changed: {services}.", services=say.listing(quiet))] if quiet else []
    notes += [say("Not looked at: {what}.", what=f"{text} ({say.listing(names)})") for text, names in lacking]
    plain = [say("What changed this week")]
    for row in rows:
        plain += [row.service, *(f"  {line.plain}" for line in row.lines), *(f"  {each}" for each in row.scaled)]
    return fragment("changes", "\n".join([*plain, *notes]), say, rows=rows, notes=notes, alone=len(looks) == 1)


def changed_of(look: Look) -> Changed:
    """Return what changed in a service's week, oldest first; the automatic steps of scaling are counted only."""
    say, zone = look.say, look.week.timezone
    lines = []
    for each in told(look):
        by = each.details.get("by", ("", ""))[1]
        details = [*change_details(each, say), *([say("by {name}", name=by)] if by else [])]
        place = each.details.get("resource", ("", ""))[1] or ("" if each.part == look.service.name else each.part)
        when = say.span(each.start, each.end, zone) if each.kind == "scaling" else say.time(each.start, zone)
        lines.append(Line(when, place, change_title(each, say), tuple(details), outcome(each, say)))
    parts = dict.fromkeys(each.part for each in steps(look))
    return Changed(look.service.name, tuple(lines), tuple(_scaled(look, part) for part in parts))


def told(look: Look) -> list[Change]:
    """Return the changes of the week that are worth a line each, by time.

    Left out: the steps of scaling, daily backups, and calls that another change tells of already (it takes over who
    made them). One resource may stand behind several parts: its change is told once.
    """
    once = {(each.kind, each.id): each for each in reversed(_of_week(look)) if not _is_step(each)}
    rest = [each for each in reversed(once.values()) if each.details.get("category", ("", ""))[1] != "backup"]
    calls = [each for each in rest if each.kind == "api_call"]
    others = [each for each in rest if each.kind != "api_call"]
    used = {id(call) for call in calls if any(_made(call, each) for each in others)}
    shown = [_with_caller(each, calls) for each in others]
    return sorted([*shown, *(call for call in calls if id(call) not in used)], key=lambda each: (each.start, each.id))


def steps(look: Look) -> list[Change]:
    """Return the steps of scaling in the week that went well, by time."""
    return [each for each in _of_week(look) if _is_step(each)]


def chart_events(look: Look) -> list[Event]:
    """Return what charts mark: the known events of the service, and the changes that are none of them.

    What follows within `TOGETHER` belongs to the one before, and has its mark with it.
    """
    name, say = (look.service.name,), look.say
    groups: list[list[Change]] = []
    for each in (change for change in told(look) if change.kind in _KINDS):
        if groups and groups[-1][0].kind == each.kind and each.start - groups[-1][-1].start <= TOGETHER:
            groups[-1].append(each)
        else:
            groups.append([each])
    made = []
    for first, *others in groups:
        title = change_title(first, say)
        title = say("{title} and {n} more", title=title, n=len(others)) if others else title
        end = max(each.end for each in (first, *others))
        made.append(Event(first.start, end, _KINDS[first.kind], title, name))
    return [*look.events, *made]


def wanted_of(opened: Opened, look: Look) -> list[tuple[ChangeSource, Resource]]:
    """Return the sources that were to be asked about a service; what was asked counts for an archive alone, too."""
    asked = {*opened.review.changes, *(each.source for each in look.service_week.looked)}
    found = (resource_of(look.catalog, part) for part in look.service.parts)
    pairs = ((source, each) for each in found if each for source in SOURCES[each.type] if source in asked)
    return list(dict.fromkeys(pairs))


def _of_week(look: Look) -> list[Change]:
    """Return the changes that touch the week."""
    start, end = look.week.start, look.week.end
    return [
        each
        for each in look.service_week.changes
        if each.start < end and max(each.end, each.start + timedelta(seconds=1)) > start
    ]


def _is_step(change: Change) -> bool:
    """Tell whether a change is a step of scaling that went well."""
    return change.kind == "scaling" and "scaled" in change.details and "outcome" not in change.details


def _made(call: Change, change: Change) -> bool:
    """Tell whether a call made another change."""
    return call.part == change.part and abs(call.start - change.start) <= TOGETHER


def _with_caller(change: Change, calls: Iterable[Change]) -> Change:
    """Return a change with who made it, where a call tells."""
    by = next((call.details["by"] for call in calls if _made(call, change) and "by" in call.details), None)
    return replace(change, details={**change.details, "by": by}) if by else change


def _scaled(look: Look, part: str) -> str:
    """Return how often a part scaled and between which counts."""
    say = look.say
    mine = [each.details["scaled"] for each in steps(look) if each.part == part]
    counts = [int(text) for pair in mine for text in pair if text]
    low, high = min(counts), max(counts)
    what = say("tasks") if look.catalog[look.service.part(part).kind].namespace in _TASKS else say("readers")
    if len(mine) == 1:
        said = say("scaled once, {before} → {after} {what}", before=mine[0][0] or "?", after=mine[0][1], what=what)
    elif low == high:
        said = say("scaled {n} times, to {count} {what}", n=len(mine), count=low, what=what)
    else:
        said = say("scaled {n} times between {low} and {high} {what}", n=len(mine), low=low, high=high, what=what)
    return said if part == look.service.name else f"{part}: {said}"


def _lacking(
    wanted: Iterable[tuple[Look, list[tuple[ChangeSource, Resource]]]], say: Wording
) -> list[tuple[str, list[str]]]:
    """Return what was not looked at, or only in part, with the services of each."""
    found: dict[str, dict[str, None]] = {}
    for look, sources in wanted:
        for source, resource in sources:
            for why in _gaps(look, source, resource):
                found.setdefault(f"{source_name(source, say)} – {why}", {})[look.service.name] = None
    return [(text, list(names)) for text, names in found.items()]


def _gaps(look: Look, source: ChangeSource, resource: Resource) -> Iterator[str]:
    """Yield why a part of the week was not looked at, and which; nothing where all of it was."""
    say, week = look.say, look.week
    looks = [each for each in look.service_week.looked if (each.source, each.resource) == (source, resource.key)]
    inside = [each for each in looks if each.start < week.end and each.end > week.start]
    until = _seen_until([each for each in inside if each.status == "complete"], week.start)
    if until >= week.end:
        return
    failed = [each for each in inside if each.status in {"denied", "partial"}]
    if failed:
        yield max(failed, key=lambda each: each.at).message
        return
    whole = [each.start for each in inside if each.status == "complete"]
    gone = any(each.status == "gone" for each in inside)
    if whole and min(whole) > week.start:
        yield say("before {when}: {why}", when=say.time(min(whole), week.timezone), why=say(GONE if gone else NEVER))
    elif until > week.start:
        yield say("from {when} on: {why}", when=say.time(until, week.timezone), why=say(NEVER))
    else:
        yield say(GONE if gone else NEVER)


def _seen_until(looks: Iterable[Looked], start: datetime) -> datetime:
    """Return until when looks that touch each other reach from `start` on."""
    until = start
    for each in sorted(looks, key=lambda each: each.start):
        until = max(until, each.end) if each.start <= until else until
    return until
