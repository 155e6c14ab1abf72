import re
from string import Formatter

from babel.messages.catalog import Catalog

from sre_lib.wording.extract import Message, messages
from tests.catalogue import catalogue, extracted, problems, updated


def names(text: str) -> set[str]:
    """Return the placeholders of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_catalogue_is_whole_and_nothing_in_it_is_obsolete():
    assert problems(extracted(), catalogue()) == []


def test_it_holds_texts_of_sources_fragments_templates_and_notebooks():
    places = {place for _, _, place in extracted()}
    assert {
        "sre_lib/wording/advice.py",
        "sre_lib/document/fragments/discussion.html.j2",
        "sre_lib/document/templates/page.html.j2",
        "notebooks/weekly_review.ipynb",
    } <= places


def test_translations_have_the_placeholders_of_their_texts():
    wrong = [
        message.id
        for message in catalogue()
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string or ())
        for source in ([message.id] if isinstance(message.id, str) else message.id[1:])
        if names(text) != names(source)
    ]
    assert wrong == []


def test_headings_of_notebooks_stay_headings():
    for message in catalogue():
        if isinstance(message.id, str) and message.id.startswith("#"):
            assert str(message.string).split(" ")[0] == message.id.split(" ")[0]


def test_what_is_out_of_step_is_named():
    known = Catalog(locale="ja")
    known.add("old", "古い")
    known.add("empty", "")
    found = [Message("new", "", "x.py"), Message("empty", "", "x.py")]
    assert problems(found, known) == [
        "lacks 'new'", "is not used any more: 'old'", "has no translation of 'empty'",
    ]  # fmt: skip


def test_an_update_keeps_translations_and_drops_what_is_obsolete():
    known = Catalog(locale="ja")
    known.add("kept", "残る")
    known.add(("{n} day", "{n} days"), ("{n}日",))
    known.add("old", "古い")
    new = updated(
        [Message("kept", "", "x.py"), Message("{n} day", "{n} days", "x.py"), Message("new", "", "y.py")], known
    )
    assert {message.id: message.string for message in new if message.id} == {
        "kept": "残る", ("{n} day", "{n} days"): ("{n}日",), "new": "",
    }  # fmt: skip


def test_a_text_inside_an_f_string_is_found(tmp_path):
    source = "f\"**{say('Label')}:** {x.plural('{n} day', '{n} days', n):>9}\"\nsay(name)\nN_(\"joined \" \"text\")\n"
    (tmp_path / "page.py").write_text(source, encoding="utf-8")
    found = [(one, many) for one, many, _ in messages(tmp_path, tmp_path)]
    assert sorted(found) == [("Label", ""), ("joined text", ""), ("{n} day", "{n} days")]


ONE_WORD_A_THING = {
    "閾値": "しきい値", "ミーティング": "会議", "検出項目": "所見", "ヘッドルーム": "余裕",
    "欠損": "欠落", "欠測": "欠落",
}  # fmt: skip
"""What a reader would take for two things, and the word that stands for it everywhere."""


def test_a_thing_has_one_name_in_japanese():
    told = [text for message in catalogue() if message.id for text in texts_of(message)]
    assert [text for text in told for other in ONE_WORD_A_THING if other in text] == []
    assert all(any(word in text for text in told) for word in ONE_WORD_A_THING.values())


def test_a_question_in_japanese_ends_in_a_mark_of_its_own_width():
    narrow = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]\?")
    assert [text for message in catalogue() if message.id for text in texts_of(message) if narrow.search(text)] == []


def texts_of(message):
    """Return the translations of a message."""
    return [message.string] if isinstance(message.string, str) else list(message.string)
