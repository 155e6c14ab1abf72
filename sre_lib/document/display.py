"""What a notebook's cells show: HTML fragments with a plain text beside them, and charts."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined

from sre_lib.wording import Wording

CHART_MIME = "application/vnd.plotly.v1+json"

_CONFIG: Mapping[str, Any] = {
    "responsive": True,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
}
_JAPANESE: Mapping[str, Any] = {
    "format": {
        "shortDays": ["日", "月", "火", "水", "木", "金", "土"],
        "shortMonths": [f"{month}月" for month in range(1, 13)],
        "date": "%Y/%m/%d",
    }
}


class Fragment:
    """A piece of the page: HTML where it can be shown, plain text elsewhere."""

    def __init__(self, html: str, text: str) -> None:
        self.html = html
        self.text = text

    def _repr_html_(self) -> str:
        """Return the HTML; Jupyter asks for it."""
        return self.html

    def __repr__(self) -> str:
        """Return the plain text."""
        return self.text


class Plain(str):
    """A text that Jupyter shows as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the text itself."""
        return str(self)


class Chart:
    """A plotly figure as Jupyter's MIME bundle, with the language of its axes and no button that sends it anywhere."""

    def __init__(self, figure: go.Figure, text: str, language: str) -> None:
        self.figure = figure
        self.text = text
        self.language = language

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002  IPython passes both
        """Return figure and plain text by MIME type; Jupyter asks for it (its filters are left to it)."""
        locale = {"locale": "ja", "locales": {"ja": _JAPANESE}} if self.language == "ja" else {}
        figure = json.loads(self.figure.to_json())
        return {CHART_MIME: {**figure, "config": {**_CONFIG, **locale}}, "text/plain": self.text}

    def __repr__(self) -> str:
        """Return what the chart shows."""
        return self.text


def fragment(template: str, plain: str, say: Wording, /, **values: object) -> Fragment:
    """Return `fragments/<template>.html.j2` filled in, every value escaped, with `plain` as its plain text."""
    html = _environment().get_template(f"{template}.html.j2").render(say=say, **values)
    return Fragment(html, plain)


def note(text: str, say: Wording) -> Fragment:
    """Return one short sentence in place of a section that has nothing to show."""
    return fragment("note", text, say, text=text)


def chart_text(text: str) -> str:
    """Return a text from outside so that plotly shows it as it is: it takes `<b>`, `<a>` and entities for markup."""
    return escape(text, quote=False)


@cache
def _environment() -> Environment:
    """Return the templates of the fragments; a value that is missing is an error."""
    return Environment(
        loader=PackageLoader("sre_lib.document", "fragments"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
