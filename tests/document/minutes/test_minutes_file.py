"""minutes.yaml: every text comes back, comments survive, a mistake is one sentence with its line."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.minutes.minutes_file import decode, encode
from sre_lib.document.minutes.record import Added, Entry, Minutes, Written
from sre_lib.errors import UserMistakeError

FILE = Path("minutes.yaml")
ENTRY = Entry(
    id="f1", service="web", part="web", resource="memory", metric="memory", statistic="Average", view="growth",
    start=datetime(2026, 9, 29, 3, tzinfo=UTC), end=datetime(2026, 10, 4, tzinfo=UTC), unit="Percent",
    sentence="web: memory grows 1.3 points a day", evidence={"slope_per_day": 1.3},
    written=Written("**Verdict:** fix\n\n- [ ] raise @yuki 2026-12-03", "ab", "cd"),
)  # fmt: skip
MINUTES = Minutes(
    "2026-W40",
    date(2026, 10, 5),
    (ENTRY, replace(ENTRY, id="f2", written=Written(), origin="people", found=False, follows="2026-W39/f9")),
    {"meeting": Written("田中, Ann 😀\nagreed: nothing", "ef")},
    (Added("x1", "services", "markdown", Written("# Hi <script>")),),
)


def test_minutes_come_back() -> None:
    assert decode(encode(MINUTES, None), FILE) == MINUTES


def test_the_file_reads_like_a_text() -> None:
    assert """\
  text: |-
    **Verdict:** fix

    - [ ] raise @yuki 2026-12-03
""" in encode(MINUTES, None).decode()


def test_comments_and_own_keys_survive_a_rewrite() -> None:
    content = encode(MINUTES, None).decode()
    edited = content.replace("- id: f2", "# mine\n- id: f2\n  colour: blue").replace("meeting: ", "# when\nmeeting: ")
    changed = replace(MINUTES, entries=(replace(ENTRY, written=Written("other")), MINUTES.entries[1]))
    again = encode(changed, edited.encode()).decode()
    assert decode(again.encode(), FILE) == changed
    assert [text for text in ("# mine", "colour: blue", "# when") if text not in again] == []


def test_nothing_changed_is_the_same_file() -> None:
    content = encode(MINUTES, None)
    assert encode(MINUTES, content) == content


def test_an_entry_that_stands_twice_keeps_both_texts() -> None:
    twice = replace(MINUTES, entries=(ENTRY,))
    content = encode(twice, None).decode()
    start, end = content.index("- id: f1"), content.index("notes:")
    copy = content[start:end].replace("raise @yuki", "lower @bob")
    merged = decode((content[:end] + copy + content[end:]).encode(), FILE)
    assert [("raise @yuki" in each.written.text, "lower @bob" in each.written.text) for each in merged.entries] == [
        (True, True)
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("week: 2026-W40", "week: [", "line 6: is not valid YAML"),
        ("week: 2026-W40", "<<<<<<< HEAD\nweek: 2026-W40", "line 4: holds an open merge conflict"),
        ("meeting: '2026-10-05'", "meeting: soon", "line 5: meeting: got 'soon', wants a day such as 2026-10-05"),
        ("origin: tool", "origin: nobody", "origin: got 'nobody', wants 'tool' or 'people'"),
        ("- id: f1", "- name: f1", "findings[1].id: is missing; add it, or restore the file from git"),
        ("format: 1", "format: 9", "line 3: format: got 9, this version reads 1"),
        ("'2026-09-29T03:00:00+00:00'", "'2026-09-29'", "wants a time with its offset"),
    ],
)
def test_a_mistake_is_one_sentence(old: str, new: str, sentence: str) -> None:
    content = encode(MINUTES, None).decode().replace(old, new, 1)
    with pytest.raises(UserMistakeError) as caught:
        decode(content.encode(), FILE)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXTS, TEXTS)
def test_any_text_comes_back(one: str, other: str) -> None:
    minutes = replace(MINUTES, entries=(replace(ENTRY, written=Written(one)),), notes={"meeting": Written(other)})
    content = encode(minutes, None)
    assert decode(content, FILE) == minutes
    swapped = replace(minutes, entries=(replace(ENTRY, written=Written(other)),), notes={"meeting": Written(one)})
    assert decode(encode(swapped, content), FILE) == swapped


def test_ten_thousand_lines() -> None:
    text = "\n".join(f"{number}: # not a comment 'quoted' - [ ]" for number in range(10_000))
    minutes = replace(MINUTES, entries=(replace(ENTRY, written=Written(text)),))
    assert decode(encode(minutes, None), FILE) == minutes
