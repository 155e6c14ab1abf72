"""What a week's document takes from the minutes: its findings in their order, and what earlier meetings decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pydantic import TypeAdapter, ValidationError

from sre_lib.alarms.figures import WeekFigure
from sre_lib.analyse.identity import Matched, match
from sre_lib.collect.archive import Archive
from sre_lib.document.minutes.alarm_lines import AlarmDecision
from sre_lib.document.minutes.event_lines import EventDecision
from sre_lib.document.minutes.form import Action, Verdict
from sre_lib.document.minutes.form import read as read_form
from sre_lib.document.minutes.record import Entry, Minutes
from sre_lib.document.minutes.upkeep_lines import UpkeepDecision
from sre_lib.earlier import Known, direction
from sre_lib.model import Finding, Week
from sre_lib.store import file_name

QUIET = frozenset({Verdict.EXPECTED, Verdict.FALSE_ALARM})
"""Verdicts that set the same subject aside in later weeks: it is told under "since last week", not discussed anew."""


@dataclass(frozen=True)
class Item:
    """One finding to discuss: as the meeting saw it, and the id of this run's finding (empty: no longer found).

    `also` is that of another item's where the tool found, too, what people saw themselves.
    """

    entry: Entry
    finding: str = ""
    also: str = ""


@dataclass(frozen=True)
class Carried:
    """A verdict of an earlier meeting: on what, by which week's meeting (its day), and this week's finding of it."""

    week: str
    meeting: date
    entry: Entry
    verdict: Verdict
    until: date | None = None
    finding: str = ""


@dataclass(frozen=True)
class OpenAction:
    """An action of an earlier week that is not done: `weeks` old, decided in `week` on `about`."""

    week: str
    weeks: int
    action: Action
    about: str = ""


@dataclass(frozen=True)
class Meeting:
    """What the document of a week shows of the minutes; empty where a notebook runs on its own.

    `figures` are those of the alarms of earlier weeks, as their own reviews recorded them.
    """

    items: tuple[Item, ...] = ()
    carried: tuple[Carried, ...] = ()
    actions: tuple[OpenAction, ...] = ()
    alarms: tuple[AlarmDecision, ...] = ()
    events: tuple[EventDecision, ...] = ()
    figures: tuple[WeekFigure, ...] = ()
    upkeep: tuple[UpkeepDecision, ...] = ()

    @property
    def aside(self) -> Mapping[str, Carried]:
        """Return the findings that an earlier verdict sets aside, by their id."""
        return {
            each.finding: each
            for each in self.carried
            if each.finding and each.verdict in QUIET and not (each.until and each.until < each.meeting)
        }

    @property
    def apart(self) -> frozenset[str]:
        """Return the ids of the findings that the document has sections for: none is told under another."""
        return frozenset(each.finding for each in self.items if each.finding)


_MEETING = TypeAdapter(Meeting)


def known_of_entry(entry: Entry) -> Known:
    """Return what identity compares of an entry."""
    return Known(
        id=entry.id, service=entry.service, part=entry.part, resource=entry.resource, metric=entry.metric,
        view=entry.view, start=entry.start, end=entry.end, direction=direction(entry.view, entry.evidence),
        statistic=entry.statistic,
    )  # fmt: skip


def entry_of(finding: Finding, name: str, sentence: str, follows: str = "") -> Entry:
    """Return a new entry for a finding."""
    return Entry(
        id=name, service=finding.service, part=finding.part, resource=finding.resource, metric=finding.metric,
        statistic=finding.statistic, view=finding.view, start=finding.start, end=finding.until or finding.end,
        unit=finding.unit, sentence=sentence, evidence=dict(finding.evidence), follows=follows,
    )  # fmt: skip


@dataclass(frozen=True)
class Matches:
    """Which of a run's findings is which entry: of this week's minutes by occurrence, of earlier ones by subject."""

    here: Mapping[str, Matched]
    before: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Sequence[Finding], minutes: Minutes, earlier: Sequence[Minutes], timezone: str) -> "Matches":
        """Match findings with entries; those of earlier weeks are named `<week>/<id>`."""
        here = match([known_of_entry(each) for each in minutes.entries], findings, timezone)
        past = [replace(known_of_entry(each), id=f"{week.week}/{each.id}") for week in earlier for each in week.entries]
        before = match(past, findings, timezone)
        return cls(
            {finding.id: each for finding, each in zip(findings, here, strict=True)},
            {finding.id: each.same or each.subject for finding, each in zip(findings, before, strict=True)},
        )


def items(
    minutes: Minutes, discuss: Sequence[Finding], others: Sequence[Finding], matches: Matches, said: Mapping[str, str],
) -> tuple[Item, ...]:  # fmt: skip
    """Return the findings of the document in their order.

    Once people wrote anything, what the meeting saw stays, in its order and with its numbers; what is new among those
    to discuss comes behind. Before that this run's findings are the document. `said` are their sentences by id.
    """
    kept = minutes.entries if minutes.begun else tuple(each for each in minutes.entries if each.origin == "people")
    found = {matches.here[each.id].same: each for each in (*others, *discuss) if matches.here[each.id].same}
    old = [Item(replace(each, found=each.id in found), found[each.id].id if each.id in found else "") for each in kept]
    known = {each.id for each in kept}
    new = [
        Item(entry_of(each, matches.here[each.id].id, said[each.id], matches.before.get(each.id, "")), each.id)
        for each in discuss
        if matches.here[each.id].same not in known or not matches.here[each.id].same
    ]
    return (*old, *new) if minutes.begun else (*new, *old)


def carried(earlier: Sequence[Minutes], before: Mapping[str, str], meeting: date) -> tuple[Carried, ...]:
    """Return the verdicts of earlier meetings, the newest on each subject, newest first.

    `earlier` are the minutes of the weeks before, oldest first; `before` names for this week's findings the earlier
    entry of the same subject. An entry that follows another takes its place, with the other's verdict where it has
    none of its own; its numbers stay those of the week that decided.
    """
    standing: dict[str, Carried] = {}
    for minutes in earlier:
        for entry in minutes.entries:
            said = entry.discussion(minutes.meeting)
            last = standing.pop(entry.follows, None)
            name = f"{minutes.week}/{entry.id}"
            if said.verdict:
                standing[name] = Carried(minutes.week, meeting, entry, said.verdict, said.until)
            elif last:
                standing[name] = last
    again = {name: finding for finding, name in before.items() if name}
    found = [replace(each, finding=again.get(name, "")) for name, each in standing.items()]
    return tuple(sorted(found, key=lambda each: each.week, reverse=True))


def open_actions(earlier: Sequence[Minutes], meeting: date) -> tuple[OpenAction, ...]:
    """Return the actions that no later note ticks off, oldest first; the same text and owner is the same action."""
    standing: dict[tuple[str, str], OpenAction] = {}
    for minutes in earlier:
        weeks = round((meeting - minutes.meeting).days / 7)
        # A box that is ticked anywhere in a week's minutes is ticked: those come last.
        for about, action in sorted(actions_of(minutes), key=lambda each: each[1].done):
            key = action_key(action)
            if action.done:
                standing.pop(key, None)
            elif key not in standing:
                standing[key] = OpenAction(minutes.week, weeks, action, about)
            else:
                standing[key] = replace(standing[key], action=action)
    return tuple(standing.values())


def action_key(action: Action) -> tuple[str, str]:
    """Return what makes two actions the same: text and owner, whatever the case and the spaces."""
    return " ".join(action.text.split()).casefold(), action.owner.casefold()


def actions_of(minutes: Minutes) -> Iterable[tuple[str, Action]]:
    """Yield every action of a week's minutes with what it is about (empty: the meeting as a whole)."""
    for entry in minutes.entries:
        yield from ((entry.sentence, action) for action in entry.discussion(minutes.meeting).actions)
    for written in minutes.notes.values():
        yield from (("", action) for action in read_form(written.text, minutes.meeting).actions)


def keep(archive: Archive, week: Week, meeting: Meeting) -> None:
    """Put what the week's notebooks need of the minutes into the archive, where they look for everything."""
    archive.store.write(_key(archive, week), _MEETING.dump_json(meeting))


def read(archive: Archive, week: Week) -> Meeting:
    """Return what `keep` put there; nothing where there is none, or one of another version."""
    content = archive.store.read(_key(archive, week))
    try:
        return _MEETING.validate_json(content) if content else Meeting()
    except ValidationError:
        return Meeting()


def _key(archive: Archive, week: Week) -> str:
    """Return the key in the archive's store."""
    return f"{archive.folder}/meeting/{file_name(week.name)}.json"
