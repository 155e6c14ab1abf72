"""Where the notebooks of services run: on this machine, or on a cluster."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from nbformat import NotebookNode

from sre_lib.model import Service
from sre_lib.run.cluster.place import Cluster
from sre_lib.run.execute import NotebookRun
from sre_lib.run.made_from import MadeFrom


class Runner(Protocol):
    """Runs notebooks of services, from several threads at once."""

    @property
    def at_once(self) -> int:
        """How many it takes at once."""

    def run(self, service: Service, template: NotebookNode, parameters: Mapping[str, str]) -> NotebookRun:
        """Run a service's notebook; the template stays as it is. A ClusterError says that no other would run either."""

    def cancel(self) -> None:
        """Give up what is under way."""


@contextmanager
def runner_of(cluster: Cluster | None, here: Runner, made_from: MadeFrom) -> Iterator[Runner]:
    """Give the runner of a run: the one `here` where no cluster is named.

    Raises ClusterMistakeError where the cluster cannot be used.
    """
    if cluster is None:
        yield here
        return
    from sre_lib.run.cluster.on_cluster import on_cluster  # noqa: PLC0415  it loads what only a cluster needs

    with on_cluster(cluster, made_from) as runner:
        yield runner
