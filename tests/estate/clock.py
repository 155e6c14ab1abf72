"""The grid of an estate: history and reviewed week at 300 s, with local time and public holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sre_lib import weeks
from sre_lib.model import PERIOD_S, Week

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAY = 288
HOUR = 12
ZONES = ("Asia/Tokyo", "Asia/Tokyo", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC")
JAPAN_2026 = tuple(
    date(2026, month, day)
    for month, days in {
        1: (1, 12), 2: (11, 23), 3: (20,), 4: (29,), 5: (3, 4, 5, 6), 7: (20,), 8: (11,), 9: (21, 22, 23), 10: (12,),
        11: (3, 23),
    }.items()
    for day in days
)  # fmt: skip
"""Public holidays of Japan in 2026 (Cabinet Office); 22 September is one because it lies between two."""
IN_TOKYO = (12, 20, 30, 33, 39, 42, 45)
"""ISO weeks with a holiday between Monday and Friday."""
ORDINARY = (10, 11, 15, 16, 23, 24, 25, 26, 27, 28, 36, 37, 41, 44)


@dataclass(frozen=True)
class Clock:
    """Slots of 300 s from the start of the history to the end of the reviewed week."""

    week: Week
    holidays: tuple[date, ...] = ()

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Clock":
        """Draw a time zone and a week; in Tokyo every second week has a public holiday."""
        zone = str(rng.choice(ZONES))
        tokyo = zone == "Asia/Tokyo"
        number = rng.choice(IN_TOKYO if tokyo and rng.random() < 0.5 else ORDINARY)
        week = weeks.named(f"2026-W{number:02d}", zone, history_weeks=int(rng.integers(6, 8)))
        return cls(week, JAPAN_2026 if tokyo else ())

    @cached_property
    def index(self) -> pd.DatetimeIndex:
        """The grid in UTC."""
        return pd.date_range(
            self.week.history_start, self.week.end, freq=f"{PERIOD_S}s", inclusive="left", unit="s"
        ).tz_convert("UTC")

    @property
    def size(self) -> int:
        """Number of slots."""
        return len(self.index)

    @cached_property
    def first(self) -> int:
        """Slot at which the reviewed week begins."""
        return self.slot_of(self.week.start)

    @cached_property
    def _local(self) -> pd.DatetimeIndex:
        return self.index.tz_convert(ZoneInfo(self.week.timezone))

    @cached_property
    def hour(self) -> Floats:
        """Local hour of day, with its fraction."""
        return np.asarray(self._local.hour + self._local.minute / 60, dtype=np.float64)

    @cached_property
    def weekday(self) -> NDArray[np.int64]:
        """Local day of the week (0: Monday); a public holiday counts as a Sunday."""
        found = self._local.day_of_week.to_numpy().astype(np.int64)
        free = np.isin(self._local.strftime("%F"), [day.isoformat() for day in self.holidays])
        return np.where(free, 6, found)

    @cached_property
    def day(self) -> NDArray[np.int64]:
        """Number of the local day since the first of the history."""
        starts = [self.slot_of(start) for start in weeks.days(self.week).values()]
        return np.searchsorted(starts, np.arange(self.size), side="right") - 1

    @property
    def days(self) -> int:
        """Number of local days."""
        return int(self.day[-1]) + 1

    @property
    def age_weeks(self) -> Floats:
        """Weeks since the start of the history."""
        return np.arange(self.size) / (7 * DAY)

    def slot(self, day: float, hour: float = 0.0) -> int:
        """Return the slot of a local time; `day` counts from the first of the reviewed week (negative: history)."""
        starts = list(weeks.days(self.week).values())
        number = len(starts) - 7 + int(np.floor(day))
        start = self.slot_of(starts[max(number, 0)])
        return min(start + round((day % 1) * DAY + hour * HOUR), self.size)

    def slot_of(self, when: datetime) -> int:
        """Return the slot that begins at an instant."""
        return int((when - self.week.history_start).total_seconds()) // PERIOD_S

    def time(self, slot: int) -> datetime:
        """Return the instant at which a slot begins, in UTC."""
        start = pd.Timestamp(self.week.history_start) + pd.Timedelta(seconds=PERIOD_S * int(slot))
        return start.to_pydatetime().astimezone(UTC)

    def is_workday(self, day: int) -> bool:
        """Tell whether a day of the reviewed week is one on which people work."""
        return int(self.weekday[self.slot(day, 12)]) < 5

    def between(self, first: float, last: float) -> Floats:
        """Return 1.0 in slots `[first, last)`, else 0.0."""
        at = np.arange(self.size)
        return ((at >= first) & (at < last)).astype(np.float64)
