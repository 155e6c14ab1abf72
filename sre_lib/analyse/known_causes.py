"""What is known to have happened explains some findings: they are set aside, visibly and with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sre_lib.event import Event
from sre_lib.model import Finding
from sre_lib.views import shape

FELT = frozenset({"latency", "errors_5xx", "elb_errors_5xx", "errors", "error_rate_5xx", "rejected_connections",
                  "connection_errors", "throttles", "evictions", "oldest_message"})  # fmt: skip
"""What customers feel, or nearly: no plan explains it away, since the plan was that they feel nothing."""

NEAR_LIMIT = 0.85
"""Share of the limit from which a planned push is a finding all the same: how close it was is what to talk about."""

BUFFER_POOL = "buffer_pool"
"""Id of the view that sees the buffer pool of a database fill, and the reason of what that explains."""

FREE_MEMORY = frozenset({"freeable_memory", "free_memory_share"})

LASTS = timedelta(hours=12)
"""A level that is over so long before the end of the week is that of some days: working days after a holiday, say."""

MOMENTS = frozenset({"spike", "dip", "sustained_high", "sustained_low"})
UPWARDS = frozenset({"spike", "sustained_high"})


@dataclass(frozen=True)
class Explains:
    """What an event of one kind explains: moments that begin from `before` its start to `after` its end.

    `at_most`: no moment that lasts longer; `upwards`: only what rises (free memory: what falls).
    """

    before: timedelta
    after: timedelta
    at_most: timedelta
    upwards: bool = False


_CROWD = Explains(timedelta(minutes=15), timedelta(minutes=60), timedelta(hours=4), upwards=True)
RULES: Mapping[str, Explains] = {
    "push": _CROWD,
    "broadcast": _CROWD,
    "sale": replace(_CROWD, at_most=timedelta(days=7)),
    "load_test": replace(_CROWD, at_most=timedelta(hours=12)),
    "batch": Explains(timedelta(minutes=30), timedelta(minutes=60), timedelta(hours=12)),
    "maintenance": Explains(timedelta(minutes=15), timedelta(minutes=60), timedelta(hours=12)),
    "deployment": Explains(timedelta(minutes=5), timedelta(minutes=20), timedelta(minutes=60)),
    "holiday": Explains(timedelta(hours=2), timedelta(hours=2), timedelta(hours=30)),
    "other": Explains(timedelta(minutes=15), timedelta(minutes=60), timedelta(hours=12)),
}
"""By kind of event; an incident explains nothing: it is what the meeting talks about."""


def explained(finding: Finding, events: Sequence[Event]) -> Event | None:
    """Return the known event that explains a finding; None where nothing does.

    Never explained: a lasting change, growth, what is at a limit or above `NEAR_LIMIT` of it, and what customers feel.
    """
    if finding.metric in FELT or shape(finding) not in MOMENTS or _close(finding):
        return None
    name = finding.service
    mine = (event for event in events if not event.services or name in event.services)
    return next((event for event in mine if event.kind in RULES and _covers(RULES[event.kind], event, finding)), None)


def set_aside(
    findings: Sequence[Finding], events: Sequence[Event], week_end: datetime
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings that stay, and those that a known event explains, with the event's kind as `because`.

    Likewise what free memory does while the buffer pool fills after a restart (`BUFFER_POOL`), and the way back from a
    holiday to a level that does not last until `week_end`.
    """
    fillings = [each for each in findings if each.view == BUFFER_POOL]
    stay: list[Finding] = []
    known: list[Finding] = []
    for finding in findings:
        event = explained(finding, events) or _after_holiday(finding, events, week_end)
        if event is not None:
            known.append(replace(finding, because=event.kind, events=(event,)))
        elif any(_fills(each, finding) for each in fillings):
            known.append(replace(finding, because=BUFFER_POOL, events=()))
        else:
            stay.append(finding)
    return tuple(stay), tuple(known)


def _after_holiday(finding: Finding, events: Sequence[Event], week_end: datetime) -> Event | None:
    """Return the holiday that a change of level is the way back from; None for a level that lasts."""
    if shape(finding) != "level_shift" or finding.until is None or week_end - finding.until < LASTS:
        return None
    mine = (
        each for each in events if each.kind == "holiday" and finding.service in (each.services or (finding.service,))
    )
    near = RULES["holiday"].after
    return next((each for each in mine if each.start - near <= finding.start <= each.end + near), None)


def _fills(filling: Finding, finding: Finding) -> bool:
    """Tell whether a finding is free memory that a filling buffer pool takes (or what the restart before gave back)."""
    hour = timedelta(hours=1)
    inside = filling.start - hour <= finding.start <= filling.end + hour
    return inside and finding.part == filling.part and finding.metric in FREE_MEMORY


def _covers(rule: Explains, event: Event, finding: Finding) -> bool:
    """Tell whether a finding begins where an event of its kind shows, and is no longer than that explains."""
    if rule.upwards and not _more_load(finding):
        return False
    last = finding.until or finding.end
    begins = event.start - rule.before <= finding.start <= event.end + rule.after
    longest = max(rule.at_most, event.end - event.start + rule.after)
    return begins and last - finding.start <= longest


def _more_load(finding: Finding) -> bool:
    """Tell whether a finding is what more load does: a rise, or a fall of what load uses up."""
    rises = shape(finding) in UPWARDS
    return not rises if finding.metric in {"freeable_memory", "cpu_credits"} else rises


def _close(finding: Finding) -> bool:
    """Tell whether a finding is at its limit or close to it."""
    limit, value = finding.evidence.get("limit"), finding.evidence.get("value")
    if limit is None or value is None:
        return False
    return value >= NEAR_LIMIT * limit if limit > 0 else value <= 0
