"""The alarms of one service on its page: which class each is of and why, as the week's alarms.json has them."""

from collections.abc import Iterable
from copy import copy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.display import Fragment, fragment
from sre_lib.document.minutes.cells import name_of
from sre_lib.wording import Wording
from sre_lib.wording.alarms import class_name, class_reason

_BEFORE = "findings"
"""Name of the service notebook's cell before which its page names the alarms."""


def with_alarms(notebook: NotebookNode, service: str, alarms: Iterable[Proposed], say: Wording) -> NotebookNode:
    """Return a service's executed notebook with the alarms that watch it, each with its class, and a link to them.

    The notebook given stays as it is; where the week has no alarm at all it is returned itself.
    """
    known = [each for each in alarms if each.class_ and not each.new]
    if not known:
        return notebook
    shown = service_alarms([each for each in known if service in each.services], say)
    output = new_output("display_data", data={"text/html": shown.html, "text/plain": shown.text})  # type: ignore[no-untyped-call]  # nbformat ships no types
    cell = new_code_cell("", id="service-alarms", outputs=[output])  # type: ignore[no-untyped-call]  # nbformat ships no types
    place = next((at for at, each in enumerate(notebook.cells) if name_of(each) == _BEFORE), len(notebook.cells))
    more = copy(notebook)
    more.cells = [*notebook.cells[:place], cell, *notebook.cells[place:]]
    return more


def service_alarms(alarms: Iterable[Proposed], say: Wording) -> Fragment:
    """Return the alarms of a service, those to talk about first as alarms.json has them."""
    lines = [(each.name, class_name(each.class_, say), class_reason(each.reason, each.details, say)) for each in alarms]
    none = say("No CloudWatch alarm watches this service.")
    plain = "\n".join([say("Alarms"), *(f"{name} ({class_}): {why}" for name, class_, why in lines)])
    return fragment("alarm_service", plain if lines else none, say, lines=lines, none=none)
