"""The peers: methods of others, in an environment of their own, and what they found, kept so that it is asked once."""

import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sre_lib.errors import UserMistakeError

ROOT = Path(__file__).parent.parent.parent
HOME = ROOT / ".peers"
SCRIPT = Path(__file__).with_name("peer_findings.py")
LOCK = Path(__file__).with_name("peers.lock")
PEERS = {
    "merlion-isolation-forest": "Merlion isolation forest",
    "statsforecast-autoets": "statsforecast AutoETS residual",
    "prophet": "Prophet interval",
}
ONE_CORE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT"), "1")


def interpreter() -> Path:
    """Return the peers' interpreter; raises UserMistakeError where it has not been made."""
    python = HOME / "venv" / "bin" / "python"
    if not python.exists():
        raise UserMistakeError(f"{python} is not there: call make peers, which makes the peers' environment")
    return python


def run(peer: str, files: Sequence[Path], out: Path) -> None:
    """Let a peer look at some CSV files, on one core; `out` gets a file of findings and one of seconds for each."""
    command = [str(interpreter()), str(SCRIPT), peer, str(out), *map(str, files)]
    subprocess.run(command, env={**os.environ, **ONE_CORE}, check=True)


def seconds(out: Path) -> float:
    """Return the mean processor seconds that a series took, reading left out."""
    each = [float(path.read_text()) for path in sorted(out.glob("*.seconds"))]
    return sum(each) / len(each)


def kept(peer: str, files: Sequence[Path]) -> Path:
    """Return the folder that is a peer's for exactly these series, this script and these versions."""
    digest = hashlib.sha256(SCRIPT.read_bytes() + LOCK.read_bytes())
    for path in files:
        digest.update(f"{path.parent.name}/{path.name}".encode() + path.read_bytes())
    return HOME / "findings" / f"{peer}-{digest.hexdigest()[:16]}"


def findings(peer: str, files: Sequence[Path]) -> tuple[Path, float]:
    """Return a peer's findings as one file of JSON lines and its mean seconds a series; looked at once only."""
    out = kept(peer, files)
    run(peer, files, out)
    lines = out / "findings.jsonlines"
    lines.write_text("".join(path.read_text() for path in sorted(out.glob("*.jsonl"))))
    return lines, seconds(out)
