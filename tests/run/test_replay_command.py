from datetime import datetime, timedelta

import orjson
import pytest
from click.testing import CliRunner

from sre_lib.alarm import STATES
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.errors import UserMistakeError
from sre_lib.run.cli import main
from sre_lib.run.replay_command import assumptions_of
from tests.alarms.test_missing import CELLS

ALARM = {
    "AlarmName": "cpu", "Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 60,
    "EvaluationPeriods": 1, "Threshold": 50.0, "ComparisonOperator": "GreaterThanThreshold", "Dimensions": [],
}  # fmt: skip
ERRORS, REQUESTS = (
    {
        "Id": each,
        "MetricStat": {"Metric": {"Namespace": "N", "MetricName": each}, "Period": 60, "Stat": "Sum"},
        "ReturnData": False,
    }
    for each in ("mErr", "mReq")
)
PERCENT = {"Id": "e1", "Expression": "FILL(mErr,0)/mReq*100", "ReturnData": True}
MATH = {
    "AlarmName": "errors", "EvaluationPeriods": 1, "Threshold": 10.0, "ComparisonOperator": "GreaterThanThreshold",
    "Metrics": [PERCENT, ERRORS, REQUESTS],
}  # fmt: skip
START = datetime.fromisoformat("2026-10-05T07:00:00+00:00")
MARKS = {"0": "0", "X": "99", "-": ""}


@pytest.fixture
def ask(tmp_path):
    """Return the exit code, standard output and standard error of a replay of an alarm over the text of a CSV."""

    def asked(alarm, text, *options):
        (tmp_path / "alarm.json").write_bytes(alarm if isinstance(alarm, bytes) else orjson.dumps(alarm))
        (tmp_path / "data.csv").write_text(text)
        command = ["replay", str(tmp_path / "alarm.json"), str(tmp_path / "data.csv"), *options]
        found = CliRunner().invoke(main, command)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return found.exit_code, found.stdout, found.stderr.replace(f"{tmp_path}/", "")

    return asked


def csv(marks, step_s=60, *, absent=False):
    """Return a CSV of a value a step; what is missing is an empty value, or no row."""
    rows = [
        f"{(START + timedelta(seconds=step_s * place)).isoformat()},{MARKS.get(mark, mark)}"
        for place, mark in enumerate(marks)
        if mark != "-" or not absent
    ]
    return "\n".join(["timestamp,value", *rows, ""])


def rows(answer):
    code, out, _ = answer
    assert code == 0, answer
    return [orjson.loads(line) for line in out.splitlines()]


def test_each_change_is_one_object_a_line(ask):
    found = rows(ask(ALARM, csv("0XX0"), "--json"))
    assert [list(row) for row in found] == [["timestamp", "from", "to", "reason"]] * 3
    assert [(row["from"], row["to"]) for row in found] == [
        ("INSUFFICIENT_DATA", "OK"),
        ("OK", "ALARM"),
        ("ALARM", "OK"),
    ]
    ends = [START + timedelta(minutes=at) for at in (1, 2, 4)]
    for row, end in zip(found, ends, strict=True):
        moment = datetime.fromisoformat(row["timestamp"])
        assert moment.utcoffset() is not None
        assert timedelta(0) <= moment - end <= timedelta(minutes=2)


@pytest.mark.parametrize("initial", STATES)
@pytest.mark.parametrize(("points", "m", "n", "missing", "cell"), CELLS)
def test_the_documented_tables(ask, points, m, n, missing, cell, initial):
    alarm = ALARM | {"EvaluationPeriods": n, "DatapointsToAlarm": m, "TreatMissingData": missing}
    found = rows(ask(alarm, csv(points), "--json", "--initial-state", initial))
    expected = {"I": "INSUFFICIENT_DATA", "R": initial}.get(cell, cell)
    assert (found[-1]["to"] if found else initial) == expected


def test_for_people_it_is_a_table_and_says_how_much_was_evaluated(ask):
    code, out, err = ask(ALARM, csv("0XX0"))
    *changes, last = out.splitlines()
    assert (code, err) == (0, "")
    assert changes[1].startswith(
        "2026-10-05T07:02:30+00:00  OK -> ALARM  Threshold Crossed: 1 out of the last 1 datapoints"
    )
    assert last == "3 changes of state in 4 evaluations, 2 minutes in ALARM"
    assert (
        ask(ALARM, csv("0"), "--initial-state", "OK")[1] == "no changes of state in 1 evaluations, 0 minutes in ALARM\n"
    )


