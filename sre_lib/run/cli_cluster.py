"""The options that name a cluster."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sre_lib.run.cluster.place import Cluster

MOST_AT_ONCE = 1024
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--scheduler", metavar="ADDRESS", help="Run the services on this Dask cluster, tls://host:8786."),
    click.option("--tls-ca", type=_FILE, help="Certificate (PEM) of who signed the cluster's certificates."),
    click.option("--tls-cert", type=_FILE, help="Certificate (PEM) to show to the cluster."),
    click.option("--tls-key", type=_FILE, help="Key (PEM) of that certificate, where it is not in its file."),
)


def cluster_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a cluster; it takes them as one `cluster` (None: no scheduler is named)."""

    @wraps(command)
    def with_cluster(**options: Any) -> None:  # noqa: ANN401  whatever options the command has
        scheduler, *files = (options.pop(name) for name in ("scheduler", "tls_ca", "tls_cert", "tls_key"))
        command(**options, cluster=_cluster(scheduler, files, options.get("jobs")))

    decorated: Callable[..., None] = with_cluster
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def _cluster(scheduler: str | None, files: Sequence[Path | None], at_once: int | None) -> "Cluster | None":
    """Return the cluster that the options name; a usage error where they name its certificates alone."""
    from sre_lib.run.cluster.place import Cluster  # noqa: PLC0415

    if scheduler is not None:
        return Cluster(scheduler, *files, at_once=at_once)
    if any(files):
        raise click.UsageError("--tls-ca, --tls-cert and --tls-key are for a cluster: name its --scheduler")
    return None
