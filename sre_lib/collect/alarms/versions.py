"""How each alarm was set up at each time: the definitions that were seen, and those that edits tell of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sre_lib.collect.alarms.history_data import ConfigUpdate
from sre_lib.collect.alarms.kept import AlarmId, AlarmType, Listed, SeenDefinition

CONFIGURED = "AlarmConfigurationUpdatedTimestamp"
SAME = timedelta(seconds=2)
"""An edit in the history and the time that a definition names for it differ by milliseconds."""


@dataclass(frozen=True)
class Definition:
    """How an alarm was set up in `[since, until)` (UTC): `raw` is an element of DescribeAlarms without its state.

    `since` None: from before anything that is known; `until` None: as it was when it was last seen (`last_seen`, None:
    never seen, told of by an edit alone).
    """

    id: AlarmId
    type: AlarmType
    raw: Mapping[str, Any]
    since: datetime | None = None
    until: datetime | None = None
    last_seen: datetime | None = None

    def held(self, at: datetime) -> bool:
        """Tell whether the alarm was set up so at a moment."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def meets(self, start: datetime, end: datetime) -> bool:
        """Tell whether the alarm was set up so at some moment of `[start, end)`."""
        return (self.since is None or self.since < end) and (self.until is None or start < self.until)


def definitions_of(
    seen: Iterable[SeenDefinition], edits: Iterable[ConfigUpdate], listed: Iterable[Listed]
) -> tuple[Definition, ...]:
    """Return the definitions of all alarms, of each by time and without overlap.

    `listed`: when all alarms of a place and type were last told of; one that was not among them is gone since it was
    last seen (nobody knows when exactly).
    """
    last = {(each.place, each.type): each.at for each in listed}
    by_alarm: dict[AlarmId, tuple[list[SeenDefinition], list[ConfigUpdate]]] = {}
    for each in seen:
        by_alarm.setdefault(each.id, ([], []))[0].append(each)
    for edit in edits:
        by_alarm.setdefault(edit.id, ([], []))[1].append(edit)
    return tuple(one for alarm, known in sorted(by_alarm.items()) for one in _of_alarm(alarm, *known, last))


def _of_alarm(
    alarm: AlarmId,
    seen: Sequence[SeenDefinition],
    edits: Sequence[ConfigUpdate],
    listed: Mapping[tuple[str, AlarmType], datetime],
) -> Iterator[Definition]:
    """Yield the definitions of one alarm by time."""
    deleted = sorted(each.at for each in edits if each.kind == "Delete")
    known = [Definition(alarm, each.type, each.definition, each.configured, None, each.last_seen) for each in seen]
    type_ = seen[0].type if seen else _type(edits)
    for edit in sorted(edits, key=lambda each: each.at, reverse=True):
        known += [each for each in _told(alarm, type_, edit, known) if not _has(known, each)]
    known.sort(key=lambda each: (each.since is not None, each.since or each.last_seen, each.last_seen is None))
    for each, after in pairwise([*known, None]):
        if each is None:
            continue
        ends = [after.since] if after else [each.last_seen] if _gone(each, listed.get((alarm.place, each.type))) else []
        ends += [at for at in deleted if each.since is None or at > each.since][:1]
        until = min((end for end in ends if end is not None), default=None)
        if until is None or each.since is None or until > each.since:
            yield replace(each, until=until)


def _told(alarm: AlarmId, type_: AlarmType, edit: ConfigUpdate, known: Sequence[Definition]) -> Iterator[Definition]:
    """Yield what an edit tells of: the definition behind it, and the one before it.

    Where the text of an edit was cut, nothing is known of the one before.
    """
    after = edit.definition or next((each.raw for each in known if _near(each.since, edit.at)), {})
    if edit.kind == "Delete" or not after:
        return
    yield Definition(alarm, type_, after, edit.at)
    if edit.kind == "Update" and edit.before:
        added = {name for name in after if name not in edit.before}
        before = {**{name: after[name] for name in after if name in added}, **edit.before}
        yield Definition(alarm, type_, before, _moment(edit.before.get(CONFIGURED)))


def _has(known: Sequence[Definition], one: Definition) -> bool:
    """Tell whether a definition of the same time is known."""
    return any(_near(each.since, one.since) or (each.since is None and one.since is None) for each in known)


def _near(one: datetime | None, other: datetime | None) -> bool:
    """Tell whether two times are those of the same edit."""
    return one is not None and other is not None and abs(one - other) <= SAME


def _gone(each: Definition, listed: datetime | None) -> bool:
    """Tell whether an alarm was no longer there when all of its place were told of."""
    return each.last_seen is not None and listed is not None and each.last_seen < listed


def _type(edits: Sequence[ConfigUpdate]) -> AlarmType:
    """Return the type of an alarm that was never seen."""
    return "CompositeAlarm" if any("AlarmRule" in each.definition for each in edits) else "MetricAlarm"


def _moment(text: object) -> datetime | None:
    """Return a time as the history writes it (2026-10-04T01:00:08.354+0000); None where it is none."""
    try:
        found = datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None
    return found
