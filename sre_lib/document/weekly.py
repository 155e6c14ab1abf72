"""What the cells of the weekly notebook call: the week in one line, the findings, all services, what was not seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sre_lib.analyse.ranking import Ranking, rank
from sre_lib.document.agenda import Health, health, not_looked_at, own_run_notes, provenance_rows
from sre_lib.document.alarms import alarms_section
from sre_lib.document.changes import changes_section
from sre_lib.document.customers import felt
from sre_lib.document.display import Chart, Fragment, Plain, fragment, note
from sre_lib.document.events import events_section
from sre_lib.document.finding import discussion, finding_chart_or_note, kept_finding, lead, own_finding
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.look import Look
from sre_lib.document.minutes.meeting import Item
from sre_lib.document.opening import Opened, open_review
from sre_lib.document.sheet import felt_texts, sheet_row
from sre_lib.document.since import since_last_week, verdict_name
from sre_lib.document.upkeep import upkeep_section
from sre_lib.model import Finding
from sre_lib.store import file_name
from sre_lib.wording.findings import sentence
from sre_lib.wording.metrics import where
from sre_lib.wording.ranked import because, no_effect_text


def open_week(review: str, week: str, *, language: str = "", now: str = "", out: str = "") -> "WeeklyReview":
    """Open the week of a review; see `opening.open_review` for the parameters and what they raise."""
    return WeeklyReview(open_review(review, week, language=language, now=now, out=out))


@dataclass(frozen=True)
class WeeklyReview:
    """The weekly page; each method is one section."""

    opened: Opened

    @cached_property
    def ranking(self) -> Ranking:
        """Findings of all services in the order of the page; what the meeting saw stays what it discusses."""
        meeting = self.opened.meeting
        found = rank([look.analysis for look in self.opened.looks], aside=meeting.aside, apart=meeting.apart)
        if not meeting.items:
            return found
        every = {each.id: each for each in (*found.listed, *found.below_cut, *found.aside)}
        discuss = tuple(every[each.finding] for each in meeting.items if each.finding in every)
        taken = {each.id for each in discuss}
        also = tuple(each for each in found.listed if each.id not in taken)
        below = tuple(each for each in found.below_cut if each.id not in taken)
        aside = tuple(each for each in found.aside if each.id not in taken)
        return Ranking(discuss, also, below, aside, found.known)

    @cached_property
    def items(self) -> tuple[Item | None, ...]:
        """The sections of the findings to discuss; None for each where no minutes are kept."""
        return self.opened.meeting.items or (None,) * len(self.ranking.discuss)

    def since_last_week(self) -> Fragment:
        """Return what earlier meetings decided, measured again, and the open actions."""
        return since_last_week(self.opened)

    @cached_property
    def health(self) -> Health:
        """How much of what was asked for could be seen."""
        return health(self.opened)

    @property
    def line(self) -> str:
        """The week in one line: counts of services, findings and what could not be seen."""
        say, opened = self.opened.say, self.opened
        counts = [
            say.plural("{n} service looked at", "{n} services looked at", len(opened.looks) - self.health.without_data),
            say.plural("{n} finding to discuss", "{n} findings to discuss", len(self.items)),
            say.plural("{n} service with missing data", "{n} services with missing data", len(self.health.gaps)),
            say.plural("{n} not readable", "{n} not readable", len(self.health.unreadable)),
        ]
        return say.listing(counts)

    @property
    def discussed(self) -> list[tuple[str, str]]:
        """The findings to discuss in their order: each one's service and sentence."""
        named = [item.entry.service if item else self.ranking.discuss[at].service for at, item in enumerate(self.items)]
        return [(name, self._said(number)) for number, name in enumerate(named, 1)]

    def headline(self) -> Fragment:
        """Return the week in one line, then its dates, when it was made and how much data there was."""
        say, opened = self.opened.say, self.opened
        zone, week = opened.review.timezone, opened.week
        facts = [
            opened.review.title,
            week.name,
            say(
                "{first} to {last}",
                first=say.full_day(week.start, zone),
                last=say.full_day(week.end - timedelta(hours=1), zone),
            ),
            say("made {when} ({timezone})", when=say.full_time(opened.now, zone), timezone=zone),
            say("data coverage {share}", share=say.share(self.health.share)),
        ]
        line, notes = self.line, own_run_notes(opened)
        facts += [say("simulated data")] if opened.simulated else []
        discuss = [said for _, said in self.discussed]
        told = [f"{number}. {each}" for number, each in enumerate(discuss, 1)]
        plain = "\n".join([line, " · ".join(facts), *told, *notes])
        return fragment("headline", plain, say, line=line, facts=facts, notes=notes, discuss=discuss)

    def customers(self) -> Fragment:
        """Return what customers felt of each service: requests, latency, errors, business metrics."""
        say = self.opened.say
        rows = [(look.service.name, [felt_texts(each, look) for each in felt(look)]) for look in self.opened.looks]
        rows = [(name, cells) for name, cells in rows if cells]
        if not rows:
            return note(say("No load balancer and no business metric is in the review file."), say)
        plain = "\n".join(f"{name}: {'; '.join(' '.join(cell) for cell in cells)}" for name, cells in rows)
        return fragment("customers", plain, say, rows=rows)

    def events(self) -> Fragment:
        """Return pushes and load tests of the week, and what is planned for next week."""
        return events_section(self.opened)

    def upkeep(self) -> Fragment | None:
        """Return what expires and what runs out of support; None where nobody asked for it."""
        return upkeep_section(self.opened)

    def alarms(self) -> Fragment | None:
        """Return the week's alarms: who was told what, what no alarm saw; None where the review leaves them out."""
        return None if not self.opened.review.alarms else alarms_section(self.opened)

    def findings_to_discuss(self) -> list[Fragment | Chart]:
        """Return the sections of all findings to discuss, or one sentence where there is none."""
        if not self.items:
            text = self.opened.say("Nothing to discuss this week: no finding among what could be looked at.")
            return [note(text, self.opened.say)]
        return [each for number in range(1, len(self.items) + 1) for each in self.finding(number)]

    def finding(self, number: int) -> list[Fragment | Chart]:
        """Return the section of the finding with this rank (from 1): sentence, chart, question and next action."""
        if not 1 <= number <= len(self.items):
            return [note(self.opened.say("There is no finding number {number}.", number=number), self.opened.say)]
        item = self.items[number - 1]
        found = next((each for each in self.ranking.discuss if item and each.id == item.finding), None)
        found = self.ranking.discuss[number - 1] if item is None else found
        if found is None:
            return self._kept(item, number) if item else []
        look = self._look(found)
        page = f"services/{file_name(found.service)}.html" if self.opened.in_run else ""
        return [
            lead(look, found, number, item.entry.sentence if item else ""),
            finding_chart_or_note(look, found),
            discussion(look, found, self.opened.review, page),
        ]

    def _said(self, number: int) -> str:
        """Return the sentence of the finding with this rank."""
        item = self.items[number - 1]
        if item is None:
            return sentence(self.ranking.discuss[number - 1], self.opened.say, self._zone)
        found = next((each for each in self.ranking.discuss if each.id == item.finding), None)
        return sentence(found, self.opened.say, self._zone) if found else item.entry.sentence

    def _kept(self, item: Item, number: int) -> list[Fragment | Chart]:
        """Return the section of what people saw themselves, or of what is no longer found."""
        if item.entry.origin == "tool":
            return [kept_finding(self.opened, item, number)]
        places = [each.finding for each in self.items if each]
        also = places.index(item.also) + 1 if item.also and item.also in places else 0
        return own_finding(self.opened, item, number, also)

    def also_seen(self) -> Fragment:
        """Return the findings that were not chosen for the discussion, folded."""
        say = self.opened.say
        if not self.ranking.also:
            return note(say("Nothing else was seen."), say)
        title = say.plural("{n} more finding", "{n} more findings", len(self.ranking.also))
        return self._folded(title, self.ranking.also)

    def how_to_read(self) -> Fragment:
        """Return how the graphs of the page are read, folded."""
        return how_to_read(self.opened.say, ("finding", "small"))

    def set_aside(self) -> Fragment:
        """Return what verdicts and known events explain and what stayed below the cut, folded, for an audit."""
        say = self.opened.say
        lines = [*self._known(), *(sentence(each, say, self._zone) for each in self.ranking.below_cut)]
        if not lines:
            return note(say("Nothing was set aside."), say)
        if len(lines) == len(self.ranking.below_cut):
            title = say.plural("{n} departure below the cut", "{n} departures below the cut", len(lines))
        else:
            title = say.plural("{n} departure set aside", "{n} departures set aside", len(lines))
        return fragment("folded", "\n".join([title, *lines]), say, title=title, lines=lines)

    def changes(self) -> Fragment | None:
        """Return what changed in the week by service; None where nobody asked for it."""
        return changes_section(self.opened, self.opened.looks)

    def services(self) -> Fragment:
        """Return the contact sheet: one CPU and one memory graph a service, those that need attention first."""
        rows = [sheet_row(look, self.opened) for look in sorted(self.opened.looks, key=self._attention)]
        plain = "\n".join(row.plain for row in rows)
        return fragment("services", plain, self.opened.say, rows=rows, failed=list(self.opened.failed))

    def not_looked_at(self) -> Fragment:
        """Return what could not be judged, and why."""
        say = self.opened.say
        rows = not_looked_at(self.opened)
        if not rows:
            return note(say("Everything that was asked for could be looked at."), say)
        return fragment("not_looked_at", "\n".join(f"{row[0]}: {row[1]} – {row[2]}" for row in rows), say, rows=rows)

    def provenance(self) -> Fragment:
        """Return where everything on the page comes from."""
        rows = provenance_rows(self.opened)
        return fragment("provenance", "\n".join(f"{name}: {value}" for name, value in rows), self.opened.say, rows=rows)

    def summary(self) -> Plain:
        """Return the week as plain text without numbers: what was found where, in the order of the page."""
        lines = [
            f"{number}. {where(each.service, each.part)}: {each.metric}, {each.view}"
            for number, each in enumerate(self.ranking.discuss, 1)
        ]
        services = f"{len(self.opened.looks)} services, {self.opened.week.name}"
        return Plain("\n".join([services, *lines, *(f"failed: {name}" for name in self.opened.failed)]))

    def _known(self) -> list[str]:
        """Return what verdicts and known events set aside, with the reason, and events that nothing followed."""
        say, zone, aside = self.opened.say, self._zone, self.opened.meeting.aside
        lines = [
            say(
                "{sentence} – {verdict} ({week})",
                sentence=sentence(each, say, zone),
                verdict=verdict_name(aside[each.id].verdict, say),
                week=aside[each.id].week,
            )
            for each in self.ranking.aside
        ]
        lines += [
            say("{sentence} – {reason}", sentence=sentence(each, say, zone), reason=because(each, say, zone))
            for each in self.ranking.known
        ]
        silent = [(look.service.name, event) for look in self.opened.looks for event in look.analysis.no_effect]
        return [*lines, *(no_effect_text(name, event, say, zone) for name, event in silent)]

    @property
    def _zone(self) -> str:
        """Where people live."""
        return self.opened.review.timezone

    def _folded(self, title: str, findings: tuple[Finding, ...]) -> Fragment:
        """Return sentences of findings behind a title."""
        say = self.opened.say
        lines = [told for each in findings for told in self._told(each)]
        return fragment("folded", "\n".join([title, *lines]), say, title=title, lines=lines)

    def _told(self, finding: Finding) -> list[str]:
        """Return the sentences of a finding and of what belongs to its story."""
        return [sentence(each, self.opened.say, self._zone) for each in (finding, *finding.members)]

    def _look(self, finding: Finding) -> Look:
        """Return the service of a finding."""
        return self._by_name[finding.service]

    @cached_property
    def _by_name(self) -> Mapping[str, Look]:
        """Services by name."""
        return {look.service.name: look for look in self.opened.looks}

    def _attention(self, look: Look) -> tuple[float, bool, str]:
        """Return what services are sorted by: the weight of their findings, missing data, name."""
        weight = max((each.priority for each in look.analysis.findings), default=0.0)
        return (-weight, look.service.name not in self.health.gaps, look.service.name)
