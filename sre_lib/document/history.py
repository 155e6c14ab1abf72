"""What became of it all: findings, verdicts and actions over the weeks, from the minutes and findings of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sre_lib.analyse.identity import match
from sre_lib.document.minutes.form import Action, Verdict
from sre_lib.document.minutes.meeting import action_key, actions_of, known_of_entry
from sre_lib.document.minutes.record import Entry, Minutes
from sre_lib.document.own_findings import missed
from sre_lib.document.upkeep_history import UpkeepSubject, UpkeepWeek, upkeep_history
from sre_lib.earlier import Known, Outcome
from sre_lib.model import Finding

Place = tuple[str, str, str]
"""Service, part and metric."""


@dataclass(frozen=True)
class PastWeek:
    """One week: its minutes, and what its run found (None: not known any more), also below the cut.

    `not_judged` is what nothing can be said of; `became` what was measured of earlier verdicts, by `<week>/<id>`.
    """

    minutes: Minutes
    findings: tuple[Finding, ...] | None = None
    below_cut: tuple[Finding, ...] = ()
    not_judged: frozenset[Place] = frozenset()
    became: Mapping[str, Outcome] = field(default_factory=dict)
    upkeep: UpkeepWeek | None = None


@dataclass(frozen=True)
class WeekRow:
    """What one week's meeting had: findings in its document, verdicts, actions, what people saw and the tool missed."""

    week: str
    findings: int
    verdicts: Mapping[Verdict, int]
    opened: int
    closed: int
    open: int
    missed: int


@dataclass(frozen=True)
class Subject:
    """One subject over the weeks: its latest entry, the weeks in which it was there, and what was decided last.

    `fixed` is the first week with the verdict `fix` and `gone` the first week after it in which it was measured to be
    gone or, where it was not measured, in which its metric was judged and it was not found, not even below the cut
    (each empty: none); `took` is the weeks from one to the other. `back` tells whether it came again later.
    """

    entry: Entry
    weeks: tuple[str, ...]
    verdict: Verdict | None = None
    fixed: str = ""
    gone: str = ""
    took: int = 0
    back: bool = False


@dataclass(frozen=True)
class ActionRow:
    """One action: on which service (empty: the meeting as a whole), opened and closed (empty: open) in which week."""

    action: Action
    service: str
    opened: str
    closed: str = ""


@dataclass(frozen=True)
class ServiceRow:
    """One service over all weeks."""

    service: str
    findings: int
    verdicts: Mapping[Verdict, int]
    gone: int
    recurring: int
    missed: int
    open: int


@dataclass(frozen=True)
class History:
    """All of it; weeks oldest first, subjects and services with the most weeks or findings first."""

    weeks: tuple[WeekRow, ...] = ()
    subjects: tuple[Subject, ...] = ()
    services: tuple[ServiceRow, ...] = ()
    actions: tuple[ActionRow, ...] = ()
    missed: tuple[tuple[str, Entry], ...] = ()
    upkeep: tuple[UpkeepSubject, ...] = ()

    @property
    def resolutions(self) -> tuple[Subject, ...]:
        """Return the subjects that the meeting decided to fix."""
        return tuple(each for each in self.subjects if each.fixed)

    @property
    def recurring(self) -> tuple[Subject, ...]:
        """Return the subjects that were there in more than one week."""
        return tuple(each for each in self.subjects if len(each.weeks) > 1)


def history(past: Sequence[PastWeek], timezone: str) -> History:
    """Return what became of it all over some weeks, oldest first; `timezone` is where people live."""
    subjects = tuple(sorted(_subjects(past, timezone), key=lambda each: -len(each.weeks)))
    actions = _actions([each.minutes for each in past])
    unseen = tuple((each.minutes.week, entry) for each in past for entry in missed(each.minutes.entries))
    weeks = tuple(_week(each.minutes, actions) for each in past)
    upkeep = upkeep_history([each.upkeep for each in past if each.upkeep])
    return History(weeks, subjects, _services(past, subjects, actions), actions, unseen, upkeep)


@dataclass
class _Chain:
    """The entries of one subject with their weeks' places, the places of the weeks in which it was there, or hardly.

    `became` is what was measured of it, by the place of the week.
    """

    entries: list[tuple[int, Entry]] = field(default_factory=list)
    there: set[int] = field(default_factory=set)
    hardly: set[int] = field(default_factory=set)
    became: dict[int, Outcome] = field(default_factory=dict)

    def gone(self, at: int, week: PastWeek) -> bool:
        """Tell whether the week at a place says that it is gone."""
        if at in self.became:
            return self.became[at] == "gone"
        entry = self.entries[-1][1]
        place = (entry.service, entry.part, entry.metric)
        return at not in self.there | self.hardly and week.findings is not None and place not in week.not_judged

    def back(self, after: int) -> bool:
        """Tell whether it was there again after a week."""
        again = {at for at, outcome in self.became.items() if outcome not in {"gone", "cannot_tell"}}
        return max(self.there | again) > after


