"""How requests flow between the services of a review: which one asks which, as a picture and in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import escape

from sre_lib.catalog import Catalog
from sre_lib.document.small import Picture, picture
from sre_lib.model import Service
from sre_lib.wording import Wording

BOX_W, BOX_H, GAP_X, GAP_Y, EDGE = 190, 54, 84, 22, 6
_LATIN_PX, _WIDE_PX = 8.6, 16.0
_INK, _GREY, _LINE, _FRONT = "#1a1a1a", "#595959", "#0072B2", "#e9f2f8"


@dataclass(frozen=True)
class Flow:
    """The services by how far from the customers they are, the nearest first, and the arrows between them.

    `entries` are asked by customers: nobody else asks them. `apart` neither ask nor are asked, as far as is known.
    """

    levels: tuple[tuple[Service, ...], ...]
    arrows: tuple[tuple[str, str], ...]
    entries: tuple[str, ...]
    apart: tuple[str, ...]


def flow_of(services: Sequence[Service], catalog: Catalog) -> Flow:
    """Return how requests flow, by what the review file says under `calls`; no level where it says nothing.

    A service stands one level behind the farthest one that asks it; an arrow that closes a circle leads back.
    """
    asked = {name for each in services for name in each.calls}
    joined = [each for each in services if each.calls or each.name in asked]
    first = [each for each in joined if each.name not in asked] or joined[:1]
    depths = _depths(first, {each.name: each for each in joined})
    # What only a circle reaches that nobody enters.
    for each in joined:
        if each.name not in depths:
            depths |= _depths([each], {other.name: other for other in joined if other.name not in depths})
    count = max(depths.values(), default=-1) + 1
    levels = tuple(tuple(each for each in joined if depths[each.name] == level) for level in range(count))
    entries = tuple(each.name for each in first if any(catalog[part.kind].front for part in each.parts))
    apart = tuple(each.name for each in services if each not in joined)
    arrows = tuple((each.name, name) for each in joined for name in each.calls)
    return Flow(levels, arrows, entries, apart)


def flow_text(flow: Flow, say: Wording) -> str:
    """Return every arrow in words."""
    lines = [say("customers → {services}", services=say.listing(list(flow.entries)))] if flow.entries else []
    callers = dict.fromkeys(one for one, _ in flow.arrows)
    lines += [f"{one} → {say.listing([other for by, other in flow.arrows if by == one])}" for one in callers]
    return "; ".join(lines)


def flow_picture(flow: Flow, say: Wording) -> Picture:
    """Return the picture: customers on the left, what is asked last on the right."""
    columns: list[tuple[str, ...]] = [tuple(each.name for each in level) for level in flow.levels]
    if flow.entries:
        columns.insert(0, ("",))
    height = EDGE * 2 + max(len(each) for each in columns) * (BOX_H + GAP_Y) - GAP_Y
    places = {
        name: (EDGE + column * (BOX_W + GAP_X), (height - len(names) * (BOX_H + GAP_Y) + GAP_Y) / 2 + row)
        for column, names in enumerate(columns)
        for name, row in zip(names, range(0, len(names) * (BOX_H + GAP_Y), BOX_H + GAP_Y), strict=True)
    }
    arrows = [*(("", each) for each in flow.entries), *flow.arrows]
    lines = "".join(_arrow(places[one], places[other]) for one, other in arrows)
    kinds = {each.name: each.parts[0].kind.replace("_", " ") for level in flow.levels for each in level}
    boxes = "".join(_box(place, name or say("Customers"), kinds.get(name, "")) for name, place in places.items())
    width = EDGE * 2 + len(columns) * (BOX_W + GAP_X) - GAP_X
    body = f'<g font-family="system-ui, sans-serif" font-size="15">{_HEAD}{lines}{boxes}</g>'
    return picture(body, width, round(height), say("How requests flow: {arrows}", arrows=flow_text(flow, say)))


_HEAD = (
    '<defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    f'<path d="M0 0L10 5L0 10Z" fill="{_LINE}"/></marker></defs>'
)


def _depths(first: Iterable[Service], known: Mapping[str, Service]) -> dict[str, int]:
    """Return by name how many arrows the longest way from one of the first is, never through the same one twice."""
    depths: dict[str, int] = {}

    def visit(name: str, depth: int, above: frozenset[str]) -> None:
        if name not in known or name in above or depths.get(name, -1) >= depth:
            return
        depths[name] = depth
        for each in known[name].calls:
            visit(each, depth + 1, above | {name})

    for each in first:
        visit(each.name, 0, frozenset())
    return depths


def _arrow(one: tuple[float, float], other: tuple[float, float]) -> str:
    """Return the line from one box to another; one that leads back leaves and arrives below."""
    (x0, y0), (x1, y1) = one, other
    if x1 > x0:
        x0, y0, y1 = x0 + BOX_W, y0 + BOX_H / 2, y1 + BOX_H / 2
        bend = GAP_X * 0.6
        path = f"M{x0:.0f} {y0:.0f}C{x0 + bend:.0f} {y0:.0f} {x1 - bend:.0f} {y1:.0f} {x1:.0f} {y1:.0f}"
    else:
        x0, x1, y0, y1 = x0 + BOX_W / 2, x1 + BOX_W / 2, y0 + BOX_H, y1 + BOX_H
        low = max(y0, y1) + GAP_Y
        path = f"M{x0:.0f} {y0:.0f}C{x0:.0f} {low:.0f} {x1:.0f} {low:.0f} {x1:.0f} {y1:.0f}"
    return f'<path d="{path}" fill="none" stroke="{_LINE}" stroke-width="1.6" marker-end="url(#a)"/>'


def _box(place: tuple[float, float], name: str, kind: str) -> str:
    """Return the box of a service with its name and kind; customers have no kind."""
    x, y = place
    middle = x + BOX_W / 2
    fill = "#fff" if kind else _FRONT
    lines = [(name, 22 if kind else 32, 15, _INK, "bold"), (kind, 42, 13, _GREY, "normal")]
    texts = "".join(
        f'<text x="{middle:.0f}" y="{y + down:.0f}" text-anchor="middle" font-size="{size}" fill="{ink}" '
        f'font-weight="{weight}">{escape(_short(text))}</text>'
        for text, down, size, ink, weight in lines
        if text
    )
    box = f'<rect x="{x:.0f}" y="{y:.0f}" width="{BOX_W}" height="{BOX_H}" rx="6" fill="{fill}" stroke="{_LINE}"/>'
    return box + texts


def _short(text: str) -> str:
    """Return a name that a box has room for; the words beside the picture have it whole."""
    room, kept = float(BOX_W - 24), ""
    for char in text:
        room -= _WIDE_PX if char > "ᄀ" else _LATIN_PX
        if room < 0:
            return f"{kept}…"
        kept += char
    return text
