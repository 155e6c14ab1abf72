"""Collects the weeks of a small account over HTTP with the real client while things go wrong."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from sre_lib import weeks
from sre_lib.collect.archive_file import SeriesKey, decode
from sre_lib.collect.collected import Problem
from sre_lib.collect.gather import collect
from sre_lib.collect.source import open_source
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from sre_lib.model import Part, Service, Week
from sre_lib.params_file import CloudWatchSource
from tests.collect.account import archive_in, review_of

WEEK = weeks.named("2026-W40", "UTC", history_weeks=1)
NEXT = weeks.named("2026-W41", "UTC", history_weeks=1)
STEP_S = 600
SERVICES = tuple(
    Service(name, (Part(name, "ecs_service", {"ClusterName": "shop", "ServiceName": name}),))
    for name in ("api", "web", "worker")
)

Series = dict[tuple[str, SeriesKey], NDArray[np.float64]]


@dataclass(frozen=True)
class Outcome:
    """What a user has of one run: what it says, the error that ended it, what the endpoint was asked."""

    problems: tuple[Problem, ...]
    error: str
    ledger: Ledger

    @property
    def calls(self) -> int:
        """Number of calls that reached the endpoint, answered or not."""
        return self.ledger.calls + len(self.ledger.refused)


@cache
def account() -> Recorded:
    """Return an account whose services have a sample every ten minutes of both weeks and the history."""
    generator, backend = np.random.default_rng(1), Recorded()
    times = np.arange(int(WEEK.history_start.timestamp()), int(NEXT.end.timestamp()), STEP_S)
    for service in SERVICES:
        for name in ("CPUUtilization", "MemoryUtilization"):
            values = generator.uniform(0, 100, len(times))
            backend.put("AWS/ECS", name, {"ClusterName": "shop", "ServiceName": service.name}, times, values)
    return backend


def run(folder: Path, *rules: Fault, week: Week = WEEK, faults: Faults | None = None) -> Outcome:
    """Collect a week into an archive, on the Monday after it."""
    now, ledger = weeks.morning_after(week), Ledger()
    faults = faults or Faults(*rules)
    with serve(account(), now, faults, ledger) as url:
        source = CloudWatchSource(type="cloudwatch", region="ap-northeast-1", endpoint=url)
        review = review_of(source, SERVICES, "UTC", history_weeks=1)
        try:
            with open_source(review, now) as clients:
                problems = collect(review, SERVICES, week, clients, archive_in(folder), now).problems
        except SourceError as error:
            return Outcome((), str(error), ledger)
    return Outcome(problems, "", ledger)


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of metrics of an archive."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def series(content: dict[str, bytes]) -> Series:
    """Return every series of an archive by file."""
    return {(name, key): values for name, file in content.items() for key, values in decode(file, name).values.items()}


@cache
def undisturbed(*collected: Week) -> dict[str, bytes]:
    """Return the archive after runs of some weeks without any fault."""
    with TemporaryDirectory() as folder:
        for week in collected or (WEEK,):
            outcome = run(Path(folder), week=week)
            assert (outcome.problems, outcome.error) == ((), "")
        return files(Path(folder))


def assert_nothing_invented(folder: Path) -> None:
    """Fail where an archive has a datapoint that the one without faults does not have, bit by bit."""
    right = series(undisturbed())
    for key, values in series(files(folder)).items():
        there = ~np.isnan(values)
        assert values[there].tobytes() == right[key][there].tobytes(), key


def assert_complete(folder: Path, *collected: Week) -> None:
    """Fail where the series of an archive differ in a bit from those of the one without faults."""
    right, got = series(undisturbed(*collected)), series(files(folder))
    assert got.keys() == right.keys()
    for key, values in got.items():
        np.testing.assert_array_equal(values, right[key], err_msg=str(key))
    for name, file in files(folder).items():
        spans = [span for each in decode(file, name).spans.values() for span in each]
        assert all(span.whole for span in spans), name
