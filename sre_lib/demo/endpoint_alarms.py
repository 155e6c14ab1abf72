"""DescribeAlarms and DescribeAlarmHistory over the accounts of an endpoint: filters, pages, thirty days of memory."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from sre_lib.demo.backend import WithAlarms
from sre_lib.demo.endpoint_accounts import Accounts, Caller
from sre_lib.demo.endpoint_request import RefusedError, Wire, digest
from sre_lib.demo.endpoint_series import DAY_S

Answer = dict[str, object]
Alarms = Sequence[Mapping[str, Any]]
AlarmType = Literal["MetricAlarm", "CompositeAlarm"]

PAGE = 100
REMEMBERED_S = 30 * DAY_S
"""How long CloudWatch keeps the history of alarms (Amazon CloudWatch User Guide, "Alarms")."""
_METRIC_ALARMS: tuple[AlarmType, ...] = ("MetricAlarm",)

Types = Annotated[tuple[AlarmType, ...], Field(min_length=1)]
Records = Annotated[int, Field(ge=1, le=PAGE)]
AlarmName = Annotated[str, Field(min_length=1, max_length=255)]


class DescribeAlarms(Wire):
    """One call of DescribeAlarms; without types it is about metric alarms alone."""

    alarm_names: Annotated[tuple[AlarmName, ...], Field(max_length=100)] | None = None
    alarm_name_prefix: AlarmName | None = None
    alarm_types: Types = _METRIC_ALARMS
    state_value: Literal["OK", "ALARM", "INSUFFICIENT_DATA"] | None = None
    max_records: Records = 50
    next_token: str | None = None


class DescribeAlarmHistory(Wire):
    """One call of DescribeAlarmHistory; times are seconds since the epoch."""

    alarm_name: AlarmName | None = None
    alarm_types: Types = _METRIC_ALARMS
    history_item_type: Literal["ConfigurationUpdate", "StateUpdate", "Action"] | None = None
    start_date: float | None = None
    end_date: float | None = None
    max_records: Records = 100
    next_token: str | None = None
    scan_by: Literal["TimestampDescending", "TimestampAscending"] = "TimestampDescending"


def describe_alarms(request: DescribeAlarms, accounts: Accounts, caller: Caller, now: int) -> Answer:
    """Return one page of an answer, ready for JSON; RefusedError for what CloudWatch would refuse."""
    if request.alarm_names is not None and request.alarm_name_prefix is not None:
        raise RefusedError("ValidationError", "AlarmNames and AlarmNamePrefix are mutually exclusive.")
    backend = accounts.backend(caller)
    known: Alarms = backend.alarms(now) if isinstance(backend, WithAlarms) else ()
    found = sorted((each for each in known if _is_wanted(each, request)), key=lambda each: str(each["AlarmName"]))
    page, rest = _page(request, found)
    return rest | {
        "MetricAlarms": [each for each in page if _type(each) == "MetricAlarm"],
        "CompositeAlarms": [each for each in page if _type(each) == "CompositeAlarm"],
    }


def describe_alarm_history(request: DescribeAlarmHistory, accounts: Accounts, caller: Caller, now: int) -> Answer:
    """Return one page of an answer, ready for JSON; RefusedError for a token that this call did not give out."""
    backend = accounts.backend(caller)
    start = max(request.start_date or 0, now - REMEMBERED_S)
    end = min(now if request.end_date is None else request.end_date, now)
    known: Alarms = backend.alarm_history(start, end) if isinstance(backend, WithAlarms) and start <= end else ()
    found = [
        each
        for each in known
        if each["AlarmType"] in request.alarm_types
        and request.alarm_name in {None, each["AlarmName"]}
        and request.history_item_type in {None, each["HistoryItemType"]}
    ]
    page, rest = _page(request, found if request.scan_by == "TimestampAscending" else found[::-1])
    return rest | {"AlarmHistoryItems": page}


def _is_wanted(alarm: Mapping[str, Any], request: DescribeAlarms) -> bool:
    """Tell whether an alarm is what a call is after."""
    return (
        _type(alarm) in request.alarm_types
        and (request.alarm_names is None or alarm["AlarmName"] in request.alarm_names)
        and alarm["AlarmName"].startswith(request.alarm_name_prefix or "")
        and request.state_value in {None, alarm.get("StateValue")}
    )


def _type(alarm: Mapping[str, Any]) -> AlarmType:
    """Return the type of an alarm."""
    return "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm"


def _page(request: DescribeAlarms | DescribeAlarmHistory, found: Alarms) -> tuple[list[Mapping[str, Any]], Answer]:
    """Return the page that a call is at, and the token of the next one, if any."""
    first = _position(request)
    after = first + request.max_records
    return list(found[first:after]), {"NextToken": f"{after}.{digest(request)}"} if after < len(found) else {}


def _position(request: DescribeAlarms | DescribeAlarmHistory) -> int:
    """Return how many entries earlier pages held."""
    if request.next_token is None:
        return 0
    first, _, rest = request.next_token.partition(".")
    if not (first.isdecimal() and rest == digest(request)):
        raise RefusedError("InvalidNextToken", "The next token specified is invalid.")
    return int(first)
