"""The history page of a review: made from minutes.yaml and findings.json of every week that has them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from nbformat import NotebookNode
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from sre_lib.analyse.stories import flat
from sre_lib.document.data_end import end_text, ends_early
from sre_lib.document.history import PastWeek, history
from sre_lib.document.history_page import history_notebook
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.week_files import read_week
from sre_lib.document.pages import PageInfo, PageLink, to_html
from sre_lib.document.upkeep_history import UpkeepSeen, UpkeepWeek
from sre_lib.earlier import Outcome
from sre_lib.model import Finding
from sre_lib.run.answers import BELOW
from sre_lib.run.frame import Frame
from sre_lib.run.meeting import FINDINGS, Desk
from sre_lib.run.run_record import record_of, stale_text
from sre_lib.run.upkeep import UPKEEP_JSON
from sre_lib.store import file_name
from sre_lib.wording import Wording, wording


class _NotJudged(BaseModel):
    """A series that could not be judged."""

    service: str
    part: str
    metric: str
    view: str = ""


class _File(BaseModel):
    """What the history takes from a findings.json."""

    findings: tuple[dict[str, Any], ...]
    set_aside: tuple[dict[str, Any], ...] = ()
    became: Mapping[str, Outcome] = Field(default_factory=dict)
    not_evaluated: Annotated[tuple[_NotJudged, ...], Field(strict=False)] = ()


class _Look(BaseModel):
    """How a source of upkeep answered."""

    status: str


class _Upkeep(BaseModel):
    """What the history takes from an upkeep.json."""

    trouble: str
    looks: tuple[_Look, ...] = ()
    due: tuple[UpkeepSeen, ...] = ()


_FINDING = TypeAdapter(Finding)


def history_page(
    desk: Desk, frame: Frame, minutes: Mapping[str, Minutes], findings: bytes | None, upkeep: bytes | None = None
) -> bytes | None:
    """Return the page over all weeks; None where there is one week only, so that it would say nothing.

    `minutes` are those of the desk's week and of the weeks before, by name; later weeks are read. `findings` and
    `upkeep` are findings.json and upkeep.json (None: there is none) of the desk's week. Raises UserMistakeError where
    the minutes of a later week cannot be read.
    """
    later = {name: _minutes(desk, name) for name in desk.weeks() if name not in minutes}
    weeks = {**minutes, **later}
    if len(weeks) < 2:
        return None
    contents = {name: desk.store.read(f"{desk.folder_of(name)}/{FINDINGS}") for name in weeks}
    contents[desk.week.name] = findings
    care = {name: desk.store.read(f"{desk.folder_of(name)}/{UPKEEP_JSON}") for name in weeks}
    care[desk.week.name] = upkeep
    past = [
        replace(past_week(weeks[name], contents[name]), upkeep=upkeep_week(weeks[name], care[name]))
        for name in sorted(weeks)
    ]
    say, title = wording(frame.language), desk.review.title
    notebook: NotebookNode = history_notebook(history(past, desk.review.timezone), title, say)
    links = (
        PageLink(say("The week {name}", name=frame.week), f"{frame.week}/index.html"),
        PageLink(say("Over the weeks"), desk.history.rpartition("/")[2], current=True),
        *(PageLink(each, f"{frame.week}/services/{file_name(each)}.html") for each in frame.services),
    )
    newest = max(weeks)
    of_newest = frame if newest == frame.week else _frame_of_other(desk, newest, frame, say)
    page = PageInfo(
        f"{say('Over the weeks')} – {title}",
        frame.language,
        frame.simulated,
        links,
        frame.made,
        until=of_newest.until.get("", ""),
        early="" in of_newest.early,
        stale=of_newest.stale,
    )
    return to_html(notebook, page=page).encode()


def _frame_of_other(desk: Desk, newest: str, frame: Frame, say: Wording) -> Frame:
    """Return a frame that says of the newest week, which another run made, up to when there is data."""
    week = desk.review.week(newest, desk.week.end)
    ends = record_of(desk, newest).data_until
    until = {name: end_text(end, week, say) for name, end in ends.items()}
    early = tuple(name for name, end in ends.items() if ends_early(end, week))
    return replace(frame, until=until, early=early, stale=stale_text(desk, newest, say))


def past_week(minutes: Minutes, content: bytes | None) -> PastWeek:
    """Return a week with what its findings.json says; one that cannot be read says nothing."""
    try:
        file = _File.model_validate_json(content or b"")
        by_verdict = [each for each in file.set_aside if each.get("because") != BELOW]
        found = tuple(flat([_finding(each) for each in (*file.findings, *by_verdict)]))
        below = tuple(_finding(each) for each in file.set_aside if each.get("because") == BELOW)
    except ValidationError:
        return PastWeek(minutes)
    lacking = frozenset((each.service, each.part, each.metric) for each in file.not_evaluated if not each.view)
    return PastWeek(minutes, found, below, lacking, file.became)


def upkeep_week(minutes: Minutes, content: bytes | None) -> UpkeepWeek:
    """Return a week with what its upkeep.json says; one that cannot be read says nothing."""
    try:
        file = _Upkeep.model_validate_json(content or b"")
    except ValidationError:
        return UpkeepWeek.of(minutes, None)
    if file.trouble:
        return UpkeepWeek.of(minutes, None)
    return UpkeepWeek.of(minutes, file.due, whole=all(each.status == "complete" for each in file.looks))


def _finding(row: Mapping[str, Any]) -> Finding:
    """Return a finding; a number of its evidence that is none (null) is left out, and why it was set aside."""
    evidence = {name: value for name, value in row.get("evidence", {}).items() if value is not None}
    return _FINDING.validate_python({**row, "evidence": evidence, "because": ""})


def _minutes(desk: Desk, name: str) -> Minutes:
    """Return the minutes of another week, from its file alone."""
    week = desk.review.week(name, desk.week.end)
    return read_week(desk.store, desk.folder_of(name), week, notebook_too=False).minutes
