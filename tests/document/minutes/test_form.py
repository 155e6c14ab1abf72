"""The discussion form: read as people type, nothing dropped, saved with ISO dates."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.minutes.form import Action, Discussion, Slip, Verdict, action_line, empty, read, saved
from sre_lib.wording import wording

MONDAY = date(2026, 10, 5)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_empty_form_says_nothing(language: str) -> None:
    assert read(empty(wording(language)), MONDAY).empty


def test_a_filled_form() -> None:
    text = (
        "**Verdict:** expected until 12/3\n\n**Note:** the campaign\nruns on\n\n**Actions:**\n"
        "- [ ] raise the heap @yuki next Monday\n- [x] ask marketing\n- [ ] \n"
    )
    assert read(text, MONDAY) == Discussion(
        Verdict.EXPECTED,
        date(2026, 12, 3),
        "the campaign\nruns on",
        (Action("raise the heap", "yuki", date(2026, 10, 12)), Action("ask marketing", done=True)),
    )


def test_full_width_and_japanese() -> None:
    text = (
        "判定：想定内　１２／３まで\nメモ：キャンペーン\n"
        "・［　］ヒープを見直す　＠田中さん　来週月曜まで\n・［ｘ］確認した\n"
    )
    assert read(text, MONDAY) == Discussion(
        Verdict.EXPECTED,
        date(2026, 12, 3),
        "キャンペーン",
        (Action("ヒープを見直す", "田中さん", date(2026, 10, 12)), Action("確認した", done=True)),
    )


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("watch", Verdict.WATCH),
        ("様子見", Verdict.WATCH),
        ("FIX", Verdict.FIX),
        ("直す", Verdict.FIX),
        ("False alarm", Verdict.FALSE_ALARM),
        ("誤検知", Verdict.FALSE_ALARM),
        ("**fix**", Verdict.FIX),
    ],
)
def test_verdicts(value: str, verdict: Verdict) -> None:
    assert read(f"verdict: {value}", MONDAY) == Discussion(verdict)


def test_expected_without_a_date_lasts_four_weeks_and_says_so() -> None:
    assert read("verdict: expected", MONDAY).until == date(2026, 11, 2)
    assert saved("verdict: expected", MONDAY) == "verdict: expected until 2026-11-02 (4 weeks, as no date was given)"
    assert saved("判定:想定内", MONDAY) == "判定:想定内 2026-11-02まで(日付の指定がないため4週間)"


@pytest.mark.parametrize(
    ("line", "wants"),
    [
        ("verdict: fxi", "one of expected, watch, fix, false alarm"),
        ("verdict: watch or fix", "one of expected, watch, fix, false alarm"),
        ("verdict: expected until never", "a date behind `until`"),
        ("verdict: expected until 13/45", "a day that exists"),
        ("verdict: fix until 12/3", "only `expected` takes one"),
    ],
)
def test_a_slip_is_kept_as_a_note_and_named_with_its_line(line: str, wants: str) -> None:
    found = read(f"hello\n{line}\n", MONDAY)
    assert (found.verdict, found.note) == (None, f"hello\n{line}")
    assert [(slip.line, slip.text) for slip in found.slips] == [(2, line)]
    assert wants in found.slips[0].wants


def test_a_second_verdict_is_a_slip() -> None:
    found = read("verdict: watch\nverdict: fix\n", MONDAY)
    assert found == Discussion(
        Verdict.WATCH,
        None,
        "verdict: fix",
        (),
        (Slip(2, "verdict: fix", "one verdict a finding; the first one counts"),),
    )


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("- [ ] look next week at the release notes", Action("look next week at the release notes")),
        ("- [ ] review (due 12/3)", Action("review", due=date(2026, 12, 3))),
        ("* [X] mail a@b.example @bob, by 12/3.", Action("mail a@b.example", "bob", date(2026, 12, 3), done=True)),
        ("[ ] call", Action("call")),
        ("- [ ] 12/3 @bob prepare", Action("12/3 prepare", "bob")),
    ],
)
def test_actions(line: str, action: Action) -> None:
    assert read(line, MONDAY).actions == (action,)


def test_an_owner_without_anything_to_do_is_a_slip() -> None:
    found = read("- [ ] @bob 12/3", MONDAY)
    assert (found.actions, found.note) == ((), "- [ ] @bob 12/3")
    assert found.slips == (Slip(1, "- [ ] @bob 12/3", "something to do behind the box"),)


PIECES = (
    "verdict: |判定：|expected|想定内|fix| until |12/3|１２月３日|next Monday|月末|まで|- [ ] |［ｘ］|@yuki |＠田中 |"
    "raise|\n|\n\n|<!-- hint -->|**Note:** |13/45|😀| "
)
WORDS = st.sampled_from(PIECES.split("|"))


@given(st.lists(WORDS, max_size=14).map("".join), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_what_is_saved_reads_the_same_on_any_later_day(text: str, later: date) -> None:
    once = saved(text, MONDAY)
    assert saved(once, later) == once
    first, again = read(text, MONDAY), read(once, later)
    # A verdict that does not count stays in the note, with its date in ISO form too.
    note = again.note if first.slips else first.note
    assert replace(again, slips=()) == replace(first, slips=(), note=note)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_word_of_free_text_is_dropped(text: str) -> None:
    found = read(f"note: {text}", MONDAY)
    kept = " ".join([found.note, *(f"{each.text} {each.owner}" for each in found.actions)])
    if "<!--" not in text and "[" not in text and "［" not in text and not found.verdict:
        assert set(re.findall(r"[^\W_]+", text)) <= set(re.findall(r"[^\W_]+", kept))


@given(
    st.builds(
        Action,
        st.text("abc @日本1/", min_size=1, max_size=12),
        st.sampled_from(["", "yuki", "田中さん"]),
        st.none() | st.just(date(2026, 10, 12)),
        st.booleans(),
    )
)
def test_an_action_reads_as_itself_again(action: Action) -> None:
    (typed,) = read(action_line(action), MONDAY).actions or (None,)
    if typed:
        assert read(action_line(typed), MONDAY).actions == (typed,)


def test_the_line_of_an_action() -> None:
    assert action_line(Action("ask @ann", "bob", date(2026, 10, 12))) == "- [ ] @bob ask @ann 2026-10-12"
    assert action_line(Action("look", "bob", done=True)) == "- [x] look @bob"
