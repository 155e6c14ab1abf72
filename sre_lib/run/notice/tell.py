"""Tells every channel of a review; one that cannot be told stops no other, nor the run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sre_lib.errors import UserMistakeError
from sre_lib.params import Review
from sre_lib.params_notify import Channel
from sre_lib.run.notice import others, slack
from sre_lib.run.notice.message import Notice
from sre_lib.run.notice.secret import address_of
from sre_lib.run.notice.sending import Patience
from sre_lib.wording import wording


@dataclass(frozen=True)
class Told:
    """Whether a channel was told: its place in the review file, and `why` not (empty: it was)."""

    channel: str
    why: str = ""

    @property
    def sentence(self) -> str:
        """What is said where it was not told."""
        return f"{self.channel}: the notice was not sent: {self.why}"

    @property
    def row(self) -> Mapping[str, str]:
        """The same for run.json."""
        return {"channel": self.channel, "status": "failed" if self.why else "sent", "message": self.why}


def tell_all(review: Review, notice: Notice, environment: Mapping[str, str], patience: Patience) -> Iterator[Told]:
    """Send a notice to every channel; yield for each, in the file's order, whether it was told."""
    for number, channel in enumerate(review.notify, 1):
        yield Told(f"notify[{number}].{channel.service}", _tell(review, channel, notice, environment, patience))


def _tell(review: Review, channel: Channel, notice: Notice, environment: Mapping[str, str], patience: Patience) -> str:
    """Send a notice to one channel; return why it failed (empty: it was taken)."""
    try:
        url = address_of(channel, review.home, environment)
    except UserMistakeError as error:
        return str(error)
    try:
        if channel.slack:
            return slack.send(url, notice, wording(review.language), patience)
        return others.send(url, notice, patience)
    except Exception as error:  # noqa: BLE001  a library's failure may hold the address, and must not end the run
        return f"{type(error).__name__} in the library that sends it"