def _subjects(past: Sequence[PastWeek], timezone: str) -> Iterable[Subject]:
    """Yield every subject, by its first entry."""
    chains: dict[str, _Chain] = {}
    of: dict[str, _Chain] = {}
    known: list[Known] = []
    for at, week in enumerate(past):
        found = (*(week.findings or ()), *week.below_cut)
        for finding, each in zip(found, match(known, found, timezone), strict=True):
            if name := each.same or each.subject:
                (of[name].hardly if finding in week.below_cut else of[name].there).add(at)
        for name, outcome in week.became.items():
            if name in of:
                of[name].became[at] = outcome
        for entry in week.minutes.entries:
            name = f"{week.minutes.week}/{entry.id}"
            chain = of[name] = of.get(entry.follows) or chains.setdefault(name, _Chain())
            chain.entries.append((at, entry))
            chain.there.add(at)
            known.append(replace(known_of_entry(entry), id=name))
    return (_subject(each, past) for each in chains.values())


def _subject(chain: _Chain, past: Sequence[PastWeek]) -> Subject:
    """Return one subject with what was decided and whether it went."""
    decided = [(at, each.discussion(past[at].minutes.meeting).verdict) for at, each in chain.entries]
    last = next((verdict for _, verdict in reversed(decided) if verdict), None)
    entry = chain.entries[-1][1]
    weeks = tuple(past[at].minutes.week for at in sorted(chain.there))
    fixed = next((at for at, verdict in decided if verdict is Verdict.FIX), None)
    if fixed is None:
        return Subject(entry, weeks, last)
    gone = next((at for at in range(fixed + 1, len(past)) if chain.gone(at, past[at])), None)
    if gone is None:
        return Subject(entry, weeks, last, past[fixed].minutes.week)
    first, then = past[fixed].minutes, past[gone].minutes
    took = round((then.meeting - first.meeting).days / 7)
    return Subject(entry, weeks, last, first.week, then.week, took, chain.back(gone))


def _actions(minutes: Sequence[Minutes]) -> tuple[ActionRow, ...]:
    """Return every action by the week in which it was first written; one that is done once is closed."""
    closed: list[ActionRow] = []
    standing: dict[tuple[str, str], ActionRow] = {}
    for each in minutes:
        for service, action in _of_week(each):
            key = action_key(action)
            row = replace(standing.get(key, ActionRow(action, service, each.week)), action=action)
            standing[key] = row
            if action.done:
                closed.append(replace(standing.pop(key), closed=each.week))
    return tuple(sorted((*closed, *standing.values()), key=lambda row: (row.opened, row.closed or "~")))


def _of_week(minutes: Minutes) -> Iterable[tuple[str, Action]]:
    """Return the actions of a week with their service, those that are done last: a box ticked once is ticked."""
    notes = [("", action) for _, action in actions_of(replace(minutes, entries=()))]
    said = [
        (entry.service, action) for entry in minutes.entries for action in entry.discussion(minutes.meeting).actions
    ]
    return sorted((*said, *notes), key=lambda each: each[1].done)


def _week(minutes: Minutes, actions: Sequence[ActionRow]) -> WeekRow:
    """Return one week's row."""
    name = minutes.week
    return WeekRow(
        week=name,
        findings=len(minutes.entries),
        verdicts=_verdicts((each, minutes.meeting) for each in minutes.entries),
        opened=sum(each.opened == name for each in actions),
        closed=sum(each.closed == name for each in actions),
        open=sum(each.opened <= name and (not each.closed or each.closed > name) for each in actions),
        missed=len(missed(minutes.entries)),
    )


def _services(
    past: Sequence[PastWeek], subjects: Sequence[Subject], actions: Sequence[ActionRow]
) -> tuple[ServiceRow, ...]:
    """Return the rows of all services that any week's document or action names, most findings first."""
    entries = [(each, week.minutes.meeting) for week in past for each in week.minutes.entries]
    rows = [
        ServiceRow(
            service=name,
            findings=sum(each.service == name for each, _ in entries),
            verdicts=_verdicts((each, day) for each, day in entries if each.service == name),
            gone=sum(bool(each.gone) for each in subjects if each.entry.service == name),
            recurring=sum(len(each.weeks) > 1 for each in subjects if each.entry.service == name),
            missed=len(missed([each for each, _ in entries if each.service == name])),
            open=sum(each.service == name and not each.closed for each in actions),
        )
        for name in dict.fromkeys(each.service for each, _ in entries)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.findings, row.service)))


def _verdicts(entries: Iterable[tuple[Entry, date]]) -> dict[Verdict, int]:
    """Return how often each verdict was given; none that was not."""
    counts: dict[Verdict, int] = {}
    for entry, meeting in entries:
        verdict = entry.discussion(meeting).verdict
        if verdict:
            counts[verdict] = counts.get(verdict, 0) + 1
    return counts
