"""Kinds of fields that several sections of a review file have, and what each refuses."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from sre_lib import moments
from sre_lib.catalog import Name
from sre_lib.params_yaml import nearest


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no time zone is called so; {nearest(name, sorted(available_timezones()))}")
    return name


def _moment(text: str) -> str:
    moments.read(text)
    return text


def _web_address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("wants an address that starts with https://")
    return text


TimeZone = Annotated[str, AfterValidator(_time_zone)]
Moment = Annotated[str, AfterValidator(_moment)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Texts = Annotated[tuple[Name, ...], Field(strict=False)]
