"""`sre-review check --record`: what AWS answered, written without what is the company's own; nothing else is kept."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from sre_lib.collect.alarms.gather import collect_alarms
from sre_lib.collect.archive import Archive
from sre_lib.collect.changes.gather import collect_changes
from sre_lib.collect.clients import SharedClients, closing
from sre_lib.collect.gather import collect
from sre_lib.collect.record.recorder import Recorder
from sre_lib.collect.record.review import review_row
from sre_lib.errors import SourceError, UserMistakeError
from sre_lib.run.fetch import Scope
from sre_lib.run.preflight.tree import Checked, ok
from sre_lib.run.problems import billed
from sre_lib.store import LocalStore
from sre_lib.stores import writable

VERSION = 1
_HISTORY = 1
"""Weeks before the recorded one: what a run asks of them is asked as it is of the week itself."""


@dataclass
class Recording:
    """A file that a check's calls and those of one week's run are written to."""

    file: Path
    recorder: Recorder = field(default_factory=Recorder)

    def must_be_new(self) -> None:
        """Raise UserMistakeError where the file is there already or cannot be written: before anything is asked."""
        if self.file.exists():
            raise UserMistakeError(f"--record: {self.file} is there already; name another file, or remove it yourself")
        if not writable(self.file.absolute().parent):
            raise UserMistakeError(f"--record: {self.file.absolute().parent} takes no files; name another folder")

    @contextmanager
    def listening(self, clients: SharedClients) -> Iterator[SharedClients]:
        """Yield clients whose calls are taken down."""
        with closing(self.recorder.listening(clients)) as heard:
            yield heard

    def run_of_a_week(self, found: Scope, clients: SharedClients) -> Checked:
        """Ask what a run asks for the week and the one before it, write the file, and tell what it took.

        The archive is left alone: what comes is kept in the file only. Raises UserMistakeError where the file is there
        by now, StoreError where it cannot be written.
        """
        review = replace(found.review, history_weeks=_HISTORY)
        week = review.week(found.week.name, found.now)
        with TemporaryDirectory(prefix="sre-review-") as folder:
            archive = Archive(LocalStore(Path(folder)), review.name)
            try:
                brought = collect(review, review.services, week, clients, archive, found.now).usage
                said = billed(brought)
            except SourceError as error:
                said = f"the metrics could not be read: {error}"
            collect_changes(review, review.services, week, clients, archive, found.now)
            collect_alarms(review, week, clients, archive, found.now)
        size = self._write(replace(found, review=review, week=week))
        reason = f"{self.file}: {len(self.recorder.taken)} calls, {size / 1e6:.1f} MB; {said}"
        return replace(
            ok("recording", reason), remedy="read it before you send it on: the shape of your curves is in it"
        )

    def _write(self, found: Scope) -> int:
        """Write the file, compressed where it is called `.gz`; return its size in bytes."""
        calls = list(self.recorder.calls())
        region = next((each["region"] for each in calls), "")
        content = {
            "version": VERSION,
            "week": found.week.name,
            "now": found.now.isoformat(),
            "review": review_row(found.review, region, self.recorder.anonymous),
            "calls": calls,
        }
        written = orjson.dumps(content)
        if self.file.suffix == ".gz":
            written = gzip.compress(written)
        if not LocalStore(self.file.absolute().parent).create(self.file.name, written):
            raise UserMistakeError(f"--record: {self.file} is there by now; name another file")
        return len(written)
