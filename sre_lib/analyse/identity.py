"""Which finding is which: the same occurrence over re-runs and versions, the same subject over the weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from scipy.optimize import linear_sum_assignment

from sre_lib.analyse.findings import finding_id
from sre_lib.earlier import Known, direction
from sre_lib.model import Finding
from sre_lib.views import shape_of

PAD = timedelta(minutes=15)
"""Edges move by up to three datapoints from run to run: spans are compared with so much added to both sides."""

LEAST_OVERLAP = 0.3
"""Intersection over union of two padded spans from which they are one occurrence."""

LEAST_PART = 1 / 12
"""Length of what lies within a longer finding against that one, from which they are one occurrence: 20 minutes within
days are something else."""

SHORT = timedelta(hours=6)
"""What is shorter has a time of day, and comes back at it."""

LASTS = timedelta(hours=24)
"""What stays high for as long is a change of level, too."""

CLOCK = timedelta(minutes=60)
"""How far apart on the local clock two short findings of one subject begin at most."""

IN_STORY = 0.5
"""Weight of a pair with a member of a story: what fell into one keeps its notes, unless it leads another."""

OTHER_METRIC = 0.1
"""Weight of a pair of two metrics of one resource (CPU, engine CPU): any good pair of one metric goes first."""

_LASTING = frozenset({"level_shift", "growth"})
_FAMILY = {"spike": "moment", "dip": "moment", "sustained_high": "moment", "sustained_low": "moment",
           "saturation": "moment", "level_shift": "lasting", "growth": "lasting"}  # fmt: skip


@dataclass(frozen=True)
class Matched:
    """What is known of one finding: the `id` to use, and the ids of earlier ones (empty: none).

    `same` is the same occurrence (then it is the `id`, too), `subject` the latest other one of the same subject.
    """

    id: str
    same: str = ""
    subject: str = ""


def known_of(finding: Finding) -> Known:
    """Return what is kept of a finding to know it again."""
    return Known(
        id=finding.id,
        service=finding.service,
        part=finding.part,
        resource=finding.resource,
        metric=finding.metric,
        view=finding.view,
        start=finding.start,
        end=finding.until or finding.end,
        direction=direction(finding.view, finding.evidence),
        statistic=finding.statistic,
    )


def match(previous: Sequence[Known], findings: Sequence[Finding], timezone: str) -> tuple[Matched, ...]:
    """Return for each finding, in their order, which earlier ones it is; `timezone` is where people live.

    The same occurrence: one place and resource, one direction, and padded spans that overlap by `LEAST_OVERLAP`, or
    one within the other for views of one family. Each earlier one is given to at most one finding, by the assignment
    with the largest total overlap (`scipy.optimize.linear_sum_assignment`), so that no order matters. The same
    subject: short ones at the same local time of day, lasting ones of one family of views, both in one direction.
    """
    now = [known_of(each) for each in findings]
    told = [(one, *(known_of(each) for each in finding.members)) for one, finding in zip(now, findings, strict=True)]
    given = _assigned(previous, told)
    ids = _ids(now, given, {each.id for each in previous})
    zone = ZoneInfo(timezone)
    return tuple(
        Matched(
            id=ids[at],
            same=given[at].id if at in given else "",
            subject=_subject(one, previous, given.get(at), zone),
        )
        for at, one in enumerate(now)
    )


def _ids(now: Sequence[Known], given: Mapping[int, Known], used: set[str]) -> dict[int, str]:
    """Return the id of each finding; a new one whose own id an earlier occurrence has gets another one."""
    ids = {at: one.id for at, one in given.items()}
    for at in sorted(set(range(len(now))) - ids.keys(), key=lambda place: _order(now[place])):
        own = now[at].id
        while own in used:
            own = finding_id(own, now[at].start.isoformat())
        ids[at] = own
        used.add(own)
    return ids


def _assigned(previous: Sequence[Known], told: Sequence[tuple[Known, ...]]) -> dict[int, Known]:
    """Return the earlier occurrence of each finding that has one, by the finding's place; `told` are its stories."""
    rows = sorted(range(len(told)), key=lambda at: _order(told[at][0]))
    columns = sorted(previous, key=_order)
    weights = np.array([[_told_weight(told[at], each) for each in columns] for at in rows])
    weights = weights.reshape(len(rows), len(columns))
    pairs = zip(*linear_sum_assignment(weights, maximize=True), strict=True)
    return {rows[row]: columns[column] for row, column in pairs if weights[row, column] > 0}


