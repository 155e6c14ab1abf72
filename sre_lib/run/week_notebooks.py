"""The notebooks of a week, run side by side: first those of the services, then the week's own."""

from collections.abc import Callable, Mapping
from pathlib import Path

from nbformat import NotebookNode

from sre_lib.document import notebook
from sre_lib.document.ask import examples, has_data
from sre_lib.document.minutes.week_files import ALARMS, ASK, EVENTS, LEARN, NOTEBOOK
from sre_lib.document.opening import Opened
from sre_lib.params import Review
from sre_lib.run.execute import NotebookRun, run_notebook
from sre_lib.run.parallel import run_all
from sre_lib.run.progress import Progress
from sre_lib.run.week_pages import not_run

Parameters = Mapping[str, str]


def run_services(
    review: Review, parameters: Parameters, jobs: int, progress: Progress, there: Mapping[str, NotebookNode]
) -> dict[str, NotebookRun]:
    """Run the notebook of every service but those that are `there`; return all by the service's name."""
    template, names = notebook.build("service_review", review.language), [each.name for each in review.services]
    with progress("Services") as bar:
        tasks = {name: (template, {**parameters, "service": name}) for name in names if name not in there}
        made = _run(tasks, review.home, jobs, bar)
    return {name: NotebookRun(there[name], None, 0.0) if name in there else made[name] for name in names}


def run_week(opened: Opened, parameters: Parameters, jobs: int, *, ask_too: bool) -> dict[str, NotebookRun]:
    """Run the week's own notebooks; return them by their file's name.

    That are the weekly one, with one section a finding to discuss, that of the events, the one to learn from, that
    of the alarms unless the review leaves them out, and with `ask_too` the one for questions where there is data
    to ask about.
    """
    language = opened.review.language
    names = [item.entry.id for item in opened.meeting.items]
    tasks = {
        NOTEBOOK: (notebook.build("weekly_review", language, names), parameters),
        EVENTS: (notebook.build("event_review", language), parameters),
        LEARN: (notebook.build("learn", language), parameters),
    }
    if opened.review.alarms:
        tasks[ALARMS] = (notebook.build("alarm_review", language), parameters)
    if ask_too and has_data(opened):
        tasks[ASK] = (notebook.build("ask", language), {**parameters, **examples(opened)})
    return _run(tasks, opened.review.home, jobs)


def _run(
    tasks: Mapping[str, tuple[NotebookNode, Parameters]],
    home: Path,
    jobs: int,
    on_done: Callable[[int, int], None] | None = None,
) -> dict[str, NotebookRun]:
    """Run notebooks with their parameters; one that could not even be started is as one whose first cell failed."""

    def task(template: NotebookNode, parameters: Parameters) -> Callable[[], NotebookRun]:
        return lambda: run_notebook(template, dict(parameters), cwd=home)

    outcomes = run_all({name: task(*each) for name, each in tasks.items()}, jobs, on_done)
    return {name: each.value or not_run(tasks[name][0], each.error) for name, each in outcomes.items()}
