"""The upkeep of a week as a run takes it in, and its files: the page and upkeep.json."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from nbformat import NotebookNode

from sre_lib.analyse.upkeep.due import Due
from sre_lib.analyse.upkeep.naming import label, short_id
from sre_lib.analyse.upkeep.support import builtin_table
from sre_lib.collect.archive import Archive
from sre_lib.collect.source import open_source
from sre_lib.collect.upkeep.gather import UpkeepCollected, collect_upkeep
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep import UpkeepReview
from sre_lib.document.upkeep_decided import DecidedUpkeep
from sre_lib.document.upkeep_page import upkeep_page
from sre_lib.document.upkeep_texts import next_action, question
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.run import answers
from sre_lib.upkeep import UpkeepItem
from sre_lib.wording import Wording

UPKEEP, UPKEEP_JSON = "upkeep.ipynb", "upkeep.json"


def upkeep_of_week(review: Review, week: Week, archive: Archive, now: datetime) -> UpkeepCollected:
    """Take into the archive what expires and is not in it yet; see `gather.collect_upkeep`."""
    if not review.upkeep:
        return UpkeepCollected()
    with open_source(review, now) as clients:
        return collect_upkeep(review, week, clients, archive, now)


def upkeep_notebook(opened: Opened) -> NotebookNode | None:
    """Return the notebook of the upkeep page; None where the review asks for none."""
    return upkeep_page(UpkeepReview(opened)) if opened.review.upkeep else None


def upkeep_json(page: UpkeepReview) -> bytes:
    """Return everything by date, for programs; null is what is not known. `trouble` says why there is nothing."""
    week = page.opened.week.name
    if page.trouble:
        return answers.document({"week": week, "trouble": page.trouble})
    return answers.document(
        {
            "week": week,
            "trouble": "",
            "table_as_of": builtin_table().as_of,
            "looks": [
                {"source": each.source, "place": each.place, "at": each.at, "status": each.status,
                 "message": each.message}
                for each in page.looks
            ],
            "due": [_due(each, page.opened.say) for each in page.due],
            "gone": [_named(each) for each in page.gone],
            "decided": [_decided(each) for each in page.decided],
        }
    )  # fmt: skip


def upkeep_row(upkeep: UpkeepCollected, page: UpkeepReview) -> dict[str, Any]:
    """Return for run.json how many calls there were, how much was looked at and came of it, and what is missing."""
    return {
        "calls": upkeep.calls,
        "looked_at": len(page.due),
        "discuss": len(page.discuss),
        "accepted": sum(each.accepted is not None for each in page.due),
        "problems": [each._asdict() for each in upkeep.problems],
    }


def _named(item: UpkeepItem) -> dict[str, Any]:
    """Return by what people, minutes and AWS know an item."""
    return {
        "id": short_id(item), "label": label(item), "resource": item.id, "kind": item.kind, "name": item.name,
    }  # fmt: skip


def _due(each: Due, say: Wording) -> dict[str, Any]:
    """Return one thing that is due."""
    item, accepted = each.item, each.accepted
    return _named(item) | {
        "engine": item.engine, "version": item.version, "state": item.state, "managed": item.managed,
        "day": each.day, "days": each.days, "urgency": each.urgency, "priority": each.priority,
        "discuss": each.open, "question": question(each, say), "action": next_action(each, say),
        "since": each.since, "before": each.before, "source": each.source,
        "accepted": asdict(accepted) if accepted else None,
    }  # fmt: skip


def _decided(each: DecidedUpkeep) -> dict[str, Any]:
    """Return a verdict of an earlier meeting and what became of it."""
    decision, now, then = each.decision, each.found.now, each.found.then
    return {
        "name": decision.name, "week": decision.week, "verdict": decision.verdict.value, "until": decision.until,
        "reason": decision.reason, "text": decision.text, "became": each.found.outcome,
        "days_then": then.days if then else None, "days": now.days if now else None,
    }  # fmt: skip
