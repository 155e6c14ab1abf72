"""The connection to a Dask cluster: encrypted, checked before anything is fetched, gone when the run is."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sre_lib.errors import ClusterMistakeError
from sre_lib.run.cluster.parcel import made_with, must_be_alike
from sre_lib.run.cluster.place import Cluster

if TYPE_CHECKING:
    from distributed import Client, Security

CONNECT_S = 10
_SETTINGS = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
"""A parcel is megabytes, and few are under way at once: no reason to warn."""


@contextmanager
def connected(cluster: Cluster) -> Iterator["Client"]:
    """Connect to a scheduler; ClusterMistakeError where that cannot be, or where its workers would not do.

    A cluster without workers passes: some start them when there is work.
    """
    cluster.checked()
    try:
        import dask  # noqa: PLC0415
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise ClusterMistakeError(
            "--scheduler: dask.distributed is not installed; install it with `pip install 'sre-review[cluster]'`"
        ) from None
    with _quiet(), dask.config.set(_SETTINGS):
        security = _security(cluster)
        try:
            client = Client(cluster.address, security=security, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise _unreachable(cluster, error) from None
        with client:
            _check(client)
            yield client


def _security(cluster: Cluster) -> "Security":
    """Return how the cluster is trusted, and trusts; ClusterMistakeError where a file for it is missing."""
    from distributed import Security  # noqa: PLC0415

    if not cluster.encrypted:
        return Security(require_encryption=False)
    named = {"tls_ca_file": cluster.tls_ca, "tls_client_cert": cluster.tls_cert, "tls_client_key": cluster.tls_key}
    given = {name: str(file) for name, file in named.items() if file is not None}
    security = Security(require_encryption=True, **given)
    files: Any = security
    if not (files.tls_ca_file and files.tls_client_cert):
        raise ClusterMistakeError(
            "--scheduler: tls:// wants certificates: name them with --tls-ca, --tls-cert and --tls-key, or in dask's "
            "settings (DASK_DISTRIBUTED__COMM__TLS__CA_FILE and so on)"
        )
    try:
        security.get_connection_args("client")
    except (OSError, ValueError) as error:
        raise ClusterMistakeError(
            f"--scheduler: the certificates cannot be used ({error}); check --tls-ca, --tls-cert and --tls-key"
        ) from None
    return security


def _check(client: "Client") -> None:
    """Raise ClusterMistakeError where the scheduler, or a worker that is there now, has not what is here."""
    try:
        # The scheduler unpacks what it hands on, so that it needs the same as the workers.
        there = [client.run_on_scheduler(made_with), *client.run(made_with).values()]
    except Exception as error:  # noqa: BLE001  distributed raises what it could not load as a bare Exception
        raise ClusterMistakeError(
            f"--scheduler: the scheduler or a worker has no such sre-review ({' '.join(str(error).split())[:120]}); "
            "start both from the image or environment that runs this"
        ) from None
    here = made_with()
    for each in there:
        must_be_alike(here, each)


def _unreachable(cluster: Cluster, error: Exception) -> ClusterMistakeError:
    """Return the error for a scheduler that does not answer."""
    return ClusterMistakeError(
        f"--scheduler: {cluster.address} did not answer as a Dask scheduler within {CONNECT_S} s "
        f"({type(error).__name__}); check its address, that it runs, the network, and the certificates"
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what distributed logs and warns of to itself: what matters is said in our own sentences."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]
    before = {log: log.level for log in map(logging.getLogger, names)}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="distributed")
        for log in before:
            log.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for log, level in before.items():
                log.setLevel(level)
