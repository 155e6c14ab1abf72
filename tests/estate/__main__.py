"""`python -m tests.estate [--quiet | --silent] SEED...`: the three figures of each seed, and why.

--quiet   no faults, decoys alone
--silent  neither: every service as usual
--processes N   at most so many at once (1)
"""

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

from sre_lib.model import Finding
from tests.estate.account import estate
from tests.estate.judge import FIRST, Figures, hits, near, reviewed
from tests.estate.made import Planted

say: Callable[[str], None] = partial(print, flush=True)


class Summary(NamedTuple):
    """Counts of one estate, and the kinds of what was missed and of what was false."""

    found: int
    faults: int
    false: int
    clean: int
    missed: tuple[str, ...]
    causes: tuple[str, ...]


def main() -> None:
    """Measure the seeds of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.estate")
    parser.add_argument("seeds", nargs="+", type=int)
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--processes", type=int, default=1, choices=(1, 2))
    asked = parser.parse_args()
    faults = 0 if asked.quiet or asked.silent else 6
    one = partial(measured, faults=faults, decoys=0 if asked.silent else 7)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(asked.processes) as pool:
        summaries = []
        for summary, lines in pool.map(one, asked.seeds):
            summaries.append(summary)
            say("\n".join(lines))
    say("\n".join(totals(summaries)))


def measured(seed: int, faults: int, decoys: int) -> tuple[Summary, list[str]]:
    """Return what became of a seed, and its report."""
    figures = reviewed(estate(seed, faults=faults, decoys=decoys))
    causes = tuple(f"{near(each, figures.estate.key)} / {each.metric} {each.view}" for each in figures.false)
    found, faulty = len(figures.found), len(figures.estate.faults)
    missed = tuple(fault.kind for fault in figures.missed)
    summary = Summary(found, faulty, len(figures.false), figures.clean, missed, causes)
    return summary, list(report(figures))


def report(figures: Figures) -> Iterator[str]:
    """Yield the three figures of an estate, its missed faults with what was seen of them, its false findings."""
    of, ranking = figures.estate, figures.ranking
    rate = len(figures.false) / figures.clean
    yield (
        f"== seed {of.seed}: {of.clock.week.name} {of.clock.week.timezone}; faults in the first {FIRST}: "
        f"{len(figures.found)} of {len(of.faults)}; false per clean service: {rate:.2f}; "
        f"listed: {len(ranking.listed)} ({len(figures.stray)} stray)"
    )
    for fault in figures.found:
        place = next(at for at, each in enumerate(ranking.listed, 1) if hits(each, fault))
        yield f"  found #{place}: {_described(fault)}; {_told(ranking.listed[place - 1])}"
    for fault in figures.missed:
        yield f"  MISSED {_described(fault)}"
        yield from _seen(figures, fault)
    for at, each in enumerate(ranking.listed, 1):
        if each in figures.false:
            yield f"  FALSE #{at}: {each.service} [{near(each, of.key)}] {_told(each)}"


def totals(summaries: list[Summary]) -> Iterator[str]:
    """Yield the figures over all seeds, and what causes the most misses and false findings."""
    found, faults = sum(each.found for each in summaries), sum(each.faults for each in summaries)
    false, clean = sum(each.false for each in summaries), sum(each.clean for each in summaries)
    yield f"== {len(summaries)} seeds: {found} of {faults} faults; {false / clean:.2f} false findings per clean service"
    yield f"   false findings per estate: {false / len(summaries):.1f}"
    yield f"   missed: {_counted(name for each in summaries for name in each.missed)}"
    yield f"   false: {_counted(name for each in summaries for name in each.causes)}"


def _counted(names: Iterable[str]) -> str:
    return "; ".join(f"{number} x {name}" for name, number in Counter(names).most_common(25))


def _seen(figures: Figures, fault: Planted) -> Iterator[str]:
    """Yield what was listed too late, set below the cut, or found beside a missed fault."""
    ranking = figures.ranking
    late = [(at, each) for at, each in enumerate(ranking.listed, 1) if hits(each, fault)]
    below = [each for each in ranking.below_cut if hits(each, fault)]
    beside = [each for each in figures.stray if each.service == fault.service]
    for at, each in late[:1]:
        yield f"      listed as #{at}: {_told(each)}"
    for each in sorted(below, key=lambda one: -one.score)[:3]:
        yield f"      below the cut: {_told(each)}"
    for each in beside[:2]:
        yield f"      beside: {_told(each)}"


def _described(fault: Planted) -> str:
    when = f"{fault.start:%a %d %H:%M} to {fault.end:%a %d %H:%M}"
    return f"{fault.kind} in {fault.service}, size {fault.size:.2f}, {when}"


def _told(each: Finding) -> str:
    end = each.until or each.end
    return (
        f"{each.part}.{each.metric} {each.view} {each.start:%a %d %H:%M}-{end:%a %d %H:%M} "
        f"score {each.score:.2f} priority {each.priority:.2f} events {len(each.events)}"
    )


if __name__ == "__main__":
    main()
