"""What a test makes the endpoint do wrong, and what it asks it about afterwards."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal, NamedTuple

from sre_lib.demo.endpoint_accounts import Caller
from sre_lib.demo.endpoint_alarms import DescribeAlarmHistory, DescribeAlarms
from sre_lib.demo.endpoint_mutes import GetAlarmMuteRule, ListAlarmMuteRules
from sre_lib.demo.endpoint_request import GetMetricData, ListMetrics, RefusedError

Kind = Literal[
    # instead of an answer
    "refused", "reset", "silent", "html",
    # the answer's bytes
    "cut_off", "truncated", "not_json",
    # the page
    "endless_tokens", "repeated_token", "shuffled", "float_times", "fractional_times", "repeated_ids",
    "outside", "unaligned", "infinite", "unanswered",
    # its series
    "Forbidden", "InternalError", "PartialData", "late", "corrected",
]  # fmt: skip

_SERVER_ERRORS = {"InternalFailure": 500, "InternalServiceFault": 500, "ServiceUnavailable": 503}


class Fault(NamedTuple):
    """One thing that goes wrong: what (`kind`), and on which calls.

    Of the calls of `action` (all where it is empty) the first `after` are spared, then every `every`-th one is hit,
    `times` of them (without limit where it is None). `metric`, by namespace and name, narrows the kinds that concern
    series.

    Instead of an answer: `refused` with the error `code` (`status` 0: as CloudWatch has it), `reset` closes the
    connection, `silent` waits until the client does, `html` is a proxy's page with 200. Bytes: `cut_off` closes in
    the middle of the body, `truncated` is half of the JSON, `not_json` has NaN in it. Page: a token with every page, a
    new one or always the same; results and datapoints out of order; timestamps as 1.7e9, or half a second late; each
    Id twice, with half of its datapoints; a datapoint a day early; all seven seconds late; one infinite; the last query
    not answered. Series: `Forbidden` and `InternalError` without values, `PartialData` with the newer half and no
    token; of datapoints younger than `younger_than_s`, every third is not there yet (`late`) or half (`corrected`).
    """

    kind: Kind
    code: str = ""
    status: int = 0
    after: int = 0
    every: int = 1
    times: int | None = None
    action: str = ""
    metric: tuple[str, str] | None = None
    younger_than_s: int = 0

    def concerns(self, namespace: str, name: str) -> bool:
        """Tell whether a metric is hit."""
        return self.metric is None or self.metric == (namespace, name)

    def hits(self, call: int) -> bool:
        """Tell whether the n-th call of its action (from 1) is hit."""
        nth, rest = divmod(call - self.after, self.every)
        return nth > 0 and rest == 0 and (self.times is None or nth <= self.times)


class Faults:
    """What goes wrong, as the real service, the network or a proxy does it under stress.

    `rules` are looked at on every call, and may be changed between calls. Beyond `calls_per_second` (0: no limit), with
    one second's burst, for each account and region, a call is throttled; `clock` measures that, in seconds.
    `messages` are those of every page.
    """

    def __init__(
        self,
        *rules: Fault,
        calls_per_second: float = 0,
        messages: Iterable[Mapping[str, str]] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rules = list(rules)
        self.calls_per_second = calls_per_second
        self.messages = [dict(message) for message in messages]
        self._clock = clock
        self._calls: dict[str, int] = {}
        self._left: dict[Caller, tuple[float, float]] = {}
        self._lock = Lock()

    def on_call(self, action: str, caller: Caller) -> tuple[Fault, ...]:
        """Count a call and return what goes wrong with it; RefusedError where it is not answered at all."""
        with self._lock:
            self._throttle(caller)
            for counted in {action, ""}:
                self._calls[counted] = self._calls.get(counted, 0) + 1
            hit = tuple(
                rule for rule in self.rules if rule.action in {"", action} and rule.hits(self._calls[rule.action])
            )
        for rule in hit:
            if rule.kind == "refused":
                status = rule.status or _SERVER_ERRORS.get(rule.code, 400)
                raise RefusedError(rule.code, f"{rule.code} (simulated)", status)
        return hit

    def _throttle(self, caller: Caller) -> None:
        """Take one call from what a caller has left; RefusedError where that is nothing."""
        if not self.calls_per_second:
            return
        now = self._clock()
        most = max(self.calls_per_second, 1.0)
        left, since = self._left.get(caller, (most, now))
        left = min(left + (now - since) * self.calls_per_second, most)
        self._left[caller] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise RefusedError("ThrottlingException", "Rate exceeded")


@dataclass
class Ledger:
    """What reached the endpoint: the calls that it answered, from whom, and what the others came back as.

    `described` holds the IAM actions of other services' list calls, `refused` the codes of errors, and the kinds of
    faults that took the place of an answer.
    """

    answered: list[GetMetricData] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    listed: list[ListMetrics] = field(default_factory=list)
    alarms: list[DescribeAlarms | DescribeAlarmHistory | ListAlarmMuteRules | GetAlarmMuteRule] = field(
        default_factory=list
    )
    described: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """Number of GetMetricData's pages answered."""
        return len(self.answered)

    @property
    def queries(self) -> int:
        """Number of series asked for in all pages answered."""
        return sum(len(request.metric_data_queries) for request in self.answered)