def _order(one: Known) -> tuple[datetime, datetime, str, str, str, str, str]:
    """Return what both sides are sorted by, so that equal totals do not depend on the order given."""
    return (one.start, one.end, one.service, one.part, one.metric, one.view, one.id)


def _told_weight(story: tuple[Known, ...], other: Known) -> float:
    """Return how much a story is an earlier occurrence: that of the one that leads, else a good share of a member's."""
    lead, *members = story
    return max([_weight(lead, other), *(IN_STORY * _weight(each, other) for each in members)])


def _weight(one: Known, other: Known) -> float:
    """Return how much two findings are one occurrence; 0 where they are two."""
    if not _alike(one, other):
        return 0.0
    overlap = _overlap(one, other)
    if overlap == 0:
        return 0.0
    # Steep, so that one good pair is never given up for two poor ones; the rest only decides between equals.
    ties = 1e-3 * (one.id == other.id) + 1e-4 * (one.view == other.view)
    return (1.0 if one.metric == other.metric else OTHER_METRIC) * float(overlap**6) + ties


def _alike(one: Known, other: Known) -> bool:
    """Tell whether two findings are about one resource of one part, in one direction."""
    if (one.service, one.part, one.resource) != (other.service, other.part, other.resource):
        return False
    if one.metric != other.metric:
        return one.resource != "context"
    return _direction(one) * _direction(other) >= 0


def _direction(one: Known) -> int:
    """Return the direction that is kept, else that of the view."""
    return one.direction or direction(one.view, {})


def _overlap(one: Known, other: Known) -> float:
    """Return the intersection over union of two padded spans; where little, that of a part with its whole; else 0."""
    shared = min(one.end, other.end) - max(one.start, other.start) + 2 * PAD
    both = max(one.end, other.end) - min(one.start, other.start) + 2 * PAD
    share = max(0.0, shared / both)
    if share >= LEAST_OVERLAP:
        return share
    shorter = min(one.end - one.start, other.end - other.start)
    within = shared >= shorter and share >= LEAST_PART and bool(_families(one) & _families(other))
    return share if within else 0.0


def _families(one: Known) -> frozenset[str]:
    """Return what a finding can be called: a moment, a lasting change, or both."""
    family = _FAMILY.get(shape_of(one.view))
    if family == "lasting" or (family == "moment" and one.end - one.start < LASTS):
        return frozenset({family})
    return frozenset({"moment", "lasting"})


def _subject(one: Known, previous: Sequence[Known], same: Known | None, zone: ZoneInfo) -> str:
    """Return the id of the latest other earlier finding of the same subject; one of the same metric goes first."""
    others = [each for each in previous if each != same and each.end <= one.end and _same_subject(one, each, zone)]
    latest = max(others, key=lambda each: (each.metric == one.metric, *_order(each)), default=None)
    return latest.id if latest else ""


def _same_subject(one: Known, other: Known, zone: ZoneInfo) -> bool:
    """Tell whether two findings are one subject: the same pattern at the same place."""
    if not (_alike(one, other) and _families(one) & _families(other)):
        return False
    shorter, longer = sorted((one.end - one.start, other.end - other.start))
    if shorter >= SHORT or _LASTING & {shape_of(one.view), shape_of(other.view)}:
        return True
    # The longer may be a little over the line: the same night's work takes now five hours, now seven.
    return longer < 2 * SHORT and _apart(one.start, other.start, zone) <= CLOCK


def _apart(one: datetime, other: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far apart two moments are on the local clock."""
    first, second = (each.astimezone(zone).replace(tzinfo=None) for each in (one, other))
    between = (first - second) % timedelta(days=1)
    return min(between, timedelta(days=1) - between)
