"""The lessons that the package ships, made from the simulated shop: `--update` writes them."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

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
from sre_lib.params_file import DemoSource
from sre_lib.store import LocalStore
from sre_lib.wording import wording

FILE = Path(shipped.__file__).parent / shipped.FILE
UNUSUAL = ((1, "2026-W40"), (3, "2026-W40"), (5, "2026-W40"))
QUIET = ((3, "2026-W31"), (5, "2026-W22"))
"""Seeds and weeks of the shop: the one in which it has its faults, and others."""
ALIKE, USUAL = 2, 6
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


def usual(every: Sequence[Look]) -> list[Lesson]:
    """Return series in which nothing was, of as many different weeks and services as there are."""
    found = [Lesson(look, column) for look in every for column in quiet(look)]
    return found[:: max(1, len(found) // USUAL)][:USUAL]


def main(arguments: list[str]) -> int:
    """Update or compare; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        every, others = (
            [look for each in wanted for look in looks(*each, Path(folder))] for wanted in (UNUSUAL, QUIET)
        )
        made = shipped.encode([*lessons(every), *usual(others)])
    if arguments == ["--update"]:
        LocalStore(FILE.parent).write(FILE.name, made)
        return 0
    return int(made != FILE.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
