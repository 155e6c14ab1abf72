"""Which metrics an alarm watches, and what is asked of CloudWatch so that the alarm can be replayed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sre_lib.collect.alarms.kept import AlarmId
from sre_lib.collect.queries import Metric
from sre_lib.collect.windows import MINUTE_S

SETS = ("Sum", "SampleCount", "Minimum", "Maximum")
"""What any of the plain statistics of any longer period is rebuilt from; together they are billed as one metric."""
_PLAIN = frozenset({"Average", *SETS})


class Watched(NamedTuple):
    """One metric of an alarm: `id` is its name in an expression (empty: the alarm watches this metric alone)."""

    id: str
    metric: Metric
    statistic: str
    period_s: int

    @property
    def wanted(self) -> tuple[tuple[str, ...], int]:
        """Return the statistics to ask for, and at which period: sets at 60 s, others at the alarm's own period.

        A percentile of a longer period cannot be rebuilt from shorter ones.
        """
        if self.statistic in _PLAIN:
            return SETS, MINUTE_S
        return (self.statistic,), max(self.period_s // MINUTE_S, 1) * MINUTE_S


def watched(alarm: AlarmId, definition: Mapping[str, Any]) -> tuple[Watched, ...]:
    """Return the metrics that a definition names; none of a composite, an expression alone, or where one is unreadable.

    `definition` is an element of DescribeAlarms' MetricAlarms.
    """
    region = alarm.place.partition("/")[2]
    single = _watched("", definition, definition, region)
    entries = definition.get("Metrics")
    found = [single, *(_of_entry(each, region) for each in (entries if isinstance(entries, list) else ()))]
    return tuple(each for each in found if each)


def _of_entry(entry: object, region: str) -> Watched | None:
    """Return the metric of an entry of `Metrics`; None where it is an expression or unreadable."""
    stat = entry.get("MetricStat") if isinstance(entry, Mapping) else None
    metric = stat.get("Metric") if isinstance(stat, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(stat, Mapping) or not isinstance(metric, Mapping):
        return None
    terms = {"Statistic": stat.get("Stat"), "Period": stat.get("Period")}
    return _watched(str(entry.get("Id", "")), metric, terms, region, str(entry.get("AccountId") or ""))


def _watched(
    id_: str, metric: Mapping[str, Any], terms: Mapping[str, Any], region: str, account: str = ""
) -> Watched | None:
    """Return a metric by its members; None where one lacks or is no such thing."""
    namespace, name, period = metric.get("Namespace"), metric.get("MetricName"), terms.get("Period")
    statistic = terms.get("Statistic") or terms.get("ExtendedStatistic")
    texts = all(isinstance(each, str) and each for each in (namespace, name, statistic))
    if not texts or not isinstance(period, int) or period <= 0:
        return None
    try:
        pairs = sorted((str(each["Name"]), str(each["Value"])) for each in metric.get("Dimensions") or ())
    except (KeyError, TypeError):
        return None
    return Watched(id_, Metric(str(namespace), str(name), tuple(pairs), account, region), str(statistic), period)
