"""What the meeting says of pushes and load tests: one line an event in the events' free cell, its verdict first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sre_lib.document.minutes.form import WORDS, Verdict
from sre_lib.document.minutes.record import Minutes
from sre_lib.document.minutes.said_lines import Said, lines_to_write, read_lines
from sre_lib.event import Event
from sre_lib.wording import Wording

EVENTS = "events"
"""Name of the free cell for events."""


@dataclass(frozen=True)
class EventDecision:
    """The newest verdict of an earlier meeting on an event: of which week, on which day, what was typed."""

    name: str
    week: str
    meeting: date
    verdict: Verdict
    text: str


def line_name(event: Event, timezone: str) -> str:
    """Return the name by which the minutes know an event, the same in every language: local start and title."""
    return f"{event.start.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} {' '.join(event.title.split())}"


def read_events(text: str) -> tuple[Said[Verdict], ...]:
    """Return what the lines of the events' cell say, see `said_lines`; verdicts are those of findings."""
    return read_lines(text, WORDS)


def prefill(names: Sequence[str], say: Wording) -> str:
    """Return a line to write on for each event."""
    hint = say("expected, watch or fix; was anybody warned, what will be different next time?")
    return lines_to_write(names, hint, say)


def decisions(earlier: Iterable[Minutes]) -> tuple[EventDecision, ...]:
    """Return the newest verdict on each event by name; `earlier` are weeks' minutes, oldest first."""
    newest: dict[str, EventDecision] = {}
    for minutes in earlier:
        written = minutes.notes.get(EVENTS)
        for said in read_events(written.text) if written else ():
            if said.verdict:
                newest[said.name] = EventDecision(said.name, minutes.week, minutes.meeting, said.verdict, said.text)
    return tuple(newest[name] for name in sorted(newest))
