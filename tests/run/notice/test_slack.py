"""A notice as Block Kit within Slack's limits, and what a webhook's answers lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.run.notice.message import Line, Notice, Part
from sre_lib.run.notice.sending import Patience
from sre_lib.run.notice.slack import blocks_of, escaped, send, wrong_address
from sre_lib.wording import wording
from tests.run.notice.receiver import HIDDEN, Answer, receiver

EN = wording("en")
NOTICE = Notice(
    "Shop 2026-W40",
    "8 services looked at, 2 findings to discuss",
    "https://pages.example/shop/2026-W40/index.html",
    (
        Part("To discuss", (Line("CPU <b>99 %</b> & rising", "web", "https://pages.example/web.html"),)),
        Part("Open actions", (Line("ask for a *larger* node · @mori"),)),
    ),
    "Data up to 2026-10-05 (Mon) 00:00",
)


def sent(*answers, timeout_s=5.0):
    """Return why sending failed, what was waited for, and what the receiver got."""
    waited: list[float] = []
    with receiver(*answers) as at:
        why = send(at.webhook, NOTICE, EN, Patience(waited.append, timeout_s))
    assert HIDDEN not in why
    return why, waited, len(at.got)


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def test_the_week_as_blocks():
    assert blocks_of(NOTICE, EN) == [
        {"type": "header", "text": {"type": "plain_text", "text": "Shop 2026-W40", "emoji": False}},
        section(
            "*8 services looked at, 2 findings to discuss*\n"
            "<https://pages.example/shop/2026-W40/index.html|Open the pages>"
        ),
        section("*To discuss*\n• <https://pages.example/web.html|web>: CPU &lt;b&gt;99 %&lt;/b&gt; &amp; rising"),
        section("*Open actions*\n• ask for a *\u200blarger* node · @mori"),
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "Data up to 2026-10-05 (Mon) 00:00", "verbatim": True}],
        },
    ]


def test_without_an_address_of_the_pages_nothing_is_linked():
    notice = Notice("t", "l", parts=(Part("p", (Line("x", "web"),)),))
    assert blocks_of(notice, EN)[1:] == [section("*l*"), section("*p*\n• web: x")]


def test_a_failure_is_marked_as_one():
    (header, *_) = blocks_of(Notice("Shop: the run failed", "no credentials", failed=True), EN)
    assert header["text"]["text"] == "❌ Shop: the run failed"


@pytest.mark.parametrize("hostile", ["<!channel>", "<https://evil.example|click>", "a\n> b", "&lt;!here&gt;"])
def test_text_from_outside_is_shown_and_not_obeyed(hostile):
    shown = escaped(hostile)
    assert not set(shown) & set("<>\n")
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == " ".join(hostile.split())


@given(
    st.lists(st.tuples(st.text(max_size=900), st.text(max_size=400)), max_size=40),
    st.text(max_size=400),
    st.text(max_size=4000),
)
def test_the_limits_of_block_kit_hold_whatever_is_told(lines, title, line):
    parts = tuple(
        Part(title, tuple(Line(text * factor, label, f"https://x/{label}" * factor) for text, label in lines))
        for factor in (1, 4)
    )
    blocks = blocks_of(Notice(title, line, "https://x/" + "&" * 300, parts, line), EN)
    assert len(blocks) <= 50
    assert len(blocks[0]["text"]["text"]) <= 150
    assert max(len(each["text"]["text"]) for each in blocks[1:] if "text" in each) <= 3000


def test_what_is_too_much_is_counted():
    part = Part("p", tuple(Line(str(number)) for number in range(20)))
    text = blocks_of(Notice("t", "l", parts=(part,)), EN)[2]["text"]["text"]
    assert text.endswith("• 14\nand 5 more")


@pytest.mark.parametrize(
    ("answers", "why", "waited", "tries"),
    [
        ([Answer()], "", [], 1),
        ([Answer(429, "rate_limited", {"Retry-After": "7"}), Answer()], "", [7.0], 2),
        ([Answer(429, "", {"Retry-After": "soon"}), Answer()], "", [1.0], 2),
        ([Answer(503), Answer(500), Answer()], "", [1.0, 2.0], 3),
        ([Answer(500, "<h1>oops</h1>")], "it answered 500, 4 times", [1.0, 2.0, 4.0], 4),
        (
            [Answer(429, "", {"Retry-After": "3600"})],
            "it answered 429 and asked to wait for 3600 s, which is longer than a run waits",
            [],
            1,
        ),
        ([Answer(404, "no_service")], "it answered 404 (no_service)", [], 1),
        ([Answer(403, f"not allowed: /services/{HIDDEN}")], "it answered 403", [], 1),
        (
            [Answer(200, "<html>Please sign in</html>")],
            "it answered with a page; is a proxy on the way, or is it another address?",
            [],
            1,
        ),
    ],
)
def test_answers(answers, why, waited, tries):
    assert sent(*answers) == (why, waited, tries)


def test_a_receiver_that_hangs_is_given_up():
    assert sent(Answer(hangs=True), timeout_s=0.05) == (
        "it did not answer in time, 4 times",
        [1.0, 2.0, 4.0],
        4,
    )


def test_nobody_listens(caplog):
    with receiver(Answer()) as gone:
        pass
    why = send(gone.webhook, NOTICE, EN, Patience(lambda _seconds: None))
    assert why == "it could not be reached (Connection refused), 4 times"
    assert caplog.records == []


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://hooks.slack.com/services/x", ""),
        ("http://localhost:8065/hooks/x", ""),
        ("http://hooks.slack.com/services/x", "is http, which anybody on the way can read; use https"),
        ("T0/B0/x", "is not a web address such as https://hooks.slack.com/services/…"),
        ("file:///etc/passwd", "is not a web address such as https://hooks.slack.com/services/…"),
        ("https://[x", "is not a web address"),
    ],
)
def test_addresses(url, wrong):
    assert wrong_address(url) == wrong
