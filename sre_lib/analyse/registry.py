"""The detectors by name, and how a view's settings become one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sre_lib.analyse.detectors.after_deployment import AfterDeployment, AfterPeak
from sre_lib.analyse.detectors.batch import BatchDrift
from sre_lib.analyse.detectors.candidate import Detector, SeenDetector
from sre_lib.analyse.detectors.day_mode import DayMode
from sre_lib.analyse.detectors.departure import Departure
from sre_lib.analyse.detectors.filling import Filling
from sre_lib.analyse.detectors.from_zero import FromZero
from sre_lib.analyse.detectors.gap import Gap
from sre_lib.analyse.detectors.growth import Growth
from sre_lib.analyse.detectors.headroom import Headroom
from sre_lib.analyse.detectors.hidden_load import HiddenLoad
from sre_lib.analyse.detectors.idle import Idle
from sre_lib.analyse.detectors.imbalance import Imbalance
from sre_lib.analyse.detectors.level_shift import LevelShift
from sre_lib.analyse.detectors.oscillation import Oscillation
from sre_lib.analyse.detectors.plateau import Plateau
from sre_lib.analyse.detectors.push_lag import PushLag
from sre_lib.analyse.detectors.relation import WithoutLoad, WithoutTraffic
from sre_lib.analyse.detectors.same_minute import SameMinute
from sre_lib.analyse.detectors.saturation import Saturation
from sre_lib.analyse.detectors.sawtooth import Sawtooth
from sre_lib.analyse.detectors.shift_with import GrowthWith, ShiftWith
from sre_lib.analyse.detectors.staircase import Staircase
from sre_lib.analyse.detectors.tasks_missing import CrashLoop, TasksMissing
from sre_lib.analyse.detectors.threshold import Threshold
from sre_lib.analyse.detectors.weekly_floor import WeeklyFloor
from sre_lib.errors import UserMistakeError
from sre_lib.model import Hurts, Resource
from sre_lib.params_yaml import nearest
from sre_lib.views import View, Views


@dataclass(frozen=True)
class Meaning:
    """What the numbers of a series mean: direction that hurts, limit and smallest change worth a word in its unit."""

    resource: Resource = "context"
    unit: str = "None"
    hurts: Hurts = "both"
    limit: float | None = None
    min_effect: float = 0.0


SERIES: Mapping[str, type[Any]] = {
    "departure": Departure,
    "level_shift": LevelShift,
    "growth": Growth,
    "saturation": Saturation,
}
"""Detectors of one series: `detect(series, band)`."""

SEEN: Mapping[str, type[Any]] = {
    "threshold": Threshold,
    "same_minute": SameMinute,
    "batch_drift": BatchDrift,
    "day_mode": DayMode,
    "gap": Gap,
    "headroom": Headroom,
    "push_lag": PushLag,
    "imbalance": Imbalance,
    "plateau": Plateau,
    "sawtooth": Sawtooth,
    "after_peak": AfterPeak,
    "after_deployment": AfterDeployment,
    "weekly_floor": WeeklyFloor,
    "without_traffic": WithoutTraffic,
    "without_load": WithoutLoad,
    "tasks_missing": TasksMissing,
    "crash_loop": CrashLoop,
    "oscillation": Oscillation,
    "idle": Idle,
    "shift_with": ShiftWith,
    "growth_with": GrowthWith,
    "staircase": Staircase,
    "from_zero": FromZero,
    "filling": Filling,
    "hidden_load": HiddenLoad,
}
"""Detectors that look at what stands beside a series, too: `look(seen)`."""


ALL: Mapping[str, type[Any]] = {**SERIES, **SEEN}
"""All detectors by name."""


def series_detector(view: View, meaning: Meaning) -> Detector | None:
    """Return the detector of a view for a series; None where the series' meaning has nothing for it to look for.

    Raises KeyError for an unknown detector and TypeError or ValueError for settings that are not its own.
    """
    settings: dict[str, Any] = dict(view.settings)
    if view.detector in {"growth", "saturation"}:
        if meaning.hurts == "both" or (view.detector == "saturation" and meaning.limit is None):
            return None
        settings = {"side": meaning.hurts, "limit": meaning.limit} | settings
    detector: Detector = SERIES[view.detector](**settings)
    return detector


def seen_detector(view: View) -> SeenDetector | None:
    """Return the detector of a view that looks at several series; None where its detector looks at one."""
    made: Callable[..., SeenDetector] | None = SEEN.get(view.detector)
    return made(**view.settings) if made else None


def check(views: Views, file: Path) -> None:
    """Refuse views whose detector is not known or whose settings are not its own, with a sentence that names the file.

    Raises UserMistakeError.
    """
    for name, view in views.items():
        place = f"{file}: views: {name}"
        if view.detector not in ALL:
            raise UserMistakeError(f"{place}: detector: got {view.detector!r}, {nearest(view.detector, tuple(ALL))}")
        known = settings_of(view.detector)
        strangers = [each for each in view.settings if each not in known]
        if strangers:
            raise UserMistakeError(
                f"{place}: settings: {strangers[0]!r} is none of {view.detector}; {nearest(strangers[0], known)}"
            )
        try:
            _ = seen_detector(view) or series_detector(view, Meaning(hurts="up", limit=1.0))
        except (TypeError, ValueError) as error:
            wrong = str(error).splitlines()[0]
            raise UserMistakeError(f"{place}: settings: {wrong}") from None


def settings_of(detector: str) -> tuple[str, ...]:
    """Return the names of a detector's settings; KeyError where there is no such detector."""
    return tuple(each.name for each in fields(ALL[detector]))
