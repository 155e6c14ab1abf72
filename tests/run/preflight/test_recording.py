"""A recording of an account with telling names: none of them is left, and the collection reads it as it read AWS."""

import gzip
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from sre_lib import params
from sre_lib.collect.alarms.gather import collect_alarms
from sre_lib.collect.alarms.reading import alarms_of
from sre_lib.collect.changes.gather import collect_changes
from sre_lib.collect.changes.kept import changes_of
from sre_lib.collect.frame import service_week
from sre_lib.collect.gather import collect
from sre_lib.collect.source import open_source
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.params_yaml import parse_yaml
from sre_lib.run.cli import main
from tests.collect.account import archive_in, models_read_once, signed_in
from tests.collect.alarms.account import NOW, WEEK, Account, alarm, at, change, composite, item
from tests.collect.record.player import Player
from tests.run.other_services import OtherServices, served

SERVICE = {"ClusterName": "acme-payments-prod", "ServiceName": "checkout_kasse"}
BATCH = {"Kunde": "Müller & Söhne", "host": "ip-10-20-30-40"}
REVIEW = """\
title: Acme payments
timezone: Asia/Tokyo
history_weeks: 3
source: {{type: cloudwatch, region: ap-northeast-1, endpoint: '{url}', calls_per_second: 500}}
changes: [deployments, cloudtrail, database_events]
alarms: [zweitfirma-*]
kinds:
  umsatz_pro_kunde:
    namespace: AcmeCorp/Umsatz
    dimensions: [Kunde, host]
    metrics:
      eingang: {{name: EuroEingang, judge: Sum, unit: Count, hurts: both}}
services:
  - name: kasse
    kind: ecs_service
    dimensions: {{ClusterName: acme-payments-prod, ServiceName: checkout_kasse}}
    related:
      - {{name: bestellungen, kind: aurora_role, dimensions: {{DBClusterIdentifier: bestellungen, Role: WRITER}}}}
      - {{name: umsatz, kind: umsatz_pro_kunde, dimensions: {{Kunde: Müller & Söhne, host: ip-10-20-30-40}}}}
"""
PAGER = "Weckt CEO Yamada (yamada@acme.example, 090-1234-5678): kasse 落ちた"
ACTION = "arn:aws:sns:ap-northeast-1:999988887777:weckdienst"
TELLING = (
    "acme", "payments", "checkout", "kasse", "müller", "söhne", "kunde", "umsatz", "eingang", "10-20-30-40",
    "10.20.30.40", "yamada", "1234-5678", "落", "weck", "bestellungen", "999988887777", "123456789012", "zweitfirma",
    "geheim", "review/",
)  # fmt: skip
"""What must not be left, in lower case."""


class Shop(OtherServices):
    """Services with telling names, descriptions, environments and tags."""

    def json(self, action):
        answer = json.loads(json.dumps(super().json(action)).replace("shop", "acme-payments-prod"))
        if action == "ecs:DescribeServices":
            answer["services"][0] |= {
                "serviceName": "checkout_kasse",
                "tags": [{"key": "Geheimprojekt", "value": "geheim"}],
                "events": [{"id": "geheim", "message": "(service kasse) has started 1 tasks at 10.20.30.40"}],
            }
        if action == "ecs:DescribeTaskDefinition":
            answer["taskDefinition"]["containerDefinitions"] = [
                {
                    "name": "kasse",
                    "image": "999988887777.dkr.ecr.ap-northeast-1.amazonaws.com/acme/kasse:geheim",
                    "environment": [{"name": "GEHEIM", "value": "geheim"}],
                    "dockerLabels": {"geheim.acme": "geheim"},
                }
            ]
        if action == "cloudtrail:LookupEvents":
            record = {"requestParameters": {"service": "kasse", "geheim": "geheim"}, "sourceIPAddress": "10.20.30.40"}
            answer["Events"] = [
                {
                    "EventId": "geheim", "EventName": "UpdateService", "EventTime": at(1).timestamp(),
                    "Username": "yamada", "CloudTrailEvent": json.dumps(record),
                    "Resources": [{"ResourceType": "AWS::ECS::Service", "ResourceName": "kasse"}],
                }
            ]  # fmt: skip
        return answer


