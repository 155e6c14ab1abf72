"""The weekly run over all services: collect, run the notebooks, write the pages; one failure never stops the others."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode

from sre_lib.address import Address
from sre_lib.document.alarm_proposals import Proposed, proposals
from sre_lib.document.alarm_typed import replayed_settings
from sre_lib.document.alarms import AlarmsReview, alarms_to_discuss
from sre_lib.document.events import EventsReview, events_to_discuss
from sre_lib.document.minutes import meeting
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.week_files import ALARMS, ASK, EVENTS, LEARN, NOTEBOOK, ONBOARDING
from sre_lib.document.opening import open_review
from sre_lib.document.since import outcomes
from sre_lib.document.upkeep import UpkeepReview, upkeep_to_discuss
from sre_lib.document.weekly import WeeklyReview
from sre_lib.errors import UserMistakeError
from sre_lib.run import answers, child, problems
from sre_lib.run.alarm_answers import ALARMS_JSON, alarms_json
from sre_lib.run.alarm_figures import with_figures
from sre_lib.run.alarms import alarms_of_week, alarms_row
from sre_lib.run.changes import changes_of_week, changes_row
from sre_lib.run.cluster.place import Cluster
from sre_lib.run.desks import pages_at
from sre_lib.run.event_answers import EVENTS_JSON, events_json
from sre_lib.run.execute import NotebookRun
from sre_lib.run.exit_codes import INCOMPLETE
from sre_lib.run.fetch import Scope, collect_week, scope
from sre_lib.run.frame import frame_of, keep_frame, kept_frame
from sre_lib.run.history_files import history_page
from sre_lib.run.made_from import MadeFrom
from sre_lib.run.meeting import FINDINGS, HISTORY, Desk, People, with_meeting
from sre_lib.run.notice.message import News, news_of
from sre_lib.run.one_at_a_time import alone
from sre_lib.run.progress import NOTEBOOKS, PAGES, SERVICES, Progress, Timed
from sre_lib.run.reuse import Reuse
from sre_lib.run.run_record import RUN_JSON, account, record_of
from sre_lib.run.runner import Runner, runner_of
from sre_lib.run.upkeep import UPKEEP, UPKEEP_JSON, upkeep_json, upkeep_notebook, upkeep_of_week, upkeep_row
from sre_lib.run.week_notebooks import WEEKS_OWN, Here, run_week, service_notebooks
from sre_lib.run.week_pages import OfAlarms, OfWeek, notebook_text, rendered
from sre_lib.store import Store, file_name
from sre_lib.stores import store_of, writable


@dataclass(frozen=True)
class Plan(Scope):
    """What one run is about: its scope, where the pages go, how many notebooks run at once, whether all are made.

    `cluster` is where the notebooks of services run (None: on this machine).
    """

    out: Store
    jobs: int
    force: bool = False
    cluster: Cluster | None = None

    @property
    def out_key(self) -> str:
        """Key of the week's folder below the output."""
        return f"{file_name(self.review.name)}/{self.week.name}"

    @property
    def desk(self) -> Desk:
        """Where the week's minutes lie."""
        return Desk(self.out, self.review, self.week)

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters of the week's notebooks; the review is named as seen from its home, so no page shows a path."""
        file, home = self.review.file, self.review.home
        return {
            "review": file.relative_to(home).as_posix() if file.is_relative_to(home) else self.review.name,
            "week": self.week.name,
            "language": self.review.language,
            "now": self.now.isoformat(),
            "out": self.out_key,
        }


@dataclass(frozen=True)
class Result:
    """Where the weekly page is, what was wrong (one sentence each), the exit code that says so, and what is told.

    No `news`: nothing was made, and there is nobody to be told.
    """

    index: Address
    problems: tuple[str, ...]
    exit_code: int
    news: News | None


def prepare(  # noqa: PLR0913, PLR0917  one parameter an option of the command
    name: str,
    week: str,
    now: datetime | None,
    out: Address | None,
    jobs: int | None,
    language: str,
    *,
    force: bool = False,
    cluster: Cluster | None = None,
) -> Plan:
    """Check everything that a user may have got wrong, before anything is written; UserMistakeError says what."""
    found = scope(name, week, now, language)
    if cluster is not None:
        cluster.checked()
    folder = pages_at(found.review, out)
    if not writable(folder):
        raise UserMistakeError(f"out: {folder} takes no files; name a folder that can be written with --out")
    return Plan(found.review, found.week, found.now, store_of(folder), jobs or os.cpu_count() or 1, force, cluster)


