"""Run the committed notebooks and keep the plain-text summaries in them, which nbval checks: `--update` writes them."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from sre_lib.store import LocalStore

FOLDER = Path(__file__).parents[2] / "notebooks"


def updated(file: Path) -> str:
    """Return the notebook with the summary that a run on its own gives now."""
    committed = nbformat.read(file, as_version=4)
    ran = nbformat.read(file, as_version=4)
    NotebookClient(ran, resources={"metadata": {"path": str(file.parent)}}).execute()
    for cell, done in zip(committed.cells, ran.cells, strict=True):
        if cell.id == "summary":
            (output,) = done.outputs
            # nbval refuses outputs of a cell that was never run; a fixed number makes no noise in a diff.
            cell["execution_count"] = output["execution_count"] = 1
            cell["outputs"] = [output]
    return f"{nbformat.writes(committed)}\n"


def main(arguments: list[str]) -> int:
    """Update or compare; return the exit code."""
    stale = 0
    for file in sorted(FOLDER.glob("*.ipynb")):
        text = updated(file)
        if text == file.read_text(encoding="utf-8"):
            continue
        stale = 1
        if arguments == ["--update"]:
            LocalStore(FOLDER).write(file.name, text.encode())
        sys.stdout.write(f"{file.name}: the summary {'was updated' if arguments else 'is not what a run gives'}\n")
    return 0 if arguments else stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
