"""Two scheduled runs at once: the second one waits for the first, and stops where that does not end."""

import subprocess
from threading import Event, Thread

import pytest

from sre_lib.errors import StoreError
from sre_lib.run import one_at_a_time
from sre_lib.run.catch_up import catch_up
from sre_lib.run.one_at_a_time import alone
from sre_lib.run.progress import silent
from tests.conftest import COMMAND, demo_home
from tests.run.stubbed import room


@pytest.fixture
def made(tmp_path, monkeypatch):
    return room(tmp_path / "home", monkeypatch)


def test_a_second_run_of_a_new_week_waits_and_finds_it_made(made):
    under_way = Event()
    told: list[str] = []
    caught: list[object] = []

    def second():
        under_way.wait()
        caught.extend(catch_up(made.plan, told.append, silent))

    def wait_until_it_waits():
        under_way.set()
        while not told:
            thread.join(0.01)

    made.while_running.append(wait_until_it_waits)
    thread = Thread(target=second)
    thread.start()
    made.run()
    thread.join()
    assert (told, caught) == (["another run of shop is under way; waiting for its end"], [])
    assert made.notebook_file.exists()


def test_it_stops_where_the_other_one_does_not_end(made, monkeypatch):
    monkeypatch.setattr(one_at_a_time, "LONGEST_S", 0.0)
    told: list[str] = []
    with alone(made.plan, told.append), pytest.raises(StoreError) as caught, alone(made.plan, told.append, 0.0):
        pass
    lock = made.home / "archive" / ".run-shop.lock"
    assert str(caught.value) == (
        f"another run of shop has been under way for more than 0 h; end it (it holds {lock}), and run this one again"
    )
    assert told == ["another run of shop is under way; waiting for its end"]
    with alone(made.plan, told.append):
        assert len(told) == 1


def test_an_error_in_a_run_lets_the_next_one_in(made):
    for _ in range(2):
        with pytest.raises(RuntimeError), alone(made.plan, made.told.append):
            raise RuntimeError
    assert made.told == []


@pytest.mark.long
def test_two_processes_that_a_schedule_starts_at_once_make_a_week_once(tmp_path):
    home = demo_home(tmp_path / "home", ("api",))
    runs = [
        subprocess.Popen(
            (*COMMAND, "run", "demo", "--catch-up"), cwd=home, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    answers = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], answers
    assert sorted(stdout for stdout, _ in answers) == [
        "demo: no week up to 2026-W40 was missed\n", "reviews/demo/2026-W40/index.html\n",
    ]  # fmt: skip
    assert sum("another run of demo is under way" in stderr for _, stderr in answers) == 1
