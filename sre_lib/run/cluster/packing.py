"""Packs what a service's notebook needs, so that a worker needs no disk that it shares with anybody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import orjson
from nbformat import NotebookNode

from sre_lib.analyse.memo import key_of
from sre_lib.model import Service
from sre_lib.params_yaml import load_yaml
from sre_lib.run.cluster.parcel import Parcel, made_with
from sre_lib.run.made_from import MadeFrom

_ARCHIVE = "archive"
_SECRET = ("notify",)
"""What only the run itself looks at, and says where secrets are kept."""
# JSON may hold these as they are; YAML takes them for the end of a line, or for nothing that it allows.
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Packing:
    """Packs the services of one run: the review file and the files that it names, and what of the archive is read.

    An archive in a bucket is not packed: workers read it themselves.
    """

    made_from: MadeFrom

    def parcel(self, service: Service, template: NotebookNode, parameters: Mapping[str, str]) -> Parcel:
        """Return what a worker needs for one service. Raises StoreError where the archive cannot be read."""
        written: str = nbformat.writes(template)  # type: ignore[no-untyped-call]  # nbformat ships no types
        kept = f"{_ARCHIVE}/{self.kept_key(service)}" if self._packs_archive else ""
        return Parcel(written, dict(parameters), {**self._around, **self._held(service)}, kept, self._made_with)

    def kept_key(self, service: Service) -> str:
        """Return the key in the archive of what a service's notebook adds to it: its analysis."""
        return key_of(self.made_from.desk.review.name, service, self.made_from.desk.week)

    @property
    def _packs_archive(self) -> bool:
        """Whether the archive is a folder of this machine."""
        return isinstance(self.made_from.desk.review.archive, Path)

    def _held(self, service: Service) -> dict[str, bytes]:
        """Return what the archive holds of a service, by its path beside the review."""
        if not self._packs_archive:
            return {}
        store = self.made_from.archive.store
        # The analysis that is known spares the worker to make it again: it is checked there.
        held = ((key, store.read(key)) for key in (*self.made_from.read_for(service), self.kept_key(service)))
        return {f"{_ARCHIVE}/{key}": content for key, content in held if content is not None}

    @cached_property
    def _made_with(self) -> Mapping[str, str]:
        """What the results of this run depend on."""
        return made_with()

    @cached_property
    def _around(self) -> dict[str, bytes]:
        """The review file and the files that it names, by their path there."""
        review = self.made_from.desk.review
        values: dict[str, Any] = dict(load_yaml(review.file).values)
        for name in _SECRET:
            values.pop(name, None)
        if self._packs_archive:
            values["archive"] = _ARCHIVE
        files = {f"events/{number}.csv": each.file for number, each in enumerate(review.events_from)}
        if files:
            values["events_from"] = [
                {**entry, "file": path} for entry, path in zip(values["events_from"], files, strict=True)
            ]
        named = {path: (review.home / file).read_bytes() for path, file in files.items()}
        inside = review.file.is_relative_to(review.home)
        where = review.file.relative_to(review.home).as_posix() if inside else f"params/{review.name}.yaml"
        return {where: as_yaml(values), **named}


def as_yaml(values: Mapping[str, Any]) -> bytes:
    """Return plain values as YAML that reads as the same values: JSON, with what YAML does not take written out."""
    text = orjson.dumps(values).decode()
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
