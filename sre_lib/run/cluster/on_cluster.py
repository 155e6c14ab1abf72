"""Runs the notebooks of services on a Dask cluster; a lost worker's are run again by others."""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from sre_lib.errors import ClusterError, StoreError, WorkersLostError
from sre_lib.model import Service
from sre_lib.run.cluster.connection import connected
from sre_lib.run.cluster.packing import Packing
from sre_lib.run.cluster.parcel import Back, executed
from sre_lib.run.cluster.place import Cluster
from sre_lib.run.execute import NotebookRun
from sre_lib.run.made_from import MadeFrom

if TYPE_CHECKING:
    from distributed import Client, Future

LOOK_S = 1.0
NO_WORKER_S = 600.0
"""How long is waited for a worker: a node of a cluster that scales takes minutes to start."""

_read: Any = nbformat.reads


class OnCluster:
    """A runner whose notebooks run on a cluster, `at_once` at most: so many parcels lie at the scheduler."""

    def __init__(self, client: "Client", packing: Packing, at_once: int, no_worker_s: float = NO_WORKER_S) -> None:
        self.at_once = at_once
        self._client = client
        self._packing = packing
        self._no_worker_s = no_worker_s
        self._seen_worker = time.monotonic()
        self._under_way: set[Future[Any]] = set()
        self._lock = threading.Lock()

    def run(self, service: Service, template: NotebookNode, parameters: Mapping[str, str]) -> NotebookRun:
        """Run a service's notebook on some worker.

        Raises WorkersLostError where all that tried it died, ClusterError where no other would do better.
        """
        back = self._back(service.name, self._packing.parcel(service, template, parameters))
        if back.kept is not None:
            # An archive that takes no files can still be read: it is worked out again.
            with suppress(StoreError):
                self._packing.made_from.archive.store.write(self._packing.kept_key(service), back.kept)
        return NotebookRun(_read(back.notebook, as_version=4), back.error, back.seconds)

    def cancel(self) -> None:
        """Give up what is under way: what waits is not begun, and nobody waits for what runs."""
        with self._lock, suppress(Exception):
            self._client.cancel(list(self._under_way), force=True)

    def _back(self, name: str, parcel: object) -> Back:
        """Have a parcel executed, and return what comes back."""
        from distributed import KilledWorker  # noqa: PLC0415

        future = self._client.submit(executed, parcel, key=f"{name} {time.monotonic_ns()}", pure=False, retries=0)
        with self._lock:
            self._under_way.add(future)
        try:
            self._wait(future)
            back: Back = future.result()
        except KilledWorker as error:
            raise WorkersLostError(
                f"{error.allowed_failures + 1} workers ended while they ran it, one after the other; see their logs: "
                "often it is for lack of memory"
            ) from None
        except CancelledError:
            raise _lost() from None
        finally:
            with self._lock:
                self._under_way.discard(future)
            # The scheduler forgets it, and all that it holds of it.
            future.release()
        return back

    def _wait(self, future: "Future[Any]") -> None:
        """Wait for a future; ClusterError where the scheduler is gone, or there is no worker for long."""
        done = threading.Event()
        future.add_done_callback(lambda _future: done.set())
        while not done.wait(LOOK_S):
            if self._client.status != "running":
                raise _lost()
            now = time.monotonic()
            if self._client.scheduler_info()["workers"]:
                self._seen_worker = now
            elif now - self._seen_worker > self._no_worker_s:
                raise ClusterError(
                    f"cluster: it had no worker for {self._no_worker_s:.0f} s; start some, and run it again: what was "
                    "done is kept"
                )


def _lost() -> ClusterError:
    """Return the error for a scheduler that went away."""
    return ClusterError("cluster: its scheduler was lost; see why it ended, and run it again: what was done is kept")


@contextmanager
def on_cluster(cluster: Cluster, made_from: MadeFrom) -> Iterator[OnCluster]:
    """Give a runner on a cluster; ClusterMistakeError where it cannot be used."""
    with connected(cluster) as client:
        threads = sum(client.nthreads().values())
        # One runs and the next one is there already, on each thread.
        yield OnCluster(client, Packing(made_from), cluster.at_once or max(2 * threads, 2))
