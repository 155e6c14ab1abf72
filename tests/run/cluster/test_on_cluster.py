"""Notebooks of services on a real scheduler and a real worker: the same as here; what is lost is said."""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import nbformat
import pytest
from distributed import Client, LocalCluster
from nbformat.v4 import new_code_cell, new_notebook

from sre_lib import params
from sre_lib.collect.archive import Archive
from sre_lib.document import notebook
from sre_lib.errors import ClusterError, ClusterMistakeError
from sre_lib.run.cluster import connection
from sre_lib.run.cluster.connection import connected
from sre_lib.run.cluster.on_cluster import OnCluster, on_cluster
from sre_lib.run.cluster.packing import Packing
from sre_lib.run.cluster.parcel import Parcel, made_with
from sre_lib.run.cluster.place import Cluster
from sre_lib.run.made_from import MadeFrom
from sre_lib.run.meeting import Desk
from sre_lib.store import LocalStore
from tests.run.normalise import normalise

WEEK = "2026-W40"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[LocalCluster]:
    """Run a scheduler and a worker of two threads in this process, on loopback."""
    quiet = {"dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0", "silence_logs": 60}
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, host="127.0.0.1", protocol="tcp", **quiet
    ) as running:
        yield running


@pytest.fixture(scope="module")
def client(scheduler) -> Iterator[Client]:
    """Return a client of that scheduler."""
    with connected(Cluster(scheduler.scheduler_address)) as made:
        yield made


def packing_of(demo, tmp_path) -> Packing:
    """Return a packing of the reviewed demo week, whose archive takes its analyses elsewhere."""
    review = replace(params.load("demo", demo.home), language="en")
    archive = Archive(LocalStore(demo.home / "archive"), "demo")
    desk = Desk(LocalStore(tmp_path / "reviews"), review, review.week(WEEK, datetime.now(UTC)))
    return Packing(MadeFrom(desk, archive, {}))


class Simple:
    """A packing of one cell."""

    def __init__(self, source: str) -> None:
        kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        self.notebook = new_notebook(cells=[new_code_cell(source)], metadata=kernel)

    def parcel(self, *_: object) -> Parcel:
        """Return the cell's parcel."""
        return Parcel(nbformat.writes(self.notebook), {}, {"here.txt": b"packed"}, "", made_with())


def on(client: Client, source: str, **how: float) -> OnCluster:
    packing: Any = Simple(source)
    return OnCluster(client, packing, 2, **how)


def ran(runner: OnCluster):
    return runner.run(params.load("demo").services[0], new_notebook(), {})


@pytest.mark.parametrize("demo", ["en"], indirect=True)
def test_a_notebook_is_the_same_as_here(demo, scheduler, tmp_path):
    packing = packing_of(demo, tmp_path)
    service = packing.made_from.desk.review.service("web")
    local = nbformat.read(demo.week / "services" / "web.ipynb", as_version=4)
    kept = local.metadata.papermill.parameters
    given = {name: kept[name] for name in ("review", "week", "language", "now", "out", "service")}
    with on_cluster(Cluster(scheduler.scheduler_address), packing.made_from) as runner:
        run = runner.run(service, notebook.build("service_review", "en"), given)
        assert runner.at_once == 4
    assert run.error is None
    assert shown(run.notebook) == shown(local)
    assert "sre-review-" not in nbformat.writes(run.notebook)


def shown(notebook):
    return [(cell.source, cell.get("outputs")) for cell in normalise(notebook).cells]


def test_a_parcel_lies_where_the_cells_run_and_is_gone_afterwards(client):
    run = ran(on(client, "import os; print(open('here.txt').read(), os.getcwd())"))
    text, folder = run.notebook.cells[0].outputs[0].text.split()
    assert (text, os.path.exists(folder)) == ("packed", False)  # noqa: PTH110


def test_a_failed_cell_is_the_notebooks_and_no_error(client):
    run = ran(on(client, "1 / 0"))
    assert run.error == "ZeroDivisionError: division by zero"


def test_what_is_done_is_forgotten_by_the_scheduler(client):
    ran(on(client, "1"))
    wait_until(lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0)


def test_what_is_cancelled_ends_at_once(client):
    runner, ended = on(client, "import time; time.sleep(3)"), []
    thread = threading.Thread(target=lambda: ended.append(raised(runner)))
    thread.start()
    wait_until(lambda: runner._under_way)
    runner.cancel()
    thread.join(2)
    assert [type(each) for each in ended] == [ClusterError]


def raised(runner: OnCluster) -> Exception | None:
    try:
        ran(runner)
    except ClusterError as error:
        return error
    return None


def test_a_worker_of_other_versions_is_refused(scheduler, monkeypatch):
    monkeypatch.setattr(Client, "run", lambda *_: {"tcp://127.0.0.1:1": {**made_with(), "pandas": "9.9"}})
    with pytest.raises(ClusterMistakeError, match=r"^--scheduler: pandas: the cluster has 9\.9, here is .*; start"):
        connected(Cluster(scheduler.scheduler_address)).__enter__()


def test_one_that_comes_later_too(client):
    runner = on(client, "1")
    packing: Any = Later(runner._packing)
    runner._packing = packing
    with pytest.raises(ClusterMistakeError, match="numpy: the cluster has"):
        ran(runner)


class Later:
    """A packing of a run with another numpy."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing

    def parcel(self, *given: Any) -> Parcel:
        """Return the parcel."""
        one = self.packing.parcel(*given)
        return replace(one, made_with={**one.made_with, "numpy": "0"})


def test_a_worker_under_a_nanny_is_refused(client, monkeypatch):
    class Daemon:
        daemon = True

    monkeypatch.setattr(multiprocessing, "current_process", Daemon)
    with pytest.raises(ClusterMistakeError, match="start workers with `dask worker --no-nanny`"):
        ran(on(client, "1"))


def test_a_scheduler_that_is_not_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(connection, "CONNECT_S", 0.3)
    with pytest.raises(ClusterMistakeError, match=r"^--scheduler: tcp://127\.0\.0\.1:9 did not answer as a Dask"):
        connected(Cluster("tcp://127.0.0.1:9")).__enter__()


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(
        ClusterMistakeError, match=r"not installed; install it with `pip install 'sre-review\[cluster\]'`"
    ):
        connected(Cluster("tcp://127.0.0.1:9")).__enter__()


def test_a_cluster_without_workers_is_waited_for_then_given_up():
    quiet = {"dashboard_address": "127.0.0.1:0", "silence_logs": 60}
    with (
        LocalCluster(n_workers=0, processes=False, host="127.0.0.1", protocol="tcp", **quiet) as empty,
        connected(Cluster(empty.scheduler_address)) as client,
        pytest.raises(ClusterError, match=r"^cluster: it had no worker for 0 s"),
    ):
        ran(on(client, "1", no_worker_s=0.1))


def test_a_scheduler_that_goes_away_ends_the_run():
    quiet = {"dashboard_address": "127.0.0.1:0", "silence_logs": 60}
    with (
        LocalCluster(n_workers=0, processes=False, host="127.0.0.1", protocol="tcp", **quiet) as empty,
        connected(Cluster(empty.scheduler_address)) as client,
    ):
        threading.Timer(0.5, empty.close).start()
        with pytest.raises(ClusterError, match=r"^cluster: its scheduler was lost"):
            ran(on(client, "1"))


def wait_until(condition):
    """Wait until a condition holds; the test fails after 30 s."""
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)
