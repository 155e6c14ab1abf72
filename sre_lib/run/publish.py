"""Publish a week: its pages once more with what was written, from the notebooks as they are; nothing is analysed."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from sre_lib.address import Address
from sre_lib.document.alarm_proposals import Proposed, proposals_of
from sre_lib.document.alarm_typed import replayed_settings
from sre_lib.document.minutes.alarm_lines import ALARMS_TF
from sre_lib.document.minutes.cells import taken_in
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.week_files import ALARMS, EVENTS, LEARN, NOTEBOOK, ONBOARDING, read_notebook
from sre_lib.document.share.redaction import Redaction
from sre_lib.errors import UserMistakeError
from sre_lib.run.alarm_answers import ALARMS_JSON
from sre_lib.run.frame import Frame, kept_frame
from sre_lib.run.history_files import history_page
from sre_lib.run.meeting import FINDINGS, HISTORY, Desk, People
from sre_lib.run.pack import write_pack
from sre_lib.run.pack_weeks import BACK, PackedWeek, line_of, together
from sre_lib.run.run_record import stale_text
from sre_lib.run.upkeep import UPKEEP, UPKEEP_JSON
from sre_lib.run.week_pages import OfAlarms, OfWeek, notebook_text, rendered
from sre_lib.store import file_name
from sre_lib.stores import store_of, writable
from sre_lib.wording import wording

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Published:
    """Where the weekly page (or the pack) is, and one sentence for each page that could not be made."""

    index: Address
    problems: tuple[str, ...]


def publish(desk: Desk, folder: Address, tell: Tell, to: Address | None = None, *, pack: int = 0) -> Published:
    """Write the week's pages, digest and minutes.yaml with what was written, and the notebook with dates normalised.

    `folder` is that of the pages, `to` one that gets a copy of what people read, or with `pack` a zip of so many weeks
    up to this one without what is private (no `to`: beside the pages). While JupyterLab holds the notebook it stays as
    it is, which is told.
    Raises UserMistakeError where there is no notebook yet, one that cannot be read, or where something private is left.
    """
    must_take_files(to)
    if desk.store.read(f"{desk.folder}/{NOTEBOOK}") is None:
        raise UserMistakeError(
            f"week: {desk.week.name} of {desk.review.name} has no notebook yet in {folder / desk.folder}; "
            f"run `sre-review run` for it first"
        )
    with desk.store.locked(f"run-{desk.folder}"), desk.store.try_locked(f"open-{desk.folder}") as free:
        if not free:
            tell(f"{desk.week.name} is open in JupyterLab: pages and minutes.yaml are written, the notebook is not.")
        return _published(desk, folder, tell, _Copy(to, pack), notebook_too=free)


def must_take_files(to: Address | None) -> None:
    """Raise UserMistakeError for a place that takes no files."""
    if to is not None and not writable(to):
        raise UserMistakeError(f"to: {to} takes no files; name a folder that can be written with --to")


class _Copy(NamedTuple):
    """What is made beside the week's files: a copy into a folder, or a pack of some weeks (0: none)."""

    to: Address | None
    pack: int


def _published(desk: Desk, folder: Address, tell: Tell, copy: _Copy, *, notebook_too: bool) -> Published:
    """Do what `publish` says, while the week is held."""
    to, pack = copy
    shared: dict[str, bytes] = {}
    missing: dict[str, str] = {}

    def document(people: People) -> Mapping[str, bytes]:
        weekly, kept = weekly_of(desk, people)
        frame = replace(kept, stale=stale_text(desk, desk.week.name, wording(kept.language)))
        services = _services(desk, frame, missing)
        beside = _replayed(desk, frame, _beside(desk, frame, missing), people.minutes)
        pages = rendered(weekly, services, frame, people.minutes, beside)
        if to is not None and not pack:
            # The copy is of this week alone: there is no history beside it.
            alone = replace(frame, history="")
            shared.update(rendered(weekly, services, alone, people.minutes, beside) if frame.history else pages)
        text = notebook_text(weekly)
        # Untouched where nothing is new: JupyterLab asks what to do about a file that was written behind it.
        same = not notebook_too or text == desk.store.read(f"{desk.folder}/{NOTEBOOK}")
        past = {**people.earlier, desk.week.name: people.minutes}
        over = history_page(
            desk, frame, past, *(desk.store.read(f"{desk.folder}/{each}") for each in (FINDINGS, UPKEEP_JSON))
        )
        files = {**pages, HISTORY: over} if over else pages
        return files if same else {**files, NOTEBOOK: text}

    for remark in desk.write(None, document):
        tell(remark)
    if pack:
        return _packed(desk, to or folder / desk.folder, pack, missing)
    if to is not None:
        store_of(to).write_all(shared)
    return Published((to or folder / desk.folder) / "index.html", tuple(missing.values()))


def _packed(desk: Desk, folder: Address, count: int, missing: dict[str, str]) -> Published:
    """Write the pack of a week, or of some weeks up to it."""
    redaction = Redaction()
    weeks = _weeks_of_pack(desk, count, redaction, missing)
    name = f"{redaction.text(file_name(desk.review.name))}-{desk.week.name}"
    if count == 1:
        return Published(write_pack(name, weeks[0].files, folder), tuple(missing.values()))
    kept = desk.read()
    _, frame = weekly_of(desk, People(kept.minutes, kept.notebook))
    files = together(weeks, frame, desk.review.title, redaction)
    return Published(write_pack(f"{name}-and-before", files, folder), tuple(missing.values()))


