"""What became of an alarm since a meeting decided on it: firings a week before, and since."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sre_lib.alarms.case import AlarmCase
from sre_lib.collect.alarms.reading import UNKNOWN
from sre_lib.document.minutes.alarm_lines import VERDICT_NAMES, AlarmDecision
from sre_lib.wording import Wording

_WEEK = timedelta(weeks=1)


def effect_text(decision: AlarmDecision, case: AlarmCase, say: Wording, zone: str) -> str:
    """Return a decision with how often its alarm fired a week before that meeting and since, as far as it is known."""
    day = datetime.combine(decision.meeting, time(), ZoneInfo(zone))
    verdict = say("{verdict} ({week})", verdict=say(VERDICT_NAMES[decision.verdict]), week=decision.week)
    before, since = (_a_week(case, *span) for span in ((case.start, day), (day, case.end)))
    if before is None or since is None:
        return say("{verdict}: too little is known to compare", verdict=verdict)
    return say(
        "{verdict}: {before} firings a week before, {since} since",
        verdict=verdict,
        before=say.number(before, 1),
        since=say.number(since, 1),
    )


def _a_week(case: AlarmCase, start: datetime, end: datetime) -> float | None:
    """Return how often an alarm fired a week in `[start, end)`; None where its state is known of no time of it."""
    spans = [each for each in case.spans if each.state != UNKNOWN]
    known = sum((max(min(each.end, end) - max(each.start, start), timedelta()) for each in spans), timedelta())
    fired = sum(each.began and start <= each.start < end for each in case.firings)
    return fired / (known / _WEEK) if known else None
