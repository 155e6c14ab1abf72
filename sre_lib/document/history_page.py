"""The history page: what became of findings, verdicts and actions over the weeks, as tables and one small chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sre_lib.document.axes import BLUE, FONT, GREEN, GRID, ORANGE, VERMILLION
from sre_lib.document.display import Chart, Fragment, fragment, note
from sre_lib.document.history import History, Subject
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.record import Entry
from sre_lib.document.since import verdict_name
from sre_lib.document.upkeep_history import upkeep_table
from sre_lib.wording import Wording
from sre_lib.wording.metrics import metric_name, where

CHART_PX = 300


@dataclass(frozen=True)
class Cell:
    """One cell of a table: its text, what stands small below it, where it leads, and whether it is a number."""

    text: str
    more: str = ""
    href: str = ""
    number: bool = False


def history_notebook(history: History, title: str, say: Wording) -> NotebookNode:
    """Return the page's notebook; the same history gives the same one."""
    weeks = len(history.weeks)
    line = say.plural("What became of it all in {n} week", "What became of it all in {n} weeks", weeks)
    names = [each.week for each in history.weeks]
    facts = [
        title,
        say("{first} to {last}", first=names[0], last=names[-1]) if names else "",
        say("as far as minutes were kept; a week that was not run is not counted"),
    ]
    head = fragment("headline", line, say, line=line, facts=[each for each in facts if each], notes=[])
    sections: list[tuple[str, Fragment | Chart]] = [
        (say("Week by week"), _weeks(history, say)),
        (say("By service"), _services(history, say)),
        (say("Decided to fix"), _resolutions(history, say)),
        (say("Came back"), _recurring(history, say)),
        (say("Seen by people, missed by the tool"), _missed(history, say)),
        *([(say("Upkeep"), _upkeep(history, say))] if history.upkeep else []),
        (say("Actions"), _actions(history, say)),
    ]
    cells = [new_markdown_cell(f"# {say('Over the weeks')}")]  # type: ignore[no-untyped-call]  # nbformat ships no types
    cells += [_cell(head), _cell(history_chart(history, say)), _cell(how_to_read(say, ("history",)))]
    for name, section in sections:
        cells += [new_markdown_cell(f"## {name}"), _cell(section)]  # type: ignore[no-untyped-call]  # nbformat ships no types
    for number, cell in enumerate(cells):
        cell["id"] = f"history-{number}"
    notebook: NotebookNode = new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return notebook


def history_chart(history: History, say: Wording) -> Chart:
    """Return findings, and actions opened, closed and still open, by week."""
    names = [each.week for each in history.weeks]
    bars = [
        (say("Findings"), BLUE, [each.findings for each in history.weeks]),
        (say("Actions opened"), ORANGE, [each.opened for each in history.weeks]),
        (say("Actions closed"), GREEN, [each.closed for each in history.weeks]),
    ]
    traces: list[dict[str, Any]] = [
        {"type": "bar", "name": name, "x": names, "y": counts, "marker": {"color": color}}
        for name, color, counts in bars
    ]
    line: dict[str, Any] = {"type": "scatter", "mode": "lines+markers", "name": say("Actions open"), "x": names}
    line |= {"y": [each.open for each in history.weeks], "line": {"color": VERMILLION, "width": 2.2}}
    layout = {
        "font": FONT, "height": CHART_PX, "margin": {"l": 48, "r": 16, "t": 40, "b": 40}, "bargap": 0.35,
        "paper_bgcolor": "white", "plot_bgcolor": "white", "hovermode": "x unified", "barmode": "group",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False},
        "xaxis": {"type": "category", "fixedrange": True},
        "yaxis": {"gridcolor": GRID, "zeroline": False, "rangemode": "tozero", "tickformat": "d", "fixedrange": True},
    }  # fmt: skip
    text = say.plural(
        "Chart: findings and actions of {n} week", "Chart: findings and actions of {n} weeks", len(history.weeks)
    )
    return Chart(go.Figure(data=[*traces, line], layout=layout), text, say.language)


def _weeks(history: History, say: Wording) -> Fragment:
    """Return one row a week, the newest first."""
    head = [
        say("Week"),
        say("Findings"),
        say("Verdicts"),
        say("Actions opened"),
        say("Actions closed"),
        say("Actions open"),
        say("Missed by the tool"),
    ]
    rows = [
        [
            Cell(row.week, href=f"{row.week}/index.html"),
            _number(row.findings, say),
            Cell(_verdicts(row.verdicts, say)),
            *(_number(each, say) for each in (row.opened, row.closed, row.open, row.missed)),
        ]
        for row in reversed(history.weeks)
    ]
    return _table(head, rows, say)


