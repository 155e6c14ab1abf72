"""Review file -> Review: strict, and every mistake is one sentence with file, line, field, what it got and wants."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from math import prod
from pathlib import Path

from pydantic import ValidationError

from sre_lib import weeks
from sre_lib.address import Address, address_of
from sre_lib.catalog import Catalog, builtin_catalog
from sre_lib.change import ChangeSource
from sre_lib.errors import UserMistakeError
from sre_lib.event import Event
from sre_lib.model import MOST_IDENTITIES, Service, Week
from sre_lib.params_alarms import AlarmsFile, matches
from sre_lib.params_events import EventsFile, check_services, event_of
from sre_lib.params_file import (
    CHANGE_SOURCES,
    DemoSource,
    PartEntry,
    ReviewFile,
    ServiceEntry,
    Source,
    mistake_of,
)
from sre_lib.params_notify import Channel
from sre_lib.params_services import services_of
from sre_lib.params_upkeep import AcceptedEntry, SupportEntry
from sre_lib.params_yaml import Located, Place, load_yaml, nearest
from sre_lib.public_holidays import country_of
from sre_lib.upkeep import UPKEEP_SOURCES, UpkeepSource
from sre_lib.views import Views, builtin_views

OWN_LIMITS = ("ram_bytes", "vcpus")
"""Limits that no metric of the catalogue reads but a view does, or a person may want to see."""


@dataclass(frozen=True)
class Review:
    """A validated review file: what is reviewed, where its metrics come from and where its files lie."""

    name: str
    file: Path
    title: str
    timezone: str
    language: str
    week_start: str
    history_weeks: int
    source: Source
    archive: Address
    services: tuple[Service, ...]
    events: tuple[Event, ...]
    catalog: Catalog
    changes: tuple[ChangeSource, ...] = ()
    upkeep: tuple[UpkeepSource, ...] = ()
    upkeep_accepted: tuple[AcceptedEntry, ...] = ()
    support: tuple[SupportEntry, ...] = ()
    holidays: tuple[str, ...] = ()
    alarms: bool = True
    alarms_left_out: tuple[str, ...] = ()
    alarms_from: tuple[AlarmsFile, ...] = ()
    events_from: tuple[EventsFile, ...] = ()
    views: Views = field(default_factory=builtin_views)
    notify: tuple[Channel, ...] = ()
    pages_url: str = ""

    @property
    def home(self) -> Path:
        """Folder beside which `archive/` and `reviews/` lie: the parent of `params/`, else the review file's own."""
        return home_of(self.file)

    def week(self, name: str, now: datetime) -> Week:
        """Return the week called `name`, or the last finished one at `now` where `name` is empty."""
        settings = (self.timezone, self.week_start, self.history_weeks)
        return weeks.named(name, *settings) if name else weeks.last_finished(now, *settings)

    def service(self, name: str) -> Service:
        """Return the service called `name`; UserMistakeError with the nearest name where there is none."""
        for service in self.services:
            if service.name == name:
                return service
        raise UserMistakeError(f"service: got {name!r}, wants one of {', '.join(each.name for each in self.services)}")

    def wants_alarm(self, name: str) -> bool:
        """Tell whether an alarm is not left out by its name."""
        return not any(matches(name, each) for each in self.alarms_left_out)

    def in_language(self, language: str) -> "Review":
        """Return the same review in another language; an empty text changes nothing."""
        return replace(self, language=language) if language else self


def load(name: str, near: Path | None = None) -> Review:
    """Return the review called `name`: a path, else `params/<name>.yaml` in the nearest parent of `near`, else ours.

    Raises UserMistakeError where there is no such file or where it is not valid.
    """
    return checked(load_yaml(find(name, near or Path.cwd())))


def checked(located: Located) -> Review:
    """Return the review that the content of a file is; UserMistakeError where it is not valid."""
    try:
        entries = ReviewFile.model_validate(located.values)
    except ValidationError as error:
        raise UserMistakeError(mistake_of(error, located)) from None
    return _review(located.file, entries, located)


def find(name: str, near: Path) -> Path:
    """Return the path of a review file; UserMistakeError where nothing is found."""
    given = near / name
    # A name that the system refuses to look at (too long, say) is a name of nothing.
    with suppress(OSError):
        if given.is_file():
            return given.resolve()
    path = Path(name)
    is_name = path.parent in {Path(), Path("params")} and path.suffix in {"", ".yaml"}
    for folder in _params_folders(near.resolve()) if is_name else ():
        with suppress(OSError):
            if (folder / f"{path.stem}.yaml").is_file():
                return folder / f"{path.stem}.yaml"
    raise UserMistakeError(
        f"review: found no file for {name!r}; "
        "wants the path of a review file or the name of one in params/, such as demo"
    )


def _params_folders(near: Path) -> tuple[Path, ...]:
    """Return where named reviews may lie: `params/` of the nearest parent folders, then the package's own."""
    package = Path(__file__).parent
    return (*(folder / "params" for folder in (near, *near.parents)), package / "params", package.parent / "params")


def home_of(file: Path) -> Path:
    """Return the folder beside which `archive/` and `reviews/` lie; the current one for a review of the package."""
    if file.is_relative_to(Path(__file__).parent):
        return Path.cwd()
    return file.parent.parent if file.parent.name == "params" else file.parent


