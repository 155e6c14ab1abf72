"""A definition as DescribeAlarms tells it -> the alarm; what cannot be understood says why."""

import re
from collections.abc import Mapping
from typing import Any

from sre_lib.alarm import (
    DAY_S,
    LONGEST_S,
    OF_A_BAND,
    OPERATORS,
    SHORT_PERIODS_S,
    STATISTICS,
    TREATMENTS,
    Alarm,
    AlarmMetric,
    Missing,
    Operator,
    State,
    UnclearAlarm,
    Unreplayable,
)
from sre_lib.alarm_members import UnclearError, entries, flag, number, one_of, shown, text, texts, whole

_EXTENDED = re.compile(
    r"p\d{1,3}(\.\d{1,10})?|(tm|tc|ts|wm)\d{1,3}(\.\d{1,10})?|IQM|(TM|TC|TS|WM|PR)\([\d.%]*:[\d.%]*\)", re.IGNORECASE
)


def alarm_of(element: Mapping[str, Any]) -> Alarm | UnclearAlarm:
    """Return the alarm of one element of DescribeAlarms' MetricAlarms or CompositeAlarms.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html. Never raises for
    what a definition holds: what cannot be understood is an UnclearAlarm that says why.
    """
    name = element.get("AlarmName")
    try:
        common = _common(element)
        return _composite(element, common) if "AlarmRule" in element else _metric_alarm(element, common)
    except UnclearError as reason:
        return UnclearAlarm(name if isinstance(name, str) else "", reason.reason, reason.details)


def _common(element: Mapping[str, Any]) -> dict[str, Any]:
    """Return what both kinds of alarm have."""
    actions: dict[State, tuple[str, ...]] = {
        "OK": texts(element, "OKActions"),
        "ALARM": texts(element, "AlarmActions"),
        "INSUFFICIENT_DATA": texts(element, "InsufficientDataActions"),
    }
    return {
        "name": text(element, "AlarmName"),
        "description": text(element, "AlarmDescription"),
        "arn": text(element, "AlarmArn"),
        "actions_enabled": flag(element, "ActionsEnabled"),
        "actions": {state: done for state, done in actions.items() if done},
    }


def _composite(element: Mapping[str, Any], common: Mapping[str, Any]) -> Alarm:
    """Return a composite alarm."""
    rule = text(element, "AlarmRule")
    if not rule.strip():
        raise UnclearError("rule_empty")
    return Alarm(
        rule=rule,
        suppressor=text(element, "ActionsSuppressor"),
        wait_s=whole(element, "ActionsSuppressorWaitPeriod", 0, 0),
        extension_s=whole(element, "ActionsSuppressorExtensionPeriod", 0, 0),
        **common,
    )


def _metric_alarm(element: Mapping[str, Any], common: Mapping[str, Any]) -> Alarm:
    """Return a metric alarm."""
    unreplayable = _beyond(element)
    if unreplayable:
        return Alarm(unreplayable=unreplayable, **common)
    metrics = tuple(_entry(each) for each in entries(element, "Metrics"))
    operator: Operator = one_of(element, "ComparisonOperator", OPERATORS, None)
    banded = operator in OF_A_BAND
    period_s, n = _period(element, metrics), whole(element, "EvaluationPeriods", None)
    m = whole(element, "DatapointsToAlarm", n)
    if m > n:
        raise UnclearError("more_than_periods", m=m, n=n)
    if n * period_s > LONGEST_S:
        raise UnclearError("window_long", n=n, period_s=period_s, days=LONGEST_S // DAY_S)
    return Alarm(
        namespace=text(element, "Namespace"),
        metric=text(element, "MetricName"),
        dimensions=_dimensions(element),
        statistic="" if metrics else _statistic(element),
        period_s=period_s,
        n=n,
        m=m,
        threshold=None if banded else number(element, "Threshold"),
        operator=operator,
        missing=_treatment(element),
        low_samples=one_of(element, "EvaluateLowSampleCountPercentile", ("evaluate", "ignore"), "evaluate"),
        metrics=metrics,
        threshold_metric_id=text(element, "ThresholdMetricId", needed=banded),
        **common,
    )


def _treatment(element: Mapping[str, Any]) -> Missing | None:
    """Return how missing data is treated; None where it was not chosen."""
    chosen: Missing | None = one_of(element, "TreatMissingData", (*TREATMENTS, None), None)
    return chosen


def _beyond(element: Mapping[str, Any]) -> Unreplayable:
    """Return what an alarm has that is no metric compared with a threshold over a sliding window; empty: nothing."""
    if element.get("EvaluationCriteria"):
        return "promql"
    window = element.get("EvaluationWindow")
    if isinstance(window, Mapping) and "WallClockWindow" in window:
        return "wall_clock"
    return ""


def _period(element: Mapping[str, Any], metrics: tuple[AlarmMetric, ...]) -> int:
    """Return the alarm's period: its own, or that which all metrics of its expressions share."""
    periods = {each.period_s for each in metrics if each.period_s}
    if len(periods) > 1:
        raise UnclearError("several_periods", periods=", ".join(map(str, sorted(periods))))
    return periods.pop() if periods else _checked_period(whole(element, "Period", None))


def _checked_period(period_s: int) -> int:
    """Return a period; one that CloudWatch does not have is unclear."""
    if period_s not in SHORT_PERIODS_S and period_s % 60:
        raise UnclearError("wants_period", period_s=period_s)
    return period_s


def _entry(entry: object) -> AlarmMetric:
    """Return an entry of `Metrics`."""
    if not isinstance(entry, Mapping):
        raise UnclearError("wants_entry", got=shown(entry))
    id_, returned, stat = text(entry, "Id", needed=True), flag(entry, "ReturnData"), entry.get("MetricStat")
    account = text(entry, "AccountId")
    if stat is None:
        period_s = whole(entry, "Period", 0, 0)
        expression = text(entry, "Expression", needed=True)
        return AlarmMetric(id_, period_s=period_s, expression=expression, returned=returned, account=account)
    metric = stat.get("Metric") if isinstance(stat, Mapping) else None
    if not isinstance(stat, Mapping) or not isinstance(metric, Mapping):
        raise UnclearError("wants_stat", id=id_, got=shown(stat))
    return AlarmMetric(
        id_,
        text(metric, "Namespace"),
        text(metric, "MetricName"),
        _dimensions(metric),
        _known_statistic("Stat", text(stat, "Stat", needed=True)),
        _checked_period(whole(stat, "Period", None)),
        returned=returned,
        account=account,
    )


def _statistic(element: Mapping[str, Any]) -> str:
    """Return the statistic of an alarm that watches one metric."""
    extended = text(element, "ExtendedStatistic")
    return _known_statistic(
        "ExtendedStatistic" if extended else "Statistic", extended or text(element, "Statistic", needed=True)
    )


def _known_statistic(member: str, statistic: str) -> str:
    """Return a statistic; one that CloudWatch does not have is unclear."""
    if statistic not in STATISTICS and not _EXTENDED.fullmatch(statistic):
        raise UnclearError("wants_statistic", member=member, got=shown(statistic), known=", ".join(STATISTICS))
    return statistic


def _dimensions(element: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return name and value of each dimension, by name."""
    pairs = []
    for each in entries(element, "Dimensions"):
        if not isinstance(each, Mapping):
            raise UnclearError("wants_pairs", got=shown(each))
        pairs.append((text(each, "Name", needed=True), text(each, "Value")))
    return tuple(sorted(pairs))
