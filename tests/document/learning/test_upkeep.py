"""What there is to learn of upkeep: why one looks there, in both languages, and what meetings decided on it."""

from dataclasses import replace
from typing import get_args

import pytest

from sre_lib.analyse.upkeep.due import NOW_DAYS, SOON_DAYS
from sre_lib.analyse.upkeep.naming import label
from sre_lib.analyse.upkeep.priority import WEIGHTS
from sre_lib.document.learning.page import LearningReview
from sre_lib.document.learning.upkeep import upkeep_lessons, upkeep_rows
from sre_lib.upkeep import UpkeepItem, UpkeepKind
from sre_lib.wording.upkeep import ENGINE, IMPORTED, LESSONS, MAINTENANCE, MANAGED, UNKNOWN, upkeep_advice
from tests.document.test_upkeep import certificate, engine, maintenance, review


@pytest.mark.parametrize(
    ("item", "known", "advice"),
    [
        (certificate(9), True, IMPORTED), (replace(certificate(9), managed=True), True, MANAGED),
        (engine("14"), True, ENGINE), (engine("99"), False, UNKNOWN), (maintenance(3), True, MAINTENANCE),
        (maintenance(3), False, MAINTENANCE),
    ],
)  # fmt: skip
def test_each_kind_has_its_own_question_action_and_reason(item: UpkeepItem, known, advice):
    assert upkeep_advice(item, known=known) == advice


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_learning_page_says_why_an_expert_looks_there(tmp_path, language):
    found = review(tmp_path, certificate(9), language=language)
    told = upkeep_lessons(found)
    assert told is not None
    assert told.text.split("\n")[1:] == [
        " | ".join(found.say(text) for text in (each.name, each.why, each.question)) for each in LESSONS
    ]


def test_a_review_without_upkeep_has_nothing_to_learn_of_it(tmp_path):
    found = review(tmp_path, certificate(9))
    without = replace(found, review=replace(found.review, upkeep=()))
    assert upkeep_lessons(without) is None
    assert upkeep_rows(without) == []


def test_a_verdict_on_upkeep_is_in_the_case_library_with_what_came_of_it(tmp_path):
    one = certificate(9, "<b>x</b>")
    found = review(tmp_path, one, before=[one], said=f"`{label(one)}`: accepted until 12/31 because it goes")
    shown = LearningReview(found).library()
    assert shown.text == (
        "2026-W39 | certificate <b>x</b> | Upkeep | 16 days left | accepted until 2026-12-31: it goes, not renewed: 9 "
        "days left (16 days at that meeting)"
    )
    assert "<b>x" not in shown.html


@pytest.mark.parametrize("kind", get_args(UpkeepKind))
def test_every_kind_has_its_texts_its_days_and_its_weight(kind):
    item = UpkeepItem("id", "databases", kind, "name")
    assert upkeep_advice(item, known=True) in LESSONS
    assert NOW_DAYS[kind] < SOON_DAYS[kind]
    assert kind in WEIGHTS
