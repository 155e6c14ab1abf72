"""A review whose runs take no time: nothing is collected, the findings are given, the notebooks come back as built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from sre_lib import params
from sre_lib.collect.gather import Collected
from sre_lib.document.minutes.minutes_file import decode
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.opening import Opened
from sre_lib.model import Finding
from sre_lib.run import week_notebooks, weekly_run
from sre_lib.run.execute import NotebookRun
from sre_lib.run.progress import silent
from sre_lib.run.publish import publish
from sre_lib.store import LocalStore
from sre_lib.weeks import morning_after
from sre_lib.wording import wording
from tests.document.build import WEEK, finding, look

REVIEW = """\
title: The shop
timezone: Asia/Tokyo
source: {type: archive}
history_weeks: 1
services:
  - {name: web, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}}
"""


@dataclass
class Room:
    """A company's folder, the findings that a run makes, and what was told."""

    home: Path
    findings: tuple[Finding, ...] = (finding(),)
    week: str = WEEK.name
    told: list[str] = field(default_factory=list)
    while_running: list[Callable[[], None]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    """The notebooks that were executed, by service; the week's own have none."""

    @property
    def plan(self) -> weekly_run.Plan:
        """Return the plan of a run of the week."""
        review = params.load("shop", self.home)
        week = review.week(self.week, WEEK.end)
        return weekly_run.Plan(review, week, morning_after(week), LocalStore(self.home / "reviews"), 1)

    @property
    def folder(self) -> Path:
        """Return the week's folder."""
        return self.home / "reviews" / "shop" / self.week

    @property
    def notebook_file(self) -> Path:
        """Return the week's notebook."""
        return self.folder / "weekly_review.ipynb"

    @property
    def minutes_file(self) -> Path:
        """Return the week's minutes."""
        return self.folder / "minutes.yaml"

    def run(self, plan: weekly_run.Plan | None = None) -> None:
        """Run the week."""
        weekly_run.weekly_run(plan or self.plan, self.told.append, silent)

    def publish(self, plan: weekly_run.Plan | None = None) -> None:
        """Publish the week."""
        plan = plan or self.plan
        publish(plan.desk, self.home / "reviews", self.told.append)

    def notebook(self) -> NotebookNode:
        """Return the week's notebook."""
        notebook: NotebookNode = nbformat.read(self.notebook_file, as_version=4)
        return notebook

    def save(self, notebook: NotebookNode) -> None:
        """Save the week's notebook as JupyterLab does."""
        nbformat.write(notebook, self.notebook_file)

    def write_in(self, name: str, text: str) -> None:
        """Type a text into the cell with this name and save."""
        notebook = self.notebook()
        cell_named(notebook, name).source = text
        self.save(notebook)

    def minutes(self) -> Minutes:
        """Return the week's minutes file."""
        return decode(self.minutes_file.read_bytes(), self.minutes_file)

    def said(self) -> str:
        """Return everything that notebook and minutes file of all weeks hold, as text."""
        notebooks = sorted((self.home / "reviews").rglob("weekly_review.ipynb"))
        cells = [cell.source for file in notebooks for cell in nbformat.read(file, as_version=4).cells]
        return "\n".join([*cells, *map(_all_of, sorted((self.home / "reviews").rglob("minutes.yaml")))])

    def store_leftovers(self) -> tuple[str, ...]:
        """Return the temporary files below the folder of pages."""
        return LocalStore(self.home / "reviews").leftovers()

    def opened(self, plan: weekly_run.Plan) -> Opened:
        """Return the week as the run opens it."""
        looks = (look(*self.findings),)
        return Opened(plan.review, plan.week, plan.now, wording("en"), looks, {}, None, in_run=True)

    def executed(self, template: NotebookNode, parameters: Mapping[str, str]) -> NotebookRun:
        """Return a notebook as executed; whatever people do meanwhile is done."""
        self.ran.append(parameters.get("service", ""))
        for do in self.while_running:
            do()
        self.while_running.clear()
        return NotebookRun(template, None, 0.0)


def cell_named(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return the first cell with this name."""
    found: NotebookNode = next(
        cell for cell in notebook.cells if cell.metadata.get("sre_review", {}).get("cell") == name
    )
    return found


def discussion(notebook: NotebookNode) -> NotebookNode:
    """Return the first discussion cell."""
    found: NotebookNode = next(cell for cell in notebook.cells if "discussion" in cell.metadata.get("tags", ()))
    return found


def _all_of(file: Path) -> str:
    """Return the texts of a minutes file."""
    minutes = decode(file.read_bytes(), file)
    kept = [each.written for each in minutes.entries] + [each.written for each in minutes.added]
    return "\n".join(each.text for each in (*kept, *minutes.notes.values()))


def room(home: Path, monkeypatch: pytest.MonkeyPatch, *, pages: bool = False, reuse: bool = False) -> Room:
    """Return a company whose runs are stubbed; `pages`: the pages are really rendered.

    `reuse`: what is as it was stays, else every run makes everything: it cannot see that the findings are others.
    """
    (home / "params").mkdir(parents=True)
    (home / "params" / "shop.yaml").write_text(REVIEW)
    made = Room(home)
    plans: list[weekly_run.Plan] = []

    def collected(plan: weekly_run.Plan, *_: object) -> Collected:
        plans.append(plan)
        return Collected()

    monkeypatch.setattr("sre_lib.run.child.prepare", lambda: None)
    monkeypatch.setattr(weekly_run, "collect_week", collected)
    monkeypatch.setattr(weekly_run, "open_review", lambda _file, **_how: made.opened(plans[-1]))
    monkeypatch.setattr(week_notebooks, "run_notebook", lambda template, given, cwd: made.executed(template, given))  # noqa: ARG005  as called
    if not reuse:
        monkeypatch.setattr("sre_lib.run.reuse.Reuse.unchanged", lambda *_: False)
        monkeypatch.setattr("sre_lib.run.reuse.Reuse.notebook", lambda *_: None)
    if not pages:
        monkeypatch.setattr(weekly_run, "rendered", lambda *_: {"index.html": b"page"})
        monkeypatch.setattr("sre_lib.run.publish.rendered", lambda *_: {"index.html": b"page"})
    return made
