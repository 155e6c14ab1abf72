"""Several objects written as one: all are put into one journal object first, and whoever finds it finishes it.

S3 cannot rename several objects at once. Storing the journal is one put, whole or not at all: before it nothing has
changed, after it all are put, by this process or by the next that writes several there. Each is put over what was
there when the journal was made and never over anything later, so that what somebody wrote since stays.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from sre_lib.errors import StoreError
from sre_lib.s3.objects import ABSENT, Objects

_KEYS = "keys.json"
_LAST = "index.html"


class Journal(NamedTuple):
    """Contents by key, and the ETag that each key had before."""

    contents: Mapping[str, bytes]
    before: Mapping[str, str]

    def packed(self) -> bytes:
        """Return the journal as one zip."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            rows = [(key, self.before.get(key, ABSENT)) for key in self.contents]
            archive.writestr(_KEYS, json.dumps(rows))
            for number, content in enumerate(self.contents.values()):
                archive.writestr(str(number), content)
        return packed.getvalue()

    @classmethod
    def unpacked(cls, packed: bytes, name: str) -> "Journal":
        """Return the journal that a zip is; StoreError where it is none."""
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                rows = [(str(key), str(etag)) for key, etag in json.loads(archive.read(_KEYS))]
                contents = {key: archive.read(str(number)) for number, (key, _) in enumerate(rows)}
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
            raise StoreError(f"{name}: is no write of sre-review that was broken off; remove it") from None
        return cls(contents, dict(rows))

    def put(self, objects: Objects, *, over: bool = False) -> str:
        """Put all that is not there yet, pages that link to others last; return the first key of somebody else's.

        Empty: there was none. With `over` what somebody else wrote since is written over, as by a write of its own.
        """
        for key in sorted(self.contents, key=lambda key: PurePosixPath(key).name == _LAST):
            content = self.contents[key]
            if objects.put(key, content, self.before.get(key, ABSENT)):
                continue
            there = objects.read(key)
            if there is not None and there.content == content:
                continue
            if not over:
                return key
            objects.put(key, content)
        return ""


def finish(objects: Objects, key: str) -> None:
    """Put what a journal still has to put, and remove it; what somebody wrote since stays as it is."""
    found = objects.read(key)
    if found is None:
        return
    journal = Journal.unpacked(found.content, str(objects.root / key))
    for each, content in journal.contents.items():
        Journal({each: content}, journal.before).put(objects)
    objects.delete(key)
