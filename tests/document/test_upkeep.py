"""The weekly page's upkeep and the upkeep page: quiet, something to talk about, decided before, hostile names."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import jsonschema
import orjson
import pytest

from sre_lib.analyse.upkeep.naming import label, short_id
from sre_lib.collect.archive import Archive
from sre_lib.collect.upkeep.kept import put
from sre_lib.document.minutes.meeting import Meeting
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.document.minutes.upkeep_lines import UPKEEP, decisions
from sre_lib.document.since import since_last_week
from sre_lib.document.upkeep import MOST, MOST_LINES, UpkeepReview, upkeep_section, upkeep_to_discuss
from sre_lib.document.upkeep_page import upkeep_page
from sre_lib.params_upkeep import AcceptedEntry
from sre_lib.run.upkeep import upkeep_json
from sre_lib.store import LocalStore
from sre_lib.upkeep import UpkeepItem, UpkeepLook, UpkeepSource
from sre_lib.weeks import previous
from tests.document.test_weekly import opened

SCHEMA = orjson.loads((Path(__file__).parents[1] / "run" / "schemas" / "upkeep.schema.json").read_bytes())
NOW = opened().now
MEETING = date(2026, 9, 28)
"""Of the week before."""


def certificate(days, name="shop.example.com", id_=""):
    return UpkeepItem(id_ or name, "certificates", "certificate", name, NOW + timedelta(days=days))


def maintenance(days, name="shop"):
    return UpkeepItem(f"{name} up", "databases", "maintenance", name, NOW + timedelta(days=days), state="up")


def engine(version, name="shop"):
    return UpkeepItem(name, "databases", "engine", name, engine="postgres", version=version)


UNKNOWN = UpkeepItem("db", "databases", "engine", "db", engine="oracle-ee", version="19")


def keep(folder, name, week, items, message=""):
    asked: tuple[UpkeepSource, ...] = ("certificates", "databases")
    sources = [each for each in asked if (message and each == "certificates") or each in {one.source for one in items}]
    status: Literal["denied", "complete"] = "denied" if message else "complete"
    looks = tuple(
        UpkeepLook(source, "", NOW, status, message, tuple(each for each in items if each.source == source))
        for source in sources
    )
    put(Archive(LocalStore(folder), name), week, looks)


def review(folder, *items, language="en", message="", accepted=(), before=(), said=""):
    """Return a week with these items, and the ones of the week before with what its meeting said of them."""
    found = opened(language=language)
    asked = replace(
        found.review, archive=folder, upkeep=("certificates", "databases"), upkeep_accepted=tuple(accepted)
    )  # fmt: skip
    if items or message:
        keep(folder, asked.name, found.week, items, message)
    if before:
        keep(folder, asked.name, previous(found.week), before)
    minutes = Minutes(previous(found.week).name, MEETING, (), {UPKEEP: Written(said)})
    return replace(found, review=asked, meeting=Meeting(upkeep=decisions([minutes])))


@pytest.mark.parametrize(
    ("items", "message", "language", "line"),
    [
        ((certificate(12),), "", "en",
         "Upkeep: 1 thing looked at, 1 to talk about · certificate shop.example.com: 12 days left"),
        ((certificate(200),), "", "en",
         "Upkeep: 1 thing looked at, nothing is due soon · certificate shop.example.com: 200 days left"),
        ((certificate(-2),), "", "ja",
         "保守期限: 1 件を確認、話し合うこと 1 件 · 証明書 shop.example.com: 2 日前に終了"),
        ((UNKNOWN,), "", "en", "Upkeep: 1 thing looked at, nothing is due soon · 1 engine not in the table"),
        ((), "allow acm:ListCertificates", "en",
         "Upkeep: 0 things looked at, nothing is due soon · 1 source did not answer"),
        ((), "", "en", "The archive holds no look at upkeep of this week."),
    ],
)  # fmt: skip
def test_the_week_in_one_line(tmp_path, items, message, language, line):
    page = UpkeepReview(review(tmp_path, *items, language=language, message=message))
    assert page.line == line
    jsonschema.validate(orjson.loads(upkeep_json(page)), SCHEMA)
    assert len(upkeep_page(page).cells) in {2, 10}


def test_nobody_asked_for_it():
    found = opened()
    found = replace(found, review=replace(found.review, upkeep=()))
    assert upkeep_section(found) is None
    assert upkeep_to_discuss(UpkeepReview(found)) == ()


def test_an_unknown_version_says_where_to_look_and_a_name_is_never_markup(tmp_path):
    page = UpkeepReview(review(tmp_path, UNKNOWN, certificate(5, "<b>x</b>")))
    texts = [output["data"] for cell in upkeep_page(page).cells for output in cell.get("outputs", ())]
    plain = "\n".join(each["text/plain"] for each in texts)
    assert "not in the table of 2025-06-30: look it up at the release notes of oracle-ee" in plain
    assert not [each for each in texts if "<b>x" in each["text/html"]]
    assert "<b>x" not in page.section().html


def test_a_quiet_week_is_one_line_and_a_section_has_the_most_urgent_first(tmp_path):
    quiet = UpkeepReview(review(tmp_path / "quiet", certificate(200))).section()
    assert quiet.text.count("\n") == 0
    assert "<h2>" not in quiet.html
    loud = UpkeepReview(review(tmp_path, maintenance(1), certificate(3), *(certificate(9, f"c{n}") for n in range(9))))
    assert [each.said for each in loud.topics[:2]] == [
        "certificate shop.example.com: 3 days left", "certificate c0: 9 days left",
    ]  # fmt: skip
    lines = loud.section().text.split("\n")
    assert len(lines) == 1 + MOST + 2
    assert lines[1] == (
        "certificate shop.example.com: 3 days left Who renews it, and where is it installed? "
        "Renew and import it, or let ACM issue one that renews itself."
    )
    assert lines[-2:] == [
        "6 more on the upkeep page",
        "Next seven days: 2026-10-06: maintenance of shop (up), 2026-10-08: certificate shop.example.com",
    ]


@pytest.mark.parametrize(
    ("before", "now", "became", "told"),
    [
        (certificate(19), certificate(19), "still", "not renewed: 19 days left (26 days at that meeting)"),
        (certificate(19), certificate(400), "later", "renewed since: 400 days left"),
        (certificate(19), certificate(400, id_="new"), "replaced", "renewed since: 400 days left"),
        (certificate(19), certificate(9, "other"), "gone", "not in use any more"),
        (certificate(19), maintenance(9), "cannot_tell", "cannot be told: its source did not answer in full"),
        (maintenance(3), maintenance(10), "later", "put off to 2026-10-15 (Thu): 10 days left"),
        (maintenance(3), maintenance(1), "earlier", "comes earlier, 2026-10-06 (Tue): 1 day left"),
        (maintenance(3), engine("14.9"), "gone", "done or withdrawn: it waits no more"),
        (engine("13.9"), engine("13.9"), "still", "still postgres 13.9: ended 219 days ago"),
        (engine("13.9"), engine("13.20"), "still", "still postgres 13.20: ended 219 days ago"),
        (engine("13.9"), engine("15.1"), "upgraded", "now postgres 15.1 (was 13.9): 512 days left"),
    ],
)  # fmt: skip
def test_what_was_decided_is_measured_again(tmp_path, before, now, became, told):
    found = review(tmp_path, now, before=[before], said=f"- `{label(before)}`: fix it @mori")
    page = UpkeepReview(found)
    assert [page.told(each) for each in page.decided] == [told]
    written = orjson.loads(upkeep_json(page))
    jsonschema.validate(written, SCHEMA)
    assert [each["became"] for each in written["decided"]] == [became]
    assert repr(since_last_week(found)).startswith("fix (2026-W39) ")
    assert told in upkeep_page(page).cells[5].outputs[0]["data"]["text/plain"]


@pytest.mark.parametrize(
    ("said", "accepted", "told"),
    [
        ("accepted until 12/31 because it goes", "accepted until 2026-12-31: it goes (2026-W39)",
         "not renewed: 9 days left (16 days at that meeting)"),
        ("accepted until 10/4 because it goes", None,
         "not renewed: 9 days left (16 days at that meeting); accepted until 2026-10-04, which is over"),
        ("accepted until 10/5", "accepted until 2026-10-05: no reason was written (2026-W39)",
         "not renewed: 9 days left (16 days at that meeting)"),
        ("watch", None, "not renewed: 9 days left (16 days at that meeting)"),
    ],
)  # fmt: skip
def test_what_a_meeting_accepted_is_not_talked_about_until_that_is_over(tmp_path, said, accepted, told):
    one = certificate(9)
    page = UpkeepReview(review(tmp_path, one, before=[one], said=f"`{label(one)}`: {said}"))
    assert [page.told(each) for each in page.decided] == [told]
    assert (page.discuss == ()) is (accepted is not None)
    assert accepted is None or accepted in upkeep_page(page).cells[9].outputs[0]["data"]["text/plain"]
    assert (accepted is None) or "the acceptance ends" in upkeep_page(page).cells[7].outputs[0]["data"]["text/plain"]


@pytest.mark.parametrize(
    ("name", "open_", "said"),
    [
        ("shop", 2, "upkeep_accepted: shop may be engine shop ({0}), maintenance shop ({1}); write one of these, it "
                    "accepts nothing yet"),
        ("engine shop", 1, ""), ("shop ({1})", 1, ""), ("{1}", 1, ""), ("maintenance shop ({1})", 1, ""),
        ("nowhere", 2, "upkeep_accepted: nothing is named nowhere; it accepts nothing"),
    ],
)  # fmt: skip
def test_an_acceptance_of_the_review_file_is_of_one_thing_alone(tmp_path, name, open_, said):
    items = (engine("12.1"), maintenance(5))
    ids = [short_id(each) for each in items]
    entry = AcceptedEntry(name=name.format(*ids), until=date(2026, 12, 31), reason="r")
    page = UpkeepReview(review(tmp_path, *items, accepted=[entry]))
    assert len(page.discuss) == open_
    assert upkeep_page(page).cells[1].outputs[0]["data"]["text/plain"].split("\n")[1:] == (
        [said.format(*ids)] if said else []
    )


def test_what_names_nothing_is_said_only_where_all_was_told(tmp_path):
    entry = AcceptedEntry(name="c", until=date(2026, 12, 31), reason="r")
    assert UpkeepReview(review(tmp_path, message="allow acm:ListCertificates", accepted=[entry])).unclear == ()


def test_a_thousand_things_are_five_on_the_weekly_page_and_all_on_their_own(tmp_path):
    page = UpkeepReview(review(tmp_path, *(certificate(9, f"c{number}") for number in range(1000))))
    assert page.line.startswith("Upkeep: 1,000 things looked at, 1,000 to talk about")
    assert page.section().text.count("\n") == MOST + 1
    assert len(upkeep_to_discuss(page)) == MOST_LINES


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("`maintenance shop`: fix", "still waits: 3 days left (10 days at that meeting)"),
        ("`shop`: fix", "cannot be told: nothing, or more than one thing, has this name"),
        ("`nowhere`: fix", "cannot be told: nothing, or more than one thing, has this name"),
        ("`maintenance nowhere (0123abcd)`: fix", "not there any more"),
    ],
)
def test_a_name_that_people_typed_themselves_is_understood_or_said_not_to_be(tmp_path, said, told):
    items = (engine("15.1"), maintenance(3))
    page = UpkeepReview(review(tmp_path, *items, before=items, said=said))
    assert [page.told(each) for each in page.decided] == [told]


def test_what_a_meeting_accepted_under_a_name_of_two_is_said_and_accepts_nothing(tmp_path):
    items = (engine("12.1"), maintenance(3))
    page = UpkeepReview(review(tmp_path, *items, before=items, said="`shop`: accepted until 12/31 because x"))
    assert len(page.discuss) == 2
    head = upkeep_page(page).cells[1].outputs[0]["data"]["text/plain"]
    assert "2026-W39: shop may be engine shop (" in head


def test_what_was_in_a_place_that_nobody_asks_any_more_is_not_called_gone(tmp_path):
    one, other = certificate(9), certificate(99, "other")
    found = review(tmp_path, other, said=f"`{label(one)}`: fix")
    archive = Archive(LocalStore(tmp_path), found.review.name)
    put(archive, previous(found.week), (UpkeepLook("certificates", "eu-west-1", NOW, "complete", "", (one,)),))
    page = UpkeepReview(found)
    assert [page.told(each) for each in page.decided] == ["cannot be told: its source did not answer in full"]


@pytest.mark.parametrize(
    ("before", "now", "done"),
    [
        (certificate(19), certificate(400), True), (certificate(19), certificate(20), False),
        (certificate(19), certificate(19), False), (maintenance(3), maintenance(10), False),
        (maintenance(3), engine("14.9"), True), (engine("13.9"), engine("14.9"), True),
        (engine("13.9"), engine("15.1"), True),
    ],
)  # fmt: skip
def test_what_is_near_again_is_not_done_and_stays_on_top(tmp_path, before, now, done):
    page = UpkeepReview(review(tmp_path, now, before=[before], said=f"`{label(before)}`: fix"))
    (one,) = page.decided
    assert one.found.done is done
    assert not one.settled(page.opened)
    four_weeks_ago = replace(one, decision=replace(one.decision, week="2026-W36"))
    assert four_weeks_ago.settled(page.opened) is done