def weekly_run(plan: Plan, tell: Callable[[str], None], progress: Progress) -> Result:
    """Do what `alone_run` says, after any other run of the review has ended."""
    with alone(plan, tell):
        return alone_run(plan, tell, progress)


def alone_run(plan: Plan, tell: Callable[[str], None], progress: Progress) -> Result:
    """Collect the week, run its notebooks and write pages, notebooks, findings.json and run.json.

    Raises SourceError where nothing could be read at all; nothing is written then but what the archive took in. The
    caller sees to it that no other run of the review is under way.
    """
    with plan.desk.held():
        return _run(plan, tell, progress)


def _run(plan: Plan, tell: Callable[[str], None], progress: Progress) -> Result:
    """Do what `alone_run` says, while the week is held."""
    count = len(plan.review.services)
    reuse = Reuse(MadeFrom(plan.desk, plan.archive, plan.parameters))
    stages = {SERVICES: count, NOTEBOOKS: len(WEEKS_OWN), PAGES: count}
    # A cluster that cannot be used is said before anything is fetched.
    with (
        runner_of(plan.cluster, Here(plan.jobs, plan.review.home), reuse.made_from) as runner,
        progress(plan.week.name, stages) as bar,
    ):
        return _made(plan, tell, Timed(bar), reuse, runner)


def _made(plan: Plan, tell: Callable[[str], None], bar: Timed, reuse: Reuse, runner: Runner) -> Result:
    """Do what `alone_run` says, and tell `bar` how far it is."""
    started = time.monotonic()
    # What people wrote is read first: where it cannot be, nothing is fetched and nothing written.
    kept, earlier = plan.desk.read(), plan.desk.earlier()
    child.prepare()
    # The notebooks of services run while others are still fetched; what they look at beside metrics comes first.
    changes = changes_of_week(plan.review, plan.week, plan.archive, plan.now)
    upkeep = upkeep_of_week(plan.review, plan.week, plan.archive, plan.now)
    with service_notebooks(plan.review, plan.parameters, runner, reuse, bar, tell, force=plan.force) as services:
        collected = collect_week(plan, bar, services.start)
        tell(problems.cost_sentence(collected))
        alarms = alarms_of_week(plan.review, plan.week, plan.archive, plan.now, tell)
        said = tuple(map(str, (*collected.problems, *changes.problems, *alarms.problems, *upkeep.problems)))
        if not services.started and not plan.force and reuse.unchanged(said):
            tell(f"{plan.week.name}: nothing is new, the pages stay as they are (--force makes them again)")
            return _as_before(plan)
        runs = services.ended()
    if services.stayed:
        tell(f"{len(services.stayed)} of {len(runs)} services are as they were: their notebooks stay")
    opened = with_meeting(open_review(plan.review.file.as_posix(), **_opening(plan)), kept, earlier)
    opened = with_figures(opened, plan.desk)
    meeting.keep(plan.archive, plan.week, opened.meeting)
    # The notebook for questions is made once: people write in it.
    ask_too = plan.out.read(f"{plan.out_key}/{ASK}") is None
    beside = run_week(opened, plan.parameters, plan.jobs, bar, ask_too=ask_too)
    weekly = beside.pop(NOTEBOOK)
    every = (*runs.items(), ("the weekly page", weekly), *beside.items())
    # One for all that is made of alarms and events: they take seconds to go through.
    of_alarms, of_events, of_upkeep = AlarmsReview(opened), EventsReview(opened), UpkeepReview(opened)
    failed = [(name, run.error) for name, run in every if run.error]
    failed += [(EVENTS_JSON, of_events.trouble)] if of_events.trouble else []
    sentences = (
        *problems.sentences(opened, collected, failed),
        *map(str, changes.problems),
        *map(str, alarms.problems),
        *map(str, upkeep.problems),
    )
    ran = account(plan, opened, collected, sentences, time.monotonic() - started)
    ran |= {"changes": changes_row(changes), "alarms": alarms_row(alarms), "upkeep": upkeep_row(upkeep, of_upkeep)}

    frame = frame_of(opened, collected, f"../{HISTORY}" if earlier else "")

    def document(people: People) -> Mapping[str, bytes]:
        bar(PAGES, 0, len(runs))
        page = keep_frame(
            _with_lines(people, of_alarms, of_events, of_upkeep).put_into(weekly.notebook, opened.say), frame
        )
        files = _files(of_alarms, of_events, runs, page, people.minutes, beside)
        bar(PAGES, len(runs), len(runs))
        files |= {RUN_JSON: answers.document({**ran, "stages": bar.seconds})}
        past = {**people.earlier, plan.week.name: people.minutes}
        over = history_page(plan.desk, kept_frame(page, NOTEBOOK), past, files[FINDINGS], files.get(UPKEEP_JSON))
        return {**files, HISTORY: over} if over else files

    once = {ASK: notebook_text(beside[ASK].notebook)} if ASK in beside and not beside[ASK].error else {}
    for remark in plan.desk.write(opened.meeting, document, once):
        tell(remark)
    _remove_old_services(plan)
    reuse.keep(said, services.made, whole=not failed)
    return _result(plan, sentences, news_of(opened, frame.until[""]))


