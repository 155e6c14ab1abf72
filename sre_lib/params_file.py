"""The shape of a review file, and the sentence for each way in which one can be wrong."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from sre_lib.catalog import KindSpec, MetricSpec, Name, Strict, extended
from sre_lib.change import ChangeSource
from sre_lib.params_alarms import AlarmsFile, LeftOut
from sre_lib.params_events import EventEntry, EventsFile, StageEntry
from sre_lib.params_fields import TimeZone, WebAddress
from sre_lib.params_notify import IN_FILE, Channel, Channels, SecretPlace
from sre_lib.params_upkeep import AcceptedEntry, Sources, SupportEntry
from sre_lib.params_wants import wanted
from sre_lib.params_yaml import Located, Place, nearest
from sre_lib.public_holidays import supported
from sre_lib.views import View, with_builtin

LANGUAGES = ("en", "ja")
CHANGE_SOURCES: tuple[ChangeSource, ...] = get_args(ChangeSource)


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
Limits = Mapping[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]]
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
    calls: Annotated[tuple[Name, ...], Field(strict=False)] = ()


class ReviewFile(Strict):
    """A whole review file."""

    title: Name
    timezone: TimeZone = "Asia/Tokyo"
    language: Literal["en", "ja"] = "en"
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    history_weeks: Annotated[int, Field(ge=1, le=60)] = 6
    source: Annotated[Source, Field(discriminator="type"), BeforeValidator(_source)]
    archive: Name | None = None
    kinds: Annotated[Mapping[Name, KindSpec], BeforeValidator(extended)] = Field(default_factory=dict)
    services: Annotated[tuple[ServiceEntry, ...], Field(strict=False)]
    events: Annotated[tuple[EventEntry, ...], Field(strict=False)] = ()
    events_from: Annotated[tuple[EventsFile, ...], Field(strict=False)] = ()
    changes: Annotated[tuple[ChangeSource, ...], Field(strict=False)] | None = None
    upkeep: Sources | None = None
    upkeep_accepted: Annotated[tuple[AcceptedEntry, ...], Field(strict=False)] = ()
    support: Annotated[tuple[SupportEntry, ...], Field(strict=False)] = ()
    alarms: LeftOut = ()
    alarms_from: Annotated[tuple[AlarmsFile, ...], Field(strict=False)] = ()
    views: Annotated[Mapping[Name, View], BeforeValidator(with_builtin)] = Field(default_factory=dict)
    holidays: Annotated[tuple[Country, ...], Field(strict=False)] | None = None
    notify: Channels = ()
    pages_url: WebAddress = ""


_SHAPES: Mapping[str, type[BaseModel]] = {
    "services": ServiceEntry, "related": PartEntry, "events": EventEntry, "kinds": KindSpec, "metrics": MetricSpec,
    "demo": DemoSource, "cloudwatch": CloudWatchSource, "archive": ArchiveSource,
    "views": View, "alarms_from": AlarmsFile, "events_from": EventsFile, "stages": StageEntry,
    "upkeep_accepted": AcceptedEntry, "support": SupportEntry,
    "notify": Channel, "slack": SecretPlace, "apprise": SecretPlace,
}  # fmt: skip


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
    if error["type"] == IN_FILE:
        return error["msg"]
    if place[:1] == ("notify",):
        # Whatever stands there may be a secret, which no message shows.
        return wanted(error, place, value)
    return f"got {_shown(value)}, {wanted(error, place, value)}"


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