def _weeks_of_pack(desk: Desk, count: int, redaction: Redaction, missing: dict[str, str]) -> list[PackedWeek]:
    """Return the weeks of a pack, the newest first; one before it that cannot be read is put into `missing`."""
    before = [each for each in reversed(desk.weeks()) if each < desk.week.name][: count - 1]
    back = BACK if count > 1 else ""
    weeks = [_week_of_pack(desk, redaction, back)]
    for name in before:
        try:
            weeks.append(_week_of_pack(replace(desk, week=desk.review.week(name, desk.week.end)), redaction, back))
        except UserMistakeError as error:
            missing[name] = f"pack: {name} is left out: {error}"
    return weeks


def _week_of_pack(desk: Desk, redaction: Redaction, history: str) -> PackedWeek:
    """Return a week of a pack; `history` is the address of the list of weeks (empty: there is one week alone)."""
    return packed_week(
        desk, lambda frame: stale_text(desk, desk.week.name, wording(frame.language)), redaction, history
    )


def packed_week(desk: Desk, note: Callable[[Frame], str], redaction: Redaction, history: str = "") -> PackedWeek:
    """Return what people read of a week without what is private, with a note above each page.

    Everything is made once more from notebooks and minutes that say nothing private; the same thing has the same
    stand-in in all weeks of one `redaction`. Raises UserMistakeError where there is no notebook, or one that cannot be
    read.
    """
    kept, missing = desk.read(), dict[str, str]()
    weekly, frame = weekly_of(desk, People(kept.minutes, kept.notebook))
    services, beside = _services(desk, frame, missing), _beside(desk, frame, missing)
    shown = replace(frame, history=history, stale=note(frame))
    made_of = (weekly, services, shown, kept.minutes, _replayed(desk, frame, beside, kept.minutes))
    return PackedWeek(desk.week, rendered(*redaction.of(made_of)), line_of(weekly))


def weekly_of(desk: Desk, people: People) -> tuple[NotebookNode, Frame]:
    """Return the weekly notebook with what people wrote, and the frame of its pages.

    Raises UserMistakeError where there is no notebook (any more), or one of which no run said the frame.
    """
    name = f"{desk.folder}/{NOTEBOOK}"
    if people.notebook is None:
        raise UserMistakeError(f"{name}: was removed meanwhile; run `sre-review run` for this week once more")
    frame = kept_frame(people.notebook, name)
    return taken_in(deepcopy(people.notebook), people.minutes, wording(frame.language)), frame


def _services(desk: Desk, frame: Frame, missing: dict[str, str]) -> dict[str, NotebookNode]:
    """Return the executed notebooks by service; what is wrong with one stops no other and is put into `missing`."""
    found: dict[str, NotebookNode] = {}
    for service in frame.services:
        notebook = _executed(desk, f"services/{file_name(service)}.ipynb", missing)
        if notebook is not None:
            found[service] = notebook
    return found


def _beside(desk: Desk, frame: Frame, missing: dict[str, str]) -> OfWeek:
    """Return what the run made of alarms, events and lessons; no such page where an older version made the week."""
    events = _executed(desk, EVENTS, missing) if frame.events else None
    learning = _executed(desk, LEARN, missing) if frame.learning else None
    upkeep = _executed(desk, UPKEEP, missing) if frame.upkeep else None
    onboarding = _executed(desk, ONBOARDING, missing) if frame.onboarding else None
    return OfWeek(_alarms(desk, frame, missing), events, learning, upkeep, onboarding)


def _alarms(desk: Desk, frame: Frame, missing: dict[str, str]) -> OfAlarms:
    """Return what the run made of the alarms; nothing where the review leaves them out."""
    return OfAlarms(_executed(desk, ALARMS, missing), _proposed(desk, missing)) if frame.alarms else OfAlarms()


def _replayed(desk: Desk, frame: Frame, beside: OfWeek, minutes: Minutes) -> OfWeek:
    """Return what the run made beside the services, with what the replay shows of settings that the meeting typed."""
    known = beside.alarms.proposed or ()
    found = replayed_settings(minutes, known, desk.review, desk.week, wording(frame.language))
    return beside._replace(alarms=beside.alarms._replace(replayed=found))


def _proposed(desk: Desk, missing: dict[str, str]) -> tuple[Proposed, ...] | None:
    """Return what decisions on alarms become Terraform from; None where that is not there, or cannot be read."""
    content = desk.store.read(f"{desk.folder}/{ALARMS_JSON}")
    if content is None:
        return None
    try:
        return proposals_of(content)
    except UserMistakeError as error:
        missing[ALARMS_JSON] = f"{desk.folder}/{error}; {ALARMS_TF} stays as it is"
        return None


def _executed(desk: Desk, name: str, missing: dict[str, str]) -> NotebookNode | None:
    """Return an executed notebook of the week; None where it cannot be read, which `missing` says."""
    key = f"{desk.folder}/{name}"
    try:
        notebook = read_notebook(desk.store.read(key), Path(key))
    except UserMistakeError as error:
        missing[name] = f"{error}; its page stays as it is"
        return None
    if notebook is None:
        missing[name] = f"{key}: is not there; its page stays as it is until the next run"
    return notebook