def _as_before(plan: Plan) -> Result:
    """Return the result of the run that made the pages."""
    return _result(plan, record_of(plan.desk, plan.week.name).problems, None)


def _result(plan: Plan, sentences: tuple[str, ...], news: News | None) -> Result:
    """Return the result of a run with what was wrong."""
    return Result(plan.out.path(f"{plan.out_key}/index.html"), sentences, INCOMPLETE if sentences else 0, news)


def _opening(plan: Plan) -> dict[str, str]:
    """Return how the driver opens the week: like its notebooks, but the file by its path."""
    return {key: value for key, value in plan.parameters.items() if key != "review"}


def _with_lines(people: People, of_alarms: AlarmsReview, of_events: EventsReview, of_upkeep: UpkeepReview) -> People:
    """Return what people wrote with the alarms, events and upkeep that they have a line for."""
    alarms, events = alarms_to_discuss(of_alarms), events_to_discuss(of_events)
    return replace(people, alarms=alarms, events=events, upkeep=upkeep_to_discuss(of_upkeep))


def _files(  # noqa: PLR0913, PLR0917  all that a week's folder is made of
    of_week: AlarmsReview,
    of_events: EventsReview,
    runs: Mapping[str, NotebookRun],
    weekly: NotebookNode,
    minutes: Minutes,
    beside: Mapping[str, NotebookRun],
) -> dict[str, bytes]:
    """Return notebooks, pages and answers for programs by their name in the week's folder."""
    opened, services = of_week.opened, {name: run.notebook for name, run in runs.items()}
    files = {NOTEBOOK: notebook_text(weekly)}
    proposed: tuple[Proposed, ...] = ()
    alarms, events, learning, onboarding = beside.get(ALARMS), beside[EVENTS], beside[LEARN], beside[ONBOARDING]
    files |= {EVENTS: notebook_text(events.notebook), EVENTS_JSON: events_json(of_events)}
    files |= {LEARN: notebook_text(learning.notebook), ONBOARDING: notebook_text(onboarding.notebook)}
    if alarms:
        proposed = () if of_week.trouble else tuple(proposals(of_week))
        files |= {ALARMS: notebook_text(alarms.notebook), ALARMS_JSON: alarms_json(of_week, proposed)}
    files |= {f"services/{file_name(name)}.ipynb": notebook_text(each) for name, each in services.items()}
    replayed = replayed_settings(minutes, proposed, opened.review, opened.week, opened.say)
    of_alarms = OfAlarms(alarms.notebook, proposed, replayed) if alarms else OfAlarms()
    upkeep = upkeep_notebook(opened)
    if upkeep is not None:
        files |= {UPKEEP: notebook_text(upkeep), UPKEEP_JSON: upkeep_json(UpkeepReview(opened))}
    of_beside = OfWeek(of_alarms, events.notebook, learning.notebook, upkeep, onboarding.notebook)
    files |= rendered(weekly, services, kept_frame(weekly, NOTEBOOK), minutes, of_beside)
    analyses = [look.analysis for look in opened.looks]
    findings = answers.findings_json(
        opened.week, WeeklyReview(opened).ranking, analyses, minutes.entries, outcomes(opened)
    )
    return {**files, FINDINGS: findings}


def _remove_old_services(plan: Plan) -> None:
    """Remove the pages of services that are no longer reviewed."""
    names = {file_name(service.name) for service in plan.review.services}
    for key in plan.out.keys(f"{plan.out_key}/services/"):
        if Path(key).stem not in names:
            plan.out.delete(key)
