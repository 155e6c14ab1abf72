"""The upkeep of a week as a run takes it in, and its files: the page and upkeep.json."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nbformat import NotebookNode

from sre_lib.analyse.upkeep.due import Due
from sre_lib.analyse.upkeep.support import builtin_table
from sre_lib.collect.archive import Archive
from sre_lib.collect.source import open_source
from sre_lib.collect.upkeep.gather import UpkeepCollected, collect_upkeep
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep import UpkeepReview
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.run import answers

UPKEEP, UPKEEP_JSON = "upkeep.ipynb", "upkeep.json"


def upkeep_of_week(review: Review, week: Week, archive: Archive, now: datetime) -> UpkeepCollected:
    """Take into the archive what expires and is not in it yet; see `gather.collect_upkeep`."""
    if not review.upkeep:
        return UpkeepCollected()
    with open_source(review, now) as clients:
        return collect_upkeep(review, week, clients, archive, now)


def upkeep_notebook(opened: Opened) -> NotebookNode | None:
    """Return the notebook of the upkeep page; None where the review asks for none."""
    return UpkeepReview(opened).notebook() if opened.review.upkeep else None


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
            "due": [_due(each) for each in page.due],
            "gone": [{"id": each.id, "kind": each.kind, "name": each.name} for each in page.gone],
        }
    )  # fmt: skip


def _due(each: Due) -> Mapping[str, Any]:
    """Return one thing that is due."""
    item, accepted = each.item, each.accepted
    return {
        "id": item.id, "kind": item.kind, "name": item.name, "engine": item.engine, "version": item.version,
        "state": item.state, "managed": item.managed, "day": each.day, "days": each.days, "urgency": each.urgency,
        "discuss": each.open, "since": each.since, "before": each.before, "source": each.source,
        "accepted": {"until": accepted.until, "reason": accepted.reason} if accepted else None,
    }  # fmt: skip
