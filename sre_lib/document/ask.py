"""What the cells of the ask notebook call: the week's series as pandas has them, for questions that come up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd
from babel.dates import format_date

from sre_lib.analyse.ranking import rank
from sre_lib.document.ask_charts import hour_map, lines_chart
from sre_lib.document.display import Chart, Fragment, Plain, fragment
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened, open_review
from sre_lib.errors import SreReviewError, UserMistakeError
from sre_lib.model import Column
from sre_lib.weeks import previous
from sre_lib.wording.findings import sentence
from sre_lib.wording.metrics import metric_name, statistic_name, where


def open_ask(  # noqa: PLR0913, PLR0917  the parameters of the notebook
    review: str,
    week: str,
    service: str = "",
    metric: str = "",
    beside: str = "",
    language: str = "",
    now: str = "",
    out: str = "",
) -> "Ask":
    """Open a week with its series; see `opening.open_review` for review, week, language, now, out and what they raise.

    `service`, `metric` and `beside` are what the examples are about. Raises UserMistakeError where one of them is not
    there, and where the archive never had the week; SreReviewError where no service can be read.
    """
    opened = open_review(review, week, language=language, now=now, out=out)
    if not opened.looks:
        raise SreReviewError("; ".join(f"{name}: {why}" for name, why in opened.failed.items()))
    if not has_data(opened):
        raise UserMistakeError(
            f"week: the archive of {opened.review.name} in {opened.review.archive.name}/ has no datapoint of "
            f"{opened.week.name}; name the review by the path of its file, or run `sre-review run` for this week"
        )
    ask = Ask(opened)
    for name in (metric, beside):
        ask.series(service, name)
    return ask


def has_data(opened: Opened) -> bool:
    """Tell whether the week has any datapoint to ask about."""
    return any(look.has_data(column) for look in opened.looks for column in look.service_week.frame.answers)


def examples(opened: Opened) -> dict[str, str]:
    """Return the parameters of the examples: the first service with CPU data, its CPU, what explains it best."""
    ask = Ask(opened)
    look = next((each for each in opened.looks if _with_data(each, "cpu")), opened.looks[0])
    known = [column for resource in ("cpu", "context", "memory") for column in _with_data(look, resource)]
    names = [ask.name_of(look, column) for column in known] or ["", ""]
    return {"service": look.service.name, "metric": names[0], "beside": next(iter(names[1:]), names[0])}


@dataclass(frozen=True)
class Ask:
    """A week's series for questions; times are in the review's time zone."""

    opened: Opened

    def loaded(self) -> Fragment:
        """Return what is loaded in one line, and folded the names that `series` takes."""
        say, week, zone = self.opened.say, self.opened.week, self.opened.review.timezone
        title = say(
            "Loaded: {services} from {first} to {last} ({timezone}), a value every 5 minutes – the names to ask for",
            services=say.plural("{n} service", "{n} services", len(self.opened.looks)),
            first=say.full_day(week.history_start, zone),
            last=say.full_day(week.end - timedelta(hours=1), zone),
            timezone=zone,
        )
        lines = [f"{look.service.name}: {', '.join(self._known(look))}" for look in self.opened.looks]
        return fragment("folded", "\n".join([title, *lines]), say, title=title, lines=lines)

    def frame(self, service: str = "") -> pd.DataFrame:
        """Return all series of a service (empty: the first one), the weeks before included.

        Index: local time every 300 s; columns: texts `<part> <metric> <statistic>`; float64, NaN where there is no
        datapoint. Raises UserMistakeError where there is no such service.
        """
        values = self._look(service).service_week.frame.values
        table = values.tz_convert(self.opened.review.timezone)
        table.columns = pd.Index([" ".join(column) for column in values.columns])
        return table

    def series(self, service: str = "", metric: str = "") -> pd.Series:
        """Return one series of a service, named as people call it, the weeks before included.

        `metric` is one of the names that `loaded` lists, or a column of `frame`; empty: the first one. Index and values
        as in `frame`; `attrs["unit"]` is CloudWatch's unit. Raises UserMistakeError with the nearest name where there
        is no such service or metric.
        """
        look = self._look(service)
        known = self._names(look)
        if metric and metric not in known:
            near = get_close_matches(metric, known, n=1, cutoff=0.0)
            short = [self.name_of(look, column) for column in dict.fromkeys(known.values())]
            raise UserMistakeError(
                f"metric: got {metric!r}, did you mean {near[0]!r}? {look.service.name} has {', '.join(short)}"
            )
        column = known[metric] if metric else next(iter(known.values()))
        chosen = look.service_week.frame.series(column).tz_convert(self.opened.review.timezone)
        chosen.name = self._title(look, column)
        chosen.attrs = {"unit": look.spec(column).unit}
        return chosen

    def this_week(self, series: pd.Series) -> pd.Series:
        """Return the reviewed week of a series."""
        week = self.opened.week
        return series[(series.index >= week.start) & (series.index < week.end)]

    def last_week(self, series: pd.Series) -> pd.Series:
        """Return the week before of a series, each value at the same local time a week later.

        A local time that a daylight-saving change skips or repeats is left out.
        """
        start, zone = self.opened.week.start, ZoneInfo(self.opened.review.timezone)
        before = previous(self.opened.week)
        past = series[(series.index >= before.start) & (series.index < start)]
        wall = pd.DatetimeIndex(past.index).tz_localize(None) + timedelta(days=7)
        shifted = past.set_axis(wall.tz_localize(zone, ambiguous="NaT", nonexistent="NaT"))
        shifted.name = self.opened.say("{metric}, a week before", metric=series.name)
        return shifted[shifted.index.notna()]

    def chart(self, *shown: pd.Series | pd.DataFrame) -> Chart:
        """Return series, or the columns of frames, over one time axis: a panel a unit, one cursor through all.

        Raises UserMistakeError for what is no series over time.
        """
        lines = [line for each in shown for line in _lines(each)]
        if not lines:
            raise UserMistakeError('chart: got nothing to draw; wants series such as ask.series("web", "cpu")')
        return lines_chart(lines, self.opened.review.timezone, self.opened.say)

    def hours(self, series: pd.Series) -> pd.DataFrame:
        """Return the mean of each hour of the week over all weeks that are loaded.

        Index: the days of the week from the review's first one; columns 0..23; NaN where no datapoint was.
        """
        index = pd.DatetimeIndex(series.index).tz_convert(self.opened.review.timezone)
        table = series.groupby([index.day_of_week, index.hour]).mean().unstack()
        days = self._days()
        table = table.reindex(index=list(days), columns=range(24))
        hours = table.set_axis(pd.Index(list(days.values())), axis=0)
        hours.attrs = {**series.attrs, "name": series.name}
        return hours

    def hour_map(self, hours: pd.DataFrame) -> Chart:
        """Return what `hours` returned as a map: the darker, the busier."""
        return hour_map(hours, self.opened.say)

    def busiest(self, hours: pd.DataFrame, n: int = 5) -> pd.DataFrame:
        """Return the `n` busiest hours of the week, the busiest first: index the hour, one column of means."""
        top = pd.Series(hours.stack()).nlargest(n)
        names = [f"{day} {hour}:00" for day, hour in top.index]
        return pd.DataFrame({hours.attrs.get("name", ""): top.to_numpy().round(3)}, index=pd.Index(names))

    def how_to_read(self) -> Fragment:
        """Return how the graphs of the page are read, folded."""
        return how_to_read(self.opened.say, ("lines", "hours"))

    def findings(self) -> pd.DataFrame:
        """Return what was found, in the order of the page: where, when (local time), and the sentence."""
        zone, say = self.opened.review.timezone, self.opened.say
        listed = rank([look.analysis for look in self.opened.looks]).listed
        rows = [
            (each.service, each.part, each.metric, each.view, each.start, each.end, sentence(each, say, zone))
            for each in listed
        ]
        names = ["service", "part", "metric", "view", "start", "end", "sentence"]
        table = pd.DataFrame(rows, columns=names, index=range(1, len(rows) + 1))
        for name in ("start", "end"):
            table[name] = pd.to_datetime(table[name], utc=True).dt.tz_convert(zone)
        return table

    def summary(self) -> Plain:
        """Return what is loaded as plain text without numbers: the names of each service."""
        lines = [f"{look.service.name}: {', '.join(self._known(look))}" for look in self.opened.looks]
        return Plain("\n".join([self.opened.week.name, *lines]))

    def name_of(self, look: Look, column: Column) -> str:
        """Return the shortest name that `series` takes for a column."""
        return next(name for name, known in self._names(look).items() if known == column)

    def _look(self, service: str) -> Look:
        """Return a service by its name, the first one where it is empty."""
        if not service:
            return self.opened.looks[0]
        if service in self._looks:
            return self._looks[service]
        why = self.opened.failed.get(service)
        known = ", ".join(self._looks)
        raise UserMistakeError(
            f"service: {service}: {why}" if why else f"service: got {service!r}, wants one of {known}"
        )

    @cached_property
    def _looks(self) -> Mapping[str, Look]:
        """Services by name."""
        return {look.service.name: look for look in self.opened.looks}

    def _names(self, look: Look) -> dict[str, Column]:
        """Return the columns of a service by every name that they can be called by, the shortest names first."""
        judged = look.judged()
        columns = [*judged, *(each for each in look.service_week.frame.answers if each not in judged)]
        names: dict[str, Column] = {}
        for name in ("{metric}", "{part} {metric}", "{metric} {statistic}", "{part} {metric} {statistic}"):
            for column in columns:
                names.setdefault(name.format(**column._asdict()), column)
        return names

    def _known(self, look: Look) -> list[str]:
        """Return the shortest name of each judged column with data in the week."""
        return [self.name_of(look, column) for column in look.judged() if look.has_data(column)]

    def _title(self, look: Look, column: Column) -> str:
        """Return what people call a series: service, part, metric, and the statistic where it is not the judged one."""
        say, place = self.opened.say, where(look.service.name, column.part)
        name = f"{place} – {metric_name(column.metric, column.statistic, say)}"
        judged = look.spec(column).judge == column.statistic
        return name if judged else f"{name} ({statistic_name(column.statistic, say)})"

    def _days(self) -> dict[int, str]:
        """Return the names of the days by pandas' number of them, from the first day of the reviewed week."""
        zone = ZoneInfo(self.opened.review.timezone)
        first = self.opened.week.start.astimezone(zone)
        days = [first + timedelta(days=number) for number in range(7)]
        language = self.opened.say.language
        return {day.weekday(): format_date(day.date(), "EEE", locale=language) for day in days}


def _with_data(look: Look, resource: str) -> list[Column]:
    """Return the judged columns of a resource that have data in the week."""
    return [each for each in look.judged() if look.spec(each).resource == resource and look.has_data(each)]


def _lines(shown: pd.Series | pd.DataFrame) -> list[pd.Series]:
    """Return a series, or the columns of a frame, that are over time."""
    index = getattr(shown, "index", None)
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None:
        got = type(shown).__name__
        raise UserMistakeError(f'chart: got {got} without local time, wants series such as ask.series("web", "cpu")')
    return [shown[name] for name in shown.columns] if isinstance(shown, pd.DataFrame) else [shown]
