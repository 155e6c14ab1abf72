"""How to read the graphs of a page, folded: once a page, however many graphs of a kind it has."""

from collections.abc import Sequence

from sre_lib.document.display import Fragment, fragment
from sre_lib.wording import Wording
from sre_lib.wording.graphs import GRAPHS, Graph


def how_to_read(say: Wording, graphs: Sequence[Graph], counted: Sequence[str] = ()) -> Fragment:
    """Return what each kind of graph shows, is of, cannot tell, and looks like when all is well.

    `counted` are further lines in the page's language: what the numbers of this very page are counted in.
    """
    kinds = [_said(graph, say) for graph in graphs]
    plain = [line for title, rows in kinds for line in (title, *(f"{name}: {text}" for name, text in rows))]
    return fragment("how_to_read", "\n".join([*plain, *counted]), say, kinds=kinds, counted=counted)


def _said(graph: Graph, say: Wording) -> tuple[str, list[tuple[str, str]]]:
    """Return the title of a kind of graph and its named lines."""
    reading = GRAPHS[graph]
    rows = [
        (say("It shows"), say(reading.shows)),
        (say("Counted in"), say(reading.of)),
        (say("It cannot tell"), say(reading.blind)),
        (say("When all is well"), say(reading.normal)),
    ]
    return say(reading.title), rows
