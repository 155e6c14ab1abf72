"""Alarms that a service could have: those that AWS recommends for its resources, and one on each metric of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field, TypeAdapter, model_validator
from ruamel.yaml import YAML

from sre_lib.alarm import Alarm, Missing, Operator
from sre_lib.alarms.grid import rounded
from sre_lib.alarms.outcome import LEAD, Incident
from sre_lib.alarms.points import Floats, MetricPoints, Points
from sre_lib.alarms.sweep import Combination
from sre_lib.catalog import Catalog, KindSpec, MetricSpec, Number, Statistic, Strict
from sre_lib.collect.windows import epoch
from sre_lib.model import Column, Part, Service

SOURCE: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html"
)
QUANTILES: Final = (0.99, 0.995, 0.999, 1.0)
"""Of what was observed outside incidents, those that are tried as thresholds."""
SIZES: Final = ((1, 1), (2, 3), (3, 3))
"""M out of N periods of five minutes."""
Origin = Literal["aws", "own"]


class Recommended(Strict):
    """An alarm that AWS recommends for a metric; `recommended.yaml` explains each field."""

    statistic: Statistic
    operator: Operator
    m: Annotated[int, Field(ge=1)]
    n: Annotated[int, Field(ge=1)]
    missing: Missing
    threshold: Number | str | None = None
    period_s: Literal[60, 300] = 60

    @model_validator(mode="after")
    def _m_of_n(self) -> "Recommended":
        """Refuse more datapoints than periods."""
        if self.m > self.n:
            raise ValueError("m is at most n")
        return self


class Candidate(NamedTuple):
    """One alarm on one metric of a service, with the variants of it that are tried; `origin`: whose idea it is."""

    alarm: Alarm
    points: Points
    variants: tuple[Combination, ...]
    column: Column
    origin: Origin


@cache
def recommended() -> Mapping[str, Mapping[str, Recommended]]:
    """Return the alarms that AWS recommends, by kind and metric of the catalogue."""
    text = files("sre_lib.alarms").joinpath("recommended.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, dict[str, Recommended]]).validate_python(YAML(typ="safe").load(text))


class _Watched(NamedTuple):
    """One metric of a part in one statistic: the grid in seconds, and what was observed outside incidents."""

    part: Part
    kind: KindSpec
    spec: MetricSpec
    column: Column
    step_s: int
    usual: Floats


def candidates(
    service: Service, catalog: Catalog, observed: Mapping[Column, "pd.Series[float]"], incidents: Sequence[Incident]
) -> Iterator[Candidate]:
    """Yield the alarms that a service could have on what was observed of it.

    `observed`: float64 by the start of each period (DatetimeIndex, UTC, a regular grid without gaps, 300 s as a rule);
    NaN: no datapoint. A recommended alarm of shorter periods is replayed at the grid's, M and N covering as long.
    Thresholds that nobody recommends are quantiles of what was observed outside `incidents`, as round numbers.
    """
    for column, series in observed.items():
        part = service.part(column.part)
        kind = catalog[part.kind]
        spec = kind.metrics.get(column.metric)
        if spec is None or len(series) < 2 or not series.notna().any():
            continue
        watched = _Watched(part, kind, spec, column, _step_s(series), _usual(series, incidents))
        for alarm, variants, origin in (*_recommended(watched), *_own(watched)):
            if variants:
                yield Candidate(alarm, _points(series, watched.step_s), variants, column, origin)


def _recommended(watched: _Watched) -> Iterator[tuple[Alarm, tuple[Combination, ...], Origin]]:
    """Yield the alarm that AWS recommends on a metric, where it recommends one."""
    part, column, step_s = watched.part, watched.column, watched.step_s
    by_kind = (
        recommended().get(kind, {}).get(column.metric) for kind in (part.kind, part.kind.removesuffix("_detail"))
    )
    advice = next((each for each in by_kind if each), None)
    if advice and advice.statistic == column.statistic:
        m, n = (-(-each * advice.period_s // step_s) for each in (advice.m, advice.n))
        thresholds = _thresholds(advice, part, watched.usual)
        yield _alarm(watched, advice.operator), _variants(thresholds, [(m, n)], column.statistic, advice.missing), "aws"


def _own(watched: _Watched) -> Iterator[tuple[Alarm, tuple[Combination, ...], Origin]]:
    """Yield alarms on a metric in the directions in which it hurts."""
    spec, statistic = watched.spec, watched.column.statistic
    missing: Missing = "notBreaching" if spec.zero else "missing"
    for operator in _operators(spec) if statistic == spec.judge else ():
        variants = _variants(_quantiles(watched.usual, operator), SIZES, statistic, missing)
        yield _alarm(watched, operator), variants, "own"


def _operators(spec: MetricSpec) -> Iterable[Operator]:
    """Return the comparisons of the directions in which a metric hurts."""
    both: dict[str, tuple[Operator, ...]] = {"up": ("GreaterThanThreshold",), "down": ("LessThanThreshold",)}
    return both.get(spec.hurts, ("GreaterThanThreshold", "LessThanThreshold"))


def _thresholds(advice: Recommended, part: Part, usual: Floats) -> Sequence[float]:
    """Return the recommended threshold, or where there is none those of what was observed; none without the limit."""
    if advice.threshold is None:
        return _quantiles(usual, advice.operator)
    if isinstance(advice.threshold, str):
        limit = part.limits.get(advice.threshold)
        return [] if limit is None else [limit]
    return [advice.threshold]


def _quantiles(usual: Floats, operator: str) -> Sequence[float]:
    """Return thresholds from what was observed."""
    if not len(usual):
        return []
    up = operator.startswith("Greater")
    found = np.quantile(usual, [each if up else 1 - each for each in QUANTILES])
    return list(dict.fromkeys(rounded(float(each), float(np.ptp(usual))) for each in found))


def _variants(
    thresholds: Iterable[float], sizes: Iterable[tuple[int, int]], statistic: str, missing: Missing
) -> tuple[Combination, ...]:
    """Return all variants of some settings."""
    return tuple(
        Combination(threshold, m, n, statistic, missing) for threshold, (m, n) in product(thresholds, list(sizes))
    )


def _alarm(watched: _Watched, operator: Operator) -> Alarm:
    """Return an alarm on a metric; its threshold is that of a variant."""
    part, spec, column = watched.part, watched.spec, watched.column
    fixed = {name: each for name, each in part.dimensions.items() if isinstance(each, str)}
    return Alarm(
        f"{part.name}-{column.metric.replace('_', '-')}",
        spec.namespace or watched.kind.namespace,
        spec.name,
        tuple(sorted(fixed.items())),
        column.statistic,
        watched.step_s,
        threshold=0.0,
        operator=operator,
    )


def _usual(series: "pd.Series[float]", incidents: Sequence[Incident]) -> Floats:
    """Return what was observed outside incidents and the time before them."""
    index = series.index
    inside = np.zeros(len(series), dtype=bool)
    for each in incidents:
        inside |= np.asarray((index >= each.start - LEAD) & (index < each.end))
    return np.asarray(series, dtype=np.float64)[~inside & series.notna().to_numpy()]


def _points(series: "pd.Series[float]", step_s: int) -> Points:
    """Return a series as the datapoints of an alarm."""
    return Points(
        epoch(series.index[0].to_pydatetime()), step_s, {"": MetricPoints(value=np.asarray(series, dtype=np.float64))}
    )


def _step_s(series: "pd.Series[float]") -> int:
    """Return the grid of a series in seconds."""
    return int((series.index[1] - series.index[0]).total_seconds())
