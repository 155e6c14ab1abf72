"""A real Dask cluster on loopback: a scheduler and workers, each a process of its own, spoken to by TLS or not."""

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import ROOT

_DASK = (sys.executable, "-m", "dask")
_START_S = 60.0


@dataclass
class Running:
    """A cluster's address and its processes."""

    address: str
    folder: Path
    scheduler: subprocess.Popen[bytes]
    tls: tuple[str, ...] = ()
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self, *options: str, environment: Mapping[str, str] = {}) -> subprocess.Popen[bytes]:
        """Start another worker of one thread: in an empty folder, without an account of AWS."""
        number = len(self.workers)
        own = self.folder / f"worker-{number}"
        own.mkdir()
        plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        command = (
            *_DASK, "worker", self.address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1",
            "--dashboard-address", "127.0.0.1:0",
            "--name", str(number), "--local-directory", str(own), *self.tls, *options,
        )  # fmt: skip
        with (self.folder / f"worker-{number}.log").open("wb") as log:
            settings = {**plain, "PYTHONPATH": str(ROOT), **environment}
            self.workers.append(subprocess.Popen(command, cwd=own, env=settings, stdout=log, stderr=log))
        return self.workers[-1]

    def said(self, name: str) -> str:
        """Return what a process has logged."""
        return (self.folder / f"{name}.log").read_text()


@contextmanager
def cluster(folder: Path, workers: int, environment: Mapping[str, str] = {}, *, tls: bool = False) -> Iterator[Running]:
    """Run a cluster as long as the context lasts; `environment` is added to the scheduler's."""
    options = tls_options(folder) if tls else ()
    file = folder / "scheduler.json"
    command = (
        *_DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0", "--no-show",
        "--scheduler-file", str(file), *(("--protocol", "tls") if tls else ()), *options,
    )  # fmt: skip
    with (folder / "scheduler.log").open("wb") as log:
        settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        scheduler = subprocess.Popen(command, cwd=folder, env=settings, stdout=log, stderr=log)
    running = Running("", folder, scheduler, options)
    try:
        limit = time.monotonic() + _START_S
        while not file.exists() or not file.read_text():
            assert scheduler.poll() is None, running.said("scheduler")
            assert time.monotonic() < limit, running.said("scheduler")
            time.sleep(0.05)
        running.address = json.loads(file.read_text())["address"]
        for _ in range(workers):
            running.start_worker()
        yield running
    finally:
        for process in (*running.workers, scheduler):
            process.kill()
            process.wait()


def tls_options(folder: Path) -> tuple[str, ...]:
    """Return dask's options for certificates that are made in a folder: `ca.pem`, `cert.pem`, `key.pem`."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _certificate("ca", ca_key, "ca", ca_key, is_ca=True)
    own = _certificate("cluster", key, "ca", ca_key, is_ca=False)
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    for name, content in (("ca", _pem(ca)), ("cert", _pem(own)), ("key", private)):
        (folder / f"{name}.pem").write_bytes(content)
    files = (("--tls-ca-file", "ca"), ("--tls-cert", "cert"), ("--tls-key", "key"))
    return tuple(part for option, name in files for part in (option, str(folder / f"{name}.pem")))


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signed_by: ec.EllipticCurvePrivateKey, *, is_ca: bool
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=12))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    return builder.sign(signed_by, hashes.SHA256())
