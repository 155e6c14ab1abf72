"""How far a run has come: one bar on a terminal, a few plain lines in a log."""

import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import Protocol

import click

METRICS, SERVICES, NOTEBOOKS, PAGES = "Metrics", "Services", "Notebooks of the week", "Pages"
SECONDS = {METRICS: 0.03, SERVICES: 0.5, NOTEBOOKS: 2.0, PAGES: 0.1}
"""What one of each takes on two processors, measured on forty services: how much of the bar it fills."""

_LINES = 4
_NAMES = 3


class Advance(Protocol):
    """Takes note of how far a stage is: how much is done, how much there is, and what is under way."""

    def __call__(self, stage: str, done: int, total: int, running: Collection[str] = ()) -> None:
        """Take note; from any thread."""


class Progress(Protocol):
    """Opens the bar of something."""

    def __call__(self, label: str, stages: Mapping[str, int] = MappingProxyType({})) -> AbstractContextManager[Advance]:
        """Open it: a label, such as a week, and how much there will be of each stage as far as that is known."""


@contextmanager
def shown_progress(label: str, stages: Mapping[str, int] = MappingProxyType({})) -> Iterator[Advance]:
    """Show on standard error how far something is: what is done, what is under way, and the time left."""
    if not sys.stderr.isatty():
        yield _Log()
        return
    with click.progressbar(
        length=1, label=label, file=sys.stderr, item_show_func=lambda text: text, show_percent=True, width=24
    ) as bar:
        yield _Bar(bar, stages)


class Timed:
    """Passes on how far a run is, and knows how long each stage took: from its first word to its last.

    Stages overlap: together they may take longer than the run.
    """

    def __init__(self, bar: Advance) -> None:
        self._bar = bar
        self._seen: dict[str, tuple[float, float]] = {}

    def __call__(self, stage: str, done: int, total: int, running: Collection[str] = ()) -> None:
        """Take note of how far a stage is."""
        now = time.monotonic()
        self._seen[stage] = (self._seen.get(stage, (now, now))[0], now)
        self._bar(stage, done, total, running)

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds by stage."""
        return {stage: round(last - first, 2) for stage, (first, last) in self._seen.items()}


@contextmanager
def silent(label: str, stages: Mapping[str, int] = MappingProxyType({})) -> Iterator[Advance]:
    """Show nothing: for whoever runs a review from a program."""
    del label, stages
    yield _unheard


def _unheard(stage: str, done: int, total: int, running: Collection[str] = ()) -> None:
    """Take no note."""
    del stage, done, total, running


class _Bar:
    """One bar for all stages, each as long as it takes."""

    def __init__(self, bar: "click._termui_impl.ProgressBar[str | None]", stages: Mapping[str, int]) -> None:
        self._bar = bar
        self._stages = {name: (0, total) for name, total in stages.items()}
        self._lock = threading.Lock()

    def __call__(self, stage: str, done: int, total: int, running: Collection[str] = ()) -> None:
        """Take note of how far a stage is."""
        with self._lock:
            self._stages[stage] = (done, total)
            each = [(SECONDS[name] * 1000, *counts) for name, counts in self._stages.items()]
            self._bar.length = max(1, round(sum(weight * total for weight, _, total in each)))
            at = round(sum(weight * done for weight, done, _ in each))
            self._bar.current_item = shown(stage, done, total, running)
            self._bar.update(at - self._bar.pos, self._bar.current_item)
            # An update by nothing draws nothing, but another service is under way.
            self._bar.render_progress()


class _Log:
    """Writes `Metrics: 40 of 120` each time another quarter is done, and where a stage begins."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}
        self._lock = threading.Lock()

    def __call__(self, stage: str, done: int, total: int, running: Collection[str] = ()) -> None:
        """Take note of how far a stage is."""
        del running
        step = done * _LINES // total if total else -1
        with self._lock:
            if step > self._told.get(stage, -1):
                self._told[stage] = step
                click.echo(f"{stage}: {done} of {total}", err=True)


def shown(stage: str, done: int, total: int, running: Collection[str]) -> str:
    """Return a stage in words, with the first of what is under way."""
    names = [*running][:_NAMES] + (["…"] if len(running) > _NAMES else [])
    return f"{stage}: {done} of {total}" + (f" ({', '.join(names)})" if names else "")
