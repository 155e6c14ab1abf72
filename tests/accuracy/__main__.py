"""`make accuracy [DATA=FOLDER]`: our findings on labelled real series beside those of the peers, in one table."""

import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from sre_lib.errors import UserMistakeError
from sre_lib.run.csv_findings import CsvFindings, csv_findings, to_json_lines
from tests.accuracy import peers
from tests.accuracy.scorer import Labelled, labelled
from tests.accuracy.table import Row, row, table

OURS = "sre-review"


def main() -> int:
    """Print the table; 2 where series, scorer or the peers' environment are missing."""
    try:
        data = labelled(os.environ.get("DATA", ""), os.environ.get("SCORER", ""))
        peers.interpreter()
        rows = [_ours(data), *(_peer(name, data) for name in peers.PEERS)]
    except UserMistakeError as error:
        print(error, file=sys.stderr)  # noqa: T201  a script talks to its caller
        return 2
    print(table(rows, data))  # noqa: T201  a script talks to its caller
    return 0


def _ours(data: Labelled) -> Row:
    """Return our own row, always measured anew: what is measured is the code as it is."""
    found, taken = [], 0.0
    for number, path in enumerate(data.files, 1):
        started = time.process_time()
        found.append(csv_findings([path]))
        taken += time.process_time() - started
        print(f"{OURS} {number}/{len(data.files)} {path.parent.name}/{path.name}", file=sys.stderr)  # noqa: T201  a script talks to its caller
    missed = [sentence for each in found for sentence in each.not_evaluated]
    if missed:
        print("\n".join(missed), file=sys.stderr)  # noqa: T201  a script talks to its caller
    together = CsvFindings(tuple(one for each in found for one in each.findings), ())
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "findings.jsonl"
        lines.write_text(to_json_lines(together))
        return row(OURS, data, lines, taken / len(data.files))


def _peer(name: str, data: Labelled) -> Row:
    """Return a peer's row, from what was kept where findings, labels and scorer are those of the last time."""
    lines, seconds = peers.findings(name, data.files)
    parts = [lines, *sorted(data.data.glob("*/labels.json")), *map(Path, (data.evaluate.__file__, data.rules.__file__))]
    code = [Path(__file__).with_name(name) for name in ("bootstrap.py", "scorer.py", "table.py")]
    digest = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in [*parts, *code]))
    kept = lines.parent / f"scored-{digest.hexdigest()[:16]}.json"
    if not kept.exists():
        print(f"{name}: scoring", file=sys.stderr, flush=True)  # noqa: T201  a script talks to its caller
        scored = row(peers.PEERS[name], data, lines, seconds)
        kept.write_text(json.dumps([scored.name, scored.figures, scored.intervals, scored.seconds]))
    return Row(*json.loads(kept.read_text()))


if __name__ == "__main__":
    sys.exit(main())
