"""What a service's week still lacks: which statistics, in which window, at which period."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sre_lib.catalog import Catalog, is_percentile
from sre_lib.collect.archive import PERIODS
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.identities import Identity, combinations, resources, seen
from sre_lib.collect.queries import Metric, MetricRequest
from sre_lib.collect.reach import Reach
from sre_lib.collect.spans import ONLY_HOURLY, TOO_OLD, Span, answered, settled
from sre_lib.collect.windows import HOUR_S, MINUTE_S, Window, floor, hull, missing
from sre_lib.model import PERIOD_S, Part, Service, Week

Spans = Mapping[SeriesKey, Sequence[Span]]


class TooOld(NamedTuple):
    """A stretch of a series of which CloudWatch has no datapoints of a period any more, and what it then has."""

    key: SeriesKey
    window: Window
    period_s: int
    message: str


@dataclass(frozen=True)
class Plan:
    """What to ask for one service, and what can no longer be asked."""

    requests: tuple[MetricRequest, ...]
    too_old: tuple[TooOld, ...]


def metric_of(catalog: Catalog, part: Part, name: str, identity: Identity) -> Metric:
    """Return what CloudWatch knows a metric of one of a part's resources by."""
    kind = catalog[part.kind]
    spec = kind.metrics[name]
    return Metric(spec.namespace or kind.namespace, spec.name, identity, part.account, part.region)


def metrics_of(catalog: Catalog, part: Part, known: Iterable[Metric]) -> Mapping[str, tuple[Metric, ...]]:
    """Return what CloudWatch knows each metric of a part by, once for each resource that the part stands for.

    `known` are the metrics among which its patterns look for theirs.
    """
    found = resources(catalog, part, known)
    return {
        name: tuple(metric_of(catalog, part, name, identity) for identity in found)
        for name in catalog[part.kind].metrics
    }


def named(catalog: Catalog, part: Part) -> Mapping[str, Metric]:
    """Return each metric of a part as its first values name it, a pattern as it stands: to say what is not read."""
    return {name: metric_of(catalog, part, name, combinations(part)[0]) for name in catalog[part.kind].metrics}


def wanted(catalog: Catalog, service: Service, known: Iterable[Metric] = ()) -> Mapping[Metric, tuple[str, ...]]:
    """Return the metrics of a service with the statistics to keep of each; a resource named twice is asked once."""
    metrics: dict[Metric, tuple[str, ...]] = {}
    candidates = frozenset(known)
    for part in service.parts:
        for name, each in metrics_of(catalog, part, candidates).items():
            statistics = catalog[part.kind].metrics[name].fetched
            metrics |= {metric: tuple(dict.fromkeys((*metrics.get(metric, ()), *statistics))) for metric in each}
    return metrics


def _profiles(catalog: Catalog, service: Service, known: Iterable[Metric]) -> Mapping[Metric, str]:
    """Return the profiles with which metrics are asked for that the review's own does not see."""
    found: dict[Metric, str] = {}
    if any(part.profile for part in service.parts):
        for part in service.parts:
            for each in metrics_of(catalog, part, known).values():
                found = {**dict.fromkeys(each, part.profile), **found}
    return found


