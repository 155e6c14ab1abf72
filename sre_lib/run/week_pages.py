"""The files of a week: executed notebooks as text, and as pages that link each other."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from sre_lib.document.alarm_decided import alarms_tf
from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.alarm_service import with_alarms
from sre_lib.document.alarm_typed import Replayed, typed_of, with_replayed
from sre_lib.document.decisions import ACTIONS, DECISIONS, actions_csv, decisions
from sre_lib.document.glossary import PAGE as GLOSSARY
from sre_lib.document.glossary import glossary_notebook
from sre_lib.document.minutes.alarm_lines import ALARMS, ALARMS_TF
from sre_lib.document.minutes.event_lines import EVENTS
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.upkeep_lines import UPKEEP
from sre_lib.document.pages import to_html
from sre_lib.document.written import with_decisions, with_notes
from sre_lib.run.execute import NotebookRun
from sre_lib.run.frame import Frame
from sre_lib.store import file_name
from sre_lib.wording import wording


class OfWeek(NamedTuple):
    """What a run made beside the services: of the alarms, and notebooks of what is beside them (None: none)."""

    alarms: "OfAlarms"
    events: NotebookNode | None = None
    learning: NotebookNode | None = None
    upkeep: NotebookNode | None = None
    onboarding: NotebookNode | None = None


class OfAlarms(NamedTuple):
    """What a run made of the alarms: the executed notebook, and what decisions on them become Terraform from.

    None: there is none, or it cannot be read; that file stays as it is. `replayed` is what the replay showed of
    settings that the meeting typed.
    """

    notebook: NotebookNode | None = None
    proposed: Sequence[Proposed] | None = None
    replayed: Replayed = MappingProxyType({})


def notebook_text(notebook: NotebookNode) -> bytes:
    """Return a notebook as it lies on disk; JupyterLab folds papermill's cell away like the others."""
    folded = deepcopy(notebook)
    for cell in folded.cells:
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.metadata["jupyter"] = {"source_hidden": True}
    text: str = nbformat.writes(folded)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return text.encode() + b"\n"


def not_run(template: NotebookNode, error: Exception | None) -> NotebookRun:
    """Return a notebook that could not even be started, as one whose first code cell failed."""
    notebook = deepcopy(template)
    name, reason = type(error).__name__, str(error)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    failure = {"output_type": "error", "ename": name, "evalue": reason, "traceback": []}
    first.outputs = [nbformat.from_dict(failure)]  # type: ignore[no-untyped-call]  # nbformat ships no types
    return NotebookRun(notebook, f"{name}: {reason}", 0.0)


def rendered(
    weekly: NotebookNode,
    services: Mapping[str, NotebookNode],
    frame: Frame,
    minutes: Minutes,
    beside: OfWeek,
) -> dict[str, bytes]:
    """Return what people read of a week by its name in the week's folder: pages, and what was decided.

    `weekly` has what people wrote in it, `services` are the executed notebooks by service, `beside` is what a run made
    of alarms and events. The same arguments give the same bytes, from a run and later without one.
    """
    say, alarms = wording(frame.language), beside.alarms
    files = {"index.html": to_html(weekly, page=frame.page()).encode()}
    for name, notebook in services.items():
        named = with_alarms(notebook, name, alarms.proposed or (), say)
        shown = with_decisions(named, [each for each in minutes.entries if each.service == name], say)
        files[f"services/{file_name(name)}.html"] = to_html(shown, page=frame.page(name)).encode()
    if alarms.notebook is not None:
        shown = with_replayed(alarms.notebook, alarms.replayed, say)
        told = with_notes(shown, ALARMS, minutes.notes.get(ALARMS), say)
        files[frame.alarms] = to_html(told, page=frame.page(about=say("Alarms"))).encode()
    if beside.events is not None:
        told = with_notes(beside.events, EVENTS, minutes.notes.get(EVENTS), say)
        files[frame.events] = to_html(told, page=frame.page(about=say("Events"))).encode()
    if beside.upkeep is not None:
        told = with_notes(beside.upkeep, UPKEEP, minutes.notes.get(UPKEEP), say)
        files[frame.upkeep] = to_html(told, page=frame.page(about=say("Upkeep"))).encode()
    if beside.learning is not None:
        page = replace(frame.page(about=say("Learning")), learning=True)
        files[frame.learning] = to_html(beside.learning, page=page).encode()
    if beside.onboarding is not None:
        files[frame.onboarding] = to_html(beside.onboarding, page=frame.page(about=say("New here"))).encode()
    words = replace(frame.page(about=say("Glossary")), glossary="")
    files[GLOSSARY] = to_html(glossary_notebook(say), page=words).encode()
    if alarms.proposed is not None:
        files[ALARMS_TF] = alarms_tf(
            minutes, alarms.proposed, say, lambda known, text: alarms.replayed.get(typed_of(known, text), ())
        ).encode()
    files[DECISIONS] = decisions(minutes, frame.title, say).encode()
    files[ACTIONS] = actions_csv(minutes).encode()
    return files
