"""ListAlarmMuteRules and GetAlarmMuteRule over the accounts of an endpoint."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from sre_lib.demo.backend import WithMuteRules
from sre_lib.demo.endpoint_accounts import Accounts, Caller
from sre_lib.demo.endpoint_request import RefusedError, Wire, digest

Answer = dict[str, object]
ARN = "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm-mute-rule:"
PAGE = 100


class ListAlarmMuteRules(Wire):
    """One call of ListAlarmMuteRules."""

    max_records: Annotated[int, Field(ge=1, le=PAGE)] = 50
    next_token: str | None = None


class GetAlarmMuteRule(Wire):
    """One call of GetAlarmMuteRule."""

    alarm_mute_rule_name: Annotated[str, Field(min_length=1, max_length=255)]


def list_alarm_mute_rules(request: ListAlarmMuteRules, accounts: Accounts, caller: Caller) -> Answer:
    """Return one page of an answer, ready for JSON; RefusedError for a token that this call did not give out."""
    found = _rules(accounts, caller)
    first = 0
    if request.next_token is not None:
        place, _, rest = request.next_token.partition(".")
        if not (place.isdecimal() and rest == digest(request)):
            raise RefusedError("InvalidNextToken", "The next token specified is invalid.")
        first = int(place)
    after = first + request.max_records
    token = {"NextToken": f"{after}.{digest(request)}"} if after < len(found) else {}
    summaries = [{"AlarmMuteRuleArn": f"{ARN}{each['Name']}", "Status": "SCHEDULED"} for each in found[first:after]]
    return token | {"AlarmMuteRuleSummaries": summaries}


def get_alarm_mute_rule(request: GetAlarmMuteRule, accounts: Accounts, caller: Caller) -> Answer:
    """Return a rule, ready for JSON; RefusedError where there is none of that name."""
    found = [each for each in _rules(accounts, caller) if each["Name"] == request.alarm_mute_rule_name]
    if not found:
        raise RefusedError("ResourceNotFoundException", "The mute rule does not exist.", 404)
    return {**found[0], "AlarmMuteRuleArn": f"{ARN}{found[0]['Name']}"}


def _rules(accounts: Accounts, caller: Caller) -> Sequence[Mapping[str, Any]]:
    """Return the rules of the account that is asked, by name."""
    backend = accounts.backend(caller)
    known = backend.mute_rules() if isinstance(backend, WithMuteRules) else ()
    return sorted(known, key=lambda each: str(each["Name"]))
