"""What is found in the week of each view is told in both languages, with every number."""

import re
from dataclasses import replace

import pytest

from sre_lib.views import builtin_views
from sre_lib.wording import wording
from sre_lib.wording.findings import next_action, question, sentence, view_name, why_here
from sre_lib.wording.numbers import numbers
from tests.analyse.views.cases import CASES, case

LANGUAGES = ("en", "ja")


@pytest.mark.parametrize("view", CASES)
def test_every_view_is_told_in_both_languages(view):
    _, _, finding = case(view)
    texts = []
    for language in LANGUAGES:
        say = wording(language)
        told = sentence(finding, say, "Asia/Tokyo")
        texts.append(told)
        assert told.startswith("web" if finding.part.startswith("web") else finding.part)
        assert not re.search(r"[{}_]|\b(nan|inf|derived)\b", told)
        assert all((question(finding, say), next_action(finding, say), why_here(finding, say)))
        assert view_name(view, say)
    assert texts[0] != texts[1]
    assert not re.search("[ぁ-ん]", texts[0])


@pytest.mark.parametrize("view", [each for each in CASES if builtin_views()[each].sentence])
def test_every_number_of_a_sentence_is_in_the_evidence(view):
    _, _, finding = case(view)
    wanted = set(re.findall(r"{(\w+)}", builtin_views()[view].sentence))
    assert wanted <= numbers(finding, wording("en"), "Asia/Tokyo").keys()


@pytest.mark.parametrize(
    ("name", "value", "english", "japanese"),
    [
        ("tasks_count", 4.0, "4", "4"),
        ("total_count", 642_800.0, "642.8K", "64.3万"),
        ("followed_share", 0.25, "25 %", "25%"),
        ("memory_percent", 98.2, "98 %", "98%"),
        ("minutes", 95.0, "1 h 35 min", "1時間35分"),
        ("later_minutes", 20.0, "20 min", "20分"),
        ("days", 5.0, "5 days", "5日"),
        ("first_tooth_days", 3.5, "3 days 12 h", "3日12時間"),
        ("limit_days", float("inf"), "not known", "不明"),
        ("days_to_limit", 1e9, "more than ten years", "10年超"),
        ("from_clock", 250.0, "04:10", "04:10"),
        ("to_clock", 1445.0, "00:05", "00:05"),
        ("left", 15.0, "15 points", "15ポイント"),
        ("change", -7.5, "7.5 points", "7.5ポイント"),
        ("expected", float("nan"), "not known", "不明"),
        ("lowest", 12.0, "12 %", "12%"),
    ],
)
def test_numbers_are_said_by_the_endings_of_their_names(name, value, english, japanese):
    finding = replace(case("cpu_high")[2], evidence={name: value})
    assert [numbers(finding, wording(each), "Asia/Tokyo")[name] for each in LANGUAGES] == [english, japanese]


def test_a_day_is_told_without_its_midnight():
    finding = case("day_mode")[2]
    assert numbers(finding, wording("en"), "Asia/Tokyo")["day"] == "Mon 28 Sep"
