"""How far the pooled figures of a method depend on which series were at hand: a bootstrap over series.

Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13: the percentile interval. Whole series are
drawn, because the windows of one series are no independent witnesses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

BUDGETS = (0.1, 0.5, 1.0, 2.0)
DRAWS, SEED = 1000, 1
LEVEL = 0.95

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sweep:
    """What one threshold after the other lets through, high to low: `found`, `false` are series × thresholds."""

    found: Floats
    false: Floats
    windows: Floats
    weeks: Floats

    def figures(self, draws: Floats) -> dict[str, Floats]:
        """Return the scorer's figures for every draw (draws × series: how often each series was drawn).

        Without a labelled window in a draw its figures are NaN.
        """
        found, false = draws @ self.found, draws @ self.false
        windows, weeks = (draws @ self.windows)[:, None], (draws @ self.weeks)[:, None]
        recall = found / np.where(windows > 0, windows, np.nan)
        names = {f"recall@{budget:g}": np.where(false / weeks <= budget, recall, 0) for budget in BUDGETS}
        return {name: values.max(axis=1, initial=0) for name, values in names.items()} | {
            "f1": (2 * found / (windows + found + false)).max(axis=1, initial=0),
            "ap": _average_precision(recall, found / np.maximum(found + false, 1)),
        }


def _average_precision(recall: Floats, precision: Floats) -> Floats:
    """Return the sum of precision over every gain in recall; a threshold that gains nothing adds nothing."""
    best = np.maximum.accumulate(recall, axis=1)
    gains = np.diff(best, axis=1, prepend=0)
    summed: Floats = (gains * precision).sum(axis=1)
    return summed


def sweep(rules: Any, series: Sequence[Any], findings: Sequence[Any]) -> Sweep:
    """Return what the scorer's rules let through for every series at the thresholds of all of them together."""
    scores = [_reviewed(one, found) for one, found in zip(series, findings, strict=True)]
    levels = rules.thresholds_of(np.concatenate(scores))
    rows = [_of_series(rules, one, found, levels) for one, found in zip(series, findings, strict=True)]
    return Sweep(*(np.array(column, dtype=float) for column in zip(*rows, strict=True)))


def _reviewed(one: Any, findings: Any) -> Floats:
    """Return the scores of what is not history."""
    scores: Floats = findings.score[findings.end > one.review_start.astype("datetime64[s]").astype("int64")]
    return scores


def _of_series(rules: Any, one: Any, findings: Any, levels: Floats) -> tuple[Floats, Floats, float, float]:
    """Return found and false of one series at each of the levels, its windows and weeks."""
    # The scorer thins thresholds past its limit; scores that are levels themselves are never so many.
    rank = np.searchsorted(-levels, -findings.score)
    kept = rank < len(levels)
    at_level = rules.Findings(findings.start[kept], findings.end[kept], levels[rank[kept]])
    own, found, false, windows, weeks = rules.sweep([one], [at_level])
    last = np.searchsorted(-own, -levels, side="right")
    return (
        np.concatenate(([0], found.sum(axis=1)))[last],
        np.concatenate(([0], false))[last],
        windows,
        weeks,
    )


def intervals(swept: Sweep) -> Mapping[str, tuple[float, float]]:
    """Return the 95 % interval of every pooled figure over draws of as many series."""
    count = len(swept.windows)
    draws = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), size=DRAWS).astype(float)
    tail = 100 * (1 - LEVEL) / 2
    return {
        name: (float(np.nanpercentile(values, tail)), float(np.nanpercentile(values, 100 - tail)))
        for name, values in swept.figures(draws).items()
    }
