"""What the learning page says of upkeep: why an expert looks there each week, and what meetings decided on it."""

from sre_lib.document.display import Fragment, fragment
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep import UpkeepReview
from sre_lib.wording.upkeep import LESSONS

LibraryRow = tuple[str, str, str, str, str]
"""Week, where, what kind of thing it is, what was seen, what was decided and what came of it."""


def upkeep_lessons(opened: Opened) -> Fragment | None:
    """Return why an expert looks at what expires, kind by kind; None where the review does not ask for upkeep."""
    if not opened.review.upkeep:
        return None
    say = opened.say
    rows = [(say(each.name), say(each.why), say(each.question)) for each in LESSONS]
    line = say("What expires is on no graph: it is looked up each week, so that it is known to more than one person.")
    plain = "\n".join([line, *(" | ".join(row) for row in rows)])
    return fragment("upkeep_lessons", plain, say, line=line, rows=rows)


def upkeep_rows(opened: Opened) -> list[LibraryRow]:
    """Return a row of the case library for each verdict of an earlier week on upkeep, the newest first."""
    if not (opened.review.upkeep and opened.meeting.upkeep):
        return []
    say, page = opened.say, UpkeepReview(opened)
    return [
        (each.decision.week, each.what(say), say("Upkeep"), each.then(say),
         say.listing([each.said(say), page.told(each)]))
        for each in page.decided
    ]  # fmt: skip
