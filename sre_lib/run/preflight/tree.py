"""What `sre-review check` found: a tree of OK, NG and SKIP, as text and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import click
import orjson


class State(StrEnum):
    """Whether something is in place; SKIP: it was not looked at, or does not matter here."""

    OK = "OK"
    NG = "NG"
    SKIP = "SKIP"


_COLOURS = {State.OK: "green", State.NG: "red", State.SKIP: "yellow"}


@dataclass(frozen=True)
class Checked:
    """One thing that was checked: its name, its state, what was found, what to do (empty: nothing), what lies below."""

    name: str
    state: State
    reason: str = ""
    remedy: str = ""
    below: tuple["Checked", ...] = ()


def ok(name: str, reason: str = "") -> Checked:
    """Return that something is in place."""
    return Checked(name, State.OK, reason)


def wrong(name: str, sentence: str) -> Checked:
    """Return that something is not, from `what happened; what to do`."""
    reason, _, remedy = sentence.partition("; ")
    return Checked(name, State.NG, reason, remedy)


def skipped(name: str, reason: str, remedy: str = "") -> Checked:
    """Return that something was not looked at."""
    return Checked(name, State.SKIP, reason, remedy)


def group(name: str, below: Sequence[Checked], reason: str = "") -> Checked:
    """Return several as one: NG where one is, SKIP where all are."""
    states = {each.state for each in below}
    state = State.NG if State.NG in states else State.SKIP if states == {State.SKIP} else State.OK
    return Checked(name, state, reason, below=tuple(below))


def to_text(root: Checked) -> str:
    """Return the tree for people; its colours are for a terminal alone (click leaves them out elsewhere)."""
    return "\n".join([_line(root), *_below(root, "")])


def to_json(root: Checked) -> str:
    """Return the tree for programs."""
    return orjson.dumps(_row(root), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _line(each: Checked) -> str:
    """Return the line of one."""
    state = click.style(f"{each.state:<4}", fg=_COLOURS[each.state])
    return f"{state} {each.name}{': ' if each.reason else ''}{each.reason}"


def _below(of: Checked, before: str) -> Iterator[str]:
    """Yield the lines below one, each with the branches that lead to it."""
    for number, each in enumerate(of.below, start=1):
        last = number == len(of.below)
        branch, trunk = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield f"{before}{branch}{_line(each)}"
        if each.remedy:
            yield f"{before}{trunk}     → {each.remedy}"
        yield from _below(each, before + trunk)


def _row(each: Checked) -> dict[str, Any]:
    """Return one, and what lies below it, for JSON."""
    row: dict[str, Any] = {"name": each.name, "state": each.state.value, "reason": each.reason, "remedy": each.remedy}
    return row | {"checks": [_row(one) for one in each.below]}
