"""The shape of a review file, and the sentence for each way in which one can be wrong."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from sre_lib.catalog import KindSpec, MetricSpec, Name, Strict, extended
from sre_lib.change import ChangeSource
from sre_lib.params_alarms import AlarmsFile, LeftOut
from sre_lib.params_yaml import Located, Place, nearest
from sre_lib.public_holidays import supported
from sre_lib.views import View, with_builtin
from sre_lib.weeks import FIRST_YEAR, LAST_YEAR

EVENT_KINDS = (
    "push", "deployment", "batch", "incident", "holiday", "sale", "load_test", "maintenance", "broadcast", "other",
)  # fmt: skip
LANGUAGES = ("en", "ja")
MOST_PEOPLE = 10**11
CHANGE_SOURCES: tuple[ChangeSource, ...] = get_args(ChangeSource)


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no time zone is called so; {nearest(name, sorted(available_timezones()))}")
    return name


def _moment(text: str) -> str:
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        raise ValueError("wants a time such as 2026-10-01T12:00 (local) or 2026-10-01T03:00Z") from None
    if not FIRST_YEAR < year < LAST_YEAR:
        raise ValueError(f"wants a year after {FIRST_YEAR} and before {LAST_YEAR}")
    return text


def _web_address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("wants an address that starts with https://")
    return text


def _source(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


def _texts(value: object) -> object:
    if value == []:
        raise ValueError("wants at least one text")
    return value if isinstance(value, list) else [value]


def _country(code: str) -> str:
    if code not in supported():
        raise ValueError(f"no public holidays are known of such a country; {nearest(code, sorted(supported()))}")
    return code


Country = Annotated[str, AfterValidator(_country)]
Account = Annotated[str, Field(pattern=r"^([0-9]{12})?$")]
Region = Annotated[str, Field(pattern=r"^([a-z]{2,}(-[a-z]+)+-[0-9]+)?$")]
Moment = Annotated[str, AfterValidator(_moment)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Limits = Mapping[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]]
Texts = Annotated[tuple[Name, ...], Field(strict=False)]
DimensionTexts = Annotated[tuple[Name, ...], Field(strict=False), BeforeValidator(_texts)]


class DemoSource(Strict):
    """The simulated shop, served by the embedded endpoint."""

    type: Literal["demo"] = "demo"
    seed: int = 1


class CloudWatchSource(Strict):
    """CloudWatch of an account and region; credentials come from the profile or the environment, never from here."""

    type: Literal["cloudwatch"]
    region: str | None = None
    profile: str | None = None
    endpoint: str | None = None
    calls_per_second: Annotated[float, Field(ge=0.1, le=500, allow_inf_nan=False)] = 20.0
    datapoints_per_second: Annotated[float, Field(ge=10_000, le=396_000, allow_inf_nan=False)] = 300_000.0


class ArchiveSource(Strict):
    """What is in the archive and nothing else: no AWS."""

    type: Literal["archive"]


Source = DemoSource | CloudWatchSource | ArchiveSource


class PartEntry(Strict):
    """A related resource of a service."""

    name: Name
    kind: Name
    dimensions: Mapping[Name, DimensionTexts]
    account: Account = ""
    region: Region = ""
    profile: Name | None = None
    limits: Limits = Field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the dimensions as a part has them: one text as it is."""
        return {name: texts[0] if len(texts) == 1 else texts for name, texts in self.dimensions.items()}


class ServiceEntry(PartEntry):
    """A service: its own resource and the related ones."""

    related: Annotated[tuple[PartEntry, ...], Field(strict=False)] = ()
    owner: str = ""
    runbook: WebAddress = ""


class EventEntry(Strict):
    """Something known that happened or will happen."""

    start: Moment
    end: Moment | None = None
    kind: Literal[EVENT_KINDS]  # type: ignore[valid-type]  # mypy cannot read a Literal from a tuple, pydantic can
    title: Name
    audience: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] | None = None
    services: Texts = ()
    url: WebAddress = ""


class ReviewFile(Strict):
    """A whole review file."""

    title: Name
    timezone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Tokyo"
    language: Literal["en", "ja"] = "en"
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    history_weeks: Annotated[int, Field(ge=1, le=60)] = 6
    source: Annotated[Source, Field(discriminator="type"), BeforeValidator(_source)]
    archive: Name | None = None
    kinds: Annotated[Mapping[Name, KindSpec], BeforeValidator(extended)] = Field(default_factory=dict)
    services: Annotated[tuple[ServiceEntry, ...], Field(strict=False)]
    events: Annotated[tuple[EventEntry, ...], Field(strict=False)] = ()
    changes: Annotated[tuple[ChangeSource, ...], Field(strict=False)] | None = None
    alarms: LeftOut = ()
    alarms_from: Annotated[tuple[AlarmsFile, ...], Field(strict=False)] = ()
    views: Annotated[Mapping[Name, View], BeforeValidator(with_builtin)] = Field(default_factory=dict)
    holidays: Annotated[tuple[Country, ...], Field(strict=False)] | None = None