def account():
    """Return an account with two series, one of them with gaps, and alarms."""
    told = {"newState": {"stateValue": "ALARM", "stateReasonData": {"threshold": 80.0, "recentDatapoints": [93.5]}}}
    dimensions = [{"Name": name, "Value": text} for name, text in SERVICE.items()]
    both = composite("zweitfirma oder acme") | {"AlarmRule": f'ALARM("{PAGER}") AND NOT OK("kasse")'}
    shop = Account(
        [alarm(PAGER, AlarmDescription="geheim", AlarmActions=[ACTION], Dimensions=dimensions), both],
        [
            change(at(1), "OK", "ALARM", PAGER),
            item(at(1, 0.1), "Alarm updated from OK to ALARM", told, name=PAGER),
            item(at(1, 0.2), f"Successfully executed action {ACTION}", {}, "Action", PAGER),
            # More than one page.
            *(change(at(3, number / 60), "ALARM", "ALARM", PAGER) for number in range(120)),
            item(at(2), f'Alarm "{PAGER}" updated', "{cut off: kasse", "ConfigurationUpdate", PAGER),
        ],
    )
    times = np.arange(int(WEEK.start.timestamp()), int(WEEK.end.timestamp()), 60)
    kept = times[(times % 86400) > 7200]
    shop.put("AWS/ECS", "CPUUtilization", SERVICE, kept, kept % 97.0)
    shop.put("AcmeCorp/Umsatz", "EuroEingang", BATCH, times, times % 1013.0)
    return shop


@contextmanager
def company(home, monkeypatch, *faults):
    with (
        serve(account(), NOW, Faults(*faults)) as url,
        served(Shop(at(2), denied={"rds:DescribeEvents"}), monkeypatch),
    ):
        (home / "params" / "acme.yaml").write_text(REVIEW.format(url=url))
        yield


@dataclass
class Taken:
    """What was recorded once for all tests: where, the file's content, and the archive of the same calls unhidden."""

    home: Path
    recording: dict[str, Any]


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    home = tmp_path_factory.mktemp("acme")
    with pytest.MonkeyPatch.context() as patch:
        signed_in(patch)
        models_read_once(patch)
        patch.setattr("sre_lib.collect.changes.gather.LOOKUPS_PER_SECOND", 500)
        patch.chdir(home)
        (home / "params").mkdir()
        with company(home, patch):
            answer = record("answers.json.gz")
            review = replace(params.load("acme"), history_weeks=1)
            with open_source(review, NOW) as clients:
                collected_by(review, clients, home / "unhidden")
    assert "recording: answers.json.gz: " in answer.stdout, answer.output
    return Taken(home, json.loads(gzip.decompress((home / "answers.json.gz").read_bytes())))


def collected_by(review, clients, folder):
    """Collect the week into an archive; return it with what is lacking."""
    archive, week = archive_in(folder), review.week(WEEK.name, NOW)
    brought = collect(review, review.services, week, clients, archive, NOW)
    changes = collect_changes(review, review.services, week, clients, archive, NOW)
    alarms = collect_alarms(review, week, clients, archive, NOW)
    return archive, tuple(map(len, (brought.problems, changes.problems, alarms.problems)))


def record(*more):
    arguments = ["check", "acme", "--week", WEEK.name, "--now", NOW.isoformat(), "--record", *more]
    return CliRunner().invoke(main, arguments)


