"""What the cells of the service notebook call: findings, all series together, the hours, coverage, how to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sre_lib.collect.identities import shown_dimensions
from sre_lib.document.agenda import own_run_notes, provenance_rows, seen_text
from sre_lib.document.axes import cell_scale
from sre_lib.document.changes import changes_section
from sre_lib.document.charts import together_chart
from sre_lib.document.days import seen_sentences
from sre_lib.document.display import Chart, Fragment, Plain, fragment, note
from sre_lib.document.finding import discussion, finding_chart_or_note, lead
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.long_view import long_chart
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened, open_review
from sre_lib.document.small import hour_map
from sre_lib.errors import SreReviewError
from sre_lib.model import NOT_PUBLISHED, Column, Part
from sre_lib.wording import N_
from sre_lib.wording.findings import reason, sentence
from sre_lib.wording.metrics import metric_name, statistic_name, value_text, where
from sre_lib.wording.reading import READING

MOST_FINDINGS = 5
"""Findings with a chart of their own; the others are listed."""

FEW_RESOURCES = 3
"""Resources of a set or pattern that are listed at once; more are folded."""

_BASES: Mapping[str, str] = {
    "hour_of_week": N_("same hour of the week"),
    "hour_of_day": N_("same hour of the day"),
    "local_level": N_("level of the last hours"),
}


def open_service(  # noqa: PLR0913  the parameters of the notebook
    review: str, week: str, service: str, *, language: str = "", now: str = "", out: str = ""
) -> "ServiceReview":
    """Open one service of a review; see `opening.open_review` for the parameters and what they raise.

    Raises SreReviewError where the service cannot be analysed.
    """
    opened = open_review(review, week, service, language=language, now=now, out=out)
    if not opened.looks:
        raise SreReviewError(f"{service}: {opened.failed[service]}")
    return ServiceReview(opened, opened.looks[0])


@dataclass(frozen=True)
class ServiceReview:
    """The page of one service; each method is one section."""

    opened: Opened
    look: Look

    def headline(self) -> Fragment:
        """Return service, week and findings in one line, then what it is made of."""
        say, look, zone = self.opened.say, self.look, self.opened.review.timezone
        found = say.plural("{n} finding", "{n} findings", len(look.analysis.findings))
        line = say(
            "{service}: {findings} in week {week}", service=look.service.name, findings=found, week=look.week.name
        )
        facts = [
            say.span(look.week.start, look.week.end, zone),
            zone,
            *([say("owner {owner}", owner=look.service.owner)] if look.service.owner else []),
        ]
        notes = own_run_notes(self.opened)
        facts += [say("simulated data")] if self.opened.simulated else []
        plain = "\n".join([line, " · ".join(facts), *notes])
        return fragment("headline", plain, say, line=line, facts=facts, notes=notes)

    def parts(self) -> Fragment:
        """Return what the service consists of, what sets and patterns stand for, and the limits that are no metric."""
        rows = [
            (part.name, part.kind, shown_dimensions(part), self._limits(part), self._resources(part))
            for part in self.look.service.parts
        ]
        plain = "\n".join(" ".join(filter(None, (*row[:4], row[4][0], *row[4][1]))) for row in rows)
        return fragment("parts", plain, self.opened.say, rows=rows)

    def changes(self) -> Fragment | None:
        """Return what changed in the week; None where nobody asked for it."""
        return changes_section(self.opened, [self.look])

    def findings(self) -> list[Fragment | Chart]:
        """Return the sections of the findings, the first ones with a chart; one sentence where there is none."""
        say, found = self.opened.say, self.look.analysis.findings
        if not found:
            return [note(say("No finding in what could be looked at."), say)]
        shown: list[Fragment | Chart] = []
        for number, each in enumerate(found[:MOST_FINDINGS], 1):
            shown += [lead(self.look, each, number), finding_chart_or_note(self.look, each)]
            shown.append(discussion(self.look, each, self.opened.review, ""))
        if found[MOST_FINDINGS:]:
            lines = [sentence(each, say, self.look.week.timezone) for each in found[MOST_FINDINGS:]]
            title = say.plural("{n} more finding", "{n} more findings", len(lines))
            shown.append(fragment("folded", "\n".join([title, *lines]), say, title=title, lines=lines))
        return shown

    def together(self) -> Chart | Fragment:
        """Return all judged series of the week on one time axis, what customers feel above what explains it.

        Those that were 0 all week are left out.
        """
        columns = [column for column in self.look.judged() if self._moves(column)]
        if not columns:
            return note(self.opened.say("No series of this service has data in this week."), self.opened.say)
        first = [each for each in columns if self._in_front(each)]
        return together_chart(self.look, [*first, *(each for each in columns if each not in first)])

    def long_view(self) -> list[Chart]:
        """Return CPU and memory of each day over the whole history; nothing where it is no longer than the charts."""
        chart = long_chart(self.look)
        return [chart] if chart else []

    def hours(self) -> Fragment:
        """Return the mean of every hour of the week as a map, of the service's CPU where it has one."""
        say = self.opened.say
        known = [column for column in self.look.judged() if self.look.has_data(column)]
        column = next((each for each in known if self.look.spec(each).resource == "cpu"), known[0] if known else None)
        if column is None:
            return note(say("No series of this service has data in this week."), say)
        spec = self.look.spec(column)
        table = hour_means(self._values(column), self.look.week.timezone)
        largest = float(np.nanmax(table.to_numpy()))
        scale = cell_scale(spec.unit, largest)
        top = 100.0 if spec.unit == "Percent" else largest / scale.divisor or 1.0
        days = [
            say.day(pd.Timestamp(day, tz=self.look.week.timezone).to_pydatetime(), self.look.week.timezone)
            for day in table.index
        ]
        name = f"{where(self.look.service.name, column.part)} {metric_name(column.metric, column.statistic, say)}"
        title = say("{metric}: mean of each hour", metric=name)
        unit = scale.suffix.strip()
        image = hour_map(table.to_numpy() / scale.divisor, days, unit, top, title)
        high = value_text(largest, spec.unit, column.statistic, say)
        return fragment("hours", f"{title}, {high}", say, title=title, picture=image, unit=unit)

    def seen(self) -> Fragment:
        """Return at which resolution the days were seen, and what CloudWatch corrected or may still correct."""
        texts = seen_sentences(self.look.service_week, self.opened.say)
        return note(" ".join(texts), self.opened.say)

    def coverage(self) -> Fragment:
        """Return for every series how much was seen and what its baseline rests on, or why it was not judged."""
        say, analysis = self.opened.say, self.look.analysis
        reasons = {Column(each.part, each.metric, each.statistic): reason(each, say) for each in analysis.not_evaluated}
        rows = [
            (
                where(self.look.service.name, row.column.part),
                self._judged_name(row.column),
                seen_text(row, say),
                say("not judged: {reason}", reason=reasons[row.column])
                if row.column in reasons
                else say(_BASES.get(analysis.basis.get(row.column, ""), "")),
            )
            for row in analysis.coverage
        ]
        rows += [(where(self.look.service.name, part), what, why, "") for part, what, why in self._unpublished()]
        return fragment("coverage", "\n".join(": ".join(row[:3]) for row in rows), say, rows=rows)

    def how_to_read(self) -> Fragment:
        """Return what the graphs show and what each percentage is a percentage of, folded."""
        say = self.opened.say
        kinds = dict.fromkeys(part.kind for part in self.look.service.parts)
        counted = dict.fromkeys(say(text) for kind in kinds for text in READING.get(kind, ()))
        return how_to_read(say, ("finding", "together", "long", "hours"), list(counted))

    def provenance(self) -> Fragment:
        """Return where everything on the page comes from."""
        # A run still fetches other services while it makes this page: the weekly one has the cost.
        rows = provenance_rows(self.opened, cost=False)
        plain = "\n".join(f"{name}: {value}" for name, value in rows)
        return fragment("provenance", plain, self.opened.say, rows=rows)

    def summary(self) -> Plain:
        """Return the service's week as plain text without numbers: what was found where, in the order of the page."""
        found = self.look.analysis.findings
        lines = [f"{number}. {each.part}: {each.metric}, {each.view}" for number, each in enumerate(found, 1)]
        return Plain("\n".join([f"{self.look.service.name}, {self.look.week.name}", *lines]))

    def _judged_name(self, column: Column) -> str:
        """Return metric and statistic, a percentile once."""
        name = metric_name(column.metric, column.statistic, self.opened.say)
        return (
            name if column.statistic.startswith("p") else f"{name}, {statistic_name(column.statistic, self.opened.say)}"
        )

    def _limits(self, part: Part) -> str:
        """Return the limits of a part that are no metric."""
        return self.opened.say.listing(
            [f"{name} {self.opened.say.compact(value)}" for name, value in part.limits.items()]
        )

    def _resources(self, part: Part) -> tuple[str, Sequence[str]]:
        """Return what a set or pattern stands for: in words, and where it is much their names beside."""
        say, names = self.opened.say, self.look.service_week.resources.get(part.name)
        if names is None:
            return "", ()
        count = say.plural("{n} resource", "{n} resources", len(names))
        if not 0 < len(names) <= FEW_RESOURCES:
            return count, names
        return say("{count}: {names}", count=count, names=say.listing(list(names))), ()

    def _values(self, column: Column) -> pd.Series:
        """Return the week of a column."""
        series, week = self.look.service_week.frame.series(column), self.look.week
        return series[(series.index >= week.start) & (series.index < week.end)]

    def _unpublished(self) -> list[tuple[str, str, str]]:
        """Return for each part the optional metrics that it does not publish, and that it is so."""
        say = self.opened.say
        found = [each for each in self.look.analysis.not_evaluated if each.reason == NOT_PUBLISHED]
        parts = dict.fromkeys(each.part for each in found)
        names = {part: [metric_name(each.metric, "", say) for each in found if each.part == part] for part in parts}
        return [(part, say.listing(names[part]), reason(found[0], say)) for part in parts]

    def _in_front(self, column: Column) -> bool:
        """Tell whether customers meet the part of a column."""
        return self.look.catalog[self.look.service.part(column.part).kind].front

    def _moves(self, column: Column) -> bool:
        """Tell whether a column has datapoints in the week that are not all 0."""
        values = self._values(column)
        return bool((values.notna() & (values != 0)).any())


def hour_means(values: pd.Series, timezone: str) -> pd.DataFrame:
    """Return the mean of each local hour: index days (ISO text), columns 0..23; NaN: no datapoint in that hour."""
    local = pd.DatetimeIndex(values.index).tz_convert(timezone)
    return values.groupby([local.strftime("%Y-%m-%d"), local.hour]).mean().unstack().reindex(columns=range(24))
