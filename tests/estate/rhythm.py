"""Days and weeks of customers, of offices, of the world; nightly jobs."""

from dataclasses import dataclass, field

import numpy as np

from tests.estate.clock import HOUR, Clock, Floats
from tests.estate.noise import Rng, bursts, texture

SHAPES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "shop": ((8.2, 1.2, 0.35), (12.4, 1.3, 0.5), (21.0, 2.3, 1.0)),
    "office": ((10.5, 1.8, 0.95), (15.0, 2.3, 1.0)),
    "world": ((14.0, 6.0, 0.5),),
    "even": ((13.0, 5.0, 0.12),),
}
"""Bumps of a day: local hour, width in hours, height."""
NIGHT = {"shop": 0.12, "office": 0.06, "world": 0.55, "even": 0.85}
SUNDAY = {"shop": 1.22, "office": 0.3, "world": 0.92, "even": 0.97}
SATURDAY = {"shop": 1.15, "office": 0.38, "world": 0.95, "even": 0.98}


@dataclass
class Rhythm:
    """How a load goes through days and weeks; its busiest usual moment is about 1."""

    clock: Clock
    shape: str
    phase: float
    growth: float
    level: Floats = field(init=False)

    def __post_init__(self) -> None:
        hour = (self.clock.hour - self.phase) % 24
        day = np.full(self.clock.size, NIGHT[self.shape])
        for at, width, height in SHAPES[self.shape]:
            away = np.abs((hour - at + 12) % 24 - 12)
            day += height * np.exp(-((away / width) ** 2) / 2)
        factor = np.ones(self.clock.size)
        factor[self.clock.weekday == 5] = SATURDAY[self.shape]
        factor[self.clock.weekday == 6] = SUNDAY[self.shape]
        self.level = day / day.max() * factor * (1 + self.growth) ** self.clock.age_weeks

    @classmethod
    def drawn(cls, rng: Rng, clock: Clock, shapes: tuple[str, ...] = ("shop", "shop", "office", "world")) -> "Rhythm":
        """Draw a rhythm; most traffic grows a little, some falls."""
        return cls(clock, str(rng.choice(shapes)), rng.uniform(-0.8, 0.8), rng.normal(0.008, 0.012))

    def busy_hour(self) -> float:
        """Return the local hour at which the load is highest on a working day."""
        return self._hour(int(np.argmax(self._profile())))

    def quiet_hour(self) -> float:
        """Return the local hour at which the load is lowest on a working day."""
        return self._hour(int(np.argmin(self._profile())))

    def _profile(self) -> Floats:
        day = next(number for number in range(7) if self.clock.is_workday(number))
        start = self.clock.slot(day)
        return self.level[start : start + 24 * HOUR]

    @staticmethod
    def _hour(slot: int) -> float:
        return slot / HOUR


def load(rng: Rng, rhythm: Rhythm, noisy: float = 1.0) -> Floats:
    """Return a rhythm with the noise of real load around it."""
    size = rhythm.clock.size
    deviation = noisy * rng.uniform(0.04, 0.1)
    return rhythm.level * np.exp(texture(rng, size, deviation)) * bursts(rng, size, 3 * noisy, 0.8 * noisy)


@dataclass
class Nightly:
    """A job of every night: local hour, minutes it takes, how much either varies; changed day by day by a fault."""

    hour: float
    minutes: float
    jitter_min: float
    starts: Floats
    lasts: Floats

    @classmethod
    def drawn(cls, rng: Rng, clock: Clock, hour: float | None = None) -> "Nightly":
        """Draw a job; some begin by the clock, some after whatever comes before them."""
        at = rng.uniform(0.5, 5) if hour is None else hour
        minutes, jitter = rng.uniform(20, 75), float(rng.choice([0, 2, 10, 20]))
        starts = at * 60 + rng.uniform(0, 1, clock.days) * jitter
        lasts = minutes * np.exp(rng.normal(0, 0.1, clock.days))
        return cls(at, minutes, jitter, starts, lasts)

    def at_work(self, clock: Clock) -> Floats:
        """Return the share of each slot in which the job runs (0..1); it may run past midnight."""
        minute = (np.arange(clock.size) - np.searchsorted(clock.day, clock.day)) * 5.0
        busy = np.zeros(clock.size)
        for before in (0, 1):
            day = np.maximum(clock.day - before, 0)
            begins = self.starts[day] - before * 1440
            share = np.minimum(minute + 5, begins + self.lasts[day]) - np.maximum(minute, begins)
            busy = np.maximum(busy, np.clip(share / 5, 0, 1) * (clock.day >= before))
        return busy
