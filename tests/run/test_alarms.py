"""The alarms of a run: taken once, told with their cost, in run.json; a denial ends nothing but is said."""

import json
from contextlib import contextmanager

import pytest

from sre_lib.collect.alarms.gather import AlarmsCollected
from sre_lib.collect.alarms.reading import alarms_of
from sre_lib.collect.archive import Archive
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.errors import UserMistakeError
from sre_lib.params import load
from sre_lib.run.alarms import alarms_of_week, alarms_row, alarms_sentence
from sre_lib.run.weekly_run import prepare
from sre_lib.store import LocalStore
from tests.collect.account import archive_in, signed_in
from tests.collect.alarms.account import NOW, WEEK, Account, alarm, at, change
from tests.run.test_weekly_run import REVIEW, reviewed


@pytest.fixture
def home(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()
    return tmp_path


@contextmanager
def endpoint(faults: Faults | None = None):
    account = Account([alarm()], [change(at(1), "OK", "ALARM"), change(at(1, 1), "ALARM", "OK")])
    times = range(int(WEEK.history_start.timestamp()), int(WEEK.end.timestamp()), 300)
    for name in ("i-1", "i-2"):
        account.put("AWS/EC2", "CPUUtilization", {"InstanceId": name}, list(times), [20.0 + each % 7 for each in times])
    with serve(account, NOW, faults) as url:
        yield f"cloudwatch, region: us-east-1, endpoint: '{url}'"


def test_a_run_takes_the_alarms_says_what_they_cost_and_a_denial_ends_nothing(home):
    composite_denied = Fault("refused", "AccessDenied", after=1, action="DescribeAlarmHistory")
    with endpoint(Faults(composite_denied)) as source:
        result, told, folder = reviewed(home, source)
    assert result.exit_code == 1
    (problem,) = result.problems
    assert problem.startswith("alarms (history, CompositeAlarm): allow cloudwatch:DescribeAlarmHistory to whom")
    assert told[1].startswith("Alarms: 6 calls, 1 more for ")
    row = json.loads((folder / "run.json").read_text())["alarms"]
    assert (row["calls"], row["datapoints"]["billed_metrics"]) == (6, 1)
    assert [each["asked"] for each in row["problems"]] == ["history, CompositeAlarm"]
    archive = Archive(LocalStore(home / "archive"), "servers")
    assert len(alarms_of(archive, load("servers"), WEEK).transitions) == 2


def test_with_alarms_false_nothing_is_opened(tmp_path):
    review = load_with(tmp_path, "alarms: false")
    assert alarms_of_week(review, WEEK, archive_in(tmp_path), NOW, print) == AlarmsCollected()
    assert alarms_sentence(AlarmsCollected()) == ""
    assert alarms_row(AlarmsCollected())["calls"] == 0


def load_with(folder, line):
    file = folder / "review.yaml"
    file.write_text(REVIEW.format(source="cloudwatch, region: us-east-1") + line + "\n")
    return load(str(file))


def test_a_mistake_in_a_file_of_alarms_is_said_before_anything_is_done(home):
    (home / "params" / "servers.yaml").write_text(REVIEW.format(source="demo") + "alarms_from: [{file: pager.csv}]\n")
    (home / "pager.csv").write_text("opened,name\nsoon,a\n")
    with pytest.raises(UserMistakeError, match=r"alarms_from: pager\.csv, line 2: opened: got 'soon'"):
        prepare("servers", WEEK.name, NOW, None, 1, "")
