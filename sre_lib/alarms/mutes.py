"""When mute rules kept an alarm from telling anybody, as far as their versions are known."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby, pairwise
from typing import NamedTuple

from sre_lib.alarms.mute_schedule import targets, windows
from sre_lib.alarms.notifications import Interval
from sre_lib.collect.alarms.kept import AlarmId, MuteSeen
from sre_lib.collect.alarms.reading import AlarmsKept


class Mutes(NamedTuple):
    """When rules mute an alarm, and the names of those that cannot be understood."""

    intervals: tuple[Interval, ...] = ()
    unread: tuple[str, ...] = ()


class _Version(NamedTuple):
    """A mute rule as it was in `[since, until)`."""

    seen: MuteSeen
    since: datetime
    until: datetime


def mutes_of(alarm: AlarmId, kept: AlarmsKept) -> Mutes:
    """Return when mute rules muted an alarm of a place over what is kept.

    A rule counts from its last update on (how it was before is not told) until it is seen otherwise; one that a later
    look does not find any more until it was last seen.
    """
    found: list[Interval] = []
    unread: list[str] = []
    for version in _versions(kept):
        if version.seen.place != alarm.place or alarm.name not in targets(version.seen.rule):
            continue
        try:
            found += windows(version.seen.rule, version.since, version.until)
        except ValueError:
            unread.append(version.seen.name)
    return Mutes(tuple(sorted(found)), tuple(dict.fromkeys(unread)))


def _versions(kept: AlarmsKept) -> Iterator[_Version]:
    """Yield the versions of all mute rules."""
    looked = [each for each in kept.looks if (each.asked, each.status) == ("mute_rules", "complete")]
    ordered = sorted(kept.mutes, key=lambda each: (each.place, each.name, each.at))
    for (place, _), same in groupby(ordered, key=lambda each: (each.place, each.name)):
        seen = list(same)
        last = seen[-1].at
        gone = any(each.place == place and each.at > last for each in looked)
        for one, after in pairwise([*seen, None]):
            if one is None:
                continue
            changed = _updated(after) if after else None
            until = max(one.at, changed) if after and changed else after.at if after else last if gone else kept.end
            yield _Version(one, max(_updated(one) or one.at, kept.start), min(until, kept.end))


def _updated(seen: MuteSeen) -> datetime | None:
    """Return when a rule was last changed; None where it does not say."""
    try:
        found = datetime.fromisoformat(str(seen.rule.get("LastUpdatedTimestamp")))
    except ValueError:
        return None
    return found if found.tzinfo else None
