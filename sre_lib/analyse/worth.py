"""Whether a finding is worth a line of the page: surprise alone is not, a meeting has an hour."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import compress
from math import prod

from sre_lib.analyse.known_causes import FELT, MOMENTS
from sre_lib.analyse.stories import ACROSS, LOW, lost_arrivals
from sre_lib.model import Finding
from sre_lib.views import is_expert, shape

LEAST_PRIORITY = 0.2
"""Priority under which nothing is listed: nobody would act on it this week."""

LEAST_SCORE = 0.7
"""Score of a moment of CPU or memory, or of requests that did not arrive, from which it is listed on its own."""

CONTEXT_SCORE = 0.9
"""The same of what stands beside CPU and memory: it explains, and is rarely talked about alone."""

MOMENT = timedelta(minutes=10)
CONTEXT_MOMENT = timedelta(minutes=15)
"""A moment that is shorter (fewer than two, three datapoints) is listed only in company."""

TOGETHER = 0.8
"""Surprise of several together, 1 - the product of (1 - score), from which a story is listed."""


def worth_listing(story: Finding, weaker: Sequence[Finding] = ()) -> bool:
    """Tell whether a story is listed: what a view of an expert sees, what lasts, and moments that are long and rare.

    A story of several series is listed where they are surprising together (`TOGETHER`); in every case only from
    `LEAST_PRIORITY` on. `weaker` are findings that are not shown: of arrivals that were lost, CPU that fell with them
    bears out that they were, though nobody minds idle CPU alone.
    """
    if story.priority < LEAST_PRIORITY:
        return False
    several = (story, *story.members)
    return any(_alone(each) for each in several) or _together((*several, *_bearing_out(story, weaker)))


def split(
    stories: Sequence[Finding], weaker: Sequence[Finding] = ()
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the stories that are listed, and the rest; `weaker` are findings that are not shown."""
    listed = [worth_listing(each, weaker) for each in stories]
    return tuple(compress(stories, listed)), tuple(compress(stories, (not each for each in listed)))


def _alone(finding: Finding) -> bool:
    """Tell whether a finding is worth it by itself."""
    if is_expert(finding):
        return True
    if shape(finding) not in MOMENTS:
        return finding.resource != "context" or finding.score >= CONTEXT_SCORE
    lasts = (finding.until or finding.end) - finding.start
    if finding.resource == "context":
        least = LEAST_SCORE if lost_arrivals(finding) else CONTEXT_SCORE
        return finding.score >= least and lasts >= CONTEXT_MOMENT
    return finding.score >= LEAST_SCORE and lasts >= MOMENT


def _bearing_out(story: Finding, weaker: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the weaker findings that fell in the moment in which arrivals were lost, of the same service."""
    if not lost_arrivals(story):
        return ()
    return tuple(
        each for each in weaker
        if each.service == story.service and shape(each) in LOW
        and each.start < story.end and each.end > story.start and abs(each.start - story.start) <= ACROSS
    )  # fmt: skip


def _together(several: Sequence[Finding]) -> bool:
    """Tell whether some series are surprising together; one of them must be more than a datapoint."""
    kinds = {each.metric in FELT or each.resource for each in several}
    long_ones = [each for each in several if (each.until or each.end) - each.start >= MOMENT]
    return len(kinds) > 1 and bool(long_ones) and 1 - prod(1 - each.score for each in several) >= TOGETHER