def plan(  # noqa: PLR0913, PLR0917  # what decides what to ask; a bundle for it would have one user
    catalog: Catalog,
    service: Service,
    week: Week,
    now_s: int,
    archived: Mapping[int, Spans],
    listed: Iterable[Metric] = (),
) -> Plan:
    """Return what is still to be asked at `now_s`; `archived` are the archive's spans by period.

    The patterns of its parts look among what the archive knows and what is `listed`.

    At most one window a metric and period. At 60 s what still exists (15 days); at 300 s what 60 s does not give:
    older time, and all percentiles, which cannot be rolled up; at 3600 s what is too old for both and was not answered
    in full while it was not.
    What was answered in full is asked again only where it was provisional: of the history at once, of the week once
    all of it is old enough (48 h) to be final. So a second run on the same day asks nothing, and one two days later
    the last hours once more. What is final is never asked for, nor what is younger than 15 minutes.
    """
    reach = Reach.of(week, now_s)
    known = {*listed, *(metric for spans in archived.values() for metric in seen(spans))}
    profiles = _profiles(catalog, service, known)
    requests: list[MetricRequest] = []
    too_old: list[TooOld] = []
    for metric, statistics in wanted(catalog, service, known).items():
        lacks = _lacks([SeriesKey(metric, statistic) for statistic in statistics], archived, reach)
        asked = (
            _request(lacks.minutes, reach.minutes, MINUTE_S),
            _request(lacks.fives, reach.fives, PERIOD_S),
            _request(lacks.hours, reach.hours, HOUR_S),
        )
        requests += [request._replace(profile=profiles.get(metric, "")) for request in asked if request]
        too_old += _too_old(lacks, reach)
    return Plan(tuple(requests), tuple(too_old))


Gaps = Mapping[SeriesKey, Sequence[Window]]


class _Lacks(NamedTuple):
    """What the archive lacks of each statistic of a metric that only a period of its own can give."""

    minutes: Gaps
    fives: Gaps
    hours: Gaps


def _lacks(keys: Sequence[SeriesKey], archived: Mapping[int, Spans], reach: Reach) -> _Lacks:
    """Return what the archive lacks of the statistics of one metric."""
    minute, five, hour = ({key: archived[period_s].get(key, ()) for key in keys} for period_s in PERIODS)
    minutes = {key: missing(reach.minutes, reach.covered(minute[key])) for key in keys}
    fives: dict[SeriesKey, list[Window]] = {}
    hours: dict[SeriesKey, list[Window]] = {}
    for key in keys:
        alone = is_percentile(key.statistic)
        finer = [] if alone else [*reach.covered(minute[key]), *minutes[key]]
        fives[key] = missing(reach.whole, [*reach.covered(five[key]), *finer])
        held = answered(five[key] if alone else (*minute[key], *five[key]))
        hours[key] = [_whole_hours(gap) for gap in missing(reach.beyond, [*held, *settled(hour[key])])]
    return _Lacks(minutes, fives, hours)


def _too_old(lacks: _Lacks, reach: Reach) -> Iterator[TooOld]:
    """Yield what a metric lacks that cannot be asked for any more."""
    lost = reach.gone(HOUR_S)
    only_hourly = Window(max(lost.end, reach.whole.start), reach.oldest[PERIOD_S])
    for key, gaps in lacks.fives.items():
        yield from (TooOld(key, gap, PERIOD_S, TOO_OLD) for gap in _within(gaps, lost))
        yield from (TooOld(key, gap, PERIOD_S, ONLY_HOURLY) for gap in _within(gaps, only_hourly))
    for key, gaps in lacks.hours.items():
        yield from (TooOld(key, gap, HOUR_S, TOO_OLD) for gap in _within(gaps, lost))


def _request(gaps: Gaps, within: Window, period_s: int) -> MetricRequest | None:
    """Return one request over all gaps of a metric's statistics, from a whole hour; None where there are none."""
    lacking = {key: found for key, windows in gaps.items() if (found := _within(windows, within))}
    window = hull(gap for windows in lacking.values() for gap in windows)
    if window is None:
        return None
    start = max(floor(window.start, HOUR_S), within.start)
    statistics = tuple(key.statistic for key in lacking)
    return MetricRequest(next(iter(lacking)).metric, statistics, Window(start, window.end), period_s)


def _whole_hours(window: Window) -> Window:
    """Return the hours that a window touches."""
    return Window(floor(window.start, HOUR_S), -floor(-window.end, HOUR_S))


def _within(windows: Iterable[Window], limits: Window) -> list[Window]:
    """Return the parts of windows that lie inside some limits."""
    clipped = (window.clipped(limits) for window in windows)
    return [window for window in clipped if not window.empty]
