"""Whether an archive is as it should be: every file of a review read through, and every week there between others."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from sre_lib.catalog import is_percentile
from sre_lib.collect import journal
from sre_lib.collect.alarms.kept import decode_definitions, decode_week
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.archive_file import Stored, decode
from sre_lib.collect.changes import kept
from sre_lib.collect.damaged import FOLDER
from sre_lib.collect.spans import ONLY_HOURLY
from sre_lib.collect.upkeep import kept as upkeep_kept
from sre_lib.collect.windows import DAY_S, Window, epoch, missing
from sre_lib.errors import ArchiveError, LaterVersionError, UserMistakeError
from sre_lib.model import Service
from sre_lib.store import file_name
from sre_lib.weeks import named

_METRICS = re.compile(r"metrics/service=(?P<service>[^/]+)/week=(?P<week>[^/]+)/(?P<period>\d+)\.parquet", re.ASCII)
_JSON: Sequence[tuple[re.Pattern[str], Callable[[bytes, str], object]]] = (
    (re.compile(r"changes/service=[^/]+/week=[^/]+\.json"), kept.decode),
    (re.compile(r"alarms/definitions\.json"), decode_definitions),
    (re.compile(r"alarms/week=[^/]+\.json"), decode_week),
    (re.compile(r"upkeep/week=[^/]+\.json"), upkeep_kept.decode),
    (re.compile(r"collections/[^/]+\.json"), journal.decode),
)
"""What the other files are, by name, and what reads them."""

_POINTS = re.compile(r"alarms/metrics/week=(?P<week>[^/]+)/(?P<period>\d+)\.parquet", re.ASCII)
_MADE_AGAIN = re.compile(r"(analysis|made|meeting)/.*|(simulated|region)\.txt")
_FAMILIES = ("base statistics", "percentiles")


@dataclass(frozen=True)
class Verified:
    """How many files were looked at, and one English sentence for each that is damaged, missing or out of place.

    `damaged`: the keys of those files that nothing can be done with.
    """

    files: int
    problems: tuple[str, ...]
    damaged: tuple[str, ...] = ()


def verify(archive: Archive, services: Sequence[Service]) -> Verified:
    """Look at every file below a review's folder in the archive, reading each in full; nothing is written.

    Missing is a file of a service where the weeks before and after it are there, and any file of a service of the
    review where others have some; so is an archive without any. Stored analyses are made again from the metrics and
    not looked into.
    """
    prefix = f"{archive.folder}/"
    keys = [key for key in archive.store.keys(prefix) if not key.startswith(f"{prefix}{FOLDER}/")]
    known: dict[str, _Known] = {}
    wrong = {key: tuple(_looked_at(archive, key, key.removeprefix(prefix), known)) for key in keys}
    problems = [each.sentence for found in wrong.values() for each in found]
    problems += [
        f"archive: {key} was left behind by a write that was broken off; delete it"
        for key in archive.store.leftovers(prefix)
    ]
    if not keys:
        problems += [
            f"archive: nothing of {archive.folder} is there; correct `archive` in the review file where it is "
            "another folder, or fetch a week"
        ]
    for service in services:
        problems += _missing(archive, service, known)
    damaged = (key for key, found in wrong.items() if any(each.damaged for each in found))
    return Verified(len(keys), tuple(problems), tuple(damaged))


class _Wrong(NamedTuple):
    """What is wrong with a file, and whether that makes it of no use."""

    sentence: str
    damaged: bool = True


@dataclass
class _Known:
    """What is there of a service: the windows of its weeks by name, and what was asked for by family of statistics.

    `damaged` are weeks with the period of the file that could not be read.
    """

    weeks: dict[str, Window] = field(default_factory=dict)
    asked: dict[str, list[Window]] = field(default_factory=lambda: {family: [] for family in _FAMILIES})
    damaged: set[tuple[str, str]] = field(default_factory=set)

    def add(self, week: str, stored: Stored) -> None:
        """Take in a file; a note that hours are all that is left of a time is no answer."""
        before = self.weeks.get(week, stored.window)
        self.weeks[week] = Window(min(before.start, stored.window.start), max(before.end, stored.window.end))
        for key, spans in stored.spans.items():
            family = _FAMILIES[is_percentile(key.statistic)]
            self.asked[family] += [span.window for span in spans if span.message != ONLY_HOURLY]


def _looked_at(archive: Archive, key: str, name: str, known: dict[str, _Known]) -> Iterator[_Wrong]:
    """Yield what is wrong with one file, and remember what it holds."""
    metrics = _METRICS.fullmatch(name)
    content = archive.store.read(key) or b""
    try:
        if metrics:
            service = known.setdefault(metrics["service"], _Known())
            service.damaged.add((metrics["week"], metrics["period"]))
            stored = decode(content, key)
            yield from _misplaced(stored, metrics["week"], int(metrics["period"]), key, PERIODS)
            service.damaged.discard((metrics["week"], metrics["period"]))
            service.add(metrics["week"], stored)
        elif points := _POINTS.fullmatch(name):
            period_s = int(points["period"])
            yield from _misplaced(decode(content, key), points["week"], period_s, key, (period_s,))
        elif reads := next((read for pattern, read in _JSON if pattern.fullmatch(name)), None):
            reads(content, key)
        elif not _MADE_AGAIN.fullmatch(name):
            yield _Wrong(f"archive: {key} is no file of the archive; move it elsewhere", damaged=False)
    except ArchiveError as error:
        yield _Wrong(str(error), damaged=not isinstance(error, LaterVersionError))


def _misplaced(stored: Stored, week: str, period_s: int, key: str, periods: Sequence[int]) -> Iterator[_Wrong]:
    """Yield where a file is not what its name says."""
    if period_s not in periods or stored.period_s != period_s:
        yield _Wrong(f"archive: {key} holds datapoints of {stored.period_s} s; restore it from a copy")
    around = _around(week)
    if around is None or stored.window.clipped(around) != stored.window:
        yield _Wrong(f"archive: {key} holds another time than its week; restore it from a copy")
    elif any(span.window.clipped(stored.window) != span.window for spans in stored.spans.values() for span in spans):
        yield _Wrong(f"archive: {key} names times outside its week; restore it from a copy")


def _around(week: str) -> Window | None:
    """Return the time in which a week of this name can lie, in any time zone and from any day; None: it is no week."""
    try:
        found = named(week, "UTC", history_weeks=0)
    except UserMistakeError:
        return None
    return Window(epoch(found.start) - DAY_S, epoch(found.end) + 7 * DAY_S)


def _missing(archive: Archive, service: Service, known: Mapping[str, _Known]) -> Iterator[str]:
    """Yield what the archive lacks of a service."""
    folder = file_name(service.name)
    if folder not in known:
        if known:
            yield (
                f"archive: nothing of {service.name} is there, though it holds other services of {archive.folder}; "
                "fetch a week of it, or restore its folder from a copy"
            )
        return
    for family, asked in known[folder].asked.items():
        damaged = {week for week, _ in known[folder].damaged}
        lacking = [week for week in _lacking_weeks(known[folder], asked) if week not in damaged]
        if lacking:
            yield (
                f"archive: of {service.name} the {family} of {', '.join(lacking)} are missing, in whole or in part, "
                "though earlier and later weeks are there; restore them from a copy, or fetch those weeks again"
            )


def _lacking_weeks(service: _Known, asked: Iterable[Window]) -> Iterator[str]:
    """Yield the names of the weeks of which some time was never asked for, between times that were."""
    for gap in _gaps(asked):
        weeks = {name for name, window in service.weeks.items() if not window.clipped(gap).empty}
        yield from sorted(weeks | _unknown(gap, service.weeks))


def _unknown(gap: Window, known: Mapping[str, Window]) -> set[str]:
    """Return the names of the weeks of a gap that have no file, counted from the last week before that has one."""
    found: set[str] = set()
    for start, end in missing(gap, known.values()):
        before, name = max((window.start, name) for name, window in known.items() if window.start < start)
        monday = named(name, "UTC").start
        for at in range(start, end, 7 * DAY_S):
            year, number, _ = (monday + timedelta(weeks=round((at - before) / (7 * DAY_S)))).isocalendar()
            found.add(f"{year}-W{number:02d}")
    return found


def _gaps(asked: Iterable[Window]) -> list[Window]:
    """Return the stretches that none of some windows covers, between the first and the last."""
    found = sorted(asked)
    return missing(Window(found[0].start, max(window.end for window in found)), found) if found else []
