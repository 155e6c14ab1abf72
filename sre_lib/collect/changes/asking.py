"""Asking AWS what changed: calls counted, pages followed, and every refusal one sentence with what to allow."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sre_lib.change import Change
from sre_lib.collect.changes.resources import Resource
from sre_lib.collect.client_errors import FAILURES, Course, meaning, safe

Lack = Literal["partial", "denied"]
MOST_PAGES = 2000
"""More pages of one answer than an account can have: a source that never ends is not followed for ever."""


class NotAnsweredError(Exception):
    """A call brought no answer: denied or failed, and why in one sentence."""

    def __init__(self, status: Lack, message: str) -> None:
        super().__init__(message)
        self.status: Lack = status
        self.message = message


class Stretch(NamedTuple):
    """The time `[start, end)` (UTC) to ask for."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Came:
    """What one source told of one resource: its changes (the part still empty), whether they are all, and why not.

    `limits` is what is so now and has no history at AWS, by name: the minimum and maximum of a scalable target.
    """

    resource: Resource
    changes: tuple[Change, ...] = ()
    status: Literal["complete", "partial", "denied"] = "complete"
    message: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)


Wanted = Mapping[Resource, Stretch]
"""The resources of one place that a source is asked for."""

Reader = Callable[["Asking", Wanted], Iterator[Came]]


class Asking:
    """The calls of one source to one place; used by one thread. `pace` waits until the next one may go out."""

    def __init__(self, client_of: Callable[[str], Any], pace: Callable[[], object] = lambda: None) -> None:
        self.calls = 0
        self._client_of = client_of
        self._pace = pace

    def call(self, service: str, operation: str, /, **arguments: object) -> dict[str, Any]:
        """Return the answer of one call; NotAnsweredError where it is refused."""
        try:
            client = self._client_of(service)
            self._pace()
            self.calls += 1
            answer: dict[str, Any] = getattr(client, operation)(**arguments)
        except FAILURES as error:
            raise _refusal(error, action_of(service, operation)) from error
        return answer

    def items(
        self, service: str, operation: str, key: str, token: tuple[str, str], /, **arguments: object
    ) -> Iterator[Any]:
        """Yield the entries under `key` of all pages; `token` names the answer's and the next call's.

        NotAnsweredError where a page is refused or the pages go round in a circle.
        """
        seen: set[str] = set()
        following: dict[str, object] = {}
        for _ in range(MOST_PAGES):
            answer = self.call(service, operation, **arguments, **following)
            yield from answer.get(key) or ()
            next_token = answer.get(token[0])
            if not next_token:
                return
            if next_token in seen:
                break
            seen.add(next_token)
            following = {token[1]: next_token}
        raise NotAnsweredError("partial", f"{action_of(service, operation)} never came to its last page")


def action_of(service: str, operation: str) -> str:
    """Return the IAM action of a client's method: ecs:DescribeServices."""
    words = (_WORDS.get(word, word.capitalize()) for word in operation.split("_"))
    return f"{_PREFIXES.get(service, service)}:{''.join(words)}"


_WORDS = {"db": "DB"}
_PREFIXES = {"elbv2": "elasticloadbalancing", "resourcegroupstaggingapi": "tag"}
"""Services whose IAM actions are called otherwise than boto3 calls the service."""


def _refusal(error: Exception, action: str) -> NotAnsweredError:
    """Return why a call brought nothing, and what to do; what is said of credentials holds for every service."""
    means = meaning(error)
    if means.course is Course.DENIED:
        return NotAnsweredError("denied", f"allow {action} to whom the review runs as ({safe(str(error))})")
    if means.course is Course.END and "CloudWatch" not in means.sentence:
        return NotAnsweredError("partial", means.sentence)
    return NotAnsweredError("partial", f"{action} failed ({safe(str(error))})")
