"""What the replay of an alarm tells on its card: fidelity in one line, the what-if as few rows."""

from datetime import UTC, datetime

import pytest

from sre_lib.alarms.card import Card
from sre_lib.alarms.classes import Judged
from sre_lib.alarms.fidelity import Difference, Fidelity
from sre_lib.alarms.outcome import Outcome
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.sweep import Combination
from sre_lib.alarms.what_if import WhatIf
from sre_lib.document.alarm_replayed import MOST_ROWS, Row, fidelity_texts, what_if_rows
from sre_lib.wording import wording
from tests.alarms.test_classes import case

START, END = datetime(2026, 9, 20, tzinfo=UTC), datetime(2026, 10, 4, 15, tzinfo=UTC)
SPAN = "Sun 20 Sep 09:00 to Mon 5 Oct 00:00"
CARD = Card(case(), Judged("quiet", "did_not_fire"), ())


def told(found):
    """Return what is said of a replay."""
    return fidelity_texts(CARD, found, wording("en"), "Asia/Tokyo")


@pytest.mark.parametrize(
    ("counts", "texts"),
    [
        ((0, 0, 0), ["It changed its state neither in reality nor in the replay."]),
        ((12, 12, 0), ["The replay told 12 of 12 changes of state again, within 2 min."]),
        (
            (11, 12, 3),
            [
                "The replay told 11 of 12 changes of state again, within 2 min. It has 3 that were not real.",
                "The replay agrees with reality in 73.3 % only: take what follows with care.",
            ],
        ),
    ],
)
def test_fidelity_is_told_with_its_span_and_a_warning(counts, texts):
    reproduced, real, extra = counts
    assert told(Fidelity(reproduced, real, extra, (), START, END, 60)) == [
        f"Replayed minute by minute: {SPAN}.",
        *texts,
    ]


def test_under_95_percent_the_differences_are_told_the_first_ones_by_their_time():
    at = START.replace(hour=3)
    over = (Difference(at, "ALARM", False), *(Difference(at, "OK", True) for _ in range(6)))
    found = told(Fidelity(3, 4, 6, over, START, END, 60))
    assert found[-6:] == [
        "Sun 20 Sep 12:00: ALARM in reality only", *["Sun 20 Sep 12:00: OK in the replay only"] * 4, "2 more"
    ]  # fmt: skip
    assert len(told(Fidelity(99, 100, 0, over[:1], START, END, 60))) == 2


def test_what_is_not_replayed_says_why():
    refused = NotReplayable("child_refused", {"alarm": "'cpu'", "why": NotReplayable("promql")})
    assert told(refused) == [
        "Not replayed, because its rule looks at 'cpu', which cannot be replayed, because it evaluates a PromQL query."
    ]
    assert told(None) == []


def outcome(threshold, firings, caught=()):
    """Return a variant."""
    warning = 5.0 if caught else float("nan")
    return Outcome(Combination(threshold, 2, 3, "Average", "missing"), firings, 10 * firings, 1.0, caught, warning)


def test_the_alarm_as_it_is_comes_first_then_what_is_suggested():
    rows = (outcome(80, 9.0, (0,)), *(outcome(90 + each, 8.0 - each, (0,)) for each in range(8)))
    details = {"before": 9.0, "after": 1.0, "incidents": 1, "caught": 1}
    shown, suggestion = what_if_rows(WhatIf(rows, 2.0, 1, 200, rows[-1], "fewer_firings", details), wording("en"))
    assert shown[0] == Row(
        "as it is", "Average 80, 2 of 3, missing data: missing", "9.0", "90", "1.0", "1 / 1", "5 min before"
    )
    assert (shown[1].mark, shown[1].firings, len(shown)) == ("suggested", "1.0", MOST_ROWS)
    assert [row.mark for row in shown[2:]] == [""] * (MOST_ROWS - 2)
    assert suggestion == ("1.0 firings a week instead of 9.0; it would have told of the same incidents (1 of 1).")


def test_nothing_better_is_said_and_what_caught_nothing_has_no_warning():
    rows = (outcome(80, 1.0), outcome(90, 0.0))
    shown, suggestion = what_if_rows(
        WhatIf(rows, 2.0, 0, 20, None, "nothing_better", {"before": 1.0, "incidents": 0}), wording("en")
    )
    assert [(row.caught, row.warning) for row in shown] == [("0 / 0", "–")] * 2
    assert suggestion == "No variant is better: 1.0 firings a week as it is."
