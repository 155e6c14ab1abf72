"""What a review file says of upkeep: what was accepted until when and why, and dates of its own for engines."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from sre_lib.catalog import Name, Strict
from sre_lib.upkeep import UPKEEP_SOURCES, UpkeepSource


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("wants a day such as 2026-12-31") from None


Day = Annotated[date, BeforeValidator(_day)]


def _sources(value: object) -> object:
    if value == "all":
        return UPKEEP_SOURCES
    if not isinstance(value, list):
        # pydantic turns a ValueError alone into the sentence about the file.
        raise ValueError(  # noqa: TRY004
            f"wants a list such as [{UPKEEP_SOURCES[0]}], or all"
        )
    return value


Sources = Annotated[tuple[UpkeepSource, ...], Field(strict=False), BeforeValidator(_sources)]
"""The sources that are asked, by name; `all` is every one that this version knows."""


class AcceptedEntry(Strict):
    """Something that is due and was accepted: its name as the upkeep page shows it, until when, and why.

    The name alone will do where nothing else has it; else with the 8 characters that the page shows, in brackets.
    """

    name: Name
    until: Day
    reason: Name


class SupportEntry(Strict):
    """The end of support of an engine's version, in place of the package's own date."""

    engine: Name
    version: Name
    ends: Day
