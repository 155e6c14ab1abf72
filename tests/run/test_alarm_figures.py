"""Earlier weeks' figures of the alarms are those that each week's own review recorded; the page says which are not."""

import json
from dataclasses import asdict, replace

import pytest

from sre_lib import weeks
from sre_lib.alarms.figures import WeekFigure, as_recorded
from sre_lib.collect.archive import Archive
from sre_lib.document.alarm_rows import figures_remark
from sre_lib.document.minutes import meeting
from sre_lib.run.alarm_figures import with_figures
from sre_lib.run.meeting import Desk
from sre_lib.store import LocalStore
from sre_lib.wording import wording
from tests.document.build import WEEK, finding, look
from tests.document.test_weekly import opened

BEFORE = weeks.previous(WEEK).name
THEN = WeekFigure(BEFORE, 9, 1, 9)
NOW = WeekFigure(BEFORE, 5, 1, 0)
THIS = WeekFigure(WEEK.name, 3)
WHOLE = json.dumps({"week": BEFORE, "weeks": [{**asdict(each), "clean": each.clean} for each in (THIS, THEN)]})


def recorded(folder, content):
    """Return the figures that a week takes over from the alarms.json of the week before, by way of the archive."""
    made = opened(look(finding()))
    desk = Desk(LocalStore(folder), made.review, WEEK)
    if content is not None:
        desk.store.write(f"{desk.folder_of(BEFORE)}/alarms.json", content.encode())
    found = with_figures(made, desk).meeting
    archive = Archive(LocalStore(folder / "archive"), "demo")
    meeting.keep(archive, WEEK, found)
    assert meeting.read(archive, WEEK) == found
    return found.figures


def test_the_week_s_own_figure_of_then_is_taken_over(tmp_path):
    (found,) = recorded(tmp_path, WHOLE)
    assert found == THEN
    assert as_recorded([NOW, THIS], [found]) == (replace(THEN, recorded=True), THIS)


@pytest.mark.parametrize(
    "content",
    [None, "", "{", "[]", json.dumps({"week": BEFORE}), json.dumps({"week": BEFORE, "weeks": [{"week": 5}]}),
     json.dumps({"week": "2026-W01", "weeks": [asdict(THEN)]}), json.dumps({"week": BEFORE, "weeks": [asdict(THIS)]})],
)  # fmt: skip
def test_a_file_without_it_leaves_what_is_counted_now(tmp_path, content):
    found = recorded(tmp_path, content)
    assert found == ()
    assert as_recorded([NOW, THIS], found) == (NOW, THIS)


def test_a_week_that_knew_nothing_of_itself_and_the_reviewed_one_stay_as_they_are():
    assert as_recorded([NOW, THIS], [WeekFigure(BEFORE, None), replace(THIS, notifications=99)]) == (NOW, THIS)


def test_the_page_says_by_which_classes_the_alarms_count():
    say, older = wording("en"), WeekFigure("2026-W38", 4)
    then = "Earlier weeks count as their own reviews did, by what each alarm was worth then."
    own = replace(THEN, recorded=True)
    assert figures_remark([own, THIS], say) == then
    assert figures_remark([older, own, THIS], say) == (
        f"{then} 2026-W38 had no review: there an alarm counts as what it is worth now."
    )
    assert figures_remark([NOW, THIS], say).startswith("An alarm counts in earlier weeks as what it is worth now")
