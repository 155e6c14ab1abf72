"""Since last week: what earlier meetings decided, measured again, and what is still to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from sre_lib.analyse.remeasure import remeasure
from sre_lib.analyse.remeasure_look import Terms
from sre_lib.document.display import Fragment, fragment, note
from sre_lib.document.look import Look
from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.meeting import Carried, OpenAction, known_of_entry
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep import UpkeepReview
from sre_lib.earlier import Outcome, Remeasured
from sre_lib.model import Week
from sre_lib.weeks import named
from sre_lib.wording import N_, Wording
from sre_lib.wording.metrics import where
from sre_lib.wording.remeasured import remeasured_sentence

LATE_WEEKS = 3
"""An action that is open for so many weeks is marked: it is done, or nobody will do it."""

SETTLED_WEEKS = 4
"""A verdict of so many weeks ago on what is gone since is folded away: after two years the list is still short."""

_VERDICTS = {
    Verdict.EXPECTED: N_("expected"),
    Verdict.WATCH: N_("watch"),
    Verdict.FIX: N_("fix"),
    Verdict.FALSE_ALARM: N_("false alarm"),
}


@dataclass(frozen=True)
class Row:
    """One verdict of an earlier meeting: on what, as it was seen, what was decided, and what is measured now.

    `settled`: it is gone, and the meeting has seen that for weeks.
    """

    where: str
    verdict: str
    week: str
    seen: str
    now: str
    settled: bool


@dataclass(frozen=True)
class Task:
    """One open action: what, who and until when, of which week, and whether it has been open for long."""

    text: str
    who: str
    week: str
    about: str
    late: str


def since_last_week(opened: Opened) -> Fragment:
    """Return every verdict of earlier meetings measured again, and the open actions."""
    say, meeting = opened.say, opened.meeting
    if not (meeting.carried or meeting.actions or meeting.upkeep):
        return note(say("No verdict and no open action of an earlier meeting."), say)
    looks = {look.service.name: look for look in opened.looks}
    rows = [row_of(each, looks.get(each.entry.service), opened) for each in meeting.carried]
    rows += _upkeep_rows(opened)
    tasks = [_task(each, say) for each in meeting.actions]
    plain = [f"{row.verdict} ({row.week}) {row.where}: {row.now}" for row in rows]
    plain += [f"[ ] {task.text} {task.who} {task.late}".rstrip() for task in tasks]
    open_rows, settled = ([row for row in rows if row.settled is wanted] for wanted in (False, True))
    return fragment("since", "\n".join(plain), say, rows=open_rows, settled=settled, tasks=tasks)


def _upkeep_rows(opened: Opened) -> list[Row]:
    """Return the verdicts on upkeep with what is measured now; none where the review no longer asks for it."""
    if not (opened.meeting.upkeep and opened.review.upkeep):
        return []
    say, page = opened.say, UpkeepReview(opened)
    return [
        Row(each.what(say), each.verdict(say), each.decision.week, each.decision.text, page.told(each),
            each.settled(opened))
        for each in page.decided
    ]  # fmt: skip


def verdict_name(verdict: Verdict, say: Wording) -> str:
    """Return a verdict in the page's language."""
    return say(_VERDICTS[verdict])


def row_of(each: Carried, look: Look | None, opened: Opened) -> Row:
    """Return one verdict with what is measured now."""
    say, entry = opened.say, each.entry
    verdict = verdict_name(each.verdict, say)
    if each.until:
        verdict = say("{verdict} until {day}", verdict=verdict, day=each.until.isoformat())
    found = _remeasured(each, look, opened)
    now = _measured(each, found, opened)
    return Row(where(entry.service, entry.part), verdict, each.week, entry.sentence, now, _settled(each, found, opened))


def _settled(each: Carried, found: Remeasured, opened: Opened) -> bool:
    """Tell whether nothing is left to watch: gone, decided on weeks ago, and no date that is still to come."""
    lasts = each.until is not None and each.until >= each.meeting
    return found.outcome == "gone" and not lasts and _weeks_since(each, opened) >= SETTLED_WEEKS


def _weeks_since(each: Carried, opened: Opened) -> int:
    """Return how many weeks ago a verdict was given."""
    return (opened.week.start - week_of(each, opened).start).days // 7


def outcomes(opened: Opened) -> Mapping[str, Outcome]:
    """Return what became of every verdict of earlier meetings, by `<week>/<id>` of its entry."""
    looks = {look.service.name: look for look in opened.looks}
    return {
        f"{each.week}/{each.entry.id}": _remeasured(each, looks.get(each.entry.service), opened).outcome
        for each in opened.meeting.carried
    }


def measured_now(each: Carried, opened: Opened) -> str:
    """Return the sentence of what became of a verdict of an earlier meeting, measured in the opened week."""
    look = next((look for look in opened.looks if look.service.name == each.entry.service), None)
    return _measured(each, _remeasured(each, look, opened), opened)


def _remeasured(each: Carried, look: Look | None, opened: Opened) -> Remeasured:
    """Return what became of it."""
    if look is None:
        return Remeasured("cannot_tell", reason="not_in_review")
    then = week_of(each, opened)
    known, review = known_of_entry(each.entry), opened.review
    return remeasure(known, each.entry.evidence, then, look.service_week, Terms(review.catalog, review.views))


def week_of(each: Carried, opened: Opened) -> Week:
    """Return the week whose meeting decided."""
    review = opened.review
    return named(each.week, review.timezone, review.week_start, review.history_weeks)


def _measured(each: Carried, found: Remeasured, opened: Opened) -> str:
    """Return the sentence of what became of it."""
    known, zone = known_of_entry(each.entry), opened.review.timezone
    verdict, unit = each.verdict.value, each.entry.unit
    return remeasured_sentence(verdict, each.until, found, known, unit, opened.say, zone, each.meeting)


def _task(each: OpenAction, say: Wording) -> Task:
    """Return one open action as texts."""
    action = each.action
    due = say("until {day}", day=action.due.isoformat()) if action.due else ""
    who = " ".join(filter(None, (f"@{action.owner}" if action.owner else "", due)))
    late = say("open for {n} weeks", n=each.weeks) if each.weeks >= LATE_WEEKS else ""
    return Task(action.text, who, each.week, each.about, late)
