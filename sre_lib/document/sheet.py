"""The rows of the weekly page: a service with its small graphs, and what customers felt of one."""

from dataclasses import dataclass

from sre_lib.document.customers import Felt
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened
from sre_lib.document.small import Picture, small
from sre_lib.store import file_name
from sre_lib.wording.metrics import change_text, metric_name, value_text


@dataclass(frozen=True)
class SheetRow:
    """A service on the contact sheet: its page (empty: none), findings, and caption and graph of CPU and memory."""

    name: str
    page: str
    findings: str
    graphs: tuple[tuple[str, Picture] | None, ...]

    @property
    def plain(self) -> str:
        """Return the row as text."""
        return f"{self.name}: {'; '.join(graph[0] for graph in self.graphs if graph)}"


def felt_texts(each: Felt, look: Look) -> tuple[str, str, str]:
    """Return one metric that customers felt as texts: name, value, change against last week."""
    say, column = look.say, each.column
    name = metric_name(column.metric, column.statistic, say)
    statistic = "" if each.total == "sum" else column.statistic
    value = say("not enough data") if each.week is None else value_text(each.week, each.unit, statistic, say)
    if each.week is None or each.before is None:
        return name, value, ""
    if each.unit == "Percent":
        change = change_text(each.week - each.before, each.unit, statistic, say)
        return (
            name,
            value,
            f"({'+' if each.week >= each.before else '−'}{change})",
        )
    if each.change is None:
        return name, value, say("(none last week)")
    sign = "+" if each.change >= 0 else "−"
    return name, value, f"({sign}{say.percent(abs(each.change) * 100)})"


def sheet_row(look: Look, opened: Opened) -> SheetRow:
    """Return one row of the contact sheet."""
    name, count = look.service.name, len(look.analysis.findings)
    return SheetRow(
        name=name,
        page=f"services/{file_name(name)}.html" if opened.in_run else "",
        findings=look.say.plural("{n} finding", "{n} findings", count) if count else "",
        graphs=(small(look, "cpu"), small(look, "memory")),
    )
