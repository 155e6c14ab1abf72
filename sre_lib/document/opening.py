"""How a notebook opens a review: parameters checked, the archive filled where it lacks the week, services looked at."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from IPython.core.getipython import get_ipython

from sre_lib import params
from sre_lib.analyse.memo import analysis
from sre_lib.analyse.registry import check as check_views
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.changes.gather import collect_changes, lacks_changes
from sre_lib.collect.events.from_files import with_events
from sre_lib.collect.gather import Collected, Problem, collect
from sre_lib.collect.history import not_answered
from sre_lib.collect.journal import taken
from sre_lib.collect.source import clock, open_source
from sre_lib.collect.usage import Usage
from sre_lib.document.look import Look
from sre_lib.document.minutes import meeting
from sre_lib.document.minutes.meeting import Meeting
from sre_lib.errors import ArchiveError, SreReviewError, UserMistakeError
from sre_lib.model import Service, Week
from sre_lib.params import Review
from sre_lib.stores import store_of
from sre_lib.weeks import history, must_have_ended
from sre_lib.wording import Wording, wording

_INJECTED = "# Parameters"
"""First line of the cell that papermill puts behind the one tagged `parameters`."""


@dataclass(frozen=True)
class Opened:
    """A review's week, ready to be shown.

    `looks` are the services that could be analysed and `failed` the others, with one sentence each; `collected` is
    what was fetched just now (None: the archive had all); `in_run` tells whether it belongs to the pages of a run,
    `simulated` whether the metrics are the demo's, read from an archive or not. `lacking` is what was asked for of the
    history and never came, `taken` what all collections of the week took so far (None: the note of it is damaged);
    `meeting` is what the document takes from the minutes.
    """

    review: Review
    week: Week
    now: datetime
    say: Wording
    looks: tuple[Look, ...]
    failed: Mapping[str, str]
    collected: Collected | None
    in_run: bool
    simulated: bool = False
    lacking: tuple[Problem, ...] = ()
    taken: Usage | None = None
    meeting: Meeting = field(default_factory=Meeting)


def open_review(  # noqa: PLR0913  the parameters of the notebooks
    review: str, week: str, service: str = "", *, language: str = "", now: str = "", out: str = ""
) -> Opened:
    """Open a review by name or path, the week by name or the last finished one, all services or the one named.

    `now` is an ISO time (empty: the review's own clock) and `out` the folder of the run that the notebook belongs to;
    without it the notebook runs on its own and collects what the archive lacks. Raises UserMistakeError for a
    parameter that the notebook does not have, and for values that cannot be used.
    """
    _check({"review": review, "week": week, "service": service, "language": language, "now": now, "out": out})
    loaded = with_events(params.load(review).in_language(language))
    check_views(loaded.views, loaded.file)
    moment = clock(loaded, week, _moment(now))
    chosen = must_have_ended(loaded.week(week, moment), moment)
    services = (loaded.service(service),) if service else loaded.services
    archive = Archive(store_of(loaded.archive), loaded.name)
    lacking = () if out else tuple(each for each in services if _lacks(archive, each, chosen))
    collected = None
    if lacking or (not out and lacks_changes(loaded, services, chosen, archive, moment)):
        with open_source(loaded, moment) as clients:
            collected = collect(loaded, lacking, chosen, clients, archive, moment) if lacking else None
            collect_changes(loaded, services, chosen, clients, archive, moment)
    say = wording(loaded.language).looking(loaded.views)
    looks, failed = _looks(loaded, services, chosen, archive, say)
    simulated = loaded.source.type == "demo" or archive.simulated
    lacks = _lacking([look.service for look in looks], loaded, chosen, archive)
    used = _taken(archive, chosen)
    kept = meeting.read(archive, chosen) if out else Meeting()
    return Opened(loaded, chosen, moment, say, looks, failed, collected, bool(out), simulated, lacks, used, kept)


def check_parameters(cells: Sequence[str]) -> None:
    """Refuse parameters that papermill injected but the notebook does not have (papermill itself only warns).

    `cells` are the sources that were run so far, IPython's `In`; raises UserMistakeError with the nearest name.
    """
    injected = next((number for number, cell in enumerate(cells) if cell.startswith(_INJECTED)), None)
    if not injected:
        return
    known = _assigned(cells[injected - 1])
    if "review" not in known:
        # In JupyterLab cells run in any order: then it is not the cell of the parameters that ran before.
        return
    for name in _assigned(cells[injected]):
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.0)
            raise UserMistakeError(
                f"parameter: got {name!r}, which this notebook does not have; "
                f"did you mean {near[0]!r}? It has {', '.join(known)}"
            )


def _check(values: Mapping[str, object]) -> None:
    """Check the notebook's own parameters: their names, and that each is text."""
    shell = get_ipython()
    if shell is not None:
        check_parameters(shell.user_ns.get("In", ()))
    for name, value in values.items():
        if not isinstance(value, str):
            raise UserMistakeError(f"parameter: {name}: got {value!r}, wants text; put it in quotes")


def _assigned(cell: str) -> tuple[str, ...]:
    """Return the names that a cell assigns."""
    targets = (
        target
        for statement in ast.parse(cell).body
        for target in (statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)])
    )
    return tuple(target.id for target in targets if isinstance(target, ast.Name))


def _lacks(archive: Archive, service: Service, week: Week) -> bool:
    """Tell whether some week that the analysis looks at was never asked for."""
    weeks = (*history(week), week)
    return not all(any(archive.spans(service, each, period) for period in PERIODS) for each in weeks)


def _lacking(services: Sequence[Service], review: Review, week: Week, archive: Archive) -> tuple[Problem, ...]:
    """Return what was asked for of the history of some services and never came."""
    return tuple(each for service in services for each in not_answered(review.catalog, service, week, archive))


def _taken(archive: Archive, week: Week) -> Usage | None:
    """Return what all collections of a week took; None where the note of it cannot be read."""
    try:
        return taken(archive, week)
    except ArchiveError:
        return None


def _moment(text: str) -> datetime | None:
    """Return an ISO text as a time; None where it is empty."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise UserMistakeError(f"now: got {text!r}, wants a time such as 2026-10-05T07:00+09:00") from None


def _looks(
    review: Review, services: Sequence[Service], week: Week, archive: Archive, say: Wording
) -> tuple[tuple[Look, ...], Mapping[str, str]]:
    """Look at every service; one that fails is named with its reason and never stops the others."""
    looks, failed = [], {}
    for service in services:
        try:
            service_week, found = analysis(review, service, week, archive)
        except SreReviewError as error:
            failed[service.name] = str(error)
        except Exception as error:  # noqa: BLE001  the page must show the other services whatever is wrong with one
            failed[service.name] = f"{type(error).__name__}: {error}"
        else:
            looks.append(Look(service_week, found, review.catalog, say))
    return tuple(looks), failed
