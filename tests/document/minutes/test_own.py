"""The form for what the meeting saw itself: read as people type, nothing dropped, wrong ones pointed out."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.catalog import builtin_catalog
from sre_lib.document.minutes.form import Slip
from sre_lib.document.minutes.own import OwnFinding, read_own, split
from sre_lib.document.minutes.sync import BOTH
from tests.document.build import CPU, REQUESTS, SERVICE, WEEK

MEETING = date(2026, 10, 5)
SEEN = "**What we saw:** slow"


def read(text: str) -> tuple[tuple[OwnFinding, ...], tuple[Slip, ...]]:
    return read_own(text, (SERVICE,), builtin_catalog(), MEETING, WEEK)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of October 2026 in UTC, given in Tokyo."""
    return datetime.fromisoformat(f"2026-10-{day:02}T{hour:02}:{minute:02}+09:00").astimezone(UTC)


def test_forms_in_both_languages_and_full_width_one_behind_the_other():
    text = (
        "**Service:** web\n\n**Metric:** CPU\n\n**From:** 2026-10-01 10:00\n\n**To:** 11:30\n\n"
        "**What we saw:** it went up\nand stayed\n\n"
        "サービス：ｗｅｂ\nメトリクス：albのリクエスト数\n開始：１０月１日（木）１０時半\n終了：\n気づいたこと：遅かった\n"
    )
    assert read(text) == (
        (
            OwnFinding("web", CPU, at(1, 10), at(1, 11, 30), "it went up and stayed"),
            OwnFinding("web", REQUESTS, at(1, 10, 30), at(1, 11, 30), "遅かった"),
        ),
        (),
    )


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("10/1 10:00", "", (at(1, 10), at(1, 11))),
        ("10/1", "", (at(1, 0), at(2, 0))),
        ("2026-10-01T10:00", "2026-10-02T08:00", (at(1, 10), at(2, 8))),
        ("10/1 23:30", "0:30", (at(1, 23, 30), at(2, 0, 30))),
        ("last Thursday 10:00", "10/2", (at(1, 10), at(3, 0))),
        ("木曜 10時", "11時15分", (at(1, 10), at(1, 11, 15))),
        ("2026年10月1日10:00から", "12:00まで", (at(1, 10), at(1, 12))),
        ("`10/1 10:00`", "_12:00_", (at(1, 10), at(1, 12))),
    ],
)
def test_times_as_people_type_them(start: str, end: str, span: tuple[datetime, datetime]):
    text = f"Service: web\nMetric: cpu\nFrom: {start}\nTo: {end}\n{SEEN}"
    assert read(text) == ((OwnFinding("web", CPU, *span, "slow"),), ())


@pytest.mark.parametrize("name", ["cpu", "CPU", "web cpu", "web / CPU", "CPU (web)", "webのCPU"])
def test_names_of_a_metric(name: str):
    assert read(f"Service: WEB\nMetric: {name}\nFrom: 10/1 10:00\n{SEEN}")[0][0].column == CPU


WHEN = "a day, and a time if known, such as 10/1 10:00 or 2026-10-01 10:00"


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        (
            f"Service: wbe\nMetric: cpu\nFrom: 10/1\n{SEEN}",
            Slip(1, "wbe", "the name of a service; did you mean 'web'?"),
        ),
        (f"Metric: cpu\nFrom: 10/1\n{SEEN}", Slip(1, "Metric: cpu", "the name of a service")),
        (
            f"\nService: web\nMetric: memry\nFrom: 10/1\n{SEEN}",
            Slip(3, "memry", "a metric of web; did you mean 'memory'?"),
        ),
        (f"Service: web\nMetric: cpu\nFrom: soon\n{SEEN}", Slip(3, "soon", WHEN)),
        (f"Service: web\nMetric: cpu\nFrom: 10/1 25:00\n{SEEN}", Slip(3, "10/1 25:00", WHEN)),
        (f"Service: web\nMetric: cpu\nFrom: 2/30\n{SEEN}", Slip(3, "2/30", WHEN)),
        (
            f"Service: web\nMetric: cpu\nFrom: 10/2\nTo: 10/1\n{SEEN}",
            Slip(4, "10/1", "an end that is after the start"),
        ),
        (f"Service: web\nMetric: cpu\nFrom: 9/1\n{SEEN}", Slip(3, "9/1", "a time within the week of this document")),
        ("Service: web\nMetric: cpu\nFrom: 10/1\n", Slip(1, "Service: web", "a sentence behind `What we saw`")),
        ("we saw it", Slip(1, "we saw it", "a form with Service, Metric, From and What we saw")),
    ],
)
def test_what_is_not_understood_is_pointed_out_with_its_line(text: str, slip: Slip):
    assert read(text) == ((), (slip,))


def test_a_wrong_form_does_not_hide_the_next_one():
    wrong = f"Service: nope\nMetric: cpu\nFrom: 10/1 9:00\n{SEEN}\n"
    right = f"Service: web\nMetric: cpu\nFrom: 10/1 10:00\n{SEEN}\n"
    found, slips = read(f"{wrong}{BOTH}\n\n{right}")
    assert found == (OwnFinding("web", CPU, at(1, 10), at(1, 11), "slow"),)
    assert [each.line for each in slips] == [1]


def test_two_of_one_start_are_one_with_both_sentences():
    one = "Service: web\nMetric: cpu\nFrom: 10/1 10:00\nWhat we saw: slow\n"
    assert read(one + one.replace("slow", "errors"))[0] == (
        OwnFinding("web", CPU, at(1, 10), at(1, 11), "slow / errors"),
    )


def test_an_empty_form_says_nothing():
    assert read("**Service:**\n\n**Metric:** <!-- cpu -->\n\n**From:**\n\n**To:**\n\n**What we saw:**") == ((), ())


LINE = st.sampled_from(
    ["Service: web", "Service:", "Metric: cpu", "From: 10/1 10:00", "To: 11:00", "What we saw:", "気づいたこと：", ""]
) | st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="<>"), max_size=8)


@given(st.lists(LINE, max_size=14))
def test_parsing_drops_no_word(given: list[str]):
    text = "\n".join(given)
    forms = split(text)
    assert "".join(each.typed for each in forms) == text
    for form in forms:
        fields = {name: set(each.typed.split()) for name, each in form.fields.items()}
        found, slips = read(form.typed)
        assert form.empty or len(found) + len(slips) == 1
        if found:
            assert {word.strip("*_") for word in fields["seen"]} <= {
                word.strip("*_") for word in found[0].sentence.split()
            } | {""}


@given(st.lists(st.text("abcあ１：", min_size=1, max_size=5), min_size=1, max_size=6))
def test_every_word_of_the_sentence_is_in_the_finding(words: list[str]):
    found, slips = read("Service: web\nMetric: cpu\nFrom: 10/1 10:00\nWhat we saw: " + "\n".join(words))
    assert slips == ()
    assert found[0].sentence.split() == words
