"""What changed, as the meeting reads it: one line a change, scaling in one sentence, what nobody could look at."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sre_lib.change import Change, Looked
from sre_lib.document.changes import changes_section, chart_events
from sre_lib.document.charts import finding_chart, together_chart
from sre_lib.document.display import CHART_MIME
from sre_lib.document.look import Look
from sre_lib.document.service import ServiceReview
from sre_lib.document.weekly import WeeklyReview
from tests.document.build import CPU, REQUESTS, WEEK, finding, look
from tests.document.test_weekly import opened

AT = WEEK.start + timedelta(days=1, hours=14)
KEY = "ecs_service:shop/web"
IMAGE: dict[str, Any] = {
    "image web": (
        "123.dkr.ecr.ap-northeast-1.amazonaws.com/shop/web:1",
        "123.dkr.ecr.ap-northeast-1.amazonaws.com/shop/web:2",
    )
}


def change(
    kind: str = "deployment", title: str = "web 2", after: float = 0, part: str = "web", **details: Any
) -> Change:
    at = AT + timedelta(minutes=after)
    return Change(f"{kind} {title} {after}", at, at + timedelta(minutes=5), kind, part, title, details)  # type: ignore[arg-type]  # literals


def looked(status: str = "complete", source: str = "deployments", message: str = "", late: int = 0) -> Looked:
    start = WEEK.start + timedelta(days=late)
    return Looked(source, KEY, start, WEEK.end, WEEK.end, status, message)  # type: ignore[arg-type]  # literals


def seen(*changes: Change, looks: tuple[Looked, ...] | None = None, language: str = "en") -> Look:
    made = look(finding(), language=language)
    whole = tuple(looked(source=source) for source in ("deployments", "scaling", "cloudtrail"))
    return replace(
        made, service_week=replace(made.service_week, changes=changes, looked=whole if looks is None else looks)
    )


def section(made: Look, language: str = "en") -> str:
    return repr(WeeklyReview(opened(made, language=language)).changes())


def asked(*sources: Any) -> Any:
    """Return an opened review that names these sources alone."""
    one = opened(seen(looks=()))
    return replace(one, review=replace(one.review, changes=sources))


def test_one_line_a_change_with_before_and_after_and_who_did_it():
    steps = [change("scaling", "s", n, scaled=("", str(count))) for n, count in enumerate((4, 11, 7))]
    call = change("api_call", "UpdateService", -2, by=("", "sato"))
    rolled = change(title="v3", after=60, outcome=("", "ROLLBACK_SUCCESSFUL"), reason=("", "tasks  failed"))
    size: dict[str, Any] = {"task_cpu": ("512", "1024"), "desired": ("", "6")}
    made = seen(change(**IMAGE, **size), call, rolled, *steps)
    assert section(made).splitlines() == [
        "What changed this week",
        "web",
        "  Tue 29 Sep 14:00 Deployment web 2; image web 1 → 2; task CPU units 512 → 1024; desired tasks 6; by sato",
        "  Tue 29 Sep 15:00 Deployment v3; the same again: neither image nor size changed; rolled back: tasks failed",
        "  scaled 3 times between 4 and 11 tasks",
    ]


def test_the_page_of_a_service_has_its_own():
    made = seen(change(**IMAGE))
    one = ServiceReview(opened(made), made)
    assert "Deployment web 2" in repr(one.changes())


def test_it_is_left_out_where_nobody_asked():
    assert changes_section(asked(), asked().looks) is None


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        ((looked(),), "Nothing changed: web."),
        ((), "Not looked at: deployments – never asked for (web)."),
        ((looked("denied", message="allow ecs:X"),), "Not looked at: deployments – allow ecs:X (web)."),
        ((looked("gone"),), "Not looked at: deployments – AWS no longer keeps it (web)."),
        (
            (looked("gone"), looked(late=3)),
            "Not looked at: deployments – before Thu 1 Oct 00:00: AWS no longer keeps it (web).",
        ),
    ],
)
def test_nothing_changed_is_said_only_of_what_was_looked_at(looks, said):
    review = asked("deployments")
    made = changes_section(review, [seen(looks=looks)])
    assert repr(made).splitlines() == ["What changed this week", said]


def test_backups_are_left_out_and_one_change_of_two_parts_is_told_once():
    database = change("database", "restarted", resource=("", "db-1"))
    twin, backup = replace(database, part="alb"), change("database", "Backing up", category=("", "backup"))
    lines = section(seen(database, twin, backup)).splitlines()
    assert lines[2:] == ["  Tue 29 Sep 14:00 db-1: restarted"]


def test_changes_before_and_after_the_week_are_not_this_weeks():
    before, after = (replace(change(), start=at, end=at) for at in (WEEK.start - timedelta(minutes=1), WEEK.end))
    assert section(seen(before, after)).splitlines()[1:] == ["Nothing changed: web."]


def test_what_aws_says_is_escaped():
    evil = '<script>alert("1")</script>'
    made = seen(
        change("cache", evil, by=("", evil), reason=("", evil), outcome=("", evil)),
        change(title=evil, after=30, **IMAGE | {f"image {evil}": (evil, "x")}),
    )
    html = WeeklyReview(opened(made)).changes()._repr_html_()  # type: ignore[union-attr]  # there are changes
    assert "<script" not in html
    figure = finding_chart(made, finding(start=AT, end=AT + timedelta(hours=1)))._repr_mimebundle_()[CHART_MIME]
    assert "<script" not in str(figure)


def test_charts_mark_changes_and_what_follows_soon_has_one_label():
    made = seen(
        change("database", "shutdown"), change("database", "patched", 2), change("cache", "moved", 3),
        change("api_call", "UpdateFunctionCode20150331v2", 300),
    )  # fmt: skip
    assert [event.title for event in chart_events(made)] == ["shutdown and 1 more", "moved", "UpdateFunctionCode"]
    figure = together_chart(made, [CPU]).figure
    assert {each.text for each in figure.layout.annotations} >= {"shutdown and 1 more", "moved"}


def test_steps_of_scaling_are_ticks_below_the_lines_of_their_part():
    made = seen(change("scaling", "s", 0, scaled=("4", "5")), change("scaling", "s", 9, scaled=("", "6")))
    found = finding(start=AT, end=AT + timedelta(hours=1))
    ticks, *lines = finding_chart(made, found).figure.data
    assert (ticks.name, list(ticks.text), set(ticks.y)) == ("Scaling", ["4 → 5", "6"], {0})
    assert lines[-1].name == "average"
    panels = together_chart(made, [REQUESTS, CPU]).figure.data
    assert [each.yaxis for each in panels if each.mode == "markers" and each.text] == ["y2"]
    assert [each.name for each in together_chart(seen(), [CPU]).figure.data if each.mode == "markers"] == []


def test_limits_have_the_time_between_two_looks():
    made = seen(change("scaling", "shop/web", maximum=("12", "20")))
    assert section(made).splitlines()[2] == "  Tue 29 Sep 14:00 to 14:05 Limits of the scaling; maximum 12 → 20"


def test_it_exists_in_japanese():
    made = seen(change(**IMAGE), change("scaling", "s", scaled=("4", "5")), language="ja")
    assert section(made, "ja").splitlines() == [
        "今週の変更",
        "web",
        "  9月29日(火) 14:00 デプロイ web 2; イメージ web 1 → 2",
        "  スケーリング1回、4 → 5 タスク",
    ]
