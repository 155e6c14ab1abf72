"""One series, judged: its band, and what each view of one series sees in it."""

from dataclasses import dataclass, replace

import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band, Baseline
from sre_lib.analyse.detectors.candidate import Candidate
from sre_lib.analyse.registry import Meaning, series_detector
from sre_lib.views import Views, builtin_views


@dataclass(frozen=True)
class Judged:
    """The band of a series and the candidates of every view, over all of the series."""

    band: Band
    candidates: tuple[Candidate, ...] = ()


def judge(series: pd.Series, meaning: Meaning, timezone: str, views: Views | None = None) -> Judged:
    """Return the band and all candidates of a series (float64, regular UTC index, NaN or infinite: no datapoint).

    `views` are those to look with: by default those that hold for every series.
    """
    series = robust.finite(series)
    band = Baseline().band(series, timezone)
    found = seen_in(series, band, meaning, general(builtin_views()) if views is None else views)
    return Judged(band, tuple(sorted(found, key=lambda each: (each.start, each.detector, each.direction))))


def general(views: Views) -> Views:
    """Return the views that look at every judged series."""
    return {name: view for name, view in views.items() if view.enabled and not view.series}


def seen_in(series: pd.Series, band: Band, meaning: Meaning, views: Views) -> list[Candidate]:
    """Return what views of one series see in it; a detector with the same settings runs once for all of them."""
    done: dict[tuple[str, str], tuple[Candidate, ...]] = {}
    found = []
    for name, view in views.items():
        key = (view.detector, str(sorted(view.settings.items())))
        if key not in done:
            detector = series_detector(view, meaning)
            done[key] = () if detector is None else detector.detect(series, band)
        found += [replace(each, view=name) for each in done[key] if each.view == view.like]
    return found
