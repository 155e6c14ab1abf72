"""Series that are worked out from others: what a percentage hides as long as its base moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.columns import Columns
from sre_lib.catalog import Catalog
from sre_lib.model import Answer, Column, MetricFrame, Part, ServiceWeek, Status
from sre_lib.views import DERIVED, DerivedSpec, derived_specs

LEAST_REQUESTS = 0.1
"""Share of the usual requests under which a ratio to them says nothing: what a service does at rest is not for them."""

TRAFFIC_BINS = 24
"""As many classes of traffic as a day has hours: what is in one class is alike."""


EARLIER_WEEKS = 4
DATABASES = frozenset({"AWS/RDS", "AWS/DocDB"})

AT_REST = 5.0
"""Points of CPU under which databases do nothing but run."""

FEW_CORES = 2
"""Cores up to which AWS advises to watch the host's CPU of a Redis node against 90 % over their number, not the
engine's (ElastiCache user guide, "Which metrics should I monitor?")."""


def with_derived(service_week: ServiceWeek, catalog: Catalog) -> ServiceWeek:
    """Return a service's week with every derived series that its metrics allow, as columns of statistic `derived`.

    float64 on the frame's grid; NaN where one of what it is made from has no datapoint. What is there already stays.
    """
    frame = service_week.frame
    columns = Columns(service_week, catalog)
    made: dict[Column, pd.Series] = {}
    for part in service_week.service.parts:
        for key, spec in derived_specs().items():
            column = Column(part.name, key, DERIVED)
            if column in frame.answers or (spec.kinds and part.kind not in spec.kinds):
                continue
            series = FUNCTIONS[spec.function](Inputs(columns, part, spec))
            if series is not None and series.notna().any():
                made[column] = series.astype(np.float64)
    if not made:
        return service_week
    names = pd.MultiIndex.from_tuples([tuple(each) for each in made], names=frame.values.columns.names)
    added = pd.DataFrame(np.column_stack([each.to_numpy() for each in made.values()]), frame.values.index, names)
    answers = {**frame.answers, **{each: Answer(Status.COMPLETE, frame.period_s) for each in made}}
    values = pd.concat([frame.values, added], axis="columns")
    return replace(service_week, frame=MetricFrame(values, answers, frame.period_s))


@dataclass(frozen=True)
class Inputs:
    """What a function may ask for: the series of the part, else those of another part of the service."""

    columns: Columns
    part: Part
    spec: DerivedSpec

    @property
    def service_week(self) -> ServiceWeek:
        """The service's week that the series are of."""
        return self.columns.service_week

    def series(self, name: str) -> pd.Series | None:
        """Return a series of the part itself; None where it has none."""
        column = self.columns.named(name, self.part)
        return None if column is None else self.columns.series(column)

    def near(self, name: str) -> pd.Series | None:
        """Return a series of the part, else of the first other part of the service that has it."""
        column = self.columns.near(name, self.part)
        return None if column is None else self.columns.series(column)


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
    """Return CPU (times tasks, else healthy targets, where known) in percent of what as much traffic cost on most days.

    The usual is the median over the datapoints with about as much traffic (`TRAFFIC_BINS` of as many datapoints each),
    in between by straight lines: so the ratio does not fall with more traffic where there is a fixed base, as CPU per
    request does. Workers have their queue's messages, worked off, for requests. NaN where fewer came than
    `LEAST_REQUESTS` of the median, or they cost nothing.
    """
    share, requests = inputs.series(inputs.spec.of[0]), inputs.near(inputs.spec.of[1])
    if requests is None:
        requests = inputs.near("messages_deleted")
    if share is None or requests is None:
        return None
    tasks = inputs.near("running_tasks")
    if tasks is None:
        tasks = inputs.near("healthy_hosts")
    load = share if tasks is None else share * tasks
    enough = requests >= max(LEAST_REQUESTS * float(requests.median()), 1.0)
    there = pd.DataFrame({"load": load, "traffic": requests})[enough].dropna()
    if len(there) < 10 * TRAFFIC_BINS:
        return None
    ordered = there.sort_values("traffic", kind="stable").to_numpy()
    bins = np.array([np.median(each, axis=0) for each in np.array_split(ordered, TRAFFIC_BINS)])
    usual = np.interp(requests, bins[:, 1], bins[:, 0])
    return (100 * load / pd.Series(usual, load.index).where(usual > 0)).where(enough)


