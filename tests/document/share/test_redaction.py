"""Redaction of plain data, notebooks and dataclasses."""

from dataclasses import dataclass
from typing import NamedTuple

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.share.private import private_in
from sre_lib.document.share.redaction import Redaction

A, B = "210987654321", "aya@example.com"


class _Pair(NamedTuple):
    name: str
    number: int


@dataclass(frozen=True)
class _Thing:
    names: tuple[str, ...]
    by: dict[str, _Pair]


def test_the_same_thing_has_the_same_stand_in_everywhere_keys_too():
    thing = _Thing((A, f"to {B}"), {f"x-{A}": _Pair(B, 210987654321)})
    expected = _Thing(("account-1", "to mail-1"), {"x-account-1": _Pair("mail-1", 210987654321)})
    assert Redaction().of(thing) == expected


def test_two_things_stay_two():
    assert Redaction().of(["10.0.0.1", "10.0.0.2", "10.0.0.1"]) == ["address-1", "address-2", "address-1"]


def test_a_notebook_is_redacted_in_sources_outputs_figures_and_metadata():
    figure = {"data": [{"name": A, "hovertext": [B], "y": {"bdata": "AAAA", "dtype": "f8"}}]}
    output = nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": figure, "text/plain": B})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"'{A}'", outputs=[output])])
    notebook.metadata["sre_review"] = {"title": B}
    shown = Redaction().of(notebook)
    assert isinstance(shown, nbformat.NotebookNode)
    assert A not in str(shown)
    assert B not in str(shown)
    data = shown.cells[0].outputs[0]["data"]["application/vnd.plotly.v1+json"]["data"][0]
    assert data == {"name": "account-1", "hovertext": ["mail-1"], "y": {"bdata": "AAAA", "dtype": "f8"}}
    assert A in str(notebook)


@given(st.text(max_size=60), st.sampled_from([A, B, "10.1.2.3", "password=abcdefgh"]))
def test_nothing_private_is_left_and_a_second_time_changes_nothing(around, private):
    once = Redaction().text(f"{around} {private} {around}")
    assert private not in once
    assert private_in(once) == []
