"""Events from CSV files: columns by any name, times that say where they are local, one sentence for each mistake."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sre_lib.collect.events.from_files import events_of, with_events
from sre_lib.errors import UserMistakeError
from sre_lib.event import Event
from sre_lib.params_events import EventsFile
from sre_lib.params_file import ArchiveSource
from tests.collect.account import SERVICE, review_of

TOKYO = "Asia/Tokyo"
SEND = datetime(2026, 10, 2, 11, tzinfo=UTC)
API = replace(SERVICE, name="api")


def moment(at: datetime, kind: str, title: str, services: tuple[str, ...] = (), audience: int | None = None) -> Event:
    return Event(at, at, kind, title, services, audience)


def review_with(folder, text, events=(), **file):
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "push.csv").write_bytes(content)
    named = EventsFile.model_validate({"file": "push.csv", **file})
    review = review_of(ArchiveSource(type="archive"), services=(SERVICE, API), events=events)
    return replace(review, file=folder / "params" / "shop.yaml", events_from=(named,))


def read(folder, text, **file):
    return events_of(review_with(folder, text, **file))


def mistake(folder, text, **file):
    with pytest.raises(UserMistakeError) as caught:
        read(folder, text, **file)
    return str(caught.value)


def test_columns_of_our_names(tmp_path):
    text = (
        "start,end,kind,title,audience,services,url\n"
        '2026-10-02T20:00+09:00,2026-10-02T20:45+09:00,push,Autumn coupon,"250,000",web;api,https://push.example.com/1\n'
        "\n"
        "2026-09-30T23:00Z,,load-test,秋 <script>alert(1)</script>,,,\n"
        '2026-10-03T02:00Z,,batch,Export,0,"api, web",\n'
        "2026-10-04T02:00Z,,sale,Sale,9,api|web,\n"
    )
    both = ("web", "api")
    assert read(tmp_path, text) == (
        moment(datetime(2026, 9, 30, 23, tzinfo=UTC), "load_test", "秋 <script>alert(1)</script>"),
        Event(SEND, SEND + timedelta(minutes=45), "push", "Autumn coupon", both, 250_000, "https://push.example.com/1"),
        moment(datetime(2026, 10, 3, 2, tzinfo=UTC), "batch", "Export", ("api", "web"), 0),
        moment(datetime(2026, 10, 4, 2, tzinfo=UTC), "sale", "Sale", ("api", "web"), 9),
    )


def test_the_export_of_a_push_tool_from_a_spreadsheet(tmp_path):
    text = "\ufeffCampaign,Id,Recipients,Sent At\r\nクーポン,7,250000,2026/10/02 20:00\r\n"
    columns = {"start": "Sent At", "title": "Campaign", "audience": "Recipients"}
    wanted = (Event(SEND, SEND, "push", "クーポン", ("web",), 250_000),)
    file = {"columns": columns, "timezone": TOKYO, "kind": "push", "services": ["web"]}
    assert read(tmp_path, text, **file) == wanted
    assert read(tmp_path, text.removeprefix("\ufeff").encode("cp932"), **file) == wanted


def test_what_a_line_says_goes_before_what_the_file_is_said_to_be(tmp_path):
    text = "start,title,kind,services\n2026-10-02T11:00Z,a,,\n2026-10-02T11:00Z,b,sale,api\n"
    found = read(tmp_path, text, kind="push", services=["web"])
    assert [(each.title, each.kind, each.services) for each in found] == [
        ("a", "push", ("web",)),
        ("b", "sale", ("api",)),
    ]


def test_out_of_order_and_twice_and_ten_within_an_hour(tmp_path):
    lines = [
        f"2026-10-02T11:{minute:02d}Z,push,n{minute}\n" for minute in (30, 6, 54, 0, 12, 48, 18, 42, 24, 36, 30, 0)
    ]
    written = Event(SEND, SEND, "push", "n0")
    review = review_with(tmp_path, "start,kind,title\n" + "".join(lines), events=(written,))
    found = events_of(review)
    assert [each.title for each in found] == [f"n{minute}" for minute in range(0, 60, 6)]
    assert with_events(review).events == found
    assert events_of(with_events(review)) == found


def test_a_time_without_a_time_zone_is_refused_and_the_sentence_shows_how_to_write_it(tmp_path):
    assert mistake(tmp_path, "start,kind,title\n2026-10-02 20:00,push,a\n") == (
        "events_from: push.csv, line 2: start: got '2026-10-02 20:00', which has no time zone; write it with its "
        "offset, such as 2026-10-02T20:00:00+09:00, or say `timezone: Asia/Tokyo` beside `file` in the review file"
    )


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        (
            "2026-03-29T02:30",
            "start: got '2026-03-29T02:30', which the clocks of Europe/Berlin skip; write it with its",
        ),
        ("2026-10-25T02:30", "start: got '2026-10-25T02:30', which the clocks of Europe/Berlin show twice; write it"),
    ],
)
def test_a_time_at_a_change_of_the_clocks_wants_its_offset(tmp_path, time, sentence):
    text = "start,kind,title\n{},push,a\n"
    assert sentence in mistake(tmp_path, text.format(time), timezone="Europe/Berlin")
    found = read(tmp_path, text.format(f"{time}+02:00"), timezone="Europe/Berlin")
    assert found[0].start == datetime.fromisoformat(f"{time}+02:00")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("soon,,push,a,,,", "line 2: start: got 'soon', wants a time such as 2026-10-01T12:00"),
        (",,push,a,,,", "line 2: start: got '', wants a time such as"),
        ("02/10/2026 20:00,,push,a,,,", "line 2: start: got '02/10/2026 20:00', wants a time such as"),
        ("2026-10-02T20:00Z,2026-10-02T19:00Z,push,a,,,", "line 2: end: got '2026-10-02T19:00:00+00:00', wants a"),
        ("2026-10-02T20:00Z,,pusch,a,,,", "line 2: kind: got 'pusch', did you mean 'push'?"),
        ("2026-10-02T20:00Z,,,a,,,", "line 2: kind: got '', wants one of batch, "),
        ("2026-10-02T20:00Z,,push,,,,", "line 2: title: got '', wants some text"),
        ("2026-10-02T20:00Z,,push,a\u202eb,,,", "line 2: title: got 'a\\u202eb', wants some text without control"),
        ("2026-10-02T20:00Z,,push,a,-5,,", "line 2: audience: got '-5', wants greater than or equal to 0"),
        ("2026-10-02T20:00Z,,push,a,many,,", "line 2: audience: got 'many', wants a whole number, such as 250000 or"),
        ('2026-10-02T20:00Z,,push,a,"2,50",,', "line 2: audience: got '2,50', wants a whole number"),
        ("2026-10-02T20:00Z,,push,a,999999999999,,", "line 2: audience: got '999999999999', wants less than or equal"),
        ("2026-10-02T20:00Z,,push,a,,wed,", "line 2: services: got 'wed', did you mean 'web'?"),
        ("2026-10-02T20:00Z,,push,a,,,javascript:x", "line 2: url: got 'javascript:x', wants an address that starts"),
        ("2026-10-02T20:00Z,,push,a,,,,x", "line 2: got 8 fields, wants 7 as in line 1; put a text with a comma in"),
        ('2026-10-02T20:00Z,,push,"a', "line 2: got no CSV (unexpected end of data)"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_file_and_line(tmp_path, line, sentence):
    said = mistake(tmp_path, f"start,end,kind,title,audience,services,url\n{line}\n")
    assert said.startswith("events_from: push.csv, ")
    assert sentence in said


@pytest.mark.parametrize(
    ("text", "file", "sentence"),
    [
        ("", {}, "push.csv, line 1: got the column 'start' not at all"),
        ("Date,Name\n", {}, "got the column 'start' not at all, wants it once for 'start'; say under `columns` what "
         "the file calls it (it has 'Date, Name')"),
        ("start,title\n", {}, "got the column 'kind' not at all"),
        ("start,title\n", {"kind": "push", "columns": {"end": "To"}}, "got the column 'To' not at all, wants it once"),
        ("start,title,title\n", {"kind": "push"}, "got the column 'title' twice or more"),
        ("start,title\n".encode("utf-16"), {}, "push.csv: is neither UTF-8 nor Shift_JIS text; save it as CSV"),
        (b"start,kind,title\n2026-10-02T20:00Z,push,\xe9\n", {}, "push.csv: is neither UTF-8 nor Shift_JIS text"),
    ],
)  # fmt: skip
def test_a_wrong_header_or_encoding(tmp_path, text, file, sentence):
    assert sentence in mistake(tmp_path, text, **file)


def test_a_file_that_is_not_there(tmp_path):
    review = review_with(tmp_path, "", kind="push")
    (tmp_path / "push.csv").unlink()
    with pytest.raises(UserMistakeError, match=r"events_from: push\.csv: No such file or directory; name a CSV file"):
        events_of(review)


CELLS = st.sampled_from(
    ["", "2026-10-02T20:00Z", "push", "-1", "1" * 5000, "９", '"', "\x00", "\r", "\u2028", "web;", "x" * 300]
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=8).map(",".join), max_size=5).map("\n".join)


@given(text=st.one_of(st.binary(max_size=60), ROWS.map(str.encode), ROWS.map(lambda text: text.encode("utf-16"))))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_is_read_or_refused_in_one_line(tmp_path, text):
    said = ""
    found: tuple[Event, ...] = ()
    try:
        found = read(tmp_path, b"start,end,kind,title,audience,services,url\n" + text)
    except UserMistakeError as error:
        said = str(error)
    assert len(said.splitlines()) <= 1
    assert all(each.start <= each.end and each.title for each in found)