@pytest.mark.parametrize("form", [
    ALARM, [ALARM], {"MetricAlarms": [ALARM], "CompositeAlarms": [], "ResponseMetadata": {}}, {"MetricAlarms": [ALARM]},
])  # fmt: skip
def test_an_alarm_is_one_element_or_an_answer_with_one(ask, form):
    assert len(rows(ask(form, csv("0X"), "--json"))) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_an_alarm_as_powershell_writes_it(ask, encoding):
    named = {**ALARM, "AlarmName": "応答"}
    assert len(rows(ask(orjson.dumps(named).decode().encode(encoding), csv("0X"), "--json"))) == 2


@pytest.mark.parametrize(("again", "said"), [("99", ""), ("1", "several rows of one timestamp differ")])
def test_rows_of_one_timestamp_that_differ_are_said(ask, again, said):
    code, _, err = ask(ALARM, f"{csv('0X')}{(START + timedelta(minutes=1)).isoformat()},{again}\n")
    assert (code, err.partition(":")[0]) == (0, said)


def test_timestamps_between_two_periods_are_said(ask):
    off = "timestamp,value\n" + "".join(
        f"{(START + timedelta(minutes=minute, seconds=second)).isoformat()},{value}\n"
        for minute, second, value in ((0, 30, 10), (1, 30, 99), (2, 0, 10), (3, 0, 10))
    )
    code, out, err = ask(ALARM, off, "--json")
    on = off.replace(":30+", ":00+")
    assert (code, out, err) == (
        0,
        ask(ALARM, on, "--json")[1],
        "2 timestamps lie between two periods of 60 s: each counts in the period that it lies in\n",
    )
    assert ask(ALARM, on)[2] == ""


def test_rows_that_are_absent_duplicated_or_in_disorder(ask):
    whole = rows(ask(ALARM, csv("0X--XX0"), "--json"))
    assert rows(ask(ALARM, csv("0X--XX0", absent=True), "--json")) == whole
    header, *lines = csv("0X--XX0").splitlines()
    mixed = "\n".join([header, *reversed(lines), lines[0], lines[1]])
    assert rows(ask(ALARM, mixed, "--json")) == whole


def test_sums_counts_and_extremes_make_any_longer_period_exactly(ask):
    alarm = ALARM | {"Period": 300, "Statistic": "Average", "Threshold": 10}
    text = "timestamp,sum,count,min,max\n" + "".join(
        f"{START.timestamp() + 60 * at:.0f},{total},{count},0,99\n"
        for at, (total, count) in enumerate([(9, 1), (9, 1), (990, 11), (0, 1), ("0", "0")])
    )
    code, out, err = ask(alarm, text, "--json")
    # (9 + 9 + 990) / 13, not the mean of 9, 9 and 90.
    assert "77.53846153846153 (" in out
    assert (code, err) == (0, "")
    assert "approximate" not in out.lower()
    values = csv(["9", "9", "90"])
    code, out, err = ask(alarm, values, "--json")
    assert "Approximate: a period's value is the mean of its shorter ones' values." in out
    assert err == "approximate: a period's value is the mean of its shorter ones' values\n"


def test_data_at_the_alarms_own_period(ask):
    alarm = ALARM | {"Period": 300}
    found = rows(ask(alarm, csv("0X0", 300), "--json", "--assume", "evaluation_delay_s=0"))
    assert [row["timestamp"] for row in found] == [f"2026-10-05T07:{at}:00+00:00" for at in ("05", "10", "15")]


def test_short_periods(ask):
    found = rows(ask(ALARM | {"Period": 10}, csv("00X0", 10), "--json", "--assume", "evaluation_delay_s=0"))
    assert [row["timestamp"][14:19] for row in found] == ["00:10", "00:30", "00:40"]
    code, _, err = ask(ALARM | {"Period": 10}, csv("00X0"))
    assert (code, err) == (
        1, "sre-review: 'cpu' cannot be replayed, because its period is 10 s, and the datapoints come every 60 s\n",
    )  # fmt: skip


def test_finer_data_than_a_minute_is_rolled_up(ask):
    alarm = ALARM | {"Statistic": "Maximum"}
    assert [row["to"] for row in rows(ask(alarm, csv("000X00000000", 10), "--json"))] == ["ALARM", "OK"]
    _, out, err = ask(ALARM, csv("000X00000000", 10), "--json")
    assert [orjson.loads(line)["to"] for line in out.splitlines()] == ["OK"]
    assert err == "approximate: several datapoints of one slot are averaged\n"


