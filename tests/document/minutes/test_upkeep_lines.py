"""Lines on upkeep: fix, watch or accepted until a day because of something; what is not clear is said, never lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.analyse.upkeep.accepted import Accepted
from sre_lib.analyse.upkeep.naming import id_in, label, short_id
from sre_lib.document.decisions import decisions as digest
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.document.minutes.said_lines import Said
from sre_lib.document.minutes.upkeep_lines import (
    UPKEEP,
    Acceptance,
    UpkeepDecision,
    UpkeepVerdict,
    acceptance,
    decided,
    decisions,
    prefill,
    read_upkeep,
    slips,
)
from sre_lib.upkeep import UpkeepItem
from sre_lib.wording import wording

NAME, MEETING = "certificate shop.example.com (0123abcd)", date(2026, 10, 5)
END = date(2026, 12, 31)


def minutes(week: str, day: int, text: str) -> Minutes:
    return Minutes(week, date(2026, 10, day), (), {UPKEEP: Written(text)})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("accepted until 2026-12-31 because it is switched off on 2026-11-01",
         Acceptance(END, "it is switched off on 2026-11-01")),
        ("accepted until 12/31, moved on 11/1", Acceptance(END, "moved on 11/1")),
        ("**Accepted** until 12/31: it moves @mori", Acceptance(END, "it moves @mori")),
        ("accept until 12/31", Acceptance(END, "")),
        ("accepted because it moves", Acceptance(date(2026, 11, 2), "it moves")),
        ("expected till next Monday the campaign", Acceptance(date(2026, 10, 12), "the campaign")),
        ("受容 12月31日まで、年末に停止するため", Acceptance(END, "年末に停止するため")),
        ("許容　１２／３１まで　理由：年末に停止", Acceptance(END, "年末に停止")),
        ("accepted until it is gone", Acceptance(None, "", "a day behind `until`, such as 2026-12-03, 12/3 or next "
                                                           "Monday")),
        ("accepted until 2026-10-04 because", Acceptance(None, "", "a day that is still to come")),
        ("accepted until 2/30 because", Acceptance(None, "", "a day that exists")),
    ],
)  # fmt: skip
def test_accepted_until_a_day_because_of_something(typed, said):
    assert acceptance(typed, MEETING) == said
    assert [each.verdict for each in read_upkeep(f"- `{NAME}`: {typed}")] == [UpkeepVerdict.ACCEPTED]


def test_a_line_to_write_on_says_nothing_and_is_not_in_the_digest():
    text = prefill([NAME], wording("en"))
    assert text == f"- `{NAME}`: \n\n**Notes:** <!-- fix, watch, or accepted until 12/3 because ... -->"
    assert read_upkeep(text) == ()
    assert prefill([], wording("en")) == ""
    assert NAME not in digest(minutes("2026-W40", 5, text), "Shop", wording("en"))


def test_what_is_typed_is_a_verdict_and_stays_as_typed():
    typed = f"- `{NAME}`: fix it @mori\n- `other`：様子見\n- `quiet`:\nfree text"
    assert read_upkeep(typed) == (
        Said(NAME, UpkeepVerdict.FIX, "fix it @mori"), Said("other", UpkeepVerdict.WATCH, "様子見"),
    )  # fmt: skip
    assert f"`{NAME}`: fix it @mori" in digest(minutes("2026-W40", 5, typed), "Shop", wording("en"))


def test_the_newest_verdict_is_carried_by_its_id_whatever_else_of_the_name_was_changed():
    earlier = [
        minutes("2026-W39", 5, f"`{NAME}`: accepted until 12/31 because of Christmas"),
        minutes("2026-W40", 12, f"`our certificate (0123abcd)`: watch\n`{NAME}`: no verdict at all"),
    ]
    watched = UpkeepDecision(
        "our certificate (0123abcd)", "2026-W40", date(2026, 10, 12), UpkeepVerdict.WATCH, "watch"
    )  # fmt: skip
    assert decisions(earlier) == (watched,)
    assert watched.accepted is None
    (first,) = decisions(earlier[:1])
    assert first.accepted == Accepted(NAME, END, "of Christmas", "2026-W39")


@pytest.mark.parametrize(
    ("typed", "wants", "counts"),
    [
        ("maybe", "wants fix, watch or accepted (直す, 様子見, 許容) first; it is kept as a note", False),
        ("accepted until then", "wants a day behind `until`, such as 2026-12-03, 12/3 or next Monday; it is kept as a "
                                "note and nothing is accepted", False),
        ("accepted until 12/31", "wants a reason: `accepted until 2026-12-31 because ...`; it is accepted all the same",
         True),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_said(typed, wants, counts):
    one = minutes("2026-W40", 5, f"`{NAME}`: {typed}")
    assert list(slips(one)) == [f"upkeep, {NAME}: got {typed!r}, {wants}"]
    assert bool(list(decided(one))) is counts


def test_what_is_clear_is_not_pointed_out():
    assert list(slips(minutes("2026-W40", 5, f"`{NAME}`: accepted until 12/31 because x\n`a`: fix"))) == []
    assert list(slips(Minutes("2026-W40", MEETING))) == []


@given(st.text(max_size=60))
def test_a_line_to_write_on_gives_back_whose_it_is_whatever_its_name(name):
    item = UpkeepItem("id", "databases", "engine", name)
    line = prefill([label(item)], wording("en")).split("\n")[0]
    (said,) = read_upkeep(f"{line}fix")
    assert (id_in(said.name), said.verdict) == (short_id(item), UpkeepVerdict.FIX)
