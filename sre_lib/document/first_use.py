"""A page's words, each linked to the glossary where it is used first."""

import re
from collections.abc import Iterator
from html import escape

from sre_lib.wording import Wording
from sre_lib.wording.glossary import TERMS, Term

_TOKEN = re.compile(r'<(?:[^<>"]|"[^"]*")*>|[^<]+|<')
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "figcaption"})
_NOT_IN = _HEADINGS | {"a", "button", "code", "label", "pre", "summary"}
_HEADLINE = 'class="headline"'
_NAME = "-A-Za-z0-9_/:"
_KANJI = "\u3005\u4e00-\u9fff"
_KATAKANA = "\u30a1-\u30fa\u30fc"


class FirstUse:
    """Links words to their meaning, each once: what was linked in one piece of a page is not in the next.

    `address` is the glossary's, relative to the page. Headings, links, code and names of which a word is a part stay
    as they are; the meaning is also the link's title.
    """

    def __init__(self, address: str, say: Wording) -> None:
        self._address = address
        self._say = say
        self._left = {say(each.term).lower(): each for each in TERMS}
        self._words = _any_of(self._left)

    def linked(self, html: str) -> str:
        """Return sanitised HTML with a link at the first use of each word that had none yet."""
        if self._words.search(html) is None:
            return html
        return "".join(self._pieces(html))

    def _pieces(self, html: str) -> Iterator[str]:
        """Yield the HTML, tag by tag and text by text."""
        closed_to: list[str] = []
        for token in _TOKEN.findall(html):
            tag = _TAG.match(token)
            if tag is None:
                yield token if closed_to else self._words.sub(self._link, token)
                continue
            ends, name = tag.groups()
            if not ends and (name in _NOT_IN or _HEADLINE in token):
                closed_to.append(name)
            elif closed_to and ends and name == closed_to[-1]:
                closed_to.pop()
            yield token

    def _link(self, found: re.Match[str]) -> str:
        """Return a word as a link, or as it is where it was linked before."""
        term = self._left.pop(_singular(found[0].lower(), self._left), None)
        if term is None:
            return found[0]
        return f'<a class="term" href="{self._to(term)}" title="{escape(self._say(term.meaning))}">{found[0]}</a>'

    def _to(self, term: Term) -> str:
        """Return where a term is explained."""
        return f"{self._address}#{term.name}"


def _singular(word: str, known: dict[str, Term]) -> str:
    """Return the word under which a term is known."""
    return word if word in known else word.removesuffix("s")


def _any_of(words: dict[str, Term]) -> re.Pattern[str]:
    """Return what finds any of the words, the longest first, but none as a part of a longer word or name."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_alone, longest_first)), re.IGNORECASE)


def _alone(word: str) -> str:
    """Return the expression of one word: Japanese has no spaces, so that a change of script ends a word there."""
    for script in (_KANJI, _KATAKANA):
        if re.fullmatch(f"[{script}]+", word):
            return f"(?<![{script}]){word}(?![{script}])"
    plain = re.escape(escape(word))
    return rf"(?<![{_NAME}.&]){plain}s?(?!\.?[{_NAME}])" if word.isascii() else plain