def _review(file: Path, entries: ReviewFile, located: Located) -> Review:
    """Turn validated entries into a Review, checking what spans several of them."""
    catalog = {**builtin_catalog(), **entries.kinds}
    _check(entries, catalog, located)
    return Review(
        name=file.stem,
        file=file,
        title=entries.title,
        timezone=entries.timezone,
        language=entries.language,
        week_start=entries.week_start,
        history_weeks=entries.history_weeks,
        source=entries.source,
        archive=_archive(file, entries, located),
        services=services_of(entries.services, catalog, entries.source, located),
        events=_events(entries, located),
        events_from=entries.events_from,
        catalog=catalog,
        changes=_changes(entries),
        upkeep=_upkeep(entries),
        upkeep_accepted=entries.upkeep_accepted,
        support=entries.support,
        alarms=entries.alarms is not None,
        alarms_left_out=entries.alarms or (),
        alarms_from=entries.alarms_from,
        views={**builtin_views(), **entries.views},
        notify=entries.notify,
        pages_url=entries.pages_url,
        holidays=country_of(entries.timezone) if entries.holidays is None else entries.holidays,
    )


def _archive(file: Path, entries: ReviewFile, located: Located) -> Address:
    """Return where the archive lies: a folder, as seen from the review's home, or a bucket."""
    try:
        place = address_of(entries.archive or "archive", home_of(file))
    except ValueError as error:
        raise located.mistake(("archive",), str(error)) from None
    return place.resolve() if isinstance(place, Path) else place


def _events(entries: ReviewFile, located: Located) -> tuple[Event, ...]:
    """Return the events that are written in the review file, in its order."""
    names = tuple(each.name for each in entries.services)
    for index, file in enumerate(entries.events_from):
        check_services(file.services, names, partial(_mistake_in, located, ("events_from", index)))
    return tuple(
        event_of(each, entries.timezone, names, partial(_mistake_in, located, ("events", index)))
        for index, each in enumerate(entries.events)
    )


def _mistake_in(located: Located, outer: Place, place: Place, message: str) -> UserMistakeError:
    """Return the error for a place inside another."""
    return located.mistake((*outer, *place), message)


def _changes(entries: ReviewFile) -> tuple[ChangeSource, ...]:
    """Return the sources of changes: those that are named; the demo's are there unless others are."""
    if entries.changes is None:
        return CHANGE_SOURCES if isinstance(entries.source, DemoSource) else ()
    return tuple(dict.fromkeys(entries.changes))


def _upkeep(entries: ReviewFile) -> tuple[UpkeepSource, ...]:
    """Return the sources of upkeep: those that are named; the demo's are there unless others are."""
    if entries.upkeep is None:
        return UPKEEP_SOURCES if isinstance(entries.source, DemoSource) else ()
    return tuple(dict.fromkeys(entries.upkeep))


def _check(entries: ReviewFile, catalog: Catalog, located: Located) -> None:
    """Refuse what each entry alone cannot show: names that stand twice, kinds and services that do not exist."""
    if not entries.services:
        raise located.mistake(("services",), "got an empty list, wants at least one service")
    seen: dict[str, int] = {}
    for index, entry in enumerate(entries.services):
        place: Place = ("services", index)
        if entry.name.casefold() in seen:
            raise located.mistake(
                (*place, "name"), f"got {entry.name!r}, which service {seen[entry.name.casefold()]} is called too"
            )
        seen[entry.name.casefold()] = index + 1
        _check_part(entry, place, catalog, located)
        names = {entry.name}
        for number, part in enumerate(entry.related):
            if part.name in names:
                raise located.mistake(
                    (*place, "related", number, "name"), f"got {part.name!r}, which stands twice in this service"
                )
            names.add(part.name)
            _check_part(part, (*place, "related", number), catalog, located)
        _check_limits(entry, place, catalog, located)


def _check_part(entry: PartEntry, place: Place, catalog: Catalog, located: Located) -> None:
    """Refuse an unknown kind and a set of dimensions that is not the kind's."""
    if entry.kind not in catalog:
        raise located.mistake((*place, "kind"), f"got {entry.kind!r}, {nearest(entry.kind, tuple(catalog))}")
    wanted = catalog[entry.kind].dimensions
    for name in entry.dimensions:
        if name not in wanted:
            raise located.mistake(
                (*place, "dimensions", name), f"is no dimension of {entry.kind}; {nearest(name, wanted)}"
            )
    fixed = catalog[entry.kind].fixed
    for name, value in fixed.items():
        if entry.values.get(name, value) != value:
            message = f"got {entry.values[name]!r}, but it is always {value!r} for {entry.kind}; leave it out"
            raise located.mistake((*place, "dimensions", name), message)
    missing = [name for name in wanted if name not in {*entry.dimensions, *fixed}]
    if missing:
        raise located.mistake(
            (*place, "dimensions"), f"{missing[0]} is missing; {entry.kind} wants {', '.join(wanted)}"
        )
    count = prod(len(texts) for texts in entry.dimensions.values())
    if count > MOST_IDENTITIES:
        message = f"got {count} combinations of values, wants at most {MOST_IDENTITIES}; shorten the lists"
        raise located.mistake((*place, "dimensions"), message)


def _check_limits(entry: ServiceEntry, place: Place, catalog: Catalog, located: Located) -> None:
    """Refuse a limit that nothing reads for the service: a mistyped one would be lost without a word."""
    kinds = [catalog[part.kind] for part in (entry, *entry.related)]
    known = (*OWN_LIMITS, *dict.fromkeys(key for kind in kinds for key in kind.limit_keys))
    places: list[tuple[PartEntry, Place]] = [(entry, place)]
    places += [(part, (*place, "related", number)) for number, part in enumerate(entry.related)]
    for part, where in places:
        for key in part.limits:
            if key not in known:
                message = f"is a limit that no metric of this service reads; {nearest(key, known)}"
                raise located.mistake((*where, "limits", key), message)
