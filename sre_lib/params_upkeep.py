"""What a review file says of upkeep: what was accepted until when and why, and dates of its own for engines."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from sre_lib.catalog import Name, Strict


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("wants a day such as 2026-12-31") from None


Day = Annotated[date, BeforeValidator(_day)]


class AcceptedEntry(Strict):
    """Something that is due and was accepted: its name as the upkeep page shows it, until when, and why."""

    name: Name
    until: Day
    reason: Name


class SupportEntry(Strict):
    """The end of support of an engine's version, in place of the package's own date."""

    engine: Name
    version: Name
    ends: Day
