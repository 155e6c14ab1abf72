"""What of a text is private: what is found, what is not taken for it, and what hypothesis makes up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.share.private import private_in

KEY = "AKIA" + "Z7Q2M4X6C8V1B3N5"
SLACK = "https://hooks.slack.com/services/" + "T024BE7LD/B08A1C2D3/xYzXyZaBcDeFgHiJkLmNoPqR"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlc2lnbmF0dXJl"
PEM = "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEpAIB\n-----END RSA PRIVATE KEY-----"


def found(text):
    return [(each.kind, text[each.start : each.end]) for each in private_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask aya@example.co.jp today", [("mail", "aya@example.co.jp")]),
        ("連絡先はaya@example.co.jpです", [("mail", "aya@example.co.jp")]),
        ("?q=aya%40example.com", [("mail", "aya%40example.com")]),
        ("arn:aws:sns:us-east-1:210987654321:page", [("account", "210987654321")]),
        ("logs-210987654321-prod.", [("account", "210987654321")]),
        ("account 2109-8765-4321", [("account", "2109-8765-4321")]),
        ("from 10.1.2.3:8080, 172.20.0.1.", [("address", "10.1.2.3"), ("address", "172.20.0.1")]),
        ("ip-10-1-2-3.ec2.internal", [("address", "ip-10-1-2-3.ec2.internal")]),
        ("fd12:3456:789a::1", [("address", "fd12:3456:789a::1")]),
        (f"key {KEY} leaked", [("secret", KEY)]),
        ("postgres://app:hunter2hunter@db.example.com/x", [("mail", "hunter2hunter@db.example.com")]),
        ("https://app:hunter2hunter@server/x", [("secret", "hunter2hunter")]),
        ("password=correct-horse", [("secret", "correct-horse")]),
        (f"posted to {SLACK}", [("secret", SLACK)]),
        (PEM, [("secret", PEM)]),
    ],
)
def test_what_is_private_is_found_whole(text, expected):
    assert found(text) == expected


def test_a_signed_token_is_found():
    assert [kind for kind, _ in found(f"sent {JWT} along")] == ["secret"]


@pytest.mark.parametrize(
    "text",
    [
        "@kenji until 2026-10-09", "0.123456789012", "1234567890123", "8.8.8.8", "engine 10.300.1.2", "3 of 4 at 12:30",
        "2026-10-11-12-30", "app/shop-public/50dc6c495c0c9188", "356a192b7913b04c54574d18c28d46e6395428ab",
        "password-reset service", "secret-1 and account-1 and token=secret-2", "web: 12 tokens: 3 M",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_stays(text):
    assert found(text) == []


@given(st.text(max_size=80))
def test_any_text_is_cut_in_order_and_without_overlaps(text):
    spans = [(each.start, each.end) for each in private_in(f"{text} aya@example.com {text}")]
    assert spans == sorted(spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(start < end for start, end in spans)
