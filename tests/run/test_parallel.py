"""Tasks side by side: order, isolation of failures, an end at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sre_lib.run.parallel import Outcome, Workers, run_all
from tests.run.test_engine import is_gone

ROOT = Path(__file__).parents[2]


def test_outcomes_come_in_the_order_of_the_tasks():
    second_done = threading.Event()

    def first():
        assert second_done.wait(5)
        return 1

    def second():
        second_done.set()
        return 2

    seen = []
    outcomes = run_all({"first": first, "second": second}, 2, lambda done, running: seen.append((done, running)))
    assert list(outcomes.items()) == [("first", Outcome(1)), ("second", Outcome(2))]
    assert seen[-2:] == [(1, ("first",)), (2, ())]


def test_a_failing_task_stops_no_other():
    error = ValueError("no")

    def fail():
        raise error

    assert run_all({"a": fail, "b": lambda: "b"}, 1) == {"a": Outcome(error=error), "b": Outcome("b")}


@pytest.mark.parametrize(("jobs", "most"), [(1, 1), (2, 2), (0, 1), (99, 5)])
def test_no_more_tasks_than_jobs_at_once(jobs, most):
    lock, running, peak = threading.Lock(), [0], [0]

    def task():
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        time.sleep(0.01)
        with lock:
            running[0] -= 1

    run_all({str(number): task for number in range(5)}, jobs)
    assert 1 <= peak[0] <= most


def test_nothing_to_do_is_done():
    assert run_all({}, 4) == {}


def test_a_task_runs_from_the_moment_when_it_is_submitted():
    ran = threading.Event()
    with Workers[None](1) as workers:
        workers.submit("first", ran.set)
        assert ran.wait(5)
        workers.submit("second", ran.clear)
        assert list(workers.outcomes()) == ["first", "second"]
    assert not ran.is_set()


def test_what_ends_the_block_ends_the_tasks():
    started: list[str] = []
    go_on = threading.Event()

    def first() -> None:
        assert go_on.wait(5)

    def broken_off() -> None:
        with Workers[None](1) as workers:
            workers.submit("first", first)
            workers.submit("second", lambda: started.append("second"))
            threading.Timer(0.05, go_on.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert started == []


SCRIPT = """
import sys
from nbformat.v4 import new_code_cell, new_notebook
from sre_lib.run.execute import run_notebook
from sre_lib.run.parallel import run_all

cell = new_code_cell(f"import os, time\\nopen({sys.argv[1]!r} + str(os.getpid()), 'w').close()\\nwhile True: pass")
kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
notebook = new_notebook(cells=[cell], metadata=kernel)
run_all({name: lambda: run_notebook(notebook, {}) for name in "ab"}, 2)
"""


@pytest.mark.parametrize(
    ("signal_number", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_an_end_from_outside_is_quick_and_leaves_no_process(tmp_path, signal_number, code):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    pids = tmp_path / "pids"
    pids.mkdir()
    run = subprocess.Popen([sys.executable, script, f"{pids}/"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: len(list(pids.iterdir())) == 2)
    started = time.monotonic()
    os.kill(run.pid, signal_number)
    _, errors = run.communicate(timeout=30)
    assert run.returncode == code, errors
    assert time.monotonic() - started < 5
    assert all(is_gone(int(path.name)) for path in pids.iterdir())


def wait_until(condition):
    """Wait until a condition holds; the test fails after 30 s."""
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)
