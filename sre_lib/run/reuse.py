"""What of a week need not be made again: some services' notebooks, or everything, where nothing in it is new."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode
from pydantic import BaseModel, Field, ValidationError

from sre_lib.document.minutes.week_files import read_notebook
from sre_lib.errors import StoreError, UserMistakeError
from sre_lib.run.execute import NotebookRun
from sre_lib.run.made_from import MadeFrom
from sre_lib.store import file_name


class Made(BaseModel):
    """What a week was made from: the digest of all, and of each service's notebook with that of the file itself."""

    week: str = ""
    services: Mapping[str, tuple[str, str]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Reuse:
    """Compares what a week is made from with what it was made from the last time, which the archive keeps."""

    made_from: MadeFrom

    def unchanged(self, said: Sequence[str]) -> bool:
        """Tell whether the week's pages would come out as they are; `said` is what collecting could not get.

        Not where somebody is to be told of the run, which would then say nothing new.
        """
        desk = self.made_from.desk
        if desk.review.notify or self._before().week != self.made_from.week(said):
            return False
        # Written in the moment between the pages and the note of what they are made from.
        every = (desk.read(), *desk.earlier().values())
        return not any(each.changed(each.minutes) for each in every)

    def notebooks(self) -> dict[str, NotebookNode]:
        """Return the executed notebooks that stay as they are, by service."""
        before, found = self._before().services, dict[str, NotebookNode]()
        for service in self.made_from.desk.review.services:
            made_from, content = before.get(service.name, ("", ""))
            stored = self.made_from.desk.store.read(self._file(service.name)) if made_from else None
            if stored is None or _digest(stored) != content or made_from != self.made_from.service(service):
                continue
            # Whoever put something else there, and its digest too, gets it made again.
            with suppress(UserMistakeError):
                notebook = read_notebook(stored, Path(self._file(service.name)))
                if notebook is not None:
                    found[service.name] = notebook
        return found

    def keep(self, said: Sequence[str], runs: Mapping[str, NotebookRun], *, whole: bool) -> None:
        """Note what a week was made from, after its files were written; what failed (not `whole`) is made again."""
        # The run itself put files there.
        made_from, desk = replace(self.made_from), self.made_from.desk
        services = {}
        for name in (name for name, run in runs.items() if not run.error):
            content = desk.store.read(self._file(name)) or b""
            services[name] = (made_from.service(desk.review.service(name)), _digest(content))
        made = Made(week=made_from.week(said) if whole else "", services=services)
        # An archive that takes no files can still be read: the next run makes it all again.
        with suppress(StoreError):
            self.made_from.archive.store.write(self._key, made.model_dump_json().encode())

    @property
    def _key(self) -> str:
        """Key of the note in the archive."""
        return f"{self.made_from.archive.folder}/made/{self.made_from.desk.week.name}.json"

    def _before(self) -> Made:
        """Return what the week was made from; nothing where that is not known."""
        try:
            return Made.model_validate_json(self.made_from.archive.store.read(self._key) or b"{}")
        except ValidationError:
            return Made()

    def _file(self, service: str) -> str:
        """Return the key of a service's notebook among the pages."""
        return f"{self.made_from.desk.folder}/services/{file_name(service)}.ipynb"


def _digest(content: bytes) -> str:
    """Return what stands for a file's content."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
