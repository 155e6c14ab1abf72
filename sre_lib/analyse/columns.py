"""The series of one service's week by the names that views give them, each taken out of the frame once."""

from dataclasses import dataclass, field

import pandas as pd

from sre_lib.analyse import robust
from sre_lib.catalog import Catalog
from sre_lib.model import Column, Part, ServiceWeek
from sre_lib.views import DERIVED, derived_specs


@dataclass(frozen=True)
class Columns:
    """What a service has, by name. What was looked up stays for as long as this object does: one analysis."""

    service_week: ServiceWeek
    catalog: Catalog
    _taken: dict[Column, pd.Series] = field(default_factory=dict, init=False, repr=False, compare=False)
    _there: dict[Column, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def series(self, column: Column) -> pd.Series:
        """Return one column as float64 on the frame's grid (NaN: no datapoint, or an infinite one).

        Raises KeyError where it was not asked for.
        """
        if column not in self._taken:
            self._taken[column] = robust.finite(self.service_week.frame.series(column))
        return self._taken[column]

    def named(self, name: str, part: Part) -> Column | None:
        """Return the column that a view calls `metric` (the judged statistic), `metric.Statistic`, or a derived series.

        None where the part has none, or no datapoint in it.
        """
        metric, _, statistic = name.partition(".")
        spec = self.catalog[part.kind].metrics.get(metric)
        if metric in derived_specs():
            statistic = DERIVED
        elif spec is None:
            return None
        column = Column(part.name, metric, statistic or (spec.judge if spec else ""))
        return column if column in self.service_week.frame.answers and self._has_datapoints(column) else None

    def near(self, name: str, part: Part) -> Column | None:
        """Return the column called `name` of the part, else of the first other part of the service that has it."""
        others = [each for each in self.service_week.service.parts if each != part]
        found = (self.named(name, each) for each in (part, *others))
        return next((each for each in found if each is not None), None)

    def _has_datapoints(self, column: Column) -> bool:
        """Tell whether a column holds anything."""
        if column not in self._there:
            self._there[column] = bool(self.series(column).notna().any())
        return self._there[column]
