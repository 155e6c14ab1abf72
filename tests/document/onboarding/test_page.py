"""The onboarding page: what there is, whom it asks, why its alarms exist, what meetings decided; failures are said."""

from dataclasses import replace
from datetime import date

import pytest

from sre_lib import params
from sre_lib.collect.alarms.reading import AlarmId, AlarmsKept, Definition
from sre_lib.document.minutes.alarm_lines import AlarmDecision, AlarmVerdict
from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.meeting import Meeting
from sre_lib.document.onboarding import page as module
from sre_lib.document.onboarding import reasons
from sre_lib.document.onboarding.page import OnboardingReview
from sre_lib.document.opening import Opened
from sre_lib.errors import ArchiveError
from sre_lib.wording import wording
from tests.collect.alarms.account import alarm, composite
from tests.document.build import WEEK, look
from tests.document.learning.test_page import carried
from tests.run.stubbed import REVIEW

CALLS = "    calls: [db]\n  - {name: db, kind: elasticache_node, dimensions: {CacheClusterId: c, CacheNodeId: '1'}}\n"
WHOLE = REVIEW.replace(
    "  - {name: web, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}}\n",
    "  - name: web\n    kind: ecs_service\n    dimensions: {ClusterName: shop, ServiceName: web}\n"
    "    owner: <b>web team</b>\n    limits: {max_tasks: 30}\n    runbook: https://r.example.com/web\n" + CALLS,
)
SCALES = alarm("TargetTracking-web", AlarmActions=["arn:aws:autoscaling:ap-northeast-1:1:scalingPolicy:x"])


@pytest.fixture
def onboarding(tmp_path, monkeypatch):
    """Return what makes the page of a review, with these alarms and what meetings decided."""

    def make(text=WHOLE, alarms=(), decided=(), story=(), language="en", failed=None):
        (tmp_path / "params").mkdir(exist_ok=True)
        file = tmp_path / "params" / "shop.yaml"
        file.write_text(text)
        definitions = tuple(Definition(AlarmId(raw["AlarmName"]), "MetricAlarm", raw) for raw in alarms)
        monkeypatch.setattr(reasons, "alarms_of", lambda *_: AlarmsKept(WEEK.start, WEEK.end, definitions))
        meeting = Meeting(carried=tuple(story), alarms=tuple(decided))
        looks = () if failed else (look(language=language),)
        opened = Opened(
            params.load(str(file)), WEEK, WEEK.end, wording(language), looks, failed or {}, None, True, meeting=meeting
        )
        return OnboardingReview(opened)

    return make


def section(made, name="web"):
    (found,) = [each for each in made.services() if each.text.splitlines()[0] == name]
    return found


def test_what_a_service_is_whom_it_asks_and_whom_to_ask(onboarding):
    made = onboarding()
    assert made.headline().text.splitlines()[0] == "2 services, 0 alarms that tell people, 0 verdicts of meetings"
    assert section(made).text.splitlines()[:5] == [
        "web",
        "Made of: web (ecs service)",
        "Owner: <b>web team</b>",
        "Asks: db",
        "Limits: max_tasks 30",
    ]
    assert "Asked by: web" in section(made, "db").text
    assert "&lt;b&gt;web team&lt;/b&gt;" in section(made).html
    assert '<a href="https://r.example.com/web">' in section(made).html
    assert '<a href="services/web.html">web</a>' in section(made).html
    assert "web → db" in made.requests().text


def test_without_calls_it_says_what_to_write(onboarding):
    made = onboarding(REVIEW)
    assert "write it under “calls”" in made.requests().text
    assert [each.text.splitlines()[0] for each in made.services()] == ["web"]


def test_why_an_alarm_exists_is_its_description_and_the_verdict_else_nobody_wrote_it_down(onboarding):
    decided = AlarmDecision("cpu", "2026-W38", date(2026, 9, 28), AlarmVerdict.KEEP, "it <i>pages</i> before customers")
    made = onboarding(
        alarms=[alarm("cpu", AlarmDescription="Pages are slow."), alarm("bare"), SCALES, composite("both")],
        decided=[decided],
    )
    known = {each.name: each.why for each in made.known_alarms["web"].alarms}
    assert known == {
        "bare": (),
        "both": (),
        "cpu": ("Pages are slow.", "2026-W38: the meeting decided keep: it <i>pages</i> before customers"),
    }
    shown = section(made)
    assert "Nobody has written it down" in shown.html
    assert "&lt;i&gt;pages&lt;/i&gt;" in shown.html
    assert "1 more only scales it." in shown.text
    assert "TargetTracking" not in shown.html
    assert made.headline().text.startswith("2 services, 3 alarms that tell people")
    assert "No CloudWatch alarm tells people of this service." in section(made, "db").text


def test_its_story_is_told_newest_first_and_the_rest_is_counted(onboarding):
    story = [replace(carried(), week=f"2026-W{week}", verdict=Verdict.WATCH) for week in range(32, 39)]
    shown = section(onboarding(story=story)).html
    assert shown.index("2026-W38") < shown.index("2026-W34")
    assert "2026-W33" not in shown
    assert "2 older verdicts are on the page over the weeks." in shown


def test_what_cannot_be_looked_at_says_why_and_stops_no_other(onboarding, monkeypatch):
    made = onboarding(failed={"web": "web: its file is damaged"})
    assert "its file is damaged" in section(made).text
    assert "There is not enough history" in section(made, "db").text

    def damaged(_):
        raise ArchiveError("alarms.json is damaged")

    monkeypatch.setattr(module, "alarms_by_service", damaged)
    torn = onboarding()
    assert "alarms.json is damaged" in section(torn).text
    assert torn.headline().text.splitlines()[0] == "2 services, 0 verdicts of meetings"


def test_alarms_that_the_review_leaves_out_are_said(onboarding):
    assert "leaves all alarms out" in section(onboarding("alarms: false\n" + WHOLE)).text


def test_japanese(onboarding):
    made = onboarding(language="ja")
    assert "構成" in section(made).html
    assert "いつもの1週間" in section(made).html
    assert "Asks" not in section(made).html
