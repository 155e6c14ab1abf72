"""The public pack of a week: the review and its archive are copied without names, and reviewed once more from there."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import orjson
from nbformat import NotebookNode

from sre_lib.address import Address
from sre_lib.collect.archive import Archive
from sre_lib.collect.events.from_files import with_events
from sre_lib.collect.record.anonymous import aws_words
from sre_lib.document.minutes.minutes_file import encode
from sre_lib.document.minutes.week_files import MINUTES
from sre_lib.document.opening import open_review
from sre_lib.document.share.leaks import Leak, leaks
from sre_lib.document.share.names import names_left
from sre_lib.document.share.redaction import Redaction
from sre_lib.run.frame import Frame
from sre_lib.run.meeting import Desk, People
from sre_lib.run.pack import write_pack
from sre_lib.run.progress import silent
from sre_lib.run.publish import Published, must_take_files, packed_week, publish, weekly_of
from sre_lib.run.share.copied import copy_archive, known_metrics
from sre_lib.run.share.review_row import review_row
from sre_lib.run.share.stand_ins import Shown
from sre_lib.run.share.verdicts import verdicts
from sre_lib.run.weekly_run import Plan, alone_run, prepare
from sre_lib.store import LocalStore
from sre_lib.stores import store_of
from sre_lib.wording import wording

Tell = Callable[[str], None]
_NAME = "review"


def publish_public(desk: Desk, folder: Address, tell: Tell, to: Address | None) -> Published:
    """Publish a week, and write its pack with stand-ins for every name and without what people wrote.

    Nothing is asked of AWS. Raises ArchiveError for a damaged file, UserMistakeError as `publish` and where a name is
    left.
    """
    must_take_files(to)
    problems = publish(desk, folder, tell).problems
    kept, place = desk.read(), to or folder / desk.folder
    _, frame = weekly_of(desk, People(kept.minutes, kept.notebook))
    with tempfile.TemporaryDirectory() as scratch:
        shown = Shown()
        plan = _plan(desk, frame, kept.notebook, shown, Path(scratch).resolve())
        opened = open_review(plan.review.file.as_posix(), plan.week.name, now=plan.now.isoformat(), out=plan.out_key)
        decided = verdicts(kept.minutes, opened, shown)
        if decided.begun:
            plan.out.write(f"{plan.out_key}/{MINUTES}", encode(decided, None))
        result = alone_run(plan, _unheard, silent)
        files = packed_week(plan.desk, _note, Redaction()).files
    names = tuple(shown.names.originals())
    stays = (desk.review.timezone, *(part.region for each in desk.review.services for part in each.parts))

    def scan(found: Mapping[str, bytes]) -> Sequence[Leak]:
        left = names_left(found, names, stays)
        if unsure := [each for each in left.unsure if each not in aws_words()]:
            tell(f"Not looked for, since the pages use these words themselves: {', '.join(unsure)}")
        return (*leaks(found), *left.leaks)

    return Published(write_pack(f"{_NAME}-{plan.week.name}", files, place, scan), (*problems, *result.problems))


def _plan(desk: Desk, frame: Frame, notebook: NotebookNode | None, shown: Shown, home: Path) -> Plan:
    """Return the run over a copy of review and archive without names, below a folder."""
    review = with_events(desk.review.in_language(frame.language))
    source = Archive(store_of(review.archive), review.name)
    say = wording(frame.language)
    row = review_row(review, say("Monitoring review"), known_metrics(review, desk.week, source), shown)
    store = LocalStore(home)
    store.write(f"params/{_NAME}.yaml", orjson.dumps(row, option=orjson.OPT_INDENT_2))
    copy_archive(review, desk.week, source, shown, Archive(LocalStore(home / "archive"), _NAME))
    now = _now(notebook) or desk.week.end
    return prepare((home / f"params/{_NAME}.yaml").as_posix(), desk.week.name, now, home / "reviews", None, "")


def _now(notebook: NotebookNode | None) -> datetime | None:
    """Return when the week was looked at, by the run that made its notebook; None where it does not say."""
    found = notebook.metadata.get("papermill", {}).get("parameters", {}).get("now") if notebook else None
    try:
        return datetime.fromisoformat(str(found))
    except ValueError:
        return None


def _note(frame: Frame) -> str:
    """Return what every page says first."""
    say = wording(frame.language)
    return say("Public edition: every name is a stand-in; what people wrote is left out, their verdicts stay.")


def _unheard(_line: str) -> None:
    """Say nothing of the run: its names are stand-ins."""
