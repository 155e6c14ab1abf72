"""The last look over finished files: is anything private left in them?"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import numpy as np
import orjson

from sre_lib.document.share.private import private_in

_INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "wbr"})
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_DATA = re.compile(r"data:[\w/+.-]*(?:;[\w=-]+)*?(?P<base64>;base64)?,(?P<content>.*)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Leak:
    """Something private in a finished file: which file, what kind (never the thing itself)."""

    file: str
    kind: str


def leaks(files: Mapping[str, bytes]) -> tuple[Leak, ...]:
    """Return what is private in finished files and their names, sorted; in JSON, addresses and base64 inside too."""
    found = {
        Leak(name, each.kind)
        for name, content in files.items()
        for text in (name, *texts_of(name, content))
        for each in private_in(text)
    }
    return tuple(sorted(found))


def texts_of(name: str, content: bytes) -> Iterator[str]:
    """Yield the texts of a file and what is packed in them: of a page those that it shows or holds, else the whole."""
    for text in _texts(name, content):
        yield from _unwrapped(text)


def _texts(name: str, content: bytes) -> list[str]:
    """Return the texts of a file as they stand."""
    text = content.decode("utf-8", "replace")
    if not name.endswith(".html"):
        return [text]
    page = _Page()
    page.feed(text)
    page.close()
    return page.texts()


def _unwrapped(text: str) -> Iterator[str]:
    """Yield a text, and what it holds percent-encoded (CloudWatch's console does so twice) or as base64."""
    yield text
    plain = unquote(unquote(text.replace("$25", "%25").replace("$", "%")) if "%" in text or "$" in text else text)
    if plain != text:
        yield plain
    data = _DATA.match(text)
    packed = data["content"] if data and data["base64"] else text
    if _BASE64.fullmatch(packed) and len(packed) % 4 == 0:
        try:
            yield base64.b64decode(packed, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return


class _Page(HTMLParser):
    """Collects the texts of a page. Its own scripts and styles are no texts: the template alone can bring them in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._shown: list[str] = []
        self._held: list[str] = []
        self._inside = ""

    def texts(self) -> list[str]:
        """Return what is shown, as one text, and every value of an attribute and of embedded JSON."""
        return ["".join(self._shown), *self._held]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes; a block begins a new line, so that two cells of a table are not one number."""
        values = dict(attrs)
        self._held += [value for value in values.values() if value]
        self._inside = f"json {tag}" if values.get("type") == "application/json" else tag
        self._shown.append("" if tag in _INLINE else "\n")

    def handle_endtag(self, tag: str) -> None:
        """End what an element held."""
        self._inside = ""
        self._shown.append("" if tag in _INLINE else "\n")

    def handle_data(self, data: str) -> None:
        """Take a text, or the strings of embedded JSON."""
        if self._inside == "json script":
            self._held += _strings(orjson.loads(data))
        elif self._inside not in {"script", "style"}:
            self._shown.append(data)

    def handle_comment(self, data: str) -> None:
        """Take a comment: nobody sees it, everybody can read it."""
        self._held.append(data)


def _array(value: Any) -> str | None:  # noqa: ANN401  # JSON of any shape
    """Return what the bytes of an array of numbers say as text (empty: nothing); None for what is no such array.

    Its base64 itself is no text: numbers spell the first letters of some kinds of keys by chance in one pack of eight.
    """
    if not (isinstance(value, dict) and {"bdata", "dtype"} <= value.keys() <= {"bdata", "dtype", "shape"}):
        return None
    try:
        content = base64.b64decode(value["bdata"], validate=True)
        whole = len(content) % np.dtype(value["dtype"]).itemsize == 0
    except (binascii.Error, TypeError, ValueError):
        return None
    try:
        return content.decode("utf-8") if whole else None
    except UnicodeDecodeError:
        return ""


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401  # JSON of any shape
    """Yield the strings of JSON, its names too."""
    if isinstance(value, str):
        yield value
    elif (array := _array(value)) is not None:
        yield array
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
