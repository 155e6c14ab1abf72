"""The answer key of the simulated shop: what a review should find, and what it should leave alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sre_lib.demo.faults import SCENARIOS, Happening, Symptom, between_minutes
from sre_lib.demo.schedule import (
    BATCH_MIN,
    BATCH_START,
    DAY,
    DEPLOYMENT_MIN,
    PUSH_MIN,
    WEEK,
    as_minute,
    as_time,
    deployments,
    local,
    pushes,
    week_of,
)

_BATCH_SHOWS: tuple[Symptom, ...] = (
    ("worker", "worker", "cpu", "spike"),
    ("orders-db", "orders-db", "cpu", "spike"),
)
_PUSH_SHOWS: tuple[Symptom, ...] = (
    ("web", "web-alb", "requests", "spike"),
    ("web", "web", "cpu", "spike"),
    ("api", "api-alb", "requests", "spike"),
    ("api", "api", "cpu", "spike"),
    ("orders", "orders", "orders", "spike"),
)


@dataclass(frozen=True)
class Planted:
    """One entry of the answer key: where and when `[start, end)` (UTC) something shows, and what it is.

    A decoy (`is_fault` false) that wants no cause (`needs_cause` false) must not be among the findings to discuss; one
    that wants a cause is explained by an event. An `echo` is a consequence elsewhere: finding it is right, missing it
    is no miss. `story` is shared by all that has one origin.
    """

    service: str
    part: str
    metric: str
    view: str
    start: datetime
    end: datetime
    is_fault: bool
    what: str
    needs_cause: bool = False
    echo: bool = False
    story: str = ""


def answer_key(seed: int, start: datetime, end: datetime) -> tuple[Planted, ...]:
    """Return all faults and decoys that overlap `[start, end)` (aware datetimes), in the order of their start.

    `part` and `metric` are those of the review file `demo` and of the catalogue. View `missing` is a lack of
    datapoints: quality, never a finding.
    """
    first, last = as_minute(start), as_minute(end)
    weeks = range(week_of(first) - 1, week_of(last) + 1)
    entries = [entry for each in between_minutes(seed, first, last) for entry in _planted(each)]
    for week in weeks:
        entries += [*_batches(week), *_pushes(seed, week), *_deployments(seed, week)]
    found = [each for each in entries if each.start < end and each.end > start]
    return tuple(sorted(found, key=lambda each: (each.start, each.story, each.echo, each.part, each.metric)))


def _planted(happening: Happening) -> Iterator[Planted]:
    """Yield the entries of one happening: where it is, then its echoes."""
    scenario = SCENARIOS[happening.scenario]
    for symptom in (scenario.symptom, *scenario.echoes):
        yield Planted(
            *symptom,
            start=as_time(happening.start),
            end=as_time(happening.end),
            is_fault=scenario.is_fault,
            what=scenario.what,
            needs_cause=scenario.needs_cause,
            echo=symptom != scenario.symptom,
            story=f"{happening.scenario}@{happening.start}",
        )


def _batches(week: int) -> Iterator[Planted]:
    """Yield the nightly batches of a week: the usual ones, which want no cause."""
    for day in range(WEEK // DAY):
        start = local(week, day, BATCH_START)
        yield from _routine(_BATCH_SHOWS, start, BATCH_MIN + 4, "the nightly batch, as every night", needs_cause=False)


def _pushes(seed: int, week: int) -> Iterator[Planted]:
    """Yield the pushes of a week: they show, and the review's events explain them."""
    for push in pushes(seed, week):
        yield from _routine(_PUSH_SHOWS, push.minute, PUSH_MIN, f"a push, {push.title}", needs_cause=True)


def _deployments(seed: int, week: int) -> Iterator[Planted]:
    """Yield the deployments of a week: new tasks start, and the review's events explain it."""
    for each in deployments(seed, week):
        shows = [(name, name, "cpu", "spike") for name in each.services]
        shows += [(name, name, "memory", "dip") for name in each.services]
        yield from _routine(shows, each.minute, DEPLOYMENT_MIN, f"a deployment, {each.title}", needs_cause=True)


def _routine(shows: Iterable[Symptom], start: int, minutes: int, what: str, *, needs_cause: bool) -> Iterator[Planted]:
    """Yield the entries of something that belongs to the shop's calendar."""
    kind = what.partition(",")[0]
    for symptom in shows:
        yield Planted(
            *symptom,
            start=as_time(start),
            end=as_time(start + minutes),
            is_fault=False,
            what=what,
            needs_cause=needs_cause,
            story=f"{kind}@{start}",
        )
