"""The form for what the meeting saw itself: what people typed -> findings; what is not understood is pointed out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sre_lib.catalog import Catalog
from sre_lib.document.minutes import dates
from sre_lib.document.minutes.form import LABEL, Slip, lines
from sre_lib.document.minutes.own_names import metric_of, service_of
from sre_lib.document.minutes.sync import BOTH
from sre_lib.model import Column, Service, Week
from sre_lib.wording import N_

LASTS = timedelta(hours=1)
"""How long a finding lasts where only its start is given: what a meeting sees on a graph is rarely shorter."""

_LABELS = {
    "service": "service|サービス",
    "metric": "metric|メトリクス|指標",
    "start": "from|start|開始|から",
    "end": "to|until|end|終了|まで",
    "seen": "what we saw|what was seen|seen|気づいたこと|見たこと",
}
"""The labels of a form, in their order."""

_LABEL = re.compile(
    LABEL.format(words="|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())), re.IGNORECASE
)
_TIME = re.compile(
    r"(?:(?<=\d)T|(?<![\d:]))(?P<h>\d{1,2})(?::(?P<m>\d{2})(?::00)?(?![\d:])|時(?:(?P<n>\d{1,2})分|(?P<half>半))?)"
)
_DAY_BESIDE = re.compile(r"\((?:[月火水木金土日]|mon|tue|wed|thu|fri|sat|sun)[a-z曜日]*\)", re.IGNORECASE)
_AROUND = re.compile(r"(?:[\s*_`.,、。()]|から|まで)*", re.IGNORECASE)

_A_FORM = N_("a form with Service, Metric, From and What we saw")
_WHEN = N_("a day, and a time if known, such as 10/1 10:00 or 2026-10-01 10:00")
_IN_WEEK = N_("a time within the week of this document")
_AFTER = N_("an end that is after the start")
_SEEN = N_("a sentence behind `What we saw`")


class Field(NamedTuple):
    """What stands behind a label: the number of its line from 1, the text as typed and as narrowed, both stripped."""

    line: int
    typed: str
    plain: str


@dataclass(frozen=True)
class Form:
    """One form of a cell: its own lines, the number of the first, and its fields by the name of their label."""

    line: int
    typed: str
    fields: Mapping[str, Field]

    @property
    def empty(self) -> bool:
        """Tell whether nothing was written in it."""
        stray = not self.fields and bool(self.typed.replace(BOTH, "").strip("*_- \n"))
        return not stray and not any(each.plain for each in self.fields.values())


@dataclass(frozen=True)
class OwnFinding:
    """What the meeting saw itself: on which column of which service, `[start, end)` in UTC, and their sentence."""

    service: str
    column: Column
    start: datetime
    end: datetime
    sentence: str


class _NotUnderstoodError(ValueError):
    """A field that cannot be taken for what it should be; its text says what it wants."""


def read_own(
    text: str, services: Sequence[Service], catalog: Catalog, meeting: date, week: Week
) -> tuple[tuple[OwnFinding, ...], tuple[Slip, ...]]:
    """Return what the forms in a cell say, and what could not be understood: one slip a form, its first.

    Full-width forms count as their ASCII ones, labels and names are English or Japanese. Dates look back from the
    meeting's day (`dates.find_past`), with or without a time on the week's local clock. Without an end it is one hour;
    a day without a time is the whole day. A form has to overlap the week.
    """
    found: list[OwnFinding] = []
    slips: list[Slip] = []
    for form in split(text):
        if form.empty:
            continue
        try:
            found.append(_Reader(form, services, catalog, meeting, week).finding())
        except _NotUnderstoodError as error:
            name = str(error.args[1])
            first = form.typed.strip().split("\n")[0]
            field = form.fields.get(name, Field(form.line, "", ""))
            slips.append(Slip(field.line, field.typed or first, str(error.args[0])))
    return _once(found), tuple(slips)


def split(text: str) -> tuple[Form, ...]:
    """Return the forms of a cell, in their order; every line of the text is in exactly one of them.

    A label that does not come after the last one begins the next form.
    """
    forms: list[Form] = []
    order = list(_LABELS)
    fields: dict[str, list[Field]] = {}
    typed, first, last = "", 1, -1
    for line in lines(text):
        label = _LABEL.match(line.plain)
        name = label.lastgroup or "" if label else ""
        if label and (order.index(name) <= last or (last < 0 and typed.strip())):
            forms.append(_form(first, typed, fields))
            fields, typed, first = {}, "", line.number
        last = order.index(name) if label else last
        begin = label.end() if label else 0
        typed += line.typed
        if last >= 0 and line.typed.strip() != BOTH:
            value = Field(line.number, _uncommented(line.typed[begin:], line.plain[begin:]), line.plain[begin:])
            fields.setdefault(order[last], []).append(value)
    return (*forms, _form(first, typed, fields)) if typed else tuple(forms)


def _form(first: int, typed: str, fields: Mapping[str, Sequence[Field]]) -> Form:
    """Return a form with the lines of each field as one."""
    return Form(first, typed, {name: Field(each[0].line, _one(f.typed for f in each), _one(f.plain for f in each))
                               for name, each in fields.items()})  # fmt: skip


def _one(texts: Iterator[str]) -> str:
    """Return the lines of a field as one text."""
    return " ".join(" ".join(texts).split())


def _uncommented(typed: str, plain: str) -> str:
    """Return a line as typed without what is a comment; `plain` has spaces in its place."""
    return "".join(one for one, other in zip(typed, plain, strict=True) if other != " " or one.isspace())


@dataclass(frozen=True)
class _Reader:
    """Reads one form; each part raises _NotUnderstoodError with what it wants and the label of its field."""

    form: Form
    services: Sequence[Service]
    catalog: Catalog
    meeting: date
    week: Week

    def finding(self) -> OwnFinding:
        """Return what the form says."""
        if not self.form.fields:
            raise _NotUnderstoodError(_A_FORM, "")
        service, wants = service_of(self._plain("service"), self.services)
        if service is None:
            raise _NotUnderstoodError(wants, "service")
        column, wants = metric_of(self._plain("metric"), service, self.catalog)
        if column is None:
            raise _NotUnderstoodError(wants, "metric")
        start, end = self._span()
        sentence = self.form.fields["seen"].typed.strip("*_ ") if self._plain("seen") else ""
        if not sentence:
            raise _NotUnderstoodError(_SEEN, "seen")
        return OwnFinding(service.name, column, start, end, sentence)

    def _plain(self, name: str) -> str:
        """Return a field narrowed; empty where it is not there."""
        field = self.form.fields.get(name)
        return field.plain.strip("*_` ") if field else ""

    def _span(self) -> tuple[datetime, datetime]:
        """Return start and end in UTC."""
        zone = ZoneInfo(self.week.timezone)
        day, clock = self._moment("start")
        if day is None:
            raise _NotUnderstoodError(_WHEN, "start")
        start = _at(day, clock or time(0), zone)
        if self._plain("end"):
            end = self._end(day, clock, zone)
        else:
            end = start + LASTS if clock else _at(day + timedelta(days=1), time(0), zone)
        if end <= start:
            raise _NotUnderstoodError(_AFTER, "end")
        if not (start < self.week.end and end > self.week.start):
            raise _NotUnderstoodError(_IN_WEEK, "start")
        return start, end

    def _end(self, first: date, since: time | None, zone: ZoneInfo) -> datetime:
        """Return the end: a time alone is on the day of the start or the one after, a day alone is over with it."""
        day, clock = self._moment("end")
        if day is None and clock is None:
            raise _NotUnderstoodError(_WHEN, "end")
        if clock is None:
            return _at((day or first) + timedelta(days=1), time(0), zone)
        over = day is None and since is not None and clock <= since
        return _at((day or first) + timedelta(days=int(over)), clock, zone)

    def _moment(self, name: str) -> tuple[date | None, time | None]:
        """Return the day and the time that a field names, None for what it does not."""
        plain = self._plain(name)
        try:
            clock = _TIME.search(plain)
            rest = plain[: clock.start()] + " " * len(clock[0]) + plain[clock.end() :] if clock else plain
            rest = _DAY_BESIDE.sub(" ", rest)
            found = dates.find_past(rest, self.meeting)
            rest = rest[: found.start] + rest[found.end :] if found else rest
            if not _AROUND.fullmatch(rest):
                raise _NotUnderstoodError(_WHEN, name)
            return found.day if found else None, _clock(clock) if clock else None
        except ValueError:
            raise _NotUnderstoodError(_WHEN, name) from None


def _clock(match: re.Match[str]) -> time:
    """Return a time of day; ValueError where there is none such."""
    return time(int(match["h"]), 30 if match["half"] else int(match["m"] or match["n"] or 0))


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _once(found: Sequence[OwnFinding]) -> tuple[OwnFinding, ...]:
    """Return findings, those of one column with one start as one with both sentences."""
    kept: dict[tuple[str, Column, datetime], OwnFinding] = {}
    for each in found:
        key = (each.service, each.column, each.start)
        known = kept.get(key)
        if known is None:
            kept[key] = each
        elif each.sentence not in known.sentence:
            both = f"{known.sentence} / {each.sentence}"
            kept[key] = OwnFinding(*key, max(known.end, each.end), both)
    return tuple(kept.values())
