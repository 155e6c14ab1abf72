"""`make benchmark`: one table of what a run takes, each row against a peer measured in the same run.

Stock tools and Prophet are measured on a few services or series, and extrapolated from there.
"""

import math
import os
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from sre_lib import params
from sre_lib.analyse.analyse import analyse
from sre_lib.analyse.derived import with_derived
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import service_week
from sre_lib.collect.plan import wanted
from sre_lib.store import LocalStore
from tests.benchmarks import first_chart, stock, test_analysis, test_fetch
from tests.benchmarks.company import CREDENTIALS, NAME, Account, account, company, morning_after
from tests.benchmarks.timed import Run, ran

FIRST, NEXT = "2026-W40", "2026-W41"
SERVICES, MEASURED = 40, 3
SIZES = (10, 40, 160)
AT_LEAST = {"forty": 12.0, "again": 20.0, "fetch": 20.0, "analysis": 20.0, "chart": 2.0, "new week": 2.0}


class Row(NamedTuple):
    """One line of the table: the work, what it is held against, what is wanted, and what was measured."""

    work: str
    against: str
    wanted: str
    got: str


def main() -> None:
    """Measure, and print the table as it goes."""
    os.environ.update(CREDENTIALS)
    print("| work | against | wanted | measured |\n|---|---|---|---|", flush=True)  # noqa: T201  what it is for
    for row in rows():
        print(f"| {' | '.join(row)} |", flush=True)  # noqa: T201


def rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    with tempfile.TemporaryDirectory() as scratch, account(morning_after(FIRST)) as endpoint:
        folder = Path(scratch)
        home = company(folder / "forty", SERVICES, endpoint.url)
        first = ran(home, FIRST)
        yield _forty(home, endpoint, first)
        again = ran(home, FIRST)
        yield Row("the same again, nothing new", "first run", *_ratio("again", first.seconds, again.seconds))
        endpoint.goes_on_to(morning_after(NEXT))
        yield from _new_week(home, first, ran(home, NEXT))
        yield _analysis(home, folder)
        # Playwright wants a process without a running event loop.
        with get_context("spawn").Pool(1) as pool:
            ours, theirs = pool.apply(first_chart.times, (home / "reviews" / NAME / FIRST, folder))
        against = "nbconvert with plotly's offline renderer"
        yield Row("weekly page in Chromium, first chart", against, *_ratio("chart", theirs, ours))
        yield _sizes(folder, endpoint, first)
        yield Row(*_stages(first))
    yield _fetch()


def _ratio(name: str, theirs: float, ours: float) -> tuple[str, str]:
    """Return what is wanted, and what was measured."""
    return f"{AT_LEAST[name]:g} times", f"{theirs / ours:.1f} times ({theirs:.2f} s against {ours:.2f} s)"


def _forty(home: Path, endpoint: Account, first: Run) -> Row:
    """Return the row of stock tools, a service after the other."""
    each = [stock.one_service(home, FIRST, number, endpoint.url) for number in range(MEASURED)]
    whole = sum(each) / MEASURED * SERVICES
    against = f"boto3's paginator, papermill and nbconvert, measured on {MEASURED}, extrapolated"
    return Row(f"{SERVICES} services, collect to pages", against, *_ratio("forty", whole, first.seconds))


def _new_week(home: Path, first: Run, later: Run) -> Iterator[Row]:
    """Yield what a week more takes."""
    review = params.load(NAME, home)
    metrics = sum(len(wanted(review.catalog, service)) for service in review.services)
    before, after = (each.record["collected"] for each in (first, later))
    billed = f"{after['billed_metrics']} to {after['billed_metrics_at_most']} for {metrics} metrics"
    yield Row("billed metrics of one week more", "statistics asked", "one for each five of a metric", billed)
    seconds = [float(each["seconds"]) for each in (before, after)]
    yield Row("collection of one week more", "first collection", *_ratio("new week", *seconds))


def _analysis(home: Path, folder: Path) -> Row:
    """Return the row of the analysis alone, processor time on one core on both sides."""
    review = params.load(NAME, home)
    archive, week = Archive(LocalStore(home / "archive"), NAME), review.week(FIRST, morning_after(FIRST))
    looked = [with_derived(service_week(review, each, week, archive), review.catalog) for each in review.services]
    started = time.process_time()
    for each in looked:
        analyse(each, review.catalog, review.views)
    ours = time.process_time() - started
    series = sum(len(wanted(review.catalog, each)) for each in review.services)
    (folder / "prophet").mkdir()
    theirs = test_analysis.prophet(folder / "prophet") * series
    against = f"Prophet on {series} series, measured on {test_analysis.PROPHET_ROUNDS}, extrapolated"
    return Row(f"analysis of {SERVICES} services x 7 weeks", against, *_ratio("analysis", theirs, ours))


def _sizes(folder: Path, endpoint: Account, forty: Run) -> Row:
    """Return how time and memory grow with the number of services."""
    endpoint.goes_on_to(morning_after(FIRST))
    runs = {SERVICES: forty}
    for count in SIZES:
        if count not in runs:
            runs[count] = ran(company(folder / f"of-{count}", count, endpoint.url), FIRST)
    few, many = runs[SIZES[0]], runs[SIZES[-1]]
    exponent = math.log(many.seconds / few.seconds) / math.log(SIZES[-1] / SIZES[0])
    told = ", ".join(f"{count}: {runs[count].seconds:.0f} s, {runs[count].peak_mb:.0f} MB" for count in SIZES)
    got = f"exponent {exponent:.2f}, memory {many.peak_mb / few.peak_mb:.2f} times ({told})"
    return Row(" → ".join(map(str, SIZES)) + " services", "linear", "exponent 1.05, memory 1.5 times", got)


def _stages(first: Run) -> tuple[str, str, str, str]:
    """Return where the time goes."""
    stages = first.record["stages"]
    told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in stages.items())
    return f"stages of {SERVICES} services (they overlap)", "", "", told


def _fetch() -> Row:
    """Return the row of datapoints into frames."""
    ours, theirs = test_fetch.frame_times()
    return Row("500 x 2,016 datapoints into a frame", "boto3's paginator", *_ratio("fetch", theirs, ours))


if __name__ == "__main__":
    main()
