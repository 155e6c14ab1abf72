"""Lines on alarms: typed as people type, nothing lost, the newest verdict carried."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.minutes.alarm_lines import (
    AlarmDecision,
    AlarmLine,
    AlarmVerdict,
    decisions,
    prefill,
    read_alarms,
)
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.document.minutes.said_lines import Said
from sre_lib.wording import wording

EN = wording("en")
KEEP, TUNE, DELETE, EARLY = AlarmVerdict.KEEP, AlarmVerdict.TUNE, AlarmVerdict.DELETE, AlarmVerdict.TOO_EARLY


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("- `cpu`: keep", Said("cpu", KEEP, "keep")),
        ("`cpu`: **Tune** to 3 of 5 @mori", Said("cpu", TUNE, "**Tune** to 3 of 5 @mori")),
        ("- `cpu`：削除　誰も見ない", Said("cpu", DELETE, "削除　誰も見ない")),
        ("- `cpu`: too early, look in two weeks", Said("cpu", EARLY, "too early, look in two weeks")),
        ("- `cpu`: mori restarted it, woken up", Said("cpu", None, "mori restarted it, woken up")),
        ("- `cpu`: keeper of the lock", Said("cpu", None, "keeper of the lock")),
        ("- ``a`b``: keep", Said("a`b", KEEP, "keep")),
    ],
)
def test_a_line(typed, said):
    assert read_alarms(f"before\n{typed}\nbehind") == (said,)


@pytest.mark.parametrize("typed", ["", "- `cpu`: ", "- cpu: keep", "free words", "<!-- - `cpu`: keep -->"])
def test_what_says_nothing_of_an_alarm(typed):
    assert read_alarms(typed) == ()


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40)


@pytest.mark.parametrize("language", ["en", "ja"])
@given(names=st.lists(NAMES.map(lambda name: " ".join(name.split())).filter(bool), min_size=1, max_size=4, unique=True))
def test_every_name_has_its_line_and_an_untouched_line_says_nothing(language, names):
    text = prefill([AlarmLine(each, ("Mon 28 Sep 10:00, 5 min",)) for each in names], wording(language))
    assert read_alarms(text) == ()
    written = "\n".join(f"{line} keep" if line.startswith("- `") else line for line in text.splitlines())
    assert [(each.name, each.verdict) for each in read_alarms(written)] == [(name, KEEP) for name in names]


def test_the_newest_verdict_of_each_alarm_is_carried():
    def minutes(week, text):
        return Minutes(f"2026-W{week}", date(2026, 10, week - 35), (), {"alarms": Written(text)})

    earlier = [
        minutes(40, "- `b`: tune\n- `a`: keep"),
        minutes(41, "- `a`: delete it"),
        minutes(42, "- `b`: nothing new"),
        Minutes("2026-W43", date(2026, 10, 26)),
    ]
    assert decisions(earlier) == (
        AlarmDecision("a", "2026-W41", date(2026, 10, 6), DELETE, "delete it"),
        AlarmDecision("b", "2026-W40", date(2026, 10, 5), TUNE, "tune"),
    )


def test_without_alarms_there_is_no_line():
    assert prefill((), wording("en")) == ""


def test_each_time_that_an_alarm_told_people_has_a_line_below_it():
    text = prefill([AlarmLine("cpu", ("Mon 28 Sep 10:00, 5 min", "Tue 29 Sep 02:00, at night")), AlarmLine("disk")], EN)
    assert text.splitlines()[:4] == [
        "- `cpu`: ", "  - Mon 28 Sep 10:00, 5 min → ", "  - Tue 29 Sep 02:00, at night → ", "- `disk`: "
    ]  # fmt: skip
    assert read_alarms(text.replace("5 min → ", "5 min → mori restarted it, woken up")) == ()
