"""What `sre-review minutes merge` does: take in what somebody wrote on their copy of a week."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sre_lib.document.minutes import minutes_file
from sre_lib.document.minutes.cells import People, people_of
from sre_lib.document.minutes.merge import merged, people_of_minutes
from sre_lib.document.minutes.record import Entry
from sre_lib.document.minutes.week_files import Kept, read_notebook
from sre_lib.errors import UserMistakeError
from sre_lib.run.frame import kept_frame
from sre_lib.run.meeting import Desk


@dataclass(frozen=True)
class Copy:
    """What somebody wrote on their copy: of which week, the texts, and the findings that it knows."""

    week: str
    people: People
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Merge:
    """Whether minutes.yaml was changed, and one sentence for each text that both sides changed."""

    changed: bool
    remarks: tuple[str, ...]


def merge(file: Path, desk: Desk) -> Merge:
    """Take what stands in a copy's minutes.yaml or weekly_review.ipynb into the week's minutes.yaml.

    The notebook takes it in with the next run or publish. Raises UserMistakeError, and writes nothing, where the file
    cannot be read or is of another week.
    """
    copy = _copy(file)
    if copy.week != desk.week.name:
        raise UserMistakeError(
            f"{file}: is of the week {copy.week}, wants {desk.week.name}; name its week with `--week {copy.week}`"
        )
    with desk.store.locked(f"run-{desk.folder}"):
        while True:
            kept = desk.read()
            found = merged(kept.minutes, copy.people, copy.entries)
            files = kept.changed(found.minutes)
            keyed = {f"{desk.folder}/{name}": content for name, content in files.items()}
            with desk.writing():
                # JupyterLab or an editor may have saved meanwhile: then both sides are read once more.
                if desk.store.write_all(keyed, partial(_still, desk, kept)):
                    return Merge(bool(files), (*kept.together.remarks, *found.remarks))


def _still(desk: Desk, kept: Kept) -> bool:
    """Tell whether nobody wrote anything on the week since."""
    return desk.read() == kept


def _copy(file: Path) -> Copy:
    """Read somebody's copy."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UserMistakeError(
            f"{file}: cannot be read ({error.strerror}); name the minutes.yaml or weekly_review.ipynb of a copy"
        ) from None
    if file.suffix != ".ipynb":
        minutes = minutes_file.decode(content, file)
        return Copy(minutes.week, people_of_minutes(minutes), minutes.entries)
    notebook = read_notebook(content, file)
    if notebook is None:
        raise UserMistakeError(f"{file}: is empty; name the minutes.yaml or weekly_review.ipynb of a copy")
    return Copy(kept_frame(notebook, str(file)).week, people_of(notebook))
