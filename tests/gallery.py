"""A page of every view with its chart and its words, to look at: python -m tests.gallery OUT.html."""

import sys
from html import escape
from pathlib import Path

import plotly.io as pio
from plotly.offline import get_plotlyjs

from sre_lib.catalog import builtin_catalog
from sre_lib.document.charts import finding_chart
from sre_lib.document.display import CHART_MIME
from sre_lib.document.look import Look
from sre_lib.wording import wording
from sre_lib.wording.findings import next_action, question, sentence, view_name, why_here
from tests.analyse.views.cases import CASES, case

WIDTH_PX = 1200


def card(view: str, language: str) -> str:
    """Return one view as the meeting sees it, as HTML: its sentence, its chart, and what to talk about."""
    looked_at, analysis, finding = case(view)
    say = wording(language)
    look = Look(looked_at, analysis, builtin_catalog(), say)
    chart = finding_chart(look, finding)
    config = chart._repr_mimebundle_()[CHART_MIME]["config"]
    drawn = pio.to_html(chart.figure, config=config, include_plotlyjs=False, full_html=False, default_width=WIDTH_PX)
    told = (question(finding, say), next_action(finding, say), why_here(finding, say))
    texts = "".join(f"<p>{escape(each)}</p>" for each in told)
    head = f"<h2>{view}: {escape(view_name(view, say))}</h2>"
    said = f"<h3>{escape(sentence(finding, say, looked_at.week.timezone))}</h3>"
    return f'<section id="{view}-{language}" lang="{language}">{head}{said}{drawn}{texts}</section>'


def page() -> str:
    """Return the page of all views in both languages."""
    cards = "\n".join(card(view, language) for view in CASES for language in ("en", "ja"))
    style = "body{font:15px system-ui,'Noto Sans CJK JP',IPAPGothic,sans-serif;width:1240px;margin:0 auto}p{margin:4px}"
    return f"<!doctype html><meta charset=utf-8><style>{style}</style><script>{get_plotlyjs()}</script>{cards}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