def _services(history: History, say: Wording) -> Fragment:
    """Return one row a service."""
    if not history.services:
        return note(say("No finding in these weeks."), say)
    head = [
        say("Service"),
        say("Findings"),
        say("Verdicts"),
        say("Fixed and gone"),
        say("Came back"),
        say("Missed by the tool"),
        say("Actions open"),
    ]
    rows = [
        [
            Cell(row.service),
            _number(row.findings, say),
            Cell(_verdicts(row.verdicts, say)),
            *(_number(each, say) for each in (row.gone, row.recurring, row.missed, row.open)),
        ]
        for row in history.services
    ]
    return _table(head, rows, say)


def _resolutions(history: History, say: Wording) -> Fragment:
    """Return what the meeting decided to fix, and how long it took until it was not found again."""
    if not history.resolutions:
        return note(say("Nothing was decided to be fixed in these weeks."), say)
    rows = [
        [
            _subject(each.entry, say),
            Cell(each.fixed, href=f"{each.fixed}/index.html"),
            Cell(each.gone or say("not yet"), say("came back later") if each.back else ""),
            Cell(say.plural("{n} week", "{n} weeks", each.took) if each.gone else ""),
        ]
        for each in history.resolutions
    ]
    head = [say("Finding"), say("Decided"), say("First week without it"), say("Time to resolution")]
    return _table(head, rows, say)


def _recurring(history: History, say: Wording) -> Fragment:
    """Return the subjects of more than one week."""
    if not history.recurring:
        return note(say("Nothing was there in more than one of these weeks."), say)
    rows = [
        [_subject(each.entry, say), Cell(say.listing(list(each.weeks))), Cell(_decided(each, say))]
        for each in history.recurring
    ]
    return _table([say("Finding"), say("Weeks"), say("Last verdict")], rows, say)


def _missed(history: History, say: Wording) -> Fragment:
    """Return what people saw and the tool did not find."""
    if not history.missed:
        return note(say("The meeting saw nothing itself that the tool had missed."), say)
    rows = [[Cell(week, href=f"{week}/index.html"), _subject(entry, say)] for week, entry in history.missed]
    return _table([say("Week"), say("Finding")], rows, say)


def _upkeep(history: History, say: Wording) -> Fragment:
    """Return what was talked of or decided on of upkeep, what is open first."""
    head, rows = upkeep_table(history.upkeep, say)
    return _table(head, [[Cell(text) for text in row] for row in rows], say)


def _actions(history: History, say: Wording) -> Fragment:
    """Return every action, those that are open first."""
    if not history.actions:
        return note(say("No action in these weeks."), say)
    rows = []
    for each in sorted(history.actions, key=lambda row: bool(row.closed)):
        action = each.action
        due = say("until {day}", day=action.due.isoformat()) if action.due else ""
        who = " ".join(filter(None, (f"@{action.owner}" if action.owner else "", due)))
        rows.append(
            [Cell(action.text, who), Cell(each.service), Cell(each.opened), Cell(each.closed or say("still open"))]
        )
    return _table([say("Action"), say("Service"), say("Opened"), say("Closed")], rows, say)


def _table(head: Sequence[str], rows: Sequence[Sequence[Cell]], say: Wording) -> Fragment:
    """Return a table, as text one line a row."""
    plain = "\n".join(" | ".join(filter(None, (cell.text for cell in row))) for row in rows)
    return fragment("history_table", plain, say, head=head, rows=rows)


def _subject(entry: Entry, say: Wording) -> Cell:
    """Return what a finding is: its sentence, and where."""
    name = f"{where(entry.service, entry.part)} – {metric_name(entry.metric, entry.statistic, say)}"
    return Cell(entry.sentence or name, name if entry.sentence else "")


def _decided(subject: Subject, say: Wording) -> str:
    """Return the last verdict on a subject."""
    return verdict_name(subject.verdict, say) if subject.verdict else say("none")


def _verdicts(counts: Mapping[Verdict, int], say: Wording) -> str:
    """Return verdicts with how often each was given."""
    names = [(verdict_name(each, say), counts[each]) for each in Verdict if counts.get(each)]
    return say.listing([f"{name} {say.number(count)}" for name, count in names])


def _number(count: int, say: Wording) -> Cell:
    """Return a count as a cell."""
    return Cell(say.number(count), number=True)


def _cell(shown: Fragment | Chart) -> NotebookNode:
    """Return a cell that shows something."""
    if isinstance(shown, Fragment):
        data = {"text/html": shown.html, "text/plain": shown.text}
    else:
        data = shown._repr_mimebundle_()
    output = new_output("display_data", data=data)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return new_code_cell("", outputs=[output])  # type: ignore[no-any-return, no-untyped-call]  # nbformat ships no types
