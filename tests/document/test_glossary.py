"""The glossary: every word in both languages, in either edition, found by its address."""

import re

import pytest

from sre_lib.document.glossary import PAGE, glossary, glossary_notebook
from sre_lib.document.pages import PageInfo, PageLink, to_html
from sre_lib.wording import wording
from sre_lib.wording.glossary import TERMS
from tests.wording.test_catalogue import ONE_WORD_A_THING


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_languages_stand_side_by_side_in_either_edition(language):
    shown = glossary(wording(language))
    assert shown.html == glossary(wording("en")).html
    assert "headroom / 余裕: What is left between the peak and the limit" in repr(shown)
    assert shown.html.count("<tr id=") == len(TERMS) >= 30


def test_words_are_in_alphabetical_order_each_once_with_an_address_of_its_own():
    words = [each.term.lower() for each in TERMS]
    assert words == sorted(set(words))
    assert len({each.name for each in TERMS}) == len(TERMS)
    assert [each.name for each in TERMS if not re.fullmatch("[a-z0-9-]+", each.name)] == []


def test_every_word_has_a_japanese_one_and_it_is_the_one_that_the_pages_use():
    say = wording("ja")
    told = [say(text) for each in TERMS for text in (each.term, each.meaning)]
    assert [text for text in told for other in ONE_WORD_A_THING if other in text] == []
    assert [each.meaning for each in TERMS if say(each.meaning) == each.meaning] == []


def test_a_page_leads_to_it_from_its_foot_and_addresses_stay_on_the_page():
    page = to_html(glossary_notebook(wording("ja")), page=PageInfo("用語集", "ja"))
    assert f'href="{PAGE}"' not in page
    assert '<tr id="headroom">' in page
    links = (PageLink("New <here>", "../n.html"), PageLink("Glossary", f"../{PAGE}"))
    other = to_html(glossary_notebook(wording("en")), page=PageInfo("x", foot=links))
    assert f'<a href="../n.html">New &lt;here&gt;</a> · <a href="../{PAGE}">Glossary</a>' in other
