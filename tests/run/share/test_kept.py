"""Alarms, changes and upkeep without names: what is kept, what is replaced, what is left out."""

from datetime import UTC, datetime

from sre_lib.change import Change, Looked
from sre_lib.collect.alarms.kept import AlarmId, Item, KeptDefinitions, KeptWeek, MuteSeen, SeenDefinition, StateSeen
from sre_lib.collect.changes.kept import Kept, Limits
from sre_lib.run.share import kept
from sre_lib.run.share.stand_ins import Shown
from sre_lib.upkeep import UpkeepItem, UpkeepLook

AT = datetime(2026, 9, 28, tzinfo=UTC)
SNS = "arn:aws:sns:us-east-1:123456789012:acme-pager"


def definition(name, type_="MetricAlarm", **members):
    return SeenDefinition(AlarmId(name), type_, {"AlarmName": name, **members}, AT, AT, AT)


def dimensions(**pairs):
    return [{"Name": name, "Value": value} for name, value in pairs.items()]


def shown_of(*seen):
    shown = Shown()
    return [dict(each.definition) for each in kept.definitions(KeptDefinitions(seen), shown).seen]


def test_an_alarm_keeps_its_numbers_and_loses_its_names_and_description():
    (found,) = shown_of(
        definition(
            "acme-cpu", AlarmDescription="call Aya", Namespace="AWS/ECS", MetricName="CPUUtilization", Threshold=52.5,
            Period=60, EvaluationPeriods=3, Statistic="Average", AlarmActions=[SNS], TreatMissingData="missing",
            Dimensions=dimensions(ClusterName="acme", ServiceName="pay"), ComparisonOperator="GreaterThanThreshold",
            AlarmConfigurationUpdatedTimestamp="2026-08-17T01:00:28+00:00",
        )
    )  # fmt: skip
    assert found == {
        "AlarmName": "alarm-01", "AlarmDescription": "(left out)", "Namespace": "AWS/ECS",
        "MetricName": "CPUUtilization", "Threshold": 52.5, "Period": 60, "EvaluationPeriods": 3,
        "Statistic": "Average", "AlarmActions": ["arn:aws:sns:us-east-1:000000000001:topic-01"],
        "TreatMissingData": "missing", "ComparisonOperator": "GreaterThanThreshold",
        "Dimensions": dimensions(ClusterName="cluster-01", ServiceName="service-01"),
        "AlarmConfigurationUpdatedTimestamp": "2026-08-17T01:00:28+00:00",
    }  # fmt: skip


def test_expressions_and_rules_stay_what_they_work_out():
    metric = {"Namespace": "Acme/Pay", "MetricName": "Paid", "Dimensions": dimensions(Tenant="acme")}
    metrics = [
        {"Id": "paid", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "rate", "Expression": "IF(paid > 10, paid / PERIOD(paid), 0)", "Label": "Acme", "ReturnData": True},
    ]
    first, second = shown_of(
        definition("acme-rate", Metrics=metrics), definition("both", "CompositeAlarm", AlarmRule='ALARM("acme-rate")')
    )
    assert [each["Id"] for each in first["Metrics"]] == ["m1", "m2"]
    assert first["Metrics"][1]["Expression"] == "IF(m1 > 10, m1 / PERIOD(m1), 0)"
    assert second["AlarmRule"] == f'ALARM("{first["AlarmName"]}")'
    assert "cme" not in str((first, second))


def test_history_states_and_mute_rules_know_the_alarm_by_its_stand_in():
    alarm = AlarmId("acme-cpu", "acme-profile/eu-west-1")
    item = Item(alarm, "MetricAlarm", AT, "Action", f"Successfully executed action {SNS}", "not JSON")
    rule = {"Rule": {"Schedule": {"Expression": "cron(0 3 * * *)"}}, "Name": "acme nights", "Description": "Aya",
            "MuteTargets": {"AlarmNames": ["acme-cpu"]}}  # fmt: skip
    week = KeptWeek(
        (item,), (), (StateSeen(alarm, AT, "ALARM", AT, "acme says"),), (MuteSeen("", AT, "acme nights", rule),)
    )
    found = kept.alarm_week(week, Shown())
    assert found.items[0].id == found.states[0].id == AlarmId("alarm-01", "profile-01/eu-west-1")
    assert found.mutes[0].rule == {"Rule": rule["Rule"], "MuteTargets": {"AlarmNames": ["alarm-01"]}}
    assert "acme" not in str(found)
    assert "Aya" not in str(found)


def test_a_change_keeps_what_kind_when_and_which_numbers():
    details = {"image app": ("acme/pay:1", "acme/pay:2"), "desired": ("2", "4"), "reason": ("", "Aya said so"),
               "by": ("", "aya"), "outcome": ("", "FAILED")}  # fmt: skip
    change = Change("acme/1", AT, AT, "deployment", "pay", "pay 2026.1", details)
    scaled = Change("acme/2", AT, AT, "scaling", "pay", "Setting desired count to 4.", {"scaled": ("2", "4")})
    looked = Looked("deployments", "ecs_service:acme/pay", AT, AT, AT, "denied", "User: aya is not authorized")
    limits = Limits("ecs_service:acme/pay", AT, {"minimum": "2"})
    found = kept.changes(Kept((change, scaled), (looked,), (limits,)), Shown())
    assert found.changes[0].details == {
        "image container-01": ("image-01", "image-02"), "desired": ("2", "4"), "by": ("", "person-01"),
        "outcome": ("", "FAILED"),
    }  # fmt: skip
    assert found.changes[1].title == scaled.title
    assert found.looked[0].resource == found.limits[0].resource
    assert not any(each in str(found) for each in ("acme", "aya", "Aya", "pay"))


def test_what_expires_keeps_its_day_engine_and_version():
    arn = "arn:aws:rds:us-east-1:123456789012:cluster:acme-orders"
    item = UpkeepItem(arn, "databases", "engine", "acme-orders", AT, "aurora-mysql", "8.0.mysql_aurora.3.04.1")
    found = kept.upkeep(UpkeepLook("databases", "acme us-east-1", AT, "complete", "", (item,)), Shown())
    (shown,) = found.items
    assert (shown.due, shown.engine, shown.version) == (AT, item.engine, item.version)
    assert shown.id.endswith(f"cluster:{shown.name}")
    assert "acme" not in str(found)
