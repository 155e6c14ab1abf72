"""What the archive knows of the alarms of a span of time: definitions as they were, state changes, actions, edits."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from sre_lib.collect.alarms.history_data import (
    ActionTaken,
    ConfigUpdate,
    Transition,
    action_of,
    transition_of,
    update_of,
)
from sre_lib.collect.alarms.kept import (
    AlarmId,
    AlarmLook,
    Item,
    KeptWeek,
    MuteSeen,
    SeenDefinition,
    StateSeen,
    read_definitions,
    read_week,
)
from sre_lib.collect.alarms.versions import Definition, definitions_of
from sre_lib.collect.archive import Archive
from sre_lib.model import Week
from sre_lib.params import Review

__all__ = ["ActionTaken", "AlarmId", "AlarmsKept", "ConfigUpdate", "Definition", "StateSpan", "Transition", "alarms_of"]

UNKNOWN = ""
_WEEK = re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])", re.ASCII)
_DAY = timedelta(days=1)


class StateSpan(NamedTuple):
    """An alarm was in a state in `[start, end)` (UTC): OK, ALARM, INSUFFICIENT_DATA, or empty where it is not known."""

    start: datetime
    end: datetime
    state: str


@dataclass(frozen=True)
class AlarmsKept:
    """What is known of the alarms of `[start, end)` (UTC), everything by time.

    `definitions` are those that held at some moment of it, `looks` what was asked for it and what was answered: only
    where history was looked at as a whole does no transition mean that the state stayed. `unreadable` are items of the
    history that tell no known change. `states` are those that were seen, also after the end.
    """

    start: datetime
    end: datetime
    definitions: tuple[Definition, ...] = ()
    transitions: tuple[Transition, ...] = ()
    actions: tuple[ActionTaken, ...] = ()
    updates: tuple[ConfigUpdate, ...] = ()
    states: tuple[StateSeen, ...] = ()
    looks: tuple[AlarmLook, ...] = ()
    unreadable: tuple[Item, ...] = ()
    mutes: tuple[MuteSeen, ...] = ()

    @property
    def alarms(self) -> tuple[AlarmId, ...]:
        """Return the alarms of which anything is known, by name."""
        known: Iterable[Definition | Transition | ActionTaken | ConfigUpdate] = (
            *self.definitions,
            *self.transitions,
            *self.actions,
            *self.updates,
        )
        return tuple(sorted({each.id for each in known}))

    def definition(self, alarm: AlarmId, at: datetime) -> Definition | None:
        """Return how an alarm was set up at a moment; None where that is not known, or it did not exist."""
        mine = (each for each in self.definitions if each.id == alarm and each.held(at))
        return next(mine, None)

    def state_spans(self, alarm: AlarmId) -> tuple[StateSpan, ...]:
        """Return the states that an alarm was in, one behind the other, from `start` to `end`.

        What the history and the states that were seen do not tell is unknown: before the first look, say.
        """
        return tuple(_joined(_existing(_spans(self, alarm), self.updates, alarm)))


def alarms_of(archive: Archive, review: Review, span: Week | tuple[datetime, datetime]) -> AlarmsKept:
    """Return what the archive knows of alarms in a week (without its history), or in `[start, end)`.

    Alarms that the review leaves out are not among it. Raises ArchiveError where a file is damaged.
    """
    start, end = (span.start, span.end) if isinstance(span, Week) else span
    files = tuple(_files(archive, start, end))
    kept = read_definitions(archive)
    items = [each for file in files for each in file.items if start <= each.at < end and _wanted(review, each)]
    changes = [(each, transition_of(each)) for each in items if each.kind == "StateUpdate"]
    edits = tuple(update_of(each) for each in kept.edits if _wanted(review, each))
    seen = (each for each in kept.seen if _wanted(review, each))
    return AlarmsKept(
        start,
        end,
        tuple(each for each in definitions_of(seen, edits, kept.listed) if each.meets(start, end)),
        tuple(change for _, change in changes if change),
        tuple(action_of(each) for each in items if each.kind == "Action"),
        tuple(each for each in edits if start <= each.at < end),
        tuple(each for file in files for each in file.states if _wanted(review, each)),
        tuple(each for file in files for each in file.looks if each.start < end and start < each.end),
        tuple(each for each, change in changes if change is None),
        tuple(each for file in files for each in file.mutes),
    )


def _wanted(review: Review, each: Item | SeenDefinition | StateSeen) -> bool:
    """Tell whether something is of an alarm that is not left out."""
    return review.wants_alarm(each.id.name)


def _files(archive: Archive, start: datetime, end: datetime) -> Iterator[KeptWeek]:
    """Yield what is kept of the weeks that may meet `[start, end)`.

    A week begins on some day of the ISO week that it is named after.
    """
    prefix = f"{archive.folder}/alarms/week="
    for key in archive.store.keys(prefix):
        name = key.removeprefix(prefix).removesuffix(".json")
        match = _WEEK.fullmatch(name)
        if match is None:
            continue
        monday = datetime.combine(date.fromisocalendar(int(match[1]), int(match[2]), 1), time(), UTC)
        if monday - _DAY < end and start < monday + 14 * _DAY:
            yield read_week(archive, name)


def _spans(kept: AlarmsKept, alarm: AlarmId) -> Iterator[StateSpan]:
    """Yield the states of an alarm, also where they follow on one another."""
    changes = sorted((each for each in kept.transitions if each.id == alarm), key=lambda each: each.at)
    seen = min(
        (each for each in kept.states if each.id == alarm and each.at >= kept.start),
        key=lambda each: each.at,
        default=None,
    )
    if not changes:
        since = seen.since if seen else None
        begin = min(max(since, kept.start), kept.end) if since else kept.end
        yield StateSpan(kept.start, begin, UNKNOWN)
        yield StateSpan(begin, kept.end, seen.state if seen else UNKNOWN)
        return
    yield StateSpan(kept.start, changes[0].at, changes[0].old)
    for one, after in pairwise(changes):
        # Two changes that do not fit together: what lies between is not known from the one or the other.
        yield StateSpan(one.at, after.at, one.new if one.new == after.old else UNKNOWN)
    yield StateSpan(changes[-1].at, kept.end, changes[-1].new)


def _existing(spans: Iterable[StateSpan], edits: Iterable[ConfigUpdate], alarm: AlarmId) -> Iterator[StateSpan]:
    """Yield spans of states; unknown before an alarm was created and since it was deleted."""
    mine = [each for each in edits if each.id == alarm]
    born = min((each.at for each in mine if each.kind == "Create"), default=None)
    died = max((each.at for each in mine if each.kind == "Delete"), default=None)
    again = born is not None and died is not None and died < born
    for start, end, state in spans:
        first = start if born is None or again else min(max(start, born), end)
        last = end if died is None or again else max(min(end, died), first)
        yield StateSpan(start, first, UNKNOWN)
        yield StateSpan(first, last, state)
        yield StateSpan(last, end, UNKNOWN)


def _joined(spans: Iterable[StateSpan]) -> Iterator[StateSpan]:
    """Yield spans that are not empty, neighbours of one state as one."""
    last: StateSpan | None = None
    for each in spans:
        if each.start >= each.end:
            continue
        if last and last.state == each.state:
            last = last._replace(end=each.end)
            continue
        if last:
            yield last
        last = each
    if last:
        yield last
