"""The pack of a week: one zip with what people read, without what is private, that opens from a file."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from sre_lib.address import Address
from sre_lib.document.share.leaks import Leak, leaks
from sre_lib.errors import UserMistakeError
from sre_lib.stores import store_of

_FIRST = "index.html"
_BEGIN_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16
_UNIX = 3
_MOST_SAID = 5


def write_pack(
    name: str,
    files: Mapping[str, bytes],
    folder: Address,
    scan: Callable[[Mapping[str, bytes]], Sequence[Leak]] = leaks,
) -> Address:
    """Write `name`.zip into a folder, with the first page and all that its links lead to; return the zip.

    Raises UserMistakeError, and leaves no zip of that name, where the last `scan` finds something.
    """
    wanted, store, key = linked(files), store_of(folder), f"{name}.zip"
    found = scan({key: b"", **wanted})
    if found:
        store.delete(key)
        said = ", ".join(f"{each.file} ({each.kind})" for each in found[:_MOST_SAID])
        more = f" and {len(found) - _MOST_SAID} more" if len(found) > _MOST_SAID else ""
        raise UserMistakeError(
            f"pack: something private is left in {said}{more}; nothing was packed. Take it out of where it was "
            "written (a note, a name, a title), run the review again and publish it once more"
        )
    store.write(key, zipped(name, wanted))
    return folder / key


def linked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the first page and every file that can be reached from it, by name."""
    found: dict[str, bytes] = {}
    todo = [_FIRST]
    while todo:
        name = todo.pop()
        if name in files and name not in found:
            found[name] = files[name]
            todo += _leads_to(name, files[name]) if name.endswith(".html") else []
    return dict(sorted(found.items()))


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip with the files below a folder; the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{folder}/{name}", _BEGIN_OF_ZIP_TIME)
            info.create_system, info.external_attr, info.compress_type = _UNIX, _FILE_MODE, zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=9)
    return packed.getvalue()


def _leads_to(name: str, page: bytes) -> list[str]:
    """Return the names that a page's relative links lead to."""
    links = _Links()
    links.feed(page.decode())
    paths = [urlsplit(each) for each in links.found]
    below = posixpath.dirname(name)
    return [posixpath.normpath(posixpath.join(below, unquote(each.path))) for each in paths
            if each.path and not each.scheme and not each.netloc]  # fmt: skip


class _Links(HTMLParser):
    """Collects the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take where a link leads."""
        self.found += [value for key, value in attrs if tag == "a" and key == "href" and value]
