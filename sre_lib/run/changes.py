"""The changes of a week as a run takes them in: one function for every command, and their row in run.json."""

from datetime import datetime
from typing import Any

from sre_lib.collect.archive import Archive
from sre_lib.collect.changes.gather import ChangesCollected, collect_changes
from sre_lib.collect.source import open_source
from sre_lib.model import Week
from sre_lib.params import Review


def changes_of_week(review: Review, week: Week, archive: Archive, now: datetime) -> ChangesCollected:
    """Take into the archive what changed in the week and is not in it yet; see `gather.collect_changes`."""
    if not review.changes:
        return ChangesCollected()
    with open_source(review, now) as clients:
        return collect_changes(review, review.services, week, clients, archive, now)


def changes_row(changes: ChangesCollected) -> dict[str, Any]:
    """Return how many calls there were, and what was asked for and is missing."""
    return {"calls": changes.calls, "problems": [each._asdict() for each in changes.problems]}
