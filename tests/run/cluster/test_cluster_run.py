"""Whole runs on a real cluster: the same as here but for times, whoever dies on the way."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from distributed import Client

from sre_lib.address import S3Address
from sre_lib.run.cluster.connection import connected
from sre_lib.run.cluster.place import Cluster
from sre_lib.stores import store_of
from tests.conftest import COMMAND, Reviewed, demo_home, sre_review
from tests.run.cluster.dask_cluster import Running, cluster
from tests.run.normalise import normalise
from tests.run.test_parallel import wait_until
from tests.s3_endpoint import environment

pytestmark = pytest.mark.long
WEEK = "demo/2026-W40"
OF_TIMES = {"run.json", "collections", "made"}


def start(home: Path, running: Running, *options: str, **given: str) -> subprocess.Popen[str]:
    """Start a run of the demo on a cluster."""
    return subprocess.Popen(
        (*COMMAND, "run", "demo", "--language", "en", "--scheduler", running.address, *options),
        cwd=home, env={**os.environ, **given}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def certificates(running: Running) -> tuple[str, ...]:
    names = (("--tls-ca", "ca"), ("--tls-cert", "cert"), ("--tls-key", "key"))
    return tuple(part for option, name in names for part in (option, str(running.folder / f"{name}.pem")))


def started_on(running: Running, worker: int) -> bool:
    """Tell whether a worker runs a notebook: its parcel lies in its folder."""
    return any((running.folder / f"worker-{worker}").rglob("sre-review-*/params/*.yaml"))


def the_same(ours: Path, theirs: Path) -> None:
    """Compare all files of two folders but for times."""
    names = [
        {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()} for home in (ours, theirs)
    ]
    assert names[0] == names[1]
    for name in names[0]:
        if not OF_TIMES.isdisjoint(name.split("/")) or name.endswith(".lock"):
            continue
        if name.endswith(".ipynb"):
            assert normalise(nbformat.read(ours / name, 4)) == normalise(nbformat.read(theirs / name, 4)), name
        else:
            assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


@pytest.mark.parametrize("demo", ["en"], indirect=True)
def test_a_run_whose_worker_is_killed_is_the_same_as_one_here(demo: Reviewed, tmp_path: Path) -> None:
    home = demo_home(tmp_path / "home")
    with cluster(tmp_path, 2, tls=True) as running:
        assert running.address.startswith("tls://127.0.0.1:")
        run = start(home, running, *certificates(running))
        wait_until(lambda: started_on(running, 0))
        running.workers[0].kill()
        _, errors = run.communicate(timeout=300)
        assert run.returncode == 0, errors
        assert "sre-review-" not in "".join(map(str, (running.folder / "worker-1").rglob("*")))
    the_same(home / "reviews", demo.home / "reviews")
    the_same(home / "archive", demo.home / "archive")
    # Collecting is the run's alone: AWS is asked the same, whoever runs the notebooks.
    asked = [json.loads((each / "reviews" / WEEK / "run.json").read_text())["collected"] for each in (home, demo.home)]
    assert asked[0]["calls"] == asked[1]["calls"]


def test_what_kills_its_workers_is_the_failure_of_its_service_alone(tmp_path: Path) -> None:
    home = demo_home(tmp_path / "home", ["web", "api"])
    # A worker that is asked to analyse one of the services dies, whoever it is.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, os, threading, time, pathlib\n"
        "def watch():\n"
        "    while True:\n"
        "        time.sleep(0.01)\n"
        "        if any(pathlib.Path('.').rglob('sre-review-*/archive/demo/metrics/service=api')): os._exit(9)\n"
        "'worker' in sys.argv and threading.Thread(target=watch, daemon=True).start()\n"
    )
    with cluster(tmp_path, 0, {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}) as running:
        for _ in range(3):
            running.start_worker(environment={"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[3]}"})
        _, errors = (run := start(home, running)).communicate(timeout=300)
    assert run.returncode == 1, errors
    assert "api: its notebook failed: WorkersLostError: 2 workers ended while they ran it" in errors
    assert "web: its notebook failed" not in errors
    assert (home / "reviews" / WEEK / "services" / "web.html").exists()


@pytest.mark.parametrize("lacking", ["scheduler", "worker"])
def test_where_the_library_is_missing_it_is_said_before_anything_is_fetched(tmp_path: Path, lacking: str) -> None:
    home = demo_home(tmp_path / "home", ["web"])
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['sre_lib'] = None\n")
    without = {"PYTHONPATH": str(tmp_path)}
    with cluster(tmp_path, 0, without if lacking == "scheduler" else {}) as running:
        running.start_worker(environment=without if lacking == "worker" else {})
        wait_until(lambda: "Registered to" in running.said("worker-0"))
        _, errors = (run := start(home, running)).communicate(timeout=60)
    assert run.returncode == 2, errors
    assert errors.startswith("sre-review: --scheduler: the scheduler or a worker has no such sre-review ("), errors
    assert len(errors.splitlines()) == 1
    assert list(home.rglob("*.parquet")) == []


def test_ctrl_c_ends_the_run_and_what_it_left_on_the_cluster(tmp_path: Path) -> None:
    home = demo_home(tmp_path / "home")
    with cluster(tmp_path, 1) as running:
        run = start(home, running)
        wait_until(lambda: started_on(running, 0))
        run.send_signal(signal.SIGINT)
        began = time.monotonic()
        run.communicate(timeout=60)
        assert (run.returncode, time.monotonic() - began < 10) == (1, True)
        with connected(Cluster(running.address)) as client:
            wait_until(lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0)
    assert not (home / "reviews" / WEEK / "index.html").exists()


def test_a_scheduler_that_dies_ends_the_run_in_a_sentence_and_the_next_goes_on(tmp_path: Path) -> None:
    home = demo_home(tmp_path / "home", ["web", "api", "worker"])
    with cluster(tmp_path, 1) as running:
        run = start(home, running)
        wait_until(lambda: any((home / "archive" / "demo" / "made").rglob("*.json")))
        running.scheduler.kill()
        _, errors = run.communicate(timeout=120)
    assert run.returncode == 1, errors
    assert "\nsre-review: cluster: its scheduler was lost; see why it ended, and run it again" in errors
    assert "Traceback" not in errors
    assert "distributed" not in errors
    kept = re.search(r"broken off: (\d) of 3 services are made and kept", errors)
    assert kept
    again = sre_review("run", "demo", cwd=home)
    assert again.returncode == 0, again.stderr
    assert f"{kept[1]} of 3 services are as they were" in again.stderr


def test_a_client_without_a_certificate_is_not_let_in(tmp_path: Path) -> None:
    ca, cert, key = (tmp_path / f"{name}.pem" for name in ("ca", "cert", "key"))
    with cluster(tmp_path, 0, tls=True) as running:
        with connected(Cluster(running.address, ca, cert, key)) as client:
            assert client.status == "running"
        with pytest.raises(OSError, match=r"reset|closed|Timed out"):
            Client(running.address.replace("tls:", "tcp:"), timeout=2, set_as_default=False)
        context = ssl.create_default_context(cafile=ca)
        context.check_hostname = False
        host, port = running.address.removeprefix("tls://").split(":")
        with (
            socket.create_connection((host, int(port)), timeout=5) as plain,
            pytest.raises(ssl.SSLError, match="certificate required"),
            context.wrap_socket(plain) as encrypted,
        ):
            encrypted.recv(1)


def test_an_archive_in_a_bucket_is_read_by_the_workers(tmp_path: Path, s3) -> None:
    home = demo_home(tmp_path / "home", ["web", "api"])
    file = home / "params" / "demo.yaml"
    file.write_text(f"archive: s3://reviews/archive\n{file.read_text()}")
    with cluster(tmp_path, 0) as running:
        for _ in range(2):
            running.start_worker(environment=environment(s3))
        run = start(home, running, "--out", "s3://reviews/pages", **environment(s3))
        _, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors
    local = demo_home(tmp_path / "local", ["web", "api"])
    assert sre_review("run", "demo", cwd=local).returncode == 0
    pages = store_of(S3Address("reviews", "pages"))
    for name in ("web", "api"):
        stored = pages.read(f"{WEEK}/services/{name}.ipynb") or b"{}"
        there = nbformat.read(local / "reviews" / WEEK / "services" / f"{name}.ipynb", 4)
        assert normalise(nbformat.reads(stored.decode(), 4)) == normalise(there)
    analyses = store_of(S3Address("reviews", "archive")).keys("demo/analysis/")
    assert [key.split("/")[2] for key in analyses] == ["service=api", "service=web"]


@pytest.mark.parametrize("what", ["memory of the scheduler"])
def test_the_scheduler_holds_no_more_for_more_services(tmp_path: Path, what: str) -> None:
    """Its memory is that of what is under way: twenty services take as much as five, give or take a parcel or two."""
    peaks = []
    for count in (5, 20):
        folder = tmp_path / str(count)
        folder.mkdir()
        home = many(demo_home(folder / "home", ["web"]), count)
        with cluster(folder, 2) as running:
            _, errors = (run := start(home, running)).communicate(timeout=600)
            assert run.returncode == 0, errors
            peaks.append(_peak_mb(running.scheduler.pid))
    print(f"{what}: {peaks[0]:.0f} MB for 5 services, {peaks[1]:.0f} MB for 20", file=sys.stderr)  # noqa: T201
    assert peaks[1] < 1.2 * peaks[0]


def many(home: Path, count: int) -> Path:
    """Put copies of the demo's first service into its review file, by other names."""
    file = home / "params" / "demo.yaml"
    head, rest = file.read_text().split("\nservices:\n")
    service, events = rest.split("\n# What is known")
    copies = "".join(service.replace("  - name: web\n", f"  - name: web-{number}\n", 1) for number in range(count - 1))
    file.write_text(f"{head}\nservices:\n{service}\n{copies}\n# What is known{events}")
    return home


def _peak_mb(pid: int) -> float:
    """Return the most memory that a process had, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1000
