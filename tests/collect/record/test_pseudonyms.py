"""Pseudonyms: no word stays, what belongs together still does, and nobody finds the words again without the secret."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.record.pseudonyms import Pseudonyms

NAMES = Pseudonyms()
WORDS = st.text(st.characters(categories=["L", "Nd", "So", "Mn"]), min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from("-_/:. @*"))
def test_no_word_is_left_and_the_signs_between_them_are(words, sign):
    text = sign.join(words)
    shown = NAMES.text(text)
    left = set(re.findall(r"[^\W\d_]{3,}", text)) & set(re.findall(r"[^\W\d_]{3,}", shown))
    assert not [each for each in left if not re.fullmatch("[0-9a-fx]+", each)]
    assert shown.isascii()
    assert shown.count(sign) >= text.count(sign) or sign in ".-"  # an address is one word
    assert NAMES.text(text) == shown


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("orders", r"x\w{9}"),
        ("orders-reader-001", r"x\w{9}-x\w{9}-001"),
        ("service/shop/web", r"service/x\w{9}/x\w{9}"),
        ("service", r"x\w{9}"),
        ("app/public/50dc6c495c0c9188", r"app/x\w{9}/x\w{9}"),
        ("arn:aws:ecs:eu-west-1:123456789012:service/a/service", r"arn:aws:ecs:eu-west-1:\d{12}:service/x\w{9}/x\w{9}"),
        ("arn:aws:s3:::acme-bucket", r"x\w{9}:x\w{9}:x\w{9}:::x\w{9}-x\w{9}"),
        ("arn:aws:ecs:acme-tokyo-1:1:x", r"x\w{9}:x\w{9}:x\w{9}:x\w{9}-x\w{9}-1:1:x\w{9}"),
        ("123456789012", r"\d{12}"),
        ("ip-10-20-30-40.internal", r"x\w{9}-x\w{9}\.x\w{9}"),
        ("ceo@acme.example", r"x\w{9}@x\w{9}\.x\w{9}"),
        ("店", r"x\w{9}"),
    ],
)  # fmt: skip
def test_a_name_keeps_its_shape(text, shape):
    shown = NAMES.text(text)
    assert re.fullmatch(shape, shown, re.ASCII), shown
    assert "123456789012" not in shown


def test_one_name_is_one_pseudonym_everywhere_and_another_one_in_another_recording():
    inside = NAMES.text("service/shop/orders").rpartition("/")[2]
    assert NAMES.text("orders") == inside == NAMES.text("orders-reader").partition("-")[0]
    assert Pseudonyms().text("orders") != inside
    assert str(NAMES._secret) not in repr(NAMES)


@given(st.text(max_size=20))
def test_factors_make_nothing_larger(unit):
    assert 0.25 <= NAMES.factor(unit) < 1
    assert NAMES.factor(unit) == NAMES.factor(unit)
