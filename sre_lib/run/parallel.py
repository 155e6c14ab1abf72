"""Runs tasks side by side: one that fails is told apart and stops no other; Ctrl-C ends all at once."""

import multiprocessing
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Generic, Self, TypeVar

Value = TypeVar("Value")
OnChange = Callable[[int, tuple[str, ...]], None]
"""Told how many tasks ended, and which run now; by one thread at a time."""

_END_S = 2.0


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """What became of one task: its `value`, or the `error` that ended it."""

    value: Value | None = None
    error: Exception | None = None


class Workers(Generic[Value]):
    """A context in which named tasks run in at most `jobs` threads, each from the moment when it is submitted.

    An exception in the context (KeyboardInterrupt too) starts no further task, ends the processes of this process's
    notebooks and goes on to the caller. `fatal` are the exceptions of a task that end the others too.
    """

    def __init__(
        self,
        jobs: int,
        on_change: OnChange = lambda _done, _running: None,
        fatal: tuple[type[Exception], ...] = (),
    ) -> None:
        self._jobs = max(jobs, 1)
        self._on_change = on_change
        self._fatal = fatal
        self._waiting: SimpleQueue[tuple[str, Callable[[], Value]] | None] = SimpleQueue()
        self._ended: SimpleQueue[tuple[str, Outcome[Value]] | BaseException] = SimpleQueue()
        self._names: list[str] = []
        self._threads: list[threading.Thread] = []
        self._running: dict[str, None] = {}
        self._done = 0
        self._telling = threading.Lock()
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._let_go()
        else:
            self._stop()

    def submit(self, name: str, task: Callable[[], Value]) -> None:
        """Let a task run as soon as a thread is free; its name is that of no other."""
        self._names.append(name)
        if len(self._threads) < self._jobs:
            # A daemon, so that an interrupted run need not wait for a task that nothing can interrupt.
            thread = threading.Thread(target=self._work, name=f"sre-review {len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._waiting.put((name, task))

    def outcomes(self) -> dict[str, Outcome[Value]]:
        """Wait for all tasks and return what became of them by name, in the order in which they were submitted.

        What is no Exception in a task (KeyboardInterrupt), and what is `fatal`, is raised here.
        """
        found: dict[str, Outcome[Value]] = {}
        while len(found) < len(self._names):
            ended = self._ended.get()
            if isinstance(ended, BaseException):
                raise ended
            found[ended[0]] = ended[1]
        return {name: found[name] for name in self._names}

    def _work(self) -> None:
        """Take tasks until there will be none."""
        while (taken := self._waiting.get()) is not None and not self._stopped:
            name, task = taken
            self._tell(name, begins=True)
            try:
                outcome = Outcome(value=task())
            except self._fatal as error:
                self._ended.put(error)
                return
            except Exception as error:  # noqa: BLE001  the place that keeps one service's failure from the others
                outcome = Outcome(error=error)
            except BaseException as error:  # noqa: BLE001  raised by `outcomes`, in the caller's thread
                self._ended.put(error)
                return
            self._tell(name, begins=False)
            self._ended.put((name, outcome))

    def _tell(self, name: str, *, begins: bool) -> None:
        """Say what has changed."""
        with self._telling:
            if begins:
                self._running[name] = None
            else:
                del self._running[name]
                self._done += 1
            self._on_change(self._done, tuple(self._running))

    def _let_go(self) -> None:
        """Let each thread end."""
        for _ in self._threads:
            self._waiting.put(None)

    def _stop(self) -> None:
        """Ask the notebooks' processes to stop, and give the threads that wait for them a moment to clean up."""
        self._stopped = True
        self._let_go()
        for process in multiprocessing.active_children():
            process.terminate()
        for thread in self._threads:
            thread.join(_END_S / len(self._threads))


def run_all(
    tasks: Mapping[str, Callable[[], Value]], jobs: int, on_change: OnChange = lambda _done, _running: None
) -> dict[str, Outcome[Value]]:
    """Run named tasks in at most `jobs` threads and return their outcomes by name, in the order of `tasks`."""
    with Workers[Value](jobs, on_change) as workers:
        for name, task in tasks.items():
            workers.submit(name, task)
        return workers.outcomes()
