"""Fetching the datapoints that alarms need: what is not kept yet, at 60 s so far as CloudWatch still has that."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sre_lib import weeks
from sre_lib.collect.alarms.datapoints import put_points, spans_of
from sre_lib.collect.alarms.watched import Watched
from sre_lib.collect.archive import Archive, Piece, window_of
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.clients import Clients
from sre_lib.collect.cloudwatch import fetch
from sre_lib.collect.queries import Metric, MetricRequest, packed
from sre_lib.collect.quota import Quotas
from sre_lib.collect.reach import Reach
from sre_lib.collect.spans import Span
from sre_lib.collect.usage import Usage, by_place, used
from sre_lib.collect.windows import Window, floor, hull, missing
from sre_lib.errors import ArchiveError
from sre_lib.model import PERIOD_S, Status, Week


class Needed(NamedTuple):
    """A metric that alarms watch, and the profile to ask for it with (empty: the review's own)."""

    watched: Watched
    profile: str = ""


class Brought(NamedTuple):
    """What it took to fetch datapoints, and by message how many metrics did not come in full."""

    usages: tuple[Usage, ...] = ()
    lacking: Mapping[tuple[Status, str], int] = {}


def requests_of(needed: Iterable[Needed], week: Week, archive: Archive, now_s: int) -> list[MetricRequest]:
    """Return what is to be asked for: each statistic of a metric once, only for the time that is not kept.

    Raises ArchiveError where a file is damaged.
    """
    reach = Reach.of(week, now_s)
    wanted: dict[tuple[Metric, str, int], dict[str, None]] = {}
    for watched, profile in needed:
        names, period_s = watched.wanted
        wanted.setdefault((watched.metric, profile, period_s), {}).update(dict.fromkeys(names))
    known = {period_s: _spans(archive, week, period_s) for period_s in {period_s for _, _, period_s in wanted}}
    found = []
    for (metric, profile, period_s), statistics in wanted.items():
        window = _existing(reach, period_s)
        spans = (known[period_s].get(SeriesKey(metric, one), ()) for one in statistics)
        asked = hull(gap for each in spans for gap in missing(window, reach.covered(each)))
        if asked:
            start = floor(asked.start, period_s)
            found.append(MetricRequest(metric, tuple(statistics), Window(start, asked.end), period_s, profile))
    return found


def fetch_points(
    requests: Sequence[MetricRequest], week: Week, clients: Clients, archive: Archive, quotas: Quotas
) -> Brought:
    """Fetch into the archive. Raises ArchiveError for a damaged file, which is left as it is; others are written."""
    pieces: dict[int, list[Piece]] = {}
    usages: list[Usage] = []
    lacking: dict[tuple[Status, str], set[MetricRequest]] = {}
    for answered in fetch(clients, packed(requests), quotas, enough=True):
        usages.append(used(answered, 0.0))
        for request, series in answered.series.items():
            for statistic, fetched in series.items():
                span = Span(*request.window, quotas.now_s, fetched.status, fetched.message)
                pieces.setdefault(request.period_s, []).append(
                    Piece(SeriesKey(request.metric, statistic), span, fetched.values)
                )
                if not span.whole:
                    lacking.setdefault((fetched.status, fetched.message), set()).add(request)
    _write(pieces, week, archive)
    return Brought(by_place(usages), {what: len(metrics) for what, metrics in lacking.items()})


def _existing(reach: Reach, period_s: int) -> Window:
    """Return the whole periods of which CloudWatch still has datapoints, and that have passed."""
    window = reach.fives if period_s % PERIOD_S == 0 else reach.minutes
    return Window(-floor(-window.start, period_s), floor(window.end, period_s))


def _write(pieces: Mapping[int, Sequence[Piece]], week: Week, archive: Archive) -> None:
    """Write pieces, each into the files of its weeks; ArchiveError, once all else is written, where one is damaged."""
    damaged: ArchiveError | None = None
    for period_s, of_period in pieces.items():
        for each in (*weeks.history(week), week):
            inside = [cut for piece in of_period if (cut := piece.cut(window_of(each, period_s), period_s))]
            if not inside:
                continue
            try:
                put_points(archive, each, period_s, inside)
            except ArchiveError as error:
                damaged = error
    if damaged:
        raise damaged


def _spans(archive: Archive, week: Week, period_s: int) -> dict[SeriesKey, list[Span]]:
    """Return what is kept of history and week."""
    found: dict[SeriesKey, list[Span]] = {}
    for each in (*weeks.history(week), week):
        for key, spans in spans_of(archive, each, period_s).items():
            found.setdefault(key, []).extend(spans)
    return found
