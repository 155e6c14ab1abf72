"""An executed weekly notebook, written by hand, with every kind of content that a page styles."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import nbformat
import numpy as np
import plotly.graph_objects as go
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sre_lib.document.page_body import CHART_MIME
from sre_lib.document.pages import PageInfo, PageLink, to_html

START = datetime(2026, 9, 28, tzinfo=UTC)

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Weekly review of the demo shop, 2026-W40",
        "banner": "Simulated data: this shop does not exist.",
        "made": "Made on Mon 5 Oct 07:00 (Asia/Tokyo) from 8 services; coverage 99.6 %.",
        "headline": "8 services looked at: 3 findings to discuss, 1 service with missing data",
        "meta": "Mon 28 Sep to Sun 4 Oct, Asia/Tokyo",
        "findings": "Findings to discuss",
        "sentence": "web: memory grew from 48 % to 71 % in 6 days, 3.8 points a day; at this pace it is full in 8 days",
        "numbers": ("now", "a week ago", "a day", "days to the limit"),
        "question": "What was released on Tuesday 29 September, and does it hold on to memory?",
        "next": "Usually next: compare with the task's restarts; take a heap profile of one task.",
        "chip": ("deployment web 1.42", "push: autumn sale"),
        "how": "How to read this graph",
        "how_text": "The line is what was measured, the band what the same hour of the week showed before.",
        "also": "Also seen",
        "services": "All services",
        "sheet": ("service", "CPU", "memory"),
        "missing": "What could not be looked at",
        "missing_text": "reports: CloudWatch has no datapoint for memory in this week.",
    },
    "ja": {
        "title": "デモショップの週次レビュー 2026-W40",
        "banner": "シミュレーションのデータです。このショップは実在しません。",
        "made": "2026年10月5日(月) 07:00(Asia/Tokyo)に 8 サービスから作成。データの充足率 99.6 %。",
        "headline": "8 サービスを確認: 話し合う所見は 3 件、データの欠けたサービスが 1 件",
        "meta": "9月28日(月)〜10月4日(日) Asia/Tokyo",
        "findings": "話し合う所見",
        "sentence": "web: メモリーが 6 日間で 48 % から 71 % に増加(1 日に 3.8 ポイント)。あと 8 日で上限です",
        "numbers": ("現在", "1 週間前", "1 日あたり", "上限までの日数"),
        "question": "9月29日(火)に何をリリースしましたか。メモリーを手放さない変更はありませんか。",
        "next": "次の一手: タスクの再起動と見比べ、1 タスクのヒーププロファイルを取ります。",
        "chip": ("デプロイ web 1.42", "プッシュ通知: 秋のセール"),
        "how": "グラフの読み方",
        "how_text": "線が実測値、帯が過去の同じ曜日・時刻の値です。",
        "also": "その他の所見",
        "services": "全サービス",
        "sheet": ("サービス", "CPU", "メモリー"),
        "missing": "確認できなかったもの",
        "missing_text": "reports: この週のメモリーのデータポイントが CloudWatch にありません。",
    },
}


def figure(title: str, points: int = 2016, traces: int = 3) -> go.Figure:
    """Return a figure like those of a service page: lines at 300 s over one week."""
    grid = np.linspace(0, 14 * np.pi, points)
    noise = np.random.default_rng(7)
    chart = go.Figure()
    for number in range(traces):
        values = 40 + 12 * number + 15 * np.sin(grid + number) + noise.normal(0, 1.5, points)
        chart.add_scatter(
            x0=START.isoformat(), dx=300_000, y=values.astype("float32"), name=f"trace {number}", mode="lines"
        )
    chart.update_xaxes(type="date")
    chart.update_layout(title=title, height=360, margin={"l": 55, "r": 20, "t": 45, "b": 40}, template="plotly_white")
    return chart


def chart_output(chart: go.Figure) -> Any:
    """Return the output that a cell gives for a figure."""
    return new_output("display_data", {CHART_MIME: json.loads(chart.to_json()), "text/plain": "Figure"})


def html_cell(html: str, source: str = "show(review)") -> Any:
    """Return a code cell whose result is HTML."""
    return new_code_cell(source, outputs=[new_output("display_data", {"text/html": html})])


def spark(seed: int) -> str:
    """Return a small graph as the address of an SVG image."""
    values = np.random.default_rng(seed).normal(0, 6, 100).cumsum()
    scaled = 55 - 50 * (values - values.min()) / np.ptp(values)
    points = " ".join(f"{4 * x},{y:.1f}" for x, y in enumerate(scaled))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 60"><rect width="400" height="60" fill="#f5f7f9"/>'
        f'<polyline points="{points}" fill="none" stroke="#0072b2" stroke-width="1.5"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def finding(texts: dict[str, Any], number: int) -> str:
    """Return the section of a finding."""
    values = ("71 %", "48 %", "+3.8", "8")
    numbers = "".join(f"<div><dt>{t}</dt><dd>{v}</dd></div>" for t, v in zip(texts["numbers"], values, strict=True))
    chips = "".join(f'<li class="chip">{chip}</li>' for chip in texts["chip"])
    return (
        f'<section class="finding"><p class="meta">{number} · web · ECS</p><p class="sentence">{texts["sentence"]}</p>'
        f'<dl class="numbers">{numbers}</dl><ul class="chips">{chips}</ul>'
        f'<p class="question">{texts["question"]}</p><p class="next-action">{texts["next"]}</p></section>'
    )


def sheet(texts: dict[str, Any]) -> str:
    """Return the contact sheet."""
    services = ("web", "api", "worker", "writer", "reader", "cache", "thumbnails", "load-balancer-of-the-shop")
    rows = "".join(
        f'<tr><th scope="row"><a href="services/{name}.html">{name}</a></th>'
        f'<td><img alt="CPU" src="{spark(2 * row)}"></td><td><img alt="memory" src="{spark(2 * row + 1)}"></td></tr>'
        for row, name in enumerate(services)
    )
    head = "".join(f'<th scope="col">{text}</th>' for text in texts["sheet"])
    return f'<table class="sheet"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def weekly(language: str = "en", *, charts: bool = True) -> NotebookNode:
    """Return an executed weekly notebook in a language; without charts it loads faster."""
    texts = TEXTS[language]
    parts = [
        new_markdown_cell(f"# {texts['title']}"),
        new_code_cell("review = 'demo'", metadata={"tags": ["parameters"]}),
        html_cell(f'<p class="headline">{texts["headline"]}</p><p class="meta">{texts["meta"]}</p>'),
        new_markdown_cell(f"## {texts['findings']}"),
    ]
    for number in (1, 2, 3):
        how = f'<details class="how-to-read"><summary>{texts["how"]}</summary><p>{texts["how_text"]}</p></details>'
        parts.append(html_cell(finding(texts, number), f"show_finding(review, {number})"))
        if charts:
            parts.append(new_code_cell("chart(finding)", outputs=[chart_output(figure(f"memory {number}"))]))
        parts.append(html_cell(how))
    listed = f"<ul><li>{texts['sentence']}</li></ul>"
    parts += [
        html_cell(f'<details class="also-seen"><summary>{texts["also"]} (1)</summary>{listed}</details>'),
        new_markdown_cell(f"## {texts['services']}"),
        html_cell(sheet(texts)),
        new_markdown_cell(f"## {texts['missing']}\n\n{texts['missing_text']}"),
    ]
    return with_stable_ids(new_notebook(cells=parts))


def with_stable_ids(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with ids by position instead of random ones."""
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    nbformat.validate(notebook)
    return notebook


def info(language: str = "en") -> PageInfo:
    """Return what the sample page says around its notebook."""
    texts = TEXTS[language]
    links = (PageLink(texts["title"], "index.html", current=True), *(PageLink(n, f"{n}.html") for n in ("web", "api")))
    return PageInfo(texts["title"], language, texts["banner"], links, texts["made"])


def page(notebook: NotebookNode, language: str = "en") -> str:
    """Return the page of a notebook with the sample's surroundings."""
    return to_html(notebook, page=info(language))
