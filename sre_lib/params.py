"""Review file -> Review: strict, and every mistake is one sentence with file, line, field, what it got and wants."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from sre_lib import weeks
from sre_lib.catalog import Catalog, builtin_catalog
from sre_lib.errors import UserMistakeError
from sre_lib.model import Event, Part, Service, Week
from sre_lib.params_file import EventEntry, ReviewFile, ServiceEntry, Source, mistake_of
from sre_lib.params_yaml import Located, load_yaml


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
    archive: Path
    services: tuple[Service, ...]
    events: tuple[Event, ...]
    catalog: Catalog

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

    def in_language(self, language: str) -> "Review":
        """Return the same review in another language; an empty text changes nothing."""
        return replace(self, language=language) if language else self


def load(name: str, near: Path | None = None) -> Review:
    """Return the review called `name`: a path, else `params/<name>.yaml` in the nearest parent of `near`, else ours.

    Raises UserMistakeError where there is no such file or where it is not valid.
    """
    file = find(name, near or Path.cwd())
    located = load_yaml(file)
    try:
        entries = ReviewFile.model_validate(located.values)
    except ValidationError as error:
        raise UserMistakeError(mistake_of(error, located)) from None
    return _review(file, entries, located)


def find(name: str, near: Path) -> Path:
    """Return the path of a review file; UserMistakeError where nothing is found."""
    given = Path(name)
    if given.suffix in {".yaml", ".yml"} or given.parent != Path():
        if (near / given).is_file():
            return (near / given).resolve()
        given = Path(given.name) if given.parts[:1] == ("params",) and len(given.parts) == 2 else given
    stem = given.stem if given.suffix in {".yaml", ".yml"} else given.name
    if given.parent == Path():
        packaged = Path(str(files("sre_lib").joinpath("params")))
        folders = [folder / "params" for folder in (near.resolve(), *near.resolve().parents)]
        for folder in (*folders, packaged, Path(__file__).parent.parent / "params"):
            if (folder / f"{stem}.yaml").is_file():
                return folder / f"{stem}.yaml"
    raise UserMistakeError(
        f"review: found no file for {name!r}; wants the path of a review file or the name of one in params/, such as demo"
    )


def home_of(file: Path) -> Path:
    """Return the folder beside which `archive/` and `reviews/` lie; the current folder for a review inside the package."""
    if file.is_relative_to(Path(__file__).parent):
        return Path.cwd()
    return file.parent.parent if file.parent.name == "params" else file.parent


def _review(file: Path, entries: ReviewFile, located: Located) -> Review:
    """Turn validated entries into a Review, checking what spans several of them."""
    catalog: dict[str, object] = {**builtin_catalog(), **entries.kinds}
    review = Review(
        name=file.stem,
        file=file,
        title=entries.title,
        timezone=entries.timezone,
        language=entries.language,
        week_start=entries.week_start,
        history_weeks=entries.history_weeks,
        source=entries.source,
        archive=(home_of(file) / (entries.archive or "archive")).resolve(),
        services=tuple(_service(entry) for entry in entries.services),
        events=tuple(_event(entry, entries.timezone) for entry in entries.events),
        catalog=catalog,  # type: ignore[arg-type]  # validated as KindSpec just above
    )
    located.check(review.services, review.catalog, entries.events)
    return review


def _service(entry: ServiceEntry) -> Service:
    """Return a service; its own part is called like itself, its limits hold for the related ones too."""
    own = Part(entry.name, entry.kind, entry.dimensions, entry.account, entry.limits)
    related = tuple(
        Part(part.name, part.kind, part.dimensions, part.account or entry.account, {**entry.limits, **part.limits})
        for part in entry.related
    )
    return Service(entry.name, (own, *related), entry.owner, entry.runbook)


def _event(entry: EventEntry, timezone: str) -> Event:
    """Return an event in UTC; a time without an offset is local to the review."""
    start = _utc(entry.start, timezone)
    end = _utc(entry.end, timezone) if entry.end else start
    return Event(start, end, entry.kind, entry.title, entry.services, entry.audience, entry.url)


def _utc(text: str, timezone: str) -> datetime:
    """Return a checked ISO 8601 text as UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def limits_of(entry: Mapping[str, float]) -> Mapping[str, float]:
    """Return limits as they are."""
    return entry
