"""A finding in words: its sentence with numbers, the question to ask, the usual next action, why experts look there."""

import math
from collections.abc import Mapping
from datetime import timedelta

from sre_lib.model import NOT_PUBLISHED, Finding, NotEvaluated, Status
from sre_lib.views import shape_of
from sre_lib.wording import N_, Wording
from sre_lib.wording.advice import ADVICE, Advice
from sre_lib.wording.metrics import change_text, metric_name, value_of, where
from sre_lib.wording.numbers import numbers

NEAR_LIMIT = 0.8
"""Share of the limit from which the sentence of a departure names the limit."""

LONGEST_RUNWAY = 3650
"""Days to the limit up to which the sentence of a growth says when it is reached: ten years."""

_DEPARTURES = {
    "spike": N_("{where}: {metric} rose to {value} on {when}, where {expected} is usual ({duration} outside the band)"),
    "dip": N_("{where}: {metric} fell to {value} on {when}, where {expected} is usual ({duration} outside the band)"),
    "sustained_high": N_(
        "{where}: {metric} stayed above the usual for {duration} from {when}, up to {value} where {expected} is usual"
    ),
    "sustained_low": N_(
        "{where}: {metric} stayed below the usual for {duration} from {when}, down to {value} where {expected} is usual"
    ),
}

_REASONS = {
    "no_data": N_("no datapoints came"),
    "only_hourly": N_("so old that only hourly datapoints exist"),
    NOT_PUBLISHED: N_("not published by this resource"),
    "denied": N_("access denied: allow cloudwatch:GetMetricData"),
    "partial": N_("CloudWatch answered only in part"),
    "too_little_history": N_("only {days} days of history, {wanted} are needed"),
    "too_little_data": N_("only {share} of the datapoints"),
    "view_lacks": N_("needs {lacks}, which is not published"),
}

_STATUSES = {
    Status.COMPLETE: N_("complete"),
    Status.PARTIAL: N_("partial"),
    Status.NO_DATA: N_("no data"),
    Status.DENIED: N_("denied"),
}


def sentence(finding: Finding, say: Wording, timezone: str) -> str:
    """Return the one sentence with numbers that a person would say in the meeting; times in `timezone`."""
    view = say.views.get(finding.view)
    if view and view.sentence:
        return say(view.sentence, **numbers(finding, say, timezone))
    shape = shape_of(finding.view, say.views)
    if shape == "level_shift":
        return _level_shift(finding, say, timezone)
    if shape == "growth":
        return _growth(finding, say, timezone)
    if shape == "saturation":
        return _saturation(finding, say, timezone)
    return _departure(finding, say, timezone)


def question(finding: Finding, say: Wording) -> str:
    """Return the question that an expert would ask."""
    return say(_advice(finding, say).question)


def next_action(finding: Finding, say: Wording) -> str:
    """Return what is usually done next."""
    return say(_advice(finding, say).action)


def why_here(finding: Finding, say: Wording) -> str:
    """Return why an expert looks there, for those who learn."""
    return say(_advice(finding, say).why)


def view_name(view: str, say: Wording) -> str:
    """Return what people call a view; one that is not known keeps its name."""
    known = say.views.get(view)
    return say(known.title) if known else view


def reason(not_evaluated: NotEvaluated, say: Wording) -> str:
    """Return why a series was not judged; a reason that is not known is shown as it is."""
    details = {name: _detail(name, value, say) for name, value in not_evaluated.details.items()}
    text = _REASONS.get(not_evaluated.reason)
    return say(text, **details) if text else not_evaluated.reason


def status_name(status: Status, say: Wording) -> str:
    """Return what people call a status of an answer."""
    return say(_STATUSES[status])


def _detail(name: str, value: float | str, say: Wording) -> str:
    """Return a detail of a reason as text."""
    if isinstance(value, str):
        return value
    return say.share(value) if name == "share" else say.number(value)


def _departure(finding: Finding, say: Wording, timezone: str) -> str:
    """Spike, dip, high or low for long: a value outside the band."""
    text = say(
        _DEPARTURES.get(shape_of(finding.view, say.views), _DEPARTURES["sustained_high"]),
        **_subject(finding, say),
        value=value_of(finding, "value", say),
        expected=value_of(finding, "expected", say),
        duration=_outside(finding, say),
        when=say.time(finding.start, timezone),
    )
    limit = finding.evidence.get("limit")
    if not limit or finding.evidence["value"] < NEAR_LIMIT * limit:
        return text
    return _and(text, say("the limit is {limit}", limit=value_of(finding, "limit", say)), say)


