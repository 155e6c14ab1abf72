"""What a week's meeting decided, to be sent on: a Markdown digest, and the actions as CSV."""

import csv
import io
import re
from collections.abc import Iterator

from sre_lib.document.minutes.alarm_lines import ALARMS
from sre_lib.document.minutes.cells import MEETING
from sre_lib.document.minutes.event_lines import EVENTS
from sre_lib.document.minutes.meeting import actions_of
from sre_lib.document.minutes.record import Entry, Minutes
from sre_lib.document.minutes.said_lines import written_only
from sre_lib.document.minutes.upkeep_lines import UPKEEP
from sre_lib.document.written import verdict_text, who_text
from sre_lib.wording import Wording

DECISIONS, ACTIONS = "decisions.md", "actions.csv"
COLUMNS = ("week", "about", "action", "owner", "due", "done")

_BOM = "\ufeff"
"""Excel takes a CSV file for UTF-8 only where it begins with this; pandas skips it."""
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def decisions(minutes: Minutes, title: str, say: Wording) -> str:
    """Return the digest as Markdown: verdict, note and actions by finding, then the notes; texts stay as typed.

    Of the cells with a line for each alarm or push, only the lines on which somebody wrote are shown.
    """
    heading = say("{title}: what the meeting decided", title=_escaped(title))
    entries = [each for each in minutes.entries if each.written.text]
    parts = [f"# {heading}"]
    parts += [minutes.notes[MEETING].text] if MEETING in minutes.notes else []
    for number, entry in enumerate(entries, 1):
        parts += [f"## {number}. {_escaped(entry.sentence or entry.service)}", *_decided(entry, minutes, say)]
    parts += [] if entries else [say("No finding was decided on.")]
    rest = [
        written_only(each.text) if name in {ALARMS, EVENTS, UPKEEP} else each.text
        for name, each in minutes.notes.items()
        if name != MEETING
    ]
    rest += [each.written.text for each in minutes.added if each.type == "markdown"]
    notes = say("Notes of the meeting")
    parts += [f"## {notes}", *filter(str.strip, rest)] if any(map(str.strip, rest)) else []
    return "\n\n".join(parts) + "\n"


def actions_csv(minutes: Minutes) -> str:
    """Return every action of the week as CSV with the columns `COLUMNS`, `due` as ISO date, `done` yes or no.

    UTF-8 with a byte order mark. A text that a spreadsheet would take for a formula (it begins with = + - @, also as
    full-width form, a tab or a return) gets an apostrophe before it:
    https://owasp.org/www-community/attacks/CSV_Injection
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for about, action in actions_of(minutes):
        due = action.due.isoformat() if action.due else ""
        row = (minutes.week, about, action.text, action.owner, due, "yes" if action.done else "no")
        writer.writerow([_harmless(each) for each in row])
    return _BOM + stream.getvalue()


def _decided(entry: Entry, minutes: Minutes, say: Wording) -> Iterator[str]:
    """Yield what was decided on a finding."""
    said, label = entry.discussion(minutes.meeting), say("Verdict")
    if said.verdict:
        yield f"**{label}:** {verdict_text(said, say)}"
    if said.note:
        yield said.note
    if said.actions:
        lines = ((each, " ".join(filter(None, (each.text, who_text(each, say))))) for each in said.actions)
        yield "\n".join(f"- [{'x' if each.done else ' '}] {line}" for each, line in lines)


def _escaped(text: str) -> str:
    """Return a text from outside so that Markdown shows it as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) else text
