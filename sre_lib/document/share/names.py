"""The last look of a public pack: is a name left that something stands in for?"""

import gzip
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from sre_lib.document.share.leaks import Leak, texts_of

_WORD = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(r"[^\W_]+")
_SHORTEST = 4
"""Letters of a piece of a name from which it tells something by itself: `shop` of `shop-orders`."""
_ID = re.compile(r"[0-9a-f-]*|\d*[a-z]?\d*")
_OWN = (".yaml", ".j2", ".po", ".css", ".js", ".json", ".gz")
_LESSONS = "lessons.json.gz"
_LEARN = "learn.html"


class NamesLeft(NamedTuple):
    """Where a name is left, and names that cannot be looked for, since our own pages use these words everywhere."""

    leaks: tuple[Leak, ...]
    unsure: tuple[str, ...]


class _Text(NamedTuple):
    """A text as it is compared, and its words of ASCII: most names are ruled out by these."""

    text: str
    words: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "_Text":
        """Return some texts as one."""
        text = plain("\n".join(texts))
        return cls(text, frozenset(_WORD.findall(text)))


def names_left(files: Mapping[str, bytes], names: Iterable[str], stays: Iterable[str] = ()) -> NamesLeft:
    """Return where a name, or a telling piece of one, stands in finished files or their names, whatever its case.

    What the package's own texts say is no leak: a service may be called `web` or `cpu`. What only the shipped lessons
    say is none on their page alone. `stays` are texts that are shown on purpose, such as the time zone.
    """
    whole = {plain(each): each for each in names}
    wanted = {plain(each): each for name in whole.values() for each in _pieces(name)} | whole
    own = (_own_words(), _Text.of(stays))
    unsure = {each for each in wanted if any(_holds(text, each) for text in own)}
    lessons = {each for each in wanted.keys() - unsure if _holds(_lessons(), each)}
    found: list[Leak] = []
    for file, content in files.items():
        text = _Text.of((file, *texts_of(file, content)))
        looked_for = wanted.keys() - unsure - (lessons if file == _LEARN else set())
        found += [Leak(file, f"name {wanted[each]!r}") for each in looked_for if _holds(text, each)]
    return NamesLeft(tuple(sorted(found)), tuple(sorted(wanted[each] for each in unsure & whole.keys())))


def plain(text: str) -> str:
    """Return a text as it is compared: full-width forms and cases do not count."""
    return unicodedata.normalize("NFKC", text).casefold()


def _holds(where: _Text, name: str) -> bool:
    """Tell whether a text holds a name that is no part of a longer word (Japanese has no spaces between its words)."""
    text, words = where
    if not words.issuperset(_WORD.findall(name)) or name not in text:
        return False
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", name) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]\Z", name) else ""
    return re.search(f"{before}{re.escape(name)}{after}", text) is not None


def _pieces(name: str) -> Iterator[str]:
    """Yield the words of a name that tell something by themselves: no numbers, no hexadecimal ids."""
    for each in _PIECE.findall(name):
        if len(each) >= _SHORTEST and each != name and not _ID.fullmatch(each.casefold()):
            yield each


@cache
def _own_words() -> _Text:
    """Return all that the package itself says on pages, the shipped lessons aside, and what its charts consist of."""
    return _Text.of(text for name, text in _texts(package_files("sre_lib")) if name != _LESSONS)


@cache
def _lessons() -> _Text:
    """Return what the shipped lessons say."""
    return _Text.of(text for name, text in _texts(package_files("sre_lib")) if name == _LESSONS)


def _texts(folder: Traversable) -> Iterator[tuple[str, str]]:
    """Yield the package's own texts, each with its file's name."""
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        if each.is_dir():
            yield from _texts(each)
        elif each.name.endswith(_OWN):
            content = each.read_bytes()
            yield each.name, (gzip.decompress(content) if each.name.endswith(".gz") else content).decode()
