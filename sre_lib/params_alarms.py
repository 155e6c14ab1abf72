"""What a review file says of alarms: whether CloudWatch is asked for them, and files of alarms from elsewhere."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sre_lib.catalog import Name, Strict
from sre_lib.params_fields import TimeZone

AlarmField = Literal["opened", "closed", "name", "service", "severity", "url"]


def matches(name: str, pattern: str) -> bool:
    """Tell whether a name is one that a pattern stands for: `*` is any characters, all else is itself."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def _left_out(value: object) -> object:
    """Return what is left out: nothing of `true`, None (everything) of `false`."""
    if isinstance(value, bool):
        return [] if value else None
    if not isinstance(value, list):
        raise ValueError("wants true, false, or a list of the names to leave out, such as [TargetTracking-*]")  # noqa: TRY004  # pydantic turns a ValueError alone into a mistake
    return value


LeftOut = Annotated[Annotated[tuple[Name, ...], Field(strict=False)] | None, BeforeValidator(_left_out)]
"""Names, with `*` for any characters, of alarms that are left out; None: all are."""


class AlarmsFile(Strict):
    """A CSV of alarms of another service: `columns` says what it calls ours, `timezone` where its times are local."""

    file: Name
    columns: Annotated[Mapping[AlarmField, Name], Field(strict=False)] = Field(default_factory=dict)
    timezone: TimeZone | None = None
