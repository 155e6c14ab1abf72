"""The weekly run over all services: collect, run the notebooks, write the pages; one failure never stops the others."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sre_lib import params, weeks
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import Collected, collect
from sre_lib.collect.source import clock, open_source
from sre_lib.document import notebook
from sre_lib.document.opening import Opened, open_review
from sre_lib.document.weekly import WeeklyReview
from sre_lib.errors import UserMistakeError
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.run import answers, child, problems
from sre_lib.run.execute import NotebookRun, run_notebook
from sre_lib.run.parallel import run_all
from sre_lib.run.week_pages import not_run, notebook_text, service_page, weekly_page
from sre_lib.store import LocalStore, file_name, writable

Advance = Callable[[int, int], None]
Progress = Callable[[str], AbstractContextManager[Advance]]
"""Opens a bar with a label; it is told how much is done and how much there is."""

INCOMPLETE = 1


@dataclass(frozen=True)
class Plan:
    """What one run is about: a review, a week, a clock and where the pages go."""

    review: Review
    week: Week
    now: datetime
    out: LocalStore
    jobs: int

    @property
    def folder(self) -> str:
        """Key of the week's folder below the output."""
        return f"{file_name(self.review.name)}/{self.week.name}"

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters of the week's notebooks; the review is named as seen from its home, so no page shows a path."""
        file, home = self.review.file, self.review.home
        return {
            "review": file.relative_to(home).as_posix() if file.is_relative_to(home) else self.review.name,
            "week": self.week.name,
            "language": self.review.language,
            "now": self.now.isoformat(),
            "out": self.folder,
        }


@dataclass(frozen=True)
class Result:
    """Where the weekly page is, what was wrong (one sentence each), what it cost, and the exit code that says so."""

    index: Path
    problems: tuple[str, ...]
    exit_code: int


def prepare(  # noqa: PLR0913, PLR0917  one parameter an option of the command
    name: str, week: str, now: datetime | None, out: Path | None, jobs: int | None, language: str
) -> Plan:
    """Check everything that a user may have got wrong, before anything is written; UserMistakeError says what."""
    review = params.load(name).in_language(language)
    moment = clock(review, week, now)
    chosen = weeks.must_have_ended(review.week(week, moment), moment)
    folder = Path.cwd() / out if out else review.home / "reviews"
    if not writable(folder):
        raise UserMistakeError(f"out: {folder} takes no files; name a folder that can be written with --out")
    return Plan(review, chosen, moment, LocalStore(folder), jobs or os.cpu_count() or 1)


def weekly_run(plan: Plan, tell: Callable[[str], None], progress: Progress) -> Result:
    """Collect the week, run its notebooks and write pages, notebooks, findings.json and run.json.

    Raises SourceError where nothing could be read at all; nothing is written then but what the archive took in.
    """
    started = time.monotonic()
    child.prepare()
    collected = _collect(plan, progress)
    tell(problems.cost_sentence(collected))
    runs = _run_services(plan, progress)
    opened = open_review(plan.review.file.as_posix(), **_opening(plan))
    weekly = _run_weekly(plan, WeeklyReview(opened))
    failed = [(name, run.error) for name, run in (*runs.items(), ("the weekly page", weekly)) if run.error]
    sentences = problems.sentences(opened, collected, failed)
    files = _pages(plan, opened, runs, weekly)
    ran = _account(plan, opened, collected, sentences, time.monotonic() - started)
    _write(plan, {**files, "run.json": answers.run_json(ran)})
    return Result(plan.out.path(f"{plan.folder}/index.html"), sentences, INCOMPLETE if sentences else 0)


def _opening(plan: Plan) -> dict[str, str]:
    """Return how the driver opens the week: like its notebooks, but the file by its path."""
    return {key: value for key, value in plan.parameters.items() if key != "review"}


def _collect(plan: Plan, progress: Progress) -> Collected:
    """Fetch into the archive what the week lacks."""
    review = plan.review
    archive = Archive(LocalStore(review.archive), review.name)
    with progress("Metrics") as bar, open_source(review, plan.now) as client:
        return collect(review, review.services, plan.week, client, archive, plan.now, bar)


def _run_services(plan: Plan, progress: Progress) -> dict[str, NotebookRun]:
    """Run the notebook of every service."""
    template = notebook.build("service_review", plan.review.language, 0)

    def task(name: str) -> Callable[[], NotebookRun]:
        return lambda: run_notebook(template, {**plan.parameters, "service": name}, cwd=plan.review.home)

    tasks = {service.name: task(service.name) for service in plan.review.services}
    with progress("Services") as bar:
        outcomes = run_all(tasks, plan.jobs, bar)
    return {name: each.value or not_run(template, each.error) for name, each in outcomes.items()}


def _run_weekly(plan: Plan, review: WeeklyReview) -> NotebookRun:
    """Run the weekly notebook, one section a finding to discuss."""
    template = notebook.build("weekly_review", plan.review.language, len(review.ranking.discuss))
    return run_notebook(template, plan.parameters, cwd=plan.review.home)


def _pages(plan: Plan, opened: Opened, runs: Mapping[str, NotebookRun], weekly: NotebookRun) -> dict[str, bytes]:
    """Return notebooks, pages and findings.json by their name in the week's folder."""
    review = WeeklyReview(opened)
    files = {"weekly_review.ipynb": notebook_text(weekly.notebook), "index.html": weekly_page(weekly.notebook, opened)}
    for name, run in runs.items():
        files[f"services/{file_name(name)}.ipynb"] = notebook_text(run.notebook)
        files[f"services/{file_name(name)}.html"] = service_page(run.notebook, opened, name)
    analyses = [look.analysis for look in opened.looks]
    return {**files, "findings.json": answers.findings_json(plan.week, review.ranking, analyses)}


def _write(plan: Plan, files: Mapping[str, bytes]) -> None:
    """Write the week's files, all or none; pages of services that are no longer reviewed go."""
    with plan.out.locked(f"{plan.review.name}-{plan.week.name}"):
        plan.out.write_all({f"{plan.folder}/{name}": content for name, content in files.items()})
        for key in plan.out.keys(f"{plan.folder}/services/"):
            if key.removeprefix(f"{plan.folder}/") not in files:
                plan.out.delete(key)


def _account(
    plan: Plan, opened: Opened, collected: Collected, sentences: tuple[str, ...], seconds: float
) -> dict[str, object]:
    """Return what the run did, for run.json."""
    return {
        "review": plan.review.name,
        "week": plan.week.name,
        "window": {"start": plan.week.start, "end": plan.week.end, "history_start": plan.week.history_start},
        "timezone": plan.review.timezone,
        "language": plan.review.language,
        "source": plan.review.source.type,
        "now": plan.now,
        "library_version": answers.VERSION,
        "collected": answers.collected_row(collected),
        "services": [service.name for service in plan.review.services],
        "failed": dict(opened.failed),
        "problems": list(sentences),
        "coverage": answers.coverage_rows([look.analysis for look in opened.looks]),
        "seconds": round(seconds, 1),
    }
