"""A small service's week for the tests of views: quiet columns, and what a test makes of them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sre_lib import weeks
from sre_lib.analyse.analyse import analyse
from sre_lib.catalog import builtin_catalog
from sre_lib.change import Change
from sre_lib.event import Event
from sre_lib.model import Analysis, Answer, Column, Finding, MetricFrame, Part, Service, ServiceWeek, Status

WEEK = weeks.named("2026-W40", "Asia/Tokyo")
DAY = 288
INDEX = pd.date_range(WEEK.history_start, WEEK.end, freq="300s", inclusive="left", unit="s")
REVIEWED = 42 * DAY
"""Slot with which the reviewed week begins: Monday, local midnight."""


def wave(level: float, height: float = 0.0, noise: float = 1.0, seed: int = 1) -> np.ndarray:
    """A daily wave that peaks in the local afternoon, with noise."""
    slot = np.arange(len(INDEX))
    rhythm = height * np.sin(2 * np.pi * (slot / DAY - 0.3))
    return level + rhythm + noise * np.random.default_rng(seed).normal(size=len(INDEX))


def service_week(
    parts: tuple[Part, ...],
    values: Mapping[tuple[str, str, str], np.ndarray],
    events: tuple[Event, ...] = (),
    changes: tuple[Change, ...] = (),
) -> ServiceWeek:
    """A week of a service of these parts with these columns and no others."""
    columns = pd.MultiIndex.from_tuples(list(values), names=["part", "metric", "statistic"])
    frame = pd.DataFrame(np.column_stack(list(values.values())), INDEX, columns, dtype=np.float64)
    answers = {Column(*each): Answer(Status.COMPLETE, 300) for each in values}
    service = Service(parts[0].name, parts)
    return ServiceWeek(service, WEEK, MetricFrame(frame, answers), events, changes=changes)


def looked(looked_at: ServiceWeek) -> Analysis:
    """What the package's views make of it."""
    return analyse(looked_at, builtin_catalog())


def seen(looked_at: ServiceWeek, view: str) -> list[Finding]:
    """The findings of one view that a page lists, those inside stories and those set aside, too."""
    found = looked(looked_at)
    every = [one for each in (*found.findings, *found.known) for one in (each, *each.members)]
    return [each for each in every if each.view == view]
