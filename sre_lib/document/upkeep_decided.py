"""What earlier meetings decided on upkeep, measured again: "not renewed: 12 days left (26 at that meeting)"."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sre_lib.analyse.upkeep.became import Became, Then, became, then_of
from sre_lib.analyse.upkeep.due import Due
from sre_lib.analyse.upkeep.naming import id_in
from sre_lib.collect.archive import Archive
from sre_lib.collect.upkeep import kept
from sre_lib.document.minutes.upkeep_lines import VERDICT_NAMES, UpkeepDecision
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep_texts import item_text, left_text
from sre_lib.errors import ArchiveError
from sre_lib.model import Week
from sre_lib.upkeep import UpkeepLook
from sre_lib.weeks import named
from sre_lib.wording import N_, Wording

SETTLED_WEEKS = 4
"""What is done for so many weeks is folded away, as among the findings."""

_STILL: Mapping[str, str] = {
    "certificate": N_("not renewed: {left}"),
    "engine": N_("still {engine} {version}: {left}"),
    "maintenance": N_("still waits: {left}"),
}
_GONE: Mapping[str, str] = {
    "certificate": N_("not in use any more"),
    "maintenance": N_("done or withdrawn: it waits no more"),
}


@dataclass(frozen=True)
class DecidedUpkeep:
    """A verdict of an earlier meeting and what became of it."""

    decision: UpkeepDecision
    found: Became

    def what(self, say: Wording) -> str:
        """Return what was decided on."""
        item = self.found.then.item if self.found.then else self.found.now.item if self.found.now else None
        return item_text(item, say) if item else self.decision.name

    def verdict(self, say: Wording) -> str:
        """Return the verdict, with its day where something was accepted."""
        name = say(VERDICT_NAMES[self.decision.verdict])
        until = self.decision.until
        return say("{verdict} until {day}", verdict=name, day=until.isoformat()) if until else name

    def said(self, say: Wording) -> str:
        """Return what was decided: what was accepted until when and why, else the line as it was typed."""
        if self.decision.until is None:
            return self.decision.text
        return ": ".join(filter(None, (self.verdict(say), self.decision.reason)))

    def then(self, say: Wording) -> str:
        """Return how long it had when the meeting decided; empty where that is not known."""
        days = self.found.then.days if self.found.then else None
        if days is None:
            return ""
        if days < 0:
            return say.plural("ended {n} day ago", "ended {n} days ago", -days)
        return say.plural("{n} day left", "{n} days left", days)

    def now(self, say: Wording, today: date, day: Callable[[date], str]) -> str:
        """Return the sentence of what became of it; `day` says a day in words."""
        said = _text(self.found, say, day, named=bool(id_in(self.decision.name)))
        until = self.decision.until
        if until and until < today and not self.found.done:
            return say("{said}; accepted until {day}, which is over", said=said, day=until.isoformat())
        return said

    def settled(self, opened: Opened) -> bool:
        """Tell whether nothing is left to watch: done, and decided on weeks ago."""
        weeks = (opened.week.start - week_of(self.decision.week, opened).start).days // 7
        return self.found.done and weeks >= SETTLED_WEEKS


def decided_upkeep(
    opened: Opened, archive: Archive, due: Sequence[Due], looks: Sequence[UpkeepLook]
) -> tuple[DecidedUpkeep, ...]:
    """Return the newest verdict on each thing, measured again; the newest first."""
    then: dict[str, tuple[UpkeepLook, ...]] = {}
    found = []
    for each in opened.meeting.upkeep:
        if each.week not in then:
            then[each.week] = _looks(archive, each.week, opened)
        before: Then | None = then_of(opened.review, each.name, then[each.week], each.meeting)
        found.append(DecidedUpkeep(each, became(each.name, before, due, looks)))
    return tuple(sorted(found, key=lambda one: one.decision.week, reverse=True))


def week_of(name: str, opened: Opened) -> Week:
    """Return a week of the review by its name."""
    review = opened.review
    return named(name, review.timezone, review.week_start, review.history_weeks)


def _looks(archive: Archive, week: str, opened: Opened) -> tuple[UpkeepLook, ...]:
    """Return the looks of an earlier week; a damaged file counts as not there."""
    try:
        return kept.read(archive, week_of(week, opened))
    except ArchiveError:
        return ()


def _text(found: Became, say: Wording, day: Callable[[date], str], *, named: bool) -> str:
    """Return what became of it without the day until which it was accepted; `named`: its name has its id."""
    now, then = found.now, found.then
    if now is None:
        kind = then.item.kind if then else ""
        gone = say(_GONE.get(kind, N_("not there any more")))
        if found.outcome == "gone":
            return gone
        if then is None and not named:
            return say("cannot be told: nothing, or more than one thing, has this name")
        return say("cannot be told: its source did not answer in full")
    left = left_text(now, say)
    if found.outcome == "still":
        said = say(_STILL.get(now.item.kind, N_("still there: {left}")), left=left, engine=now.item.engine,
                   version=now.item.version)  # fmt: skip
        if then is None or then.days is None or then.days <= 0:
            return said
        return say.plural("{said} ({n} day at that meeting)", "{said} ({n} days at that meeting)", then.days, said=said)
    return _changed(found, left, say, day)


def _changed(found: Became, left: str, say: Wording, day: Callable[[date], str]) -> str:
    """Return what became of something that is not as it was."""
    now, then = found.now, found.then
    if now is None or then is None:
        return left
    if found.outcome == "upgraded":
        return say("now {engine} {version} (was {before}): {left}", engine=now.item.engine, version=now.item.version,
                   before=then.item.version, left=left)  # fmt: skip
    if found.outcome == "replaced" or (found.outcome == "later" and now.item.kind == "certificate"):
        return say("renewed since: {left}", left=left)
    new = day(now.day) if now.day else say("not known")
    if found.outcome == "later":
        return say("put off to {day}: {left}", day=new, left=left)
    return say("comes earlier, {day}: {left}", day=new, left=left)
