"""One alarm of a week with all that is known of it: what it watches, for whom, when it fired, how noisy it was."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sre_lib.alarm import Alarm, UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.assumptions import DEFAULT
from sre_lib.alarms.belongs import services_of
from sre_lib.alarms.firings import Firing, Noise, firings_of, noise_of
from sre_lib.alarms.kept_points import points_of
from sre_lib.alarms.mutes import mutes_of
from sre_lib.alarms.notifications import Interval
from sre_lib.alarms.points import NotReplayable, Points
from sre_lib.alarms.rule import children, parse_rule
from sre_lib.alarms.watched import watched
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.reading import UNKNOWN, AlarmId, AlarmsKept, ConfigUpdate, Definition, StateSpan
from sre_lib.model import Week
from sre_lib.params import Review


@dataclass(frozen=True)
class AlarmCase:
    """An alarm in a week: its definition at the end of it, and what is known of it over `[start, end)` (UTC).

    `services` of the review (none: it is of no service there). `since`: when it was set up (None: before all that is
    known). `spans` are its states. `points` are its datapoints and `observed` the series that it compares, float64 by
    the end of each period (UTC; NaN: no datapoint); None of both where there is none (a composite alarm, an expression
    that cannot be worked out). `feeds`: the composite alarms that ask for its state.
    `mutes`: when mute rules kept it from telling anybody; `mutes_unread`: those that cannot be understood, by name.
    """

    id: AlarmId
    alarm: Alarm | UnclearAlarm
    definition: Definition
    services: tuple[str, ...]
    start: datetime
    end: datetime
    since: datetime | None
    spans: tuple[StateSpan, ...]
    noise: Noise
    edits: tuple[ConfigUpdate, ...] = ()
    points: Points | None = None
    observed: "pd.Series[float] | None" = None
    feeds: tuple[str, ...] = ()
    mutes: tuple[Interval, ...] = ()
    mutes_unread: tuple[str, ...] = ()

    @property
    def firings(self) -> tuple[Firing, ...]:
        """When it was in ALARM."""
        return firings_of(self.spans)

    def during(self, week: Week) -> tuple[Firing, ...]:
        """Return the firings that meet a week."""
        return tuple(each for each in self.firings if each.start < week.end and each.end > week.start)


def cases(kept: AlarmsKept, datapoints: AlarmDatapoints, review: Review, week: Week) -> tuple[AlarmCase, ...]:
    """Return the alarms that were set up at the end of a week or at some moment of it, by name.

    `kept` and `datapoints` also hold the weeks before, over which the noise is counted.
    """
    zone = ZoneInfo(review.timezone)
    found = {each.id: each for each in kept.definitions if each.meets(week.start, week.end)}
    known = _known_since(kept)
    spans = {alarm: tuple(_clipped(kept.state_spans(alarm), known)) for alarm in found}
    fired = {alarm: firings_of(each) for alarm, each in spans.items()}
    made = []
    for alarm, definition in found.items():
        others = {each.name: episodes for each, episodes in fired.items() if each != alarm}
        noise = noise_of(spans[alarm], zone, others)
        made.append(_case(kept, datapoints, review, definition, spans[alarm], noise))
    return tuple(_with_composites(made))


def _known_since(kept: AlarmsKept) -> datetime:
    """Return from when on the history was looked at: before that no transition tells nothing."""
    looked = (each.start for each in kept.looks if each.asked == "history" and each.status in {"complete", "partial"})
    return max(min(looked, default=kept.end), kept.start)


def _clipped(spans: Iterable[StateSpan], since: datetime) -> Iterator[StateSpan]:
    """Yield states; unknown before a moment."""
    for each in spans:
        if each.end <= since:
            yield each._replace(state=UNKNOWN)
        elif each.start < since:
            yield StateSpan(each.start, since, UNKNOWN)
            yield each._replace(start=since)
        else:
            yield each


def _case(  # noqa: PLR0913, PLR0917  what a case is made of
    kept: AlarmsKept, datapoints: AlarmDatapoints, review: Review, definition: Definition,
    spans: tuple[StateSpan, ...], noise: Noise,
) -> AlarmCase:  # fmt: skip
    """Return one alarm's case; a composite one has no services yet."""
    alarm = alarm_of(definition.raw)
    mine = tuple(each for each in kept.updates if each.id == definition.id)
    created = [each.at for each in mine if each.kind == "Create"]
    first = next(each.since for each in kept.definitions if each.id == definition.id)
    mutes = mutes_of(definition.id, kept)
    points = points_of(definition.id, definition.raw, datapoints, kept.start, kept.end)
    return AlarmCase(
        id=definition.id,
        alarm=alarm,
        definition=definition,
        services=services_of(alarm, review.services, review.catalog),
        start=kept.start,
        end=kept.end,
        since=max(created) if created else first,
        spans=spans,
        noise=noise,
        edits=tuple(each for each in mine if each.kind == "Update"),
        points=points if points.metrics else None,
        observed=_observed(alarm, points),
        mutes=mutes.intervals,
        mutes_unread=mutes.unread,
    )


def _observed(alarm: Alarm | UnclearAlarm, points: Points) -> "pd.Series[float] | None":
    """Return the series that an alarm compares."""
    if isinstance(alarm, UnclearAlarm) or alarm.rule or alarm.unreplayable or not points.metrics:
        return None
    found = watched(alarm, points, alarm.statistic, DEFAULT)
    if isinstance(found, NotReplayable):
        return None
    index = pd.DatetimeIndex(points.ends().astype("datetime64[s]")).tz_localize("UTC")
    return pd.Series(np.asarray(found.values, float), index)


def _with_composites(made: Sequence[AlarmCase]) -> Iterator[AlarmCase]:
    """Yield the cases; composite alarms with the services of those that they ask, and those with who asks them."""
    by_name = {each.id.name: each for each in made}
    asked = {each.id.name: children_of(each.alarm) for each in made}
    feeds: Mapping[str, tuple[str, ...]] = {
        name: tuple(above for above, below in asked.items() if name in below) for name in by_name
    }
    for each in made:
        below = (by_name[name].services for name in asked[each.id.name] if name in by_name)
        services = each.services or tuple(dict.fromkeys(name for names in below for name in names))
        yield replace(each, services=services, feeds=feeds[each.id.name])


def children_of(alarm: Alarm | UnclearAlarm) -> tuple[str, ...]:
    """Return the names of the alarms whose states a composite alarm asks for; none for another."""
    rule = parse_rule(alarm.rule) if isinstance(alarm, Alarm) and alarm.rule else None
    return () if rule is None or isinstance(rule, NotReplayable) else tuple(sorted(children(rule)))
