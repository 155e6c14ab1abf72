"""What earlier meetings decided on events, against this week's of the same kind."""

import numpy as np

from sre_lib.analyse.events.measure import EventReview
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.document.event_texts import near_text
from sre_lib.document.minutes.event_lines import line_name
from sre_lib.document.opening import Opened
from sre_lib.document.since import verdict_name

MOST = 2
"""Decisions told on one card: the newest."""


def decided_texts(one: EventReview, week: EventsOfWeek, opened: Opened) -> list[str]:
    """Return the verdicts of earlier meetings on comparable events, each with how close that was and this is."""
    zone, say = opened.review.timezone, opened.say
    before = {line_name(each.event, zone): each for each in week.comparable(one)}
    found = [(each, before[each.name]) for each in reversed(opened.meeting.events) if each.name in before]
    texts = []
    for decision, then in found[:MOST]:
        verdict = verdict_name(decision.verdict, say)
        if then.weakest is None or one.weakest is None or np.isnan(then.weakest.left_share):
            texts.append(say("{verdict} of {week} on {event}: cannot be compared", verdict=verdict,
                             week=decision.week, event=then.event.title))  # fmt: skip
            continue
        texts.append(
            say("{verdict} of {week} on {event}: then {then}; now {now}", verdict=verdict, week=decision.week,
                event=then.event.title, then=near_text(then.weakest, say), now=near_text(one.weakest, say))
        )  # fmt: skip
    return texts
