"""Runs one notebook through papermill and gives it back executed, also where a cell failed."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.engines import papermill_engines

from sre_lib.run.engine import ForkedEngine

ENGINE = "sre-forked"
CELL_TIMEOUT_S = 600.0

_write: Callable[[NotebookNode, Path], None] = nbformat.write
_read: Callable[[Path, object], NotebookNode] = nbformat.read

# The entry point tells papermill only where the package is installed.
papermill_engines.register(ENGINE, ForkedEngine)


@dataclass(frozen=True)
class NotebookRun:
    """What became of a notebook: executed as far as it came, and in one line why it stopped (None: it did not)."""

    notebook: NotebookNode
    error: str | None
    seconds: float


def run_notebook(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    *,
    engine: str | None = ENGINE,
    cell_timeout_s: float | None = CELL_TIMEOUT_S,
    cwd: Path | None = None,
) -> NotebookRun:
    """Run a notebook through papermill; the notebook given stays as it is.

    A failed cell, a process that died and a cell over its time are no exception: they are `error` and an error output
    of the cell. `engine` None is papermill's own, a real kernel. The engine `sre-forked` may be used from several
    threads at once; `cwd` is where the cells run (None: here).
    """
    started = time.monotonic()
    place = {"folder": cwd} if engine == ENGINE else {"cwd": cwd}
    with tempfile.TemporaryDirectory() as scratch:
        source, result = Path(scratch, "in.ipynb"), Path(scratch, "out.ipynb")
        _write(notebook, source)
        error = None
        try:
            papermill.execute_notebook(
                _plain(source),
                _plain(result),
                dict(parameters),
                engine_name=engine,
                execution_timeout=cell_timeout_s,
                request_save_on_cell_execute=False,
                progress_bar=False,
                **place,
            )
        except papermill.PapermillExecutionError as failure:
            error = f"{failure.ename}: {failure.evalue}"
        executed = _read(result, nbformat.NO_CONVERT)
    for name in ("input_path", "output_path"):
        executed.metadata.papermill.pop(name, None)
    return NotebookRun(executed, error, time.monotonic() - started)


def _plain(path: Path) -> str:
    """Return a path as papermill takes it: it fills in what stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")
