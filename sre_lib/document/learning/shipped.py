"""Lessons of the simulated shop that come with the package, for as long as a company has few of its own."""

import gzip
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
import orjson
import pandas as pd
from pydantic import TypeAdapter

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.document.learning.lesson import Lesson
from sre_lib.document.look import Look
from sre_lib.model import Analysis, Answer, Column, Finding, MetricFrame, Part, Service, ServiceWeek, Status
from sre_lib.wording import Wording
from sre_lib.wording.findings import sentence

FILE = "lessons.json.gz"
LINES = ("expected", "lower", "upper")
DRILL_WEEK = "2026-W40"
"""The week that every lesson is shown in."""

DIGITS = 4
"""Significant digits of what is drawn; the numbers of the sentence are in the finding, whole."""

_FINDING = TypeAdapter(Finding)


def shipped_lessons(say: Wording) -> list[Lesson]:
    """Return the lessons of the package, in the language of `say`."""
    rows = orjson.loads(gzip.decompress((files("sre_lib.document.learning") / FILE).read_bytes()))
    # One of a series: shown in one week, two usual ones would be told apart by nothing.
    return list({each.key: each for each in reversed([_lesson(row, say) for row in rows])}.values())[::-1]


def encode(lessons: Sequence[Lesson]) -> bytes:
    """Return lessons as the package ships them: each with the series and the band of its week, 300 s apart."""
    return gzip.compress(orjson.dumps([_row(each) for each in lessons]), mtime=0)


def _row(lesson: Lesson) -> Mapping[str, Any]:
    """Return a lesson as plain data."""
    look, column = lesson.look, lesson.column
    start, end = pd.Timestamp(look.week.start), pd.Timestamp(look.week.end)
    series = look.service_week.frame.series(column)
    values = series[(series.index >= start) & (series.index < end)]
    bands = {name: look.analysis.bands[(*column, name)].reindex(values.index) for name in LINES}
    return {
        "service": look.service.name,
        "kind": look.service.part(column.part).kind,
        "limits": dict(look.service.part(column.part).limits),
        "week": look.week.name,
        "timezone": look.week.timezone,
        "column": list(column),
        "values": _rounded(values),
        **{name: _rounded(line) for name, line in bands.items()},
        "findings": [_FINDING.dump_python(each, mode="json") for each in lesson.seen],
    }


def _rounded(values: pd.Series) -> list[float | None]:
    """Return values for JSON; NaN is null."""
    return [None if np.isnan(each) else float(f"{each:.{DIGITS}g}") for each in values]


def _lesson(row: Mapping[str, Any], say: Wording) -> Lesson:
    """Return a lesson from plain data."""
    # The usual weeks are others of the shop's: in a drill the date must not tell them from those with a fault.
    week = weeks.named(row["week"] if row["findings"] else DRILL_WEEK, row["timezone"], history_weeks=0)
    column = Column(*row["column"])
    index = pd.date_range(week.start, week.end, freq="300s", inclusive="left", unit="s")
    service = Service(row["service"], (Part(column.part, row["kind"], {}, limits=row["limits"]),))
    frame = MetricFrame(_frame({column: row["values"]}, index), {column: Answer(Status.COMPLETE, 300)})
    bands = _frame({(*column, name): row[name] for name in LINES}, index)
    found = tuple(_FINDING.validate_python(each) for each in row["findings"])
    finding = found[0] if found else None
    analysis = Analysis(service.name, week.name, found, (), (), (), bands)
    look = Look(ServiceWeek(service, week, frame), analysis, builtin_catalog(), say)
    told = sentence(finding, say, week.timezone) if finding else ""
    return Lesson(look, column, finding, told, shipped=True)


def _frame(columns: Mapping[Any, Sequence[float | None]], index: pd.DatetimeIndex) -> pd.DataFrame:
    """Return columns as a float64 frame on an index."""
    values = {tuple(column): np.array(line, dtype=np.float64) for column, line in columns.items()}
    frame = pd.DataFrame(values, index=index)
    frame.columns = pd.MultiIndex.from_tuples(list(values))
    return frame
