"""Where a cluster is: what is an address, and what is too open."""

from pathlib import Path

import pytest

from sre_lib.errors import ClusterMistakeError
from sre_lib.run.cluster.place import Cluster
from tests.conftest import demo_home, sre_review_here


@pytest.mark.parametrize(
    "address",
    ["tls://scheduler:8786", "tls://10.0.0.7:8786", "tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:1"],
)
def test_what_is_encrypted_or_on_this_machine_is_taken(address):
    assert Cluster(address).checked() == Cluster(address)


@pytest.mark.parametrize(
    "address", ["", "scheduler", "http://scheduler:8786", "tls://scheduler", "tls://a b:1", "tls://:1"]
)
def test_what_is_no_address_is_one_sentence(address):
    with pytest.raises(ClusterMistakeError, match=r"^--scheduler: got '.*', wants the address of a Dask scheduler"):
        Cluster(address).checked()


@pytest.mark.parametrize("host", ["10.0.0.7", "scheduler.example.com", "localhost.example.com", "[2001:db8::1]"])
def test_an_open_scheduler_is_refused(host):
    with pytest.raises(ClusterMistakeError, match="is not encrypted"):
        Cluster(f"tcp://{host}:8786").checked()


def test_certificates_for_what_is_not_encrypted_are_refused():
    with pytest.raises(ClusterMistakeError, match="and certificates, which are for tls://"):
        Cluster("tcp://127.0.0.1:1", tls_key=Path("key.pem")).checked()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--scheduler", "tcp://10.0.0.7:8786"], "sre-review: --scheduler: got 'tcp://10.0.0.7:8786', which is not"),
        (["--tls-ca", "params/demo.yaml"], "are for a cluster: name its --scheduler"),
        (["--scheduler", "tls://127.0.0.1:9"], "wants certificates: name them with --tls-ca, --tls-cert and --tls-key"),
        (["--scheduler", "tls://127.0.0.1:9", "--tls-ca", "none.pem"], "'none.pem' does not exist"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(tmp_path, options, sentence):
    home = demo_home(tmp_path / "home", ["web"])
    answer = sre_review_here("run", "demo", *options, cwd=home)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    # The lock that keeps another run away is all that is left.
    assert [path.name for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"] == ["demo.yaml"]
