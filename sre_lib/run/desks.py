"""Where the minutes of a command's review and week lie."""

from datetime import datetime
from pathlib import Path

from sre_lib import params, weeks
from sre_lib.collect.source import clock
from sre_lib.run.meeting import Desk
from sre_lib.store import LocalStore


def desk_of(name: str, week: str, now: datetime | None, out: Path | None) -> tuple[Desk, Path]:
    """Return the desk of a review's week (empty: the last finished one), and the folder of the pages.

    Raises UserMistakeError where the review or the week cannot be used.
    """
    review = params.load(name)
    moment = clock(review, week, now)
    chosen = weeks.must_have_ended(review.week(week, moment), moment)
    folder = Path.cwd() / out if out else review.home / "reviews"
    return Desk(LocalStore(folder), review, chosen), folder
