"""Alarms from CSV files: columns by any name, times in any zone, and one sentence for each mistake."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sre_lib.collect.alarms.elsewhere import OtherAlarm, other_alarms
from sre_lib.errors import UserMistakeError
from sre_lib.params_alarms import AlarmsFile
from sre_lib.params_file import ArchiveSource
from tests.collect.account import review_of


def read(folder, text, timezone="Asia/Tokyo", **columns):
    (folder / "pager.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    file = AlarmsFile.model_validate({"file": "pager.csv", "columns": columns, "timezone": timezone})
    review = review_of(ArchiveSource(type="archive"))
    return other_alarms(replace(review, file=folder / "params" / "shop.yaml", alarms_from=(file,)))


def test_columns_of_our_names(tmp_path):
    text = (
        "opened,closed,name,service,severity,url\n"
        "2026-10-01T12:00,2026-10-01T12:30,Checkout slow,web,high,https://pager.example.com/1\n"
        "\n"
        "2026-09-30T23:00Z,,決済 <script>,,,\n"
        "2026-09-30T23:00Z,,決済 <script>,,,\n"
    )
    assert read(tmp_path, text) == (
        OtherAlarm(datetime(2026, 9, 30, 23, tzinfo=UTC), None, "決済 <script>"),
        OtherAlarm(
            datetime(2026, 10, 1, 3, tzinfo=UTC),
            datetime(2026, 10, 1, 3, 30, tzinfo=UTC),
            "Checkout slow",
            "web",
            "high",
            "https://pager.example.com/1",
        ),
    )


def test_columns_of_other_names_in_any_order_with_others_beside(tmp_path):
    text = "\ufeffTitle,Id,Created At\nSlow,7,2026-10-01 12:00:00\n"
    found = read(tmp_path, text, "UTC", opened="Created At", name="Title")
    assert found == (OtherAlarm(datetime(2026, 10, 1, 12, tzinfo=UTC), None, "Slow"),)


def test_shift_jis_and_slashes_as_spreadsheets_write_them(tmp_path):
    text = "opened,name\n2026/10/1 12:00,決済が遅い ～①\n".encode("cp932")
    assert read(tmp_path, text) == (OtherAlarm(datetime(2026, 10, 1, 3, tzinfo=UTC), None, "決済が遅い ～①"),)


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        ("", {}, "pager.csv, line 1: got the column 'opened' not at all"),
        ("opened\n", {}, "line 1: got the column 'name' not at all, wants it once for 'name'"),
        ("opened,name,name\n", {}, "got the column 'name' twice or more"),
        ("opened,name\n", {"closed": "End"}, "got the column 'End' not at all, wants it once for 'closed'"),
        ("opened,name\n2026-10-01,a,b\n", {}, "line 2: got 3 fields, wants 2 as in line 1"),
        ("opened,name\nyesterday,a\n", {}, "line 2: opened: got 'yesterday', wants a time such as"),
        ("opened,name\n,a\n", {}, "line 2: opened: got '', wants a time such as"),
        ("opened,name\n1969-01-01,a\n", {}, "line 2: opened: got '1969-01-01', wants a year after 1970"),
        ("opened,name\n2026-10-01,\n", {}, "line 2: name: got nothing"),
        ("opened,closed,name\n2026-10-02,2026-10-01,a\n", {}, "line 2: closed: got '2026-10-01', wants a time that is"),
        ("opened,name,url\n2026-10-01,a,javascript:x\n", {}, "line 2: url: got 'javascript:x', wants an address"),
        ('opened,name\n2026-10-01,"a\n', {}, "got no CSV (unexpected end of data)"),
        (b"opened,name\n2026-10-01,\xff\n", {}, "pager.csv: is neither UTF-8 nor Shift_JIS text"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path, text, columns, sentence):
    with pytest.raises(UserMistakeError) as caught:
        read(tmp_path, text, **columns)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("alarms_from: pager.csv")


def test_a_time_that_the_clocks_skip_wants_its_offset(tmp_path):
    with pytest.raises(UserMistakeError, match="which the clocks of Europe/Berlin skip"):
        read(tmp_path, "opened,name\n2026-03-29T02:30,a\n", "Europe/Berlin")


def test_a_file_that_is_not_there(tmp_path):
    review = review_of(ArchiveSource(type="archive"))
    review = replace(review, file=tmp_path / "params" / "shop.yaml", alarms_from=(AlarmsFile(file="none.csv"),))
    with pytest.raises(UserMistakeError, match=r"alarms_from: none\.csv: No such file or directory; name a CSV file"):
        other_alarms(review)
