"""Settings of alarms that the meeting typed itself, replayed over what the archive keeps: for card and Terraform."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nbformat import NotebookNode
from nbformat.v4 import new_output

from sre_lib import weeks
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.case import AlarmCase, cases
from sre_lib.alarms.changed import Changed, replay_changed
from sre_lib.alarms.fidelity import Fidelity, fidelity
from sre_lib.alarms.firings import at_night
from sre_lib.alarms.outcome import Incident
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.terraform import Proposal
from sre_lib.alarms.what_if import between
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.kept import AlarmId
from sre_lib.collect.alarms.reading import AlarmsKept, alarms_of
from sre_lib.collect.archive import Archive
from sre_lib.document.alarm_decide import anchor
from sre_lib.document.alarm_decided import meant, said_changes, typed_settings
from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.display import note
from sre_lib.document.minutes.record import Minutes
from sre_lib.errors import SreReviewError
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.stores import store_of
from sre_lib.wording import Wording
from sre_lib.wording.refusals import refusal_text
from sre_lib.wording.replays import caught_text, showed_text, warning_text


class Typed(NamedTuple):
    """An alarm, and what was typed behind its name."""

    alarm: AlarmId
    text: str


Replayed = Mapping[Typed, Sequence[str]]
"""What the replay showed of each alarm's typed settings, as sentences."""


@dataclass(frozen=True)
class _Known:
    """What the archive keeps of the alarms; `trouble` says why there is nothing (empty: there is)."""

    kept: AlarmsKept | None = None
    datapoints: AlarmDatapoints | None = None
    cases: Mapping[AlarmId, AlarmCase] = field(default_factory=dict)
    trouble: str = ""


def replayed_settings(
    minutes: Minutes, known: Sequence[Proposed], review: Review, week: Week, say: Wording
) -> Replayed:
    """Return what the replay shows of all settings that a week's minutes have by hand; AWS is not asked.

    What cannot be replayed says why; the archive is read only where settings were typed.
    """
    wanted = [(said.text, each) for said in said_changes(minutes) if typed_settings(said.text)
              for each in meant(said, known)]  # fmt: skip
    if not wanted:
        return {}
    found = _read(review, week)
    return {typed_of(each, text): tuple(_told(each, text, found, review, say)) for text, each in wanted}


def typed_of(known: Proposed, text: str) -> Typed:
    """Return the key of what was typed on an alarm."""
    return Typed(AlarmId(str(known.definition.get("AlarmName", "")), known.place), text)


def with_replayed(notebook: NotebookNode, replayed: Replayed, say: Wording) -> NotebookNode:
    """Return the executed notebook of the alarms with what the replay showed of typed settings behind each card.

    The notebook given stays as it is; without any such settings it is returned itself.
    """
    if not replayed:
        return notebook
    below = {f'id="{anchor(typed.alarm)}"': _note(typed, showed, say) for typed, showed in replayed.items()}
    shown = copy(notebook)
    shown.cells = [_with_notes(cell, below) for cell in notebook.cells]
    return shown


def _read(review: Review, week: Week) -> _Known:
    """Return what the archive keeps of the alarms of a week and its history."""
    archive = Archive(store_of(review.archive), review.name)
    try:
        kept = alarms_of(archive, review, (week.history_start, week.end))
        datapoints = AlarmDatapoints.read(archive, (*weeks.history(week), week))
        found = cases(kept, datapoints, review, week)
    except SreReviewError as error:
        return _Known(trouble=str(error))
    return _Known(kept, datapoints, {each.id: each for each in found})


def _told(each: Proposed, text: str, known: _Known, review: Review, say: Wording) -> Iterator[str]:
    """Yield what the replay shows of settings that were typed on an alarm."""
    if each.new:
        yield say("These settings were not replayed: it is not set up yet, and no datapoints are kept for it.")
        return
    case = known.cases.get(typed_of(each, text).alarm)
    if case is None or known.kept is None or known.datapoints is None:
        why = known.trouble or say("the archive has nothing of this alarm")
        yield say("These settings were not replayed: {why}.", why=why.rstrip("."))
        return
    told = fidelity(case.id, case.spans, known.kept, known.datapoints)
    found = told if isinstance(told, NotReplayable) else _replayed(each, text, case, told, review)
    if isinstance(told, NotReplayable) or isinstance(found, NotReplayable):
        why = refusal_text(found, say) if isinstance(found, NotReplayable) else ""
        yield say("These settings were not replayed: {why}.", why=why)
        return
    if not told.trusted:
        yield warning_text(told.share, say)
    yield showed_text(found.before.firings, found.after.firings, found.weeks, say)
    if found.incidents:
        yield caught_text(len(found.before.caught), len(found.after.caught), found.incidents, say)
    if found.approximate:
        yield say("This is approximate: the datapoints are coarser than the alarm's evaluation.")


def _replayed(each: Proposed, text: str, case: AlarmCase, told: Fidelity, review: Review) -> Changed | NotReplayable:
    """Return an alarm as it is and with what was typed, over the span that could be compared with reality."""
    if case.points is None:
        return NotReplayable("no_datapoints_of_it")
    after = alarm_of(Proposal(each.definition, typed_settings(text)).after)
    bad = [
        Incident(event.start, event.end)
        for event in review.events
        if event.kind == "incident" and (not event.services or set(event.services) & set(case.services))
    ]
    night = partial(at_night, zone=ZoneInfo(review.timezone))
    return replay_changed(alarm_of(each.definition), after, between(case.points, told.from_, told.to), bad, night)


def _note(typed: Typed, showed: Sequence[str], say: Wording) -> NotebookNode:
    """Return what the replay showed as an output behind a card."""
    settings = ", ".join(f"{name} = {value}" for name, value in typed_settings(typed.text).items())
    text = say("The meeting's own settings ({settings}): {showed}", settings=settings, showed=" ".join(showed))
    shown = note(text, say)
    return new_output("display_data", data={"text/html": shown.html, "text/plain": shown.text})  # type: ignore[no-any-return,no-untyped-call]  # nbformat ships no types


def _with_notes(cell: NotebookNode, below: Mapping[str, NotebookNode]) -> NotebookNode:
    """Return a cell with the notes behind the outputs that hold their cards."""
    outputs = cell.get("outputs", [])
    found = [[each, *(one for mark, one in below.items() if mark in _html(each))] for each in outputs]
    if all(len(each) == 1 for each in found):
        return cell
    shown = copy(cell)
    shown.outputs = [one for each in found for one in each]
    return shown


def _html(output: NotebookNode) -> str:
    """Return an output's HTML; empty where it has none."""
    return str(output.get("data", {}).get("text/html", ""))
