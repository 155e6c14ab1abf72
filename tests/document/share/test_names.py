"""The last scan of a public pack: where a name hides, and which words are ours."""

import base64

import pytest

from sre_lib.document.share.leaks import Leak
from sre_lib.document.share.names import names_left

PACKED = base64.b64encode(b"<svg><text>zanzibar-payments</text></svg>").decode()


@pytest.mark.parametrize(
    "html",
    [
        "<p>zanzibar-payments</p>",
        "<p>ZANZIBAR-Payments.</p>",
        "<p><b>zanzibar</b>-payments</p>",
        "<p>ｚａｎｚｉｂａｒ-payments</p>",
        '<i title="a zanzibar-payments b"></i>',
        '<a href="https://example.com/#q=zanzibar%252Dpayments"></a>',
        '<script type="application/json">{"zanzibar-payments": 1}</script>',
        f'<img src="data:image/svg+xml;base64,{PACKED}">',
        "<!-- zanzibar-payments -->",
    ],
)
def test_a_name_is_found_whatever_its_case_and_where_it_hides(html):
    left = names_left({"index.html": html.encode()}, ["zanzibar-payments"])
    assert Leak("index.html", "name 'zanzibar-payments'") in left.leaks


def test_names_of_files_telling_pieces_and_japanese_within_a_sentence_are_found():
    files = {"services/zanzibar.html": b"", "index.html": "<p>今週の決済基盤は</p>".encode()}
    assert names_left(files, ["zanzibar-p1", "決済基盤"]).leaks == (
        Leak("index.html", "name '決済基盤'"),
        Leak("services/zanzibar.html", "name 'zanzibar'"),
    )


def test_a_part_of_a_longer_word_is_no_name_and_our_own_words_are_told():
    page = b"<p>CPU of service-01, the payload, zqab</p>"
    assert names_left({"index.html": page}, ["cpu", "zqa", "CPU"]) == ((), ("CPU",))


def test_what_the_shipped_lessons_say_is_none_on_their_page_alone():
    page = b"<p>orders-db</p>"
    assert names_left({"learn.html": page}, ["orders-db"]).leaks == ()
    assert names_left({"index.html": page}, ["orders-db"]).leaks != ()


def test_what_is_shown_on_purpose_is_no_leak():
    page = b"<p>made 07:00 (Asia/Tokyo)</p>"
    assert names_left({"index.html": page}, ["Tokyo launch"]).leaks == (Leak("index.html", "name 'Tokyo'"),)
    assert names_left({"index.html": page}, ["Tokyo launch"], ["Asia/Tokyo"]).leaks == ()
