"""One run of the company by the command line: how long it took, and how much memory."""

import json
import resource
import time
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.company import CREDENTIALS, NAME
from tests.conftest import sre_review


class Run(NamedTuple):
    """One run of the company: seconds, peak of memory in MB (its largest process), and run.json."""

    seconds: float
    peak_mb: float
    record: Mapping[str, Any]


def ran(home: Path, week: str) -> Run:
    """Run the command line in a process of its own, whose children's memory is then this run's alone."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_ran, (home, week))


def _ran(home: Path, week: str) -> Run:
    started = time.perf_counter()
    answer = sre_review("run", NAME, "--week", week, cwd=home, **CREDENTIALS)
    seconds = time.perf_counter() - started
    assert answer.returncode == 0, answer.stderr
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Run(seconds, peak, json.loads((home / "reviews" / NAME / week / "run.json").read_text()))
