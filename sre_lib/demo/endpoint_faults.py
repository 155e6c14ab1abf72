"""What a test makes the endpoint do wrong, and what it asks it about afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from sre_lib.demo.endpoint_request import GetMetricData

FaultyStatus = Literal["Forbidden", "PartialData", "InternalError"]


@dataclass
class Faults:
    """What goes wrong, as the real service does it under stress.

    `statuses`: by (namespace, metric name) the StatusCode that its queries keep: Forbidden and InternalError come
    without values, PartialData with the newer half. `refusals`: error codes for the next calls, one a call;
    `refuse_all`: the code for every call. `internal_errors`: how many next pages say InternalError and offer a token
    to try again. `tokens`: `endless` offers a new token on every page, `repeated` always the same one. `messages`:
    those of every answer.
    """

    statuses: Mapping[tuple[str, str], FaultyStatus] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    refuse_all: str = ""
    internal_errors: int = 0
    tokens: Literal["", "endless", "repeated"] = ""
    messages: tuple[Mapping[str, str], ...] = ()
    _lock: Lock = field(default_factory=Lock, repr=False)

    def refusal(self) -> str:
        """Return the error code with which this call is refused; empty where it is not."""
        with self._lock:
            return self.refuse_all or (self.refusals.pop(0) if self.refusals else "")

    def internal_error(self) -> bool:
        """Tell whether this page fails inside."""
        with self._lock:
            failing = self.internal_errors > 0
            self.internal_errors -= failing
            return failing


@dataclass
class Ledger:
    """What reached the endpoint: the calls that it answered, and the codes of those that it refused."""

    answered: list[GetMetricData] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """Number of pages answered."""
        return len(self.answered)

    @property
    def queries(self) -> int:
        """Number of series asked for in all pages answered."""
        return sum(len(request.metric_data_queries) for request in self.answered)
