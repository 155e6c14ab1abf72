"""Series that are worked out from others: what a percentage hides as long as its base moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sre_lib.catalog import Catalog
from sre_lib.model import Answer, Column, MetricFrame, Part, ServiceWeek, Status
from sre_lib.views import DERIVED, DerivedSpec, derived_specs

LEAST_REQUESTS = 0.1
"""Share of the usual requests under which a ratio to them says nothing: what a service does at rest is not for them."""

TRAFFIC_BINS = 24
"""As many classes of traffic as a day has hours: what is in one class is alike."""


def with_derived(service_week: ServiceWeek, catalog: Catalog) -> ServiceWeek:
    """Return a service's week with every derived series that its metrics allow, as columns of statistic `derived`.

    float64 on the frame's grid; NaN where one of what it is made from has no datapoint. What is there already stays.
    """
    frame = service_week.frame
    made: dict[Column, pd.Series] = {}
    for part in service_week.service.parts:
        for key, spec in derived_specs().items():
            column = Column(part.name, key, DERIVED)
            if column in frame.answers or (spec.kinds and part.kind not in spec.kinds):
                continue
            series = FUNCTIONS[spec.function](Inputs(service_week, catalog, part, spec))
            if series is not None and series.notna().any():
                made[column] = series.astype(np.float64)
    if not made:
        return service_week
    columns = pd.MultiIndex.from_tuples([tuple(each) for each in made], names=frame.values.columns.names)
    added = pd.DataFrame(np.column_stack([each.to_numpy() for each in made.values()]), frame.values.index, columns)
    answers = {**frame.answers, **{each: Answer(Status.COMPLETE, frame.period_s) for each in made}}
    values = pd.concat([frame.values, added], axis="columns")
    return replace(service_week, frame=MetricFrame(values, answers, frame.period_s))


@dataclass(frozen=True)
class Inputs:
    """What a function may ask for: the series of the part, else those of another part of the service."""

    service_week: ServiceWeek
    catalog: Catalog
    part: Part
    spec: DerivedSpec

    def series(self, name: str) -> pd.Series | None:
        """Return a series of the part itself; None where it has none."""
        column = column_named(name, self.part, self.service_week, self.catalog)
        return None if column is None else self.service_week.frame.series(column)

    def near(self, name: str) -> pd.Series | None:
        """Return a series of the part, else of the first other part of the service that has it."""
        column = column_near(name, self.part, self.service_week, self.catalog)
        return None if column is None else self.service_week.frame.series(column)


def column_named(name: str, part: Part, service_week: ServiceWeek, catalog: Catalog) -> Column | None:
    """Return the column that a view calls `metric` (the judged statistic), `metric.Statistic`, or a derived series.

    None where the part has none, or no datapoint in it.
    """
    metric, _, statistic = name.partition(".")
    spec = catalog[part.kind].metrics.get(metric)
    if metric in derived_specs():
        statistic = DERIVED
    elif spec is None:
        return None
    column = Column(part.name, metric, statistic or (spec.judge if spec else ""))
    there = column in service_week.frame.answers and service_week.frame.series(column).notna().any()
    return column if there else None


def column_near(name: str, part: Part, service_week: ServiceWeek, catalog: Catalog) -> Column | None:
    """Return the column called `name` of the part, else of the first other part of the service that has it."""
    others = [each for each in service_week.service.parts if each != part]
    found = (column_named(name, each, service_week, catalog) for each in (part, *others))
    return next((each for each in found if each is not None), None)


def max_minus_average(inputs: Inputs) -> pd.Series | None:
    """Return how far the busiest sample of any task lies above the average of all."""
    metric = inputs.spec.of[0]
    highest, average = inputs.series(f"{metric}.Maximum"), inputs.series(f"{metric}.Average")
    return None if highest is None or average is None else highest - average


def times_tasks(inputs: Inputs) -> pd.Series | None:
    """Return a percentage times the number of tasks: the load itself, whatever the scaling makes of it."""
    share, tasks = inputs.series(inputs.spec.of[0]), inputs.near(inputs.spec.of[1])
    return None if share is None or tasks is None else share * tasks


def per_thousand_requests(inputs: Inputs) -> pd.Series | None:
    """Return CPU (times tasks where they are known) per 1,000 requests of the same period.

    NaN where fewer came than `LEAST_REQUESTS` of the median.
    """
    share, requests = inputs.series(inputs.spec.of[0]), inputs.near(inputs.spec.of[1])
    if share is None or requests is None:
        return None
    tasks = inputs.near("running_tasks")
    load = share if tasks is None else share * tasks
    enough = requests >= max(LEAST_REQUESTS * float(requests.median()), 1.0)
    return (load / requests.where(enough)) * 1000


def of_usual_for_traffic(inputs: Inputs) -> pd.Series | None:
    """Return CPU (times tasks where they are known) in percent of what as much traffic cost on most days.

    The usual is the median over the datapoints with about as much traffic (`TRAFFIC_BINS` of as many datapoints each),
    in between by straight lines: so the ratio does not fall with more traffic where there is a fixed base, as CPU per
    request does. NaN where fewer requests came than `LEAST_REQUESTS` of the median, or it costs nothing.
    """
    share, requests = inputs.series(inputs.spec.of[0]), inputs.near(inputs.spec.of[1])
    if share is None or requests is None:
        return None
    tasks = inputs.near("running_tasks")
    load = share if tasks is None else share * tasks
    enough = requests >= max(LEAST_REQUESTS * float(requests.median()), 1.0)
    there = pd.DataFrame({"load": load, "traffic": requests})[enough].dropna()
    if len(there) < 10 * TRAFFIC_BINS:
        return None
    ordered = there.sort_values("traffic", kind="stable").to_numpy()
    bins = np.array([np.median(each, axis=0) for each in np.array_split(ordered, TRAFFIC_BINS)])
    usual = np.interp(requests, bins[:, 1], bins[:, 0])
    return (100 * load / pd.Series(usual, load.index).where(usual > 0)).where(enough)


FUNCTIONS: Mapping[str, Callable[[Inputs], pd.Series | None]] = {
    "max_minus_average": max_minus_average,
    "times_tasks": times_tasks,
    "per_thousand_requests": per_thousand_requests,
    "of_usual_for_traffic": of_usual_for_traffic,
}
"""The functions that `derived.yaml` names."""