def texts(value):
    """Yield every text and every key of some JSON, and of JSON inside its texts."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def test_nothing_of_the_originals_is_left(taken):
    said = "\n".join(texts(taken.recording)).casefold()
    assert [each for each in TELLING if each in said] == []
    assert re.findall(r"\b(?:\d{1,3}\.){3}\d{1,3}\b", said) == []
    # What AWS itself calls things is what a fixture is for.
    assert {"describealarmhistory", "cpuutilization", "clustername", "writer", "aws/rds", "updateservice"} <= set(
        said.split("\n")
    )
    assert sorted(path.name for path in taken.home.iterdir()) == ["answers.json.gz", "params", "unhidden"]


@pytest.fixture(scope="module")
def played(taken, tmp_path_factory):
    """Return the review of the recording, its archive after it was played back, and what lacks."""
    home = tmp_path_factory.mktemp("played")
    file = home / "played.yaml"
    file.write_text(json.dumps(taken.recording["review"]))
    review = params.checked(parse_yaml(file.read_bytes(), file))
    player = Player(taken.recording)
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        patch.setattr("sre_lib.collect.changes.gather.LOOKUPS_PER_SECOND", 500)
        archive, lacks = collected_by(review, player.clients(), home / "played")
    assert player.missing == []
    return review, archive, lacks


def unhidden(taken):
    """Return the review and the archive that the recording was made of."""
    review = replace(params.load(str(taken.home / "params" / "acme.yaml")), history_weeks=1)
    return review, archive_in(taken.home / "unhidden")


def test_the_collection_reads_what_was_recorded_as_it_read_aws(taken, played):
    (review, archive, lacks), (original, own) = played, unhidden(taken)
    assert lacks == (0, 1, 0)  # rds:DescribeEvents is denied
    week = original.week(WEEK.name, NOW)
    ours = service_week(original, original.services[0], week, own).frame.values
    theirs = service_week(review, review.services[0], week, archive).frame.values
    assert ours.shape == theirs.shape
    factors = []
    for column in range(ours.shape[1]):
        one, other = ours.iloc[:, column].to_numpy(), theirs.iloc[:, column].to_numpy()
        assert np.array_equal(np.isnan(one), np.isnan(other))
        there = one > 0
        factors += [ratio := np.median(other[there] / one[there])] if there.any() else []
        np.testing.assert_allclose(other[there], one[there] * ratio, rtol=1e-5)
    assert len(factors) == 4
    assert all(0.05 < each < 1 for each in factors)


def test_alarms_and_changes_keep_their_times_and_alarms_their_scale(taken, played):
    (review, archive, _), (original, own) = played, unhidden(taken)
    week = original.week(WEEK.name, NOW)
    ours, theirs = alarms_of(own, original, week), alarms_of(archive, review, week)
    assert [(each.at, each.old, each.new) for each in theirs.transitions] == [
        (each.at, each.old, each.new) for each in ours.transitions
    ]
    assert [(each.at, each.succeeded) for each in theirs.actions] == [(at(1, 0.2), True)]
    (definition,) = [each for each in theirs.definitions if each.raw.get("Threshold")]
    points = theirs.transitions[1].reason_data
    assert points["threshold"] == definition.raw["Threshold"] < 80
    assert points["recentDatapoints"][0] / points["threshold"] == pytest.approx(93.5 / 80)
    assert definition.raw["Dimensions"] == [
        {"Name": name, "Value": review.services[0].parts[0].dimensions[name]} for name in SERVICE
    ]
    kept = [changes_of(where, each.services[0], week).changes for where, each in ((own, original), (archive, review))]
    assert [(each.start, each.kind) for each in kept[1]] == [(each.start, each.kind) for each in kept[0]]


def test_pages_follow_one_another_by_tokens_that_say_nothing(taken):
    given = [call["answer"].get("NextToken") for call in taken.recording["calls"] if "answer" in call]
    asked = [call["asked"]["NextToken"] for call in taken.recording["calls"] if "NextToken" in call["asked"]]
    assert asked
    assert set(asked) <= set(filter(None, given))
    assert all(re.fullmatch(r"token-[0-9a-f]{9}", each) for each in asked)


def test_what_is_refused_is_recorded_with_its_code_and_action_alone(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    models_read_once(monkeypatch)
    monkeypatch.setattr("sre_lib.collect.changes.gather.LOOKUPS_PER_SECOND", 500)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()
    with company(tmp_path, monkeypatch, Fault("refused", "AccessDeniedException", action="GetMetricData")):
        answer = record("refused.json")
    assert answer.exit_code == 1
    assert "the metrics could not be read: source: AWS denied cloudwatch:GetMetricData" in answer.stdout
    recording = json.loads((tmp_path / "refused.json").read_text())
    errors = {
        (call["operation"], call["status"], call["error"]["Code"]) for call in recording["calls"] if "error" in call
    }
    assert errors == {
        ("GetMetricData", 400, "AccessDeniedException"), ("DescribeEvents", 400, "AccessDenied"),
        ("GetAlarmMuteRule", 404, "ResourceNotFoundException"),
    }  # fmt: skip
    (denied,) = {call["error"]["Message"] for call in recording["calls"] if call["operation"] == "DescribeEvents"}
    assert denied == "removed: not authorized to perform: rds:DescribeEvents"


def test_a_file_that_is_there_is_left_alone_and_nothing_is_asked(taken, monkeypatch):
    monkeypatch.chdir(taken.home)
    before = (taken.home / "answers.json.gz").read_bytes()
    answer = record("answers.json.gz")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "--record: answers.json.gz is there already; name another file" in answer.stderr
    assert (taken.home / "answers.json.gz").read_bytes() == before


def test_a_review_that_asks_nothing_cannot_be_recorded(taken, monkeypatch):
    monkeypatch.chdir(taken.home)
    text = (taken.home / "params" / "acme.yaml").read_text()
    (taken.home / "params" / "kept.yaml").write_text(re.sub("source: .*", "source: archive", text))
    answer = CliRunner().invoke(main, ["check", "kept", "--record", "kept.json"])
    (taken.home / "params" / "kept.yaml").unlink()
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "--record: kept reads its archive alone" in answer.stderr
