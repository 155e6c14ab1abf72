"""What the replay of an alarm tells on its card: fidelity in one line, the what-if as few rows."""

from datetime import UTC, datetime

import pytest

from sre_lib.alarms.fidelity import Fidelity
from sre_lib.alarms.outcome import Outcome
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.sweep import Combination
from sre_lib.alarms.what_if import WhatIf
from sre_lib.document.alarm_replayed import MOST_ROWS, Row, fidelity_text, what_if_rows
from sre_lib.wording import wording

START, END = datetime(2026, 9, 20, tzinfo=UTC), datetime(2026, 10, 4, 15, tzinfo=UTC)
SPAN = "Sun 20 Sep 09:00 to Mon 5 Oct 00:00"


def told(reproduced, real, extra):
    """Return what is said of a replay."""
    return fidelity_text(Fidelity(reproduced, real, extra, (), START, END, 60), wording("en"), "Asia/Tokyo")


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((0, 0, 0), f"Replayed {SPAN}: no change of state, as it was."),
        ((12, 12, 0), f"Replayed {SPAN}: 12 of 12 changes of state within one period, 0 more."),
        (
            (11, 12, 3),
            f"Replayed {SPAN}: 11 of 12 changes of state within one period, 3 more. Too few to trust a what-if.",
        ),
    ],
)  # fmt: skip
def test_fidelity_is_one_line(counts, text):
    assert told(*counts) == text


def test_what_is_not_replayed_says_why():
    say = wording("en")
    assert fidelity_text(NotReplayable("it is new"), say, "UTC") == "Not replayed, because it is new."
    assert fidelity_text(None, say, "UTC") == ""


def outcome(threshold, firings, caught=()):
    """Return a variant."""
    warning = 5.0 if caught else float("nan")
    return Outcome(Combination(threshold, 2, 3, "Average", "missing"), firings, 10 * firings, 1.0, caught, warning)


def test_the_alarm_as_it_is_comes_first_then_what_is_suggested():
    rows = (outcome(80, 9.0, (0,)), *(outcome(90 + each, 8.0 - each, (0,)) for each in range(8)))
    details = {"before": 9.0, "after": 1.0, "incidents": 1}
    shown, suggestion = what_if_rows(WhatIf(rows, 2.0, 1, 200, rows[-1], "fewer_firings", details), wording("en"))
    assert shown[0] == Row(
        "as it is", "Average 80, 2 of 3, missing data: missing", "9.0", "90", "1.0", "1 / 1", "5 min"
    )
    assert (shown[1].mark, shown[1].firings, len(shown)) == ("suggested", "1.0", MOST_ROWS)
    assert [row.mark for row in shown[2:]] == [""] * (MOST_ROWS - 2)
    assert suggestion == "1 instead of 9 firings a week, and it catches what it caught."


def test_nothing_better_is_said_and_what_caught_nothing_has_no_warning():
    rows = (outcome(80, 1.0), outcome(90, 0.0))
    shown, suggestion = what_if_rows(WhatIf(rows, 2.0, 0, 20), wording("en"))
    assert [(row.caught, row.warning) for row in shown] == [("0 / 0", "–")] * 2
    assert suggestion == "Nothing that was tried is better."
