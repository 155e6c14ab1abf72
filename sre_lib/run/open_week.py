"""Open a week in JupyterLab for the meeting, and take in what was written when it ends."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sre_lib import params
from sre_lib.address import Address
from sre_lib.document.minutes.week_files import NOTEBOOK
from sre_lib.errors import UserMistakeError
from sre_lib.run.desks import pages_at
from sre_lib.run.lab.server import serve
from sre_lib.run.meeting import Desk, People
from sre_lib.run.publish import weekly_of
from sre_lib.run.week_pages import notebook_text
from sre_lib.store import LocalStore, file_name

Tell = Callable[[str], None]


def week_to_open(name: str, week: str, out: Address | None) -> tuple[Desk, Path]:
    """Return the desk of the week to open and the folder of the pages.

    `name` empty: the only review in params/; `week` empty: the newest one that has a notebook. Raises UserMistakeError
    where it cannot be told which, or where there is no notebook yet.
    """
    review = params.load(name or _only_review(Path.cwd()))
    folder = pages_at(review, out)
    if not isinstance(folder, Path):
        raise UserMistakeError(
            f"out: JupyterLab opens a folder of this machine, not {folder}; fetch it (`aws s3 sync {folder} reviews`), "
            "open that with --out reviews, and take what was written in with `sre-review minutes merge`"
        )
    store = LocalStore(folder)
    start = f"{file_name(review.name)}/"
    keys = [key.split("/") for key in store.keys(start)]
    there = sorted(parts[1] for parts in keys if len(parts) == 3 and parts[2] == NOTEBOOK)
    if not there or (week and week not in there):
        which, option = (
            (f"{week} of {review.name} has no", f" --week {week}") if week else (f"no week of {review.name} has a", "")
        )
        raise UserMistakeError(
            f"week: {which} notebook in {folder / start}; run `sre-review run {review.name}{option}` first"
        )
    chosen = week or there[-1]
    return Desk(store, review, review.week(chosen, datetime.now(UTC))), folder


def open_week(  # noqa: PLR0913  one parameter an option of the command
    desk: Desk, folder: Path, port: int | None, tell: Tell, tell_url: Tell, *, browser: bool
) -> None:
    """Serve the week's notebook until JupyterLab ends, then put what was written into minutes.yaml.

    Before, what was written on either side is put into both. Waits for a run of the same week. Raises UserMistakeError
    where the week is open already, the port is taken, or notebook or minutes.yaml cannot be read.
    """
    with ExitStack() as held:
        with desk.store.locked(f"run-{desk.folder}"):
            if not held.enter_context(desk.store.try_locked(f"open-{desk.folder}")):
                raise UserMistakeError(
                    f"week: {desk.week.name} of {desk.review.name} is open in JupyterLab already; "
                    "go to its browser window, or end it with Ctrl-C where it was started"
                )
            _tell_each(desk.write(None, partial(_notebook, desk)), tell)
        root = folder / file_name(desk.review.name)
        serve(root, f"{desk.week.name}/{NOTEBOOK}", desk.review.home, port, tell_url, browser=browser)
        _tell_each(desk.write(None, lambda _: {}), tell)


def _notebook(desk: Desk, people: People) -> Mapping[str, bytes]:
    """Return the notebook by its name where it does not say yet what minutes.yaml does."""
    text = notebook_text(weekly_of(desk, people)[0])
    return {} if text == desk.store.read(f"{desk.folder}/{NOTEBOOK}") else {NOTEBOOK: text}


def _tell_each(remarks: Iterable[str], tell: Tell) -> None:
    """Point out what people should look at."""
    for remark in remarks:
        tell(remark)


def _only_review(near: Path) -> str:
    """Return the only review in the nearest params/; UserMistakeError where there are several or none."""
    found = next((each / "params" for each in (near, *near.parents) if (each / "params").is_dir()), near)
    names = sorted(path.stem for path in found.glob("*.yaml"))
    if len(names) != 1:
        raise UserMistakeError(
            f"review: name one, such as `sre-review open demo`; params/ has {', '.join(names) or 'none'}"
        )
    return names[0]
