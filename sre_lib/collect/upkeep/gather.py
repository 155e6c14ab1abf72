"""What expires, asked of AWS once a week: each source and place by itself, so that a denied one stops no other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sre_lib.collect.alarms.gather import places_of
from sre_lib.collect.archive import Archive
from sre_lib.collect.changes.asking import Asking, NotAnsweredError
from sre_lib.collect.client_errors import safe
from sre_lib.collect.clients import Clients
from sre_lib.collect.queries import Place
from sre_lib.collect.upkeep.kept import put, read
from sre_lib.collect.upkeep.readers import READERS
from sre_lib.errors import ArchiveError
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.upkeep import UpkeepItem, UpkeepLook, UpkeepSource


class UpkeepProblem(NamedTuple):
    """A source that did not answer in full, and why (no source: a file)."""

    source: UpkeepSource | None
    message: str

    def __str__(self) -> str:
        """Return the sentence."""
        return f"upkeep ({self.source}): {self.message}" if self.source else f"upkeep: {self.message}"


@dataclass(frozen=True)
class UpkeepCollected:
    """How many calls it took, and what was asked for and is missing."""

    calls: int = 0
    problems: tuple[UpkeepProblem, ...] = ()


def collect_upkeep(
    review: Review, week: Week, clients: Clients | None, archive: Archive, now: datetime
) -> UpkeepCollected:
    """Keep what the sources that the review names tell now; one that the week has in full is not asked again.

    Without clients nothing is asked, and what the week lacks is a problem. No source raises.
    """
    try:
        looks = {(each.source, each.place): each for each in read(archive, week)}
        missing = [
            key for key in _wanted(review) if (known := looks.get(_name(*key))) is None or known.status != "complete"
        ]
        if clients is None:
            lacking = dict.fromkeys(source for source, _ in missing)
            return UpkeepCollected(
                0, tuple(UpkeepProblem(each, "the archive holds no look of this week") for each in lacking)
            )
        came = [_look(clients, source, place, now) for source, place in missing]
        if came:
            put(archive, week, tuple(look for look, _ in came))
    except ArchiveError as error:
        return UpkeepCollected(0, (UpkeepProblem(None, str(error)),))
    problems = dict.fromkeys(UpkeepProblem(look.source, look.message) for look, _ in came if look.message)
    return UpkeepCollected(sum(calls for _, calls in came), tuple(problems))


def _wanted(review: Review) -> Iterator[tuple[UpkeepSource, Place]]:
    """Yield what is asked where."""
    for source in review.upkeep:
        for place in places_of(review):
            yield source, place


def _name(source: UpkeepSource, place: Place) -> tuple[UpkeepSource, str]:
    """Return what a look is kept under."""
    return source, " ".join(each for each in (place.profile, place.region) if each)


def _look(clients: Clients, source: UpkeepSource, place: Place, now: datetime) -> tuple[UpkeepLook, int]:
    """Return what one source told at one place, with what came before a refusal, and how many calls it took."""
    asking = Asking(lambda service: clients.other(service, place))
    items: list[UpkeepItem] = []
    named = _name(source, place)
    try:
        items.extend(READERS[source](asking))
    except NotAnsweredError as error:
        return UpkeepLook(*named, now, error.status, error.message, tuple(items)), asking.calls
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # An answer without what AWS documents: an endpoint that is none of AWS's, say. The other sources go on.
        message = f"an answer is not as AWS documents it ({type(error).__name__}: {safe(str(error))})"
        return UpkeepLook(*named, now, "partial", message, tuple(items)), asking.calls
    return UpkeepLook(*named, now, "complete", "", tuple(items)), asking.calls
