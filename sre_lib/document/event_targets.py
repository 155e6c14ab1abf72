"""The CPU that autoscaling aims at, out of the alarms that target tracking made for itself."""

from sre_lib.alarm import Alarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.belongs import services_of
from sre_lib.collect.alarms.reading import alarms_of
from sre_lib.collect.archive import Archive
from sre_lib.errors import ArchiveError
from sre_lib.model import Week
from sre_lib.params import Review

_PREFIX, _HIGH, _CPU = "TargetTracking-", "-AlarmHigh-", "CPUUtilization"
"""How Application Auto Scaling names its alarms (user guide, "Target tracking scaling policies"): the threshold of the
high one is the target."""


def targets_of(review: Review, week: Week, archive: Archive) -> dict[str, float]:
    """Return the target by service; none where alarms were not asked for, or CPU is not what is tracked."""
    try:
        kept = alarms_of(archive, review, week)
    except ArchiveError:
        return {}
    found: dict[str, float] = {}
    for each in kept.definitions:
        alarm = alarm_of(each.raw)
        if not isinstance(alarm, Alarm) or alarm.threshold is None or alarm.metric != _CPU:
            continue
        if alarm.name.startswith(_PREFIX) and _HIGH in alarm.name:
            found |= dict.fromkeys(services_of(alarm, review.services, review.catalog), alarm.threshold)
    return found
