"""What a push did to one series: its farthest value against what is usual, and when it was back."""

from dataclasses import dataclass

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.events.around import LEAST_COVERAGE, Around
from sre_lib.analyse.events.chain import GIVE_OUT, Trace
from sre_lib.analyse.robust import Floats

NAN = float("nan")
MORE = 1.1
"""A tenth above the usual is an effect (as in `no_effect`)."""

BEYOND_NOISE = 3.0
"""And so many robust standard deviations of the half hour before the send around what is usual then."""

BACK_SHARE, BACK_FOR_MIN = 0.2, 10
"""It is back where less than this share of the rise is left, for so many minutes."""


@dataclass(frozen=True)
class Figures:
    """A trace within the hour after a send, in its unit; NaN where it cannot be told.

    `value` is the farthest value (the lowest where it falls; of requests the farthest above what is usual: that is the
    crowd, while an hour of the morning may end higher without one), `usual` what is usual then, `at_min` minutes from
    the send to it, `before` the median of the quarter of an hour before the send, `factor` value / usual. `left` is
    how far the limit was (negative: beyond it), `left_share` the same against the limit, for what falls against
    `before`.
    `coverage` is the share of the hour of which datapoints and the usual are known. `back_min` is minutes from the send
    until it was back (NaN: not within what is looked at, or it did not move); `followed`: enough was seen after the
    farthest value to say that it was not.
    """

    trace: Trace
    period_s: int
    value: float
    usual: float
    at_min: float
    before: float
    moved: bool
    coverage: float = 1.0
    back_min: float = NAN
    followed: bool = True

    @property
    def told(self) -> bool:
        """Tell whether enough of the hour was seen to say that nothing moved, or how far it did."""
        return self.coverage >= LEAST_COVERAGE

    @property
    def factor(self) -> float:
        """Return the value against what is usual; NaN where that is 0 or not known."""
        return self.value / self.usual if self.usual > 0 else NAN

    @property
    def left(self) -> float:
        """Return how far the limit was at the farthest value."""
        limit = self.trace.limit
        if limit is None:
            return NAN
        return self.value - limit if self.trace.falls else limit - self.value

    @property
    def left_share(self) -> float:
        """Return the same as a share of the limit (for what falls: of what was there before)."""
        whole = self.before if self.trace.falls else self.trace.limit
        return self.left / whole if whole and whole > 0 and self.trace.role in GIVE_OUT else NAN


def figures_of(around: Around) -> Figures | None:
    """Return what a push did to a series; None where there is no datapoint in the hour after its send."""
    hour = around.hour
    values = np.where(hour, around.values, np.nan)
    if not np.isfinite(values).any():
        return None
    sign = -1.0 if around.trace.falls else 1.0
    place = _farthest(around, values, sign)
    value, usual = float(values[place]), float(around.usual[place])
    moved = _moved(around, sign, value, usual)
    known = np.isfinite(around.values + around.usual)
    after = known[place + 1 :]
    return Figures(
        around.trace,
        around.period_s,
        value,
        usual,
        max(0.0, float(around.minutes[place])),
        robust.median(around.values[~around.since & (around.minutes >= -15)]),
        moved,
        float(known[hour].mean()),
        _back(around, place, sign) if moved else NAN,
        bool(after.size and after.mean() >= LEAST_COVERAGE),
    )


def _farthest(around: Around, values: Floats, sign: float) -> int:
    """Return the place of the farthest of some values, of which there is one."""
    above = values - around.usual
    crowd = around.trace.role == "requests" and np.isfinite(above).any()
    return int(np.nanargmax(above if crowd else sign * values))


def _moved(around: Around, sign: float, value: float, usual: float) -> bool:
    """Tell whether a value is far from what is usual, by share, by the noise, and by what is worth a word."""
    calm = (around.values - around.usual)[~around.since]
    noise = robust.spread(calm)
    reach = max(BEYOND_NOISE * noise if np.isfinite(noise) else 0.0, around.trace.least / _periods(around))
    return bool(sign * (value - usual) > max(reach, (MORE - 1) * abs(usual)))


def _periods(around: Around) -> float:
    """Return the minutes of 300 s for a count, whose least change is one of 300 s."""
    return 5.0 if around.trace.per_minute else 1.0


def _back(around: Around, place: int, sign: float) -> float:
    """Return minutes from the send until a series was back, for `BACK_FOR_MIN`; NaN where it was not."""
    rise: Floats = sign * (around.values - around.usual)
    back = ~(rise > BACK_SHARE * rise[place]) & np.isfinite(rise)
    slots = max(1, BACK_FOR_MIN * 60 // around.period_s)
    for at in range(place + 1, len(back) - slots + 1):
        if back[at : at + slots].all():
            return float(around.minutes[at])
    return NAN
