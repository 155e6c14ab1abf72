"""Lines on events: the same words as for findings, the newest verdict of each event carried."""

from datetime import UTC, date, datetime

from sre_lib.document.minutes.event_lines import EVENTS, EventDecision, decisions, line_name, prefill, read_events
from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.document.minutes.said_lines import Said
from sre_lib.event import Event
from sre_lib.wording import wording

NAME = "2026-10-04 19:00 Evening coupon"
PUSH = Event(datetime(2026, 10, 4, 10, tzinfo=UTC), datetime(2026, 10, 4, 11, tzinfo=UTC), "push", "Evening  coupon")


def minutes(week: str, day: int, text: str) -> Minutes:
    return Minutes(week, date(2026, 10, day), (), {EVENTS: Written(text)})


def test_an_event_is_named_by_its_local_start_and_title_in_every_language():
    assert line_name(PUSH, "Asia/Tokyo") == NAME


def test_what_is_typed_behind_the_name_is_a_verdict_and_a_note():
    typed = f"- `{NAME}`: fix more tasks before it @mori\n- `other`：想定内\n- `quiet`:\nfree text"
    assert read_events(typed) == (
        Said(NAME, Verdict.FIX, "fix more tasks before it @mori"),
        Said("other", Verdict.EXPECTED, "想定内"),
    )


def test_a_line_to_write_on_for_each_event():
    text = prefill([NAME], wording("en"))
    assert text.startswith(f"- `{NAME}`: \n\n**Notes:** <!-- ")
    assert read_events(text) == ()
    assert prefill([], wording("en")) == ""


def test_the_newest_verdict_is_carried():
    earlier = [
        minutes("2026-W39", 5, f"`{NAME}`: watch"),
        minutes("2026-W40", 12, f"`{NAME}`: fix it\n`x`: no verdict"),
    ]
    assert decisions(earlier) == (EventDecision(NAME, "2026-W40", date(2026, 10, 12), Verdict.FIX, "fix it"),)
