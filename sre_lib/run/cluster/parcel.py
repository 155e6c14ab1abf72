"""What goes to a worker and what comes back: all that one service's notebook needs, and the executed notebook.

The scheduler loads this module too, to hand parcels on: what runs notebooks is imported in functions only.
"""

import multiprocessing
import platform
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sre_lib.errors import ClusterMistakeError

if TYPE_CHECKING:
    from sre_lib.run.execute import NotebookRun

_LIBRARIES = (
    "dask", "distributed", "ipykernel", "ipython", "nbformat", "numpy", "pandas", "papermill", "plotly", "pyarrow",
    "scipy",
)  # fmt: skip
"""What results or their way here depend on; the rest may differ."""


@dataclass(frozen=True)
class Parcel:
    """A service's notebook to be executed in a folder of its own, which holds `files` by their path there.

    `kept` is the key below that folder's archive of what the notebook adds to it (empty: the archive is a bucket, which
    takes it itself); `made_with` is what the results depend on.
    """

    notebook: str
    parameters: Mapping[str, str]
    files: Mapping[str, bytes]
    kept: str
    made_with: Mapping[str, str]


@dataclass(frozen=True)
class Back:
    """The executed notebook, why it stopped (None: it did not), its seconds, and what was added to the archive."""

    notebook: str
    error: str | None
    seconds: float
    kept: bytes | None


def executed(parcel: Parcel) -> Back:
    """Execute a notebook: this runs on a worker.

    Raises ClusterMistakeError where the worker is not as the run needs it.
    """
    import nbformat  # noqa: PLC0415

    from sre_lib.store import LocalStore  # noqa: PLC0415

    must_be_alike(parcel.made_with, made_with())
    _must_have_children()
    with tempfile.TemporaryDirectory(prefix="sre-review-", dir=_scratch(), ignore_cleanup_errors=True) as home:
        store = LocalStore(Path(home))
        store.write_all(parcel.files)
        run = _run(parcel, Path(home))
        # Read as it is: where the archive is a bucket, nothing is kept here.
        kept = store.read(parcel.kept) if parcel.kept else None
        return Back(nbformat.writes(run.notebook), run.error, run.seconds, kept)  # type: ignore[no-untyped-call]


def made_with() -> dict[str, str]:
    """Return what results depend on, here: versions, and what stands for this library's files."""
    from sre_lib import __version__  # noqa: PLC0415
    from sre_lib.run.code import code  # noqa: PLC0415

    python = ".".join(platform.python_version_tuple()[:2])
    ours = f"{__version__} ({code().decode()[:12]})"
    return {"Python": python, "sre-review": ours, **{name: version(name) for name in _LIBRARIES}}


def must_be_alike(here: Mapping[str, str], there: Mapping[str, str]) -> None:
    """Raise ClusterMistakeError where a worker, or the scheduler, is of another version."""
    for name, mine in here.items():
        if there.get(name) != mine:
            raise ClusterMistakeError(
                f"--scheduler: {name}: the cluster has {there.get(name)}, here is {mine}; start scheduler and workers "
                "from the image or environment that runs this"
            )


def _must_have_children() -> None:
    """Raise ClusterMistakeError where this worker may start no process: each notebook is one."""
    if multiprocessing.current_process().daemon:
        raise ClusterMistakeError(
            "--scheduler: a worker runs under a nanny, which lets it start no notebook; start workers with "
            "`dask worker --no-nanny` and let the cluster start them again"
        )


def _run(parcel: Parcel, home: Path) -> "NotebookRun":
    """Run the notebook of a parcel."""
    import nbformat  # noqa: PLC0415

    from sre_lib.run.execute import run_notebook  # noqa: PLC0415

    reads: Any = nbformat.reads
    return run_notebook(reads(parcel.notebook, as_version=4), parcel.parameters, cwd=home)


def _scratch() -> str:
    """Return the worker's own folder, which dask empties after a worker that was killed."""
    from distributed import get_worker  # noqa: PLC0415

    return str(get_worker().local_directory)
