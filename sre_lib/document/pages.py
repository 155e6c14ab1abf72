"""An executed notebook as one self-contained page: no request to anywhere, no code but the page's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from nbformat import NotebookNode

from sre_lib.document.csp import policy
from sre_lib.document.first_use import FirstUse
from sre_lib.document.page_body import page_body
from sre_lib.wording import wording

PLOTLY_BUNDLE = "vendor/plotly-basic.min.js"
_MOST_LINKS = 14
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
"""Embeddings, overrides and isolates of bidirectional text: one in a name would turn our own sentence around."""


@dataclass(frozen=True)
class PageLink:
    """A link to another page of the same review; `href` is relative to this page."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class PageInfo:
    """What a page says around its notebook, already in the page's language (en, ja).

    `banner` is said above everything (simulated or partial data), `stale` too (a later run failed), `until` beside it
    (up to when there is data; `early`: not to the week's end), `made` at the foot (when and from what it was made);
    `meeting` is the day from which dates in its discussions are counted (None: it has none). `learning` tells that its
    cases are folded and its drill is scored; `glossary` is the address of the words (empty: none, or this page);
    `foot` are links to what one needs beside the meeting.
    """

    title: str
    language: str = "en"
    banner: str = ""
    links: tuple[PageLink, ...] = ()
    made: str = ""
    meeting: date | None = None
    until: str = ""
    early: bool = False
    stale: str = ""
    learning: bool = False
    glossary: str = ""
    foot: Sequence[PageLink] = ()


def to_html(notebook: NotebookNode, *, page: PageInfo) -> str:
    """Return the page of an executed notebook: the same bytes for the same notebook and `page`.

    Plotly figures become charts (one plotly.js in the page, none where there is no figure), code is folded away, a
    failed cell is a card that says so and a banner on top leads to it. What a notebook's Markdown and HTML may contain:
    `sanitise.py`; what may run and be fetched: `csp.py`.
    """
    say = wording(page.language)
    words = FirstUse(page.glossary, say) if page.glossary else None
    body = page_body(notebook, say, page.meeting, words)
    scripts = [_resource(PLOTLY_BUNDLE)] if body.charts else []
    scripts += [_resource(f"templates/{name}.js") for name in (("page", "learn") if page.learning else ("page",))]
    text = _template().render(
        page=page,
        say=say,
        policy=policy(scripts),
        style=_resource("templates/page.css"),
        body=body,
        scripts=scripts,
        most_links=_MOST_LINKS,
    )
    return text.translate(_TURNING)


@cache
def _template() -> Template:
    """Return the template around the cells."""
    loader = PackageLoader("sre_lib.document", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("page.html.j2")


@cache
def _resource(name: str) -> str:
    """Return a text file of this package; a script must not be able to end its own element."""
    text = (files("sre_lib.document") / name).read_text("utf-8")
    if "</script" in text:
        raise ValueError(f"{name} contains </script and cannot be inlined")
    return text
