"""What the meeting saw itself, as entries of its minutes: measured in the week's data, the same over re-runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.findings import finding_id
from sre_lib.analyse.identity import match
from sre_lib.document.look import Look
from sre_lib.document.minutes.cells import OWN
from sre_lib.document.minutes.meeting import Item, Meeting, known_of_entry
from sre_lib.document.minutes.own import OwnFinding, read_own
from sre_lib.document.minutes.record import Entry, Minutes
from sre_lib.document.opening import Opened
from sre_lib.model import Column, Finding

SEEN = "seen"
"""The view of what people saw: none of the detectors', so that it is measured again like any departure."""

_FROM_FORM = "own-"


def with_own(minutes: Minutes, opened: Opened, earlier: Sequence[Minutes] = ()) -> Minutes:
    """Return the minutes with what the forms of the meeting's own cell say as entries, behind the others.

    A form is the entry that it was before where service and metric are the same and their times overlap. What came
    from a form that is not there any more goes, unless something is written on it; an entry that people put into the
    file stays. Nothing is measured for a service that could not be looked at: its entries stay as they are.
    """
    written = minutes.notes.get(OWN)
    review, looks = opened.review, {look.service.name: look for look in opened.looks}
    forms: tuple[OwnFinding, ...] = ()
    if written:
        forms, _ = read_own(written.text, review.services, review.catalog, minutes.meeting, opened.week)
    left = [each for each in minutes.entries if each.origin == "people"]
    made = []
    for form in forms:
        known = next((each for each in left if _same(each, form)), None)
        if known:
            left.remove(known)
        look = looks.get(form.service)
        made += [_entry(form, known, look, earlier)] if look else [known] if known else []
    there = {each.id: each for each in (*(each for each in left if not gone(each)), *made)}
    others = tuple(there.pop(each.id, each) for each in minutes.entries if each.origin == "tool" or each.id in there)
    return replace(minutes, entries=(*others, *there.values()))


def gone(entry: Entry) -> bool:
    """Tell whether an entry that no form says any more holds nothing else that people wrote."""
    return entry.origin == "people" and entry.id.startswith(_FROM_FORM) and not entry.written.text


def linked(meeting: Meeting, findings: Sequence[Finding], timezone: str) -> Meeting:
    """Return the meeting with what the tool found, too, marked as found: it was not missed.

    Such a finding has a section of its own already; what has none takes the finding with it (`Matches`).
    """
    return replace(meeting, items=tuple(_linked(each, findings, timezone) for each in meeting.items))


def missed(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return what people saw and the tool did not find."""
    return tuple(each for each in entries if each.origin == "people" and not each.found)


def finding_of(entry: Entry, look: Look) -> Finding:
    """Return an entry as a finding, to be drawn like one."""
    column = Column(entry.part, entry.metric, entry.statistic)
    return Finding(
        id=entry.id, service=entry.service, part=entry.part, kind=look.service.part(entry.part).kind,
        resource=look.spec(column).resource, metric=entry.metric, statistic=entry.statistic, unit=entry.unit,
        detector=entry.origin, view=entry.view, start=entry.start, end=entry.end, score=0.0, priority=0.0,
        evidence=entry.evidence,
    )  # fmt: skip


def measured(look: Look, column: Column, start: datetime, end: datetime) -> Mapping[str, float]:
    """Return the farthest value from the usual in `[start, end)`, in the metric's unit; empty without a datapoint.

    `value`, and where there is a baseline then `expected` and `change` (value - expected). Without one the usual is
    the median of history and week, and the value alone is said.
    """
    if column not in look.service_week.frame.answers:
        return {}
    series = look.service_week.frame.series(column)
    values = _within(series, start, end)
    if not values.notna().any():
        return {}
    name = (*column, "expected")
    bands = look.analysis.bands
    expected = _within(bands[name], start, end) if name in bands.columns else pd.Series(dtype=np.float64)
    away = robust.floats(values - expected.reindex(values.index))
    banded = bool(np.isfinite(away).any())
    away = away if banded else robust.floats(values) - robust.median(robust.floats(series))
    at = int(np.nanargmax(np.abs(away)))
    value, change = float(values.iloc[at]), float(away[at])
    return {"value": value, "expected": value - change, "change": change} if banded else {"value": value}


def _entry(form: OwnFinding, known: Entry | None, look: Look, earlier: Sequence[Minutes]) -> Entry:
    """Return the entry of a form; the numbers of one that says the same as before stay those that were seen."""
    column = form.column
    if known and (known.start, known.end) == (form.start, form.end) and known.evidence:
        return replace(known, sentence=form.sentence)
    spec = look.spec(column)
    name = f"{_FROM_FORM}{finding_id(form.service, *column, form.start.isoformat())}"
    entry = Entry(
        id=known.id if known else name, service=form.service, part=column.part, resource=spec.resource,
        metric=column.metric, statistic=column.statistic, view=SEEN, start=form.start, end=form.end, unit=spec.unit,
        sentence=form.sentence, evidence=measured(look, column, form.start, form.end), origin="people", found=False,
    )  # fmt: skip
    if known:
        return replace(entry, written=known.written, follows=known.follows)
    return replace(entry, follows=_follows(entry, look, earlier))


def _follows(entry: Entry, look: Look, earlier: Sequence[Minutes]) -> str:
    """Return the earlier week's entry of the same subject, as `<week>/<id>`; empty where there is none."""
    past = [replace(known_of_entry(each), id=f"{week.week}/{each.id}") for week in earlier for each in week.entries]
    (found,) = match(past, [finding_of(entry, look)], look.week.timezone)
    return found.same or found.subject


def _same(entry: Entry, form: OwnFinding) -> bool:
    """Tell whether an entry of people's own is what a form says."""
    if (entry.service, entry.part, entry.metric) != (form.service, form.column.part, form.column.metric):
        return False
    return entry.start < form.end and form.start < entry.end


def _linked(item: Item, findings: Sequence[Finding], timezone: str) -> Item:
    """Return one item, found where the tool has it, too."""
    if item.entry.origin != "people" or item.finding:
        return item
    found = zip(findings, match([known_of_entry(item.entry)], findings, timezone), strict=True)
    other = next((finding.id for finding, each in found if each.same), "")
    return replace(item, also=other, entry=replace(item.entry, found=bool(other)))


def _within(series: pd.Series, start: datetime, end: datetime) -> pd.Series:
    """Return the part of a series in `[start, end)`."""
    return series[(series.index >= pd.Timestamp(start)) & (series.index < pd.Timestamp(end))]
