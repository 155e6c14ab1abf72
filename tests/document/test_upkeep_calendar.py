"""The calendar of upkeep: a strip of twelve months, the next seven days, months to come, where an acceptance ends."""

from datetime import date, timedelta

import pytest

from sre_lib.analyse.upkeep.accepted import Accepted
from sre_lib.analyse.upkeep.due import Due
from sre_lib.document.upkeep_calendar import MOST_A_MONTH, calendar, next_days
from sre_lib.upkeep import UpkeepItem
from sre_lib.wording import wording

TODAY = date(2026, 10, 5)
EN, JA = wording("en"), wording("ja")


def due(days, name="c", accepted=None):
    item = UpkeepItem(name, "certificates", "certificate", name)
    day = None if days is None else TODAY + timedelta(days=days)
    return Due(item, day, days, "now", "still", accepted=accepted)


def lines(*found, say=EN):
    return calendar(found, TODAY, say).text.split("\n")


def test_past_then_the_next_seven_days_then_month_by_month():
    found = due(-1, "old"), due(0, "today"), due(6, "six"), due(7, "seven"), due(400, "far"), due(None, "unknown")
    assert lines(*found) == [
        "2026-10: 3 2026-11: 0 2026-12: 0 2027-01: 0 2027-02: 0 2027-03: 0 2027-04: 0 2027-05: 0 2027-06: 0 2027-07: 0 "
        "2027-08: 0 2027-09: 0",
        "Past: 2026-10-04: certificate old",
        "Next seven days: 2026-10-05: certificate today; 2026-10-11: certificate six",
        "2026-10: 2026-10-12: certificate seven",
        "2027-11: 2027-11-09: certificate far",
    ]


def test_an_acceptance_ends_on_its_day():
    until = Accepted("c", date(2026, 10, 8), "r")
    assert lines(due(20, accepted=until))[1:] == [
        "Next seven days: 2026-10-08: certificate c: the acceptance ends",
        "2026-10: 2026-10-25: certificate c",
    ]
    assert [each.day for each in next_days((due(20, accepted=until),), TODAY, EN)] == [until.until]


@pytest.mark.parametrize(("say", "said"), [(EN, "3 more, in the table below"), (JA, "ほか 3 件は下の表に")])
def test_a_month_with_many_names_the_first_and_counts_the_rest(say, said):
    named = lines(*(due(30, f"c{number}") for number in range(MOST_A_MONTH + 3)), say=say)[-1].split("; ")
    assert (len(named), named[-1]) == (MOST_A_MONTH + 1, said)


def test_where_nothing_is_due_it_says_so():
    assert lines()[1:] == ["Next seven days: nothing"]
    assert lines(say=JA)[1:] == ["今後 7 日間: なし"]
