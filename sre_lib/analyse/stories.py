"""Findings of one moment and cause are one story: one of them leads, the others are its evidence."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from sre_lib.analyse.findings import LASTING
from sre_lib.analyse.known_causes import FELT
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Finding
from sre_lib.views import is_expert, shape

PAD = timedelta(minutes=10)
"""What is no further apart overlaps: one metric shows a moment a datapoint or two later than another."""

APART = timedelta(minutes=75)
"""Moments of one service that begin within so much are one story; a cause takes a while to show everywhere."""

ACROSS = timedelta(minutes=20)
"""The same between services."""

LASTING_APART = timedelta(hours=3)
"""Lasting changes of two parts or resources whose change itself is no further apart are one."""

DAYS = timedelta(days=2)
LONG = timedelta(hours=12)
"""What lasts longer, such as an oscillation, is one with whatever else a service does meanwhile; with days of it, it is
a lasting change."""

LOW = frozenset({"dip", "sustained_low"})
"""Shapes of what fell."""

FELT_SHARE = 0.5
"""What customers felt takes a story's priority so much of the way to 1."""


def stories(findings: Sequence[Finding], across: bool = False, apart: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return findings with those of one moment and cause under the one that leads, by falling priority.

    One moment: spans that overlap and begin near each other (`across` services: nearer still), or lie in a long one of
    the service; lasting changes of one resource of a part, and those of others that happen together. The leader says
    most about the cause: CPU and memory before their context, a view of an expert before a general one, then priority.
    `apart` are ids that lead or stand alone: someone wrote on them.
    """
    told: list[Finding] = []
    for finding in sorted(findings, key=lambda each: _leads(each, apart)):
        at = next((i for i, leader in enumerate(told) if _joins(finding, leader, across)), None)
        if at is None or finding.id in apart:
            told.append(finding)
        else:
            members = (*told[at].members, replace(finding, members=()), *finding.members)
            told[at] = replace(told[at], members=members)
    weighed_ones = [weighed(each) for each in told]
    return tuple(sorted(weighed_ones, key=lambda each: (-each.priority, each.start, each.id)))


def joined(told: Sequence[Finding], weak: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return stories with the weaker findings of their moment in any service as members, and the findings left over.

    What is not worth a line of its own is evidence all the same.
    """
    members: dict[str, list[Finding]] = {story.id: [] for story in told}
    left: list[Finding] = []
    for finding in weak:
        story = next((each for each in told if _joins(finding, each, across=True)), None)
        if story is None:
            left.append(finding)
        else:
            members[story.id] += [replace(finding, members=()), *finding.members]
    return tuple(replace(each, members=(*each.members, *members[each.id])) for each in told), tuple(left)


def weighed(story: Finding) -> Finding:
    """Return a story with what customers felt in its priority: p + (1 - p) x `FELT_SHARE` x how surprising that was."""
    felt = max((each.score for each in (story, *story.members) if _felt(each)), default=0.0)
    own = story.priority / story.factors.get("felt", 1.0)
    priority = own + (1 - own) * FELT_SHARE * felt
    if not felt:
        return story
    return replace(story, priority=priority, factors={**story.factors, "felt": priority / own})


def _felt(finding: Finding) -> bool:
    """Tell whether customers felt it: slow or failed answers, or requests and orders that did not arrive."""
    return lost_arrivals(finding) or (finding.metric in FELT and shape(finding) not in LOW)


def lost_arrivals(finding: Finding) -> bool:
    """Tell whether requests, or what a metric of the review's own counts, did not arrive."""
    counts = finding.metric == "requests" or finding.kind not in builtin_catalog()
    return counts and shape(finding) in LOW


def flat(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield every finding and the members of every story."""
    for finding in findings:
        yield finding
        yield from finding.members


def _leads(finding: Finding, apart: Collection[str]) -> tuple[object, ...]:
    """Return what leaders are sorted by."""
    experts = is_expert(finding)
    return (
        finding.id not in apart,
        finding.resource == "context" and not experts,
        finding.metric in FELT,
        -round(finding.priority * (1.3 if experts else 1.0), 6),
        finding.start,
        finding.service,
        finding.part,
        finding.metric,
        finding.id,
    )


def _joins(finding: Finding, leader: Finding, across: bool) -> bool:
    """Tell whether a finding belongs to the story of a leader."""
    here = finding.service == leader.service
    if not here and not across:
        return False
    lasting = [_lasts(each) for each in (finding, leader)]
    if here and all(lasting):
        same = (finding.part, finding.resource) == (leader.part, leader.resource)
        return _overlap(finding, leader) if same else abs(finding.start - leader.start) <= LASTING_APART
    if any(lasting):
        return False
    if here and leader.end - leader.start >= LONG:
        return _overlap(finding, leader)
    between = abs(finding.start - leader.start)
    return _overlap(finding, leader) and between <= (APART if here else ACROSS)


def _lasts(finding: Finding) -> bool:
    """Tell whether a finding is a lasting change, or a moment that has become one."""
    last = finding.until or finding.end
    return shape(finding) in LASTING or last - finding.start >= DAYS


def _overlap(one: Finding, other: Finding) -> bool:
    """Tell whether two spans overlap, nearly."""
    first, second = (each.until or each.end for each in (one, other))
    return one.start <= second + PAD and other.start <= first + PAD
