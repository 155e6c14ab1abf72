"""What a run is made from, as digests: where one is as it was, what was made from it stays as it is."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.metadata import distributions

from sre_lib.collect.archive import Archive
from sre_lib.document.minutes.week_files import MINUTES, NOTEBOOK
from sre_lib.model import Service
from sre_lib.run.code import code, digest
from sre_lib.run.meeting import HISTORY, Desk
from sre_lib.store import file_name
from sre_lib.weeks import history

REMAINS, METRICS = ("analysis", "made"), "metrics"
"""Folders of the archive: what runs put there, made from all the others, and the largest of these."""

NOT_OF_A_SERVICE = ("changes", "alarms", "meeting", "upkeep", "collections")
"""Folders of the archive that hold other services' data too, or that no service's notebook looks at."""

_WEEK = re.compile(r"/(?:week=)?(\d{4}-W\d{2})(?:/|\.json$)")


@dataclass(frozen=True)
class MadeFrom:
    """All that a week's pages depend on but the time of the run, which they only name.

    That is: the review and the files that it names, the `parameters` of the notebooks, what the archive holds, what
    people wrote, this library's files, and what is installed. The archive's metrics of weeks before the history are
    settled: they count by their names alone.
    """

    desk: Desk
    archive: Archive
    parameters: Mapping[str, str]

    def service(self, service: Service) -> str:
        """Return the digest of what one service's notebook is made from; of its metrics as they are now."""
        held = {**self._beside_of(service), **self._marked(self._metrics_of(service))}
        alone = replace(self.desk.review, services=(service,))
        return digest((repr(alone).encode(), *self._common, *_with_names(held)))

    def read_for(self, service: Service) -> list[str]:
        """Return the keys of all in the archive that one service's notebook reads."""
        metrics = (key for key in self._metrics_of(service) if not self._is_settled(key))
        return [*self._beside_of(service), *metrics]

    def week(self, said: Iterable[str]) -> str:
        """Return the digest of what all pages are made from, and of the pages; `said` is what collecting told."""
        review = self.desk.review
        beside = [review.home / each.file for each in review.alarms_from]
        words = (repr(review), *said)
        texts = (*map(str.encode, words), *self._common, *(file.read_bytes() for file in beside if file.is_file()))
        written = self.desk.store.marks(self._written())
        return digest((*texts, *_with_names(self._held), *_with_names(written)))

    def _beside_of(self, service: Service) -> dict[str, bytes]:
        """Return what stands for all but metrics that a service's notebook may look at, by key."""
        mine = _folder_of(service)
        return {
            key: mark for key, mark in self._beside.items() if mine in key or key.split("/")[1] not in NOT_OF_A_SERVICE
        }

    def _metrics_of(self, service: Service) -> list[str]:
        """Return the keys of a service's metrics up to the week."""
        return self._keys(f"{METRICS}{_folder_of(service)}")

    @cached_property
    def _common(self) -> tuple[bytes, ...]:
        """What every notebook is made from."""
        given = sorted((name, value) for name, value in self.parameters.items() if name != "now")
        return (code(), _installed(), repr(given).encode())

    @cached_property
    def _beside(self) -> Mapping[str, bytes]:
        """What stands for all that the archive holds of the review up to the week but metrics, by key."""
        return self._marked(key for key in self._keys() if key.split("/")[1] != METRICS)

    @cached_property
    def _held(self) -> Mapping[str, bytes]:
        """What stands for all that the archive holds of the review up to the week, by key."""
        return self._marked(self._keys())

    def _keys(self, below: str = "") -> list[str]:
        """Return what the archive holds of the review up to the week, or of a folder of it."""
        every = self.archive.store.keys(f"{self.archive.folder}/{below}")
        return [key for key in every if key.split("/")[1] not in REMAINS and self._until(key)]

    def _marked(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what stands for each key's content, for settled metrics nothing."""
        every = list(keys)
        return dict.fromkeys(every, b"") | self.archive.store.marks(key for key in every if not self._is_settled(key))

    def _until(self, key: str) -> bool:
        """Tell whether a key of the archive is of no later week."""
        found = _WEEK.search(key)
        return found is None or found[1] <= self.desk.week.name

    @cached_property
    def _first(self) -> str:
        """The name of the first week of the history."""
        return min(each.name for each in (*history(self.desk.week), self.desk.week))

    def _is_settled(self, key: str) -> bool:
        """Tell whether a key is of metrics of a week before the history."""
        found = _WEEK.search(key)
        return key.split("/")[1] == METRICS and found is not None and found[1] < self._first

    def _written(self) -> Iterator[str]:
        """Yield the keys of the week's files, and of what its pages need of the weeks before."""
        for key in self.desk.store.keys(f"{file_name(self.desk.review.name)}/"):
            _, week, *rest = key.split("/")
            earlier = rest and week < self.desk.week.name
            if week in {self.desk.week.name, HISTORY} or (earlier and key.endswith((MINUTES, NOTEBOOK, ".json"))):
                yield key


def _folder_of(service: Service) -> str:
    """Return the part of a key that is of one service."""
    return f"/service={file_name(service.name)}/"


def _with_names(marks: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield names and what stands for their contents."""
    for key, mark in marks.items():
        yield key.encode()
        yield mark


@cache
def _installed() -> bytes:
    """Return what stands for the versions of all that is installed."""
    return repr(sorted({(each.name, each.version) for each in distributions()})).encode()
