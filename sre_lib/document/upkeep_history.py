"""Upkeep over the weeks: each thing that a meeting talked of or decided on, its days left, verdicts, and its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sre_lib.analyse.upkeep.naming import id_in
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.upkeep_lines import VERDICT_NAMES, UpkeepDecision, decided
from sre_lib.wording import Wording

MOST_WEEKS = 6
"""So many weeks of one thing are told."""


@dataclass(frozen=True)
class UpkeepSeen:
    """A thing in one week: by what it is known, its day and days left (None: not known), whether it was talked of."""

    id: str
    label: str
    day: date | None
    days: int | None
    discuss: bool


@dataclass(frozen=True)
class UpkeepWeek:
    """One week's upkeep. `seen` is None where it is not known any more; `whole`: every source told all."""

    week: str
    seen: tuple[UpkeepSeen, ...] | None = None
    whole: bool = False
    decided: tuple[UpkeepDecision, ...] = ()

    @classmethod
    def of(cls, minutes: Minutes, seen: Iterable[UpkeepSeen] | None, *, whole: bool = False) -> "UpkeepWeek":
        """Return a week with the verdicts of its minutes."""
        return cls(minutes.week, None if seen is None else tuple(seen), whole, tuple(decided(minutes)))


@dataclass(frozen=True)
class UpkeepSubject:
    """One thing over the weeks: days left by week (None: its day is not known), verdicts by week, and its end.

    `settled` is the first week after the last in which it was talked of in which its day was later, or it was gone
    (`gone`) and every source told all; empty: it is still open, or nobody knows.
    """

    id: str
    label: str
    days: Mapping[str, int | None] = field(default_factory=dict)
    verdicts: Mapping[str, UpkeepDecision] = field(default_factory=dict)
    settled: str = ""
    gone: bool = False


def upkeep_history(past: Sequence[UpkeepWeek]) -> tuple[UpkeepSubject, ...]:
    """Return all that was talked of or decided on over some weeks, oldest first; what is open comes first."""
    named: dict[str, str] = {}
    for week in past:
        named |= {each.id: each.label for each in week.seen or () if each.discuss}
        named |= {name: each.name for each in week.decided if (name := id_in(each.name)) and name not in named}
    rows = [(week, {each.id: each for each in week.seen or ()}) for week in past]
    found = (_subject(name, label, rows) for name, label in named.items())
    return tuple(sorted(found, key=lambda each: (bool(each.settled), min(each.days, default=""))))


def upkeep_table(subjects: Iterable[UpkeepSubject], say: Wording) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of the history page's table."""
    rows = [
        [
            each.label,
            _lefts(each, say),
            say.listing([f"{say(VERDICT_NAMES[one.verdict])} ({week})" for week, one in each.verdicts.items()]),
            _ended(each, say),
        ]
        for each in subjects
    ]
    return [say("What"), say("Days left, by week"), say("Verdicts"), say("Now")], rows


def _lefts(each: UpkeepSubject, say: Wording) -> str:
    """Return the days that were left week by week: of the first week and of the last ones."""
    lines = [
        f"{week}: {say('not known') if days is None else say.number(days)}" for week, days in each.days.items()
    ]  # fmt: skip
    return say.listing(lines if len(lines) <= MOST_WEEKS else [lines[0], "…", *lines[1 - MOST_WEEKS :]])


def _ended(each: UpkeepSubject, say: Wording) -> str:
    """Return since which week nothing is left to do, or that something is."""
    if not each.settled:
        return say("still open")
    if each.gone:
        return say("gone in {week}", week=each.settled)
    return say("renewed, upgraded or put off in {week}", week=each.settled)


def _subject(name: str, label: str, rows: Sequence[tuple[UpkeepWeek, Mapping[str, UpkeepSeen]]]) -> UpkeepSubject:
    """Return one thing over the weeks."""
    seen = {week.week: there[name] for week, there in rows if name in there}
    verdicts = {week.week: each for week, _ in rows for each in week.decided if id_in(each.name) == name}
    talked = [week for week, each in seen.items() if each.discuss] or list(verdicts)
    last = max(talked)
    before = seen[last].day if last in seen else None
    days = {week: each.days for week, each in seen.items()}
    for week, _ in rows:
        if week.week <= last or week.seen is None:
            continue
        now = seen.get(week.week)
        if now is None and week.whole:
            return UpkeepSubject(name, label, days, verdicts, week.week, gone=True)
        if now and now.day and before and now.day > before:
            return UpkeepSubject(name, label, days, verdicts, week.week)
    return UpkeepSubject(name, label, days, verdicts)
