"""The files of a week that people write in: both are read before anything is replaced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
from nbformat import NotebookNode

from sre_lib.document.minutes import minutes_file
from sre_lib.document.minutes.cells import people_of
from sre_lib.document.minutes.record import Minutes, digest
from sre_lib.document.minutes.together import Together, together
from sre_lib.errors import UserMistakeError
from sre_lib.model import Week
from sre_lib.store import Store

NOTEBOOK, MINUTES = "weekly_review.ipynb", "minutes.yaml"
ALARMS, EVENTS = "alarms.ipynb", "events.ipynb"
LEARN, ONBOARDING = "learn.ipynb", "onboarding.ipynb"
ASK = "ask.ipynb"
"""The notebook for questions: made where it is missing, never touched afterwards."""

FORMAT, WITH_IDS = 4, 5
"""nbformat 4 is read as it stands; its cells have ids from 4.5 on."""


@dataclass(frozen=True)
class Kept:
    """What people wrote in a week's folder, with the files as they were read (None: there was none)."""

    together: Together
    minutes_file: bytes | None = None
    notebook: NotebookNode | None = None

    @property
    def minutes(self) -> Minutes:
        """Return the minutes with the texts of both sides."""
        return self.together.minutes

    def changed(self, minutes: Minutes) -> Mapping[str, bytes]:
        """Return minutes.yaml by its name where it differs from the file; it is written before the notebook is."""
        if self.minutes_file is None and not (minutes.begun or minutes.entries):
            return {}
        content = minutes_file.encode(minutes, self.minutes_file)
        return {} if content == self.minutes_file else {MINUTES: content}


def meeting_day(week: Week) -> date:
    """Return the day of the meeting: the first local day after the week."""
    return week.end.astimezone(ZoneInfo(week.timezone)).date()


def read_week(store: Store, folder: str, week: Week, *, notebook_too: bool = True) -> Kept:
    """Return what people wrote in a week's folder, in the notebook (where `notebook_too`) and in minutes.yaml.

    Raises UserMistakeError where one of them cannot be read: it may hold what people wrote and stays untouched.
    """
    content = store.read(f"{folder}/{MINUTES}")
    name = Path(folder, MINUTES)
    minutes = minutes_file.decode(content, name) if content is not None else Minutes(week.name, meeting_day(week))
    if minutes.week != week.name:
        raise UserMistakeError(
            f"{name}: week: got {minutes.week!r}, wants {week.name}; is it the file of another week?"
        )
    stored = store.read(f"{folder}/{NOTEBOOK}") if notebook_too else None
    notebook = read_notebook(stored, Path(folder, NOTEBOOK))
    people = people_of(notebook) if notebook is not None else None
    return Kept(together(people, minutes), content, notebook)


def read_notebook(content: bytes | None, name: Path) -> NotebookNode | None:
    """Return a notebook of ours; None where there is none. UserMistakeError where it cannot be read."""
    if content is None:
        return None
    try:
        notebook: NotebookNode = nbformat.reads(_with_ids(content), as_version=4)  # type: ignore[no-untyped-call]  # nbformat ships no types
        nbformat.validate(notebook)
    except (ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError) as error:
        reason = " ".join(str(error).split())[:120]
        raise UserMistakeError(
            f"{name}: is no notebook that can be read ({reason}); it may hold what people wrote: "
            "correct it or move it away, then run again"
        ) from None
    return notebook


def _with_ids(content: bytes) -> str:
    """Return a notebook's JSON with an id of its own for every cell, the same ones each time; else as it is.

    nbformat itself would give a new one by chance wherever one is missing (up to nbformat 4.4) or stands twice.
    """
    notebook = json.loads(content)
    if notebook["nbformat"] != FORMAT:
        return content.decode()
    notebook["nbformat_minor"] = max(notebook["nbformat_minor"], WITH_IDS)
    used: set[str] = set()
    for cell in notebook["cells"]:
        own = name = str(cell.get("id") or digest("".join(cell["source"])) or "cell")
        number = 1
        while name in used:
            number += 1
            name = f"{own[:56]}-{number}"
        cell["id"] = name
        used.add(name)
    return json.dumps(notebook)
