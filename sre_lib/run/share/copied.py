"""A copy of a review's archive without names: metrics, changes, alarms and upkeep, as an ordinary run reads them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from sre_lib.collect.alarms import kept as alarms
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.archive_file import SeriesKey, Stored, decode, decode_spans, encode
from sre_lib.collect.changes import kept as changes
from sre_lib.collect.identities import seen
from sre_lib.collect.queries import Metric
from sre_lib.collect.upkeep import kept as upkeep
from sre_lib.model import Service, Week
from sre_lib.params import Review
from sre_lib.run.share import kept
from sre_lib.run.share.review_row import Known, account
from sre_lib.run.share.stand_ins import Shown
from sre_lib.store import file_name

_Value = TypeVar("_Value")


def known_metrics(review: Review, week: Week, archive: Archive) -> Known:
    """Return the metrics that the archive knows of each service. Raises ArchiveError."""
    return {each.name: frozenset(_known(each, week, archive)) for each in review.services}


def copy_archive(review: Review, week: Week, archive: Archive, shown: Shown, to: Archive) -> None:
    """Copy all that a run of the week reads, with stand-ins. Raises ArchiveError for a damaged file.

    The names of the review's own resources must be known to `shown` before: they are numbered by the review.
    """
    if archive.simulated:
        to.mark_simulated()
    _copy_alarms(review, archive, shown, to)
    for service in review.services:
        named = replace(service, name=shown.names.name(service.name))
        for name in _weeks(archive, f"metrics/service={file_name(service.name)}/"):
            for period_s in PERIODS:
                here = replace(week, name=name)
                stored = archive.read(service, here, period_s)
                if stored is not None:
                    to.store.write(to.key(named, here, period_s), encode(_stored(stored, shown)))
        for name in _weeks(archive, f"changes/service={file_name(service.name)}/"):
            here = replace(week, name=name)
            found = kept.changes(changes.read(archive, service, here), shown)
            to.store.write(changes.key_of(to, named, here), changes.encode(found))
    looks = upkeep.read(archive, week)
    if looks:
        upkeep.put(to, week, tuple(kept.upkeep(each, shown) for each in looks))


def _copy_alarms(review: Review, archive: Archive, shown: Shown, to: Archive) -> None:
    """Copy alarms: definitions, what is kept by week, and the datapoints that they are replayed on."""
    known = alarms.read_definitions(archive)
    wanted = _wanted(review)
    known = replace(known, seen=wanted(known.seen), edits=wanted(known.edits))
    to.store.write(alarms.definitions_key(to), alarms.encoded(kept.definitions(known, shown)))
    for name in _weeks(archive, "alarms/"):
        week = alarms.read_week(archive, name)
        week = replace(week, items=wanted(week.items), states=wanted(week.states))
        to.store.write(alarms.week_key(to, name), alarms.encoded(kept.alarm_week(week, shown)))
    folder = f"{archive.folder}/alarms/metrics/"
    for key in archive.store.keys(folder):
        content = archive.store.read(key)
        if content is not None and key.endswith(".parquet"):
            below = f"{to.folder}/alarms/metrics/{key.removeprefix(folder)}"
            to.store.write(below, encode(_stored(decode(content, key), shown)))


def _wanted(review: Review) -> Callable[[tuple[_Value, ...]], tuple[_Value, ...]]:
    """Return what leaves out what is kept of alarms that the review leaves out."""
    return lambda found: tuple(each for each in found if review.wants_alarm(each.id.name))  # type: ignore[attr-defined]  # of an alarm


def _stored(stored: Stored, shown: Shown) -> Stored:
    """Return the content of a file of metrics with stand-ins; times and values as they are."""

    def keys(found: Mapping[SeriesKey, _Value]) -> dict[SeriesKey, _Value]:
        return {_key(key, shown): each for key, each in found.items()}

    spans = {
        key: tuple(span._replace(message=kept.said(span.message, shown)) for span in each)
        for key, each in keys(stored.spans).items()
    }
    return replace(stored, values=keys(stored.values), spans=spans, corrections=keys(stored.corrections))


def _key(key: SeriesKey, shown: Shown) -> SeriesKey:
    """Return by what a series is known."""
    metric = key.metric
    namespace, name = shown.metric(metric.namespace, metric.name)
    pairs = tuple(sorted(shown.dimension(metric.namespace, each, value) for each, value in metric.dimensions))
    named = Metric(namespace, name, pairs, account(metric.account, shown), metric.region)
    return SeriesKey(named, key.statistic)


def _known(service: Service, week: Week, archive: Archive) -> Iterator[Metric]:
    """Yield the metrics that the archive knows of a service."""
    for name in _weeks(archive, f"metrics/service={file_name(service.name)}/"):
        for period_s in PERIODS:
            key = archive.key(service, replace(week, name=name), period_s)
            content = archive.store.read(key)
            yield from seen(decode_spans(content, key)) if content is not None else ()


def _weeks(archive: Archive, below: str) -> list[str]:
    """Return the weeks of the files or folders `week=...` right below a folder of the archive."""
    start = f"{archive.folder}/{below}week="
    found = {
        key.removeprefix(start).split("/")[0]
        for key in archive.store.keys(start.rpartition("/")[0] + "/")
        if key.startswith(start)
    }
    return sorted(each.removesuffix(".json") for each in found)
