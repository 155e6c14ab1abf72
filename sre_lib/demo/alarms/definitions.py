"""The shop's alarms as DescribeAlarms writes them: the members of MetricAlarm and CompositeAlarm but their state."""

from typing import Any

from sre_lib.demo.alarms.catalogue import ACCOUNT, EDITED, REGION, ShopAlarm, ShopComposite, Watched

_OPERATORS = {
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
}
_PERCENT = "percent"


def definition(alarm: ShopAlarm | ShopComposite, threshold: float = 0.0) -> dict[str, Any]:
    """Return how an alarm was set up; a metric alarm with this threshold."""
    common = {
        "AlarmName": alarm.name,
        "AlarmArn": arn(alarm.name),
        "AlarmDescription": alarm.description,
        "ActionsEnabled": isinstance(alarm, ShopComposite) or alarm.enabled,
        "OKActions": [],
        "AlarmActions": list(alarm.actions),
        "InsufficientDataActions": [],
    }
    if isinstance(alarm, ShopComposite):
        return common | {"AlarmRule": " AND ".join(f'ALARM("{name}")' for name in alarm.of)}
    return common | _watched(alarm) | {
        "EvaluationPeriods": alarm.n,
        **({} if alarm.m == alarm.n else {"DatapointsToAlarm": alarm.m}),
        "Threshold": float(threshold),
        "ComparisonOperator": _OPERATORS[alarm.operator],
        "TreatMissingData": alarm.missing,
    }  # fmt: skip


def arn(name: str) -> str:
    """Return the ARN of an alarm."""
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def configured(alarm: ShopAlarm | ShopComposite, minute: int) -> int:
    """Return the minute in which an alarm was last set up or changed, as seen in a minute."""
    edited = isinstance(alarm, ShopAlarm) and alarm.earlier is not None and minute >= EDITED
    return EDITED if edited else alarm.created


def statistic_of(metric: Watched) -> dict[str, str]:
    """Return the member that names a metric's statistic: a percentile has one of its own."""
    return {"ExtendedStatistic" if metric.statistic.startswith("p") else "Statistic": metric.statistic}


def _watched(alarm: ShopAlarm) -> dict[str, Any]:
    """Return what an alarm watches: one metric, or a share of two."""
    period = alarm.period * 60
    if len(alarm.metrics) == 1:
        return {**_metric(alarm.metrics[0]), **statistic_of(alarm.metrics[0]), "Period": period}
    first, second = alarm.metrics
    stats = [
        {
            "Id": each.id,
            "MetricStat": {"Metric": _metric(each), "Period": period, "Stat": each.statistic},
            "ReturnData": False,
        }
        for each in alarm.metrics
    ]
    expression = f"{first.id}/{second.id}*100"
    return {
        "Dimensions": [],
        "Metrics": [{"Id": _PERCENT, "Expression": expression, "Label": _PERCENT, "ReturnData": True}, *stats],
    }


def _metric(metric: Watched) -> dict[str, Any]:
    """Return a metric with its dimensions."""
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
