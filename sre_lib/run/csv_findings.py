"""The findings engine on data from anywhere: any CSV with `timestamp,value`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson
import pandas as pd

from sre_lib.analyse import quality, robust
from sre_lib.analyse.detectors.candidate import span
from sre_lib.analyse.findings import Ranked, finding_id, ranked
from sre_lib.analyse.judge import judge
from sre_lib.analyse.registry import Meaning
from sre_lib.catalog import MetricSpec, builtin_catalog
from sre_lib.errors import UserMistakeError
from sre_lib.model import Answer, Finding, NotEvaluated, Status, Week
from sre_lib.params_yaml import nearest
from sre_lib.run.csv_series import YEARS, read_series, zone
from sre_lib.wording import wording
from sre_lib.wording.findings import reason, sentence

EXPECTED = ("expected", "before", "from_value", "limit")
"""Evidence that says what was to be expected, by view."""


@dataclass(frozen=True)
class CsvFinding:
    """One candidate: `[start, end)` in UTC, `until` how long a lasting change has lasted; `shown`: a page lists it."""

    file: str
    detector: str
    view: str
    start: datetime
    end: datetime
    until: datetime | None
    score: float
    shown: bool
    value: float
    expected: float
    headline: str


@dataclass(frozen=True)
class CsvFindings:
    """Every candidate of every file in the order of the files and of time, and how much was looked at.

    `not_evaluated` has one sentence a file; `files` and `datapoints` count what was.
    """

    findings: tuple[CsvFinding, ...]
    not_evaluated: tuple[str, ...]
    files: int = 0
    datapoints: int = 0


def csv_findings(
    paths: Sequence[Path],
    metric: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    timezone: str = "",
) -> CsvFindings:
    """Return what is found in CSV files, each a series of its own.

    `metric` (cpu, memory, or another of the catalogue's) gives unit, direction, limit and smallest effect; without it
    there is no unit, no limit, and both directions count. Reviewed is `[start, end)`, by default all; what lies outside
    is still known to the method. `timezone` holds for timestamps without an offset and for daily and weekly rhythm
    (default UTC). Raises UserMistakeError for a file that cannot be read and for an unknown metric or time zone.
    """
    if timezone:
        zone(timezone)
    _check_span(start, end)
    asked = _Asked(_spec(metric), metric, start, end, timezone or "UTC")
    # All are read before any is judged: a mistake in the last one must not come after a wait.
    read = [(path, read_series(path, timezone)) for path in paths]
    found: list[CsvFinding] = []
    missed: list[str] = []
    datapoints = 0
    for path, series in read:
        try:
            short = _shortage(series, asked)
            found += [] if short else _of_file(path, series, asked)
        except Exception as error:  # noqa: BLE001  what fails on one file must not cost the others their findings
            short = f"sre-review failed on it ({type(error).__name__}: {error}); please report this with the file"
        if short:
            missed.append(f"{path}: not evaluated: {' '.join(short.split())}")
        else:
            datapoints += int(series.count())
    return CsvFindings(tuple(found), tuple(missed), len(paths) - len(missed), datapoints)


def to_json_lines(found: CsvFindings) -> str:
    """Return every candidate, shown or not, one JSON object a line; times are ISO 8601 in UTC."""
    option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
    return "".join(orjson.dumps(asdict(each), option=option).decode() for each in found.findings)


def to_table(found: CsvFindings) -> str:
    """Return those that a page would list, the most surprising first: score and sentence."""
    shown = sorted(
        (each for each in found.findings if each.shown), key=lambda each: (-each.score, each.start, each.file)
    )
    looked = f"{found.files} {'file' if found.files == 1 else 'files'} ({found.datapoints:,} datapoints)"
    return "\n".join(f"{each.score:.2f}  {each.headline}" for each in shown) or f"nothing found in {looked}"


@dataclass(frozen=True)
class _Asked:
    """What the user asked for."""

    spec: MetricSpec | None
    metric: str
    start: datetime | None
    end: datetime | None
    timezone: str

    @property
    def meaning(self) -> Meaning:
        """What the numbers mean: as the catalogue says, or nothing."""
        if self.spec is None:
            return Meaning()
        limit = None if isinstance(self.spec.limit, str) else self.spec.limit
        limit = self.spec.floor if self.spec.hurts == "down" else limit
        return Meaning(self.spec.resource, self.spec.unit, self.spec.hurts, limit, self.spec.min_effect)

    def week(self, series: pd.Series) -> Week:
        """Return the reviewed span of a series."""
        first, last = span(robust.index_of(series), 0, len(series))
        return Week("", self.start or first, self.end or last, first, self.timezone)


def _spec(metric: str) -> MetricSpec | None:
    """Return what the catalogue says of a metric: the first kind's that has it."""
    if not metric:
        return None
    known: dict[str, MetricSpec] = {}
    for kind in builtin_catalog().values():
        known = {**kind.metrics, **known}
    if metric not in known:
        raise UserMistakeError(f"metric: got {metric!r}, {nearest(metric, tuple(known))}")
    return known[metric]


def _check_span(start: datetime | None, end: datetime | None) -> None:
    """Refuse a reviewed span that ends before it starts or lies where no timestamp may."""
    for name, moment in (("from", start), ("to", end)):
        if moment and not YEARS[0] <= moment.year <= YEARS[1]:
            raise UserMistakeError(f"{name}: got {moment.isoformat()}, wants a time from {YEARS[0]} to {YEARS[1]}")
    if start and end and end <= start:
        raise UserMistakeError(f"to: got {end.isoformat()}, wants a time after from, which is {start.isoformat()}")


def _shortage(series: pd.Series, asked: _Asked) -> str:
    """Return why a series cannot be judged; empty where it can be."""
    if series.count() == 1:
        return f"only 1 datapoint, {quality.LEAST_DAYS:.0f} days of them are needed"
    why: quality.Shortage | None = ("no_data", {})
    if series.count():
        week = asked.week(series)
        if not quality.within(series, week).count():
            given = (("from", asked.start), ("to", asked.end))
            between = " ".join(f"{name} {moment.isoformat()}" for name, moment in given if moment)
            first, last = robust.index_of(series.dropna())[[0, -1]]
            return (
                f"no datapoint in the reviewed span {between}; "
                f"the first is of {first.isoformat()}, the last of {last.isoformat()}"
            )
        why = quality.shortage(series, Answer(Status.COMPLETE, 0), week)
    return reason(NotEvaluated("", "", asked.metric, "", *why), wording("en")) if why else ""


def _of_file(path: Path, series: pd.Series, asked: _Asked) -> list[CsvFinding]:
    """Return the candidates of one file that touch the reviewed span, by time."""
    week = asked.week(series)
    all_ranked = ranked(judge(series, asked.meaning, asked.timezone).candidates, asked.meaning)
    return [
        _csv_finding(path, each, asked)
        for each in all_ranked
        if each.candidate.start < week.end and each.candidate.end > week.start
    ]


def _csv_finding(path: Path, each: Ranked, asked: _Asked) -> CsvFinding:
    """Return a candidate as the command prints it."""
    one = each.candidate
    return CsvFinding(
        file=str(path),
        detector=one.detector,
        view=one.view,
        start=one.start,
        end=one.end,
        until=one.until,
        score=round(one.score, 6),
        shown=each.shown,
        value=one.evidence.get("value", one.evidence.get("after", float("nan"))),
        expected=next((one.evidence[name] for name in EXPECTED if name in one.evidence), float("nan")),
        headline=sentence(_finding(path, each, asked), wording("en"), asked.timezone),
    )


def _finding(path: Path, each: Ranked, asked: _Asked) -> Finding:
    """Return a candidate as a finding of a service that is called like the file."""
    one, meaning = each.candidate, asked.meaning
    limit = {} if meaning.limit is None else {"limit": meaning.limit}
    return Finding(
        id=finding_id(str(path), one.view, one.start.isoformat()),
        service=path.stem,
        part="",
        kind="",
        resource=meaning.resource,
        metric=asked.metric or "value",
        statistic=asked.spec.judge if asked.spec else "Average",
        unit=meaning.unit,
        detector=one.detector,
        view=one.view,
        start=one.start,
        end=one.end,
        score=one.score,
        priority=each.priority,
        evidence={**one.evidence, **limit},
        until=one.until,
        shown=each.shown,
    )
