"""Which time a run looks at, and what CloudWatch still has of it at which period."""

from collections.abc import Iterable
from dataclasses import dataclass

from sre_lib.collect.spans import SETTLED_AFTER_S, Span, asked, settled
from sre_lib.collect.windows import DAY_S, HOUR_S, MINUTE_S, Window, aligned, epoch, floor
from sre_lib.model import PERIOD_S, Week

KEPT_S = {MINUTE_S: 15 * DAY_S - HOUR_S, PERIOD_S: 63 * DAY_S - HOUR_S, HOUR_S: 455 * DAY_S - HOUR_S}
"""How long CloudWatch keeps a period (AWS API reference, GetMetricData), less an hour: beyond, it silently answers
nothing."""
FILLING_S = 15 * 60
"""Values still change for some ten minutes (prometheus/cloudwatch_exporter waits 600 s): younger ones are not asked
for, so that they are neither final nor taken for complete."""


@dataclass(frozen=True)
class Reach:
    """The windows of one run: history and week as far as they have happened; each begins and ends with a slot.

    `minutes`, `fives` and `hours` can be asked at 60, 300 and 3600 s. `hours` ends where `fives` may begin: it is asked
    only for what no shorter period has. `oldest` is the first hour that still exists, by period; `over` tells whether
    all of the week is old enough to be final.
    """

    whole: Window
    week: Window
    oldest: dict[int, int]
    over: bool

    @classmethod
    def of(cls, week: Week, now_s: int) -> "Reach":
        """Return the windows of a week as they stand at `now_s`."""
        end = min(epoch(week.end), floor(now_s - FILLING_S, PERIOD_S))
        oldest = {period_s: -floor(-(now_s - kept_s), HOUR_S) for period_s, kept_s in KEPT_S.items()}
        over = floor(now_s - SETTLED_AFTER_S, HOUR_S) >= epoch(week.end)
        return cls(Window(epoch(week.history_start), end), Window(epoch(week.start), end), oldest, over)

    @property
    def minutes(self) -> Window:
        """Return what exists at 60 s."""
        return Window(max(self.whole.start, self.oldest[MINUTE_S]), self.whole.end)

    @property
    def fives(self) -> Window:
        """Return what exists at 300 s."""
        return Window(max(self.whole.start, self.oldest[PERIOD_S]), self.whole.end)

    @property
    def beyond(self) -> Window:
        """Return the hours of which CloudWatch has no 300 s datapoints any more."""
        start, end = aligned(self.whole, HOUR_S)
        return Window(start, min(end, self.oldest[PERIOD_S]))

    @property
    def hours(self) -> Window:
        """Return what exists at 3600 s alone."""
        start, end = self.beyond
        return Window(max(start, self.oldest[HOUR_S]), end)

    def gone(self, period_s: int) -> Window:
        """Return the time of which CloudWatch has no datapoints of a period any more."""
        return Window(
            floor(self.whole.start, HOUR_S) if period_s == HOUR_S else self.whole.start, self.oldest[period_s]
        )

    def covered(self, spans: Iterable[Span]) -> list[Window]:
        """Return what need not be asked again at 60 or 300 s.

        That is what is final or cannot be asked for any more, and until the whole week can be final whatever was
        answered in full of it.
        """
        known = list(spans)
        week = [] if self.over else asked(known, self.week)
        return [*settled(known), *week, *asked(known, self.gone(PERIOD_S))]
