"""The minutes without names and words: what was decided on findings and alarms, and nothing of what was written."""

from collections.abc import Sequence
from dataclasses import replace

from sre_lib.analyse.ranking import rank
from sre_lib.document.minutes import meeting
from sre_lib.document.minutes.alarm_lines import ALARMS, read_alarms
from sre_lib.document.minutes.form import Discussion
from sre_lib.document.minutes.meeting import Matches
from sre_lib.document.minutes.record import Entry, Minutes, Written
from sre_lib.document.opening import Opened
from sre_lib.model import Finding
from sre_lib.run.share.review_row import metric_key
from sre_lib.run.share.stand_ins import Shown
from sre_lib.wording.findings import sentence


def verdicts(minutes: Minutes, opened: Opened, shown: Shown) -> Minutes:
    """Return the minutes for the redacted week that was opened: its findings in the meeting's order, with verdicts.

    What the tool no longer finds, and what people saw themselves, is told by their words alone and left out with them.
    """
    if not minutes.begun:
        return Minutes(minutes.week, minutes.meeting)
    named = tuple(_named(each, shown) for each in minutes.entries if each.origin == "tool")
    found = _found(opened, replace(minutes, entries=named))
    lines = "\n".join(_alarm_lines(minutes, shown))
    entries = tuple(
        replace(
            meeting.entry_of(
                found[each.id], found[each.id].id, sentence(found[each.id], opened.say, opened.week.timezone)
            ),
            written=Written(_verdict(each.discussion(minutes.meeting))),
        )
        for each in named
        if each.id in found
    )
    return Minutes(minutes.week, minutes.meeting, entries, {ALARMS: Written(lines)} if lines else {})


def _named(entry: Entry, shown: Shown) -> Entry:
    """Return an entry by the stand-ins of what it is about."""
    names = shown.names
    return replace(
        entry, service=names.name(entry.service), part=names.name(entry.part), metric=metric_key(entry.metric, shown)
    )


def _found(opened: Opened, minutes: Minutes) -> dict[str, Finding]:
    """Return the finding of the redacted week that each entry is, by the entry's id."""
    analyses = [look.analysis for look in opened.looks]
    first = rank(analyses).discuss
    rest = [each for analysis in analyses for each in (*analysis.findings, *analysis.below_cut)]
    every: Sequence[Finding] = list({each.id: each for each in (*first, *rest)}.values())
    matches = Matches.of(every, minutes, (), opened.week.timezone)
    return {matches.here[each.id].same: each for each in every if matches.here[each.id].same}


def _verdict(said: Discussion) -> str:
    """Return the verdict as people type it; empty where there is none."""
    if not said.verdict:
        return ""
    until = f" until {said.until.isoformat()}" if said.until else ""
    return f"**Verdict:** {said.verdict.value}{until}"


def _alarm_lines(minutes: Minutes, shown: Shown) -> list[str]:
    """Return a line for each verdict on an alarm."""
    written = minutes.notes.get(ALARMS)
    found = read_alarms(written.text) if written else ()
    return [f"- `{shown.names.alarm(each.name)}`: {each.verdict.value}" for each in found if each.verdict]