def of_earlier_weeks(inputs: Inputs) -> pd.Series | None:
    """Return a series in percent of the median of the same time in the `EARLIER_WEEKS` weeks before.

    NaN in the first week, and where the usual is under `LEAST_REQUESTS` of its own highest: twice next to nothing is
    next to nothing.
    """
    series = inputs.series(inputs.spec.of[0])
    week = robust.steps(pd.DatetimeIndex(inputs.service_week.frame.values.index), 7 * 24 * 60)
    if series is None or len(series) <= week:
        return None
    smooth = pd.Series(robust.rolling_median(robust.floats(series), max(1, week // (7 * 24))), series.index)
    earlier = np.array([smooth.shift(week * back).to_numpy() for back in range(1, EARLIER_WEEKS + 1)])
    usual = pd.Series(robust.column_median(earlier), series.index)
    return 100 * series / usual.where(usual >= LEAST_REQUESTS * float(usual.max()))


def _others(inputs: Inputs) -> pd.DataFrame | None:
    """Return the CPU of the other databases of the service; None where there is none, or the part is a reader."""
    if inputs.part.dimensions.get("Role") == "READER":
        return None
    kinds = inputs.spec.kinds
    others = [each for each in inputs.service_week.service.parts if each != inputs.part and each.kind in kinds]
    found = [replace(inputs, part=each).series(inputs.spec.of[0]) for each in others]
    there = [each for each in found if each is not None]
    return pd.concat(there, axis="columns") if there else None


def share_of_all(inputs: Inputs) -> pd.Series | None:
    """Return the share of a writer (or instance) in the CPU of all databases of the service, in percent of their sum.

    NaN where the sum is under `AT_REST`: the share of nothing says nothing.
    """
    own, others = inputs.series(inputs.spec.of[0]), _others(inputs)
    if own is None or others is None:
        return None
    both = own + others.sum(axis="columns", skipna=False)
    return 100 * own / both.where(both >= AT_REST)


def of_others(inputs: Inputs) -> pd.Series | None:
    """Return the mean CPU of the other databases of the service, for its writer (or each instance)."""
    others = _others(inputs)
    return None if others is None else others.mean(axis="columns")


def of_databases(inputs: Inputs) -> pd.Series | None:
    """Return the CPU of the busiest database of the service at each time."""
    parts = inputs.service_week.service.parts
    stores = [each for each in parts if inputs.columns.catalog[each.kind].namespace in DATABASES]
    found = [replace(inputs, part=each).series(inputs.spec.of[0]) for each in stores]
    there = [each for each in found if each is not None]
    return pd.concat(there, axis="columns").max(axis="columns") if there else None


def of_ram(inputs: Inputs) -> pd.Series | None:
    """Return memory in percent of the RAM (`limits: ram_bytes`); None where that is not known."""
    free, ram = inputs.series(inputs.spec.of[0]), inputs.part.limits.get("ram_bytes")
    return None if free is None or not ram else 100 * free / ram


def of_highest(inputs: Inputs) -> pd.Series | None:
    """Return a series in percent of its highest value in history and week; None where that is not above 0."""
    series = inputs.series(inputs.spec.of[0])
    return None if series is None or not series.max() > 0 else 100 * series / float(series.max())


def of_one_core(inputs: Inputs) -> pd.Series | None:
    """Return the CPU of a node of at most `FEW_CORES` (`limits: vcpus`) in percent of one core; None for others."""
    cpu, cores = inputs.series(inputs.spec.of[0]), inputs.part.limits.get("vcpus", 0)
    return cpu * cores if cpu is not None and 0 < cores <= FEW_CORES else None


FUNCTIONS: Mapping[str, Callable[[Inputs], pd.Series | None]] = {
    "max_minus_average": max_minus_average,
    "times_tasks": times_tasks,
    "per_thousand_requests": per_thousand_requests,
    "of_usual_for_traffic": of_usual_for_traffic,
    "of_earlier_weeks": of_earlier_weeks,
    "share_of_all": share_of_all,
    "of_others": of_others,
    "of_databases": of_databases,
    "of_ram": of_ram,
    "of_highest": of_highest,
    "of_one_core": of_one_core,
}
"""The functions that `derived.yaml` names."""