_SHAPES: Mapping[str, type[BaseModel]] = {
    "services": ServiceEntry, "related": PartEntry, "events": EventEntry, "kinds": KindSpec, "metrics": MetricSpec,
    "demo": DemoSource, "cloudwatch": CloudWatchSource, "archive": ArchiveSource,
    "views": View, "alarms_from": AlarmsFile,
}  # fmt: skip

_WANTED_REGION = "wants the name of an AWS region, such as ap-northeast-1"
_WANTED_STATISTIC = "wants Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99"
_WANTS = {
    "string_type": "wants text; put it in quotes",
    "int_type": "wants a whole number",
    "int_from_float": "wants a whole number",
    "float_type": "wants a number",
    "bool_type": "wants true or false",
    "mapping_type": "wants keys and values",
    "model_type": "wants keys and values",
    "model_attributes_type": "wants keys and values",
    "dict_type": "wants keys and values",
    "finite_number": "wants a finite number",
    "tuple_type": "wants a list",
    "too_short": "wants at least one entry",
    "string_too_short": "wants some text",
    "union_tag_invalid": "wants a type: cloudwatch, archive or demo",
    "union_tag_not_found": "wants a type: cloudwatch, archive or demo",
}


def mistake_of(error: ValidationError, located: Located) -> str:
    """Return the one sentence for the first mistake of a review file, and how many more there are."""
    first, *more = error.errors(include_url=False)
    if first["type"] == "invalid_key":
        *around, key = first["loc"]
        return str(located.mistake(around, f"got the key {key!r}, wants keys that are text; put it in quotes"))
    place = _place(first["loc"], located)
    rest = f" (and {len(more)} more in this file)" if more else ""
    return f"{located.mistake(place, _message(first, place, located))}{rest}"


def _place(loc: tuple[str | int, ...], located: Located) -> Place:
    """Return where a mistake stands, without the tags that unions and keys add to it."""
    if loc[:1] == ("source",) and len(loc) > 1 and loc[1] in _SHAPES:
        loc = (loc[0], *loc[2:])
    while len(loc) > 1 and not isinstance(located.value(loc[:-1]), (dict, list)):
        loc = loc[:-1]
    return loc[:-1] if loc[-1:] == ("[key]",) else loc


def _message(error: ErrorDetails, place: Place, located: Located) -> str:
    """Return what is wrong: what it got, what it wants, what to do."""
    value = located.value(place)
    if error["type"] == "extra_forbidden":
        return f"is not a key that is known here; {nearest(place[-1], tuple(_shape(error['loc']).model_fields))}"
    if error["type"] == "missing":
        return "is missing; add it"
    return f"got {_shown(value)}, {_wanted(error, place, value)}"


def _wanted(error: ErrorDetails, place: Place, value: object) -> str:
    """Return what a field wants instead of the value that it got."""
    kind, context = error["type"], error.get("ctx", {})
    if place and place[-1] == "account":
        quotes = "" if isinstance(value, str) else " in quotes (YAML reads them as a number otherwise)"
        return f"wants the 12 digits of the account{quotes}"
    if kind == "string_pattern_mismatch":
        return _WANTED_REGION if place and place[-1] == "region" else _WANTED_STATISTIC
    if kind == "string_too_long":
        return f"wants at most {context['max_length']} characters"
    if kind == "literal_error":
        allowed = tuple(part.strip("' ") for part in context["expected"].replace(" or ", ", ").split(","))
        return nearest(value, allowed)
    if kind == "value_error":
        return str(context["error"])
    return _WANTS.get(kind) or "wants " + error["msg"].removeprefix("Input should be ")


def _shape(loc: Sequence[str | int]) -> type[BaseModel]:
    """Return the model whose keys are valid where an unknown one stands."""
    for step in reversed(loc[:-1]):
        if isinstance(step, str) and step in _SHAPES:
            return _SHAPES[step]
    return ReviewFile


def _shown(value: object) -> str:
    """Return a value as it may appear in a sentence: short, on one line."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
