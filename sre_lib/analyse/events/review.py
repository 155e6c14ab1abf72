"""The events of a week: what each did, what a larger one would do, the headroom, and what is planned next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from math import isfinite

from sre_lib.analyse.events.around import Rows
from sre_lib.analyse.events.backtest import Backtest, backtest
from sre_lib.analyse.events.conformal import LEAST_PUSHES, TooFew
from sre_lib.analyse.events.headroom import Headroom, headroom_of
from sre_lib.analyse.events.measure import EventReview, comparable, observed, review_event
from sre_lib.analyse.events.observed import Observed, ResourceKey
from sre_lib.analyse.events.release import Release, deployments_of, release_of
from sre_lib.analyse.events.response import Response, respond, usable
from sre_lib.analyse.events.usual import weeks_later
from sre_lib.analyse.events.what_if import FACTORS, Planned, Standing, WhatIf, again, what_if
from sre_lib.catalog import Catalog
from sre_lib.event import Event
from sre_lib.model import PERIOD_S, Week

CROWDS = frozenset({"push", "broadcast", "sale"})
"""Events that bring people."""

ALIGNED = CROWDS | {"load_test", "batch"}
"""Events that are looked at from their start on."""

NEXT = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class EventsOfWeek:
    """What is told of the events around a week; the sentences are made from it.

    `targets` is the CPU that each service's scaling aims at, by service.
    """

    week: Week
    rows: Rows
    catalog: Catalog
    targets: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def known(self) -> tuple[Event, ...]:
        """All events that are known of history, week and the week after it, by time."""
        every = dict.fromkeys(each for week in self.rows.weeks.values() for each in week.events)
        return tuple(sorted(every, key=lambda each: (each.start, each.title)))

    @cached_property
    def every(self) -> tuple[EventReview, ...]:
        """What is looked at from its start on, of history and week, by time."""
        past = [each for each in self.known if each.kind in ALIGNED and each.start < self.week.end]
        return tuple(review_event(each, self.rows, self.catalog, self.targets) for each in past)

    @property
    def reviewed(self) -> tuple[EventReview, ...]:
        """Those of the week itself."""
        return tuple(each for each in self.every if self.week.start <= each.event.start)

    @property
    def crowds(self) -> tuple[EventReview, ...]:
        """Pushes, broadcasts and sales of the week."""
        return tuple(each for each in self.reviewed if each.event.kind in CROWDS)

    @property
    def unseen(self) -> tuple[EventReview, ...]:
        """Those of the week after which nothing rose."""
        return tuple(each for each in self.reviewed if each.effect == "none")

    @property
    def untold(self) -> tuple[EventReview, ...]:
        """Those of the week of which too little was seen to say whether anything rose."""
        return tuple(each for each in self.reviewed if each.effect == "unknown")

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """The deployments of the week with what moved after them, by time."""
        mine = [each for each in deployments_of(self.rows.weeks) if self.week.start <= each.start < self.week.end]
        return tuple(release_of(each, self._coarse, self.catalog) for each in mine)

    @property
    def load_tests(self) -> tuple[EventReview, ...]:
        """The load tests of history and week, the newest first."""
        return tuple(each for each in reversed(self.every) if each.event.kind == "load_test")

    def comparable(self, one: EventReview) -> tuple[EventReview, ...]:
        """Return earlier events of the same kind to about as many people, newest first."""
        return comparable(one.event, self.every)

    @property
    def observed(self) -> tuple[Observed, ...]:
        """What the model learns from."""
        return tuple(self._learned.values())

    @cached_property
    def _learned(self) -> Mapping[Event, Observed]:
        """The same by its event: crowds seen for most of their hour that nothing else overlapped, at one period.

        Those at 60 s where there are enough of them, else all at 300 s: an average over five minutes is lower than its
        highest minute, so that both together would be neither.
        """
        alone = [
            each for each in self.every if each.event.kind in CROWDS and _seen_whole(each) and not _disturbed(each)
        ]
        fine = {each.event: observed(each) for each in alone if each.period_s < PERIOD_S}
        if len(usable(list(fine.values()))) >= LEAST_PUSHES:
            return fine
        return {each.event: observed(self._at_300_s(each)) for each in alone}

    def _at_300_s(self, one: EventReview) -> EventReview:
        """Return an event measured at 300 s, anew where some of it was seen at 60 s."""
        if all(each.period_s == PERIOD_S for each in one.around.values()):
            return one
        return review_event(one.event, self._coarse, self.catalog)

    @cached_property
    def _coarse(self) -> Rows:
        """The series at 300 s alone."""
        return Rows(self.rows.weeks)

    @cached_property
    def model(self) -> Response | TooFew:
        """What a crowd does to the services, or how many pushes there are and how many are needed."""
        return respond(self.observed)

    @cached_property
    def backtest(self) -> Backtest | TooFew:
        """How well the model foretells pushes that it did not see."""
        return backtest(self.observed)

    def larger(self, one: EventReview) -> tuple[tuple[float, WhatIf], ...]:
        """Return what an event would have asked for with so many times the audience; () where nothing can be said."""
        if isinstance(self.model, TooFew):
            return ()
        seen = self._learned.get(one.event) or observed(one)
        thought = [(factor, again(seen, factor)) for factor in FACTORS]
        return tuple((factor, what_if(self.model, planned)) for factor, planned in thought if planned)

    @cached_property
    def headroom(self) -> tuple[Headroom, ...]:
        """The headroom of every resource with a limit, the least first."""
        return headroom_of(self.rows.weeks, self.catalog)

    @property
    def planned(self) -> tuple[Event, ...]:
        """What is known of the week after this one, by time."""
        last = self.week.end + NEXT
        return tuple(
            each
            for each in self.known
            if self.week.end <= each.start < last and each.kind not in {"holiday", "incident"}
        )

    def needs(self, event: Event) -> WhatIf | None:
        """Return what a planned crowd asks for, with the tasks of that time of the week; None: cannot be said."""
        if isinstance(self.model, TooFew) or event.kind not in CROWDS or not event.audience:
            return None
        before = _a_week_before(event, self.week.timezone)
        expected = observed(review_event(before, self._coarse, self.catalog))
        if not isfinite(expected.base):
            return None
        standing = {key: _standing(key, expected, self.observed) for key in self.model.resources}
        return what_if(self.model, Planned(event.start, event.audience, expected.base, standing))


def _seen_whole(one: EventReview) -> bool:
    """Tell whether a crowd was seen to come, without a gap that may hide its peak."""
    return one.visible and (one.requests is None or one.requests.told)


def _disturbed(one: EventReview) -> bool:
    """Tell whether something else that matters happened at the same time."""
    return any(each.kind in CROWDS | {"incident", "maintenance", "load_test"} for each in one.overlapping)


def _a_week_before(event: Event, timezone: str) -> Event:
    """Return an event as if it had been sent a week before by people's clocks: what is usual then is usual now."""
    start = weeks_later(event.start, -1, timezone)
    return replace(event, start=start, end=start + (event.end - event.start))


def _standing(key: ResourceKey, expected: Observed, pushes: Sequence[Observed]) -> Standing:
    """Return how a resource stands before a planned send: the tasks of that time of the week, the newest limits."""
    newest = next((each.resources[key] for each in reversed(pushes) if key in each.resources), None)
    now = expected.resources.get(key)
    tasks = now.tasks_before if now else float("nan")
    return Standing(newest.limit if newest else float("nan"), tasks, newest.tasks_most if newest else float("nan"))