def _level_shift(finding: Finding, say: Wording, timezone: str) -> str:
    """A step that lasts."""
    values = {
        **_subject(finding, say),
        "change": change_text(finding.evidence["change"], finding.unit, finding.statistic, say),
        "before": value_of(finding, "before", say),
        "after": value_of(finding, "after", say),
        "when": say.time(finding.start, timezone),
    }
    if finding.evidence["change"] >= 0:
        text = say("{where}: {metric} stepped up by {change} on {when}, from {before} to {after}", **values)
    else:
        text = say("{where}: {metric} stepped down by {change} on {when}, from {before} to {after}", **values)
    if finding.until is None:
        return text
    return _and(text, say("it has lasted {duration}", duration=say.duration(finding.until - finding.end)), say)


def _growth(finding: Finding, say: Wording, timezone: str) -> str:
    """A slope that lasts for days, and when it reaches the limit: of what is left when the day's load has gone."""
    evidence = finding.evidence
    slope = evidence["slope_per_day"]
    values = {
        **_subject(finding, say),
        "slope": change_text(slope, finding.unit, finding.statistic, say),
        "days": say.duration(timedelta(days=evidence["days"])),
        "from_value": value_of(finding, "from_value", say),
        "value": value_of(finding, "value", say),
    }
    if slope >= 0:
        text = say(
            "{where}: the daily low of {metric} grew {slope} a day for {days}, from {from_value} to {value}", **values
        )
    else:
        text = say(
            "{where}: the daily high of {metric} shrank {slope} a day for {days}, from {from_value} to {value}",
            **values,
        )
    left = evidence.get("days_to_limit", math.inf)
    return _and(text, _runway(finding, left, say, timezone), say) if left <= LONGEST_RUNWAY else text


def _runway(finding: Finding, left: float, say: Wording, timezone: str) -> str:
    """Say when a growth reaches its limit, counted from the end of what was seen."""
    values = {
        "left": say.plural("{n} day", "{n} days", max(1, round(left))),
        "day": say.day((finding.until or finding.end) + timedelta(days=left), timezone),
    }
    if finding.evidence["slope_per_day"] < 0 and not finding.evidence.get("limit"):
        return say("at this rate nothing is left in {left} ({day})", **values)
    if finding.evidence["slope_per_day"] < 0:
        return say("at this rate even the high is at the limit in {left} ({day})", **values)
    return say("at this rate even the low is at the limit in {left} ({day})", **values)


def _saturation(finding: Finding, say: Wording, timezone: str) -> str:
    """At the limit: more would have been used if there were more."""
    return say(
        "{where}: {metric} was at its limit of {limit} for {duration} from {when}, {value} on average",
        **_subject(finding, say),
        limit=value_of(finding, "limit", say),
        value=value_of(finding, "value", say),
        duration=_outside(finding, say),
        when=say.time(finding.start, timezone),
    )


def _subject(finding: Finding, say: Wording) -> Mapping[str, str]:
    """Return where it is and which metric."""
    return {
        "where": where(finding.service, finding.part),
        "metric": metric_name(finding.metric, finding.statistic, say),
    }


def _outside(finding: Finding, say: Wording) -> str:
    """Return how long the value was outside or at the limit."""
    return say.duration(timedelta(minutes=finding.evidence["minutes"]))


def _and(first: str, second: str, say: Wording) -> str:
    """Join two halves of a sentence."""
    return say("{first}; {second}", first=first, second=second)


def _advice(finding: Finding, say: Wording) -> Advice:
    """Return the advice for the view and the metric, else the resource, else the view alone."""
    shape = shape_of(finding.view, say.views)
    keys = ((shape, finding.metric), (shape, finding.resource), (shape, ""))
    usual = next((ADVICE[key] for key in keys if key in ADVICE), ADVICE["", ""])
    view = say.views.get(finding.view)
    if view is None:
        return usual
    return Advice(view.question or usual.question, view.action or usual.action, view.why or usual.why)
