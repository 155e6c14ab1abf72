"""Where the pages of a review go, and where the minutes of a command's review and week lie."""

from datetime import datetime

from sre_lib import params, weeks
from sre_lib.address import Address
from sre_lib.collect.source import clock
from sre_lib.params import Review
from sre_lib.run.meeting import Desk
from sre_lib.stores import store_of


def desk_of(name: str, week: str, now: datetime | None, out: Address | None) -> tuple[Desk, Address]:
    """Return the desk of a review's week (empty: the last finished one), and the folder of the pages.

    Raises UserMistakeError where the review or the week cannot be used.
    """
    review = params.load(name)
    moment = clock(review, week, now)
    chosen = weeks.must_have_ended(review.week(week, moment), moment)
    folder = pages_at(review, out)
    return Desk(store_of(folder), review, chosen), folder


def pages_at(review: Review, out: Address | None) -> Address:
    """Return where the pages of all weeks go: where the user says, else beside the archive."""
    return review.home / "reviews" if out is None else out
