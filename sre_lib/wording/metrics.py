"""What people call a metric, a part of a service and a value."""

from sre_lib.model import Finding
from sre_lib.wording import N_, Wording

PERIOD_STATISTICS = ("Sum", "SampleCount")
"""Statistics that count over one period: a value of them means nothing without it."""

_METRICS = {
    "cpu": N_("CPU"),
    "memory": N_("memory"),
    "engine_cpu": N_("engine CPU"),
    "freeable_memory": N_("free memory"),
    "connections": N_("connections"),
    "requests": N_("requests"),
    "latency": N_("latency"),
    "errors_5xx": N_("5xx errors"),
    "healthy_hosts": N_("healthy hosts"),
    "evictions": N_("evictions"),
    "duration": N_("duration"),
    "concurrency": N_("concurrent executions"),
    "invocations": N_("invocations"),
    "errors": N_("errors"),
    "throttles": N_("throttles"),
}

_STATISTICS = {
    "Average": N_("average"),
    "Maximum": N_("maximum"),
    "Minimum": N_("minimum"),
    "Sum": N_("sum"),
    "SampleCount": N_("sample count"),
}


def metric_name(metric: str, statistic: str, say: Wording) -> str:
    """Return what people call a metric: CPU, free memory, p99 latency; a metric of one's own keeps its name."""
    name = say(_METRICS[metric]) if metric in _METRICS else metric.replace("_", " ")
    return say("{statistic} {metric}", statistic=statistic, metric=name) if statistic.startswith("p") else name


def statistic_name(statistic: str, say: Wording) -> str:
    """Return what people call a statistic; percentiles are called the same everywhere."""
    return say(_STATISTICS.get(statistic, "")) or statistic


def where(service: str, part: str) -> str:
    """Return the service, and the part of it where that is not the service itself."""
    return service if part in {"", service} else f"{service} / {part}"


def value_text(value: float, unit: str, statistic: str, say: Wording) -> str:
    """Return a value with its unit, as people say it."""
    text = _with_unit(value, unit, say)
    return say("{value} per 5 min", value=text) if statistic in PERIOD_STATISTICS else text


def change_text(value: float, unit: str, statistic: str, say: Wording) -> str:
    """Return the size of a difference between two values: points between percentages, else like a value."""
    return say.points(abs(value)) if unit == "Percent" else value_text(abs(value), unit, statistic, say)


def value_of(finding: Finding, name: str, say: Wording) -> str:
    """Return a number of a finding's evidence as a value; KeyError where it has none of that name."""
    return value_text(finding.evidence[name], finding.unit, finding.statistic, say)


def _with_unit(value: float, unit: str, say: Wording) -> str:
    """Return a value in its unit."""
    if unit == "Percent":
        return say.percent(value)
    if unit == "Bytes":
        return say.bytes(value)
    if unit == "Seconds":
        return say("{number} s", number=say.number(value))
    if unit == "Milliseconds":
        return say("{number} ms", number=say.number(value))
    return say.compact(value) if abs(value) >= 100_000 else say.number(value)
