"""Upkeep over the weeks: what was talked of, until it was renewed or gone; a week that told not all says nothing."""

from datetime import date, timedelta

import pytest

from sre_lib.document.history import PastWeek, history
from sre_lib.document.history_page import history_notebook
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.document.minutes.upkeep_lines import UPKEEP, UpkeepVerdict
from sre_lib.document.upkeep_history import UpkeepSeen, UpkeepSubject, UpkeepWeek, upkeep_history
from sre_lib.run.history_files import upkeep_week
from sre_lib.wording import wording

MEETING, END = date(2026, 10, 5), date(2026, 10, 18)
LABEL = "certificate shop.example.com (2c6cc1c7)"


def minutes(number, said=""):
    notes = {UPKEEP: Written(f"- `{LABEL}`: {said}")} if said else {}
    return Minutes(f"2026-W{40 + number}", MEETING + timedelta(weeks=number), (), notes)


def week(number, *seen, whole=True, said=""):
    return UpkeepWeek.of(minutes(number, said), seen, whole=whole)


def seen(number, *, day=END, discuss=True):
    return UpkeepSeen("2c6cc1c7", LABEL, day, (day - MEETING).days - 7 * number, discuss)


def renewed(number):
    return seen(number, day=END + timedelta(days=365), discuss=False)


@pytest.mark.parametrize(
    ("then", "settled", "gone"),
    [
        ([week(1, renewed(1)), week(2, renewed(2))], "2026-W41", False),
        ([week(1, seen(1)), week(2, renewed(2))], "2026-W42", False),
        ([week(1), week(2)], "2026-W41", True),
        ([week(1, whole=False)], "", False),
        ([UpkeepWeek.of(minutes(1), None), week(2)], "2026-W42", True),
        ([week(1, seen(1, discuss=False))], "", False),
        ([week(1), week(2, seen(2))], "", False),
    ],
)
def test_it_is_open_until_it_is_renewed_or_gone_for_sure(then, settled, gone):
    (found,) = upkeep_history([week(0, seen(0)), *then])
    assert (found.settled, found.gone) == (settled, gone)


def test_days_and_verdicts_by_week_and_what_nobody_talked_of_is_left_out():
    other = UpkeepSeen("00000000", "engine db (00000000)", None, None, discuss=False)
    past = [week(0, seen(0), other, said="watch"), week(1, seen(1), other, said="accepted until 10/20 because x")]
    (found,) = upkeep_history(past)
    assert found == UpkeepSubject("2c6cc1c7", LABEL, {"2026-W40": 13, "2026-W41": 6}, found.verdicts)
    assert {name: each.verdict for name, each in found.verdicts.items()} == {
        "2026-W40": UpkeepVerdict.WATCH, "2026-W41": UpkeepVerdict.ACCEPTED,
    }  # fmt: skip


def test_what_was_decided_on_stays_though_no_week_knows_it_any_more():
    (found,) = upkeep_history([UpkeepWeek.of(minutes(0, "fix"), None), UpkeepWeek.of(minutes(1), None)])
    assert (found.label, found.days, list(found.verdicts), found.settled) == (LABEL, {}, ["2026-W40"], "")


@pytest.mark.parametrize(
    ("language", "row"),
    [("en", f"{LABEL} | 2026-W40: 13, 2026-W41: 378 | fix (2026-W40) | renewed, upgraded or put off in 2026-W41"),
     ("ja", f"{LABEL} | 2026-W40: 13、2026-W41: 378 | 直す (2026-W40) | 2026-W41 に更新・アップグレード・延期")],
)  # fmt: skip
def test_the_row_of_the_history_page(language, row):
    new = UpkeepSeen("2c6cc1c7", LABEL, date(2027, 10, 18), 378, discuss=False)
    first = PastWeek(minutes(0, "fix"), upkeep=week(0, seen(0), said="fix"))
    past = [first, PastWeek(minutes(1), upkeep=week(1, new))]
    page = history_notebook(history(past, "Asia/Tokyo"), "Shop", wording(language))
    assert row in [cell.outputs[0].data["text/plain"] for cell in page.cells if cell.cell_type == "code"]


def test_of_many_weeks_the_first_and_the_last_are_told():
    past = [PastWeek(minutes(number), upkeep=week(number, seen(number))) for number in range(9)]
    page = history_notebook(history(past, "Asia/Tokyo"), "Shop", wording("en"))
    text = next(cell.outputs[0].data["text/plain"] for cell in page.cells if LABEL in str(cell.get("outputs")))
    days = "2026-W40: 13, …, 2026-W44: -15, 2026-W45: -22, 2026-W46: -29, 2026-W47: -36, 2026-W48: -43"
    assert text == f"{LABEL} | {days} | still open"


def test_without_upkeep_the_page_has_no_such_section():
    page = history_notebook(history([PastWeek(minutes(0))], "Asia/Tokyo"), "Shop", wording("en"))
    assert "## Upkeep" not in [cell.source for cell in page.cells]


@pytest.mark.parametrize(
    "content", [None, b"", b"[", b'{"trouble": "no look"}', b'{"trouble": "", "due": [{"id": "arn:aws"}]}']
)
def test_an_upkeep_json_that_says_nothing_is_not_known(content):
    assert upkeep_week(minutes(0), content) == UpkeepWeek("2026-W40")
