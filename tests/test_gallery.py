from sre_lib.views import builtin_views
from tests.analyse.views.cases import CASES
from tests.gallery import card


def test_every_view_has_a_week_in_which_it_is_seen():
    assert set(CASES) == set(builtin_views())


def test_a_card_shows_sentence_chart_question_action_and_why():
    html = card("cpu_imbalance", "ja")
    assert html.count("<p>") == 3
    assert 'lang="ja"' in html
    assert "Plotly.newPlot" in html
