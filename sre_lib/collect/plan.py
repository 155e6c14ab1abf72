"""What a service's week still lacks: which statistics, in which window, at which period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sre_lib.catalog import Catalog
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.identities import Identity, combinations, has_pattern, identities, known_of, seen
from sre_lib.collect.queries import Metric, MetricRequest
from sre_lib.collect.spans import Span, asked, settled
from sre_lib.collect.windows import DAY_S, HOUR_S, Window, epoch, floor, hull, missing
from sre_lib.model import PERIOD_S, Part, Service, Week

MINUTE_S = 60
OVERLAP_S = 2 * DAY_S
"""Each run asks again from 48 h before the end of the week before, so that what was provisional becomes final."""
KEPT_S = {MINUTE_S: 15 * DAY_S - HOUR_S, PERIOD_S: 63 * DAY_S - HOUR_S}
"""How long CloudWatch keeps a period (AWS API reference, GetMetricData), less an hour: beyond, it silently answers
nothing."""

Spans = Mapping[SeriesKey, Sequence[Span]]


class TooOld(NamedTuple):
    """A stretch of a series of which CloudWatch has no 300 s datapoints any more."""

    key: SeriesKey
    window: Window


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
    found = identities(part, known_of(catalog, part, known)) if has_pattern(part) else combinations(part)
    return {
        name: tuple(metric_of(catalog, part, name, identity) for identity in found)
        for name in catalog[part.kind].metrics
    }


def named(catalog: Catalog, part: Part) -> set[Metric]:
    """Return the metrics of a part as its first values name them, patterns as they stand: to count what is not read."""
    return {metric_of(catalog, part, name, combinations(part)[0]) for name in catalog[part.kind].metrics}


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

    At most one window a metric and period. At 60 s the week, with the 48 h before it, as far as it still exists; at
    300 s what 60 s does not give: history, older parts of the week, and all percentiles, which cannot be rolled up.
    What was answered in full is not asked again, but before the week only where it is final or too old.
    """
    when, minute, five = _When.of(week, now_s), archived[MINUTE_S], archived[PERIOD_S]
    requests: list[MetricRequest] = []
    too_old: list[TooOld] = []
    known = {*listed, *(metric for spans in archived.values() for metric in seen(spans))}
    for metric, statistics in wanted(catalog, service, known).items():
        keys = [SeriesKey(metric, statistic) for statistic in statistics]
        lacking = [key.statistic for key in keys if missing(when.fine, when.covered(minute.get(key, ())))]
        fine = MetricRequest(metric, tuple(lacking), when.fine, MINUTE_S) if lacking else None
        at_five = {
            key: missing(when.whole, [*when.covered(five.get(key, ())), *_from_minutes(key, fine, minute, when)])
            for key in keys
        }
        too_old += [TooOld(key, gap) for key, gaps in at_five.items() for gap in _within(gaps, when.gone)]
        kept = {key: _within(gaps, Window(when.oldest, when.whole.end)) for key, gaps in at_five.items()}
        requests += [request for request in (fine, _coarse(kept, when.whole)) if request]
    profiles = _profiles(catalog, service, known)
    return Plan(
        tuple(request._replace(profile=profiles.get(request.metric, "")) for request in requests), tuple(too_old)
    )


@dataclass(frozen=True)
class _When:
    """The windows that one run looks at."""

    whole: Window
    week: Window
    fine: Window
    oldest: int

    @classmethod
    def of(cls, week: Week, now_s: int) -> "_When":
        """Return the windows of a week as they stand at `now_s`."""
        history, start = epoch(week.history_start), epoch(week.start)
        end = min(epoch(week.end), floor(now_s, PERIOD_S))
        finest = -floor(-(now_s - KEPT_S[MINUTE_S]), HOUR_S)
        oldest = -floor(-(now_s - KEPT_S[PERIOD_S]), HOUR_S)
        fine = Window(max(start - OVERLAP_S, history, finest), end)
        return cls(Window(history, end), Window(start, end), fine, oldest)

    @property
    def gone(self) -> Window:
        """Return the time of which CloudWatch has no 300 s datapoints any more."""
        return Window(self.whole.start, self.oldest)

    def covered(self, spans: Iterable[Span]) -> list[Window]:
        """Return what need not be asked again: what is final, and whatever was answered in full of the week, or of
        what cannot be asked for any more."""
        known = list(spans)
        return [*settled(known), *asked(known, self.week), *asked(known, self.gone)]


def _from_minutes(key: SeriesKey, fine: MetricRequest | None, minute: Spans, when: _When) -> list[Window]:
    """Return what 60 s data gives a series at 300 s, with what is just being asked; nothing for a percentile."""
    if key.statistic.startswith("p"):
        return []
    planned = [fine.window] if fine and key.statistic in fine.statistics else []
    return [*when.covered(minute.get(key, ())), *planned]


def _coarse(gaps: Mapping[SeriesKey, Sequence[Window]], within: Window) -> MetricRequest | None:
    """Return one request at 300 s over all gaps of a metric's statistics; None where there are none."""
    lacking = [key for key, windows in gaps.items() if windows]
    window = hull(gap for windows in gaps.values() for gap in windows)
    if window is None:
        return None
    start = max(floor(window.start, HOUR_S), within.start)
    statistics = tuple(key.statistic for key in lacking)
    return MetricRequest(lacking[0].metric, statistics, Window(start, window.end), PERIOD_S)


def _within(windows: Iterable[Window], limits: Window) -> list[Window]:
    """Return the parts of windows that lie inside some limits."""
    clipped = (window.clipped(limits) for window in windows)
    return [window for window in clipped if not window.empty]
