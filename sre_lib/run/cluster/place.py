"""Where a cluster is and how it is spoken to: encrypted, or on this machine alone."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from sre_lib.errors import ClusterMistakeError

_ADDRESS = re.compile(r"(?P<scheme>tls|tcp)://(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Cluster:
    """A scheduler of dask.distributed, the files that it is trusted by, and how many services run there at once.

    Files that are None are those of dask's own settings; `at_once` None is twice the threads that are there.
    """

    address: str
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    at_once: int | None = field(default=None, kw_only=True)

    @property
    def encrypted(self) -> bool:
        """Tell whether what is said to it is."""
        return self.address.startswith("tls://")

    def checked(self) -> "Cluster":
        """Return it as it is; ClusterMistakeError where its address is none, or open to others.

        Whoever reaches an open scheduler runs code on its workers, and here: what comes back are pickles.
        """
        found = _ADDRESS.fullmatch(self.address)
        if not found:
            raise ClusterMistakeError(
                f"--scheduler: got {self.address!r}, wants the address of a Dask scheduler such as "
                "tls://scheduler.example.com:8786"
            )
        if not self.encrypted and not _is_loopback(found["host"].strip("[]")):
            raise ClusterMistakeError(
                f"--scheduler: got {self.address!r}, which is not encrypted: whoever reaches it could run code; start "
                "scheduler and workers with TLS and name it tls://…, or reach it through a tunnel to 127.0.0.1"
            )
        if not self.encrypted and any((self.tls_ca, self.tls_cert, self.tls_key)):
            raise ClusterMistakeError(
                f"--scheduler: got {self.address!r} and certificates, which are for tls://; name it so, or leave "
                "them out"
            )
        return self


def _is_loopback(host: str) -> bool:
    """Tell whether a host is this machine; a name is not looked up but `localhost`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
