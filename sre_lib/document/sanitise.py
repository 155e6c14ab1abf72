"""What HTML from a notebook may reach a page: an allow-list, applied to Markdown cells and to every HTML output."""

import re

import nh3

_BLOCKS = (
    "h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd blockquote pre hr div section article figure figcaption details summary"
)
_TABLE = "table caption colgroup col thead tbody tfoot tr th td"
_INLINE = "a abbr b br code del em i img ins kbd mark s small span strong sub sup time"
_TAGS = frozenset(f"{_BLOCKS} {_TABLE} {_INLINE}".split())
_ATTRIBUTES = {
    "*": {"class", "id", "lang", "role", "title"},
    "a": {"href"},
    "col": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_IMAGE = re.compile(r"data:image/(svg\+xml|png)[;,]")


def clean_html(html: str) -> str:
    """Return the HTML with everything off the allow-list removed.

    Scripts, styles and their text go; any other element off the list goes and its text stays. Links may lead to
    http, https, mailto and relative addresses; images are PNG or SVG inside the page (an SVG in `<img>` runs nothing).
    """
    return _CLEANER.clean(html)


def clean_written(html: str) -> str:
    """Return HTML of what people typed in the meeting: as `clean_html`, but links lead to https addresses alone."""
    return _OF_PEOPLE.clean(html)


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    """Keep `data:` for embedded images only: ammonia's list of schemes does not know which attribute it looks at."""
    address = re.sub(r"[\s\x00-\x1f]+", "", value).lower()
    if tag == "img" and attribute == "src":
        return value if _IMAGE.match(address) else None
    if attribute == "href" and address.startswith("data:"):
        return None
    return value


def _cleaner(schemes: set[str]) -> nh3.Cleaner:
    """Return what cleans HTML of which links may have some schemes."""
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        generic_attribute_prefixes={"aria-", "data-"},
        url_schemes={*schemes, "data"},
    )


_CLEANER = _cleaner({"http", "https", "mailto"})
_OF_PEOPLE = _cleaner({"https"})
