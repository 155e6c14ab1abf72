"""ListMetrics over the accounts of an endpoint: filters, pages, owning accounts."""

from collections.abc import Iterator

from sre_lib.demo.backend import Key
from sre_lib.demo.endpoint_accounts import Accounts, Caller
from sre_lib.demo.endpoint_request import ListMetrics, RefusedError, digest

Answer = dict[str, object]

PAGE = 500
LISTED_MIN, RECENTLY_MIN = 14 * 24 * 60, 3 * 60
"""Listed are metrics with data in the last two weeks, or three hours (AWS API reference, ListMetrics)."""


def list_metrics(request: ListMetrics, accounts: Accounts, caller: Caller, now: int) -> Answer:
    """Return one page of an answer, ready for JSON; RefusedError for a token that this call did not give out."""
    first = _position(request)
    found = list(_found(request, accounts, caller, now))
    page = found[first : first + PAGE]
    answer: Answer = {"Metrics": [_metric(key) for _, key in page]}
    if request.include_linked_accounts:
        answer["OwningAccounts"] = [account for account, _ in page]
    if first + PAGE < len(found):
        answer["NextToken"] = f"{first + PAGE}.{digest(request)}"
    return answer


def _found(request: ListMetrics, accounts: Accounts, caller: Caller, now: int) -> Iterator[tuple[str, Key]]:
    """Yield all metrics that a call is after, with the accounts that own them."""
    span = RECENTLY_MIN if request.recently_active else LISTED_MIN
    visible = accounts.visible(caller) if request.include_linked_accounts else (caller.account,)
    for account in visible:
        backend = accounts.backend(caller, account)
        if backend is None or request.owning_account not in {None, account}:
            continue
        for key in backend.published(now // 60 - span, now // 60):
            if _matches(key, request):
                yield account, key


def _matches(key: Key, request: ListMetrics) -> bool:
    """Tell whether a metric is what a call filters for: its dimensions are among the metric's."""
    namespace, name, dimensions = key
    there = dict(dimensions)
    return (
        request.namespace in {None, namespace}
        and request.metric_name in {None, name}
        and all(each.name in there and each.value in {None, there[each.name]} for each in request.dimensions)
    )


def _metric(key: Key) -> Answer:
    """Return one Metric."""
    namespace, name, dimensions = key
    shown = [{"Name": name, "Value": value} for name, value in sorted(dimensions)]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": shown}


def _position(request: ListMetrics) -> int:
    """Return how many metrics earlier pages held."""
    if request.next_token is None:
        return 0
    first, _, rest = request.next_token.partition(".")
    if not (first.isdecimal() and rest == digest(request)):
        raise RefusedError("InvalidNextToken", "The next token specified is invalid.")
    return int(first)
