"""Runs the services side by side: one that fails is told apart and stops no other; Ctrl-C ends all at once."""

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

Value = TypeVar("Value")
_END_S = 2.0


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """What became of one task: its `value`, or the `error` that ended it."""

    value: Value | None = None
    error: Exception | None = None


def run_all(
    tasks: Mapping[str, Callable[[], Value]], jobs: int, on_done: Callable[[int, int], None] | None = None
) -> dict[str, Outcome[Value]]:
    """Run named tasks in at most `jobs` threads and return their outcomes by name, in the order of `tasks`.

    `on_done(done, total)` is called in the caller's thread each time a task ends. KeyboardInterrupt (and whatever
    `on_done` raises) starts no further task, ends the processes of this process's notebooks and goes on to the caller.
    """
    waiting = deque(tasks.items())
    ended: SimpleQueue[tuple[str, Outcome[Value]]] = SimpleQueue()
    # Daemons, so that an interrupted run need not wait for a task that nothing can interrupt.
    threads = [
        threading.Thread(target=_work, args=(waiting, ended), name=f"sre-review {number}", daemon=True)
        for number in range(min(max(jobs, 1), len(tasks)))
    ]
    for thread in threads:
        thread.start()
    try:
        outcomes = dict(_collected(ended, len(tasks), on_done))
    except BaseException:
        waiting.clear()
        _stop(threads)
        raise
    return {name: outcomes[name] for name in tasks}


def _work(waiting: deque[tuple[str, Callable[[], Value]]], ended: SimpleQueue[tuple[str, Outcome[Value]]]) -> None:
    """Take tasks until none is left."""
    while True:
        try:
            name, task = waiting.popleft()
        except IndexError:
            return
        try:
            ended.put((name, Outcome(value=task())))
        except Exception as error:  # noqa: BLE001  the place that keeps one service's failure from the others
            ended.put((name, Outcome(error=error)))


def _collected(
    ended: SimpleQueue[tuple[str, Outcome[Value]]], total: int, on_done: Callable[[int, int], None] | None
) -> Iterator[tuple[str, Outcome[Value]]]:
    """Yield the outcomes as they come."""
    for done in range(1, total + 1):
        yield ended.get()
        if on_done is not None:
            on_done(done, total)


def _stop(threads: list[threading.Thread]) -> None:
    """Ask the notebooks' processes to stop, and give the threads that wait for them a moment to clean up."""
    for process in multiprocessing.active_children():
        process.terminate()
    for thread in threads:
        thread.join(_END_S / len(threads))
