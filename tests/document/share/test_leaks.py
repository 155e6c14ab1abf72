"""The last scan: where something private hides in a finished file, and what it says of it."""

import base64

import orjson
import pytest

from sre_lib.document.share.leaks import Leak, leaks

MAIL = "aya@example.com"
PACKED = base64.b64encode(f"<svg><text>{MAIL}</text></svg>".encode()).decode()


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{MAIL}</p>",
        "<p>aya&#64;example.com</p>",
        "<p><span>aya</span><span>@</span><b>example.com</b></p>",
        f'<i title="{MAIL}"></i>',
        '<a href="https://example.com/#q=aya%2540example.com"></a>',
        '<a href="https://example.com/#q=aya$2540example.com"></a>',
        f'<img src="data:image/svg+xml;base64,{PACKED}">',
        '<img src="data:image/svg+xml,%3Csvg%3Eaya%40example.com">',
        f'<script type="application/json">{orjson.dumps({"data": [{"text": [MAIL]}]}).decode()}</script>',
        '<script type="application/json">{"x": "aya\\u0040example.com"}</script>',
        f'<script type="application/json">{orjson.dumps({MAIL: PACKED}).decode()}</script>',
        f'<script type="application/json">{orjson.dumps([PACKED]).decode()}</script>',
        f"<!-- {MAIL} -->",
    ],
)
def test_a_page_that_holds_something_private_is_told_with_its_kind(html):
    assert leaks({"services/web.html": html.encode()}) == (Leak("services/web.html", "mail"),)


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>210987</td><td>654321</td></tr></table>",
        '<script type="application/json">{"y": [210987654321, 1.5]}</script>',
        "<script>var x = 'a@b.com'</script><style>a{}</style><p>fine</p>",
    ],
)
def test_numbers_of_a_chart_cells_of_a_table_and_own_scripts_are_no_leak(html):
    assert leaks({"index.html": html.encode()}) == ()


def test_other_files_and_names_of_files_are_looked_at_too():
    files = {"alarms.tf": b'"arn:aws:sns:us-east-1:210987654321:x"', "web-10.1.2.3.html": b""}
    assert leaks(files) == (Leak("alarms.tf", "account"), Leak("web-10.1.2.3.html", "address"))


TOKEN = "FQoG" + "AbC1" * 31


@pytest.mark.parametrize(
    ("held", "kinds"),
    [
        # By chance the numbers of a chart begin as a session token does.
        ({"bdata": TOKEN, "dtype": "f4"}, []),
        ({"bdata": TOKEN, "dtype": "f4", "shape": "3, 8"}, []),
        ({"bdata": TOKEN, "dtype": "no such type"}, ["secret"]),
        ({"bdata": TOKEN + "A", "dtype": "f4"}, ["secret"]),
        ({"bdata": TOKEN, "dtype": "f4", "more": 1}, ["secret"]),
        ({"bdata": base64.b64encode(b"<aya@example.com>   ").decode(), "dtype": "f4"}, ["mail"]),
    ],
)
def test_numbers_are_no_text_but_what_their_bytes_say_is(held, kinds):
    page = f'<script type="application/json">{orjson.dumps({"y": held}).decode()}</script>'
    assert [each.kind for each in leaks({"index.html": page.encode()})] == kinds
