"""The alarms of a week as a run takes them in: one function for every command, and their row in run.json."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sre_lib.collect.alarms.gather import AlarmsCollected, collect_alarms
from sre_lib.collect.archive import Archive
from sre_lib.collect.source import open_source
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.run import answers
from sre_lib.run.problems import billed


def alarms_of_week(
    review: Review, week: Week, archive: Archive, now: datetime, tell: Callable[[str], None]
) -> AlarmsCollected:
    """Take into the archive the alarms of the week that are not in it yet, and tell what that cost.

    See `gather.collect_alarms`.
    """
    if not review.alarms:
        return AlarmsCollected()
    with open_source(review, now) as clients:
        alarms = collect_alarms(review, week, clients, archive, now)
    if sentence := alarms_sentence(alarms):
        tell(sentence)
    return alarms


def alarms_row(alarms: AlarmsCollected) -> dict[str, Any]:
    """Return how many calls there were, what their datapoints took, and what is missing."""
    usage = answers.usage_row(alarms.usage)
    return {"calls": alarms.calls, "datapoints": usage, "problems": [each._asdict() for each in alarms.problems]}


def alarms_sentence(alarms: AlarmsCollected) -> str:
    """Return what the alarms cost; empty where nothing was asked."""
    used = alarms.usage
    if not alarms.calls and not used.calls and not used.refused:
        return ""
    return f"Alarms: {alarms.calls} calls, {used.calls} more for {used.datapoints:,} datapoints, {billed(used)}."
