"""The papermill engine `sre-forked`: a notebook's cells in a forked, preloaded process instead of a kernel.

papermill loads this module (an entry point) while it is itself being imported: it is imported here in functions only.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from sre_lib.run.child import CellProcess, CellProcessError
from sre_lib.run.outputs import CellOutputs

if TYPE_CHECKING:
    from papermill.engines import NotebookExecutionManager

START_TIMEOUT_S = 60.0


class ForkedEngine:
    """Runs cells in one process a notebook, forked from a server that has the libraries loaded already.

    Outputs are those of a real kernel. A process that dies and a cell over time become an error output of their cell
    (`DeadKernelError`, `CellTimeoutError`) after everything that had been shown until then, so that papermill writes
    the notebook as it does for any failed cell. It has the methods of `papermill.engines.Engine`.
    """

    @classmethod
    def execute_notebook(  # noqa: PLR0913, PLR0917  papermill's signature
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = True,
        log_output: bool = False,
        autosave_cell_every: int = 30,
        *,
        execution_timeout: float | None = None,
        start_timeout: float = START_TIMEOUT_S,
        folder: Path | None = None,
        **options: object,
    ) -> NotebookNode:
        """Run the cells in order up to the first that fails and is not tagged `raises-exception`; return the notebook.

        `execution_timeout` is in seconds a cell (None: no limit), `folder` is where the cells run (None: here);
        `kernel_name` and options that belong to kernels have no effect.
        """
        from papermill.engines import NotebookExecutionManager  # noqa: PLC0415  see the module's docstring

        del kernel_name, options
        manager = NotebookExecutionManager(nb, output_path, log_output, progress_bar, autosave_cell_every)
        manager.notebook_start()
        try:
            with CellProcess(folder, start_timeout) as process:
                nb.metadata["language_info"] = process.language_info
                _run_cells(manager, process, execution_timeout)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return nb

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """Return the name of the notebook's kernel, as papermill finds it."""
        from papermill.utils import nb_kernel_name  # noqa: PLC0415

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Return the notebook's language, as papermill finds it."""
        from papermill.utils import nb_language  # noqa: PLC0415

        return str(nb_language(nb, language))


def _run_cells(manager: "NotebookExecutionManager", process: CellProcess, timeout_s: float | None) -> None:
    """Run the cells one after the other and keep papermill's manager informed."""
    outputs = CellOutputs()
    for index, cell in enumerate(manager.nb.cells):
        manager.cell_start(cell, index)
        try:
            going_on = _run_cell(process, cell, outputs, timeout_s)
            if not going_on:
                manager.cell_exception(cell, cell_index=index)
        finally:
            manager.cell_complete(cell, cell_index=index)
        if not going_on:
            return


def _run_cell(process: CellProcess, cell: NotebookNode, outputs: CellOutputs, timeout_s: float | None) -> bool:
    """Run one cell, fill in its outputs, and tell whether the next may run."""
    if cell.cell_type != "code" or not cell.source.strip():
        return True
    outputs.start(cell)
    failed = False
    try:
        for kind, content in process.run(cell.source, timeout_s):
            outputs.add(kind, content)
            cell.execution_count = content.get("execution_count", cell.execution_count)
            failed = content.get("failed", failed)
    except CellProcessError as error:
        outputs.add("error", {"ename": error.name, "evalue": str(error), "traceback": [f"{error.name}: {error}"]})
        return False
    finally:
        outputs.finish()
    return not failed or "raises-exception" in cell.metadata.get("tags", ())
