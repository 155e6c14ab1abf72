"""Series from CloudWatch by GetMetricData: many calls to several places, and what to do where one fails."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sre_lib.collect import client_errors
from sre_lib.collect.client_errors import Course
from sre_lib.collect.queries import Call, Place
from sre_lib.collect.quota import Quotas
from sre_lib.collect.reading import Answered, Failed, Fetched, Floats, read_call, unread
from sre_lib.errors import SourceError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

__all__ = ["Answered", "Fetched", "Floats", "fetch"]

THREADS = 4
ROUNDS = 4
"""How often a call is asked for that was throttled or failed in passing, each time with all attempts of botocore
(8, over about half a minute) and after all other calls; throttled ones half as fast from round to round."""
_SILENCE = 4
"""So many calls without one answer, and a place that fails in passing is given up."""


_NOTHING = Answered({})


class CloudWatches(Protocol):
    """What `fetch` wants of `Clients`."""

    def cloudwatch(self, place: Place) -> "CloudWatchClient":
        """Return CloudWatch at a place; SourceError where it cannot be made."""


def fetch(
    clients: CloudWatches,
    calls: Sequence[Call],
    quotas: Quotas | None = None,
    threads: int = THREADS,
    *,
    enough: bool = False,
) -> Iterator[Answered]:
    """Yield what each call brought, as it comes, several at once and within the quotas (None: without any).

    What was throttled or failed in passing is asked for again, up to `ROUNDS` times. What cannot be read in the end
    stands with its series, as partial or denied; a place that cannot be read at all does not stop the others. Raises
    SourceError, with the reason of each place, where calls were to be made and nothing could be read at all; nothing
    is yielded then. With `enough` (what is there already is worth a review) that is no reason to end.
    """
    source = _Source(clients, quotas or Quotas(None, 0))
    held: list[Answered] = []
    waiting = [_Waiting(call) for call in calls]
    pool = ThreadPoolExecutor(threads, thread_name_prefix="cloudwatch")
    try:
        for left in reversed(range(ROUNDS)):
            later: list[_Waiting] = []
            for future in as_completed([pool.submit(source.read, each) for each in waiting]):
                known, again = source.settled(future.result(), last=not left)
                held += known
                later += again
                if source.answered:
                    yield from held
                    held.clear()
            waiting = later
    finally:
        pool.shutdown(cancel_futures=True)
    if held and not enough:
        raise client_errors.unreadable((failed.error, failed.call[0].place) for each in held for failed in each.failed)
    yield from held


class _Waiting(NamedTuple):
    """A call to be made, and what it took in earlier rounds."""

    call: Call
    spent: Answered = _NOTHING


@dataclass
class _Place:
    """What is known of a place: whether it ever answered, how often it failed in passing before, why it is given up."""

    answered: bool = False
    failures: int = 0
    ended: Exception | None = None


@dataclass
class _Source:
    """The places of one run, read from by several threads."""

    clients: CloudWatches
    quotas: Quotas
    _places: dict[Place, _Place] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def answered(self) -> bool:
        """Tell whether any place ever answered."""
        with self._lock:
            return any(place.answered for place in self._places.values())

    def read(self, waiting: _Waiting) -> Answered:
        """Return what a call brought, with what it took before; nothing is asked of a place that was given up."""
        call, spent = waiting
        place = call[0].place
        with self._lock:
            error = self._places.setdefault(place, _Place()).ended
        if error:
            return spent + Answered({}, failed=(unread(call, error),))
        try:
            client = self.clients.cloudwatch(place)
        except SourceError as failure:
            answered = Answered({}, failed=(unread(call, failure),))
        else:
            answered = self._read(client, call)
        self._learn(place, answered)
        return spent + answered

    def settled(self, answered: Answered, *, last: bool) -> tuple[list[Answered], list[_Waiting]]:
        """Return what is known for good of what a call brought, if anything, and what is asked for again."""
        again = [] if last else [each for each in answered.failed if self._asks_again(each)]
        final = tuple(each for each in answered.failed if each not in again)
        series = {**answered.series, **{request: got for each in final for request, got in each.series.items()}}
        if series:
            return [replace(answered, series=series, failed=final)], [_Waiting(each.call) for each in again]
        first, *rest = again
        spent = replace(answered, failed=())
        return [], [_Waiting(first.call, spent), *(_Waiting(each.call) for each in rest)]

    def _read(self, client: "CloudWatchClient", call: Call) -> Answered:
        """Read one call, in parts where something in it is not accepted."""

        def ask(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
            self.quotas.wait(call, len(arguments["MetricDataQueries"]))
            return client.get_metric_data(**arguments)

        answered = read_call(ask, call)
        if len(call) > 1 and any(_course(each) is Course.SPLIT for each in answered.failed):
            # One metric that CloudWatch does not accept must not take the others with it.
            middle = len(call) // 2
            tried = replace(answered, failed=())
            return tried + self._read(client, call[:middle]) + self._read(client, call[middle:])
        return answered

    def _learn(self, place: Place, answered: Answered) -> None:
        """Remember what a call says of its place."""
        with self._lock:
            known = self._places[place]
            known.answered |= answered.pages > 0
            for failed in answered.failed:
                course = _course(failed)
                known.failures += course is Course.AGAIN
                silent = not known.answered and known.failures >= _SILENCE
                if course is Course.END or (course is Course.AGAIN and silent):
                    known.ended = failed.error
        if any(_course(failed) is Course.SLOWER for failed in answered.failed):
            self.quotas.slow_down(place)

    def _asks_again(self, failed: Failed) -> bool:
        """Tell whether a call that failed may come later."""
        with self._lock:
            return self._places[failed.call[0].place].ended is None and _course(failed) in {Course.AGAIN, Course.SLOWER}


def _course(failed: Failed) -> Course:
    """Return what to do about a call that failed."""
    return client_errors.meaning(failed.error).course
