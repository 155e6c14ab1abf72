"""The section of one finding: its sentence, its chart, and what to talk about."""

from sre_lib.document.charts import finding_chart
from sre_lib.document.console import console_link
from sre_lib.document.display import Chart, Fragment, fragment, note
from sre_lib.document.look import Look, column_of
from sre_lib.document.minutes.meeting import Item
from sre_lib.document.opening import Opened
from sre_lib.document.own_findings import finding_of
from sre_lib.event import Event
from sre_lib.model import Column, Finding
from sre_lib.params import Review
from sre_lib.wording.findings import next_action, question, sentence, view_name, why_here
from sre_lib.wording.metrics import where
from sre_lib.wording.own import measured_text
from sre_lib.wording.ranked import why_ranked

MOST_EVENTS = 3
"""A finding of many days has many events near it; the chart shows them all."""


def lead(look: Look, finding: Finding, number: int, seen: str = "") -> Fragment:
    """Return what is said first: number, view and place, the sentence with numbers, what happened near it.

    `seen` is the sentence that the meeting saw, told where it was another one.
    """
    say, zone = look.say, look.week.timezone
    said = sentence(finding, say, zone)
    tags = [view_name(finding.view, say), *([look.service.owner] if look.service.owner else [])]
    events = [_event(each, look) for each in finding.events[:MOST_EVENTS]]
    if more := len(finding.events) - len(events):
        events.append(say.plural("and {n} more event", "and {n} more events", more))
    before = say("The meeting saw: {sentence}", sentence=seen) if seen not in {"", said} else ""
    plain = "\n".join([f"{number}. {said}", *([before] if before else []), *(f"   {each}" for each in events)])
    told = [sentence(each, say, zone) for each in finding.members]
    plain = "\n".join([plain, *(f"   + {each}" for each in told)])
    return fragment(
        "finding", plain, say, number=number, tags=tags, sentence=said, events=events, before=before, members=told
    )


def kept_finding(opened: Opened, item: Item, number: int) -> Fragment:
    """Return a finding of the minutes that this run no longer finds: as the meeting saw it."""
    say = opened.say
    tags = [where(item.entry.service, item.entry.part), say("no longer found, with your notes")]
    plain = f"{number}. {item.entry.sentence} ({tags[-1]})"
    return fragment(
        "finding", plain, say, number=number, tags=tags, sentence=item.entry.sentence, events=[], before="", members=[]
    )


def own_finding(opened: Opened, item: Item, number: int, also: int) -> list[Fragment | Chart]:
    """Return what the meeting saw itself: its sentence, what was measured, and its chart where the series is there.

    `also` is the number of the tool's own finding of the same (0: the tool did not find it).
    """
    say, entry = opened.say, item.entry
    tags = [where(entry.service, entry.part), say("seen by the meeting itself")]
    tags += [say("the tool found it, too: number {number}", number=also)] if also else []
    column, span = Column(entry.part, entry.metric, entry.statistic), (entry.start, entry.end)
    seen = measured_text(column, entry.unit, entry.evidence, span, say, opened.review.timezone)
    plain = f"{number}. {entry.sentence} ({tags[1]})\n   {seen}"
    head = fragment(
        "finding", plain, say, number=number, tags=tags, sentence=entry.sentence, events=[seen], before="", members=[]
    )
    look = next((each for each in opened.looks if each.service.name == entry.service), None)
    if look is None or column not in look.service_week.frame.answers:
        return [head, note(say("The series of this finding is not in the archive."), say)]
    return [head, finding_chart(look, finding_of(entry, look))]


def finding_chart_or_note(look: Look, finding: Finding) -> Chart | Fragment:
    """Return the chart of a finding; one sentence where its series is not in the archive any more."""
    if column_of(finding) in look.service_week.frame.answers:
        return finding_chart(look, finding)
    return note(look.say("The series of this finding is not in the archive."), look.say)


def discussion(look: Look, finding: Finding, review: Review, page: str) -> Fragment:
    """Return what to talk about: the question, the usual next action, why experts look there, where to look further.

    `page` is the address of the service page; empty where there is none.
    """
    say = look.say
    links = [(say("Service page"), page), (say("Runbook"), look.service.runbook)]
    if review.source.type == "cloudwatch" and review.source.region:
        links.append((say("CloudWatch console"), console_link(look, finding, review.source.region)))
    texts = {
        "question": question(finding, say),
        "action": next_action(finding, say),
        "why": why_here(finding, say),
        "ranked": why_ranked(finding, say),
    }
    plain = "\n".join(texts.values())
    return fragment("discussion", plain, say, links=[link for link in links if link[1]], **texts)


def _event(event: Event, look: Look) -> str:
    """Return an event near a finding: when and what, and to how many."""
    say = look.say
    when = say.time(event.start, look.week.timezone)
    if event.audience is None:
        return f"{when} {event.title}"
    return say("{when} {title} (to {audience})", when=when, title=event.title, audience=say.compact(event.audience))
