"""A notice that only tries whether everybody can be told."""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime

from sre_lib.errors import UserMistakeError
from sre_lib.run.fetch import scope
from sre_lib.run.notice.message import Notice, page_url
from sre_lib.run.notice.sending import Patience
from sre_lib.run.notice.tell import Told, tell_all
from sre_lib.wording import wording


def trial(
    name: str,
    week: str,
    now: datetime | None,
    environment: Mapping[str, str] = os.environ,
    patience: Patience | None = None,
) -> Iterator[Told]:
    """Send a test to every channel of a review; yield for each whether it was told.

    Raises UserMistakeError where the review or the week cannot be used, or the review names nobody.
    """
    found = scope(name, week, now)
    review = found.review
    if not review.notify:
        raise UserMistakeError(
            f"{review.file}: notify: nobody is named; add who is told, "
            "such as notify: [slack: {url_env: SRE_REVIEW_SLACK}]"
        )
    say = wording(review.language)
    text = say("This is a test: notices of this review arrive here.")
    notice = Notice(f"{review.title} {found.week.name}", text, page_url(review, found.week))
    yield from tell_all(review, notice, environment, patience or Patience())
