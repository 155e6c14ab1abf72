"""One service in one week as the pages see it: its series, what was found in them, and the words for it."""

from dataclasses import dataclass

from sre_lib.catalog import Catalog, MetricSpec, columns_of
from sre_lib.event import Event
from sre_lib.model import Analysis, Column, Finding, Resource, Service, ServiceWeek, Week
from sre_lib.views import spec_of
from sre_lib.wording import Wording


@dataclass(frozen=True)
class Look:
    """What is looked at: a service's week and its analysis, in one language."""

    service_week: ServiceWeek
    analysis: Analysis
    catalog: Catalog
    say: Wording

    @property
    def service(self) -> Service:
        """Return the service."""
        return self.service_week.service

    @property
    def week(self) -> Week:
        """Return the week."""
        return self.service_week.week

    @property
    def events(self) -> tuple[Event, ...]:
        """Return the known events that concern the service."""
        name = self.service.name
        return tuple(event for event in self.service_week.events if not event.services or name in event.services)

    def spec(self, column: Column) -> MetricSpec:
        """Return how the metric of a column is judged; KeyError where the service has no such part or metric."""
        return spec_of(self.catalog, self.service, column)

    def limit(self, column: Column) -> float | None:
        """Return the limit of a column in the metric's unit; None: not known."""
        return self.spec(column).limit_for(self.service.part(column.part))

    def judged(self, resource: Resource | None = None) -> tuple[Column, ...]:
        """Return the columns that are judged (of one resource), in the order of the parts, those without data too."""
        columns = (each for each in columns_of(self.catalog, self.service) if each in self.service_week.frame.answers)
        wanted = (each for each in columns if self.spec(each).judge == each.statistic)
        return tuple(each for each in wanted if resource in {None, self.spec(each).resource})

    def has_data(self, column: Column) -> bool:
        """Tell whether a column has any datapoint in the week."""
        values = self.service_week.frame.series(column)
        return bool(values[(values.index >= self.week.start) & (values.index < self.week.end)].notna().any())


def column_of(finding: Finding) -> Column:
    """Return the column in which a finding was made."""
    return Column(finding.part, finding.metric, finding.statistic)
