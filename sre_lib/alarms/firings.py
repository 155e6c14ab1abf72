"""When an alarm was in ALARM, and the figures of its noise."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sre_lib.collect.alarms.reading import UNKNOWN, StateSpan

WEEK = timedelta(weeks=1)
SHORT = timedelta(minutes=5)
"""An episode that is over before anyone could open a laptop (New Relic's alert quality management counts the same)."""
FLAPPING = timedelta(minutes=10)
"""An alarm that fires again so soon after it was over is flapping."""
TOGETHER = timedelta(minutes=5)
"""Two alarms that fire so close to each other tell of one thing."""
SAME_MINUTE = 10
"""Minutes of the day within which firings of several days are at the same time."""
NIGHT = (22, 7)
"""Hours of the review's time zone in which a notification wakes somebody up."""
WORK = (9, 18)
_SATURDAY = 5
_LEAST_DAYS = 3


class Firing(NamedTuple):
    """An alarm was in ALARM in `[start, end)` (UTC); `began`: it went into ALARM then; `over`: it left it then."""

    start: datetime
    end: datetime
    began: bool = True
    over: bool = True

    @property
    def lasted(self) -> timedelta:
        """How long, as far as it is known."""
        return self.end - self.start


@dataclass(frozen=True)
class Noise:
    """The noise of one alarm in the weeks that are known of it (`weeks`, may be a fraction).

    `firings`, `a_week`; `minutes` in ALARM a week; `short_share` of episodes under 5 minutes (NaN without any);
    `flapping`, `night`, `off_hours`: firings; `same_minute`: days on which it fired at the same time of day (0: fewer
    than three); `with_alarm`: the alarm that fired with every one of at least three firings (empty: none did).
    """

    weeks: float
    firings: int
    minutes: float
    short_share: float
    flapping: int = 0
    night: int = 0
    off_hours: int = 0
    same_minute: int = 0
    with_alarm: str = ""

    @property
    def a_week(self) -> float:
        """Firings a week; NaN where nothing is known."""
        return self.firings / self.weeks if self.weeks else float("nan")


def firings_of(spans: Sequence[StateSpan]) -> tuple[Firing, ...]:
    """Return when an alarm was in ALARM; one that its history begins or ends with is marked so."""
    last = len(spans) - 1
    return tuple(
        Firing(
            each.start, each.end, place > 0 and spans[place - 1].state != UNKNOWN,
            place < last and spans[place + 1].state != UNKNOWN,
        )
        for place, each in enumerate(spans)
        if each.state == "ALARM"
    )  # fmt: skip


def noise_of(spans: Sequence[StateSpan], zone: ZoneInfo, others: Mapping[str, Sequence[Firing]]) -> Noise:
    """Return the figures of an alarm's noise; `others` are the firings of the other alarms by name."""
    known = sum((each.end - each.start for each in spans if each.state != UNKNOWN), timedelta())
    episodes = firings_of(spans)
    begun = [each for each in episodes if each.began]
    ended = [each for each in begun if each.over]
    short = [each for each in ended if each.lasted < SHORT]
    weeks = known / WEEK
    lasted = sum((each.lasted for each in episodes), timedelta())
    return Noise(
        weeks=weeks,
        firings=len(begun),
        minutes=lasted / timedelta(minutes=1) / weeks if weeks else 0.0,
        short_share=len(short) / len(ended) if ended else float("nan"),
        flapping=sum(after.start - before.end <= FLAPPING for before, after in pairwise(episodes)),
        night=sum(at_night(each.start, zone) for each in begun),
        off_hours=sum(is_off_hours(each.start, zone) for each in begun),
        same_minute=_same_minute(begun, zone),
        with_alarm=_with(begun, others),
    )


def at_night(at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a moment lies in the night of a time zone."""
    hour = at.astimezone(zone).hour
    return hour >= NIGHT[0] or hour < NIGHT[1]


def is_off_hours(at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a moment lies outside working hours: before 9, from 18 on, or at a weekend."""
    local = at.astimezone(zone)
    return local.weekday() >= _SATURDAY or not WORK[0] <= local.hour < WORK[1]


def _same_minute(begun: Iterable[Firing], zone: ZoneInfo) -> int:
    """Return on how many days an alarm fired at its most usual time of day; 0 where on fewer than three."""
    local = [each.start.astimezone(zone) for each in begun]
    found: Counter[int] = Counter()
    for minute in {each.hour * 60 + each.minute for each in local}:
        near = {each.date() for each in local if 0 <= each.hour * 60 + each.minute - minute < SAME_MINUTE}
        found[minute] = len(near)
    most = max(found.values(), default=0)
    return most if most >= _LEAST_DAYS else 0


def _with(begun: Sequence[Firing], others: Mapping[str, Sequence[Firing]]) -> str:
    """Return the first other alarm that fired with every firing; empty where there are fewer than three."""
    if len(begun) < _LEAST_DAYS:
        return ""
    together = (name for name, fired in sorted(others.items()) if all(_near(each, fired) for each in begun))
    return next(together, "")


def _near(one: Firing, others: Iterable[Firing]) -> bool:
    """Tell whether another alarm fired within minutes of a firing."""
    return any(abs(one.start - each.start) <= TOGETHER for each in others)
