"""One collection of alarms under way: what is asked of which place, what came, what is missing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, get_args

from sre_lib import weeks
from sre_lib.collect.alarms.asking import (
    Told,
    ask_definitions,
    ask_history,
    ask_mute_rules,
    definition_of,
    item_of,
    mute_rule_of,
    state_of,
)
from sre_lib.collect.alarms.kept import (
    AlarmLook,
    AlarmType,
    Asked,
    Item,
    KeptDefinitions,
    KeptWeek,
    Listed,
    MuteSeen,
    SeenDefinition,
    StateSeen,
    place_text,
    put_definitions,
    put_week,
    read_week,
)
from sre_lib.collect.archive import Archive
from sre_lib.collect.changes.asking import Asking, Stretch
from sre_lib.collect.queries import Place
from sre_lib.errors import ArchiveError
from sre_lib.model import Week
from sre_lib.params import Review

KEPT = timedelta(days=30)
"""How long CloudWatch keeps the history of alarms (Amazon CloudWatch User Guide, "Alarms")."""
OVERLAP = timedelta(hours=1)
"""So much before the end of the last whole look is asked for again: items may come late."""
_MARGIN = timedelta(hours=1)
TYPES: tuple[AlarmType, ...] = get_args(AlarmType)


class AlarmsProblem(NamedTuple):
    """What was asked for of alarms and did not come in full: where (empty: the review's own place), and why."""

    place: str
    asked: str
    message: str

    def __str__(self) -> str:
        """Return the sentence."""
        where = f" of {self.place}" if self.place else ""
        return f"alarms{where} ({self.asked}): {self.message}"


@dataclass
class Task:
    """What came of alarms so far, and what lacks."""

    review: Review
    week: Week
    archive: Archive
    now: datetime
    definitions: list[SeenDefinition] = field(default_factory=list)
    states: list[StateSeen] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    looks: list[AlarmLook] = field(default_factory=list)
    mutes: list[MuteSeen] = field(default_factory=list)
    lacking: dict[AlarmsProblem, None] = field(default_factory=dict)
    _kept: dict[str, KeptWeek] = field(default_factory=dict)

    def ask(self, place: Place, asking: Asking) -> None:
        """Ask one place for what is not kept of its alarms."""
        known = self._looks()
        where = place_text(place)
        for type_ in TYPES:
            mine = [each for each in known if (each.place, each.type) == (where, type_)]
            if not any(each.asked == "definitions" and each.status == "complete" for each in mine):
                self._take_definitions(where, type_, ask_definitions(asking, type_))
            stretch = self._stretch(where, type_, mine)
            if stretch:
                self._take_history(where, type_, stretch, ask_history(asking, type_, stretch))
        # A denial is no problem of the run, and is not asked for again: the page says what that means.
        if not any((each.place, each.asked) == (where, "mute_rules") for each in known):
            self._take_mute_rules(where, ask_mute_rules(asking))

    def lacks(self, place: str, asked: str, message: str) -> None:
        """Note what is missing."""
        self.lacking[AlarmsProblem(place, asked, message)] = None

    def problems(self) -> tuple[AlarmsProblem, ...]:
        """Return what is missing."""
        return tuple(self.lacking)

    def write(self) -> None:
        """Write what came, each into its file; a damaged file is a problem and stays as it is."""
        edits = tuple(each for each in self.items if each.kind == "ConfigurationUpdate")
        whole = (each for each in self.looks if (each.asked, each.status) == ("definitions", "complete"))
        listed = tuple(Listed(each.place, each.type, each.at) for each in whole)
        new = KeptDefinitions(tuple(self.definitions), edits, listed)
        if new != KeptDefinitions():
            self._isolated("definitions", partial(put_definitions, self.archive, new))
        for week in self._weeks():
            of_week = self._of_week(week)
            if of_week != KeptWeek():
                self._isolated("history", partial(put_week, self.archive, week, of_week))

    def _take_definitions(self, place: str, type_: AlarmType, told: Told) -> None:
        """Take in the alarms that a place told of."""
        for each in told.entries:
            if self.review.wants_alarm(each["AlarmName"]):
                self.definitions.append(definition_of(each, type_, place, self.now))
                self.states.append(state_of(each, place, self.now))
        self._looked(place, "definitions", type_, _span(self.week), told)

    def _take_mute_rules(self, place: str, told: Told) -> None:
        """Take in the mute rules that a place told of."""
        self.mutes += (mute_rule_of(each, place, self.now) for each in told.entries)
        look = AlarmLook(place, "mute_rules", "MetricAlarm", *_span(self.week), self.now, told.status, told.message)
        self.looks.append(look)

    def _take_history(self, place: str, type_: AlarmType, stretch: Stretch, told: Told) -> None:
        """Take in the history that a place told of."""
        found = (item_of(each, type_, place) for each in told.entries if self.review.wants_alarm(each["AlarmName"]))
        self.items += found
        self._looked(place, "history", type_, stretch, told)

    def _looked(self, place: str, asked: Asked, type_: AlarmType, stretch: Stretch, told: Told) -> None:
        """Keep that a place was asked, and note what did not come."""
        self.looks.append(AlarmLook(place, asked, type_, *stretch, self.now, told.status, told.message))
        if told.status != "complete":
            self.lacks(place, f"{asked}, {type_}", told.message)

    def _stretch(self, place: str, type_: AlarmType, known: Iterable[AlarmLook]) -> Stretch | None:
        """Return of which time the history is not kept and still told; what is forgotten there is kept as gone."""
        end = min(self.week.end, self.now)
        since = _covered([each for each in known if each.asked == "history"], self._weeks()[0].start)
        kept_from = self.now - KEPT + _MARGIN
        if since < min(kept_from, end):
            gone = Stretch(since, min(kept_from, end))
            self.looks.append(AlarmLook(place, "history", type_, *gone, self.now, "gone"))
        if max(since, kept_from) >= end:
            return None
        return Stretch(max(kept_from, since - OVERLAP), end)

    def _weeks(self) -> tuple[Week, ...]:
        """Return the weeks whose files are concerned, oldest first: the review's, and all that CloudWatch tells of."""
        found = [*weeks.history(self.week), self.week]
        while found[0].start > self.now - KEPT and found[0].start > self.week.start - KEPT:
            found.insert(0, weeks.previous(found[0]))
        return tuple(found)

    def _looks(self) -> list[AlarmLook]:
        """Return the looks that are kept; those for definitions are of the reviewed week alone."""
        found: list[AlarmLook] = []
        for week in self._weeks():
            try:
                looks = read_week(self.archive, week.name).looks
            except ArchiveError as error:
                self.lacks("", "history", str(error))
                continue
            found += (each for each in looks if each.asked == "history" or week == self.week)
        return found

    def _of_week(self, week: Week) -> KeptWeek:
        """Return what of that which came belongs into the file of a week."""

        def clipped() -> Iterator[AlarmLook]:
            for each in self.looks:
                start, end = max(each.start, week.start), min(each.end, week.end)
                if start < end:
                    yield replace(each, start=start, end=end)

        items = (each for each in self.items if week.start <= each.at < week.end)
        states = self.states if week == self.week else ()
        mutes = self.mutes if week == self.week else ()
        return KeptWeek(tuple(items), tuple(clipped()), tuple(states), tuple(mutes))

    def _isolated(self, asked: Asked, write: Callable[[], None]) -> None:
        """Write a file; a damaged one is a problem of it alone."""
        try:
            write()
        except ArchiveError as error:
            self.lacks("", asked, str(error))


def _span(week: Week) -> Stretch:
    """Return a week as the time that a look is about."""
    return Stretch(week.start, week.end)


def _covered(looks: Sequence[AlarmLook], start: datetime) -> datetime:
    """Return until when all was looked at, or is gone, from `start` on."""
    until = start
    whole = (each for each in looks if each.status in {"complete", "gone"})
    for each in sorted(whole, key=lambda each: each.start):
        if each.start <= until:
            until = max(until, each.end)
    return until
