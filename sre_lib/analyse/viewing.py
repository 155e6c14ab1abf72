"""The views that look at more than one series: where each applies, what stands beside it, and what it lacks."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sre_lib.analyse.columns import Columns
from sre_lib.analyse.detectors.candidate import Candidate
from sre_lib.analyse.judge import Judged, judge, seen_in
from sre_lib.analyse.registry import Meaning, seen_detector
from sre_lib.analyse.seen import Beside, Seen
from sre_lib.catalog import Catalog
from sre_lib.model import Column, NotEvaluated, Part, ServiceWeek
from sre_lib.views import View, Views, spec_of

LACKS = "view_lacks"
"""Reason of a view that was not evaluated because a series that it needs is not published."""


@dataclass
class Viewing:
    """What the views of named series see in one service's week; `judged` grows by the bands that they ask for."""

    service_week: ServiceWeek
    catalog: Catalog
    views: Views
    judged: dict[Column, Judged] = field(default_factory=dict)
    columns: Columns = field(init=False)

    def __post_init__(self) -> None:
        self.columns = Columns(self.service_week, self.catalog)

    def look(self) -> tuple[dict[Column, list[Candidate]], list[NotEvaluated]]:
        """Return the candidates by column, and the views that lack what they need."""
        found: dict[Column, list[Candidate]] = {}
        lacking: list[NotEvaluated] = []
        for name, view in self.views.items():
            if not view.enabled or not view.series:
                continue
            for part, column in self._places(view):
                lacks = [each for each in view.needs if self._near(each, part) is None]
                if lacks:
                    details = {"lacks": lacks[0]}
                    service = self.service_week.service.name
                    lacking.append(NotEvaluated(service, *column, LACKS, details, view=name))
                    continue
                found.setdefault(column, []).extend(self._candidates(name, view, part, column))
        return found, lacking

    def meaning(self, column: Column) -> Meaning:
        """Return what the numbers of a column mean."""
        spec = spec_of(self.catalog, self.service_week.service, column)
        limit = spec.limit_for(self.service_week.service.part(column.part))
        return Meaning(spec.resource, spec.unit, spec.hurts, limit, spec.min_effect)

    def _places(self, view: View) -> Iterator[tuple[Part, Column]]:
        """Yield the parts and columns that a view applies to, if they could be judged."""
        for part in self.service_week.service.parts:
            if view.kinds and part.kind not in view.kinds:
                continue
            for name in view.series:
                column = self.columns.named(name, part)
                if column is not None and self._can_judge(column):
                    yield part, column

    def _can_judge(self, column: Column) -> bool:
        """Tell whether a column has a band; one that the general views did not look at is worked out now."""
        if column not in self.judged:
            series = self.columns.series(column)
            if series.count() < 2:
                return False
            self.judged[column] = judge(series, self.meaning(column), self.service_week.week.timezone, {})
        return True

    def _near(self, name: str, part: Part) -> Column | None:
        """Return the column called `name` of a part or of another part of the service, if it could be judged."""
        column = self.columns.near(name, part)
        return column if column is not None and self._can_judge(column) else None

    def _candidates(self, name: str, view: View, part: Part, column: Column) -> list[Candidate]:
        """Return what one view sees in one column, under its own name."""
        detector = seen_detector(view)
        if detector is None:
            series = self.columns.series(column)
            return seen_in(series, self.judged[column].band, self.meaning(column), {name: view})
        return [replace(each, view=name) for each in detector.look(self._seen(view, part, column))]

    def _seen(self, view: View, part: Part, column: Column) -> Seen:
        """Return all that a view may look at."""
        meaning, week = self.meaning(column), self.service_week
        near = {each: self._near(each, part) for each in (*view.needs, *view.beside)}
        return Seen(
            series=self.columns.series(column),
            band=self.judged[column].band,
            part=part,
            service=week.service,
            week=week.week,
            limit=meaning.limit,
            min_effect=meaning.min_effect,
            beside={each: self._beside(at) for each, at in near.items() if at is not None},
            events=week.events,
            changes=week.changes,
        )

    def _beside(self, column: Column) -> Beside:
        """Return a column as it stands beside another."""
        series = self.columns.series(column)
        return Beside(column.part, series, self.judged[column].band, self.meaning(column).limit)
