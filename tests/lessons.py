"""The lessons that the package ships, made from the simulated shop: `--update` writes them."""

import gzip
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import orjson

from sre_lib import params
from sre_lib.analyse.memo import analysis
from sre_lib.analyse.stories import flat
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import collect
from sre_lib.collect.source import clock, open_source
from sre_lib.document.learning import shipped
from sre_lib.document.learning.lesson import Lesson
from sre_lib.document.learning.own import quiet
from sre_lib.document.look import Look, column_of
from sre_lib.model import Column
from sre_lib.params_file import DemoSource
from sre_lib.store import LocalStore
from sre_lib.wording import wording

FILE = Path(shipped.__file__).parent / shipped.FILE
UNUSUAL = ((1, "2026-W40"), (3, "2026-W40"), (5, "2026-W40"))
QUIET = ((9, "2026-W28"), (11, "2026-W25"), (3, "2026-W31"))
"""Seeds and weeks of the shop: the one in which it has its faults, and others."""
ALIKE, USUAL = 2, 9
"""Lessons of one view on one metric, and usual weeks in all."""


def looks(seed: int, name: str, folder: Path) -> list[Look]:
    """Return the shop's week of one seed, analysed."""
    review = params.load("demo", FILE.parents[3])
    tests = tuple(each for each in review.events if each.kind == "load_test")
    review = replace(review, source=DemoSource(seed=seed), events=tests)
    now = clock(review, name, None)
    week = review.week(name, now)
    archive = Archive(LocalStore(folder), f"demo-{seed}")
    with open_source(review, now) as client:
        collect(review, review.services, week, client, archive, now)
    say = wording("en")
    return [Look(*analysis(review, each, week, archive), review.catalog, say) for each in review.services]


def unusual(look: Look) -> Iterator[Lesson]:
    """Yield what was found in a look, each member of a story by itself, where there is a band to show."""
    for each in flat(look.analysis.findings):
        column = column_of(each)
        if (*column, "expected") in look.analysis.bands.columns:
            yield Lesson(look, column, replace(each, members=()))


def lessons(every: Sequence[Look]) -> list[Lesson]:
    """Return the clearest lessons of each view on each metric."""
    found: dict[tuple[str, str], list[Lesson]] = {}
    for each in sorted((one for look in every for one in unusual(look)), key=lambda one: -one.clearness):
        found.setdefault((each.view, each.column.metric), []).append(each)
    return [each for alike in found.values() for each in alike[:ALIKE]]


def usual(every: Sequence[Look], unusual: Sequence[Lesson]) -> list[Lesson]:
    """Return series in which nothing was, each once, of the metrics in which something was.

    Metrics take turns, those first that most was seen in: a metric must not tell that its week is a usual one.
    """
    order = [metric for metric, _ in Counter(each.column.metric for each in unusual).most_common()]
    free: dict[str, dict[tuple[str, Column], Lesson]] = {metric: {} for metric in order}
    for look in every:
        for column in quiet(look):
            if column.metric in free:
                free[column.metric].setdefault((look.service.name, column), Lesson(look, column))
    turns = zip_longest(*(list(each.values()) for each in free.values()))
    return [each for turn in turns for each in turn if each is not None][:USUAL]


def made() -> bytes:
    """Return the lessons as the shop gives them now."""
    with tempfile.TemporaryDirectory() as folder:
        every, others = (
            [look for each in wanted for look in looks(*each, Path(folder))] for wanted in (UNUSUAL, QUIET)
        )
        found = lessons(every)
        return shipped.encode([*found, *usual(others, found)])


def leaves(encoded: bytes) -> dict[str, Any]:
    """Return every single value of encoded lessons by its path."""

    def below(value: Any, path: str) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict | list):
            for key, each in value.items() if isinstance(value, dict) else enumerate(value):
                yield from below(each, f"{path}/{key}")
        else:
            yield path, value

    return dict(below(orjson.loads(gzip.decompress(encoded)), ""))


def main(arguments: list[str]) -> int:
    """Update or compare; return the exit code."""
    now = made()
    if arguments == ["--update"]:
        LocalStore(FILE.parent).write(FILE.name, now)
        return 0
    return int(now != FILE.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
