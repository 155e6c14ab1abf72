"""A cell's outputs from a kernel's messages, as nbformat has them."""

from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

_new_output: Callable[..., NotebookNode] = new_output
_node: Callable[[Any], Any] = from_dict


class CellOutputs:
    """Puts messages into the outputs of the cell that runs; a display with an id can be updated by later cells."""

    def __init__(self) -> None:
        self._outputs: list[NotebookNode] = []
        self._text = StringIO()
        self._clear_first = False
        self._displays: dict[str, list[NotebookNode]] = {}

    def start(self, cell: NotebookNode) -> None:
        """Take the outputs of a cell as the place for what comes."""
        cell.outputs = self._outputs = []
        self._clear_first = False

    def finish(self) -> None:
        """Write out what was collected of the last stream; a buffer, since a cell may print thousands of times."""
        text = self._text.getvalue()
        if text and self._outputs:
            self._outputs[-1].text += text
        self._text = StringIO()

    def add(self, kind: str, content: Mapping[str, Any]) -> None:
        """Put one message into place; those that make no output (comm messages) are passed over."""
        if kind == "stream":
            self._stream(content["name"], content["text"])
        elif kind == "clear_output":
            self._clear(wait=content["wait"])
        elif kind == "update_display_data":
            for output in self._displays.get(_display_id(content), ()):
                output.data, output.metadata = _node(content["data"]), _node(content["metadata"])
        elif kind in {"display_data", "execute_result", "error"}:
            self._append(_new_output(kind, **{name: value for name, value in content.items() if name != "transient"}))
            if display_id := _display_id(content):
                self._displays.setdefault(display_id, []).append(self._outputs[-1])

    def _stream(self, name: str, text: str) -> None:
        """Append text to the last output where that is the same stream, else begin a new one."""
        last = self._outputs[-1] if self._outputs and not self._clear_first else None
        if last is None or last.output_type != "stream" or last.name != name:
            self._append(_new_output("stream", name=name, text=""))
        self._text.write(text)

    def _append(self, output: NotebookNode) -> None:
        """Append an output, after what `clear_output(wait=True)` had put off."""
        self.finish()
        if self._clear_first:
            self._clear(wait=False)
        self._outputs.append(output)

    def _clear(self, *, wait: bool) -> None:
        """Drop the cell's outputs, now or (`wait`) when the next one comes."""
        self._clear_first = wait
        if not wait:
            self._text = StringIO()
            self._outputs.clear()


def _display_id(content: Mapping[str, Any]) -> str:
    """Return the id under which a display can be updated; empty where it has none."""
    return str((content.get("transient") or {}).get("display_id") or "")