def test_metric_math_takes_a_column_for_each_metric_or_its_result(ask):
    text = "timestamp,merr,mreq\n1790000000,,100\n1790000060,20,100\n1790000120,20,0\n"
    found = rows(ask(MATH | {"TreatMissingData": "ignore"}, text, "--json"))
    assert [row["to"] for row in found] == ["OK", "ALARM"]
    code, out, err = ask(MATH, "timestamp,value\n1790000040,0\n1790000100,20\n", "--json")
    assert (code, len(out.splitlines())) == (0, 2)
    assert err == "the values are taken for the result of the alarm's expression\n"
    one = MATH | {"Metrics": [PERCENT | {"Expression": "FILL(mErr, 0)"}, ERRORS]}
    assert [row["to"] for row in rows(ask(one, csv("-X-"), "--json"))] == ["OK", "ALARM", "OK"]


def test_a_band_in_the_file_is_compared_with(ask):
    metrics = [ERRORS | {"ReturnData": True}, {"Id": "ad1", "Expression": "ANOMALY_DETECTION_BAND(mErr)"}]
    alarm = {
        "AlarmName": "b", "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanUpperThreshold",
        "ThresholdMetricId": "ad1", "Metrics": metrics,
    }  # fmt: skip
    text = "timestamp,value,lower,upper\n1790000000,5,1,6\n1790000060,7,1,6\n"
    assert [row["to"] for row in rows(ask(alarm, text, "--json"))] == ["OK", "ALARM"]
    code, _, err = ask(alarm, csv("00"))
    assert code == 1
    assert "its anomaly detection band is a model of CloudWatch's own, and the band is not in the data" in err


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"Period": 1}, "its definition is not clear (Period: got 1, wants 10, 20, 30 or a multiple of 60)"),
        ({"ComparisonOperator": "=="}, "its definition is not clear (ComparisonOperator: got '==', wants"),
        ({"Threshold": None}, "its definition is not clear (Threshold: got nothing, wants a finite number)"),
        ({"AlarmRule": "ALARM(a)"}, "it is a composite alarm, which watches other alarms"),
        ({"Metrics": [{"Id": "e", "Expression": "SELECT AVG(x)\nFROM y"}]}, "the expression 'SELECT AVG(x)\\nFROM y'"),
        ({"Metrics": [{"Id": "e", "Expression": "RATE(m1)"}]}, "the expression 'RATE(m1)' uses RATE; only +, -, *, /"),
        ({"EvaluationCriteria": {"PromQLCriteria": {}}}, "it evaluates a PromQL query"),
    ],
)
def test_what_cannot_be_replayed_says_why_in_one_sentence(ask, changed, why):
    code, out, err = ask(ALARM | changed, csv("0X0"), "--json")
    assert (code, out) == (1, "")
    assert err.startswith(f"sre-review: 'cpu' cannot be replayed, because {why}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["<script>", "x" * 255, "負荷", "a\nb/'\"", "${a}"])
def test_a_name_never_breaks_the_sentence(ask, name):
    code, _, err = ask(ALARM | {"AlarmName": name, "Period": 1}, csv("0"))
    assert (code, err.count("\n")) == (1, 1)
    assert ask(ALARM | {"AlarmName": name}, csv("0"))[0] == 0


def test_percentiles_are_in_no_set_of_sums_and_a_file_without_rows_is_no_data(ask):
    percentile = ALARM | {"Statistic": None, "ExtendedStatistic": "p99"}
    code, _, err = ask(percentile, "timestamp,sum,count,min,max\n1790000000,1,1,1,1\n")
    assert (code, "p99 cannot be rebuilt from sum, count, min and max" in err) == (1, True)
    code, _, err = ask(ALARM, "timestamp,value\n")
    assert (code, "data.csv has no row" in err) == (1, True)


def test_few_samples_of_a_percentile(ask):
    percentile = ALARM | {"Statistic": None, "ExtendedStatistic": "p99", "EvaluateLowSampleCountPercentile": "ignore"}
    text = "timestamp,value,count\n1790000000,99,999\n1790000060,99,1000\n"
    (row,) = rows(ask(percentile, text, "--json", "--initial-state", "OK"))
    assert row["timestamp"] == "2026-09-21T14:15:30+00:00"


@pytest.mark.parametrize(
    ("alarm", "said"),
    [
        (b"", "alarm.json: cannot be read as JSON ("),
        (b"{", "alarm.json: cannot be read as JSON ("),
        (b'{"Threshold": NaN}', "alarm.json: cannot be read as JSON ("),
        (b"\xff\xfe", "alarm.json: cannot be read as JSON ("),
        (b"[" * 5000, "alarm.json: cannot be read as JSON ("),
        (b"5", "alarm.json: holds no alarm, wants one element of MetricAlarms"),
        (b"{}", "alarm.json: holds no alarm"),
        (b"[5]", "alarm.json: holds no alarm"),
        (b"[]", "alarm.json: got 0 alarms, wants one"),
        (b'{"MetricAlarms": 5}', "alarm.json: MetricAlarms: is no list"),
        (orjson.dumps({"MetricAlarms": [ALARM, ALARM]}), "alarm.json: got 2 alarms, wants one element"),
    ],
)
def test_a_definition_that_cannot_be_read(ask, alarm, said):
    code, out, err = ask(alarm, csv("0"))
    assert (code, out) == (2, "")
    assert err.startswith(f"sre-review: {said}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: is empty, wants the columns timestamp,value or timestamp,sum,count,min,max"),
        ("time,value\n", "line 1: got the columns 'time, value'; timestamp is missing, wants timestamp,value or"),
        ("timestamp,value\n1790000000,inf\n", "line 2: value: got 'inf', wants a finite number"),
        ("timestamp,value\n1790000000,many\n", "line 2: value: got 'many', wants a finite number"),
        ("timestamp,value\n1790000000,1e300\n", "line 2: value: got '1e300', wants a finite number"),
        ("timestamp,value\n2026-10-05T07:00:00,1\n", "line 2: timestamp: got '2026-10-05T07:00:00' without an offset"),
        ("timestamp,value\nnow,1\n", "line 2: timestamp: got 'now', wants a time from 1970"),
        ("timestamp,value\n1790000000,1,2\n", "line 2: got 3 fields, wants 2"),
        ("timestamp,value\n0,1\n4000000000,1\n4000000060,1\n", "timestamp: got "),
        ("timestamp,sum,count,min,max\n1790000000,1,-1,1,1\n", "line 2: count: got -1, wants 0 or more"),
        ("timestamp,sum,count,min,max\n1790000000,1,1,,1\n", "line 2: got no min, wants sum, count, min, max together"),
        ("timestamp,sum,count,min,max\n1790000000,1,1,2,1\n", "line 2: min: got 2, wants at most max"),
    ],
)
def test_datapoints_that_cannot_be_read(ask, text, said):
    code, out, err = ask(ALARM, text)
    assert (code, out) == (2, "")
    assert f"data.csv{'' if said.startswith('timestamp') else ','}" in err
    assert said in err
    assert err.count("\n") == 1


