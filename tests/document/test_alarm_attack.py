"""Whatever an account tells of an alarm, there is a page of it: contradicting histories and impossible definitions."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from math import isfinite

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sre_lib.alarms.review import alarm_review
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.kept import (
    AlarmId,
    AlarmLook,
    Item,
    KeptDefinitions,
    KeptWeek,
    SeenDefinition,
    StateSeen,
    put_definitions,
    put_week,
)
from sre_lib.collect.alarms.reading import alarms_of
from sre_lib.collect.archive import Archive
from sre_lib.document.alarm_proposals import proposals, proposals_of
from sre_lib.document.alarms import AlarmsReview
from sre_lib.document.display import Fragment
from sre_lib.run.alarm_answers import alarms_json
from sre_lib.store import LocalStore
from tests.alarms.test_fidelity import RAW
from tests.document.build import WEEK, finding, look
from tests.document.test_alarm_typed import archive as kept_archive
from tests.document.test_weekly import opened

NAMES = ["cpu", "a/b", 'quo"ted', "<script>alert(1)</script>", "n" * 255, "名前", "${x}%{y}", "'; --", "`cpu`"]
STATES = ["OK", "ALARM", "INSUFFICIENT_DATA", "BROKEN", "", None, 5]
MEMBERS: Mapping[str, Sequence[object]] = {
    "Period": [60, 1, 0, 10, 300, 86400, -60, "60", None],
    "EvaluationPeriods": [1, 3, 1000, 0, None, 2.5],
    "DatapointsToAlarm": [1, 2, 1000, None],
    "Threshold": [50.0, float("nan"), 1e308, None, "high"],
    "ComparisonOperator": ["GreaterThanThreshold", "LessThanThreshold", "GreaterThanUpperThreshold", "Sideways", None],
    "TreatMissingData": ["missing", "ignore", "breaching", "notBreaching", "later"],
    "Statistic": ["Average", "Sum", "Mean", None],
    "Dimensions": [RAW["Dimensions"], [], None, [{}], [{"Name": "n"}], "x"],
    "Metrics": [None, [], [{"Id": "m1", "Expression": "ANOMALY(("}], [{"Id": "e", "Expression": "e + e"}], "x"],
    "AlarmActions": [[], ["arn:aws:sns:eu-west-1:1:people"], None, "x", [5]],
    "ActionsEnabled": [True, False, "yes"],
    "AlarmRule": ["ALARM(cpu)", 'ALARM("a/b") AND NOT OK(cpu)', "((", ""],
}
names = st.sampled_from(NAMES)
moments = st.integers(-20 * 1440, 40 * 1440).map(lambda minutes: WEEK.start + timedelta(minutes=minutes))
SUMMARIES = [
    "", "Alarm updated from OK to ALARM", "Alarm updated from ALARM to ALARM", 'Alarm "x" deleted', 'Alarm "x" created',
    "Alarm renamed", "Successfully executed action arn:aws:sns:eu-west-1:1:x",
]  # fmt: skip
texts = st.sampled_from(SUMMARIES)


@st.composite
def definitions(draw):
    """Draw a definition of which some members are not as CloudWatch has them."""
    changed = draw(st.lists(st.sampled_from(sorted(MEMBERS)), max_size=3, unique=True))
    return {**RAW, "AlarmName": draw(names), **{name: draw(st.sampled_from(MEMBERS[name])) for name in changed}}


@st.composite
def items(draw):
    """Draw an item of the history, its text whole or cut anywhere."""
    state, kind = st.sampled_from(STATES), st.sampled_from(["StateUpdate", "ConfigurationUpdate", "Action", "Other"])
    told = {
        "type": draw(st.sampled_from(["Create", "Update", "Delete", "Rename", 5])),
        "oldState": draw(st.sampled_from([None, {}, "x"])) or {"stateValue": draw(state)},
        "newState": {"stateValue": draw(state), "stateReasonData": draw(st.sampled_from(["{", "[]", {}, None, 3]))},
        "updatedAlarm": draw(st.sampled_from([None, [], {"threshold": 1, "period": "x"}])),
        "createdAlarm": draw(st.sampled_from([None, {"metricName": ["x"]}])),
        "originalUpdatedFields": draw(st.sampled_from([None, {"threshold": 2}, "x"])),
    }
    text = orjson.dumps(told).decode()
    cut = draw(st.integers(0, len(text)) | st.just(len(text)))
    return Item(AlarmId(draw(names)), "MetricAlarm", draw(moments), draw(kind), draw(texts), text[:cut])


def page_of(folder, seen, history, states):
    """Return the page of an archive that holds what an account told."""
    archive = Archive(LocalStore(folder), "demo")
    edits = tuple(each for each in history if each.kind == "ConfigurationUpdate")
    put_definitions(archive, KeptDefinitions(tuple(seen), edits))
    looked = AlarmLook("", "history", "MetricAlarm", WEEK.start - timedelta(days=7), WEEK.end, WEEK.end, "complete")
    put_week(archive, WEEK, KeptWeek(tuple(history), (looked,), tuple(states)))
    made = opened(look(finding()))
    kept = alarms_of(archive, made.review, (WEEK.history_start, WEEK.end))
    page = AlarmsReview(made)
    page.__dict__["found"] = alarm_review(made.review, WEEK, archive, [])
    return page, kept


@pytest.mark.parametrize("examples", [12, pytest.param(400, marks=pytest.mark.long)])
def test_whatever_an_account_tells_there_is_a_page(tmp_path_factory, monkeypatch, examples):
    points = kept_archive()[1]
    monkeypatch.setattr(AlarmDatapoints, "read", lambda *_: points)

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(st.tuples(definitions(), st.none() | moments, moments), min_size=1, max_size=4),
        st.lists(items(), max_size=12),
        st.lists(st.tuples(names, moments, st.sampled_from(["OK", "ALARM", "", "X"]), st.none() | moments), max_size=3),
    )
    def told(seen, history, states):
        page, kept = page_of(
            tmp_path_factory.mktemp("archive"),
            [SeenDefinition(AlarmId(raw["AlarmName"]), "CompositeAlarm" if "AlarmRule" in raw else "MetricAlarm",
                            raw, at, last, last) for raw, at, last in seen],
            [*history, *history[:1]],
            [StateSeen(AlarmId(name), at, state, since) for name, at, state, since in states],
        )  # fmt: skip
        assert page.trouble == ""
        shown = [page.headline(), page.decide(), page.weeks(), page.notifications(), page.silent(), *page.cards()]
        html = "".join(each.html for each in shown if isinstance(each, Fragment))
        assert "<script" not in html
        assert {card.case.id for card in page.found.cards} == {
            each.id for each in kept.definitions if each.meets(WEEK.start, WEEK.end)
        }
        for card in page.found.cards:
            spans = card.case.spans
            assert (spans[0].start, spans[-1].end) == (WEEK.history_start, WEEK.end)
            assert all(one.end == after.start and one.start < one.end for one, after in pairwise(spans))
            assert isfinite(card.case.noise.minutes)
            assert 0 <= card.case.noise.minutes <= 7 * 1440 + 1e-6
        proposed = tuple(proposals(page))
        assert len(proposals_of(alarms_json(page, proposed))) == len(proposed)

    told()
