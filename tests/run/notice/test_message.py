"""What a notice says of upkeep: the most urgent things to talk about, and nothing where it is quiet."""

import pytest

from sre_lib.run.notice.message import news_of, of_success
from tests.document.test_upkeep import certificate, review


@pytest.mark.parametrize(
    ("language", "heading", "line"),
    [("en", "Upkeep", "certificate shop.example.com: 9 days left"),
     ("ja", "保守期限", "証明書 shop.example.com: 残り 9 日")],
)  # fmt: skip
def test_what_is_due_is_told(tmp_path, language, heading, line):
    found = review(tmp_path, certificate(9), certificate(300, "quiet.example.com"), language=language)
    notice = of_success(found.review, found.week, news_of(found, ""), ())
    assert [(part.heading, [each.plain for each in part.lines]) for part in notice.parts] == [(heading, [line])]


def test_a_quiet_week_and_a_review_without_upkeep_say_nothing_of_it(tmp_path):
    found = review(tmp_path, certificate(300))
    assert of_success(found.review, found.week, news_of(found, ""), ()).parts == ()


def test_of_many_the_most_urgent_are_told(tmp_path):
    found = review(tmp_path, *(certificate(days, f"c{days}") for days in range(1, 20)))
    assert [each.split(":")[0] for each in news_of(found, "").upkeep] == [f"certificate c{day}" for day in range(1, 6)]
