"""What a review file says of events: those that are written there, the stages of load tests, files with more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from sre_lib import moments
from sre_lib.catalog import Name, Strict
from sre_lib.errors import UserMistakeError
from sre_lib.event import Event, Stage
from sre_lib.params_fields import Moment, Texts, TimeZone, WebAddress
from sre_lib.params_yaml import Place, nearest

EVENT_KINDS = (
    "push", "deployment", "batch", "incident", "holiday", "sale", "load_test", "maintenance", "broadcast", "other",
)  # fmt: skip
LOAD_TEST = "load_test"
MOST_PEOPLE = 10**11
EventField = Literal["start", "end", "kind", "title", "audience", "services", "url"]
Refuse = Callable[[Place, str], UserMistakeError]
"""Makes the error for a field of an event (its place inside the event) with what is wrong there."""


def _kind(value: object) -> object:
    return LOAD_TEST if value == "load-test" else value


EventKind = Annotated[Literal[EVENT_KINDS], BeforeValidator(_kind)]  # type: ignore[valid-type]  # mypy cannot read a Literal from a tuple, pydantic can


class StageEntry(Strict):
    """A stage of a load test: its load in requests a second."""

    start: Moment
    end: Moment
    load: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    title: Name = ""


class EventEntry(Strict):
    """Something known that happened or will happen."""

    start: Moment
    end: Moment | None = None
    kind: EventKind
    title: Name
    audience: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] | None = None
    services: Texts = ()
    url: WebAddress = ""
    stages: Annotated[tuple[StageEntry, ...], Field(strict=False)] = ()


class EventsFile(Strict):
    """A CSV of events: `columns` says what it calls ours, `timezone` where its times are local.

    `kind` and `services` hold for the lines that say none.
    """

    file: Name
    columns: Annotated[Mapping[EventField, Name], Field(strict=False)] = Field(default_factory=dict)
    timezone: TimeZone | None = None
    kind: EventKind | None = None
    services: Texts = ()


def event_of(entry: EventEntry, timezone: str, names: Sequence[str], refuse: Refuse) -> Event:
    """Return an event in UTC; a time without an offset is local to `timezone`.

    Raises what `refuse` makes where the event touches no service of `names`, is at a time that the clocks skip or show
    twice, ends before it starts, or has stages that are not a load test's, not inside it or not in order.
    """
    check_services(entry.services, names, refuse)
    zone = ZoneInfo(timezone)
    start = _utc(entry.start, zone, ("start",), refuse)
    end = _utc(entry.end, zone, ("end",), refuse) if entry.end else start
    if end < start:
        raise refuse(("end",), f"got {entry.end!r}, wants a time that is not before the start {entry.start!r}")
    event = Event(start, end, entry.kind, entry.title, entry.services, entry.audience, entry.url)
    return _with_stages(event, entry, zone, refuse) if entry.stages else event


def check_services(services: Sequence[str], names: Sequence[str], refuse: Refuse) -> None:
    """Raise what `refuse` makes where a service is none of `names`."""
    for number, name in enumerate(services):
        if name not in names:
            raise refuse(("services", number), f"got {name!r}, {nearest(name, names)}")


def _with_stages(event: Event, entry: EventEntry, zone: ZoneInfo, refuse: Refuse) -> Event:
    """Return a load test with its stages."""
    if event.kind != LOAD_TEST:
        raise refuse(("stages",), f"got stages of a {event.kind}, wants them of a load_test alone; leave them out")
    stages = tuple(_stage(each, ("stages", at), event, zone, refuse) for at, each in enumerate(entry.stages))
    for at, (one, two) in enumerate(pairwise(stages), start=1):
        if two.start < one.end:
            message = f"got {entry.stages[at].start!r}, wants a time that is not before the end of stage {at}"
            raise refuse(("stages", at, "start"), f"{message}; write stages in order, without overlap")
    return replace(event, stages=stages)


def _stage(entry: StageEntry, place: Place, event: Event, zone: ZoneInfo, refuse: Refuse) -> Stage:
    """Return a stage, which lies in its event and is no single moment."""
    start = _utc(entry.start, zone, (*place, "start"), refuse)
    end = _utc(entry.end, zone, (*place, "end"), refuse)
    if not start < end:
        raise refuse((*place, "end"), f"got {entry.end!r}, wants a time after the stage's start {entry.start!r}")
    for key, text, moment in (("start", entry.start, start), ("end", entry.end, end)):
        if not event.start <= moment <= event.end:
            message = f"got {text!r}, wants a time inside the event; correct it, or `start` and `end` of the event"
            raise refuse((*place, key), message)
    return Stage(start, end, entry.load, entry.title)


def _utc(text: str, zone: ZoneInfo, place: Place, refuse: Refuse) -> datetime:
    """Return a checked text as UTC."""
    try:
        return moments.in_utc_surely(moments.read(text), zone)
    except ValueError as error:
        raise refuse(place, f"got {text!r}, {error}") from None
