"""What became of an earlier finding, in one sentence: against its verdict, in numbers, at which traffic."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sre_lib.earlier import Known, Outcome, Remeasured
from sre_lib.wording import N_, Wording
from sre_lib.wording.metrics import change_text, metric_name, value_text

SAME_TRAFFIC = 0.1
"""Difference of traffic up to which it is called the same."""

_REASONS = {
    "denied": N_("access denied: allow cloudwatch:GetMetricData"),
    "no_data": N_("no data"),
    "no_data_since": N_("no data since {when}"),
    "no_data_since_deployment": N_("no data since the deployment ({when})"),
    "no_data_then": N_("too few datapoints at that time of day"),
    "not_in_review": N_("the metric is not in the review any more"),
    "nothing_to_compare": N_("there is no number of then to compare with"),
    "too_few_days": N_("too few days since the restart on {day}"),
    "too_little_data": N_("too few datapoints this week"),
}

_HEADS: Mapping[str, Mapping[Outcome, str]] = {
    "fix": {
        "still": N_("still there"),
        "better": N_("better, but still there"),
        "worse": N_("worse"),
        "again": N_("came back after it was fixed"),
    },
    "expected": {
        "still": N_("still so"),
        "better": N_("still so, but less"),
        "worse": N_("still so, and more"),
        "again": N_("so again"),
    },
    "false alarm": {
        "still": N_("seen again"),
        "better": N_("seen again, but less"),
        "worse": N_("seen again, and more"),
        "again": N_("seen again"),
    },
    "": {
        "still": N_("unchanged"),
        "better": N_("less than then"),
        "worse": N_("more than then"),
        "again": N_("came back"),
    },
}


def remeasured_sentence(  # noqa: PLR0913, PLR0917 - all that a sentence says comes from outside
    verdict: str,
    until: date | None,
    remeasured: Remeasured,
    known: Known,
    unit: str,
    say: Wording,
    timezone: str,
    meeting: date,
) -> str:
    """Return the one sentence that next week's meeting reads on what was decided.

    `verdict`: expected, watch, fix, false alarm or empty (nothing decided); `until` belongs to `expected` and is over
    after that day, `meeting` is the day of the meeting that reads it. `unit` is the metric's; times in `timezone`.
    """
    if remeasured.outcome == "cannot_tell":
        return say("cannot tell: {reason}", reason=_reason(remeasured, say, timezone))
    if remeasured.outcome == "gone":
        text = _with_traffic(_gone(verdict, remeasured, known, unit, say, timezone), remeasured, known, say)
    else:
        head = _HEADS.get(verdict, _HEADS[""])[remeasured.outcome]
        text = say("{head}: {measured}", head=say(head), measured=_measured(remeasured, known, unit, say))
    if verdict != "expected" or until is None or until >= meeting:
        return text
    return _over(until, remeasured, known, text, unit, say)


def _over(until: date, remeasured: Remeasured, known: Known, text: str, unit: str, say: Wording) -> str:
    """Return the sentence on what was expected until a day that has passed."""
    day = say.day(datetime.combine(until, time(12), UTC), "UTC")
    if remeasured.outcome == "gone":
        return say("over: expected until {day}; {text}", day=day, text=text)
    return say(
        "over: expected until {day} has passed, and it is still there: {measured}",
        day=day,
        measured=_measured(remeasured, known, unit, say),
    )


def _reason(remeasured: Remeasured, say: Wording, timezone: str) -> str:
    """Return why it cannot be told; a reason that is not known is shown as it is."""
    text = _REASONS.get(remeasured.reason)
    if text is None:
        return remeasured.reason
    if remeasured.since is None:
        return say(text, when="", day="").strip()
    return say(text, when=say.time(remeasured.since, timezone), day=say.day(remeasured.since, timezone))


def _gone(verdict: str, remeasured: Remeasured, known: Known, unit: str, say: Wording, timezone: str) -> str:  # noqa: PLR0913, PLR0917 - as above
    """Return since when it is gone, and what is there instead."""
    if verdict == "false alarm":
        return say("not seen again")
    lasting = known.view in {"level_shift", "growth"}
    if remeasured.since is None:
        text = say("gone")
    elif lasting:
        text = say("gone since {day}", day=say.day(remeasured.since, timezone))
    else:
        text = say("not seen since {day}", day=say.day(remeasured.since - timedelta(seconds=1), timezone))
    if known.view != "level_shift":
        return text
    values = _values(remeasured, known, unit, say)
    return say("{text} (back to {now} from {then})", text=text, now=values["now"], then=values["then"])


def _measured(remeasured: Remeasured, known: Known, unit: str, say: Wording) -> str:
    """Return now against then, of what is still there."""
    values = _values(remeasured, known, unit, say)
    if known.view == "growth":
        if remeasured.now["slope_per_day"] >= 0:
            return say("{metric} grows {now} a day (was {then})", **values)
        return say("{metric} shrinks {now} a day (was {then})", **values)
    if known.view == "level_shift":
        return say("{metric} is at {now} (was {then}, and {before} before that)", **values)
    values |= {"n": say.number(remeasured.now["days"]), "days": say.number(remeasured.now["of_days"])}
    if known.view == "saturation":
        return say("{metric} was at its limit for {now} on {n} of {days} days (was {then})", **values)
    if remeasured.then["value"] >= remeasured.then["expected"]:
        return say("{metric} rose to {now} on {n} of {days} days (was {then})", **values)
    return say("{metric} fell to {now} on {n} of {days} days (was {then})", **values)


_MEASURES = {"growth": "slope_per_day", "level_shift": "after", "saturation": "minutes"}


def _values(remeasured: Remeasured, known: Known, unit: str, say: Wording) -> dict[str, str]:
    """Return the metric's name, and its number now, then, and before that."""
    name = _MEASURES.get(known.view, "value")

    def text(value: float) -> str:
        if name == "minutes":
            return say.duration(timedelta(minutes=value))
        written = change_text if name == "slope_per_day" else value_text
        return written(value, unit, known.statistic, say)

    found = {
        "metric": metric_name(known.metric, known.statistic, say),
        "now": text(remeasured.now[name]),
        "then": text(remeasured.then[name]),
    }
    return {**found, "before": text(remeasured.then["before"])} if name == "after" else found


def _with_traffic(text: str, remeasured: Remeasured, known: Known, say: Wording) -> str:
    """Return what is gone with the traffic against then: it may be why."""
    if remeasured.traffic is None:
        return text
    then, now = remeasured.traffic
    change = now / then - 1
    if abs(change) <= SAME_TRAFFIC:
        return say("{text}, at the same traffic", text=text)
    values = {"text": text, "share": say.percent(round(100 * abs(change)))}
    explains = change * known.direction < 0
    if change < 0:
        if explains:
            return say("{text}, with {share} less traffic, which may be why", **values)
        return say("{text}, with {share} less traffic", **values)
    if explains:
        return say("{text}, with {share} more traffic, which may be why", **values)
    return say("{text}, with {share} more traffic", **values)
