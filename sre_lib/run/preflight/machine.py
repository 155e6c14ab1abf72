"""Whether this machine can hold a review: folders, disk, kernel, time zone."""

import shutil
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from zoneinfo import ZoneInfo

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from sre_lib.address import Address
from sre_lib.params import Review
from sre_lib.run.desks import pages_at
from sre_lib.run.preflight.tree import Checked, group, ok, wrong
from sre_lib.stores import writable

KERNEL = "python3"
"""What the notebooks name."""
LEAST_FREE = 1_000_000_000
"""Bytes. The demo's seven services take 25 MB of archive in seven weeks, and a week's pages some 10 MB a service."""


def check_machine(review: Review, now: datetime, out: Address | None = None) -> Checked:
    """Look at what a run and a meeting need of this machine; nothing is written."""
    places = {"archive": review.archive, "reviews": pages_at(review, out)}
    folders = {name: place for name, place in places.items() if isinstance(place, Path)}
    takes = [_takes_files(name, folder) for name, folder in folders.items()]
    # What is in a bucket takes no room here but for the notebooks' own temporary files.
    disk = _disk(next(iter(folders.values()), Path(gettempdir())))
    return group("this machine", [*takes, disk, _kernel(), _zone(review.timezone, now)])


def _takes_files(name: str, folder: Path) -> Checked:
    """Tell whether a folder takes files."""
    if writable(folder):
        return ok(name, f"{folder} takes files")
    return wrong(name, f"{folder} takes no files; change its rights, or run as whoever owns it")


def _disk(folder: Path) -> Checked:
    """Tell whether there is room."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / 1e9:,.1f} GB free at {there}"
    return ok("disk", said) if free >= LEAST_FREE else wrong("disk", f"{said}, wants 1; free some")


def _kernel() -> Checked:
    """Tell whether JupyterLab finds the kernel of the notebooks."""
    try:
        found = KernelSpecManager().get_kernel_spec(KERNEL)
    except NoSuchKernel:
        return wrong(
            "kernel",
            f"JupyterLab finds no kernel {KERNEL}; run `python -m ipykernel install --sys-prefix` in the environment "
            "of sre-review",
        )
    return ok("kernel", f"{KERNEL} ({found.display_name})")


def _zone(name: str, now: datetime) -> Checked:
    """Return what time it is where the people sit; a name that is none was refused with the review file."""
    local = now.astimezone(ZoneInfo(name))
    return ok("time zone", f"{name}, where it is {local:%Y-%m-%d %H:%M} (UTC{local:%z})")
