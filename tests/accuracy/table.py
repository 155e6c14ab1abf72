"""The accuracy table: one row a method, what the scorer says of it and how sure the pooled figures are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.accuracy.bootstrap import BUDGETS, intervals, sweep
from tests.accuracy.scorer import Labelled

RECALLS = tuple(f"recall@{budget:g}" for budget in BUDGETS)
FIGURES = (*RECALLS, "f1", "ap")
POOLED = "pooled"


@dataclass(frozen=True)
class Row:
    """One method: figures by set (shares), 95 % intervals of the pooled ones, processor seconds a series."""

    name: str
    figures: Mapping[str, Mapping[str, float]]
    intervals: Mapping[str, Sequence[float]]
    seconds: float


def row(name: str, data: Labelled, lines: Path, seconds: float) -> Row:
    """Score findings in the line format of `findings --json`.

    Raises ValueError where the bootstrap's own sweep does not give the scorer's pooled figures.
    """
    found = data.found(lines)
    figures = data.figures(found)
    listed = [(folder, file, one) for folder, series in data.sets().items() for file, one in series.items()]
    findings = [data.rules.Findings.from_list(found.get((folder, file), [])) for folder, file, _ in listed]
    swept = sweep(data.rules, [one for _, _, one in listed], findings)
    whole = swept.figures(np.ones((1, len(listed))))
    for figure in FIGURES:
        if not np.isclose(whole[figure][0], figures[POOLED][figure]):
            raise ValueError(f"{name}: {figure} is {whole[figure][0]}, the scorer says {figures[POOLED][figure]}")
    return Row(name, figures, intervals(swept), seconds)


def table(rows: Sequence[Row], data: Labelled) -> str:
    """Return the rows as Markdown: recall at 0.1 / 0.5 / 1 / 2 false findings a series and week · F1 · AP, in %."""
    sets = [*data.sets(), POOLED]
    counts = [f"{name} ({rows[0].figures[name]['series']:.0f})" for name in sets]
    head = ["method", *counts, "pooled recall at 0.1", "at 1", "average precision", "CPU s a series"]
    lines = [head, ["---"] * len(head), *(_cells(each, sets) for each in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(each: Row, sets: Sequence[str]) -> list[str]:
    """Return the cells of one method."""
    figures = [_figures(each.figures[name]) for name in sets]
    sure = [_sure(each, figure) for figure in ("recall@0.1", "recall@1", "ap")]
    return [each.name, *figures, *sure, f"{each.seconds:.2f}"]


def _figures(figures: Mapping[str, float]) -> str:
    """Return the figures of one set in %."""
    recalls = " ".join(_percent(figures[name]) for name in RECALLS)
    return f"{recalls} · {_percent(figures['f1'])} · {_percent(figures['ap'])}"


def _sure(each: Row, figure: str) -> str:
    """Return a pooled figure with its interval in %."""
    low, high = each.intervals[figure]
    return f"{_percent(each.figures[POOLED][figure])} ({_percent(low)}–{_percent(high)})"


def _percent(share: float) -> str:
    """Return a share in whole percent."""
    return f"{100 * share:.0f}"
