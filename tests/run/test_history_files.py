"""What the meeting saw itself, ticked actions and the history page, over runs of two weeks."""

from dataclasses import replace
from datetime import date

import orjson
import pytest

from sre_lib.analyse.ranking import Ranking
from sre_lib.document.history import PastWeek
from sre_lib.document.minutes.record import Minutes
from sre_lib.model import NotEvaluated
from sre_lib.run.answers import findings_json
from sre_lib.run.history_files import past_week
from tests.document.build import SHIFT, WEEK, finding, look
from tests.run.stubbed import cell_named, discussion, room

FORM = "Service: web\nMetric: cpu\nFrom: 10/2 10:00\nWhat we saw: the page was slow"
WRONG = "\n\nService: wbe\nMetric: cpu\nFrom: 10/2\nWhat we saw: hm"
MINUTES = Minutes("2026-W40", date(2026, 10, 5))


@pytest.fixture
def shop(tmp_path, monkeypatch):
    return room(tmp_path, monkeypatch, pages=True)


def test_what_the_meeting_saw_is_an_entry_with_a_cell_of_its_own_and_a_slip_is_told_by_each_command(shop):
    shop.run()
    shop.write_in("notes:own", FORM + WRONG)
    shop.run()
    own = shop.minutes().entries[-1]
    assert (own.origin, own.sentence, own.found) == ("people", "the page was slow", False)
    assert own.evidence["expected"] == 30.0
    assert cell_named(shop.notebook(), f"discussion:{own.id}")
    assert shop.minutes().notes["own"].text == FORM + WRONG
    slip = (
        "what we saw ourselves, line 6: got 'wbe', wants the name of a service; did you mean 'web'?; "
        "it stays in its cell"
    )
    assert slip in shop.told
    shop.told.clear()
    shop.publish()
    assert shop.told == [slip]
    told = orjson.loads((shop.folder / "findings.json").read_bytes())["seen_by_people"]
    assert (told["missed"], [each["sentence"] for each in told["seen"]]) == (1, ["the page was slow"])
    shop.write_in(f"discussion:{own.id}", "Verdict: fix")
    shop.run()
    assert [(each.id, each.written.text) for each in shop.minutes().entries if each.origin == "people"] == [
        (own.id, "Verdict: fix")
    ]


def test_open_actions_stand_there_to_be_ticked_next_week(shop):
    shop.run()
    notebook = shop.notebook()
    discussion(notebook).source = "Verdict: watch\n- [ ] look @yuki 2026-10-12"
    shop.save(notebook)
    shop.run()
    shop.week = "2026-W41"
    shop.run()
    cell = cell_named(shop.notebook(), "notes:actions")
    assert cell.source == "- [ ] look @yuki 2026-10-12\n\n**Notes:**"
    assert shop.minutes().notes == {}
    shop.run()
    assert shop.minutes().notes == {}
    shop.write_in("notes:actions", cell.source.replace("[ ]", "[x]"))
    shop.run()
    assert shop.minutes().notes["actions"].text == "- [x] look @yuki 2026-10-12\n\n**Notes:**"
    shop.week = "2026-W42"
    shop.run()
    assert cell_named(shop.notebook(), "notes:actions").source == "**Notes:**"


def test_the_history_page_is_there_and_linked_from_week_two_on(shop):
    history = shop.home / "reviews" / "shop" / "history.html"
    shop.run()
    assert not history.exists()
    assert "history.html" not in (shop.folder / "index.html").read_text()
    shop.week = "2026-W41"
    shop.run()
    assert 'href="../history.html"' in (shop.folder / "index.html").read_text()
    assert 'href="../../history.html"' in (shop.folder / "services" / "web.html").read_text()
    assert "What became of it all in 2 weeks" in history.read_text()
    notebook = shop.notebook()
    notebook.cells[0].source += "\n\n- nothing"
    shop.save(notebook)
    shop.write_in("notes:meeting", "- [ ] write to the partner @ann")
    shop.publish()
    assert "write to the partner" in history.read_text()


def test_a_week_is_read_back_as_its_run_wrote_it():
    made = look(finding(), SHIFT)
    lacking = NotEvaluated("web", "alb", "requests", "Sum", "no_data")
    analyses = [replace(made.analysis, not_evaluated=(lacking,))]
    one, two, three = finding(), replace(SHIFT, id="f2"), finding(id="f3", evidence={"value": float("nan")})
    content = findings_json(WEEK, Ranking((one,), (), (two,), (three,)), analyses, (), {"2026-W39/f1": "gone"})
    read = past_week(MINUTES, content)
    assert read == PastWeek(
        MINUTES,
        (one, replace(three, evidence={})),
        (two,),
        frozenset({("web", "alb", "requests")}),
        {"2026-W39/f1": "gone"},
    )


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"findings": [{}]}'])
def test_a_week_that_cannot_be_read_says_nothing(content):
    assert past_week(MINUTES, content) == PastWeek(MINUTES)
