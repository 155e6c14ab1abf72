"""What became of an earlier finding, in one sentence: against its verdict, in numbers, at which traffic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from sre_lib.earlier import Known, Outcome, Remeasured
from sre_lib.views import shape_of
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
    "not_measured_again": N_("one number does not tell this; look whether it was found again"),
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

_MEASURES = {"growth": "slope_per_day", "level_shift": "after", "saturation": "minutes"}
"""The number that a view is about; all else is about its value."""


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
    told = _Told(remeasured, known, unit, say, timezone)
    if remeasured.outcome == "cannot_tell":
        return say("cannot tell: {reason}", reason=told.reason())
    if remeasured.outcome == "gone":
        text = _with_traffic(say("not seen again") if verdict == "false alarm" else told.gone(), told)
    else:
        head = _HEADS.get(verdict, _HEADS[""])[remeasured.outcome]
        text = say("{head}: {measured}", head=say(head), measured=told.measured())
    return _over(until, text, told) if verdict == "expected" and until and until < meeting else text


@dataclass(frozen=True)
class _Told:
    """All that the sentence is made of."""

    remeasured: Remeasured
    known: Known
    unit: str
    say: Wording
    timezone: str

    @property
    def shape(self) -> str:
        """Return the shape of what was found."""
        return shape_of(self.known.view, self.say.views)

    def reason(self) -> str:
        """Return why it cannot be told; a reason that is not known is shown as it is."""
        text, since = _REASONS.get(self.remeasured.reason), self.remeasured.since
        if text is None or since is None:
            return self.say(text, when="", day="") if text else self.remeasured.reason
        return self.say(text, when=self.say.time(since, self.timezone), day=self.say.day(since, self.timezone))

    def gone(self) -> str:
        """Return since when it is gone, and what is there instead."""
        say, since = self.say, self.remeasured.since
        if since is None:
            text = say("gone")
        elif self.shape in {"level_shift", "growth"}:
            text = say("gone since {day}", day=say.day(since, self.timezone))
        else:
            text = say("not seen since {day}", day=say.day(since - timedelta(seconds=1), self.timezone))
        if self.shape != "level_shift":
            return text
        return say("{text} (back to {now} from {then})", text=text, now=self.text("now"), then=self.text("then"))

    def measured(self) -> str:
        """Return now against then, of what is still there."""
        say, now, then = self.say, self.remeasured.now, self.remeasured.then
        if "gap_minutes" in now:
            return self.gap()
        values = {
            "metric": metric_name(self.known.metric, self.known.statistic, say),
            "now": self.text("now"),
            "then": self.text("then"),
        }
        if self.shape == "growth":
            grows = now["slope_per_day"] >= 0
            return (
                say("{metric} grows {now} a day (was {then})", **values)
                if grows
                else say("{metric} shrinks {now} a day (was {then})", **values)
            )
        if self.shape == "level_shift":
            before = value_text(then["before"], self.unit, self.known.statistic, say)
            return say("{metric} is at {now} (was {then}, and {before} before that)", **values, before=before)
        values |= {"n": say.number(now["days"]), "days": say.number(now["of_days"])}
        if self.shape == "saturation":
            return say("{metric} was at its limit for {now} on {n} of {days} days (was {then})", **values)
        if then["value"] >= then["expected"]:
            return say("{metric} rose to {now} on {n} of {days} days (was {then})", **values)
        return say("{metric} fell to {now} on {n} of {days} days (was {then})", **values)

    def gap(self) -> str:
        """Return how long there were no datapoints, now against then."""
        say, now, then = self.say, self.remeasured.now, self.remeasured.then
        return say(
            "no datapoints of {metric} for {now} at a stretch, on {n} of {days} days (was {then})",
            metric=metric_name(self.known.metric, self.known.statistic, say),
            now=say.duration(timedelta(minutes=now["gap_minutes"])),
            then=say.duration(timedelta(minutes=then["minutes"])),
            n=say.number(now["days"]),
            days=say.number(now["of_days"]),
        )

    def text(self, when: Literal["now", "then"]) -> str:
        """Return the number that the view is about, now or then."""
        name = _MEASURES.get(self.shape, "value")
        value = (self.remeasured.now if when == "now" else self.remeasured.then)[name]
        if name == "minutes":
            return self.say.duration(timedelta(minutes=value))
        written = change_text if name == "slope_per_day" else value_text
        return written(value, self.unit, self.known.statistic, self.say)


def _over(until: date, text: str, told: _Told) -> str:
    """Return the sentence on what was expected until a day that has passed."""
    day = told.say.day(datetime.combine(until, time(12), UTC), "UTC")
    if told.remeasured.outcome == "gone":
        return told.say("over: expected until {day}; {text}", day=day, text=text)
    return told.say(
        "over: expected until {day} has passed, and it is still there: {measured}", day=day, measured=told.measured()
    )


def _with_traffic(text: str, told: _Told) -> str:
    """Return what is gone with the traffic against then: it may be why."""
    if told.remeasured.traffic is None:
        return text
    say, (then, now) = told.say, told.remeasured.traffic
    change = now / then - 1
    if abs(change) <= SAME_TRAFFIC:
        return say("{text}, at the same traffic", text=text)
    values = {"text": text, "share": say.percent(round(100 * abs(change)))}
    explains = change * told.known.direction < 0
    if change < 0:
        if explains:
            return say("{text}, with {share} less traffic, which may be why", **values)
        return say("{text}, with {share} less traffic", **values)
    if explains:
        return say("{text}, with {share} more traffic, which may be why", **values)
    return say("{text}, with {share} more traffic", **values)
