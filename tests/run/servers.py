"""A week of two small servers, reviewed once: what tests of the meeting write into copies of."""

import shutil
from pathlib import Path

import nbformat
import pytest

from sre_lib.demo.endpoint import serve
from sre_lib.document.minutes.cells import name_of
from sre_lib.run.meeting import Desk
from sre_lib.run.progress import silent
from sre_lib.run.weekly_run import prepare, weekly_run
from sre_lib.store import LocalStore
from tests.collect.account import signed_in
from tests.run.test_weekly_run import NOW, REVIEW, WEEK, account

NAME = "servers"


def run(home: Path, source: str = "archive") -> list[str]:
    """Run the review in its home, as the current directory; return what was told."""
    (home / "params").mkdir(exist_ok=True)
    (home / "params" / f"{NAME}.yaml").write_text(REVIEW.format(source=source))
    told: list[str] = []
    weekly_run(prepare(NAME, WEEK.name, NOW, None, 2, ""), told.append, silent)
    return told


def reviewed(home: Path) -> None:
    """Review the week from the endpoint, in a folder of its own."""
    with pytest.MonkeyPatch.context() as patch, serve(account(), NOW) as url:
        signed_in(patch)
        patch.chdir(home)
        run(home, f"cloudwatch, region: us-east-1, endpoint: '{url}'")
        # From the archive, as later runs are: what the pages say of their source is the same then.
        run(home)


def copied(home: Path, to: Path) -> Path:
    """Return a copy of a reviewed home."""
    return shutil.copytree(home, to, dirs_exist_ok=True)


def folder(home: Path) -> Path:
    """Return the folder of the week."""
    return home / "reviews" / NAME / WEEK.name


def desk(home: Path) -> Desk:
    """Return the desk of the week."""
    plan = prepare(NAME, WEEK.name, NOW, home / "reviews", 1, "")
    return Desk(LocalStore(home / "reviews"), plan.review, WEEK)


def write(home: Path, texts: dict[str, str], *added: str) -> str:
    """Write into cells of the notebook as JupyterLab does, and add cells; return the id of the first finding.

    A name that ends in a colon is the first cell whose name begins so.
    """
    file = folder(home) / "weekly_review.ipynb"
    notebook = nbformat.read(file, as_version=4)
    for name, text in texts.items():
        cell = next(each for each in notebook.cells if name_of(each) == name or name_of(each).startswith(name))
        cell.source = text
    notebook.cells += [nbformat.v4.new_markdown_cell(text) for text in added]
    nbformat.write(notebook, file)
    first = next(name_of(each) for each in notebook.cells if name_of(each).startswith("discussion:"))
    return first.removeprefix("discussion:")
