"""How far a run has come: a bar on a terminal, a few plain lines in a log."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import click

Advance = Callable[[int, int], None]
Progress = Callable[[str], AbstractContextManager[Advance]]
"""Opens a bar with a label; it is told how much is done and how much there is."""

_LINES = 4


@contextmanager
def shown_progress(label: str) -> Iterator[Advance]:
    """Show on standard error how much of something is done."""
    if not sys.stderr.isatty():
        yield _Log(label)
        return
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield advance


class _Log:
    """Writes `Metrics: 40 of 120` each time another quarter is done, and where something begins."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._told = -1

    def __call__(self, done: int, total: int) -> None:
        """Take note of how much is done."""
        step = done * _LINES // total if total else -1
        if step > self._told:
            self._told = step
            click.echo(f"{self._label}: {done} of {total}", err=True)
