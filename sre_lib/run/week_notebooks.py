"""The notebooks of a week, run side by side: first those of the services, then the week's own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from sre_lib.document import notebook
from sre_lib.document.ask import examples, has_data
from sre_lib.document.minutes.week_files import ALARMS, ASK, EVENTS, LEARN, NOTEBOOK, ONBOARDING
from sre_lib.document.opening import Opened
from sre_lib.errors import ClusterError
from sre_lib.model import Service
from sre_lib.params import Review
from sre_lib.run.execute import NotebookRun, run_notebook
from sre_lib.run.parallel import OnChange, Workers, run_all
from sre_lib.run.progress import NOTEBOOKS, SERVICES, Advance
from sre_lib.run.reuse import Reuse
from sre_lib.run.runner import Runner
from sre_lib.run.week_pages import not_run, notebook_text

Parameters = Mapping[str, str]

WEEKS_OWN = (NOTEBOOK, EVENTS, LEARN, ONBOARDING, ALARMS)
"""What there is of every week, ASK aside, which is made once."""


@dataclass(frozen=True)
class Here:
    """The runner on this machine: each notebook has a process of its own; `home` is where its cells run."""

    at_once: int
    home: Path

    def run(self, service: Service, template: NotebookNode, parameters: Parameters) -> NotebookRun:
        """Run a service's notebook."""
        del service
        return run_notebook(template, parameters, cwd=self.home)

    def cancel(self) -> None:
        """Do nothing: `Workers` ends the processes."""


@dataclass
class ServiceNotebooks:
    """The notebooks of the services of one run: each is executed as soon as its data is there, unless it stays.

    With `force` all are executed. `made` says by service what a notebook that did not fail was made from.
    """

    review: Review
    parameters: Parameters
    reuse: Reuse
    runner: Runner
    workers: Workers[NotebookRun]
    force: bool = False
    made: dict[str, str] = field(default_factory=dict)
    stayed: set[str] = field(default_factory=set)
    started: set[str] = field(default_factory=set)

    @cached_property
    def template(self) -> NotebookNode:
        """The notebook of every service, not yet executed."""
        return notebook.build("service_review", self.review.language)

    def start(self, service: Service) -> None:
        """Let a service's notebook run as soon as there is a free processor; once."""
        if service.name not in self.started:
            self.started.add(service.name)
            self.workers.submit(service.name, lambda: self._made(service))

    def ended(self) -> dict[str, NotebookRun]:
        """Run what was not started yet, wait for all, and return them by the service's name as the review has them."""
        for service in self.review.services:
            self.start(service)
        outcomes = self.workers.outcomes()
        names = [each.name for each in self.review.services]
        return {name: outcomes[name].value or not_run(self.template, outcomes[name].error) for name in names}

    def _made(self, service: Service) -> NotebookRun:
        """Return a service's notebook, executed or as it was."""
        made_from = self.reuse.made_from.service(service)
        there = None if self.force else self.reuse.notebook(service, made_from)
        if there is not None:
            self.stayed.add(service.name)
            run = NotebookRun(there, None, 0.0)
        else:
            given = {**self.parameters, "service": service.name}
            run = self.runner.run(service, self.template, given)
        if run.error is None:
            self.made[service.name] = made_from
            if there is None:
                self.reuse.leave(service, made_from, notebook_text(run.notebook))
        return run


@contextmanager
def service_notebooks(  # noqa: PLR0913, PLR0917  what a run knows
    review: Review,
    parameters: Parameters,
    runner: Runner,
    reuse: Reuse,
    bar: Advance,
    tell: Callable[[str], None],
    *,
    force: bool,
) -> Iterator[ServiceNotebooks]:
    """Give the notebooks of the services; where the block is left by an exception, say how many are made and kept."""
    total = len(review.services)
    told: OnChange = lambda done, running: bar(SERVICES, done, total, running)  # noqa: E731
    with Workers[NotebookRun](runner.at_once, told, (ClusterError,)) as workers:
        services = ServiceNotebooks(review, parameters, reuse, runner, workers, force)
        try:
            yield services
        except BaseException:
            runner.cancel()
            if services.made:
                tell(
                    f"broken off: {len(services.made)} of {total} services are made and kept; run it again to go on "
                    "from there"
                )
            raise


def run_week(
    opened: Opened, parameters: Parameters, jobs: int, bar: Advance, *, ask_too: bool
) -> dict[str, NotebookRun]:
    """Run the week's own notebooks; return them by their file's name.

    That are the weekly one, with one section a finding to discuss, that of the events, the one to learn from, the one
    for newcomers, that of the alarms unless the review leaves them out, and with `ask_too` the one for questions where
    there is data to ask about.
    """
    language = opened.review.language
    names = [item.entry.id for item in opened.meeting.items]
    tasks = {
        NOTEBOOK: (notebook.build("weekly_review", language, names), parameters),
        EVENTS: (notebook.build("event_review", language), parameters),
        LEARN: (notebook.build("learn", language), parameters),
        ONBOARDING: (notebook.build("onboarding", language), parameters),
    }
    if opened.review.alarms:
        tasks[ALARMS] = (notebook.build("alarm_review", language), parameters)
    if ask_too and has_data(opened):
        tasks[ASK] = (notebook.build("ask", language), {**parameters, **examples(opened)})
    return _run(tasks, opened.review.home, jobs, lambda done, running: bar(NOTEBOOKS, done, len(tasks), running))


def _run(
    tasks: Mapping[str, tuple[NotebookNode, Parameters]], home: Path, jobs: int, on_change: OnChange
) -> dict[str, NotebookRun]:
    """Run notebooks with their parameters; one that could not even be started is as one whose first cell failed."""

    def task(template: NotebookNode, parameters: Parameters) -> Callable[[], NotebookRun]:
        return lambda: run_notebook(template, dict(parameters), cwd=home)

    outcomes = run_all({name: task(*each) for name, each in tasks.items()}, jobs, on_change)
    return {name: each.value or not_run(tasks[name][0], each.error) for name, each in outcomes.items()}
