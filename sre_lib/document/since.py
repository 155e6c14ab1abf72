"""Since last week: what earlier meetings decided, measured again, and what is still to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from sre_lib.analyse.remeasure import remeasure
from sre_lib.document.display import Fragment, fragment, note
from sre_lib.document.look import Look
from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.meeting import Carried, OpenAction, known_of_entry
from sre_lib.document.opening import Opened
from sre_lib.earlier import Outcome, Remeasured
from sre_lib.weeks import named
from sre_lib.wording import N_, Wording
from sre_lib.wording.metrics import where
from sre_lib.wording.remeasured import remeasured_sentence

LATE_WEEKS = 3
"""An action that is open for so many weeks is marked: it is done, or nobody will do it."""

_VERDICTS = {
    Verdict.EXPECTED: N_("expected"),
    Verdict.WATCH: N_("watch"),
    Verdict.FIX: N_("fix"),
    Verdict.FALSE_ALARM: N_("false alarm"),
}


@dataclass(frozen=True)
class Row:
    """One verdict of an earlier meeting: on what, as it was seen, what was decided, and what is measured now."""

    where: str
    verdict: str
    week: str
    seen: str
    now: str


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
    if not (meeting.carried or meeting.actions):
        return note(say("No verdict and no open action of an earlier meeting."), say)
    looks = {look.service.name: look for look in opened.looks}
    rows = [_row(each, looks.get(each.entry.service), opened) for each in meeting.carried]
    tasks = [_task(each, say) for each in meeting.actions]
    plain = [f"{row.verdict} ({row.week}) {row.where}: {row.now}" for row in rows]
    plain += [f"[ ] {task.text} {task.who} {task.late}".rstrip() for task in tasks]
    return fragment("since", "\n".join(plain), say, rows=rows, tasks=tasks)


def verdict_name(verdict: Verdict, say: Wording) -> str:
    """Return a verdict in the page's language."""
    return say(_VERDICTS[verdict])


def _row(each: Carried, look: Look | None, opened: Opened) -> Row:
    """Return one verdict with what is measured now."""
    say, entry = opened.say, each.entry
    verdict = verdict_name(each.verdict, say)
    if each.until:
        verdict = say("{verdict} until {day}", verdict=verdict, day=each.until.isoformat())
    return Row(where(entry.service, entry.part), verdict, each.week, entry.sentence, _measured(each, look, opened))


def outcomes(opened: Opened) -> Mapping[str, Outcome]:
    """Return what became of every verdict of earlier meetings, by `<week>/<id>` of its entry."""
    looks = {look.service.name: look for look in opened.looks}
    return {
        f"{each.week}/{each.entry.id}": _remeasured(each, looks.get(each.entry.service), opened).outcome
        for each in opened.meeting.carried
    }


def _remeasured(each: Carried, look: Look | None, opened: Opened) -> Remeasured:
    """Return what became of it."""
    if look is None:
        return Remeasured("cannot_tell", reason="not_in_review")
    review = opened.review
    then = named(each.week, review.timezone, review.week_start, review.history_weeks)
    return remeasure(known_of_entry(each.entry), each.entry.evidence, then, look.service_week, review.catalog)


def _measured(each: Carried, look: Look | None, opened: Opened) -> str:
    """Return the sentence of what became of it."""
    known, review, found = known_of_entry(each.entry), opened.review, _remeasured(each, look, opened)
    return remeasured_sentence(
        each.verdict.value, each.until, found, known, each.entry.unit, opened.say, review.timezone, each.meeting
    )


def _task(each: OpenAction, say: Wording) -> Task:
    """Return one open action as texts."""
    action = each.action
    due = say("until {day}", day=action.due.isoformat()) if action.due else ""
    who = " ".join(filter(None, (f"@{action.owner}" if action.owner else "", due)))
    late = say("open for {n} weeks", n=each.weeks) if each.weeks >= LATE_WEEKS else ""
    return Task(action.text, who, each.week, each.about, late)
