from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from sre_lib.alarms.what_if import Reason
from sre_lib.wording import wording
from sre_lib.wording.replays import (
    difference_text,
    early_text,
    fidelity_text,
    missing_text,
    replayed_text,
    showed_text,
    suggestion_text,
    warning_text,
)

EN, JA = wording("en"), wording("ja")
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_a_difference_says_whose_it_is():
    assert difference_text(NOON, "ALARM", True, "UTC", EN) == "Thu 1 Oct 12:00: ALARM in the replay only"
    assert difference_text(NOON, "OK", False, "UTC", EN) == "Thu 1 Oct 12:00: OK in reality only"


@pytest.mark.parametrize(
    ("warning", "english", "japanese"),
    [
        (7.4, "7 min before", "7分前"),
        (-70.5, "1 h 10 min after its start", "開始から1時間10分後"),
        (0.3, "at its start", "開始と同時"),
        (float("nan"), "not at all", "検知せず"),
    ],
)
def test_how_early_is_told_in_words(warning, english, japanese):
    assert (early_text(warning, EN), early_text(warning, JA)) == (english, japanese)


def test_a_missing_alarm_is_told_with_its_price():
    assert missing_text("web-cpu", 14.5, 0.14, EN) == (
        "web-cpu would have told of it (14 min before), with 0.1 other firings a week."
    )
    assert "web-cpu" in missing_text("web-cpu", 14.5, 0.14, JA)


DETAILS = {
    "before": 46.78, "after": 3.34, "minutes_before": 104.0, "minutes_after": 12.4, "caught_before": 0, "caught": 2,
    "incidents": 3,
}  # fmt: skip


def test_fidelity_is_told_in_numbers():
    two = timedelta(minutes=2)
    assert [fidelity_text(11, 12, 0, two, EN), fidelity_text(11, 12, 1, two, EN), fidelity_text(0, 0, 0, two, EN)] == [
        "The replay told 11 of 12 changes of state again, within 2 min.",
        "The replay told 11 of 12 changes of state again, within 2 min. It has 1 that was not real.",
        "It changed its state neither in reality nor in the replay.",
    ]
    assert fidelity_text(11, 12, 3, two, JA).endswith("実際にはない変化が3回あります。")
    assert warning_text(0.914, EN) == "The replay agrees with reality in 91.4 % only: take what follows with care."


def test_the_span_is_told_with_its_grid():
    end = NOON + timedelta(hours=2)
    assert replayed_text(NOON, end, 60, "UTC", EN) == "Replayed minute by minute: Thu 1 Oct 12:00 to 14:00."
    assert replayed_text(NOON, end, 300, "UTC", EN) == "Replayed on datapoints of 5 min: Thu 1 Oct 12:00 to 14:00."


@pytest.mark.parametrize("reason", get_args(Reason))
@pytest.mark.parametrize("say", [EN, JA], ids=["en", "ja"])
def test_every_reason_has_its_sentence(reason, say):
    text = suggestion_text(reason, DETAILS, say)
    assert "{" not in text
    assert "3.3" in text or "46.8" in text


def test_an_unproved_change_says_so():
    assert suggestion_text("unproved", DETAILS, EN) == (
        "3.3 firings a week instead of 46.8. No incident in this time proves that it would tell of one: "
        "it is the smallest change that is quiet enough."
    )


def test_what_a_replay_showed_is_told_in_firings_a_week():
    assert showed_text(46.78, 3.34, 2.21, EN) == (
        "Replayed over 2.2 weeks: 46.8 firings a week as it was, 3.3 after the change."
    )
