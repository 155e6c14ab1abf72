"""The shipped lessons: what was encoded comes back, in both languages, and they are what the shop gives now."""

import pytest

from sre_lib.document.learning import shipped
from sre_lib.document.learning.graphs import marked
from sre_lib.document.learning.lesson import Lesson
from sre_lib.wording import wording
from tests import lessons
from tests.document.build import CPU, finding, look


def test_there_are_several_views_and_usual_weeks():
    found = shipped.shipped_lessons(wording("en"))
    assert len({each.view for each in found if each.finding}) >= 6
    assert sum(each.finding is None for each in found) >= 4
    assert all(each.shipped for each in found)


def test_the_date_does_not_tell_a_usual_week():
    assert {each.look.week.name for each in shipped.shipped_lessons(wording("en"))} == {shipped.DRILL_WEEK}


def test_they_speak_japanese():
    assert any("上昇" in each.sentence or "CPU" in each.sentence for each in shipped.shipped_lessons(wording("ja")))
    english = {each.sentence for each in shipped.shipped_lessons(wording("en"))}
    assert english.isdisjoint(each.sentence for each in shipped.shipped_lessons(wording("ja")) if each.finding)


def test_what_is_encoded_comes_back(monkeypatch, tmp_path):
    spike = finding()
    (tmp_path / shipped.FILE).write_bytes(shipped.encode([Lesson(look(spike), CPU, spike), Lesson(look(), CPU)]))
    monkeypatch.setattr(shipped, "files", lambda _package: tmp_path)
    back, usual = shipped.shipped_lessons(wording("en"))
    assert (back.finding, back.column, back.right) == (spike, CPU, Lesson(look(spike), CPU, spike).right)
    assert usual.finding is None
    series = back.look.service_week.frame.series(CPU)
    assert (series.index[0], series.index[-1] < back.look.week.end, set(series)) == (back.look.week.start, True, {31.0})
    assert len(marked(back).figure.data) >= 3


@pytest.mark.long
def test_they_are_what_the_shop_gives_now():
    now, kept = lessons.leaves(lessons.made()), lessons.leaves(lessons.FILE.read_bytes())
    assert now.keys() == kept.keys()
    # Drawn values have four digits: the last one may differ where a machine adds up in another order.
    for path, value in kept.items():
        assert now[path] == (pytest.approx(value, rel=2e-4) if isinstance(value, float) else value), path
