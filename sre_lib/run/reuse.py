"""What of a week need not be made again: some services' notebooks, or everything, where nothing in it is new."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode
from pydantic import BaseModel, Field, ValidationError

from sre_lib.document.minutes.week_files import read_notebook
from sre_lib.errors import StoreError, UserMistakeError
from sre_lib.model import Service
from sre_lib.run.made_from import MadeFrom
from sre_lib.store import file_name


class Made(BaseModel):
    """What a week was made from: the digest of all, and of each service's notebook with that of the file itself."""

    week: str = ""
    services: Mapping[str, tuple[str, str]] = Field(default_factory=dict)


class Left(BaseModel):
    """A service's executed notebook that waits for its page, and what it was made from."""

    made_from: str = ""
    notebook: str = ""


@dataclass(frozen=True)
class Reuse:
    """Compares what a week is made from with what it was made from the last time, which the archive keeps."""

    made_from: MadeFrom

    def unchanged(self, said: Sequence[str]) -> bool:
        """Tell whether the week's pages would come out as they are; `said` is what collecting could not get.

        Not where somebody is to be told of the run, which would then say nothing new.
        """
        desk = self.made_from.desk
        if desk.review.notify or self._before.week != self.made_from.week(said):
            return False
        # Written in the moment between the pages and the note of what they are made from.
        every = (desk.read(), *desk.earlier().values())
        return not any(each.changed(each.minutes) for each in every)

    def notebook(self, service: Service, made_from: str) -> NotebookNode | None:
        """Return the executed notebook of a service that stays as it is, `made_from` being what it is made from now.

        It lies among the pages, or where a run that was broken off has left it. None: it has to be executed.
        """
        was, content = self._before.services.get(service.name, ("", ""))
        stored = self.made_from.desk.store.read(self._file(service.name)) if was == made_from else None
        if stored is None or _digest(stored) != content:
            stored = self._left(service, made_from)
        # Whoever put something else there, and its digest too, gets it made again.
        with suppress(UserMistakeError):
            return read_notebook(stored, Path(self._file(service.name)))
        return None

    def leave(self, service: Service, made_from: str, notebook: bytes) -> None:
        """Keep a service's executed notebook until the pages are written: a run that is broken off loses none."""
        left = Left(made_from=made_from, notebook=notebook.decode())
        with suppress(StoreError):
            self.made_from.archive.store.write(self._left_key(service), left.model_dump_json().encode())

    def keep(self, said: Sequence[str], made: Mapping[str, str], *, whole: bool) -> None:
        """Note what a week was made from, after its files were written; what failed (not `whole`) is made again.

        `made` says by service what each notebook that did not fail was made from.
        """
        # The run itself put files there.
        made_from, desk = replace(self.made_from), self.made_from.desk
        services = {name: (digest, _digest(desk.store.read(self._file(name)) or b"")) for name, digest in made.items()}
        note = Made(week=made_from.week(said) if whole else "", services=services)
        store = self.made_from.archive.store
        # An archive that takes no files can still be read: the next run makes it all again.
        with suppress(StoreError):
            store.write(self._key, note.model_dump_json().encode())
            for key in store.keys(f"{self._folder}/"):
                store.delete(key)

    @property
    def _key(self) -> str:
        """Key of the note in the archive."""
        return f"{self.made_from.archive.folder}/made/{self.made_from.desk.week.name}.json"

    @property
    def _folder(self) -> str:
        """Folder of the archive for notebooks of a run whose pages are not written yet."""
        return self._key.removesuffix(".json")

    def _left_key(self, service: Service) -> str:
        """Return the key of the notebook that a run has left there."""
        return f"{self._folder}/{file_name(service.name)}.json"

    def _left(self, service: Service, made_from: str) -> bytes | None:
        """Return the notebook of a service that a run has left, if it is made from the same."""
        try:
            left = Left.model_validate_json(self.made_from.archive.store.read(self._left_key(service)) or b"{}")
        except ValidationError:
            return None
        return left.notebook.encode() if left.made_from == made_from else None

    @cached_property
    def _before(self) -> Made:
        """What the week was made from; nothing where that is not known."""
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