def test_not_a_number_is_no_datapoint_and_times_may_be_local(ask):
    text = "timestamp,value\n2026-10-05T16:00:00,99\n2026-10-05T16:01:00,NaN\n"
    (row,) = rows(ask(ALARM, text, "--json", "--timezone", "Asia/Tokyo", "--assume", "evaluation_delay_s=0"))
    assert (row["timestamp"], row["to"]) == ("2026-10-05T07:01:00+00:00", "ALARM")


def test_a_time_zone_that_is_none(ask):
    code, _, err = ask(ALARM, csv("0"), "--timezone", "Mars")
    assert (code, err) == (2, "sre-review: timezone: got 'Mars', wants an IANA name such as Asia/Tokyo\n")


def test_files_that_are_not_there(tmp_path):
    for name in ("alarm.json", "none.json"):
        for data in ("none.csv", "."):
            (tmp_path / "alarm.json").write_bytes(orjson.dumps(ALARM))
            found = CliRunner().invoke(main, ["replay", str(tmp_path / name), str(tmp_path / data)])
            assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert CliRunner().invoke(main, ["replay", str(tmp_path), str(tmp_path)]).exit_code == 2


def test_rows_far_apart_are_remarked_upon(ask):
    _, _, err = ask(ALARM, csv("0X0", 300))
    assert err == "no two datapoints are closer than 300 s, the alarm's period is 60 s\n"


def test_assumptions_are_set_by_name():
    assert assumptions_of(()) == Assumptions()
    assert assumptions_of(("range_extra=0", "fill_empty=false")) == Assumptions(range_extra=0, fill_empty=False)


@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        ("range_extr=1", "--assume: got 'range_extr=1', did you mean 'range_extra'?"),
        ("range_extra=-1", "--assume: range_extra: got '-1', wants a whole number"),
        ("range_extra", "--assume: range_extra: got '', wants a whole number"),
        ("range_extra=99999999", "--assume: range_extra: got '99999999', wants a whole number"),
        ("fill_empty=1", "--assume: fill_empty: got '1', wants true or false"),
    ],
)
def test_an_assumption_that_cannot_be_set(assumed, said):
    with pytest.raises(UserMistakeError) as mistake:
        assumptions_of((assumed,))
    assert str(mistake.value).startswith(said)
