"""One series, judged: its band, and what each detector sees in it."""

from dataclasses import dataclass

import pandas as pd

from sre_lib.analyse.baseline import Band, Baseline
from sre_lib.analyse.detectors.candidate import Candidate, Detector
from sre_lib.analyse.detectors.departure import Departure
from sre_lib.analyse.detectors.growth import Growth
from sre_lib.analyse.detectors.level_shift import LevelShift
from sre_lib.analyse.detectors.saturation import Saturation
from sre_lib.model import Hurts, Resource


@dataclass(frozen=True)
class Meaning:
    """What the numbers of a series mean: direction that hurts, limit and smallest change worth a word in its unit."""

    resource: Resource = "context"
    unit: str = "None"
    hurts: Hurts = "both"
    limit: float | None = None
    min_effect: float = 0.0


@dataclass(frozen=True)
class Judged:
    """The band of a series and the candidates of every detector, over all of the series."""

    band: Band
    candidates: tuple[Candidate, ...]


def detectors_for(meaning: Meaning) -> tuple[Detector, ...]:
    """Return the detectors of a series, with the settings that its meaning asks for."""
    found: list[Detector] = [Departure(), LevelShift()]
    if meaning.hurts != "both":
        found.append(Growth(side=meaning.hurts, limit=meaning.limit))
        if meaning.limit is not None:
            found.append(Saturation(limit=meaning.limit, side=meaning.hurts))
    return tuple(found)


def judge(series: pd.Series, meaning: Meaning, timezone: str) -> Judged:
    """Return the band and all candidates of a series (float64, regular UTC index, NaN: no datapoint)."""
    band = Baseline().band(series, timezone)
    found = [each for detector in detectors_for(meaning) for each in detector.detect(series, band)]
    return Judged(band, tuple(sorted(found, key=lambda each: (each.start, each.detector, each.direction))))
