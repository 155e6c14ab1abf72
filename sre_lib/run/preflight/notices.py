"""Whether the addresses of those who are told of a run are there; nothing is sent (`sre-review notify` does)."""

from collections.abc import Iterator, Mapping

from sre_lib.errors import UserMistakeError
from sre_lib.params import Review
from sre_lib.run.notice.secret import address_of
from sre_lib.run.preflight.tree import Checked, group, ok, wrong


def check_notices(review: Review, environment: Mapping[str, str]) -> Iterator[Checked]:
    """Yield what is so of the channels of a review; nothing where it names none."""
    rows = []
    for number, channel in enumerate(review.notify, 1):
        name = f"notify[{number}].{channel.service}"
        try:
            address_of(channel, review.home, environment)
        except UserMistakeError as error:
            rows.append(wrong(name, str(error)))
        else:
            rows.append(ok(name, f"its address is there; `sre-review notify {review.name}` tries it"))
    if rows:
        yield group("notices", rows)
